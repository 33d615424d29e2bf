from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app
from tests.loopback import MailServer, WebServer, mail_server, web_server
from tests.sites import NOW
from tests.unit.test_notify import HOUR, MORE, SITE, publish

CANARY = "canary-5f0c2d"
TITLE = "Oorzaak gevonden: Storing"


class Scene:
    """A content folder, a published site, and servers that what is new is sent to."""

    def __init__(self, folder: Path, web: WebServer, mail: MailServer) -> None:
        self.folder, self.web, self.mail = folder, web, mail
        self.output, self.content = folder / "public", folder / "content"
        self.now = NOW
        (folder / "readers").write_text(f"jan@voorbeeld.example\nEva <eva-{CANARY}@x.example>\n")
        self.environment: dict[str, str | None] = {
            "STATUSGEN_STATE": str(folder / "state"),
            "HOOK": f"{web.url}/{CANARY}",
            "APP": f"{web.url}/{CANARY}",
            "READERS": str(folder / "readers"),
            "STATUSGEN_SMTP": f"127.0.0.1:{mail.port}",
            "STATUSGEN_SMTP_TLS": "none",
        }
        self.write(SITE)
        publish(self.output)

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.content / name).parent.mkdir(parents=True, exist_ok=True)
            (self.content / name).write_text(text, "utf-8")

    def run(self, *words: str) -> Result:
        environment = {**self.environment, "SOURCE_DATE_EPOCH": f"{self.now.timestamp():.0f}"}
        command = ["notify", str(self.output), "--content", str(self.content), *words]
        return CliRunner().invoke(app, command, env=environment)

    def state(self) -> str:
        return "".join(p.read_text() for p in (self.folder / "state").rglob("*") if p.is_file())


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with web_server() as web, mail_server("none") as mail:
        yield Scene(tmp_path, web, mail)


def test_the_first_time_is_told(scene: Scene) -> None:
    first = scene.run()
    assert (first.exit_code, first.output) == (
        0,
        "The first time here: all that is published is remembered, and nobody is told.\n",
    )
    again = scene.run()
    assert (again.exit_code, again.output) == (0, "Nothing is new.\n")


def test_who_has_no_home_is_told_to_name_a_folder(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", nowhere)
    for name in ("STATUSGEN_STATE", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
        scene.environment.pop(name, None)
    result = scene.run()
    assert result.exit_code == 2
    assert "no home folder: name one for what is on its way in STATUSGEN_STATE." in result.output


def test_what_is_new_is_listed_with_whom_it_went_to(scene: Scene) -> None:
    scene.run()
    publish(scene.output, MORE, NOW + HOUR)
    ahead = scene.run("--dry-run")
    told = scene.run()
    assert (ahead.exit_code, told.exit_code) == (0, 0)
    assert f"would tell: {TITLE}\n" in ahead.stdout
    assert f"new: {TITLE}\n" in told.stdout
    assert "to webhook HOOK\n" in told.stdout
    assert "to mail to the list READERS\n" in told.stdout
    assert told.stdout.endswith("Sent 3.\n")
    assert "Sent" not in ahead.stdout
    assert (len(scene.web.posted), len(scene.mail.mails)) == (1, 2)


def test_programs_are_told_as_json(scene: Scene) -> None:
    assert json.loads(scene.run("--format", "json").stdout)["first"] is True
    publish(scene.output, MORE, NOW + HOUR)
    scene.web.answers = [503]
    scene.mail.refused = {"jan@voorbeeld.example": 550}
    told = scene.run("--format", "json")
    said = json.loads(told.stdout)
    assert told.exit_code == 3
    assert said["first"] is False
    assert [(one["title"], one["channel"]) for one in said["news"]] == [
        (TITLE, "webhook HOOK"),
        ("Cause found: Outage", "mail to the list READERS"),
    ]
    assert said["sent"] == 1
    (waiting,), (given_up,) = said["waiting"], said["given_up"]
    assert waiting["again_at"] == (NOW + timedelta(minutes=1)).isoformat()
    assert waiting["reason"] == "the answer was status 503"
    assert given_up["recipient"] == "j…@voorbeeld.example"
    assert given_up["reason"] == "the mail server refuses this address: status 550"


def test_what_could_not_be_delivered_is_told_and_tried_again(scene: Scene) -> None:
    scene.run()
    publish(scene.output, MORE, NOW + HOUR)
    scene.web.answers = [503]
    scene.mail.refused = {"jan@voorbeeld.example": 550}
    failed = scene.run()
    assert failed.exit_code == 3
    assert "1 not delivered yet: webhook HOOK: the answer was status 503\n" in failed.stderr
    assert "Tried again when this runs after 2026-11-24 12:01 UTC.\n" in failed.stderr
    assert "given up: Cause found: Outage: mail to the list READERS j…@voorb" in failed.stderr
    still = scene.run()
    assert (still.exit_code, still.stdout) == (3, "Nothing is new.\n")
    scene.now = NOW + timedelta(minutes=1)
    later = scene.run()
    assert (later.exit_code, later.output) == (0, "Nothing is new.\nSent 1.\n")
    assert [json.loads(one.body)["title"] for one in scene.web.posted] == [TITLE, TITLE]
    keys = {one.headers["Idempotency-Key"] for one in scene.web.posted}
    assert len(keys) == 1


def test_a_secret_is_in_no_word_no_log_and_no_state(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = scene.run().output
    publish(scene.output, MORE, NOW + HOUR)
    scene.web.answers = [500]
    scene.environment |= {
        "STATUSGEN_SMTP_USER": f"{CANARY}-me",
        "STATUSGEN_SMTP_PASSWORD": f"{CANARY}-word",
    }
    scene.environment["READERS"] = str(scene.folder / "others")
    (scene.folder / "others").write_text("jan@voorbeeld.example\n")
    said += scene.run().output + scene.run("--dry-run").output
    said += scene.run("--format", "json").output
    assert "not delivered yet: webhook HOOK" in said
    assert "the mail server refuses the name and password" in said
    assert "HOOK" in scene.state()
    assert CANARY not in said + caplog.text + scene.state()


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("HOOK", "The variable HOOK is not set: it holds a webhook's address."),
        ("READERS", "The variable READERS is not set: it names a file of addresses."),
        ("STATUSGEN_SMTP", "The variable STATUSGEN_SMTP names no mail server"),
    ],
)
def test_a_variable_that_is_missing_is_wrong_set_up(variable: str, said: str, scene: Scene) -> None:
    scene.environment[variable] = None
    wrong = scene.run()
    assert wrong.exit_code == 2
    assert said in wrong.stderr
    assert scene.run("--dry-run").exit_code == 0
    assert not (scene.folder / "state").exists()


def test_an_output_that_is_no_site_is_wrong_use(scene: Scene) -> None:
    scene.output = scene.folder / "nothing"
    wrong = scene.run()
    assert wrong.exit_code == 2
    assert "build the site first" in wrong.stderr


def test_a_folder_is_called_as_it_was_given(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scene.folder)
    scene.output = Path(scene.content.name)
    assert f"No feeds are in {scene.content.name}: it is no site" in scene.run().stderr


def test_nobody_to_tell_is_wrong_set_up(scene: Scene) -> None:
    (scene.content / "notify.yaml").unlink()
    wrong = scene.run()
    assert wrong.exit_code == 2
    assert "There is nobody to tell" in wrong.stderr


def test_a_mistake_in_notify_yaml_is_a_finding(scene: Scene) -> None:
    scene.write({"notify.yaml": "channels:\n  - webhook: {url: https://x.example/}\n"})
    wrong = scene.run()
    assert wrong.exit_code == 1
    assert "notify.yaml:2:15: error: `url` is no key of this. [unknown-key]" in wrong.stderr


def test_an_announcement_that_is_being_written_is_in_the_way_of_nothing(scene: Scene) -> None:
    scene.write({"incidents/2026/half.yaml": "title: [\n"})
    assert scene.run().exit_code == 0


def test_a_state_folder_that_cannot_be_written_is_told(scene: Scene) -> None:
    (scene.folder / "file").write_text("")
    scene.environment["STATUSGEN_STATE"] = str(scene.folder / "file")
    failed = scene.run()
    assert failed.exit_code == 3
    assert failed.stderr.startswith("statusgen: ")
