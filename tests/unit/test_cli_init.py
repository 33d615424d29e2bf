from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pexpect
import pytest

from statusgen.cli.init import _requirement
from statusgen.content.schema import KINDS, modeline
from statusgen.monitor.drafts import FOLDER as DRAFTS
from tests.unit.test_cli import ROOT, contents, run

NOW = "2026-11-24T12:00:00Z"
FILES = {
    *(f"content/.schema/{name}.json" for name in KINDS),
    "content/.schema/.statusgen.json",
    ".github/workflows/check.yml",
    ".github/workflows/publish.yml",
    ".gitignore",
    "README.md",
    "content/components.yaml",
    "content/incidents/2026/2026-11-23-example.yaml",
    "content/maintenance/2026/2026-12-02-example.yaml",
    "content/site.yaml",
    "content/sla.yaml",
    "requirements.txt",
}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Example Status"),
        (["--languages", "en,nl", "--timezone", "America/New_York"], "Example: website slower"),
        (["--languages", "nl", "--timezone", "Asia/Kathmandu"], "Voorbeeld: website trager"),
        (["--organization", 'O\'Neill: "A, B" & #1 {x}', "--timezone", "UTC"], "O&#39;Neill: "),
        (["--url", "https://acme.example/status", "--name", "null"], "<title>"),
        (["--timezone", "Europe/Amsterdam", "--languages", "nl,en"], "Voorbeeld: "),
    ],
)
def test_a_new_site_is_in_order_and_can_be_built(
    tmp_path: Path, words: list[str], says: str
) -> None:
    site = tmp_path / "status"
    made = run("init", site, "--now", NOW, *words)
    assert made.exit_code == 0, made.output
    assert contents(site).keys() == FILES

    checked = run("check", site / "content", "--now", NOW)
    assert (checked.exit_code, checked.output) == (0, "5 files, 0 errors, 0 warnings\n")
    built = run("build", site / "content", "--output", tmp_path / "public", "--now", NOW)
    assert built.exit_code == 0, built.output
    assert says in (tmp_path / "public" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("now", "zone"),
    [
        # The moments around clock changes, of hours that come twice and of days that end.
        ("2026-03-29T01:30:00Z", "Europe/Amsterdam"),
        ("2026-10-25T00:30:00Z", "Europe/Amsterdam"),
        ("2026-10-25T01:30:00Z", "Europe/Amsterdam"),
        ("2026-03-20T23:00:00Z", "America/Nuuk"),
        ("2026-12-31T11:59:00Z", "Pacific/Auckland"),
        ("2026-11-30T09:59:00Z", "Pacific/Kiritimati"),
        ("2028-02-28T23:59:00Z", "Pacific/Pago_Pago"),
    ],
)
def test_a_new_site_is_in_order_whenever_it_is_made(tmp_path: Path, now: str, zone: str) -> None:
    made = run("init", tmp_path / "status", "--now", now, "--timezone", zone)
    assert made.exit_code == 0, made.output
    checked = run("check", tmp_path / "status" / "content", "--now", now)
    assert checked.output == "5 files, 0 errors, 0 warnings\n"


def test_the_workflows_are_those_of_a_careful_repository(tmp_path: Path) -> None:
    run("init", tmp_path / "status", "--now", NOW)
    folder = tmp_path / "status" / ".github" / "workflows"
    files = [str(path) for path in sorted(folder.iterdir())]
    tools = Path(sys.executable).parent
    for command in (
        [f"{tools}/check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files],
        [f"{tools}/zizmor", "--offline", "--no-progress", *files],
    ):
        linted = subprocess.run(command, capture_output=True, text=True, check=False)
        assert linted.returncode == 0, linted.stdout + linted.stderr
    text = "".join(Path(file).read_text("utf-8") for file in files)
    assert "pull_request_target" not in text
    used = re.findall(r"uses: (\S+)", text)
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action in used)
    # The same pins as this repository has, where it has them.
    ours = (ROOT / ".github/workflows/test.yml").read_text("utf-8")
    for action in re.findall(r"uses: (\S+ # \S+)", ours):
        assert action in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--timezone", "Europe/Amsterdan"], "--timezone: .* Did you mean `Europe/Amsterdam`?"),
        (["--languages", "en,xx"], "--languages: There is no language `xx`."),
        (["--languages", "en,en"], "--languages: .* stands here twice"),
        (["--url", "status.acme.example"], "--url: `status.acme.example` is no web address"),
        (["--url", "https://acme.example/?a"], "--url: .* no `\\?`"),
        (["--name", "a\x07b"], r"--name: .* U\+0007"),
        (["--organization", "a\x07b", "--name", "a"], r"--organization: .* U\+0007"),
        (["--timezone", "x", "--languages", "y"], r"--timezone: .*\n--languages: "),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_written(
    tmp_path: Path, words: list[str], said: str
) -> None:
    refused = run("init", tmp_path / "status", "--now", NOW, *words)
    assert refused.exit_code == 2
    assert re.search(said, refused.stderr)
    assert list(tmp_path.iterdir()) == []


def test_editors_find_the_schema_of_each_file_and_it_can_be_renewed(tmp_path: Path) -> None:
    content = tmp_path / "status" / "content"
    run("init", tmp_path / "status", "--now", NOW)
    files = sorted(content.rglob("*.yaml"))
    assert len(files) == 5
    for path in files:
        first, _ = path.read_text("utf-8").split("\n", 1)
        assert first == modeline(path.relative_to(content).as_posix())
        assert (path.parent / first.partition("$schema=")[2]).is_file()
    before = contents(content / ".schema")
    assert sum(map(len, before.values())) < 100_000
    assert run("schema", "--output", content / ".schema").exit_code == 0
    assert contents(content / ".schema") == before


def test_git_is_given_neither_the_site_nor_drafts_of_incidents(tmp_path: Path) -> None:
    run("init", tmp_path / "status", "--now", NOW)
    git = ("git", "-C", tmp_path / "status")
    subprocess.run([*git, "init", "--quiet"], check=True)
    paths = ["public/index.html", f"{DRAFTS}/2026-11-24-1245-website.yaml", "content/site.yaml"]
    done = subprocess.run([*git, "check-ignore", *paths], stdout=subprocess.PIPE, text=True)
    assert done.stdout.split() == paths[:2]


def test_a_folder_with_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused = run("init", tmp_path, "--now", NOW)
    assert refused.exit_code == 2
    assert "has things in it: mine.txt" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    refused = run("init", tmp_path / "mine.txt", "--now", NOW)
    assert (refused.exit_code, (tmp_path / "mine.txt").read_text()) == (2, "mine")
    assert "is no folder" in refused.stderr


def test_the_current_folder_may_be_a_repository_without_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    made = run("init", "--now", NOW)
    assert made.exit_code == 0, made.output
    assert contents(tmp_path).keys() == FILES
    assert run("check", "--now", NOW).exit_code == 0


def test_a_disk_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, rename = tmp_path / "status", Path.rename
    site.mkdir()

    def full(path: Path, target: Path) -> Path:
        if target == site / "requirements.txt":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    failed = run("init", site, "--now", NOW)
    assert failed.exit_code == 3
    assert "No space left" in failed.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["status"]


def test_on_a_terminal_it_asks_until_the_answer_is_right(tmp_path: Path) -> None:
    command = ["-m", "statusgen", "init", str(tmp_path / "status"), "--now", NOW]
    environment = {"PYTHONPATH": str(ROOT), "TZ": "Europe/Paris", "PATH": "", "TERM": "dumb"}
    child = pexpect.spawn(
        sys.executable,
        [*command, "--languages", "nl"],
        env=environment,
        encoding="utf-8",
        timeout=60,
    )
    for question, answer in (
        (r"Who runs the service \[Example\]: ", "Acme"),
        (r"What the site is called \[Acme Status\]: ", ""),
        (r"Where it will be published \[https://status.example.com/\]: ", "acme"),
        (r"Error: .*\r\nWhere it will be published .*: ", "https://status.acme.example/"),
        (r"Time zone of the service \[Europe/Paris\]: ", "Europe/London"),
    ):
        child.expect(question)
        child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    site = (tmp_path / "status/content/site.yaml").read_text("utf-8")
    for line in (
        "name: Acme Status\n",
        "url: https://status.acme.example/ ",
        "timezone: Europe/London ",
        "languages: [nl] ",
    ):
        assert line in site


class Installed:
    """A package as pip remembers where it came from (PEP 610)."""

    def __init__(self, origin: Any) -> None:
        self.origin = origin

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return json.dumps(self.origin) if self.origin else None


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        (None, r"statusgen==[0-9.]+"),
        ({"url": "file:///x/statusgen.whl"}, r"\./statusgen-[0-9.]+-py3-none-any\.whl"),
        ({"url": "https://acme.example/s.whl"}, r"statusgen @ https://acme\.example/s\.whl"),
        (
            {"url": "https://acme.example/s", "vcs_info": {"commit_id": "abc"}},
            r"statusgen @ git\+https://acme\.example/s@abc",
        ),
    ],
)
def test_the_workflows_install_what_made_the_site(
    monkeypatch: pytest.MonkeyPatch, origin: Any, requirement: str
) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda _: Installed(origin))
    assert re.fullmatch(requirement, _requirement())


def test_the_wheel_carries_what_a_new_site_and_the_preview_need(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("statusgen", "themes"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, source / name)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(tmp_path),
        ],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    shutil.unpack_archive(wheel, installed, "zip")
    for data in (*(ROOT / "statusgen/starter/files").rglob("*"), *(ROOT / "themes").rglob("*")):
        name = data.relative_to(ROOT).as_posix().replace("themes/", "statusgen/themes/")
        assert (installed / name).exists(), name
    command = [sys.executable, "-m", "statusgen", "init", f"{tmp_path}/status", "--now", NOW]
    subprocess.run(command, cwd=installed, check=True, capture_output=True)
    assert contents(tmp_path / "status").keys() == FILES
    for name in ("panel.html", "preview.css", "preview.js"):
        assert (installed / "statusgen/preview" / name).is_file()


def test_a_pull_request_is_held_against_what_was_published(tmp_path: Path) -> None:
    run("init", tmp_path / "status", "--now", NOW)
    workflow = (tmp_path / "status/.github/workflows/check.yml").read_text("utf-8")
    assert 'statusgen check --format github --since "$BASE"\n        env:\n' in workflow
    assert "BASE: ${{ github.event.pull_request.base.sha }}\n" in workflow
    # A shallow clone would know of nothing before.
    assert "fetch-depth: 0" in workflow


def test_who_runs_a_named_site_is_taken_from_its_name(tmp_path: Path) -> None:
    made = run("init", tmp_path / "status", "--now", NOW, "--name", "Acme Status")

    assert "a site for Acme in " in made.output
    assert "organization: {name: Acme}" in (tmp_path / "status/content/site.yaml").read_text()
