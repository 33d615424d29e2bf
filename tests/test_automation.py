"""What runs on GitHub and elsewhere: valid, safe, and its scripts do what they say."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from statusgen.content.schema import schema

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
ACTION = GITHUB / "actions" / "statusgen"
BASE = ROOT / "tests" / "cases" / "base"
NOW = "2026-11-24T12:00:00Z"
PLAN = """\
title: Database-upgrade
components: [server]
start: 2026-11-26 {start}
duration: 2h
announced: 2026-11-20 10:00
"""
FORBIDDEN = PLAN.format(start="14:00")
ALLOWED = PLAN.format(start="21:00")


def run(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [str(word) for word in words]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def load(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (all text)


# What GitHub reads


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("github-workflows", "workflows/*.yml"),
        ("github-actions", "actions/*/action.yml"),
        ("github-issue-forms", "ISSUE_TEMPLATE/[!c]*.yml"),
        ("github-issue-config", "ISSUE_TEMPLATE/config.yml"),
    ],
)
def test_what_github_reads_has_its_form(kind: str, files: str) -> None:
    found = sorted(GITHUB.glob(files))
    assert found
    checker = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}")
    done = run(*checker, *found)
    assert done.returncode == 0, done.stdout


def test_a_linter_of_workflows_finds_nothing() -> None:
    zizmor = shutil.which("zizmor", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert zizmor
    done = run(zizmor, "--offline", "--no-progress", GITHUB)
    assert done.returncode == 0, done.stdout


MAY_WRITE = {
    "publish/deploy": {"pages": "write", "id-token": "write"},
    "release/release": {"contents": "write"},
}


@pytest.mark.parametrize("path", sorted(GITHUB.glob("workflows/*.yml")), ids=lambda p: p.name)
def test_a_workflow_may_only_read_and_takes_each_action_at_a_commit(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow["on"]
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"]
        assert job.get("permissions") == MAY_WRITE.get(f"{path.stem}/{name}")
        for uses in [step["uses"] for step in job["steps"] if "uses" in step]:
            assert uses.startswith("./") or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", uses)


def test_known_weaknesses_are_looked_for_every_night() -> None:
    nightly = load(GITHUB / "workflows" / "nightly.yml")
    assert "cron" in nightly["on"]["schedule"][0]
    audit = nightly["jobs"]["audit"]["steps"][-1]["run"]
    assert re.fullmatch(
        r"pipx run --spec pip-audit==[\d.]+ pip-audit "
        "--disable-pip --require-hashes --requirement requirements.lock",
        audit,
    )


def test_the_inputs_of_the_action_are_those_of_its_scripts_and_of_its_page() -> None:
    action = load(ACTION / "action.yml")
    steps = action["runs"]["steps"]
    given = {name: value for step in steps for name, value in step["env"].items()}
    assert given == {name.upper(): f"${{{{ inputs.{name} }}}}" for name in action["inputs"]}
    scripts = "".join((ACTION / f"{name}.sh").read_text() for name in ("install", "run"))
    assert all(re.search(rf"\$\{{{name}\b", scripts) for name in given)
    page = (GITHUB / "docs" / "automation.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(action["inputs"])
    for step, name in zip(steps, ("install.sh", "run.sh"), strict=True):
        assert step["run"] == f'"$GITHUB_ACTION_PATH/{name}"'
        assert os.access(ACTION / name, os.X_OK)


@pytest.mark.parametrize("name", ["incident", "maintenance"])
def test_a_form_offers_the_components_and_choices_that_there_are(name: str) -> None:
    groups = load(ROOT / "content" / "components.yaml")["groups"]
    components = [component["id"] for group in groups for component in group["components"]]
    fields = {
        field["id"]: field for field in load(GITHUB / f"ISSUE_TEMPLATE/{name}.yml")["body"][1:]
    }
    assert fields["components"]["attributes"]["options"] == components
    key = "impact" if name == "incident" else "effect"
    options = [option.partition(":")[0] for option in fields[key]["attributes"]["options"]]
    assert options == [value for value in schema(name)["properties"][key]["enum"] if value]


# The action's steps


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository with a content folder, its base committed."""
    shutil.copytree(BASE, tmp_path / "content")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=proef", "-c", "user.email=proef@voorbeeld.example")
    done = run("git", "-C", folder, *who, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "add", "content")
    git(folder, "commit", "--quiet", "--message", "x")


def put(work: Path, plan: str, name: str = "upgrade") -> None:
    path = work / "content" / "maintenance" / "2026" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(plan)


class Step:
    """The step that runs statusgen, run here; what it says to GitHub is in files."""

    def __init__(self, work: Path, program: str = f"{sys.executable} -m statusgen") -> None:
        self.work = work
        (work / "statusgen").write_text(f'#!/bin/sh\nexec {program} "$@"\n')
        (work / "statusgen").chmod(0o755)
        self.summary, self.outputs = work / "summary.md", work / "outputs"

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        for file in (self.summary, self.outputs):
            file.write_text("")
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "PYTHONPATH": str(ROOT),
            "STATUSGEN": str(self.work / "statusgen"),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.outputs),
            "NOW": NOW,
            **inputs,
        }
        return run(ACTION / "run.sh", cwd=self.work, env=environment)

    @property
    def told(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.outputs.read_text().splitlines())


def test_a_plan_that_is_refused_is_annotated_at_its_line(work: Path) -> None:
    put(work, FORBIDDEN)
    step = Step(work)
    done = step.run(COMMAND="check")
    assert (done.returncode, step.told) == (1, {"status": "1"})
    assert "::error file=content/maintenance/2026/upgrade.yaml,line=3,col=8," in done.stdout
    assert (
        "| error | `content/maintenance/2026/upgrade.yaml:3` | Outside" in step.summary.read_text()
    )


def test_content_in_order_is_summed_up_with_the_week_ahead(work: Path) -> None:
    put(work, ALLOWED)
    step = Step(work)
    done = step.run(COMMAND="check", SINCE="")
    assert (done.returncode, step.told) == (0, {"status": "0"})
    assert re.search(r"Thu 2026-11-26 ░+·+░+████░+", step.summary.read_text())
    assert "Thu 2026-11-26 21:00 - 23:00 | 2 h" in step.summary.read_text()


def test_what_vanished_since_the_base_is_refused_and_a_new_branch_has_no_base(work: Path) -> None:
    put(work, ALLOWED)
    commit(work)
    put(work, ALLOWED, "called-otherwise")
    (work / "content/maintenance/2026/upgrade.yaml").unlink()
    step = Step(work)
    refused = step.run(COMMAND="check", SINCE=git(work, "rev-parse", "HEAD"))
    assert refused.returncode == 1
    assert "title=announcement-removed" in refused.stdout
    assert step.run(COMMAND="check", SINCE="0" * 40).returncode == 0
    assert step.run(COMMAND="check", SINCE="nope").returncode == 2
    assert step.told == {"status": "2"}


def test_a_build_is_made_twice_and_is_the_same(work: Path) -> None:
    put(work, ALLOWED)
    step = Step(work)
    done = step.run(COMMAND="build", OUTPUT="site", NOW="")
    assert (done.returncode, step.told) == (0, {"site": "site", "status": "0"}), done.stdout
    assert (work / "site" / "index.html").is_file()


def test_a_build_that_is_not_the_same_twice_fails(work: Path) -> None:
    program = f"TZ=${{TZ:-UTC}} {sys.executable} -m statusgen"
    step = Step(work, program)
    tampered = (work / "statusgen").read_text().replace("exec ", "") + (
        'while [ $# -gt 0 ]; do case $1 in --output) echo "$TZ" >"$2/extra" ;; esac; shift; done\n'
    )
    (work / "statusgen").write_text(tampered)
    done = step.run(COMMAND="build")
    assert (done.returncode, step.told) == (1, {"status": "1"})
    assert "::error title=not-reproducible::" in done.stdout
    assert "extra differ" in done.stdout


def test_errors_leave_no_site_and_another_command_is_wrong_use(work: Path) -> None:
    put(work, FORBIDDEN)
    step = Step(work)
    assert step.run(COMMAND="build").returncode == 1
    assert not (work / "public").exists()
    assert step.run(COMMAND="deploy").returncode == 2
    assert step.told == {"status": "2"}


def test_inputs_are_words_and_never_commands(work: Path) -> None:
    hostile = f"$(touch {work}/owned); touch {work}/owned #"
    step = Step(work)
    for name in ("COMMAND", "FOLDER", "SINCE", "NOW"):
        assert step.run(**{name: hostile}).returncode == 2, name
    assert not (work / "owned").exists()


# Other places


def blocks(language: str, name: str = "automation.md") -> list[str]:
    page = (GITHUB / "docs" / name).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def test_the_example_for_gitlab_has_its_form(tmp_path: Path) -> None:
    example = next(block for block in blocks("yaml") if block.startswith("image:"))
    (tmp_path / ".gitlab-ci.yml").write_text(example)
    checker = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci")
    done = run(*checker, "--data-transform", "gitlab-ci", tmp_path / ".gitlab-ci.yml")
    assert done.returncode == 0, done.stdout


def test_the_script_for_cron_is_silent_when_all_is_well_and_loud_when_not(
    work: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = tmp_path_factory.mktemp("server")
    git(server, "clone", "--quiet", str(work), str(server / "status"))
    program = server / "status" / ".venv" / "bin" / "statusgen"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m statusgen "$@"\n')
    program.chmod(0o755)
    (server / "www").mkdir()
    (server / "status-build").write_text(blocks("sh")[0].replace("/srv", str(server)))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1795521600"}

    def build() -> subprocess.CompletedProcess[str]:
        return run("sh", server / "status-build", env=environment)

    put(work, ALLOWED)
    commit(work)
    done = build()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = server / "www" / "status" / "maintenance" / "upgrade" / "index.html"
    assert page.is_file()
    put(work, FORBIDDEN)
    commit(work)
    refused = build()
    assert refused.returncode == 1
    assert "maintenance-outside-window" in refused.stdout
    assert page.is_file()


def test_the_hook_before_a_commit_refuses_what_check_refuses(work: Path) -> None:
    hooks = load(ROOT / ".pre-commit-hooks.yaml")
    example = next(block for block in blocks("yaml") if block.startswith("repos:"))
    used = yaml.safe_load(example)["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == [hook["id"] for hook in used]
    hook = hooks[0]
    assert (hook["language"], hook["pass_filenames"]) == ("python", "false")
    assert re.search(hook["files"], "content/maintenance/2026/upgrade.yaml")
    program, *words = shlex.split(hook["entry"])
    assert program == "statusgen"
    put(work, FORBIDDEN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1795521600"}
    done = run(sys.executable, "-m", "statusgen", *words, cwd=work, env=environment)
    assert done.returncode == 1


# Watching


MONITOR = next(block for block in blocks("yaml", "monitoring.md") if block.startswith("name:"))
GH = """\
#!/bin/sh
# What GitHub would be asked: kept, and a second pull request of a branch is refused.
echo "$@" >>"$ASKED"
[ "$1 $2" != "pr create" ] || [ "$(grep -c "^pr create --head $4 " "$ASKED")" -eq 1 ]
"""


def test_the_workflow_that_watches_has_its_form_and_is_careful(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "monitor.yml"
    path.parent.mkdir(parents=True)
    path.write_text(MONITOR)
    tools = Path(sys.executable).parent
    for command in (
        (f"{tools}/check-jsonschema", "--builtin-schema", "vendor.github-workflows", path),
        (f"{tools}/zizmor", "--offline", "--no-progress", path),
    ):
        linted = run(*command)
        assert linted.returncode == 0, linted.stdout + linted.stderr
    workflow = load(path)
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "write", "pull-requests": "write"}
    for uses in [step["uses"] for step in job["steps"] if "uses" in step]:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", uses)


def test_the_workflow_that_watches_remembers_what_it_told() -> None:
    (job,) = yaml.safe_load(MONITOR)["jobs"].values()
    kept = {
        step["with"]["path"] for step in job["steps"] if "actions/cache/" in step.get("uses", "")
    }
    (watching,) = [step for step in job["steps"] if "statusgen monitor" in step.get("run", "")]
    # A path with `..` the cache refuses to save, with a warning only: each run would tell anew.
    assert kept == {watching["env"]["STATUSGEN_STATE"]} == {"${{ runner.temp }}/statusgen-state"}


class Runner:
    """Runs of the workflow that watches: each in a new clone, as GitHub's are."""

    def __init__(self, folder: Path, origin: Path) -> None:
        self.folder, self.origin, self.runs = folder, origin, 0
        self.asked = folder / "asked"
        self.asked.touch()
        programs = folder / "bin"
        programs.mkdir()
        (programs / "gh").write_text(GH)
        statusgen = f'#!/bin/sh\nexec {sys.executable} -m statusgen "$@"\n'
        (programs / "statusgen").write_text(statusgen)
        for program in programs.iterdir():
            program.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "STATUSGEN_STATE": str(folder / "state"),
            "GITHUB_REF_NAME": "main",
            "ASKED": str(self.asked),
        }

    def run(self, minute: int) -> None:
        """One run, that many minutes after noon."""
        self.runs += 1
        clone = self.folder / "work"
        shutil.rmtree(clone, ignore_errors=True)
        url = f"file://{self.origin}"
        git(self.folder, "clone", "--quiet", "--depth", "1", "--branch", "main", url, str(clone))
        (job,) = yaml.safe_load(MONITOR)["jobs"].values()
        environment = {**self.environment, "SOURCE_DATE_EPOCH": str(1795521600 + 60 * minute)}
        for step in [step["run"] for step in job["steps"] if "run" in step][1:]:
            done = run("bash", "-e", "-c", step, cwd=clone, env=environment)
            assert done.returncode == 0, done.stdout + done.stderr

    def at(self, branch: str, path: str) -> str:
        return git(self.origin, "show", f"{branch}:{path}")


def test_the_workflow_that_watches_keeps_measurements_and_proposes_drafts(
    work: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = tmp_path_factory.mktemp("github")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    probe = f'probe: {{tcp: "127.0.0.1:{port}"}}'
    components = work / "content" / "components.yaml"
    known = "{id: server, name: Server}"
    components.write_text(
        components.read_text().replace(known, known.replace("Server}", f"Server, {probe}}}"))
    )
    (work / "content" / "monitoring.yaml").write_text(
        "retries: 0\ndown_after: 2\nup_after: 1\nstale_after: 1h\ndrafts: {after: 5m}\n"
    )
    commit(work)
    git(work, "branch", "--move", "--force", "main")
    origin = server / "origin.git"
    git(server, "clone", "--quiet", "--bare", str(work), str(origin))
    runner = Runner(server, origin)
    for minute in (0, 5):
        runner.run(minute)
    day = "content/measurements/github/2026-11-24.jsonl"
    assert len(runner.at("main", day).splitlines()) == 2
    id = "2026-11-24-1300-server"
    branch, path = f"draft/{id}", f"content/incidents/2026/{id}.yaml"
    assert "status: investigating" in runner.at(branch, path)
    assert run("git", "-C", origin, "show", f"main:{path}").returncode
    runner.run(10)
    with socket.create_server(("127.0.0.1", port)):
        runner.run(15)
    assert runner.at(branch, path).count("status: resolved") == 1
    assert len(runner.at("main", day).splitlines()) == 4
    asked = [line for line in runner.asked.read_text().splitlines() if line.startswith("pr ")]
    assert {line.split()[3] for line in asked} == {branch}
    assert len(git(origin, "for-each-ref", "refs/heads").splitlines()) == 2


@pytest.mark.parametrize("page", sorted((GITHUB / "docs").glob("*.md")), ids=lambda p: p.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        assert link.startswith("https://") or (page.parent / link).exists(), link
