"""What people type, in a flag or as an answer, to what is written; raises BadValue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import click

from statusgen import civil
from statusgen.content import rules, values
from statusgen.content.strict_yaml import forbidden_in
from statusgen.content.suggestions import nearest
from statusgen.content.values import BadValue
from statusgen.content.writer import Node

Read = TypeVar("Read")

_IN_LANGUAGE = re.compile(r"([a-z]{2,3}(?:-[A-Z]{2})?)=(.*)", re.DOTALL)


def flag(option: str, read: Callable[[str], Read], given: str | None) -> Read | None:
    """The value of a flag, None when it was not given; ends with status 2 for a bad one."""
    if given is None:
        return None
    try:
        return read(given)
    except BadValue as error:
        raise click.BadParameter(f"{error.message} {error.help}", param_hint=option) from None


def line(text: str) -> str:
    """Words on one line, such as a title."""
    return paragraphs(" ".join(text.split()))


def paragraphs(text: str) -> str:
    """Words of any length, as they are written: a line break ends them only if one is inside."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    said = "\n".join(row.rstrip() for row in lines.strip().split("\n"))
    forbidden = forbidden_in(said)
    if forbidden:
        raise BadValue(rules.CHARACTER, f"There is {forbidden} in the text.", "Leave it out.")
    if not said:
        raise BadValue(rules.EMPTY_TEXT, "The text is empty.", "Write it.")
    return said + "\n" * ("\n" in said)


def in_languages(
    option: str, given: Iterable[str], languages: Sequence[str], read: Callable[[str], str]
) -> dict[str, str]:
    """The words of a flag by language: ``nl=...``, or without a tag the site's first one."""
    found: dict[str, str] = {}
    for text in given:
        tagged = _IN_LANGUAGE.fullmatch(text)
        language, words = tagged.groups() if tagged else (languages[0], text)
        if language not in languages:
            raise click.BadParameter(
                f"`{language}` is no language of this site: it has {', '.join(languages)}.",
                param_hint=option,
            )
        if language in found:
            message = f"It is given twice in `{language}`; write `{language}=...` for each."
            raise click.BadParameter(message, param_hint=option)
        found[language] = flag(option, read, words) or ""
    return {language: found[language] for language in languages if language in found}


def translated(words: Mapping[str, str], languages: Sequence[str]) -> Node:
    """Words as a file has them: plain when they are in the site's first language only."""
    return words[languages[0]] if list(words) == [languages[0]] else words


def components(text: str, known: Sequence[str], statuses: Sequence[str]) -> dict[str, str]:
    """Components by id with the status typed behind it, ``""`` where none is.

    ``server, dashboard=partial_outage``; without ``statuses`` none may be given.
    """
    found: dict[str, str] = {}
    for part in text.replace(",", " ").split():
        id, given, status = part.partition("=")
        if id not in known:
            message = f"There is no component `{id}`."
            raise BadValue(rules.UNKNOWN_COMPONENT, message, nearest(id, known))
        if given and not statuses:
            raise BadValue(rules.BAD_VALUE, f"`{part}` says a status.", f"Write `{id}`.")
        if given and status not in statuses:
            message = f"`{status}` is no status."
            raise BadValue(rules.UNKNOWN_VALUE, message, nearest(status, statuses))
        found[id] = status
    if not found:
        message = "No component is named."
        raise BadValue(rules.EMPTY_TEXT, message, f"Known are {', '.join(known)}.")
    return found


def past_moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """An instant; a time of day alone is the latest one that has been."""
    found = _at_time_of_day(text, zone, now)
    return max(at for at in found if at <= now) if found else values.instant(text, zone)


def coming_moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """An instant; a time of day alone is the next one to come."""
    found = _at_time_of_day(text, zone, now)
    return min(at for at in found if at > now) if found else values.instant(text, zone)


def _at_time_of_day(text: str, zone: ZoneInfo, now: datetime) -> list[datetime]:
    """The moments around now at which a clock shows that time; none when it is no time."""
    if not re.fullmatch(r"\d\d?:\d\d", text.strip(), re.ASCII):
        return []
    time = values.time_of_day(text)
    today = civil.day_of(now, zone)
    days = (today + timedelta(days=n) for n in range(-2, 3))
    return [at for day in days for at in civil.instants(datetime.combine(day, time), zone)]
