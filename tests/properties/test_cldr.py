"""Whatever the figure, day or time, it is written as Babel writes it."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from typing import get_args

from babel import Locale, dates, numbers
from hypothesis import given
from hypothesis import strategies as st

from statusgen.cldr import Conventions
from statusgen.i18n import DateStyle, Language

PATTERNS = {
    "day": "E d MMM",
    "day_year": "EE dd/MM y",
    "long": "EEEE d MMMM y",
    "month": "LLLL y",
    "weekday": "cccc 'o''clock' LLL",
    "time": "h:mm a",
}
languages = st.sampled_from(["nl", "en", "de", "fr", "es", "pl", "sv", "tr", "eu", "ar", "ja"])


@cache
def language_of(tag: str) -> Language:
    return Language(tag, Conventions.of(Locale(tag), PATTERNS), GNUTranslations())


@given(languages, st.dates(date(1000, 1, 1)), st.sampled_from(get_args(DateStyle)))
def test_days(tag: str, day: date, style: DateStyle) -> None:
    expected = dates.parse_pattern(PATTERNS[style]).apply(day, Locale(tag))
    assert language_of(tag).date(day, style) == expected


@given(languages, st.times())
def test_times(tag: str, moment: time) -> None:
    expected = dates.parse_pattern(PATTERNS["time"]).apply(moment, Locale(tag))
    assert language_of(tag).time(moment) == expected


@given(languages, st.fractions(-(10**9), 10**9) | st.integers(-(10**9), 10**9))
def test_numbers(tag: str, number: int) -> None:
    value = Decimal(round(number * 100)) / 100
    expected = numbers.format_decimal(value, "#,##0.##", locale=tag)
    assert language_of(tag).number(number) == expected


@given(languages, st.integers(0, 10**12), st.integers(1, 10**12))
def test_shares(tag: str, part: int, rest: int) -> None:
    form = Locale(tag).percent_formats[None].pattern
    measured, promised = (form.replace("0", f"0{end}", 1) for end in (".00", ".######"))
    rounded_down = Decimal(part * 100_00 // (part + rest)) / 100_00
    share = Decimal(part) / (part + rest)
    said = language_of(tag)
    assert said.percent(part, part + rest) == numbers.format_percent(rounded_down, measured, tag)
    assert said.exact_percent(part, part + rest) == numbers.format_percent(share, promised, tag)
    assert said.percent(rest, rest) == numbers.format_percent(1, locale=tag)
