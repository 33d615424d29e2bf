"""What the clock alone will change, told ahead.

A static page is read long after it was made. So whatever changes at an instant that is
known beforehand stands in the page in each of its phases, the present one shown and the
others hidden; the script of the page shows the one that holds when it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from msgspec import Struct

from statusgen import civil
from statusgen.views.viewpoint import Viewpoint

AHEAD = timedelta(days=7)
"""How far ahead it is told; a page that is older than that has been saying so for days."""

T = TypeVar("T")


class Phase(Struct, Generic[T], frozen=True):
    """``value`` from ``start`` to ``end`` (RFC 3339, UTC; None: without that bound).

    ``holds``: it is the one of the moment that the page was made for.
    """

    value: T
    start: str | None = None
    end: str | None = None
    holds: bool = True


def phases(
    view: Viewpoint, changes: Iterable[datetime], told: Callable[[datetime], T]
) -> tuple[Phase[T], ...]:
    """What is told now, and from each of the changes to come on.

    ``told`` gives the value at an instant; neighbours that are the same are one phase.
    """
    values: list[tuple[datetime | None, T]] = [(None, told(view.now))]
    for change in sorted(set(changes)):
        if view.now < change <= view.now + AHEAD:
            value = told(change)
            if value != values[-1][1]:
                values.append((change, value))
    starts = [civil.iso(at) if at else None for at, _ in values]
    return tuple(
        Phase(value, start, end, start is None)
        for (_, value), start, end in zip(values, starts, [*starts[1:], None], strict=True)
    )


def from_then_on(view: Viewpoint, at: datetime, value: T) -> Phase[T]:
    """A value that holds from an instant on, whether that has come or not."""
    return Phase(value, civil.iso(at), None, at <= view.now)
