"""Work that other processes do meanwhile."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


def processes() -> int:
    """As many as there are processors for them.

    Beside other threads, such as those that watch for changes, a process cannot be forked safely.
    """
    if not hasattr(os, "sched_getaffinity") or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


@contextmanager
def meanwhile(works: Iterable[Callable[[], object]]) -> Iterator[None]:
    """Have each of these done by a process of its own; at the end they are waited for.

    The processes are forked, so that they know all that was read without being told. What they
    make they are to leave where it is found: whether one came to its end, or was ended, is not
    said. Not safe beside other threads.
    """
    children = [_forked(work) for work in works]
    try:
        yield
    finally:
        for child in children:
            os.waitpid(child, 0)


@contextmanager
def asked(*questions: Callable[[], bool]) -> Iterator[Callable[..., bool]]:
    """Have a process of its own find the answers, one after the other. What this gives waits for
    one: call it with its number, or for the first without.

    Where that process did not come to an answer it is no. At the end it is ended. Not safe beside
    other threads.
    """
    source, sink = os.pipe()
    child = _forked(partial(_answer, questions, sink))
    os.close(sink)
    answers: list[bool] = []

    def answer(number: int = 0) -> bool:
        while len(answers) <= number:
            answers.append(os.read(source, 1) == _YES)  # nothing more comes from one that ended
        return answers[number]

    try:
        yield answer
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(source)


_YES = b"y"


def _answer(questions: Iterable[Callable[[], bool]], sink: int) -> None:
    for question in questions:
        os.write(sink, _YES if question() else b"n")


@contextmanager
def elsewhere(works: Iterable[Callable[[], T]]) -> Iterator[Iterator[T]]:
    """Have each of these done by a process of its own. What this gives waits for what they made,
    in their order, and raises what they raised.

    Raises ChildProcessError where a process did not come to its end. At the end those that nobody
    waited for are ended, as they are when this process is. Not safe beside other threads.
    """
    children = [_begun(work) for work in works]
    waiting = dict(children)

    def made() -> Iterator[T]:
        for child, source in children:
            with os.fdopen(source, "rb") as pipe:
                told = pipe.read()
            del waiting[child]
            if os.waitpid(child, 0)[1]:
                raise ChildProcessError("A process that made pages was ended.")
            is_made, found = pickle.loads(told)  # noqa: S301  we have forked who wrote it
            if not is_made:
                raise found
            yield found

    try:
        yield made()
    finally:
        for child, source in waiting.items():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(source)


def _begun(work: Callable[[], object]) -> tuple[int, int]:
    """The process that does it, and where it says what came of it."""
    source, sink = os.pipe()
    child = _forked(partial(_tell, work, sink, os.getpid()))
    os.close(sink)
    return child, source


def _tell(work: Callable[[], object], sink: int, parent: int) -> bool:
    end_with(parent)
    told: tuple[bool, Any]
    try:
        told = True, work()
    except Exception as error:  # It is raised where it is waited for.
        told = False, error
    with os.fdopen(sink, "wb") as pipe:
        pickle.dump(told, pipe)
    return True


def end_with(parent: int) -> None:
    """Otherwise a process whose parent was killed would wait for ever, and hold what it held."""
    import ctypes

    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # It was too late to ask for that.
            os._exit(1)


_PR_SET_PDEATHSIG = 1


def _forked(work: Callable[[], object]) -> int:
    """Its status at the end is 0 if what it made is true."""
    child = os.fork()
    if child == 0:
        made: object = False
        try:
            made = work()
        finally:
            os._exit(0 if made else 1)  # Nothing of what is to be done at an end is for this one.
    return child
