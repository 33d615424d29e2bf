"""`statusgen monitor` is killed, at each operation on what it keeps and at any moment, and started
again: each notification arrives, at most one of them twice, and that one with the same id."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from statusgen.cli.app import app
from statusgen.delivery import email, webhook
from statusgen.model.observations import Observation, Outcome
from statusgen.monitor import log, rounds
from tests.faults.scene import KILLED, at_operation, is_killed
from tests.loopback import arrivals_in
from tests.sites import NOW
from tests.unit.small_site import QUIET
from tests.unit.test_cli import write
from tests.unit.test_rounds import COMPONENTS

LOADED = (email, webhook, rounds)
"""Loaded before a process is forked, so that a kill falls into the work and not into imports."""
MINUTE = timedelta(minutes=1)
DRAFT = "2026-11-24-1259-server.yaml"
MONITORING = """\
timeout: 5s
retries: 0
down_after: 2
up_after: 2
drafts: {after: 1m}
tell:
  - webhook: {url_from: HOOK}
  - email: {to: [a@voorbeeld.example], sender: bewaking@voorbeeld.example}
"""
ROUNDS = 8
ROOT = Path(__file__).parents[1]


@dataclass
class Scene:
    """A component that has been down for a minute, or, with a draft of that, up for one."""

    folder: Path
    arrivals: Path
    environment: dict[str, str]
    up: int
    down: int

    @property
    def content(self) -> Path:
        return self.folder / "content"

    def begin(self, *, over: bool) -> None:
        """Nothing was told of it yet; when it is ``over``, all but that."""
        kept = self.folder / f"kept-{over}"
        if not kept.exists():
            self.live(over=over)
            for folder in self.folders:
                if folder.exists():
                    shutil.copytree(folder, kept / folder.name)
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(kept, self.folder, dirs_exist_ok=True)
        self.now(2 if over else 0)
        self.arrivals.write_text("")

    def live(self, *, over: bool) -> None:
        """Until then."""
        write(self.content, {**QUIET, "monitoring.yaml": MONITORING})
        self.at(-1, self.down)
        if over:
            assert self.run() == 0
            self.at(1, self.up)

    @property
    def folders(self) -> tuple[Path, ...]:
        return (self.folder / "state", self.folder / "drafts", self.content)

    def at(self, minute: int, port: int) -> None:
        """From then on it is on that port; it was seen so, and it is the minute after it."""
        write(self.content, {"components.yaml": COMPONENTS.format(port=port)})
        outcome = Outcome.GOOD if port == self.up else Outcome.BAD
        why = "" if port == self.up else "connect"
        at = NOW + minute * MINUTE
        log.append(
            self.content / log.FOLDER, [Observation("server", at, "main", outcome, None, why)]
        )
        self.now(minute + 1)

    def now(self, minute: int) -> None:
        at = NOW + minute * MINUTE
        self.environment["SOURCE_DATE_EPOCH"] = f"{at.timestamp():.0f}"

    @property
    def keeps(self) -> tuple[str, ...]:
        """Where the program writes."""
        kept = (self.folder / "state", self.folder / "drafts", self.content / log.FOLDER)
        return tuple(map(str, kept))

    @property
    def words(self) -> list[str]:
        return ["monitor", str(self.content), "--once"]

    def run(self, number: int = 0) -> int:
        """A round, by a process that is killed at operation of that number on what it keeps."""
        child = os.fork()
        if not child:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            os.environ.update(self.environment)
            status = 70
            try:
                at_operation(number, is_killed, self.keeps)
                app(self.words, prog_name="statusgen")
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 0
            finally:
                os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def check(self, *, over: bool) -> int:
        """All has arrived, and a whole draft is there; how many messages came twice."""
        came = Counter(self.arrivals.read_text().splitlines())
        assert {line.split()[0] for line in came} == {"web", "a@voorbeeld.example"}
        assert len(came) == 2
        assert max(came.values()) <= 2
        (draft,) = [path for path in (self.folder / "drafts").iterdir() if path.name[0] != "."]
        assert draft.name == DRAFT
        assert draft.read_text().count("status: resolved") == over
        assert draft.read_text().count("status: investigating") == 1
        return came.total() - len(came)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with arrivals_in(tmp_path / "arrivals") as where, socket.socket() as down:
        down.bind(("127.0.0.1", 0))  # Nobody listens there, and nobody else can.
        environment = {
            "STATUSGEN_STATE": str(tmp_path / "state"),
            "HOOK": where["web"],
            "STATUSGEN_SMTP": f"127.0.0.1:{where['mail']}",
            "STATUSGEN_SMTP_TLS": "none",
        }
        up = int(where["web"].rpartition(":")[2])
        yield Scene(tmp_path, tmp_path / "arrivals", environment, up, down.getsockname()[1])


@pytest.mark.parametrize("over", [False, True])
def test_killed_at_each_operation_on_what_it_keeps_it_tells_all_of_it(
    scene: Scene, *, over: bool
) -> None:
    twice: Counter[int] = Counter()
    status, number = KILLED, 0
    while status == KILLED:
        number += 1
        scene.begin(over=over)
        status = scene.run(number)
        assert status in (0, KILLED)
        assert scene.run() == 0
        twice[scene.check(over=over)] += 1
    assert number > 30
    assert twice.keys() == {0, 1}


def test_killed_at_any_moment_it_tells_all_of_it(scene: Scene) -> None:
    chance, killed = Random(20261124), 0
    for turn in range(ROUNDS):
        over = turn % 2 == 1
        scene.begin(over=over)
        with subprocess.Popen(
            [sys.executable, "-m", "statusgen", *scene.words],
            cwd=ROOT,
            env={**os.environ, **scene.environment},
            stdout=subprocess.DEVNULL,
        ) as program:
            try:
                program.wait(chance.uniform(0.2, 1.2))
            except subprocess.TimeoutExpired:
                program.send_signal(signal.SIGKILL)
                killed += 1
        assert scene.run() == 0
        assert scene.check(over=over) <= 1
    assert killed


def test_two_at_once_take_turns_and_tell_it_once(scene: Scene) -> None:
    scene.begin(over=False)
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "statusgen", *scene.words],
            cwd=ROOT,
            env={**os.environ, **scene.environment},
            stdout=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert [program.wait() for program in programs] == [0, 0]
    assert scene.check(over=False) == 0
