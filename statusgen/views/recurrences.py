"""How often a schedule recurs, in words."""

from __future__ import annotations

from collections.abc import Mapping

from statusgen.model.schedules import Schedule
from statusgen.views.viewpoint import Viewpoint

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SAID = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "WKST"})


def rhythm(view: Viewpoint, schedule: Schedule) -> str:
    """Every week on Thursday, 22:00. Nothing where the rule says more than words can well say."""
    parts = dict(part.split("=", 1) for part in schedule.rrule.split(";"))
    said = _days(view, schedule, parts) if parts.keys() <= _SAID else ""
    if not said:
        return ""
    time = view.language.time(schedule.first)
    return view.language.text("{rhythm}, {time}", rhythm=said, time=time)


def _days(view: Viewpoint, schedule: Schedule, parts: Mapping[str, str]) -> str:
    language, every = view.language, int(parts.get("INTERVAL", "1"))
    by_day, by_number = parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    if parts["FREQ"] == "DAILY" and not by_day and not by_number:
        return language.plural("Every day", "Every {count} days", every)
    if parts["FREQ"] == "WEEKLY" and not by_number:
        days = _weekdays(view, by_day or _WEEKDAYS[schedule.first.weekday()])
        return language.plural(
            "Every week on {days}", "Every {count} weeks on {days}", every, days=days
        )
    if parts["FREQ"] == "MONTHLY" and not (by_day and by_number):
        return _monthly(view, schedule, by_day, by_number, every)
    return ""


def _monthly(view: Viewpoint, schedule: Schedule, by_day: str, by_number: str, every: int) -> str:
    language = view.language
    if by_day:
        days = _numbered_weekdays(view, by_day)
        return days and language.plural(
            "Every month on the {days}", "Every {count} months on the {days}", every, days=days
        )
    numbers = [int(number) for number in (by_number or str(schedule.first.day)).split(",")]
    if min(numbers) < 1:
        return ""
    return language.plural(
        "Every month on day {numbers}",
        "Every {count} months on day {numbers}",
        every,
        numbers=language.join(str(number) for number in numbers),
    )


def _weekdays(view: Viewpoint, codes: str) -> str:
    numbers = sorted(_WEEKDAYS.index(code) for code in codes.split(","))
    return view.language.join(view.language.long_weekdays[number] for number in numbers)


def _numbered_weekdays(view: Viewpoint, codes: str) -> str:
    """The first Monday and third Monday; nothing where a day has no number, or one from the end
    other than the last."""
    said = []
    for code in codes.split(","):
        number, day = code[:-2].lstrip("+"), _WEEKDAYS.index(code[-2:])
        if number not in ("1", "2", "3", "4", "5", "-1"):
            return ""
        nth, name = view.language.word("nth", number), view.language.long_weekdays[day]
        said.append(view.language.text("{nth} {weekday}", nth=nth, weekday=name))
    return view.language.join(said)
