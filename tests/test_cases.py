"""Broken content and what is said of it: a case is a folder.

`cases/invalid/<rule>/<name>/` holds files that are laid over those of `cases/base/`, and in
`expected.json` every finding they give, in order, no more and no less. A file `without` names the
files of the base that the case does not have; a folder `themes/` lies beside the content.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from statusgen import themes
from statusgen.build import all_rules, check
from statusgen.findings import Finding, Span
from statusgen.policy import changes

TESTS = Path(__file__).parent
BASE = TESTS / "cases" / "base"
INVALID = TESTS / "cases" / "invalid"
CASES = sorted(path.parent for path in INVALID.rglob("expected.json"))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Rules on changes have cases of their own: test_change_cases.py.
RULES = [rule for rule in all_rules() if rule not in changes.RULES]

# What only a disk can hold, or only a large file: the test that shows each.
SHOWN_ELSEWHERE = {
    "file-too-large": "unit/test_tree.py::test_a_large_file_is_told_of_and_not_read_whole",
    "link-outside": "unit/test_tree.py::test_a_link_out_of_the_folder_is_told_of_and_not_followed",
    "not-a-file": "unit/test_tree.py::test_what_is_no_plain_file_is_told_of",
    "unreadable-file": "unit/test_tree.py::test_a_file_that_may_not_be_read_is_told_of",
    "unreadable-measurements": "unit/test_measurement_files.py::"
    "test_a_month_that_cannot_be_read_is_told_and_keeps_nothing_from_being_built",
}


def name_of(case: Path) -> str:
    return case.relative_to(INVALID).as_posix()


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def content_of(case: Path) -> dict[str, bytes]:
    own = files_in(case)
    del own["expected.json"]
    without = own.pop("without", b"").decode().split()
    base = {path: data for path, data in files_in(BASE).items() if path not in without}
    own = {path: data for path, data in own.items() if not path.startswith("themes/")}
    return {**base, **own}


def told(finding: Finding) -> dict[str, Any]:
    place = finding.place
    assert isinstance(place, Span)
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "data": dict(finding.data),
    }


def expected_of(case: Path) -> list[dict[str, Any]]:
    expected: list[dict[str, Any]] = json.loads((case / "expected.json").read_text("utf-8"))
    return expected


def test_the_base_has_nothing_wrong() -> None:
    assert check(files_in(BASE), themes.load(BASE.parent), NOW).findings == []


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_case_gives_its_findings_and_no_others(case: Path) -> None:
    found = check(content_of(case), themes.load(case), NOW).findings
    expected = expected_of(case)
    words = ("message contains", "help contains")
    assert [told(finding) for finding in found] == [
        {"data": {}, **{key: value for key, value in entry.items() if key not in words}}
        for entry in expected
    ]
    for finding, entry in zip(found, expected, strict=True):
        assert entry.get("message contains", "") in finding.message
        assert entry.get("help contains", "") in finding.help


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_case_shows_the_rule_that_its_folder_is_called_by(case: Path) -> None:
    assert case.parent.name in {entry["code"] for entry in expected_of(case)}
    assert case.parent.parent == INVALID


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_each_rule_has_a_case(code: str) -> None:
    if code in SHOWN_ELSEWHERE:
        path, _, test = SHOWN_ELSEWHERE[code].partition("::")
        assert f"def {test}(" in (TESTS / path).read_text("utf-8")
    else:
        assert code in {case.parent.name for case in CASES}


def test_no_two_rules_have_one_code() -> None:
    codes = [rule.code for rule in all_rules()]
    assert sorted(set(codes)) == sorted(codes)
