from __future__ import annotations

from datetime import date

import pytest

from statusgen.model.holidays import UnknownCountry, between, easter_sunday, public_holidays


def days(year: int, *written: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(f"{year}-{day}") for day in written)


# Written down from calendars of those years, day by day.
DUTCH = {
    # 27 April is a Sunday, and the year is divisible by five.
    2025: days(
        2025,
        *("01-01", "04-20", "04-21", "04-26", "05-05", "05-29", "06-08", "06-09"),
        *("12-25", "12-26"),
    ),
    2026: days(
        2026, "01-01", "04-05", "04-06", "04-27", "05-14", "05-24", "05-25", "12-25", "12-26"
    ),
    2027: days(
        2027, "01-01", "03-28", "03-29", "04-27", "05-06", "05-16", "05-17", "12-25", "12-26"
    ),
    2028: days(
        2028, "01-01", "04-16", "04-17", "04-27", "05-25", "06-04", "06-05", "12-25", "12-26"
    ),
    2030: days(
        2030,
        *("01-01", "04-21", "04-22", "04-27", "05-05", "05-30", "06-09", "06-10"),
        *("12-25", "12-26"),
    ),
    # 27 April is a Sunday again.
    2031: days(
        2031, "01-01", "04-13", "04-14", "04-26", "05-22", "06-01", "06-02", "12-25", "12-26"
    ),
}


@pytest.mark.parametrize("year", DUTCH)
def test_the_dutch_public_holidays(year: int) -> None:
    assert public_holidays("NL", year) == DUTCH[year]


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2000, "04-23"),
        (2008, "03-23"),
        (2011, "04-24"),
        (2024, "03-31"),
        (2038, "04-25"),
        (2049, "04-18"),
        (2100, "03-28"),
    ],
)
def test_easter(year: int, easter: str) -> None:
    assert easter_sunday(year) == date.fromisoformat(f"{year}-{easter}")


@pytest.mark.parametrize(
    ("year", "good_friday"), [(2025, "04-18"), (2026, "04-03"), (2027, "03-26"), (2030, "04-19")]
)
def test_good_friday_is_a_working_day(year: int, good_friday: str) -> None:
    assert date.fromisoformat(f"{year}-{good_friday}") not in public_holidays("NL", year)


def test_liberation_day_is_off_once_in_five_years() -> None:
    off = [year for year in range(2020, 2041) if date(year, 5, 5) in public_holidays("NL", year)]
    assert off == [2020, 2025, 2030, 2035, 2040]


def test_ascension_may_fall_on_liberation_day() -> None:
    assert date(2016, 5, 5) in public_holidays("NL", 2016)


def test_the_holidays_between_two_days_have_both_ends() -> None:
    assert between("NL", date(2026, 12, 25), date(2027, 1, 1)) == {
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2027, 1, 1),
    }
    assert between("NL", date(2026, 12, 27), date(2026, 12, 31)) == frozenset()


def test_no_country_has_no_holidays() -> None:
    assert between(None, date(2026, 1, 1), date(2026, 12, 31)) == frozenset()


def test_an_unknown_country_is_said_to_be_so() -> None:
    with pytest.raises(UnknownCountry):
        public_holidays("XX", 2026)
