"""`statusgen notify` is killed, at each operation on what it keeps and at any moment, and started
again: everything arrives, at most one message twice, and that one with the same id."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from statusgen.cli.app import app
from statusgen.delivery import command, email, webhook, websub
from statusgen.notify import telling
from tests.faults.scene import is_killed
from tests.loopback import arrivals_in
from tests.sites import NOW
from tests.unit.small_site import published
from tests.unit.test_notify import HOUR, SITE, STORY, UPDATE

LOADED = (command, email, webhook, websub, telling)
"""Loaded before a process is forked, so that a kill falls into the work and not into imports."""
MORE = {**SITE, STORY: SITE[STORY] + UPDATE + UPDATE.replace("13:30", "13:40")}
ROUNDS = 12


@cache
def sites() -> Mapping[str, Mapping[str, bytes]]:
    return {"old": published(SITE), "new": published(MORE, NOW + HOUR)}


@dataclass
class Scene:
    """A site that was told of, and published anew since."""

    folder: Path
    arrivals: Path
    environment: Mapping[str, str]

    @property
    def words(self) -> list[str]:
        return ["notify", str(self.folder / "public"), "--content", str(self.folder / "content")]

    @property
    def state(self) -> Path:
        return Path(self.environment["STATUSGEN_STATE"])

    def begin(self) -> None:
        """Back to what was remembered of the old site."""
        remembered = self.folder / "remembered"
        if not remembered.exists():
            self.publish("old")
            assert self.run() == 0
            self.state.rename(remembered)
            self.publish("new")
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.copytree(remembered, self.state)
        self.arrivals.write_text("")

    def publish(self, site: str) -> None:
        for path, data in sites()[site].items():
            (self.folder / "public" / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / "public" / path).write_bytes(data)

    def run(self, number: int = 0) -> int:
        """Run it in a process that is killed at its operation of that number on its state."""
        child = os.fork()
        if not child:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            os.environ.update(self.environment)
            status = 70
            try:
                killed_in(self.state, number)
                app(self.words, prog_name="statusgen")
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 0
            finally:
                os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def check(self) -> int:
        """All has arrived, with nothing left behind; how many messages came twice."""
        came = Counter(self.arrivals.read_text().splitlines())
        by_way = Counter(line.split()[0] for line in came)
        assert by_way == {"web": 2, "a@voorbeeld.example": 2, "b@voorbeeld.example": 2}
        assert max(came.values()) <= 2
        left = [path.name for path in self.state.rglob("*") if path.is_file()]
        assert sorted(left) == ["notify.json", "notify.lock", "sending.lock", "writing.lock"]
        return came.total() - len(came)


def killed_in(folder: Path, number: int) -> None:
    """Be killed right before this process's operation of that number on files in the folder."""
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event.startswith(("os.", "open")) and str(arguments[:1]).find(str(folder)) >= 0:
            count += 1
            if count == number:
                is_killed()

    sys.addaudithook(watch)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    for name, text in SITE.items():
        (tmp_path / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / name).write_text(text, "utf-8")
    (tmp_path / "readers").write_text("a@voorbeeld.example\nb@voorbeeld.example\n")
    with arrivals_in(tmp_path / "arrivals") as where:
        yield Scene(tmp_path, tmp_path / "arrivals", environment(tmp_path, where))


def environment(folder: Path, where: Mapping[str, Any]) -> dict[str, str]:
    return {
        "STATUSGEN_STATE": str(folder / "state"),
        "SOURCE_DATE_EPOCH": f"{NOW.timestamp():.0f}",
        "HOOK": where["web"],
        "APP": where["web"],
        "READERS": str(folder / "readers"),
        "STATUSGEN_SMTP": f"127.0.0.1:{where['mail']}",
        "STATUSGEN_SMTP_TLS": "none",
    }


def test_killed_at_each_operation_on_what_it_keeps_it_goes_on_where_it_was(scene: Scene) -> None:
    twice: Counter[int] = Counter()
    status, number = -signal.SIGKILL, 0
    while status == -signal.SIGKILL:
        number += 1
        scene.begin()
        status = scene.run(number)
        assert status in (0, -signal.SIGKILL)
        assert scene.run() == 0
        twice[scene.check()] += 1
    assert number > 30
    assert twice.keys() == {0, 1}


def test_killed_at_any_moment_it_goes_on_where_it_was(scene: Scene) -> None:
    chance, command = Random(20261124), [sys.executable, "-m", "statusgen", *scene.words]
    root = Path(__file__).parents[1]
    killed = 0
    for _ in range(ROUNDS):
        scene.begin()
        with subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, **scene.environment},
            stdout=subprocess.DEVNULL,
        ) as program:
            try:
                program.wait(chance.uniform(0.1, 1))
            except subprocess.TimeoutExpired:
                program.kill()
                killed += 1
        assert scene.run() == 0
        assert scene.check() <= 1
    assert killed


def test_two_at_once_tell_everything_once(scene: Scene) -> None:
    scene.begin()
    command = [sys.executable, "-m", "statusgen", *scene.words]
    whole = {**os.environ, **scene.environment}
    root = Path(__file__).parents[1]
    both = [
        subprocess.Popen(command, cwd=root, env=whole, stdout=subprocess.DEVNULL) for _ in range(2)
    ]
    assert [one.wait() for one in both] == [0, 0]
    assert scene.check() == 0
