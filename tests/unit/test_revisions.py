"""With real repositories, made by the program `git`."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app
from statusgen.policy.changes import Told
from statusgen.revisions import HistoryCutOff, NoRevision, read_revision

BASE = Path(__file__).resolve().parents[1] / "cases" / "base"
PLAN = """\
title: Database-upgrade
components: [server]
start: 2026-11-26 21:00
duration: 2h
announced: 2026-11-20 10:00
"""
NOW = "2026-11-24T12:00:00Z"


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


def git(folder: Path, *words: str, at: str = NOW) -> str:
    who = [f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        env={**os.environ, **dict.fromkeys(who, "proef"), **dates},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the content folder `site/content`, committed on 1 November."""
    folder = tmp_path / "repository"
    (folder / "site").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    for path in BASE.iterdir():
        put(folder, f"site/content/{path.name}", path.read_bytes())
    commit(folder, "2026-11-01T10:00:00Z")
    return folder


def put(folder: Path, name: str, data: bytes | str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def commit(folder: Path, at: str) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x", at=at)
    return git(folder, "rev-parse", "HEAD")


def plan_in(folder: Path, text: str, name: str = "maintenance/2026/upgrade.yaml") -> None:
    put(folder, f"site/content/{name}", text)


def check(repository: Path, *words: str) -> Result:
    folder = str(repository / "site" / "content")
    return CliRunner().invoke(app, ["check", folder, "--now", NOW, "--format", "json", *words])


def codes(result: Result) -> list[str]:
    return [finding["code"] for finding in json.loads(result.stdout)["findings"]]


def test_the_files_are_those_of_the_revision_whatever_is_there_now(repository: Path) -> None:
    odd = {
        "pages/ü ber.nl.md": "é\r\n".encode(),
        "leeg.yaml": b"",
        "zonder-regeleinde.yaml": b"a: b",
        "dubbel.yaml": b"a: b",
    }
    for name, data in odd.items():
        put(repository, f"site/content/{name}", data)
    for name in (".verborgen/x.yaml", "measurements/2026.jsonl"):
        put(repository, f"site/content/{name}", "not read")
    put(repository, "elders.yaml", "not in the folder")
    (repository / "site/content/link.yaml").symlink_to("site.yaml")
    commit(repository, "2026-11-02T10:00:00Z")
    put(repository, "site/content/dubbel.yaml", "changed since, and not committed")
    before = read_revision(repository / "site" / "content", "HEAD").files
    expected = {path.name: path.read_bytes() for path in BASE.iterdir()} | odd
    assert dict(before) == expected


def test_a_folder_that_was_not_there_yet_has_no_files(repository: Path) -> None:
    put(repository, "nieuw/content/site.yaml", "name: x")
    assert read_revision(repository / "nieuw" / "content", "HEAD").files == {}


def test_a_file_was_told_when_it_first_reached_the_line_that_is_checked_out(
    repository: Path,
) -> None:
    git(repository, "checkout", "--quiet", "-b", "side")
    plan_in(repository, PLAN)
    commit(repository, "2026-11-10T10:00:00Z")
    git(repository, "checkout", "--quiet", "main")
    merge = ("merge", "--quiet", "--no-ff", "--message", "x", "side")
    git(repository, *merge, at="2026-11-12T10:00:00Z")
    git(repository, "mv", "site/content/maintenance/2026", "site/content/maintenance/2027")
    plan_in(repository, PLAN + "text: x\n", "maintenance/2027/upgrade.yaml")
    commit(repository, "2026-11-13T10:00:00Z")
    told = read_revision(repository / "site" / "content", "HEAD").told
    assert told["upgrade.yaml"] == Told(datetime(2026, 11, 12, 10, tzinfo=UTC))
    assert told["site.yaml"] == Told(datetime(2026, 11, 1, 10, tzinfo=UTC))


def test_a_date_that_no_clock_has_is_a_date(repository: Path) -> None:
    plan_in(repository, PLAN)
    commit(repository, "@99999999999999 +0000")
    told = read_revision(repository / "site" / "content", "HEAD").told
    assert told["upgrade.yaml"].at.year == 2200


def test_notice_counts_from_the_first_commit(repository: Path) -> None:
    plan_in(repository, PLAN.replace("26 21:00", "25 20:00"))
    commit(repository, "2026-11-24T11:00:00Z")
    plan_in(repository, PLAN.replace("26 21:00", "25 20:00") + "text: x\n")
    commit(repository, "2026-11-24T11:30:00Z")
    assert codes(check(repository)) == []
    in_time = check(repository, "--since", "HEAD~2")
    assert (in_time.exit_code, codes(in_time)) == (0, [])
    plan_in(repository, PLAN.replace("26 21:00", "25 06:00"), "maintenance/2026/eerder.yaml")
    late = check(repository, "--since", "HEAD~2")
    assert (late.exit_code, codes(late)) == (1, ["committed-late"])
    assert "Not committed yet" in late.stdout
    commit(repository, "2026-11-24T11:45:00Z")
    assert "First committed Tue 2026-11-24 12:45" in check(repository, "--since", "HEAD~1").stdout


def test_what_was_published_may_not_vanish_whatever_the_revision_is_called(
    repository: Path,
) -> None:
    plan_in(repository, PLAN)
    commit(repository, "2026-11-20T10:00:00Z")
    git(repository, "tag", "published")
    (repository / "site/content/maintenance/2026/upgrade.yaml").unlink()
    commit(repository, "2026-11-21T10:00:00Z")
    for name in ("published", "HEAD~1", "main^", git(repository, "rev-parse", "HEAD~1")):
        assert codes(check(repository, "--since", name)) == ["announcement-removed"]
    assert codes(check(repository, "--since", "HEAD")) == []


@pytest.fixture
def shallow(repository: Path, tmp_path: Path) -> Path:
    """A clone of the last two of four commits."""
    plan_in(repository, PLAN.replace("26 21:00", "25 06:00"))
    commit(repository, "2026-11-20T10:00:00Z")
    for day in (23, 24):
        plan_in(repository, PLAN.replace("26 21:00", "25 06:00") + f"text: x{day}\n")
        commit(repository, f"2026-11-{day}T11:00:00Z")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{repository}", str(clone))
    return clone


def test_a_shallow_clone_without_the_revision_does_not_know(shallow: Path) -> None:
    unknown = check(shallow, "--since", "HEAD~3")
    assert (unknown.exit_code, codes(unknown)) == (1, ["history-unknown"])
    with pytest.raises(HistoryCutOff):
        read_revision(shallow / "site" / "content", "no-such-branch")


def test_a_shallow_clone_does_not_know_when_a_plan_was_first_told(shallow: Path) -> None:
    plan_in(shallow, PLAN.replace("26 21:00", "26 20:00"))
    moved = check(shallow, "--since", "HEAD~1")
    assert codes(moved) == ["moved-without-update"]  # Long enough after the cut-off.
    plan_in(shallow, PLAN.replace("26 21:00", "24 06:00"))
    unknown = check(shallow, "--since", "HEAD~1")
    assert "history-unknown" in codes(unknown)
    assert "committed-late" not in codes(unknown)
    git(shallow, "fetch", "--quiet", "--unshallow")
    assert "history-unknown" not in codes(check(shallow, "--since", "HEAD~1"))


@pytest.mark.parametrize("name", ["nope", "", "--help", "HEAD:site", "0" * 40, "a b"])
def test_a_revision_that_is_none_is_wrong_use(repository: Path, name: str) -> None:
    wrong = check(repository, "--since", name)
    assert wrong.exit_code == 2
    assert f"There is no revision '{name}'" in wrong.stderr


def test_no_repository_is_wrong_set_up(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    with pytest.raises(NoRevision, match="not a git repository"):
        read_revision(tmp_path / "content", "HEAD")


def test_no_git_is_wrong_set_up(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wrong = check(repository, "--since", "HEAD")
    assert wrong.exit_code == 2
    assert "There is no program git here" in wrong.stderr


def test_comparing_writes_nothing(repository: Path) -> None:
    plan_in(repository, PLAN)

    def state() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in repository.rglob("*")}

    before = state()
    check(repository, "--since", "HEAD")
    assert state() == before
