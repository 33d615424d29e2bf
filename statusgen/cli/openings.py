"""The slots that the agreement allows, offered where a planned moment lacks or is refused."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import click

from statusgen.cli import answers, asking
from statusgen.cli.editing import Editing, said_span_twice

if TYPE_CHECKING:
    from statusgen.intervals import Interval

OFFERED = 3
REFUSALS = ("maintenance-outside-window", "short-notice")
"""The rules that another moment satisfies."""
_QUARTER = timedelta(minutes=15)


def openings(
    editing: Editing, length: timedelta, components: Sequence[str], wish: datetime
) -> list[Interval]:
    """The next allowed slots from the wish on, a day apart, clear of what is planned."""
    from statusgen.policy.slots import next_slots

    found: list[Interval] = []
    start = wish + (-(wish - datetime.fromtimestamp(0, wish.tzinfo))) % _QUARTER
    while len(found) < OFFERED:
        slots = next_slots(editing.content, length, start, 1, components, editing.now)
        if not slots:
            break
        found += slots
        start = slots[0].start + timedelta(days=1)
    return found


def earliest(editing: Editing, announced: datetime) -> datetime:
    """The first moment at which what was announced then may begin, and not in the past."""
    promise = editing.content.agreement.maintenance
    notice = promise.notice if promise and promise.notice else timedelta()
    return max(editing.now, announced + notice)


def hint(editing: Editing, offered: Sequence[Interval]) -> str:
    """The next slot in words and as a flag."""
    if not offered:
        return ""
    flag = f"--start {shlex.quote(editing.written(offered[0].start))}"
    return f"The next slot is {said_span_twice(offered[0], editing.zone)}: {flag}"


def ask_start(editing: Editing, offered: Sequence[Interval]) -> datetime:
    """One of the slots by its number, or another moment."""
    if not offered:
        return asking.ask("Start", lambda said: _moment(editing, said))
    click.echo("The agreement allows:", err=True)
    for number, slot in zip(count(1), offered, strict=False):
        click.echo(f"{number:>3}  {said_span_twice(slot, editing.zone)}", err=True)

    def read(said: str) -> datetime:
        if said.isdecimal() and 1 <= int(said) <= len(offered):
            return offered[int(said) - 1].start
        return _moment(editing, said)

    return asking.ask("Start (a number, or a moment such as 22:00)", read, "1")


def _moment(editing: Editing, said: str) -> datetime:
    return answers.coming_moment(said, editing.zone, editing.now)
