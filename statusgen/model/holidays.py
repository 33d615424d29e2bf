"""Public holidays: days that are no working days, whatever their weekday."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

NETHERLANDS = "NL"


class UnknownCountry(LookupError):
    """Nobody here knows the public holidays of that country."""


@lru_cache(maxsize=1024)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166 code) in a year.

    The Dutch ones are our own, as the agreement is held against them; others come
    from the ``holidays`` package (an extra), whose rules may change between its
    releases. Raises UnknownCountry where neither knows the country.
    """
    if country == NETHERLANDS:
        return _dutch(year)
    try:
        import holidays

        return frozenset(holidays.country_holidays(country, years=year))
    except (ImportError, NotImplementedError):
        raise UnknownCountry(country) from None


def between(country: str | None, first: date, last: date) -> frozenset[date]:
    """The public holidays from the first day to the last; none without a country."""
    if country is None:
        return frozenset()
    years = range(first.year, last.year + 1)
    found = frozenset[date]().union(*(public_holidays(country, year) for year in years))
    return frozenset(day for day in found if first <= day <= last)


def _dutch(year: int) -> frozenset[date]:
    # Algemene termijnenwet, article 3, with King's Day (moved from a Sunday since
    # 2014) and Liberation Day, a day off once in five years by common practice.
    easter = easter_sunday(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day = date(year, 4, 26)
    days = {
        date(year, 1, 1),
        easter,
        easter + timedelta(days=1),
        kings_day,
        easter + timedelta(days=39),
        easter + timedelta(days=49),
        easter + timedelta(days=50),
        date(year, 12, 25),
        date(year, 12, 26),
    }
    if year % 5 == 0:
        days.add(date(year, 5, 5))
    return frozenset(days)


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar."""
    from dateutil.easter import easter

    return easter(year)
