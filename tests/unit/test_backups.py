from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from statusgen import civil
from statusgen.history.backups import BackupState, state
from statusgen.model.agreement import BackupPromise
from statusgen.model.backups import EEA, Backup, missed_days, outside_region

ZONE = civil.zone("Europe/Amsterdam")
DAILY = BackupPromise(timedelta(hours=24), timedelta(days=60), 2, "EEA")


def wall(text: str) -> datetime:
    """An instant of 2026 from wall time: 11-22 02:00."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE).astimezone(UTC)


def run(
    at: str,
    *,
    ok: bool = True,
    locations: tuple[str, ...] = ("NL", "DE"),
    oldest: str | None = None,
) -> Backup:
    oldest_at = wall(oldest) if oldest else None
    return Backup(wall(at), ok, "backups/2026-11.yaml", 0, locations, oldest_at=oldest_at)


def runs(*at: str) -> list[Backup]:
    return [run(moment) for moment in at]


def every(**length: int) -> BackupPromise:
    return BackupPromise(timedelta(**length))


def missed(log: Sequence[Backup], now: str, promise: BackupPromise = DAILY) -> list[str]:
    return [f"{day:%m-%d}" for day in missed_days(log, promise, ZONE, wall(now))]


def test_a_day_without_a_backup_is_missed() -> None:
    log = runs("11-17 02:00", "11-18 02:00", "11-20 02:00", "11-20 23:59", "11-23 00:00")
    assert missed(log, "11-24 12:00") == ["11-19", "11-21", "11-22"]


def test_one_that_failed_is_none() -> None:
    log = [run("11-17 02:00"), run("11-18 02:00", ok=False), run("11-19 02:00", ok=False)]
    assert missed(log, "11-20 12:00") == ["11-18", "11-19"]
    assert missed([*log[:2], run("11-18 05:10"), *log[2:]], "11-20 12:00") == ["11-19"]


def test_today_may_still_get_its_backup() -> None:
    log = runs("11-22 02:00")
    assert missed(log, "11-23 23:59") == []
    assert missed(log, "11-24 00:00") == ["11-23"]


def test_an_empty_log_says_nothing() -> None:
    assert missed([], "11-24 12:00") == []
    assert missed(runs("11-30 02:00"), "11-24 12:00") == []


def test_days_are_those_of_the_site() -> None:
    """Half past midnight on the 23rd is still the 22nd in UTC."""
    assert missed(runs("11-22 12:00", "11-23 00:30", "11-24 00:30"), "11-25 12:00") == []
    assert missed(runs("11-22 00:30", "11-22 23:30", "11-24 00:30"), "11-25 12:00") == ["11-23"]


@pytest.mark.parametrize("last", ["03-31 12:00", "10-27 12:00"])
def test_the_clock_changes_miss_no_day(last: str) -> None:
    end = wall(last)
    first = end - timedelta(days=4)
    nights = [first.replace(hour=1) + timedelta(days=n) for n in range(5)]
    log = [Backup(night, True, "backups/2026.yaml", 0) for night in nights]
    assert missed_days(log, DAILY, ZONE, end) == []
    short = missed_days([*log[:2], *log[3:]], DAILY, ZONE, end)
    assert short == [civil.day_of(nights[2], ZONE)]


def test_every_six_hours_lets_one_be_late_but_none_lack() -> None:
    full = [f"11-{day} {hour:02}:00" for day in (20, 21, 22) for hour in (0, 6, 12, 18)]
    assert missed(runs(*full), "11-23 12:00", every(hours=6)) == []
    gone = [at for at in full if at != "11-21 12:00"]
    assert missed(runs(*gone), "11-23 12:00", every(hours=6)) == ["11-21"]
    late = sorted([*gone, "11-21 12:30"])
    assert missed(runs(*late), "11-23 12:00", every(hours=6)) == []


def test_a_gap_is_found_however_many_there_were_that_day() -> None:
    burst = runs("11-20 00:00", "11-20 00:01", "11-20 00:02", "11-20 00:03", "11-22 00:03")
    assert missed(burst, "11-22 01:00", every(hours=6)) == ["11-20"]
    odd = runs("11-01 00:00", "11-03 23:59", "11-05 00:00", "11-07 23:59")
    assert missed(odd, "11-08 00:30", every(hours=36)) == ["11-02", "11-06"]


def test_every_two_days_lets_one_pass() -> None:
    log = runs("11-10 02:00", "11-12 02:00", "11-14 02:00", "11-17 02:00")
    assert missed(log, "11-19 12:00", every(days=2)) == ["11-16"]
    assert missed(log, "11-20 12:00", every(days=2)) == ["11-16", "11-19"]


def test_what_keeps_to_a_day_and_a_half_misses_nothing() -> None:
    """As often as is promised: 36 hours from one to the next."""
    log = runs("11-10 00:00", "11-11 12:00", "11-13 00:00", "11-14 12:00", "11-16 00:00")
    assert missed(log, "11-16 12:00", every(hours=36)) == []


# Where


@pytest.mark.parametrize("country", ["NL", "DE", "NO", "IS", "LI", "IE", "HR", "GR"])
def test_inside_the_european_economic_area(country: str) -> None:
    assert outside_region(run("11-22 02:00", locations=(country,)), DAILY) == ()


@pytest.mark.parametrize("country", ["US", "GB", "CH", "EL", "UK", "TR", "UA", "SM"])
def test_outside_the_european_economic_area(country: str) -> None:
    assert outside_region(run("11-22 02:00", locations=("NL", country)), DAILY) == (country,)


def test_the_area_has_thirty_countries() -> None:
    assert len(EEA) == 27 + 3


def test_no_region_is_none_to_be_outside_of() -> None:
    assert outside_region(run("11-22 02:00", locations=("US",)), every(hours=24)) == ()


# How it stands


def stands(log: Sequence[Backup], now: str, promise: BackupPromise = DAILY) -> BackupState:
    return state(log, promise, ZONE, wall(now))


def test_a_daily_one_is_fresh_until_a_day_went_by_without() -> None:
    log = runs("11-22 02:00", "11-23 02:00")
    assert stands(log, "11-24 23:59").is_fresh
    assert not stands(log, "11-25 00:00").is_fresh
    assert stands(log, "11-24 02:01").age == timedelta(hours=24, minutes=1)
    assert stands(log, "11-24 02:01").newest == log[1]


def test_another_rhythm_is_fresh_by_the_clock() -> None:
    log = runs("11-22 02:00")
    assert stands(log, "11-22 11:00", every(hours=6)).is_fresh
    assert not stands(log, "11-22 11:01", every(hours=6)).is_fresh


def test_all_is_kept_only_when_nothing_is_wrong() -> None:
    good = [run("11-22 02:00", locations=("NL", "DE")), run("11-23 02:00", locations=("NL", "DE"))]
    promise = BackupPromise(timedelta(days=1), timedelta(days=60), 2, "EEA")
    assert stands(good, "11-23 12:00", promise).is_kept
    for broken in (
        [good[0], run("11-23 02:00", locations=("NL",))],
        [good[0], run("11-23 02:00", locations=("NL", "US"))],
        [good[0], run("11-23 02:00", locations=("NL", "DE"), oldest="11-22 12:00")],
        [good[0]],
        [],
    ):
        now = "11-23 12:00" if len(broken) == 2 else "11-24 12:00"
        assert not stands(broken, now, promise).is_kept


def test_the_newest_is_the_last_good_one_of_up_to_now() -> None:
    log = [run("11-22 02:00"), run("11-23 02:00"), run("11-24 02:00", ok=False)]
    assert stands(log, "11-24 12:00").newest == log[1]
    assert stands(log, "11-23 01:59").newest == log[0]
    assert stands(log, "11-23 02:00").newest == log[1]


@pytest.mark.parametrize("log", [[], [run("11-22 02:00", ok=False)], [run("12-22 02:00")]])
def test_without_a_good_one_nothing_is_known(log: list[Backup]) -> None:
    found = stands(log, "11-22 12:00")
    assert (found.newest, found.age, found.oldest_kept_at) == (None,) * 3
    assert not found.is_fresh
    assert (found.missed, found.outside_region) == ((), ())


def test_the_oldest_is_what_the_last_good_one_says() -> None:
    log = [
        run("11-22 02:00", oldest="09-20 02:00"),
        run("11-23 02:00", oldest="09-22 02:00"),
        run("11-24 02:00", ok=False, oldest="11-01 02:00"),
    ]
    assert stands(log, "11-24 12:00").oldest_kept_at == wall("09-22 02:00")
    assert stands(log, "11-22 12:00").oldest_kept_at == wall("09-20 02:00")


def test_the_newest_tells_which_places_lie_outside() -> None:
    log = [run("11-22 02:00", locations=("US",)), run("11-23 02:00", locations=("NL", "GB"))]
    assert stands(log, "11-23 12:00").outside_region == ("GB",)
    assert stands(log, "11-22 12:00").outside_region == ("US",)


def test_missed_days_are_those_of_the_last_ninety() -> None:
    found = stands(runs("01-01 02:00"), "11-24 12:00").missed
    assert len(found) == 90
    assert found[-1] == date(2026, 11, 23)
    assert found[0] == date(2026, 8, 26)


def test_what_was_missed_longer_ago_is_no_longer_told() -> None:
    log = [run("01-01 02:00")]
    log += [
        Backup(log[0].at + timedelta(days=n), True, "backups/2026.yaml", 0) for n in range(2, 92)
    ]
    assert stands(log, "04-02 12:00").missed == (date(2026, 1, 2),)
    assert stands(log, "04-03 01:00").missed == ()
