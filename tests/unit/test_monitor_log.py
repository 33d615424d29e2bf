"""What was observed is kept: whoever is killed, however many write, nothing counts twice."""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from statusgen.content.measurements import series
from statusgen.model.observations import Observation, Outcome, Series
from statusgen.monitor import log
from tests.faults.scene import (
    KILLED,
    Fault,
    at_operation,
    counted_in,
    ended,
    fails,
    is_killed,
    no_file_over,
)

# Newer Pythons warn of forking where threads run; the children here only write.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

START = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)
FRESH = timedelta(minutes=10)
LATER = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def seen(minutes: float, outcome: Outcome = Outcome.GOOD, vantage: str = "here") -> Observation:
    took = timedelta(milliseconds=120) if outcome is Outcome.GOOD else None
    at = START + timedelta(minutes=minutes)
    return Observation("server", at, vantage, outcome, took, "" if took else "dns")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read(folder: Path) -> tuple[Series, ...]:
    return series(files(folder), FRESH)


def count(folder: Path) -> int:
    return sum(stretch.count for each in read(folder) for stretch in each.stretches)


def forked(work: Callable[[], None], fault: Fault) -> int:
    """The work in a process of its own; a negative signal, or how the disk failed."""
    child = os.fork()
    if child:
        return ended(child)
    status = 0
    try:
        fault()
        work()
    except OSError as error:
        status = error.errno or 1
    finally:
        os._exit(status)


def operations(work: Callable[[], None]) -> int:
    """How many operations on files the work takes."""
    with mmap.mmap(-1, 8) as shared:
        forked(work, partial(counted_in, shared))
        return int.from_bytes(shared[:], "big")


# Lines


def test_rounds_are_added_to_the_file_of_their_day(tmp_path: Path) -> None:
    for minutes in (0, 9, 11):
        log.append(tmp_path, [seen(minutes)])
    assert {name: data.count(b"\n") for name, data in files(tmp_path).items()} == {
        "here/2026-11-23.jsonl": 2,
        "here/2026-11-24.jsonl": 1,
    }


@pytest.mark.parametrize("left", [1, 20, 50])
def test_a_line_that_was_cut_off_harms_no_other(tmp_path: Path, left: int) -> None:
    log.append(tmp_path, [seen(0)])
    log.append(tmp_path, [seen(1)])
    day = tmp_path / "here/2026-11-23.jsonl"
    whole = day.stat().st_size
    day.write_bytes(day.read_bytes()[: whole // 2 + left])
    log.append(tmp_path, [seen(2)])
    assert count(tmp_path) == 2
    assert day.read_bytes().endswith(b"\n")


@pytest.mark.parametrize("room", [1, 50, 99])
def test_a_disk_that_is_full_in_the_middle_of_a_line_is_told(tmp_path: Path, room: int) -> None:
    log.append(tmp_path, [seen(0)])
    size = (tmp_path / "here/2026-11-23.jsonl").stat().st_size
    status = forked(partial(log.append, tmp_path, [seen(1)]), partial(no_file_over, size + room))
    assert status in (errno.ENOSPC, 0)
    assert (status == 0) == (size <= room)
    log.append(tmp_path, [seen(2)])
    assert count(tmp_path) == (3 if status == 0 else 2)


def test_many_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(first: int) -> None:
        for minutes in range(first, first + 100):
            log.append(tmp_path, [seen(minutes / 60)])

    children = []
    for first in range(0, 400, 100):
        child = os.fork()
        if not child:
            write(first)
            os._exit(0)
        children.append(child)
    assert [ended(child) for child in children] == [0] * 4
    (day,) = files(tmp_path).values()
    assert day.count(b"\n") == 400
    assert count(tmp_path) == 400


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("a file\n")
    with pytest.raises(FileExistsError):
        log.append(tmp_path, [seen(0)])


# Months


def a_log(folder: Path) -> None:
    """Four days, on one of which something was wrong."""
    for minutes in (0, 5, 11, 12, 1500, 1505, 1511, 2980, 2985):
        log.append(folder, [seen(minutes, Outcome.BAD if minutes == 1505 else Outcome.GOOD)])


def test_days_that_are_over_are_added_to_their_month(tmp_path: Path) -> None:
    a_log(tmp_path)
    log.append(tmp_path, [seen(5, vantage="there")])
    before = read(tmp_path)
    log.roll_up(tmp_path, "here", datetime(2026, 11, 25, 12, tzinfo=UTC), FRESH)
    assert list(files(tmp_path)) == [
        "here/2026-11-25.jsonl",
        "here/2026-11-26.jsonl",
        "here/2026-11.json",
        "there/2026-11-23.jsonl",
    ]
    assert read(tmp_path) == before
    log.roll_up(tmp_path, "here", LATER, FRESH)
    assert list(files(tmp_path)) == ["here/2026-11.json", "there/2026-11-23.jsonl"]
    assert read(tmp_path) == before


def test_a_day_is_not_over_while_its_last_round_may_be_written(tmp_path: Path) -> None:
    log.append(tmp_path, [seen(0)])
    log.roll_up(tmp_path, "here", datetime(2026, 11, 24, 0, 59, tzinfo=UTC), FRESH)
    assert list(files(tmp_path)) == ["here/2026-11-23.jsonl"]
    log.roll_up(tmp_path, "here", datetime(2026, 11, 24, 1, 0, tzinfo=UTC), FRESH)
    assert list(files(tmp_path)) == ["here/2026-11.json"]


def test_months_are_kept_apart(tmp_path: Path) -> None:
    for days in (0, 10, 40):
        log.append(tmp_path, [seen(days * 24 * 60)])
    log.roll_up(tmp_path, "here", START + timedelta(days=60), FRESH)
    assert list(files(tmp_path)) == [
        "here/2026-11.json",
        "here/2026-12.json",
        "here/2027-01.json",
    ]
    assert count(tmp_path) == 3


@pytest.mark.parametrize("fault", [is_killed, partial(fails, errno.EIO)])
def test_whoever_is_stopped_while_adding_up_loses_and_doubles_nothing(
    tmp_path: Path, fault: Fault
) -> None:
    """At any operation on a file; and the next one makes up for it."""
    a_log(tmp_path / "whole")
    expected = read(tmp_path / "whole")
    add_up = partial(log.roll_up, vantage="here", now=LATER, stale_after=FRESH)
    count = operations(partial(add_up, tmp_path / "whole"))
    assert count > 15
    for number in range(1, count + 1):
        folder = tmp_path / str(number)
        a_log(folder)
        status = forked(partial(add_up, folder), partial(at_operation, number, fault))
        assert status in (KILLED, errno.EIO, 0)
        assert read(folder) == expected, number
        add_up(folder)
        assert list(files(folder)) == ["here/2026-11.json"]
        assert read(folder) == expected, number


def test_a_month_that_cannot_be_read_is_told_and_left(tmp_path: Path) -> None:
    a_log(tmp_path)
    month = tmp_path / "here/2026-11.json"
    month.write_bytes(b"{")
    before = files(tmp_path)
    with pytest.raises(OSError, match="cannot be read") as told:
        log.roll_up(tmp_path, "here", LATER, FRESH)
    assert told.value.filename == str(month)
    assert files(tmp_path) == before


def test_where_nothing_was_seen_there_is_nothing_to_add(tmp_path: Path) -> None:
    log.roll_up(tmp_path, "here", LATER, FRESH)
    assert files(tmp_path) == {}
