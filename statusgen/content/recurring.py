"""Recurrence in plain words: every week on Thursday is ``FREQ=WEEKLY;BYDAY=TH``."""

from __future__ import annotations

import re
from datetime import datetime, time

from statusgen.content import rules, values
from statusgen.content.values import BadValue
from statusgen.model.schedules import BadRecurrence, ever_recurs, recurrence

EVERY = ("daily", "weekly", "monthly")

_NUMBERED_DAY = re.compile(rf"(-?[1-5]) ?({'|'.join(values.WEEKDAYS)})", re.ASCII)


def rule(every: str, on: str) -> str:
    """The rule (RFC 5545) of that rhythm on those days; raises BadValue.

    ``on`` is nothing for daily, days of the week for weekly (``thu``, ``mon-fri``), and for
    monthly a day of the month (``15``) or a numbered weekday (``1sat``, ``-1sun`` the last).
    """
    if every == "daily":
        return "FREQ=DAILY"
    if every == "weekly":
        days = (values.WEEKDAYS[day][:2].upper() for day in values.weekdays(on))
        return f"FREQ=WEEKLY;BYDAY={','.join(days)}"
    said = on.strip().lower()
    numbered = _NUMBERED_DAY.fullmatch(said)
    if numbered:
        return f"FREQ=MONTHLY;BYDAY={numbered[1]}{numbered[2][:2].upper()}"
    if re.fullmatch(r"\d\d?", said, re.ASCII) and 1 <= int(said) <= 31:
        return f"FREQ=MONTHLY;BYMONTHDAY={int(said)}"
    raise BadValue(
        rules.BAD_VALUE,
        f"`{on[:40]}` is no day of a month.",
        "Write `15`, or `1sat` for the first Saturday, `-1sun` for the last Sunday.",
    )


def checked(text: str) -> str:
    """A rule that can be used; raises BadValue for another."""
    try:
        if not ever_recurs(text, datetime(2026, 1, 1)):
            raise BadRecurrence("no day ever fits it")
    except BadRecurrence as error:
        help = rules.BAD_RECURRENCE.explanation
        raise BadValue(rules.BAD_RECURRENCE, f"The rule cannot be used: {error}.", help) from None
    return text


def first_after(rule: str, earliest: datetime, at: time) -> datetime:
    """The first wall time on the rule at that time of day, not before ``earliest``.

    A rule that ends before that gives the time on that day, and reading finds it out.
    """
    start = datetime.combine(earliest.date(), at)
    found = (wall for wall in recurrence(rule, start) if wall >= earliest)
    return next(found, start)
