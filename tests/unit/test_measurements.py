"""What measurements on disk add up to, whatever state the files are in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusgen.content.measurements import (
    Month,
    day_of_file,
    fold,
    joined,
    line,
    month,
    month_bytes,
    month_of_file,
    observations,
    series,
)
from statusgen.model.observations import Observation, Outcome, ResponseTimes, Series, Stretch

GOOD, SLOW, BAD = Outcome
START = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)
FRESH = timedelta(minutes=10)
DAY = "here/2026-11-24.jsonl"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def one(minutes: float, outcome: Outcome = GOOD, why: str = "", ms: int = 120) -> Observation:
    took = None if outcome is BAD else timedelta(milliseconds=ms)
    return Observation("server", at(minutes), "here", outcome, took, why)


def lines(*seen: Observation) -> bytes:
    return b"".join(line([each]) for each in seen)


def by_day(seen: Iterable[Observation]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for each in seen:
        path = f"{each.vantage}/{each.at.date()}.jsonl"
        files[path] = files.get(path, b"") + line([each])
    return files


def rolled_up(files: Mapping[str, bytes], days: int) -> dict[str, bytes]:
    """The files with the first so many days added to their month, one after the other."""
    left, known = dict(files), Month(frozenset(), {})
    for path in sorted(files)[:days]:
        named = day_of_file(path)
        assert named is not None
        sums = joined([known.sums, fold(left.pop(path), FRESH)], FRESH)
        known = month(month_bytes(Month(known.days | {named[1]}, sums)))
    return {**left, "here/2026-11.json": month_bytes(known)} if days else left


def stretches(*seen: Observation, fresh: timedelta = FRESH) -> tuple[Stretch, ...]:
    (only,) = series({DAY: lines(*seen)}, fresh)
    return only.stretches


# Stretches


def test_answers_of_one_kind_are_one_stretch_up_to_the_next_kind() -> None:
    found = stretches(one(0), one(1), one(2, BAD, "timeout"), one(3, BAD, "timeout"), one(4))
    assert found == (
        Stretch(at(0), at(2), GOOD, "", 2),
        Stretch(at(2), at(4), BAD, "timeout", 2),
        Stretch(at(4), at(4), GOOD, "", 1),
    )


def test_another_reason_is_another_stretch() -> None:
    found = stretches(one(0, BAD, "timeout"), one(1, BAD, "status 503"))
    assert [stretch.why for stretch in found] == ["timeout", "status 503"]


def test_a_gap_is_a_gap() -> None:
    """Of the time after an observation that nothing followed soon, nothing is known."""
    found = stretches(one(0), one(10), one(20.5), one(21))
    assert found == (Stretch(at(0), at(10), GOOD, "", 2), Stretch(at(20.5), at(21), GOOD, "", 2))
    (whole,) = stretches(one(0), one(10), one(20.5), one(21), fresh=timedelta(minutes=11))
    assert (whole.start, whole.end, whole.count) == (at(0), at(21), 4)


def test_a_stretch_goes_on_over_midnight() -> None:
    (only,) = series(by_day([one(0), one(9), one(11)]), FRESH)
    assert only.stretches == (Stretch(at(0), at(11), GOOD, "", 3),)


def test_vantage_points_and_components_are_kept_apart() -> None:
    round_ = [Observation(name, START, "here", GOOD, None) for name in ("b", "a")]
    files = {DAY: line(round_), "there/2026-11-24.jsonl": line(round_[:1])}
    assert [(s.vantage, s.component) for s in series(files, FRESH)] == [
        ("here", "a"),
        ("here", "b"),
        ("there", "b"),
    ]


# Response times


def test_response_times_are_counted_by_day_to_two_digits() -> None:
    found = series(by_day([one(0, ms=9), one(1, ms=123), one(11, ms=1289), one(12, BAD)]), FRESH)
    assert {day: dict(times.counts) for day, times in found[0].times.items()} == {
        date(2026, 11, 23): {9: 1, 120: 1},
        date(2026, 11, 24): {1200: 1},
    }


@given(st.lists(st.integers(0, 99), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_time_in_which_that_share_came(
    times: list[int], share: int
) -> None:
    counted = ResponseTimes.together(ResponseTimes({taken: 1}) for taken in times)
    found = counted.percentile(share)
    within = [t for t in sorted(times) if sum(u <= t for u in times) * 100 >= share * len(times)]
    assert found == timedelta(milliseconds=within[0])
    assert counted.total == len(times)


def test_without_answers_there_is_no_percentile() -> None:
    assert ResponseTimes({}).percentile(50) is None


# Files that are not as they should be


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\n\n",
        b'{"at":"2026-11-23T23:5',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"null",
        b"[]",
        b'{"at":"2026-11-23","seen":{"server":["bad",null]}}',
        b'{"at":"2026-11-23T23:52:00","seen":{"server":["bad",null]}}',
        b'{"at":"9999-12-31T23:59:59-14:00","seen":{"server":["bad",null]}}',
        b'{"at":1,"seen":{"server":["bad",null]}}',
        b'{"at":"2026-11-23T23:51:00Z","seen":["server"]}',
        b'{"at":"2026-11-23T23:51:00Z","seen":{"server":{}}}',
        b'{"at":"2026-11-23T23:51:00Z","seen":{"server":null}}',
        b'{"at":"2026-11-23T23:51:00Z","seen":{"server":"bad"}}',
        b'{"at":"2026-11-23T23:51:00Z","seen":{"server":["bad"]}}',
        b'{"at":"2026-11-23T23:51:00Z","seen":{"server":["worse",7]}}',
        b'{"at":"2026-11-23T23:51:00Z","seen":{"server":[["bad"],7]}}',
    ],
)
def test_what_is_no_line_says_nothing(damage: bytes) -> None:
    data = lines(one(0)) + damage + b"\n" + lines(one(2))
    assert series({DAY: data}, FRESH) == series({DAY: lines(one(0), one(2))}, FRESH)
    assert list(observations(data, "here")) == [one(0), one(2)]


@pytest.mark.parametrize("took", ["-5", "1.5", "true", '"7"', "[]", "1e999", "86400000"])
def test_a_time_that_cannot_be_is_not_counted(took: str) -> None:
    data = f'{{"at":"2026-11-23T23:51:00Z","seen":{{"server":["good",{took}]}}}}\n'.encode()
    (only,) = series({DAY: data}, FRESH)
    assert dict(only.times) == {}


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    assert series({DAY: data + b"\n" + lines(one(0))}, FRESH)


def test_lines_out_of_order_count_the_same() -> None:
    seen = [one(0), one(1, BAD, "dns"), one(2), one(3)]
    assert stretches(*reversed(seen)) == stretches(*seen)


def test_a_moment_counts_whatever_offset_it_is_written_with() -> None:
    """Such lines do not stand in the order of time: ours are all in UTC."""
    elsewhere = lines(one(1)).replace(b"2026-11-23T23:51:00Z", b"2026-11-24T00:51:00+01:00")
    (only,) = series({DAY: lines(one(0), one(2)) + elsewhere}, FRESH)
    assert only.stretches == stretches(one(0), one(1), one(2))


@pytest.mark.parametrize(
    "path",
    [
        "2026-11-24.jsonl",
        "here/2026-13-24.jsonl",
        "Here/2026-11-24.jsonl",
        "here/there/2026-11-24.jsonl",
        "here/.2026-11.json.new",
        "here/2026-11-24.json",
        "con/2026-11.json",
        "here--there/2026-11.json",
    ],
)
def test_other_files_are_none_of_ours(path: str) -> None:
    assert (day_of_file(path), month_of_file(path)) == (None, None)
    assert series({path: b"?"}, FRESH) == ()


# Months

rounds = st.lists(
    st.tuples(
        st.integers(0, 4 * 24 * 60),
        st.sampled_from([(GOOD, ""), (SLOW, "slow"), (BAD, "dns"), (BAD, "timeout")]),
        st.integers(0, 20_000),
    ),
    min_size=1,
    unique_by=lambda each: each[0],
)


@given(rounds, st.integers(0, 5))
def test_a_month_says_what_its_lines_said(
    drawn: list[tuple[int, tuple[Outcome, str], int]], days: int
) -> None:
    seen = [one(minutes, *kind, ms) for minutes, kind, ms in sorted(drawn)]
    files = by_day(seen)
    assert series(rolled_up(files, days), FRESH) == series(files, FRESH)


@given(rounds)
def test_stretches_are_in_order_and_hold_every_answer_once(
    drawn: list[tuple[int, tuple[Outcome, str], int]],
) -> None:
    (only,) = series(by_day(one(minutes, *kind) for minutes, kind, _ in drawn), FRESH)
    assert sum(stretch.count for stretch in only.stretches) == len(drawn)
    for before, after in zip(only.stretches, only.stretches[1:], strict=False):
        assert before.start <= before.end <= after.start < after.end or after.count == 1


def test_a_day_that_is_in_its_month_already_counts_once() -> None:
    files = by_day([one(0), one(1)])
    assert series({**files, **rolled_up(files, 1)}, FRESH) == series(files, FRESH)


def test_a_month_is_small() -> None:
    """Of 43,200 rounds, each with its time, a component keeps some hundreds of numbers."""
    day = [one(minutes, ms=100 + minutes % 77) for minutes in range(24 * 60)]
    files = rolled_up(by_day(day), 1)
    assert len(files["here/2026-11.json"]) < 500


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"days":["2026-11-31"],"seen":{}}',
        b'{"days":[],"seen":[]}',
        b'{"days":[],"seen":{"server":{}}}',
        b'{"days":[],"seen":{"server":{"runs":[["good"]],"times":{}}}}',
        b'{"days":[],"seen":{"server":{"runs":[[1,2,"good","",1]],"times":{}}}}',
        b'{"days":[],"seen":{"server":{"runs":[],"times":{"2026-11-24":[]}}}}',
        month_bytes(Month(frozenset({date(2026, 11, 24)}), fold(lines(one(0)), FRESH)))[:-9],
    ],
)
def test_a_month_that_cannot_be_read_is_told_with_its_place(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"here/2026-11\.json: "):
        series({"here/2026-11.json": data}, FRESH)


def test_a_line_is_the_format_that_is_documented() -> None:
    seen = [
        Observation("server", START, "here", GOOD, timedelta(milliseconds=123.4)),
        Observation("dashboard", START, "here", BAD, None, "status 503"),
    ]
    assert json.loads(line(seen)) == {
        "at": "2026-11-23T23:50:00Z",
        "seen": {"server": ["good", 123], "dashboard": ["bad", None, "status 503"]},
    }
    assert line(seen).count(b"\n") == 1


def test_what_is_read_is_what_was_written() -> None:
    (only,) = series({DAY: lines(one(0))}, FRESH)
    times = {date(2026, 11, 23): ResponseTimes({120: 1})}
    assert only == Series("server", "here", (Stretch(START, START, GOOD, "", 1),), times)
