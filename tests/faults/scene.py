"""A site that is built from two states of its content, and what may come in between.

Builds are forked off a process that has all modules loaded, so that a thousand take minutes. A
fault is set up in the child, right before the command line runs there.
"""

from __future__ import annotations

import mmap
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from statusgen import cache
from statusgen.artifact import Artifact
from statusgen.cli import building
from statusgen.cli.app import app
from statusgen.publish import manifest
from tests.sites import only
from tests.unit.small_site import FILES, published

Files = Mapping[str, bytes]
Fault = Callable[[], None]

NOW = "2026-11-24T12:00:00Z"
STORY = "incidents/2026/storing.yaml"
_OLD = {**FILES, "site.yaml": FILES["site.yaml"] + only("html", "rss")}
_UPDATE = "  - {at: 2026-11-24 13:30, status: identified, text: {nl: Gevonden., en: Found.}}\n"
_LATER = {**_OLD, STORY: _OLD[STORY] + _UPDATE}
_EARLIER = {
    f"incidents/2026/storing-{month}.yaml": _OLD[STORY].replace("2026-11", f"2026-{month}")
    + (f"  - {{at: 2026-{month}-24 14:00, status: resolved, text: {{nl: Over., en: Over.}}}}\n")
    for month in ("08", "09", "10")
}
_NEW = {
    **{name: text for name, text in _LATER.items() if not name.startswith("maintenance/")},
    **_EARLIER,
}
_QUIET = {name: text for name, text in _OLD.items() if name != STORY}
STATES = {"old": _OLD, "later": _LATER, "new": _NEW, "quiet": _QUIET}
KILLED = -signal.SIGKILL
_OPERATIONS = ("os.", "open", "shutil.", "fcntl.", "ctypes.")


def nothing() -> None:
    """No fault."""


def at_operation(number: int, fault: Fault, below: tuple[str, ...] = ("",)) -> None:
    """Let something happen at the file operation of that number, as this process does them.

    Only those on paths that begin with one of ``below`` count, where there is a path. Processes
    that it forks are left alone.
    """
    count, here = 0, os.getpid()

    def watch(event: str, said: tuple[object, ...]) -> None:
        nonlocal count
        path = os.fspath(said[0]) if said and isinstance(said[0], str | os.PathLike) else below[0]
        is_meant = event.startswith(_OPERATIONS) and str(path).startswith(below)
        if is_meant and os.getpid() == here:
            count += 1
            if count == number:
                fault()

    sys.addaudithook(watch)


def counted_in(shared: mmap.mmap) -> None:
    """Count the file operations of this process in memory that its parent sees."""
    here = os.getpid()

    def watch(event: str, _: tuple[object, ...]) -> None:
        if event.startswith(_OPERATIONS) and os.getpid() == here:
            shared[:] = (int.from_bytes(shared[:], "big") + 1).to_bytes(8, "big")

    sys.addaudithook(watch)


def where_pages_are_made(fault: Fault) -> None:
    """Have two processes make all pages, and let it happen in those alone."""
    building._jobs = lambda job: 2
    os.environ[cache.FOLDER] = ""
    os.register_at_fork(after_in_child=fault)


def is_killed() -> None:
    """End at once, as by a crash: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def fails(code: int) -> None:
    """Fail as the system does."""
    raise OSError(code, os.strerror(code))


def no_file_over(size: int) -> None:
    """Let every write past that many bytes fail, in the middle of a file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def files_in(folder: Path) -> Files:
    """What is in a folder, byte for byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if not path.is_dir()
    }


@dataclass(frozen=True)
class Scene:
    """A folder with the content of each state and the output, and the site that is to come."""

    folder: Path
    sites: Mapping[str, Files]

    @classmethod
    def set_up(cls, folder: Path) -> Scene:
        """Put the content there and publish the old site."""
        scene = cls(folder, {name: whole(name) for name in STATES})
        for name, files in STATES.items():
            write(files, scene.content(name))
        scene.output.parent.mkdir(exist_ok=True)
        assert scene.build("old") == 0
        scene.check("old")
        return scene

    @property
    def output(self) -> Path:
        """Where the site is published."""
        return self.folder / "www" / "public"

    @property
    def spare(self) -> Path:
        """What the next build is made of."""
        return self.output.with_name(f".{self.output.name}.staging-spare")

    def start(self, state: str, fault: Fault = nothing, now: str = NOW) -> int:
        """Begin to build a state in a process of its own, whose number is given."""
        words = [str(self.content(state)), "--output", str(self.output), "--now", now]
        return in_child(partial(_statusgen, ["build", *words], fault))

    def build(self, state: str, fault: Fault = nothing, now: str = NOW) -> int:
        """Build a state; gives the exit status."""
        return ended(self.start(state, fault, now))

    def content(self, state: str) -> Path:
        """The content folder of a state."""
        return self.folder / state / "content"

    def operations(self, state: str) -> int:
        """How many file operations a build of that state does now."""
        with mmap.mmap(-1, 8) as shared:
            assert self.build(state, partial(counted_in, shared)) == 0
            return int.from_bytes(shared[:], "big")

    def check(self, *states: str) -> str:
        """The published site is one of these, whole; says which."""
        found = files_in(self.output)
        there = [state for state in states if self.sites[state] == found]
        if not there:
            raise AssertionError(f"a broken site: {_differences(found, self.sites, states)}")
        return there[0]

    def mend(self, state: str) -> None:
        """The next build is whole, and leaves nothing of what went wrong before."""
        status = self.build(state)
        assert status == 0, f"the next build ended with {status}"
        self.check(state)
        beside = {path.name for path in self.output.parent.iterdir()} - {self.spare.name}
        assert beside == {self.output.name}, f"left behind: {beside}"


def whole(state: str, now: str = NOW) -> Files:
    """The files of the site of a state at a moment, where nothing goes wrong."""
    site = published(STATES[state], datetime.fromisoformat(now))
    made = [Artifact(path, content) for path, content in site.items()]
    return {artifact.path: artifact.content for artifact in [*made, manifest(made)]}


def write(files: Mapping[str, str], folder: Path) -> None:
    """Write a content folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def ended(child: int) -> int:
    """Wait for a process; gives its exit status, or the signal that ended it as -number."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def in_child(work: Callable[[], None]) -> int:
    """Begin to work in a process of its own, whose number is given."""
    child = os.fork()
    if not child:
        _work(work)
    return child


def killed_after(child: int, seconds: float) -> int:
    """Kill a process after that long, if it lives by then."""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return ended(child)


def _work(work: Callable[[], None]) -> None:
    status = 70
    try:
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    finally:
        os._exit(status)


def _statusgen(words: list[str], fault: Fault) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    fault()
    app(words, prog_name="statusgen")


def _differences(found: Files, sites: Mapping[str, Files], states: tuple[str, ...]) -> str:
    return "; ".join(
        f"{state}: {sorted(dict(found.items() ^ sites[state].items()))[:5]}" for state in states
    )
