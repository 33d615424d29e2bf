"""What one language needs to say things: words, dates, numbers and lengths of time.

Words come from catalogs/<tag>.po (GNU gettext), everything about calendars and numbers
from the CLDR through Babel. A new language is a new catalog and no code; the English
catalog only has what English source text does not say by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale


@cache
def available_languages() -> tuple[str, ...]:
    """The tags of the languages that there are catalogs for."""
    catalogs = files("statusgen").joinpath("catalogs").iterdir()
    return tuple(sorted(c.name.removesuffix(".po") for c in catalogs if c.name.endswith(".po")))


@dataclass(frozen=True, slots=True)
class Language:
    """One language; ``tag`` as in ``lang="nl"``, ``name`` in the language itself."""

    tag: str
    name: str
    locale: Locale
    catalog: GNUTranslations

    @staticmethod
    @cache
    def load(tag: str) -> Language:
        """The language of that tag; raises FileNotFoundError where there is no catalog."""
        from babel import Locale

        locale = Locale.parse(tag, sep="-")
        name = locale.get_display_name() or tag
        return Language(tag, name[:1].upper() + name[1:], locale, _catalog(tag))

    def text(self, message: str, **values: object) -> str:
        """The message in this language, with the values put in as they are."""
        return self.catalog.gettext(message).format(**values)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """The message for that many; ``{count}`` is written as the language writes numbers."""
        said = self.catalog.ngettext(one, many, count)
        return said.format(count=self.number(count), **values)

    def word(self, context: str, key: str) -> str:
        """The word for a key of the model, such as ("incident status", "resolved")."""
        return self.catalog.pgettext(context, str(key))

    def number(self, number: int) -> str:
        """A whole number with its groups of digits."""
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self.locale)

    def percent(self, numerator: int, denominator: int) -> str:
        """An exact share, rounded down: what is short of a target never reads as reaching it.

        Whole percentages have no decimals, all others two.
        """
        from babel.numbers import format_percent

        hundredths = numerator * 10_000 // denominator
        whole = hundredths % 100 == 0 and numerator * 100 % denominator == 0
        pattern = self.locale.percent_formats[None].pattern
        if not whole:
            pattern = pattern.replace("##0", "##0.00", 1)
        return format_percent(Decimal(hundredths) / 10_000, pattern, locale=self.locale)

    def join(self, items: Sequence[str]) -> str:
        """A list as a sentence has it: Server, Dashboard en Account."""
        from babel.lists import format_list

        return format_list(list(items), locale=self.locale)

    @property
    def weekdays(self) -> tuple[str, ...]:
        """The short names of the days, Monday first."""
        return tuple(self.date(date(2024, 1, n), "weekday_name") for n in range(1, 8))

    def date(self, day: date, style: str) -> str:
        """A day; styles are the patterns of the catalog: day, day_year, long, month, weekday."""
        return _formatted(self, day, style)

    def time(self, local: datetime | time) -> str:
        """A time of day: 15:03."""
        return local.strftime("%H:%M")

    def moment(self, local: datetime) -> str:
        """A day and time: di 24 nov 15:03."""
        return f"{self.date(local.date(), 'day')} {self.time(local)}"

    def moment_full(self, local: datetime) -> str:
        """A moment that needs no context: di 24 nov 2026 15:03 CET."""
        return f"{self.date(local.date(), 'day_year')} {self.time(local)} {_zone(local)}"

    def span(self, start: datetime, end: datetime) -> str:
        """From one moment to another, the day once where it is one day."""
        last = self.time(end) if start.date() == end.date() else self.moment(end)
        return f"{self.moment(start)} – {last}"

    def span_full(self, start: datetime, end: datetime) -> str:
        """As span, with year and zone; with both zones when the clock changes within."""
        first = f"{self.date(start.date(), 'day_year')} {self.time(start)}"
        if start.utcoffset() != end.utcoffset():
            first = f"{first} {_zone(start)}"
        if start.date() == end.date():
            return f"{first} – {self.time(end)} {_zone(end)}"
        return f"{first} – {self.moment_full(end)}"

    def duration(self, length: timedelta) -> str:
        """A length of time, to the minute: 2 uur, 1 u 12 min, 3 dagen 4 u."""
        minutes = int(length.total_seconds()) // 60
        hours, minutes = divmod(minutes, 60)
        days, rest = divmod(hours, 24)
        if days >= 2:
            said = self.plural("{count} day", "{count} days", days)
            return f"{said} {self.text('{hours} h', hours=rest)}" if rest else said
        if not hours:
            return self.text("{minutes} min", minutes=minutes) if minutes else _moment_long(self)
        if not minutes:
            return self.plural("{count} hour", "{count} hours", hours)
        return self.text("{hours} h {minutes} min", hours=hours, minutes=minutes)


def _moment_long(language: Language) -> str:
    return language.text("less than a minute")


@cache
def _catalog(tag: str) -> GNUTranslations:
    # Compiled in memory, so that no compiled file can be forgotten or be out of date.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    if tag not in available_languages():
        raise FileNotFoundError(tag)
    with files("statusgen").joinpath("catalogs", f"{tag}.po").open("rb") as source:
        catalog = read_po(source, locale=tag.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _formatted(language: Language, day: date, style: str) -> str:
    from babel.dates import format_date

    pattern = language.word("pattern", style)
    # Some languages abbreviate with a full stop, which in a table of dates is only noise.
    return format_date(day, pattern, locale=language.locale).replace(".", "")


def _zone(local: datetime) -> str:
    return local.tzname() or ""
