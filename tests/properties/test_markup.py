from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from statusgen import markup

INLINE = {"a", "em", "strong", "code"}
PIECES = [
    *"*_`[]()<>!#-+|&\\~:\"'/.= \n\tab1é😀\x00\x02\ud800\ufffe\xa0\u2003",
    *("\n\n", "    ", "  \n", "> ", "- ", "1. ", "# ", "```\n", "|-|-|\n", "|a|b|\n", "***"),
    *("](", "![", "<b ", "</p>", "<!--", "&lt;", "&#1;", "&#60;", "javascript:", "//b.example"),
    *("https://b.example/", "<https://b.example>", "<a@b.example>", "[a](b)", '[a](b "c")'),
    *('"><script>', " onclick=x", "\x02klzzwxh:0000\x03", "\x02amp\x03", "\x02wzxhzdk:0\x03"),
]
marked_up = st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text()
nearly_plain = st.text(alphabet="abé😀ß 1.,:;!?'\"()/%+-–’…@$^{}\n\u2009\x0b", max_size=40)
BETWEEN = [" ", "**", " **", "** ", "**. ", " (**", "\n", "**\n", "\n\n", "\n\n**", "*", "****"]
stressed = st.lists(st.sampled_from(BETWEEN), max_size=8).map(
    lambda between: "aé".join(["", *between, ""])
)


def to_html(text: str) -> str:
    return markup.read(text).html


def parsed(body: str) -> Any:
    """The body as a browser reads it; raises ParseError where it is no valid HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parseFragment(body)


def dangers(body: str) -> Iterator[str]:
    """What a body holds that no body may."""
    for element in parsed(body).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        if element.tag not in markup.TAGS:
            yield f"element {element.tag}"
        allowed = markup.ATTRIBUTES.get(element.tag, set()) | {"rel"}
        yield from (f"attribute {name}" for name in set(element.keys()) - allowed)
        # A browser drops these before it reads the scheme.
        address = re.sub(r"^[\x00- ]+|[\t\n\r]", "", element.get("href", ""))
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", address, re.IGNORECASE)
        if scheme and scheme[1].lower() not in markup.SCHEMES:
            yield f"address {address}"


def words(element: Any) -> str:
    """The text of an element, with a space where a block begins or ends."""
    edge = "" if element.tag in INLINE else " "
    inner = (element.text or "") + "".join(words(child) + (child.tail or "") for child in element)
    return edge + inner + edge


@given(marked_up)
def test_a_body_is_valid_and_safe(text: str) -> None:
    assert list(dangers(to_html(text))) == []


@given(marked_up)
def test_a_body_holds_no_character_that_xml_cannot_carry(text: str) -> None:
    unfit = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    assert re.search(unfit, to_html(text)) is None


@given(nearly_plain | stressed)
@example("a\n\n\nb\n")
@example("12:30 tot 13:00")
@example("a\n- b")
@example("zie http://b.example")
@example("**a** b **c d**, **e**.\n**f**\n\n**g**")
@example("a**b** (**c**) **d **e** f*")
@example("**a *b***c **d\n** e")
@example("**a** *")
def test_text_with_little_markup_takes_a_short_way_to_the_same_body(text: str) -> None:
    short = markup._short(text)
    assume(short)
    assert short == markup._convert(text)


@pytest.mark.parametrize("text", ["a b", "a\n\nb", "**a** b", "a, **b c**, d **e**.\n**f**"])
def test_most_texts_take_the_short_way(text: str) -> None:
    assert markup._short(text)


@given(marked_up | stressed)
def test_plain_text_says_what_the_body_says(text: str) -> None:
    body = to_html(text)
    assert markup.read(text).plain == " ".join(words(parsed(body)).split())


@given(marked_up, marked_up)
def test_a_text_leaves_no_trace_in_the_next(text: str, following: str) -> None:
    convert = markup._convert
    alone = convert(following)
    convert(text)
    assert convert(following) == alone


@given(marked_up)
def test_absolute_addresses_change_nothing_else(text: str) -> None:
    body = to_html(text)
    absolute = markup.absolute(body, "https://status.example/")
    assert list(dangers(absolute)) == []
    assert re.sub(' href="[^"]*"', "", absolute) == re.sub(' href="[^"]*"', "", body)
    assert all(
        urlsplit(link.get("href")).scheme for link in parsed(absolute).iter("a") if link.get("href")
    )


@given(marked_up, st.integers(2, 200))
def test_a_shortened_line_fits(text: str, limit: int) -> None:
    line = markup.read(text).plain
    shortened = markup.shortened(line, limit)
    assert len(shortened) <= limit
    assert shortened == line or shortened.endswith("…")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//x.example/a.js></sCrIpT>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><script>alert&#40;1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=javascript:alert(1)>",
        "<base href=//x.example/>",
        "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
        "<link rel=stylesheet href=//x.example/a.css>",
        "<form action=javascript:alert(1)><button>",
        "<style>@import '//x.example/a.css';</style>",
        "<p style='background:url(javascript:alert(1))'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "</p><script>alert(1)</script><p>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[><script>alert(1)</script>]]>",
        "<?xml <script>alert(1)</script>?>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](&#x6A&#x61;vascript:alert(1))",
        "[a](java&#10;script:alert(1))",
        "[a](java&Tab;script:alert(1))",
        "[a](&#1;javascript:alert(1))",
        "[a](<java\tscript:alert(1)>)",
        "[a](< javascript:alert(1)>)",
        "[a](javascript&colon;alert(1))",
        "[a](javascript://b.example/%0aalert(1))",
        "[a](vbscript:msgbox(1))",
        "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
        "[a](file:///etc/passwd)",
        "[a](blob:https://b.example/1)",
        "[a](view-source:https://b.example/)",
        '[a](b "c\\" onmouseover=alert(1) d=\\"")',
        "[a](b '\"><script>alert(1)</script>')",
        '[a](b"onmouseover="alert(1))',
        "[a](https://b.example/\"onmouseover='alert(1)')",
        "[<script>alert(1)</script>](b)",
        "![a](javascript:alert(1))",
        "![a](x \"onerror=alert(1)\")",
        '![a" onerror="alert(1)](x)',
        "<javascript:alert(1)>",
        "<javascript://b.example/%0aalert(1)>",
        "<javascript:alert(1)@b.example>",
        "<https://b.example/\"onmouseover=alert(1)>",
        'https://b.example/"onmouseover=alert(1)',
        "https://b.example/<script>alert(1)</script>",
        "```\"><script>alert(1)</script>\na\n```",
        "```{onclick=alert(1) style=x #id}\na\n```",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "`<script>alert(1)</script>`",
        "    <script>alert(1)</script>",
        "|<script>alert(1)</script>|a|\n|-|-|",
        "# <script>alert(1)</script>",
        "1\u0661. <script>alert(1)</script>",
        "[a]: javascript:alert(1)\n\n[a]",
        "\x02klzzwxh:0000\x03 *a* <script>",
        "\x02wzxhzdk:0\x03\n\n```\n<script>\n```",
        "&#2;wzxhzdk:0&#3; \\<script>",
        "\\<script>alert(1)\\</script>",
        "\uff1cscript\uff1ealert(1)",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "\u202e<script>alert(1)</script>",
    ],
)  # fmt: skip
def test_attacks_stay_inert(text: str) -> None:
    for body in (to_html(text), to_html(f"- > {text}\n")):
        assert list(dangers(body)) == []
        assert "<script" not in body.lower()


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<p onclick='a'>b</p>",
        "<p id='a'>b</p>",
        "<h2>a</h2>",
        "<p><img></p>",
        "<p><a href='javascript:a'>b</a></p>",
        "<p><a href=' JAVA&#10;SCRIPT:a'>b</a></p>",
    ],
)
def test_a_danger_is_found(body: str) -> None:
    assert len(list(dangers(body))) == 1
