"""Work that other processes do meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager


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


def _forked(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)  # Nothing of what is to be done at an end is for this process.
    return child
