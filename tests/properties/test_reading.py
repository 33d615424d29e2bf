"""Whatever the files say, reading and judging them gives findings, each at a place in its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from statusgen.content.strict_yaml import parse
from statusgen.findings import Finding, Severity, Span
from tests.fuzz.target import BYTES, CORPUS, judge, told
from tests.unit.whole_site import FILES


def is_in(span: Span, lines: list[str]) -> bool:
    if not 1 <= span.line <= span.end_line <= len(lines):
        return False
    if (span.end_line, span.end_column) < (span.line, span.column):
        return False
    # One past the last character: the end of a line, or the newline that is missing there.
    return (
        1 <= span.column <= len(lines[span.line - 1]) + 1
        and 1 <= span.end_column <= len(lines[span.end_line - 1]) + 2
    )


def assert_in_its_file(finding: Finding, files: dict[str, bytes]) -> None:
    span = finding.place
    assert isinstance(span, Span)
    text = files.get(span.path, b"").decode("utf-8-sig", "replace")
    # A lone carriage return ends a line for some editors and not for others.
    assert is_in(span, text.split("\n")) or is_in(span, f"{text}\n ".splitlines())
    assert finding.message


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """One of the files with a few things cut out, put in, doubled or swapped."""
    path = draw(st.sampled_from(sorted(FILES)))
    data = BYTES[path]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        put = draw(st.one_of(pieces, st.binary(max_size=6), st.just(data[start:end] * 2)))
        data = data[:start] + put + data[end:]
    return path, data


pieces = st.sampled_from(
    [
        *(b"", b"\n", b"\r\n", b"\r", b" ", b"  ", b":", b": ", b"- ", b"? ", b"#", b" #"),
        *(b"[", b"]", b"{", b"}", b",", b"&a ", b"*a", b"!!int ", b"|", b">", b"%", b"@"),
        *(b"'", b'"', b"\\", b"\t", b"\x00", b"\xff", b"\xef\xbb\xbf", b"---\n", b"...\n", b"<<: "),
        *(b"null", b"~", b"no", b"1050", b"17:30", b"-1", b"0", b"9" * 20, b"1e999", b".nan"),
        *(b"2026-03-29 02:30", b"2026-10-25 02:30", b"2026-02-30", b"0000-00-00 00:00"),
        *(b"9999-12-31T23:59Z", b"2199-12-31 23:59", b"1970-01-01 00:00", b"999999d", b"PT0S"),
        *(b"FREQ=DAILY;COUNT=1", b";INTERVAL=999", b";BYMONTHDAY=31", b"mon-sun", b"24:00"),
        *("é".encode(), "🙂".encode(), "\u2028".encode(), "\x85".encode(), "\ufeff".encode()),
    ]
)


def test_the_files_have_nothing_wrong_as_they_are() -> None:
    assert [f for f in told(BYTES) if f.severity is Severity.ERROR] == []


@given(mutations())
@example(("site.yaml", b""))
@example(("components.yaml", b"groups:\n"))
@example(("sla.yaml", b"- a\n"))
@example(("pages/terms.nl.md", b"---\ntitle: [\n---\n"))
@settings(max_examples=300)
def test_a_broken_file_gives_findings_in_that_file(mutation: tuple[str, bytes]) -> None:
    path, data = mutation
    files = {**BYTES, path: data}
    for finding in told(files):
        assert_in_its_file(finding, files)


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=60))
@settings(max_examples=100)
def test_any_bytes_give_findings(path: str, data: bytes) -> None:
    files = {**BYTES, path: data}
    for finding in told(files):
        assert_in_its_file(finding, files)


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
def test_any_bytes_are_a_value_or_one_finding(data: bytes) -> None:
    value, findings = parse(data, "site.yaml")
    assert len(findings) <= 1
    assert not findings or value is None
    for finding in findings:
        assert_in_its_file(finding, {"site.yaml": data})


@given(st.dictionaries(st.text(max_size=30), st.binary(max_size=30), max_size=4))
@settings(max_examples=50)
def test_any_names_of_files_give_findings(others: dict[str, bytes]) -> None:
    files = {**others, **BYTES}
    for finding in told(files):
        assert_in_its_file(finding, files)


scalars = st.one_of(
    st.sampled_from(["17:30", "no", "~", "", "2026-11-23", "x" * 600, "server", "nl", "none"]),
    st.text(st.characters(blacklist_categories=["C"]), max_size=8),
)
trees = st.recursive(
    scalars,
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(st.one_of(scalars, st.sampled_from(["nl", "at", "to"])), below, max_size=3),
    ),
    max_leaves=6,
)


def written(tree: object) -> str:
    """A tree as YAML in the flow style, every scalar quoted."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{written(k)}: {written(v)}" for k, v in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(written(item) for item in tree) + "]"
    return "'" + str(tree).replace("'", "''") + "'"


@st.composite
def values_put_in(draw: st.DrawFn) -> tuple[str, bytes]:
    """One of the files with another value behind one of its keys."""
    path = draw(st.sampled_from([path for path in sorted(FILES) if path.endswith(".yaml")]))
    lines = FILES[path].splitlines()
    at = draw(st.sampled_from([n for n, line in enumerate(lines) if ": " in line]))
    key = lines[at].split(": ")[0]
    lines[at] = f"{key}: {written(draw(trees))}" + "}" * (key.count("{") - key.count("}"))
    return path, "\n".join(lines).encode()


@given(values_put_in())
@settings(max_examples=300)
def test_any_value_behind_a_key_gives_findings(changed: tuple[str, bytes]) -> None:
    path, data = changed
    files = {**BYTES, path: data}
    for finding in told(files):
        assert_in_its_file(finding, files)


@given(trees)
def test_what_is_written_is_read(tree: object) -> None:
    assert parse(written(tree).encode(), "site.yaml") == (tree, [])


@pytest.mark.parametrize("path", FILES)
def test_a_file_cut_off_anywhere_gives_findings(path: str) -> None:
    for end in range(0, len(BYTES[path]), 7):
        files = {**BYTES, path: BYTES[path][:end]}
        for finding in told(files):
            assert_in_its_file(finding, files)


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_the_fuzzer_once_found_gives_findings(path: Path) -> None:
    """Each reaches a part of the reader or of the rules that the others do not."""
    judge(path.read_bytes())
