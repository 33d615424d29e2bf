"""Work of other processes: done meanwhile, and waited for."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from statusgen.forked import asked, elsewhere, meanwhile, processes
from statusgen.themes import BrokenTheme

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")


def note(file: Path) -> None:
    file.write_text(str(os.getpid()))


def test_each_work_is_done_by_a_process_of_its_own(tmp_path: Path) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    with meanwhile(partial(note, file) for file in files):
        own = os.getpid()
    assert len({own, *(int(file.read_text()) for file in files)}) == 3


def test_the_work_goes_on_while_something_else_is_done(tmp_path: Path) -> None:
    source, sink = os.pipe()
    with meanwhile([partial(os.write, sink, b"x")]):
        assert os.read(source, 1) == b"x"


@pytest.mark.parametrize(
    "work", [partial(int, "none"), lambda: os.kill(os.getpid(), signal.SIGKILL)]
)
def test_work_that_fails_is_waited_for_as_well(work: object) -> None:
    assert callable(work)
    with meanwhile([work]):
        pass
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_processes_are_waited_for_where_something_goes_wrong() -> None:
    with pytest.raises(KeyError), meanwhile([partial(int, "1")]):
        raise KeyError
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_another_process_answers() -> None:
    here = os.getpid()
    with asked(lambda: os.getpid() != here) as one, asked(lambda: os.getpid() == here) as other:
        assert [one(), other(), one()] == [True, False, True]


def test_another_process_answers_one_question_after_the_other() -> None:
    asking, told = os.pipe()

    def told_to() -> bool:
        return os.read(asking, 1) == b"y"

    with asked(lambda: True, told_to, told_to) as answer:
        assert answer(0)
        os.write(told, b"yn")
        assert [answer(2), answer(1), answer()] == [False, True, True]


def test_a_process_whose_answer_nobody_wants_any_more_is_ended() -> None:
    never, _ = os.pipe()
    with asked(lambda: True, lambda: bool(os.read(never, 1))) as answer:
        assert answer()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_one_that_fails_says_no_and_is_not_left_behind() -> None:
    def fail() -> bool:
        raise ZeroDivisionError

    def die() -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return True

    with asked(fail) as failing, asked(die) as dying, asked(lambda: True):
        assert not failing()
        assert not dying()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_what_others_made_comes_in_order_and_from_processes_of_their_own() -> None:
    def slow() -> tuple[str, int]:
        os.read(source, 1)
        return "x" * 200_000, os.getpid()

    def quick() -> tuple[str, int]:
        os.write(sink, b"!")
        return "y", os.getpid()

    source, sink = os.pipe()
    with elsewhere([slow, quick]) as made:
        (one, first), (other, second) = made
    assert (one, other) == ("x" * 200_000, "y")
    assert len({first, second, os.getpid()}) == 3


def test_what_another_process_raised_is_raised_here() -> None:
    def fail() -> str:
        raise BrokenTheme("home.html", 3, "no such thing")

    def full() -> str:
        raise OSError(errno.ENOSPC, "No space left on device", "index.html")

    with elsewhere([lambda: "made", fail, full]) as made:
        assert next(made) == "made"
        with pytest.raises(BrokenTheme) as broken:
            next(made)
    assert (broken.value.template, broken.value.line) == ("home.html", 3)
    with elsewhere([full]) as made, pytest.raises(OSError, match="index") as error:
        next(made)
    assert (error.value.errno, error.value.filename) == (errno.ENOSPC, "index.html")


@pytest.mark.parametrize(
    "work", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: lambda: "cannot be told"]
)
def test_one_that_does_not_come_to_its_end_is_told_of(work: Callable[[], object]) -> None:
    with elsewhere([work]) as made, pytest.raises(ChildProcessError, match="was ended"):
        next(made)


def test_nobody_goes_on_for_one_who_fails() -> None:
    source, sink = os.pipe()
    with pytest.raises(KeyError), elsewhere([lambda: os.read(source, 1)] * 2):
        raise KeyError
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    os.close(sink)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_nobody_goes_on_for_one_who_was_killed() -> None:
    script = """if True:
        import os, signal, sys, time
        from statusgen.forked import elsewhere
        def wait():
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        with elsewhere([wait]) as made:
            next(made)
    """
    # What it holds of the pipe is let go of when the last of them ends.
    done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == -signal.SIGKILL


def test_beside_another_thread_no_process_is_begun() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    assert processes() == 1
    done.set()
    thread.join()
