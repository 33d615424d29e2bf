"""The ways in which a build goes wrong, each as a round: something happens, and all is well.

A round takes the published site from one state of its content to another. Whatever happens on
the way, the folder holds one of the two, whole; the next build leaves the other one and no
litter. An AssertionError tells of a round that did not.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

from tests.faults.scene import (
    KILLED,
    NOW,
    STATES,
    STORY,
    Scene,
    at_operation,
    ended,
    fails,
    files_in,
    is_killed,
    killed_after,
    no_file_over,
    where_pages_are_made,
    whole,
)

_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EMFILE)
_MADE = 70
"""Some more operations than a process does that makes a share of the pages."""
_MOMENTS = ("2026-11-24T11:59:00Z", "2026-11-24T13:00:00Z", "2027-03-28T01:30:00Z")


@dataclass
class Course:
    """Rounds in a scene: which state is published, how long a build is, what came of them."""

    scene: Scene
    chance: Random
    state: str = "old"
    told: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    operations: int = 0

    def __post_init__(self) -> None:
        began = perf_counter()
        self.scene.mend("new")
        self.seconds = perf_counter() - began
        self.operations = self.scene.operations("old")

    @property
    def other(self) -> str:
        """The state that is not published now, and is built next."""
        return "new" if self.state == "old" else "old"

    def settle(self, kind: str, status: int, *states: str) -> None:
        """The published site is whole: the one that was, or of a state that was built.

        A build that ended well left its own. The next build is as if nothing had happened.
        """
        built = states or (self.other,)
        there = self.scene.check(self.state, *built)
        assert status != 0 or there in built, "it ended well, and the old site is there"
        end = "killed" if status == KILLED else f"status {status}"
        outcome = "the old site" if there == self.state else "the new one"
        self.told[f"{kind}: {end}, {outcome} is there"] += 1
        self.scene.mend(self.other)
        self.state = self.other


Round = Callable[[Course], None]


def killed_at_an_operation(course: Course) -> None:
    """A crash right before any operation on a file."""
    number = course.chance.randint(1, course.operations)
    status = course.scene.build(course.other, partial(at_operation, number, is_killed))
    course.settle("killed at an operation", status)


def killed_at_a_moment(course: Course) -> None:
    """A crash at any moment."""
    child = course.scene.start(course.other)
    status = killed_after(child, course.chance.uniform(0, course.seconds))
    course.settle("killed at a moment", status)


def failed_at_an_operation(course: Course) -> None:
    """The disk is full, over quota, broken, read-only, closed or out of handles, once."""
    number, code = course.chance.randint(1, course.operations), course.chance.choice(_ERRORS)
    fault = partial(at_operation, number, partial(fails, code))
    course.settle("failed at an operation", course.scene.build(course.other, fault))


def failed_in_a_write(course: Course) -> None:
    """The disk takes a part of a file, and no more."""
    size = course.chance.randrange(12_000)
    status = course.scene.build(course.other, partial(no_file_over, size))
    course.settle("failed in a write", status)


def killed_where_pages_are_made(course: Course) -> None:
    """One of the processes that share the work ends, right before any of its operations."""
    fault = partial(at_operation, course.chance.randint(1, _MADE), is_killed)
    status = course.scene.build(course.other, partial(where_pages_are_made, fault))
    assert status in (0, 3)
    course.settle("killed where pages are made", status)


def failed_where_pages_are_made(course: Course) -> None:
    """The disk fails in one of the processes that share the work."""
    number, code = course.chance.randint(1, _MADE), course.chance.choice(_ERRORS)
    fault = partial(at_operation, number, partial(fails, code))
    status = course.scene.build(course.other, partial(where_pages_are_made, fault))
    course.settle("failed where pages are made", status)


def two_at_once(course: Course) -> None:
    """Two builds of two states, of which one may be killed."""
    scene, states = course.scene, [course.state, course.other]
    course.chance.shuffle(states)
    children = [scene.start(state) for state in states]
    if course.chance.random() < 0.5:
        status = killed_after(children.pop(0), course.chance.uniform(0, course.seconds))
        assert status in (0, KILLED)
    assert [ended(child) for child in children] == [0] * len(children)
    course.settle("two at once", 0, *states)


def changed_while_read(course: Course) -> None:
    """A file is saved, emptied or taken away at any operation, also while it is read."""
    story = course.scene.content("old") / STORY
    number = course.chance.randint(1, course.operations)
    change = course.chance.choice((_save, _write_over, _empty, _take_away))
    status = course.scene.build("old", partial(at_operation, number, partial(change, story)))
    story.write_text(STATES["old"][STORY], "utf-8")
    # Without its incident the site is another one, and whole as well.
    course.settle("changed while it is read", status, "old", "later", "quiet")


def _save(story: Path) -> None:
    """As editors and Git do: a new file takes the name."""
    beside = story.with_name(".saving")
    beside.write_text(STATES["later"][STORY], "utf-8")
    beside.replace(story)


def _write_over(story: Path) -> None:
    story.write_text(STATES["later"][STORY], "utf-8")


def _empty(story: Path) -> None:
    story.write_text("", "utf-8")


def _take_away(story: Path) -> None:
    story.unlink(missing_ok=True)


def a_clock_that_jumps(course: Course) -> None:
    """The clock is an hour or a winter off for one build."""
    moment = course.chance.choice(_MOMENTS)
    status = course.scene.build(course.other, now=moment)
    found = files_in(course.scene.output)
    assert (status, found) == (0, whole(course.other, moment))
    course.told["a clock that jumps: the site of its moment is there"] += 1
    course.scene.mend(course.other)
    course.state = course.other


def the_program_is_killed(course: Course) -> None:
    """The program as users start it is killed at any moment, from its first import on."""
    scene = course.scene
    content, output = str(scene.content(course.other)), str(scene.output)
    command = [sys.executable, "-m", "statusgen", "build", content, "--output", output]
    with subprocess.Popen([*command, "--now", NOW], stdout=subprocess.DEVNULL) as program:
        try:
            program.wait(course.chance.uniform(0, 1 + 2 * course.seconds))
        except subprocess.TimeoutExpired:
            program.kill()
    course.settle("the program is killed", program.returncode)


def killed_while_the_spare_becomes_the_site(course: Course) -> None:
    """A crash where the next site is made of the last but one, which is then half of each."""
    _have_a_spare(course)
    number = course.chance.randint(1, course.operations)
    status = course.scene.build(course.other, partial(at_operation, number, is_killed))
    course.settle("killed while the spare becomes the site", status)


def a_hand_at_the_spare(course: Course) -> None:
    """Somebody changes, replaces, adds or takes away a file of the spare, or all of it."""
    _have_a_spare(course)
    path = _a_page(course, course.scene.spare)
    change = course.chance.choice((_put_in, _replace, _add, _take_away, _take_all_away))
    # What is written into a file of the spare is in the output too, and the next build sees it.
    change(path)
    course.settle("a hand at the spare", course.scene.build(course.other))


def a_hand_at_the_output(course: Course) -> None:
    """Somebody changes, replaces or takes away a file of the site, or all of it."""
    if course.chance.random() < 0.5:
        _have_a_spare(course)
    change = course.chance.choice((_put_in, _replace, _take_away, _take_all_away))
    change(_a_page(course, course.scene.output))
    course.settle("a hand at the output", course.scene.build(course.other))


def _have_a_spare(course: Course) -> None:
    for state in (course.other, course.state):
        assert course.scene.build(state) == 0
    assert course.scene.spare.is_dir()


def _a_page(course: Course, folder: Path) -> Path:
    return course.chance.choice(sorted(folder.rglob("*.html")))


def _put_in(path: Path) -> None:
    size = path.stat().st_size
    path.write_bytes(b"x" * size)


def _replace(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"by hand")


def _add(path: Path) -> None:
    path.with_name("added.html").write_bytes(b"by hand")


def _take_all_away(path: Path) -> None:
    shutil.rmtree(path.parent)


ROUNDS: tuple[Round, ...] = (
    killed_at_an_operation,
    killed_at_a_moment,
    failed_at_an_operation,
    failed_in_a_write,
    killed_where_pages_are_made,
    failed_where_pages_are_made,
    two_at_once,
    changed_while_read,
    a_clock_that_jumps,
    the_program_is_killed,
    killed_while_the_spare_becomes_the_site,
    a_hand_at_the_spare,
    a_hand_at_the_output,
)


def a_full_disk(course: Course) -> None:
    """A real one, with room for a part of the new site."""
    shutil.rmtree(course.scene.spare, ignore_errors=True)
    with _mounted_as(course, f"size={_used(course) + course.chance.randrange(100) * 1024}"):
        status = course.scene.build(course.other)
    course.settle("a full disk", status)


def a_full_disk_with_a_spare(course: Course) -> None:
    """One with room for a part of the new pages, where the spare has none to give."""
    _have_a_spare(course)
    for page in course.scene.spare.rglob("*.html"):
        if page.stat().st_nlink == 1:
            page.unlink()
    with _mounted_as(course, f"size={_used(course) + course.chance.randrange(60) * 1024}"):
        status = course.scene.build(course.other)
    course.settle("a full disk with a spare", status)


def a_read_only_disk(course: Course) -> None:
    """The output cannot be written at all."""
    with _mounted_as(course, "ro"):
        status = course.scene.build(course.other)
        assert status == 3
    course.settle("a read-only disk", status)


DISK_ROUNDS: tuple[Round, ...] = (a_full_disk, a_full_disk_with_a_spare, a_read_only_disk)
"""Those that need the output on a small disk of its own, which `a_small_disk` mounts."""
_ROOMY = "rw,size=64m"


@contextmanager
def a_small_disk(folder: Path) -> Iterator[None]:
    """A file system in memory. Raises CalledProcessError where none may be mounted."""
    folder.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", _ROOMY, "statusgen-faults", folder)
    try:
        yield
    finally:
        _run("umount", folder)


@contextmanager
def _mounted_as(course: Course, options: str) -> Iterator[None]:
    disk = course.scene.output.parent
    _run("mount", "-o", f"remount,{options}", disk)
    try:
        yield
    finally:
        _run("mount", "-o", f"remount,{_ROOMY}", disk)


def _used(course: Course) -> int:
    state = os.statvfs(course.scene.output.parent)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def _run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)
