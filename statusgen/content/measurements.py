"""Measurements as they lie on disk, to what they add up to.

``<vantage>/2026-11-24.jsonl`` holds the rounds of a UTC day, one a line as it was asked;
``<vantage>/2026-11.json`` holds the days of a month that are over, added up. Reading both gives
what the lines alone would have given. A month has nearly a million answers, so lines are folded
into runs as they are read: no value is made for a single answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from msgspec import Struct, field

from statusgen import civil
from statusgen.content.values import is_id
from statusgen.json_file import json_text
from statusgen.model.observations import (
    Observation,
    Outcome,
    ResponseTimes,
    Series,
    Stretch,
)

_DAY_FILE = re.compile(r"([a-z0-9-]+)/(\d{4}-\d\d-\d\d)\.jsonl", re.ASCII)
_MONTH_FILE = re.compile(r"([a-z0-9-]+)/(\d{4}-\d\d)\.json", re.ASCII)
_SECONDS_A_DAY = 86_400
_EPOCH = date(1970, 1, 1)
_LONGEST_WHY = 100
_OUTCOMES = frozenset(Outcome)


Times = dict[date, dict[int, int]]
"""By UTC day: milliseconds, to two digits -> number of answers."""


class Run(Struct):
    """Answers of one kind, none longer after the one before than observations are fresh.

    Moments are in seconds since 1970.
    """

    start: int
    last: int
    outcome: str
    why: str
    count: int


class Sum(Struct):
    """What the answers of one component add up to."""

    runs: list[Run] = field(default_factory=list)
    times: Times = field(default_factory=dict)


Sums = dict[str, Sum]
"""By the id of the component."""


class Month(Struct, frozen=True):
    """The days of a month that are added up, and the sums of them."""

    days: frozenset[date]
    sums: Sums


def day_of_file(path: str) -> tuple[str, date] | None:
    """Vantage point and UTC day of a file of lines; None for another file."""
    named = _DAY_FILE.fullmatch(path)
    try:
        return (named[1], date.fromisoformat(named[2])) if named and is_id(named[1]) else None
    except ValueError:
        return None


def month_of_file(path: str) -> str | None:
    """The vantage point of the file of a month; None for another file."""
    named = _MONTH_FILE.fullmatch(path)
    return named[1] if named and is_id(named[1]) else None


# Lines


def line(observations: Iterable[Observation]) -> bytes:
    """One round as a line. All of a round have the same moment; raises ValueError for none."""
    seen: dict[str, list[object]] = {}
    at = None
    for each in observations:
        at = each.at
        took = None if each.took is None else round(each.took / timedelta(milliseconds=1))
        seen[each.component] = [each.outcome, took, *([each.why] if each.why else [])]
    if at is None:
        raise ValueError("a round without observations")
    return f"{json_text({'at': f'{at:%Y-%m-%dT%H:%M:%SZ}', 'seen': seen})}\n".encode("ascii")


def observations(data: bytes, vantage: str) -> Iterator[Observation]:
    """Each answer in a file of lines, by time: for few of them, as ``fold`` is for many."""
    for at, seen in _rounds(data):
        for name, entry in seen.items():
            match entry:
                case [outcome, took, *more] if isinstance(outcome, str) and outcome in _OUTCOMES:
                    yield Observation(
                        name,
                        datetime.fromtimestamp(at, UTC),
                        vantage,
                        Outcome(outcome),
                        timedelta(milliseconds=took) if _is_time(took) else None,
                        _short(more[0]) if more else "",
                    )


def fold(data: bytes, stale_after: timedelta) -> Sums:
    """The sums of a file of lines; what is no line of the format says nothing."""
    longest = int(stale_after.total_seconds())
    current: dict[str, Run] = {}
    sums: Sums = {}
    times: dict[int, dict[str, dict[int, int]]] = {}
    for at, seen in _rounds(data):
        today = times.setdefault(at // _SECONDS_A_DAY, {})
        try:
            for name, entry in seen.items():
                outcome, took = entry[0], entry[1]
                why = entry[2] if len(entry) > 2 else ""
                run = current.get(name)
                if (
                    run is not None
                    and run.outcome == outcome
                    and run.why == why
                    and 0 <= at - run.last <= longest
                ):
                    run.last = at
                    run.count += 1
                elif outcome in _OUTCOMES:
                    current[name] = run = Run(at, at, outcome, _short(why), 1)
                    sums.setdefault(name, Sum()).runs.append(run)
                else:
                    continue
                if took is not None:
                    counted = today.setdefault(name, {})
                    counted[took] = counted.get(took, 0) + 1
        except (TypeError, KeyError, IndexError):
            continue
    return {name: Sum(sum.runs, _rounded(name, times)) for name, sum in sums.items()}


def _rounds(data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """The moment and the answers of each whole line, by time: a line begins with its moment."""
    for text in sorted(data.decode("utf-8", "replace").split("\n")):
        try:
            said = json.loads(text)
            at, seen = _seconds(said["at"]), said["seen"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(seen, dict):
            yield at, seen


def _rounded(name: str, times: Mapping[int, Mapping[str, Mapping[Any, int]]]) -> Times:
    found: Times = {}
    for number, by_name in times.items():
        counted: dict[int, int] = {}
        for took, count in by_name.get(name, {}).items():
            if _is_time(took):
                about = _two_digits(took)
                counted[about] = counted.get(about, 0) + count
        if counted:
            found[_EPOCH + timedelta(days=number)] = counted
    return found


def _two_digits(number: int) -> int:
    """1234 is about 1200: what is lost is less than answers differ."""
    unit = int(10 ** max(len(str(number)) - 2, 0))
    return number // unit * unit


def _is_time(took: object) -> bool:
    return type(took) is int and 0 <= took < _SECONDS_A_DAY * 1000


def _short(why: object) -> str:
    return why[:_LONGEST_WHY] if isinstance(why, str) and why.isprintable() else ""


def _seconds(moment: str) -> int:
    """Seconds since 1970; raises ValueError for what is no moment with an offset."""
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None or not civil.EARLIEST <= at < civil.LATEST:
        raise ValueError(moment)
    return int(at.timestamp())


# Months


def month(data: bytes) -> Month:
    """What the file of a month says. Raises ValueError for what is no such file."""
    try:
        said = json.loads(data)
        days = frozenset(map(date.fromisoformat, said["days"]))
        return Month(days, {name: _sum(parts) for name, parts in said["seen"].items()})
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no file of a month: {error}") from None


def month_bytes(month: Month) -> bytes:
    """The file of a month: a line for each component, so that it differs line by line."""
    days = json_text([str(day) for day in sorted(month.days)])
    sums = sorted(month.sums.items())
    seen = ",\n".join(f"{json_text(name)}:{json_text(_parts(sum))}" for name, sum in sums)
    return f'{{"days":{days},"seen":{{\n{seen}\n}}}}\n'.encode("ascii")


def _sum(parts: dict[str, Any]) -> Sum:
    runs = [
        Run(_seconds(start), _seconds(last), Outcome(outcome), _short(why), int(count))
        for start, last, outcome, why, count in parts["runs"]
    ]
    times = {
        date.fromisoformat(day): {int(took): int(count) for took, count in counts.items()}
        for day, counts in parts["times"].items()
    }
    return Sum(runs, times)


def _parts(sum: Sum) -> dict[str, Any]:
    return {
        "runs": [[_text(r.start), _text(r.last), r.outcome, r.why, r.count] for r in sum.runs],
        "times": {
            str(day): {str(took): count for took, count in sorted(counts.items())}
            for day, counts in sorted(sum.times.items())
        },
    }


def _text(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def joined(parts: Iterable[Sums], stale_after: timedelta) -> Sums:
    """The sums of all parts as one, in whatever order they come."""
    longest = int(stale_after.total_seconds())
    found: Sums = {}
    for part in parts:
        for name, sum in part.items():
            whole = found.setdefault(name, Sum())
            whole.runs += sum.runs
            for day, counts in sum.times.items():
                counted = whole.times.setdefault(day, {})
                for took, count in counts.items():
                    counted[took] = counted.get(took, 0) + count
    return {name: Sum(_linked(found[name].runs, longest), found[name].times) for name in found}


def _linked(runs: Iterable[Run], longest: int) -> list[Run]:
    linked: list[Run] = []
    for run in sorted(runs, key=lambda r: (r.start, r.last, r.outcome, r.why)):
        before = linked[-1] if linked else None
        if (
            before is not None
            and (before.outcome, before.why) == (run.outcome, run.why)
            and run.start - before.last <= longest
        ):
            last, count = max(before.last, run.last), before.count + run.count
            linked[-1] = Run(before.start, last, run.outcome, run.why, count)
        else:
            linked.append(run)
    return linked


# What it comes to


def series(files: Mapping[str, bytes], stale_after: timedelta) -> tuple[Series, ...]:
    """What each vantage point saw of each component; ``files`` by path in measurements/.

    Raises ValueError, with the path, for a file of a month that cannot be read.
    """
    parts: dict[str, list[Sums]] = {}
    added = set()
    for path, data in files.items():
        if vantage := month_of_file(path):
            read = _month_at(path, data)
            parts.setdefault(vantage, []).append(read.sums)
            added |= {(vantage, day) for day in read.days}
    for path, data in files.items():
        if (at := day_of_file(path)) and at not in added:
            parts.setdefault(at[0], []).append(fold(data, stale_after))
    return tuple(
        _series(name, vantage, sum, stale_after)
        for vantage, sums in sorted(parts.items())
        for name, sum in sorted(joined(sums, stale_after).items())
    )


def _month_at(path: str, data: bytes) -> Month:
    try:
        return month(data)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _series(name: str, vantage: str, sum: Sum, stale_after: timedelta) -> Series:
    times = {day: ResponseTimes(counts) for day, counts in sorted(sum.times.items())}
    return Series(name, vantage, _stretches(sum.runs, int(stale_after.total_seconds())), times)


def _stretches(runs: list[Run], longest: int) -> tuple[Stretch, ...]:
    found = []
    for run, following in zip_longest(runs, runs[1:]):
        end = run.last
        if following is not None and following.start - run.last <= longest:
            end = following.start
        start, end = (datetime.fromtimestamp(moment, UTC) for moment in (run.start, end))
        found.append(Stretch(start, end, Outcome(run.outcome), run.why, run.count))
    return tuple(found)
