"""`statusgen monitor`, as a program: a component is stopped, people are told, it comes back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Timer
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusgen import clock
from statusgen.cli.monitor import _watch, next_turn
from statusgen.content.reading import read
from statusgen.content.tree import read_tree
from statusgen.delivery.state import folder_of
from statusgen.monitor.rounds import Round, Rounds
from statusgen.watch import Watch
from tests.loopback import MailServer, WebServer, mail_server, trusted, web_server
from tests.sites import NOW
from tests.unit.small_site import QUIET
from tests.unit.test_cli import ROOT, write
from tests.unit.test_rounds import COMPONENTS

MONITORING = """\
every: 1s
timeout: 5s
retries: 0
down_after: 2
up_after: 2
stale_after: 5m
drafts: {after: 2s}
tell:
  - webhook: {url_from: OPS}
  - email: {to: [ontwikkelaars@voorbeeld.example], sender: bewaking@voorbeeld.example}
"""
PATIENCE = 60.0


class Service:
    """A component, those who are told, and the program that watches."""

    def __init__(self, folder: Path, ops: WebServer, mail: MailServer) -> None:
        self.folder, self.ops, self.mail = folder, ops, mail
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        write(folder / "content", {**QUIET, "components.yaml": COMPONENTS.format(port=self.port)})
        self.say(MONITORING)
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "STATUSGEN_STATE": str(folder / "state"),
            "STATUSGEN_SMTP": f"localhost:{mail.port}",
            "SSL_CERT_FILE": trusted(folder),
            "OPS": f"{ops.url}/geheim",
        }

    def say(self, monitoring: str) -> None:
        write(self.folder / "content", {"monitoring.yaml": monitoring})

    def stop(self) -> None:
        self._listening.close()

    def start(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))

    @contextmanager
    def watched(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            [sys.executable, "-m", "statusgen", "monitor", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "statusgen", "monitor", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def posted(self) -> list[Mapping[str, object]]:
        return [json.loads(posted.body) for posted in self.ops.posted]

    @property
    def ids(self) -> set[object]:
        return {posted["id"] for posted in self.posted}

    @property
    def mail_ids(self) -> set[str]:
        return {mail["Message-ID"] for _, mail in self.mail.mails}

    @property
    def rounds(self) -> int:
        """How many rounds were written down."""
        days = (self.folder / "content" / "measurements").glob("main/*.jsonl")
        return sum(len(day.read_text().splitlines()) for day in days)


def wait_until(holds: Callable[[], object]) -> None:
    """Look until it does: what is waited for is done by others, who cannot wake us."""
    deadline, never = monotonic() + PATIENCE, Event()
    while not holds():
        assert monotonic() < deadline, "it did not happen"
        never.wait(0.02)


def line_with(program: subprocess.Popen[str], words: str) -> str:
    assert program.stdout
    for line in program.stdout:
        if words in line:
            return line
    raise AssertionError(f"it ended without {words!r}")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with web_server() as ops, mail_server() as mail:
        found = Service(tmp_path, ops, mail)
        try:
            yield found
        finally:
            found.stop()


def test_a_component_that_is_stopped_is_told_of_drafted_and_told_to_be_back(
    service: Service,
) -> None:
    with service.watched() as program:
        assert line_with(program, "Watching") == (
            "Watching 1 component from main every 1s, telling 2 channels; Ctrl-C stops.\n"
        )
        wait_until(lambda: service.rounds >= 2)
        service.stop()
        wait_until(lambda: len(service.posted) == 2 and len(service.mail.mails) == 2)
        (draft,) = (service.folder / "drafts").iterdir()
        assert str(Path("drafts") / draft.name) in str(service.posted[1]["text"])
        service.start()
        wait_until(lambda: len(service.posted) == 3 and len(service.mail.mails) == 3)
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0
    titles = [str(posted["title"]).partition(" (")[0] for posted in service.posted]
    assert titles == ["Server: down", "Draft incident: Server", "Server: up again"]
    assert [posted["tone"] for posted in service.posted] == ["major", "note", "ok"]
    subjects = [mail["Subject"].partition(" (")[0] for _, mail in service.mail.mails]
    assert subjects == titles
    assert "status: resolved" in draft.read_text()
    assert "geheim" not in "".join(p.read_text() for p in service.folder.rglob("*.json"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_at_once(service: Service, number: int) -> None:
    service.say(MONITORING.replace("every: 1s", "every: 1m"))
    with service.watched() as program:
        line_with(program, "Watching")
        program.send_signal(number)
        assert program.wait(PATIENCE) == 0
        assert program.stdout
        assert "Traceback" not in program.stdout.read()


def test_killed_and_started_again_it_goes_on_where_it_was(service: Service) -> None:
    with service.watched():
        wait_until(lambda: service.rounds >= 2)
        service.stop()
        wait_until(lambda: len(service.ids) == 2)
    with service.watched() as program:
        seen = service.rounds
        wait_until(lambda: service.rounds >= seen + 3)
        service.start()
        wait_until(lambda: len(service.ids) == 3 and len(service.mail_ids) == 3)
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0
    assert len(service.posted) <= 4
    assert len(service.mail.mails) <= 4


def test_a_channel_that_cannot_be_reached_holds_up_no_round(service: Service) -> None:
    service.ops.answers = [503] * 100
    service.environment["STATUSGEN_SMTP"] = "localhost:1"
    service.stop()
    with service.watched() as program:
        line_with(program, "was not delivered")
        seen = service.rounds
        wait_until(lambda: service.rounds > seen + 1)
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0
    service.ops.answers = []
    service.environment["STATUSGEN_SMTP"] = f"localhost:{service.mail.port}"


def test_what_keeps_the_outbox_from_its_work_is_said_once(service: Service) -> None:
    outbox = folder_of(service.folder / "content", service.environment) / "outbox"
    write(outbox, {"spoilt.json": "{"})
    with service.watched() as program:
        wait_until(lambda: service.rounds >= 4)
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0
        assert program.stdout
        assert program.stdout.read().count("spoilt.json: this message is damaged") == 1


def test_once_is_one_round_and_its_deliveries(service: Service) -> None:
    service.say(MONITORING.replace("down_after: 2", "down_after: 1"))
    assert service.run("--once").returncode == 0
    assert service.rounds == 1
    service.stop()
    done = service.run("--once", "--vantage", "main")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Server: down (Trial Status)\n  Server is down since ")
    assert (len(service.posted), len(service.mail.mails)) == (1, 1)


def test_once_says_what_could_not_be_delivered(service: Service) -> None:
    service.say(MONITORING.replace("down_after: 2", "down_after: 1"))
    service.ops.answers = [503]
    service.stop()
    done = service.run("--once")
    assert done.returncode == 3
    assert "webhook OPS: 'Server: down (Trial Status)' was not delivered: " in done.stderr
    assert "tried again" in done.stderr
    assert "geheim" not in done.stderr + done.stdout


def test_all_that_channels_lack_is_said_before_anything_is_watched(service: Service) -> None:
    del service.environment["OPS"]
    service.environment["STATUSGEN_SMTP"] = "nergens:0:0"
    done = service.run()
    assert done.returncode == 2
    assert "webhook OPS: the variable OPS is not set" in done.stderr
    assert "STATUSGEN_SMTP names no mail server" in done.stderr
    assert service.rounds == 0


def test_wrong_settings_are_said_at_their_lines(service: Service) -> None:
    service.say("every: soon\nquorum: many\n")
    done = service.run()
    assert done.returncode == 2
    assert "content/monitoring.yaml:1:8: error:" in done.stderr
    assert "content/monitoring.yaml:2:9: error:" in done.stderr


def test_a_test_message_goes_to_each_channel(service: Service) -> None:
    done = service.run("--test")
    assert (done.returncode, done.stdout) == (0, "webhook OPS: sent\nmail: sent\n")
    assert service.posted[0]["title"] == "Test (Trial Status)"
    assert service.mail.mails[0][1]["Subject"] == "Test (Trial Status)"
    assert service.rounds == 0


def test_a_test_message_that_does_not_arrive_is_said(service: Service) -> None:
    service.ops.answers = [404]
    done = service.run("--test")
    assert done.returncode == 3
    assert done.stdout == "mail: sent\n"
    assert "webhook OPS: not delivered" in done.stderr


def test_a_test_takes_channels_and_nothing_else(service: Service) -> None:
    service.say("every: 1m\n")
    assert "names nobody to `tell`" in service.run("--test").stderr
    assert service.run("--test").returncode == 2
    assert service.run("--test", "--once").returncode == 2
    assert service.run("--vantage", "../weg").returncode == 2


def test_a_clock_that_is_set_back_holds_up_no_round(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = partial(os.kill, os.getpid(), signal.SIGTERM)
    moments, rounds = [NOW], list[datetime]()

    class Counted(Rounds):
        def round(self, now: datetime) -> Round:
            rounds.append(now)
            # While the next one is waited for.
            Timer(0.2, moments.append, [NOW - timedelta(hours=len(rounds))]).start()
            if len(rounds) == 3:
                stop()
            return Round()

    content = read(read_tree(service.folder / "content").files).content
    assert content
    monkeypatch.setattr(clock, "now", lambda: moments[-1])
    monkeypatch.setattr(Watch.__init__, "__defaults__", (lambda: clock.now(),))
    late = Timer(15, stop)
    late.start()
    _watch(Counted(service.folder / "content", "main", service.environment), content)
    late.cancel()
    assert rounds == [NOW, NOW - timedelta(hours=1), NOW - timedelta(hours=2)]


@given(
    st.timedeltas(timedelta(seconds=1), timedelta(days=2)),
    st.timedeltas(timedelta(), timedelta(days=9)),
)
def test_the_rhythm_never_drifts_and_leaves_out_what_is_past(
    every: timedelta, later: timedelta
) -> None:
    turn = next_turn(NOW, every, NOW + later)
    assert NOW + later < turn <= NOW + later + every
    assert (turn - NOW) % every == timedelta()
