from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from types import FrameType

import pytest

from statusgen.content import rules
from statusgen.content.files import MAX_BYTES
from statusgen.content.strict_yaml import MAX_DEPTH, Positions, Value, parse
from statusgen.findings import Finding, Place, Rule, Span

PATH = "incidents/2026/storing.yaml"


@pytest.fixture
def in_no_time() -> Iterator[None]:
    """Ends a test that hangs: ten seconds of work, for what takes milliseconds."""

    def stop(number: int, frame: FrameType | None) -> None:
        pytest.fail("ten seconds of work, and no end")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 10)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def value(text: str) -> Value:
    found, findings = parse(text.encode(), PATH)
    assert findings == []
    return found


def refusal(data: bytes | str) -> Finding:
    found, findings = parse(data if isinstance(data, bytes) else data.encode(), PATH)
    assert found is None
    assert len(findings) == 1
    return findings[0]


def where(finding: Finding) -> tuple[int, int, int, int]:
    span = finding.place
    assert isinstance(span, Span)
    assert span.path == PATH
    return span.line, span.column, span.end_line, span.end_column


# What is taken


@pytest.mark.parametrize(
    "scalar",
    [
        *("17:30", "08:30", "1050", "0o17", "0x1F", "1e3", "1_000", "3.14", ".inf", ".nan", "-0"),
        *("no", "yes", "on", "off", "No", "NO", "y", "n", "true", "false", "True"),
        *("2026-11-23", "2026-11-23 15:03", "2026-02-30 10:00:00", "12:30:45", "=", "1:2:3"),
    ],
)
def test_a_plain_value_stays_the_text_that_was_written(scalar: str) -> None:
    assert value(f"key: {scalar}") == {"key": scalar}
    assert value(f"- {scalar}") == [scalar]
    assert value(f"{{{scalar}: x}}" if ":" not in scalar else f"'{scalar}': x") == {scalar: "x"}


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_none_unless_it_is_quoted(nothing: str) -> None:
    assert value(f"key: {nothing}") == {"key": None}
    assert value(f"key: '{nothing}'") == {"key": nothing}
    assert value(f'key: "{nothing}"') == {"key": nothing}


def test_the_order_of_keys_and_items_is_kept() -> None:
    found = value("b: [2, 1]\na: {d: 1, c: 2}\n")
    assert isinstance(found, dict)
    assert list(found) == ["b", "a"]
    assert found == {"b": ["2", "1"], "a": {"d": "1", "c": "2"}}


def test_blocks_of_text_are_read_as_yaml_says() -> None:
    assert value("text: |\n  One.\n\n  Two.\nnext: >-\n  a\n  b\n") == {
        "text": "One.\n\nTwo.\n",
        "next": "a b",
    }


def test_an_empty_file_is_nothing() -> None:
    assert value("") is None
    assert value("# only a comment\n") is None
    assert value("---\n") is None


def test_a_byte_order_mark_and_carriage_returns_are_no_matter() -> None:
    assert parse(b"\xef\xbb\xbftitle: Een\r\ntext: Twee\r\n", PATH) == (
        {"title": "Een", "text": "Twee"},
        [],
    )


def test_markers_of_the_one_document_may_stand() -> None:
    assert value("---\ntitle: Een\n...\n") == {"title": "Een"}


def test_as_deep_as_is_allowed() -> None:
    nested = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse(nested.encode(), PATH)[1] == []
    assert refusal(f"[{nested}]").code == rules.TOO_DEEP.code


def test_as_large_as_is_allowed() -> None:
    assert value("a" * MAX_BYTES) == "a" * MAX_BYTES
    assert refusal("a" * (MAX_BYTES + 1)).code == rules.TOO_LARGE.code


# What is refused, and where


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("title: Storing: login", rules.SYNTAX, (1, 15, 1, 16)),
        ("title: [a, b\ntext: c\n", rules.SYNTAX, None),
        ("title: 'a\n", rules.SYNTAX, None),
        ("a: b\n  c: d\n", rules.SYNTAX, None),
        ("title: @a\n", rules.SYNTAX, (1, 8, 1, 9)),
        ("title: `a`\n", rules.SYNTAX, (1, 8, 1, 9)),
        ("%YAML 9.9\n---\na: b\n", rules.SYNTAX, None),
        ("title: a\nnext: b\tc\n", rules.CHARACTER, (2, 8, 2, 9)),
        ("\ttitle: a\n", rules.CHARACTER, (1, 1, 1, 2)),
        ("\ufeffa\t: b\n", rules.CHARACTER, (1, 2, 1, 3)),
        ("a: b\ntitle: é\x00\n", rules.CHARACTER, (2, 9, 2, 10)),
        ("a: \x1b[31m\n", rules.CHARACTER, (1, 4, 1, 5)),
        ("a: \x7f\n", rules.CHARACTER, (1, 4, 1, 5)),
        ("a: \x9b\n", rules.CHARACTER, (1, 4, 1, 5)),
        ("a: \ufffe\n", rules.CHARACTER, (1, 4, 1, 5)),
        # Written as an escape it is the same character once it is read.
        ('a: "b\\0"\n', rules.CHARACTER, (1, 4, 1, 9)),
        ('a: "b\\tc"\n', rules.CHARACTER, (1, 4, 1, 10)),
        ('a: "\\e[31m"\n', rules.CHARACTER, (1, 4, 1, 12)),
        ('a: "\\uFFFF"\n', rules.CHARACTER, (1, 4, 1, 12)),
        ('"a\\x01": b\n', rules.CHARACTER, (1, 1, 1, 8)),
        ('a: "\\uD800"\n', rules.SYNTAX, None),
        ("a: 1\n---\nb: 2\n", rules.DOCUMENTS, (2, 1, 2, 4)),
        ("a: 1\n---\n", rules.DOCUMENTS, (2, 1, 2, 4)),
        ("a: &x b\n", rules.EXTRAS, (1, 4, 1, 8)),
        ("&x a: b\n", rules.EXTRAS, (1, 1, 1, 5)),
        ("a: *x\n", rules.EXTRAS, (1, 4, 1, 6)),
        ("a: &x [b]\n", rules.EXTRAS, None),
        ("a: &x {b: c}\n", rules.EXTRAS, None),
        ("a: !!int 1\n", rules.EXTRAS, (1, 4, 1, 11)),
        ("a: !own b\n", rules.EXTRAS, (1, 4, 1, 10)),
        ("a: !!python/object/apply:os.system [id]\n", rules.EXTRAS, None),
        ("<<: {a: b}\n", rules.EXTRAS, (1, 1, 1, 3)),
        ("a: {<<: {a: b}}\n", rules.EXTRAS, (1, 5, 1, 7)),
        ("a: 1\nb: 2\na: 3\n", rules.DUPLICATE_KEY, (3, 1, 3, 2)),
        ("x: [{a: 1, 'a': 2}]\n", rules.DUPLICATE_KEY, (1, 12, 1, 15)),
        ("? [a]\n: b\n", rules.KEY, (1, 3, 1, 4)),
        ("{{a: b}: c}\n", rules.KEY, (1, 2, 1, 3)),
        ("null: b\n", rules.KEY, (1, 1, 1, 5)),
    ],
)
def test_what_is_no_plain_yaml_is_refused_at_its_place(
    text: str, rule: Rule, place: tuple[int, int, int, int] | None
) -> None:
    finding = refusal(text)
    assert finding.code == rule.code
    if place:
        assert where(finding) == place


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("title: a".encode("utf-16"), (1, 1)),
        ("title: a".encode("utf-16-le"), (1, 6 + 1)),
        ("a: b\ntitle: één".encode("latin-1"), (2, 8)),
        ("a: é\n".encode() + b"b: \xff\n", (2, 4)),
        (b"a: \xed\xa0\x80\n", (1, 4)),
        (b"a: \xc0\xaf\n", (1, 4)),
        ("é: ".encode() + b"\xe2\x82", (1, 4)),
    ],
)
def test_other_encodings_are_told_of(data: bytes, place: tuple[int, int]) -> None:
    finding = refusal(data)
    assert finding.code in (rules.ENCODING.code, rules.CHARACTER.code)
    if finding.code == rules.ENCODING.code:
        assert where(finding)[:2] == place


@pytest.mark.parametrize("end_of_line", ["\n", "\r\n"])
def test_places_count_characters_not_bytes(end_of_line: str) -> None:
    text = end_of_line.join(["title: één ☎ 🙂", "🙂é: *alias", ""])
    assert where(refusal(text)) == (2, 5, 2, 11)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_lines_are_those_that_an_editor_counts(separator: str) -> None:
    """YAML takes these for the end of a line and editors do not: no place may shift by them."""
    finding = refusal(f"# a{separator}# b\ntitle: *x\n")
    assert finding.code == rules.CHARACTER.code or where(finding) == (2, 8, 2, 10)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 60_000,
        b"{" * 60_000,
        b"[" * 60_000 + b"]" * 60_000,
        b"- " * 60_000,
        b"? " * 60_000,
        b"a: " * 60_000,
        b"{a: " * 50_000,
        b"".join(b" " * n + b"a:\n" for n in range(500)),
        b"!" * 100_000,
        b"&" * 100_000,
        b"&a " * 60_000,
        b"a: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(5000)),
        b'"' + b"\\" * 100_001,
        b"a: |" + b"9" * 100_000,
        b"%TAG ! " + b"x" * 100_000,
        b"---\n" * 50_000,
        b"\xef\xbb\xbf[" * 50_000,
        b"\x00" * 100_000,
        b"\xff" * 100_000,
        b"a" * 50 * 1024 * 1024,
    ],
    ids=range(20),
)
@pytest.mark.usefixtures("in_no_time")
def test_hostile_bytes_are_one_finding(data: bytes) -> None:
    assert refusal(data).message


@pytest.mark.parametrize(
    "data",
    [
        b"[" + b"a," * 120_000 + b"]",
        b"".join(b"k%d: v\n" % n for n in range(20_000)),
        b"- a\n" * 60_000,
        b"a: " + b"b " * 120_000,
        b"# " + b"x" * 200_000,
    ],
    ids=range(5),
)
@pytest.mark.usefixtures("in_no_time")
def test_much_of_what_is_plain_is_taken(data: bytes) -> None:
    assert parse(data, PATH)[1] == []


def test_the_size_that_is_told_is_more_than_the_bound() -> None:
    message = refusal(b"a" * (MAX_BYTES + 1)).message
    assert "256 kB, more than 256 kB" not in message


# Where things are


FILE = b"""\
title: Een
components:
  - server
  - dashboard
updates:
  - at: 2026-11-23 15:03
    text: |
      Twee.
  - {at: 2026-11-23 15:42, text: "Drie"}
excluded: {}
"""


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (Place(PATH).at("title"), (1, 8, 1, 11)),
        (Place(PATH).key("title"), (1, 1, 1, 6)),
        (Place(PATH).at("components"), (3, 5, 3, 11)),
        (Place(PATH).at("components", 1), (4, 5, 4, 14)),
        (Place(PATH).at("updates", 0, "at"), (6, 9, 6, 25)),
        (Place(PATH).at("updates", 0), (6, 5, 6, 7)),
        (Place(PATH).at("updates", 1), (9, 5, 9, 41)),
        (Place(PATH).at("updates", 1).key("text"), (9, 28, 9, 32)),
        (Place(PATH).at("updates", 1, "text"), (9, 34, 9, 40)),
        (Place(PATH).at("excluded"), (10, 11, 10, 13)),
        (Place(PATH), (1, 1, 1, 6)),
        # What is not there: the nearest thing above it.
        (Place(PATH).at("updates", 1, "status"), (9, 5, 9, 41)),
        (Place(PATH).at("updates", 7, "at"), (6, 5, 6, 7)),
        (Place(PATH).at("title", "nl"), (1, 8, 1, 11)),
        (Place(PATH).key("titel"), (1, 1, 1, 6)),
    ],
)
def test_a_place_is_located(place: Place, found: tuple[int, int, int, int]) -> None:
    span = Positions(FILE, PATH).span(place)
    assert (span.line, span.column, span.end_line, span.end_column) == found
    assert span.path == PATH


def test_a_place_in_an_empty_file_is_its_start() -> None:
    assert Positions(b"", PATH).span(Place(PATH).at("title")) == Span(PATH, 1, 1, 1, 1)


# Slow files: as large as a file may be, each of one thing over and over.

SLOW = {
    "commas on a line with a comment": ("#\n[", "a,", "]"),
    "brackets": ("", "[", ""),
    "braces": ("", "{a: ", ""),
    "items in items": ("", "- ", ""),
    "keys of keys": ("", "? ", ""),
    "anchors": ("", "- &a b\n", ""),
    "aliases": ("a: &a b\nb:\n", "- *a\n", ""),
    "escapes": ('"', "\\x41", '"'),
    "folded lines": ('"', "a\n\n", '"'),
    "a block of lines": ("a: >\n", "  x\n\n", ""),
    "comments": ("", "# \n", ""),
    "one long key": ("", "a", ": b"),
    "values in values": ("", "a: ", ""),
    "quotes": ("'", "''", "'"),
    "documents": ("", "---\n", ""),
    "keys in a list": ("[", "? a,", "]"),
    "pairs in a list": ("[", "a: b,", "]"),
    "a list without end": ("[", "a,", ""),
}
PARSE = """
import resource, sys
from statusgen.content.strict_yaml import Positions, parse
from statusgen.findings import Place

resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), resource.RLIM_INFINITY))
data = sys.stdin.buffer.read()
value, findings = parse(data, "a.yaml")
if not findings:
    Positions(data, "a.yaml").span(Place("a.yaml", ("a", 0)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of CPU time")
@pytest.mark.parametrize("name", SLOW)
def test_no_file_takes_long(name: str) -> None:
    """Of the machine's own time, however busy it is; each takes a tenth of what it may."""
    start, repeated, end = SLOW[name]
    data = (start + repeated * ((MAX_BYTES - len(start + end)) // len(repeated)) + end).encode()
    assert MAX_BYTES - 10 < len(data) <= MAX_BYTES
    command = [sys.executable, "-c", PARSE, "10"]
    done = subprocess.run(command, input=data, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
