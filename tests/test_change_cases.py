"""What changed, and what is said of it: a case is a folder.

`cases/changes/<rule>/<name>/` holds the files before and after, each laid over those of
`cases/base/`, and in `expected.json` every finding of the comparison. `told.json` says when a
file was first committed, in a list where the history of the clone may begin later.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from statusgen import themes
from statusgen.build import check
from statusgen.findings import Finding, Span
from statusgen.policy import changes
from statusgen.policy.changes import Told
from statusgen.revisions import Revision

CASES_FOLDER = Path(__file__).parent / "cases"
CHANGES = CASES_FOLDER / "changes"
CASES = sorted(path.parent for path in CHANGES.rglob("expected.json"))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWN = {rule.code for rule in changes.RULES}


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def told_in(case: Path) -> dict[str, Told]:
    said = json.loads((case / "told.json").read_text()) if (case / "told.json").exists() else {}
    return {
        name: Told(
            datetime.fromisoformat(at if isinstance(at, str) else at[0]), isinstance(at, str)
        )
        for name, at in said.items()
    }


def told(finding: Finding) -> dict[str, Any]:
    place = finding.place
    assert isinstance(place, Span)
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "place": f"{place.path}:{place.line}:{place.column}",
        "message": finding.message,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_change_gives_its_findings_and_no_others(case: Path, pytestconfig: pytest.Config) -> None:
    base = files_in(CASES_FOLDER / "base")
    before = Revision({**base, **files_in(case / "before")}, told_in(case))
    after = {**base, **files_in(case / "after")}
    found = check(after, themes.load(CASES_FOLDER), NOW, since=before).findings
    shown = [told(finding) for finding in found if finding.code in OWN]
    if pytestconfig.getoption("--update"):
        text = json.dumps(shown, ensure_ascii=False, indent=2)
        (case / "expected.json").write_text(f"{text}\n", "utf-8")
    assert shown == json.loads((case / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize("code", sorted(OWN))
def test_each_rule_is_shown_by_a_case(code: str) -> None:
    shown = [json.loads((case / "expected.json").read_text()) for case in CASES]
    assert {code} & {finding["code"] for findings in shown for finding in findings}
    assert any(case.parent.name == code for case in CASES)
