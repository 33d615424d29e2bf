from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from statusgen import dialect, markup
from statusgen.content import values

REL = 'rel="noopener noreferrer"'


def to_html(text: str) -> str:
    return markup.read(text).html


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("", ""),
        ("\n\n", ""),
        ("Alles werkt.", "<p>Alles werkt.</p>"),
        ("Een.\n\n\nTwee.\n", "<p>Een.</p>\n<p>Twee.</p>"),
        ("hard\nafgebroken", "<p>hard\nafgebroken</p>"),
        ("hard  \nafgebroken", "<p>hard<br>\nafgebroken</p>"),
        ("*a* **b** `c<d`", "<p><em>a</em> <strong>b</strong> <code>c&lt;d</code></p>"),
        ("een_naam_met_streepjes", "<p>een_naam_met_streepjes</p>"),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("&copy; 2026", "<p>© 2026</p>"),
        ("\\*geen nadruk\\*", "<p>*geen nadruk*</p>"),
        ("> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>"),
        ("    code", "<pre><code>code\n</code></pre>"),
        ("a\n---\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
    ],
)
def test_markdown_becomes_html(text: str, body: str) -> None:
    assert to_html(text) == body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("- a\n    - b", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        ("- a\n\n1. b", "<ul>\n<li>a</li>\n</ul>\n<ol>\n<li>b</li>\n</ol>"),
        ("U merkt:\n- a\n- b", "<p>U merkt:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("Stappen:\n1. a", "<p>Stappen:</p>\n<ol>\n<li>a</li>\n</ol>"),
        ("wij doen dat in\n2026. Daarna niet.", "<p>wij doen dat in\n2026. Daarna niet.</p>"),
    ],
)
def test_lists(text: str, body: str) -> None:
    assert to_html(text) == body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("# a", "<h3>a</h3>"),
        ("## a ##", "<h4>a</h4>"),
        ("### a # b", "<h5>a # b</h5>"),
        ("#### a", "<h6>a</h6>"),
        ("##### a", "<h6>a</h6>"),
        ("###### a", "<h6>a</h6>"),
        ("# a\nb", "<h3>a</h3>\n<p>b</p>"),
        ("#4711 is opgelost", "<p>#4711 is opgelost</p>"),
        ("#", "<p>#</p>"),
        ("# #", "<p># #</p>"),
        ("a\n===", "<p>a\n===</p>"),
        ("> # a", "<blockquote>\n<h3>a</h3>\n</blockquote>"),
    ],
)
def test_headings_start_at_the_third_level(text: str, body: str) -> None:
    assert to_html(text) == body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("```\na\n\n# b\n```", "<pre><code>a\n\n# b\n</code></pre>"),
        ("```sh\n<a> &\n```\nb", "<pre><code>&lt;a&gt; &amp;\n</code></pre>\n<p>b</p>"),
        ("~~~ {#id .class onclick=x}\na\n~~~", "<pre><code>a\n</code></pre>"),
        ("a\n\n```\nnot closed\n\nb", "<p>a</p>\n<pre><code>not closed\n\nb</code></pre>"),
        ("```", "<pre><code></code></pre>"),
        ("``a ` b``", "<p><code>a ` b</code></p>"),
        ("een ` los", "<p>een ` los</p>"),
    ],
)
def test_code(text: str, body: str) -> None:
    assert to_html(text) == body


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[a](https://b.example/)", f'<a href="https://b.example/" {REL}>a</a>'),
        ('[a](/sla/ "De t")', f'<a href="/sla/" title="De t" {REL}>a</a>'),
        ("[a](mailto:a@b.example)", f'<a href="mailto:a@b.example" {REL}>a</a>'),
        ("[a](tel:+3100)", f'<a href="tel:+3100" {REL}>a</a>'),
        ("[a](b_(c))", f'<a href="b_(c)" {REL}>a</a>'),
        ("[a [b] c](d)", f'<a href="d" {REL}>a [b] c</a>'),
        ("[**a**](b)", f'<a href="b" {REL}><strong>a</strong></a>'),
        ("[a](javascript:alert(1))", f"<a {REL}>a</a>"),
        (
            "<https://b.example/?a&b>",
            f'<a href="https://b.example/?a&amp;b" {REL}>https://b.example/?a&amp;b</a>',
        ),
        ("<a@b.example>", f'<a href="mailto:a@b.example" {REL}>a@b.example</a>'),
        ("<ftp://b.example/>", "&lt;ftp://b.example/&gt;"),
        ("[a][b]", "[a][b]"),
        ("[a]: b", "[a]: b"),
        ("[a] (b)", "[a] (b)"),
        ("[a](b", "[a](b"),
    ],
)
def test_links(text: str, link: str) -> None:
    assert to_html(text) == f"<p>{link}</p>"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("zie https://b.example/a_b_c.", "https://b.example/a_b_c"),
        ("(zie http://b.example/a)", "http://b.example/a"),
        ("https://b.example/A_(b), enz.", "https://b.example/A_(b)"),
        ("HTTPS://b.example?", "HTTPS://b.example"),
        ("**https://b.example/**", "https://b.example/"),
        ("[https://b.example/](https://b.example/)", "https://b.example/"),
        ("| https://b.example/ | b |\n|---|---|", "https://b.example/"),
    ],
)
def test_bare_addresses_become_links(text: str, address: str) -> None:
    body = to_html(text)
    assert f'<a href="{address}" {REL}>{address}</a>' in body
    assert body.count("<a ") == 1


@pytest.mark.parametrize(
    "text", ["`https://b.example/`", "https://", "www.b.example", "a@b.example"]
)
def test_other_addresses_are_left_alone(text: str) -> None:
    assert "<a " not in to_html(text)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("![een *grafiek*](https://b.example/a.png)", "<p>een *grafiek*</p>"),
        ('![a](b.png "c")', "<p>a</p>"),
        ("[![a](b.png)](/c)", f'<p><a href="/c" {REL}>a</a></p>'),
        ("![a][b]", "<p>![a][b]</p>"),
        ('<img src="b.png" alt="a">', '<p>&lt;img src="b.png" alt="a"&gt;</p>'),
    ],
)
def test_of_an_image_its_words_are_kept(text: str, body: str) -> None:
    assert to_html(text) == body


def test_tables() -> None:
    text = "Uitval:\n\n| Dienst | Duur |\n|---|--:|\n| A | 1 |\n| B |"
    assert to_html(text).replace("\n", "") == (
        "<p>Uitval:</p><table><thead><tr><th>Dienst</th><th>Duur</th></tr></thead>"
        "<tbody><tr><td>A</td><td>1</td></tr><tr><td>B</td><td></td></tr></tbody></table>"
    )


def test_a_table_has_rows_of_a_bounded_length() -> None:
    row = "a" * (dialect.MAX_ROW - 3)
    assert "<td>" in to_html(f"a|b\n-|-\n| {row}|")
    assert "<td>" not in to_html(f"a|b\n-|-\n| {row}a|")
    assert "<td>" not in to_html("|a" * dialect.MAX_ROW + "\n" + "|-" * dialect.MAX_ROW)


def test_a_table_grows_no_larger_than_its_text() -> None:
    columns, rows = 400, 2_000
    text = "|a" * columns + "\n" + "|-" * columns + "\n" + "|\n" * rows
    assert "<td>" not in to_html(text)
    assert "<td>" in to_html("|a|b\n|-|-\n" + "|c|d\n" * rows)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>hallo</b>", "&lt;b&gt;hallo&lt;/b&gt;"),
        ("<!-- a -->", "&lt;!-- a --&gt;"),
        ("<br>", "&lt;br&gt;"),
        ("&lt;script&gt;", "&lt;script&gt;"),
    ],
)
def test_html_is_shown_as_it_is_written(text: str, words: str) -> None:
    assert to_html(text) == f"<p>{words}</p>"


@pytest.mark.parametrize(
    ("html", "body"),
    [
        ("<h2 id=a>b</h2>", "b"),
        ("<p style=a class=b onclick=c>d</p>", "<p>d</p>"),
        ("<img src=a onerror=b><iframe src=c></iframe>", ""),
        ("<script>a</script><style>b</style><!-- c -->", ""),
        ("<a href=javascript:b target=c>d</a>", f"<a {REL}>d</a>"),
    ],
)
def test_html_that_slipped_through_would_still_meet_the_allow_list(html: str, body: str) -> None:
    assert markup._sanitizer().clean(html) == body


@pytest.mark.parametrize(
    "character", ["\x00", "\x01", "\x02", "\x1b", "\x7f", "\x85", "\ud800", "\uffff"]
)
def test_what_html_and_xml_cannot_carry_is_replaced(character: str) -> None:
    assert to_html(f"a{character}b") == "<p>a\ufffdb</p>"
    assert to_html(f"*a*{character}") == "<p><em>a</em>\ufffd</p>"
    assert to_html("&#1;&#xffff;") == "<p>\ufffd\ufffd</p>"


def test_deep_nesting_ends_in_paragraphs() -> None:
    body = to_html("> " * 500 + "diep")
    assert body.count("<blockquote>") == dialect.MAX_DEPTH + 1
    assert "&gt; diep</p>" in body


def test_every_text_that_content_may_hold_is_read_as_markdown() -> None:
    assert markup.MAX_CHARS >= values.MAX_TEXT


def test_a_text_that_is_too_long_is_shown_as_it_is_written() -> None:
    longest = "*" + "a" * (markup.MAX_CHARS - 2) + "*"
    assert to_html(longest).startswith("<p><em>a")
    assert to_html(f"<{longest}\n\n*b*").startswith("<p>&lt;*a")
    assert to_html(f"<{longest}\n\n*b*").endswith("a*</p>\n<p>*b*</p>")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Een.\n\nTwee\nregels.", "Een. Twee regels."),
        ("# Kop\n- a\n    - b\n\nc", "Kop a b c"),
        ("**a**b `c` [d](/e)", "ab c d"),
        ("a  \nb", "a b"),
        ("|a|b|\n|-|-|\n|c|d|", "a b c d"),
        ("1 < 2 & `<b>` &lt;i&gt;", "1 < 2 & <b> <i>"),
        ('[a](b "c > d")', "a"),
        ("a&nbsp;b\u2003c", "a b c"),
    ],
)
def test_text_is_what_a_reader_sees(text: str, line: str) -> None:
    assert markup.read(text).plain == line


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("Alles werkt.", 12, "Alles werkt."),
        ("Alles werkt weer.", 12, "Alles werkt…"),
        ("Alles, werkt weer.", 10, "Alles…"),
        ("Alles werkt weer.", 8, "Alles…"),
        ("a" * 20, 10, "a" * 9 + "…"),
        ("", 10, ""),
    ],
)
def test_a_shortened_line_ends_after_a_word(text: str, limit: int, line: str) -> None:
    assert markup.shortened(text, limit) == line
    assert len(line) <= limit


def test_addresses_within_the_site_are_made_absolute() -> None:
    body = to_html("[a](/sla/) [b](c/?d) [e](https://f.example/) [g](mailto:h@i.example)")
    addresses = markup.absolute(body, "https://status.example/x/").split('"')[1::4]
    assert addresses == [
        "https://status.example/sla/",
        "https://status.example/x/c/?d",
        "https://f.example/",
        "mailto:h@i.example",
    ]


def test_each_thread_has_a_parser() -> None:
    text = "- *a*\n\n> b `c`\n\n" * 20
    bodies: list[markup.Body] = []

    def convert() -> None:
        bodies.extend(markup._convert(text) for _ in range(20))

    threads = [threading.Thread(target=convert) for _ in range(4)]
    patience = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(patience)
    assert bodies == [markup.read(text)] * 80


# Slow texts: each one takes Python-Markdown from half a second to minutes, or breaks it.

REPEATED = [
    *("[", "![", "[a](", "[](", "[[]", "[a][", "[\\]", "[a](<", "[a]('", ')[a]("|-', "[a]: b\n"),
    *("``a`", "`", "*", "_", "~", "*a **b _c ", "a***b__c*d___", "*_", "***a ", "<", "<a@", "&#"),
    *(" **a", " **a** ", " **a: b"),
    *("# a\n", "#\n", "a\n=\n", "a\n-\n", "=\n", "---\n", "***\n", "***\n#a\n", "a\n- b\n"),
    *("```x\n", "~~~ x\n", '```hl_lines="\n', "```{a}\n", "> a\n\n", "a\n> b\n", "    a\n\n"),
    *("+ - ", "1. ", "> ", "> - ", "- > 1. ", "|a|b\n", "|-|-\n", "a|`\n", "https://a(", "\\`"),
]
GROWING = {
    "    ": "- a\n",
    "> ": "a\n",
    "`": " ",
    "~": "\n",
    "*": "a ",
}
OTHERS = [
    "[" * 5_000 + "a" + "](b)" * 3_700,
    "[a](" + "(" * 9_000 + ")" * 9_000 + ")",
    "[a]: " + "b" * 10_000 + "\n\n" + "[a]" * 3_000,
    "*a **b " * 1_400 + "c** d*" * 1_400,
    "|a" * 2_500 + "|\n" + "|-" * 2_500 + "|\n" + "|\n" * 4_000,
    "a|b\n-|-\n" + "`|" * 9_900,
    "# " + "#" * 9_000 + "\\",
    " " * 19_999 + "a",
]
ORDINARY = """Een *verbinding* raakt verzadigd bij grote exports.

- exports duren **langer** dan normaal
- de knop `Exporteer` reageert traag

Zie https://b.example/hulp of [de uitleg](https://b.example/uitleg).

"""
# The worst takes some seventy times as long as an ordinary text of its length.
TIMES_ORDINARY = 150
CONVERT = f"""
import signal, sys, time
from statusgen import markup
from statusgen.content import values

def seconds(text):
    start = time.process_time()
    markup.converted.clear()
    markup.read(text)
    return time.process_time() - start

ordinary, *texts = eval(sys.stdin.read())
most = {TIMES_ORDINARY} * min(seconds(ordinary) for _ in range(5))
for text in texts:
    signal.setitimer(signal.ITIMER_PROF, most)  # ends this process, also amid an expression
    print(len(markup.read(text).html), flush=True)
"""


def slow_texts() -> list[str]:
    longest = markup.MAX_CHARS
    growing = [
        "".join(repeated * times + end for times in range(200)) for repeated, end in GROWING.items()
    ]
    return [
        *((repeated * longest)[:longest] for repeated in REPEATED),
        *(text[:longest] for text in [*growing, *OTHERS]),
    ]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer of CPU time")
def test_no_text_takes_long_or_grows_beyond_measure() -> None:
    texts = slow_texts()
    ordinary = (ORDINARY * markup.MAX_CHARS)[: markup.MAX_CHARS]
    ran = subprocess.run(
        [sys.executable, "-c", CONVERT],
        input=repr([ordinary, *texts]),
        capture_output=True,
        text=True,
    )
    sizes = [int(line) for line in ran.stdout.split()]
    assert not ran.stderr
    assert len(sizes) == len(texts), f"too slow: {texts[len(sizes)][:40]!r}"
    assert max(sizes) < 20 * markup.MAX_CHARS


def test_a_page_of_its_own_has_its_headings_a_level_higher() -> None:
    body = to_html("# One\n\n###### Six\n\nh3 `<h3>`")
    assert markup.raised(body) == "<h2>One</h2>\n<h5>Six</h5>\n<p>h3 <code>&lt;h3&gt;</code></p>"
