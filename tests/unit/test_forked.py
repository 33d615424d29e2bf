"""Work of other processes: done meanwhile, and waited for."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from statusgen.forked import meanwhile

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
