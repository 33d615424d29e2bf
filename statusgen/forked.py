"""Work that other processes do meanwhile."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache


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
def asked(question: Callable[[], bool]) -> Iterator[Callable[[], bool]]:
    """Have a process of its own find the answer. What this gives waits for it: call it.

    The answer of one that did not come to its end is no. Not safe beside other threads.
    """
    child = _forked(question)
    answer = cache(lambda: os.waitpid(child, 0)[1] == 0)
    try:
        yield answer
    finally:
        answer()


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
