"""Work of other processes: done meanwhile, and waited for."""

from __future__ import annotations

import os
import signal
import threading
from functools import partial
from pathlib import Path

import pytest

from statusgen.forked import asked, meanwhile, processes

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


def test_beside_another_thread_no_process_is_begun() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    assert processes() == 1
    done.set()
    thread.join()
