"""How dates, numbers and enumerations are written in a language, according to the CLDR.

Babel knows that, but takes a tenth of a second to start: so it is asked once for all that can be
said, and the answer can be kept. Patterns of dates are in the notation of Unicode TS 35, with the
fields of ``_FIELDS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from babel import Locale

# Of what is counted one by one, each category has a number below this.
_PLURALS = 200

_DAYS = [dt.date(2024, 1, day) for day in range(1, 32)]
_MONTHS = [dt.date(2024, month, 1) for month in range(1, 13)]
_HOURS = [dt.time(hour) for hour in range(24)]
_MINUTES = [dt.time(minute=minute) for minute in range(60)]

_FIELDS: dict[str, tuple[Callable[[Any], int], Sequence[dt.date | dt.time]]] = {
    "E": (methodcaller("weekday"), _DAYS),
    "c": (methodcaller("weekday"), _DAYS),
    "d": (attrgetter("day"), _DAYS),
    "M": (attrgetter("month"), _MONTHS),
    "L": (attrgetter("month"), _MONTHS),
    "y": (attrgetter("year"), ()),
    "H": (attrgetter("hour"), _HOURS),
    "h": (attrgetter("hour"), _HOURS),
    "a": (attrgetter("hour"), _HOURS),
    "m": (attrgetter("minute"), _MINUTES),
}
"""By the letter of a field: the number that it goes by, and all that it tells apart."""


class Field(Struct, frozen=True):
    """A field of a pattern, and what is said of each number but those said in figures."""

    letter: str
    said: Mapping[int, str]

    def of(self, value: dt.date | dt.time) -> str:
        """What it says of a day or time."""
        number = _FIELDS[self.letter][0](value)
        return self.said.get(number) or str(number)


Pattern = tuple[str | Field, ...]
"""What stands there as it is, and fields."""


class Conventions(Struct, frozen=True):
    """How a language writes.

    ``name`` is what it calls itself; weekdays begin with Monday. ``signs`` replace those of
    "1,234.5", in ``share`` stands the number of a percentage, ``list`` has the patterns of an
    enumeration (2, start, middle, end), ``plurals`` a number of each plural category by its name.
    """

    name: str
    weekdays: tuple[str, ...]
    long_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    signs: Mapping[int, str]
    share: str
    list: Mapping[str, str]
    plurals: Mapping[str, int]
    patterns: Mapping[str, Pattern]

    @staticmethod
    def of(locale: Locale, patterns: Mapping[str, str]) -> Conventions:
        """Those of a locale, and its patterns of dates and times by name.

        Raises ValueError for a pattern with another field.
        """
        days, months = locale.days, locale.months["stand-alone"]["abbreviated"]
        short, long = days["stand-alone"]["abbreviated"], days["format"]["wide"]
        return Conventions(
            name=locale.get_display_name() or str(locale),
            weekdays=tuple(short[number] for number in range(7)),
            long_weekdays=tuple(long[number] for number in range(7)),
            months=tuple(months[number] for number in range(1, 13)),
            signs=_signs(locale),
            share=_share(locale),
            list=dict(locale.list_patterns["standard"]),
            plurals=_plurals(locale),
            patterns={name: _read(pattern, locale) for name, pattern in patterns.items()},
        )

    def written(self, number: str) -> str:
        """A number that is written like 1,234.5."""
        return number.translate(self.signs)

    def percentage(self, number: str) -> str:
        """So many percent."""
        return self.share.format(self.written(number))

    def enumerated(self, items: Sequence[str]) -> str:
        """The items as one enumeration."""
        if len(items) < 2:
            return "".join(items)
        if len(items) == 2:
            return self.list["2"].format(*items)
        said = self.list["start"].format(*items[:2])
        for item in items[2:-1]:
            said = self.list["middle"].format(said, item)
        return self.list["end"].format(said, items[-1])

    def dated(self, pattern: str, value: dt.date | dt.time) -> str:
        """A day or a time of day in the pattern of that name."""
        return "".join(
            [part if isinstance(part, str) else part.of(value) for part in self.patterns[pattern]]
        )


def _read(pattern: str, locale: Locale) -> Pattern:
    from babel import dates

    return tuple(
        part if isinstance(part, str) else _field(pattern, *part, locale)
        for _, part in dates.tokenize_pattern(pattern)
    )


def _field(pattern: str, letter: str, width: int, locale: Locale) -> Field:
    from babel import dates

    if letter not in _FIELDS or (letter == "y" and width > 1):
        raise ValueError(f"{letter * width!r} in the pattern {pattern!r} is not known")
    number, values = _FIELDS[letter]
    says = dates.parse_pattern(letter * width)
    return Field(letter, {number(value): says.apply(value, locale) for value in values})


def _signs(locale: Locale) -> dict[int, str]:
    from babel import numbers

    return str.maketrans(
        {
            ",": numbers.get_group_symbol(locale),
            ".": numbers.get_decimal_symbol(locale),
        }
    )


def _share(locale: Locale) -> str:
    """Where the sign of a percentage stands, and what stands between."""
    from babel import numbers

    return numbers.format_percent(Decimal("0.5"), locale=locale).replace("50", "{}")


def _plurals(locale: Locale) -> dict[str, int]:
    found = {locale.plural_form(number): number for number in reversed(range(_PLURALS))}
    return dict(sorted(found.items()))
