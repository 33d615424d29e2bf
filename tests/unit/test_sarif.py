from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from statusgen.build import all_rules
from statusgen.cli.app import app

BASE = Path(__file__).resolve().parents[1] / "cases" / "base"
NOW = "2026-11-24T12:00:00Z"
PLAN = """\
title: Database-upgrade
components: [server]
start: 2026-11-26 16:30
duration: 2h
announced: 2026-11-20 10:00
"""


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder in a folder with a blank, which is where the command is called from."""
    folder = tmp_path / "een site" / "content"
    (folder / "maintenance" / "2026").mkdir(parents=True)
    for path in BASE.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(folder.parent)
    return folder


def check(folder: str | Path) -> Result:
    words = ["check", str(folder), "--now", NOW, "--format", "sarif"]
    return CliRunner().invoke(app, words)


def run_of(result: Result) -> dict[str, Any]:
    log = json.loads(result.stdout)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_a_finding_has_its_rule_place_and_way_out(content: Path) -> None:
    (content / "maintenance/2026/upgrade.yaml").write_text(PLAN)
    result = check("content")
    assert result.exit_code == 1
    run = run_of(result)
    [found] = run["results"]
    rule = run["tool"]["driver"]["rules"][found["ruleIndex"]]
    assert rule["id"] == found["ruleId"] == "maintenance-outside-window"
    assert rule["properties"] == {"clause": "9a"}
    assert found["level"] == rule["defaultConfiguration"]["level"] == "error"
    assert "Nearest slots of 2 h" in found["message"]["text"]
    assert found["properties"]["data"]["nearest_after"] == "2026-11-26T16:30:00Z"
    assert found["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {
                    "uri": "content/maintenance/2026/upgrade.yaml",
                    "uriBaseId": "%SRCROOT%",
                },
                "region": {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 24},
            }
        }
    ]


def test_paths_are_relative_addresses_however_the_folder_is_named(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (content / "maintenance/2026/upgrade.yaml").write_text(PLAN)
    monkeypatch.chdir(content.parent.parent)
    for folder in (content, "een site/content"):
        [found] = run_of(check(folder))["results"]
        location = found["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location["uri"] == "een%20site/content/maintenance/2026/upgrade.yaml"


def test_what_concerns_a_whole_file_has_a_start_and_no_end(content: Path) -> None:
    (content / "sla.yaml").unlink()
    [found] = run_of(check("content"))["results"]
    region = found["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 1}


def test_every_rule_is_described_and_braces_are_doubled(content: Path) -> None:
    result = check("content")
    assert result.exit_code == 0
    run = run_of(result)
    assert run["results"] == []
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in all_rules()]
    for rule, said in zip(all_rules(), rules, strict=True):
        assert (
            said["shortDescription"]["text"].replace("{{", "{").replace("}}", "}") == rule.summary
        )
        markdown = said["help"]["markdown"].replace("{{", "").replace("}}", "")
        assert "{" not in markdown
        assert "}" not in markdown
