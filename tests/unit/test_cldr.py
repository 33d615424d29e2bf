from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from babel import Locale, dates, lists, numbers

from statusgen.cldr import Conventions

PATTERNS = {
    "day": "E d MMM",
    "day_year": "EE dd/MM y",
    "long": "EEEE d MMMM y",
    "month": "LLLL y",
    "weekday": "cccc 'o''clock' LLL",
    "time": "HH:mm",
    "half": "h:mm a",
}
LOCALES = (
    *("bg", "cs", "da", "de", "de-CH", "el", "en", "en-GB", "es", "et", "fi", "fr", "fr-CH", "fy"),
    *("ga", "hr", "hu", "is", "it", "lb", "lt", "lv", "mt", "nb", "nl", "nl-BE", "pl", "pt"),
    *("pt-BR", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk"),
    *("ar", "fa", "he", "hi", "id", "ja", "ko", "ur", "vi", "zh-Hans", "zh-Hant"),
)
"""Those of Europe, and some that are written quite otherwise."""


@pytest.mark.parametrize("tag", LOCALES)
def test_whatever_the_locale_all_is_written_as_babel_writes_it(tag: str) -> None:
    locale = Locale.parse(tag, sep="-")
    said = Conventions.of(locale, PATTERNS)
    days = [date(2026, month, 2 * month + 1) for month in range(1, 13)]
    times = [time(hour, 2 * hour) for hour in range(24)]
    for name, pattern in PATTERNS.items():
        values = times if "m" in pattern else days
        expected = [dates.parse_pattern(pattern).apply(value, locale) for value in values]
        assert [said.dated(name, value) for value in values] == expected
    for number in ("0", "7.5", "-3", "999.25", "1,234", "1,234,567.01"):
        value = Decimal(number.replace(",", ""))
        assert said.written(number) == numbers.format_decimal(value, "#,##0.##", locale=locale)
    form = locale.percent_formats[None].pattern.replace("0", "0.00", 1)
    for number in ("0.00", "5.50", "99.99"):
        value = Decimal(number) / 100
        assert said.percentage(number) == numbers.format_percent(value, form, locale=locale)
    assert said.percentage("100") == numbers.format_percent(1, locale=locale)
    for items in (["a", "b", "c", "d"][:count] for count in range(5)):
        assert said.enumerated(items) == lists.format_list(items, locale=locale)
    assert set(said.plurals) == {locale.plural_form(number) for number in range(200)}
    assert all(locale.plural_form(number) == name for name, number in said.plurals.items())


@pytest.mark.parametrize("pattern", ["QQQ y", "d MMM yy", "HH:mm:ss", "w"])
def test_a_pattern_with_a_field_that_is_not_known_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=pattern):
        Conventions.of(Locale("nl"), {"day": pattern})
