"""What one language needs: words, dates, times, lengths of time and numbers.

A language is a catalog, ``catalogs/<tag>.po``, and no code. Its sentences are translations of the
English ones in the program. Its words for the terms of the model stand under their context
("incident status"), and so do the patterns of dates and times ("pattern", in the notation of
Unicode TS 35); names of days and months and the forms of numbers come from the CLDR.
Nothing here depends on the locale of the process.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache, partial
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Any, Literal, get_args

from msgspec import Struct

from statusgen.cldr import Conventions

CATALOGS = files("statusgen") / "catalogs"

DateStyle = Literal["day", "day_year", "long", "month", "weekday"]
"""In English: Tue 24 Nov; Tue 24 Nov 2026; Tuesday 24 November 2026; November 2026; Tue 24."""

Kept = Callable[[str, Callable[[], Any]], Any]
"""(name, how it is made) -> value: kept by an earlier run of the same program, or made."""

_MINUTE = dt.timedelta(minutes=1)
_DAY = 24 * 60


def available_languages() -> tuple[str, ...]:
    """The tags (BCP 47) of the languages that have a catalog, in order."""
    names = (file.name for file in CATALOGS.iterdir())
    return tuple(sorted(name.removesuffix(".po") for name in names if name.endswith(".po")))


class Language(Struct, frozen=True, eq=False):
    """Words and figures as a reader of this language expects them.

    Local times are aware: their own offset is what they show. Values are placed in sentences as
    they are; escaping is for the template. There is one object of each, which equals itself only:
    what was said once is found again by it.
    """

    tag: str
    conventions: Conventions
    translations: GNUTranslations

    @staticmethod
    def load(tag: str, kept: Kept | None = None) -> Language:
        """The language of that tag, read once; raises KeyError where it has no catalog."""
        if tag not in _loaded:
            _loaded[tag] = _load(tag, kept or _made)
        return _loaded[tag]

    @property
    def name(self) -> str:
        """What it calls itself, with a capital as in a menu: Nederlands."""
        name = self.conventions.name
        return name[0].upper() + name[1:]

    @property
    def weekdays(self) -> tuple[str, ...]:
        """The short names of the days of the week, Monday first."""
        return self.conventions.weekdays

    @property
    def months(self) -> tuple[str, ...]:
        """The short names of the months, January first."""
        return self.conventions.months

    @property
    def long_weekdays(self) -> tuple[str, ...]:
        """The names of the days of the week, as in a sentence, Monday first."""
        return self.conventions.long_weekdays

    def text(self, message: str, /, **values: object) -> str:
        """The English sentence ``message`` in this language, with its ``{names}`` filled in."""
        return _sentence(self, message).format(**values)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The sentence for that many; ``{count}`` is filled in as well."""
        sentence = self.translations.ngettext(one, many, count)
        return sentence.format(count=self.number(count), **values)

    def plural_forms(self, one: str, many: str, /) -> dict[str, str]:
        """The sentence by plural category of the CLDR (one, other...), with ``{count}`` in it.

        For a script, which knows the number and the category but no words.
        """
        forms = self.translations.ngettext
        return {
            name: forms(one, many, number).format(count="{count}")
            for name, number in self.conventions.plurals.items()
        }

    def word(self, context: str, key: str, /) -> str:
        """The word for a term of the model: ``word("incident status", "resolved")``."""
        return _word(self, context, key)

    def join(self, items: Iterable[str]) -> str:
        """The items as one enumeration: Server, Dashboard en Account."""
        return self.conventions.enumerated(list(items))

    def number(self, number: int | Fraction) -> str:
        """A number: 1.234, and with at most two decimals where it is not whole: 7,5."""
        return self.conventions.written(f"{Decimal(round(number * 100)) / 100:,f}")

    def percent(self, numerator: int, denominator: int) -> str:
        """A measured share in two decimals, rounded down: 89.999% never reads 90.00%.

        All of it is 100%.
        """
        if numerator == denominator:
            return self.conventions.percentage("100")
        percent, hundredths = divmod(numerator * 100_00 // denominator, 100)
        return self.conventions.percentage(f"{percent}.{hundredths:02}")

    def exact_percent(self, numerator: int, denominator: int) -> str:
        """A promised share, with the decimals that it was promised with: 90%, 99.95%."""
        said = f"{Decimal(numerator * 100) / denominator:.6f}"
        return self.conventions.percentage(said.rstrip("0").rstrip("."))

    def date(self, day: dt.date, style: DateStyle) -> str:
        """A day in one of the styles."""
        return _dated(self, style, dt.date(day.year, day.month, day.day))

    def time(self, local: dt.datetime | dt.time) -> str:
        """A time of day: 15:03."""
        bare = local.time() if isinstance(local, dt.datetime) else local.replace(tzinfo=None)
        return _dated(self, "time", bare)

    def times(self, start: dt.datetime | dt.time, end: dt.datetime | dt.time) -> str:
        """Two times of one day: 21:00 – 23:00."""
        return self._from_to(self.time(start), self.time(end))

    def moment(self, local: dt.datetime) -> str:
        """Day and time: di 24 nov 15:03."""
        return self._moment(local, "day")

    def moment_full(self, local: dt.datetime) -> str:
        """Day, year, time and zone: di 24 nov 2026 15:03 CET."""
        return self._zoned(self._moment(local, "day_year"), local)

    def span(self, start: dt.datetime, end: dt.datetime) -> str:
        """From start to end: wo 25 nov 21:00 – 23:00.

        The second day is named where it is another. Both zones are named where the clock
        changes in between, as the times alone would then mislead.
        """
        return self._span(start, end, "day")

    def span_full(self, start: dt.datetime, end: dt.datetime) -> str:
        """The same with years and zone: wo 25 nov 2026 21:00 – 23:00 CET."""
        span = self._span(start, end, "day_year")
        return span if _clock_changes(start, end) else self._zoned(span, end)

    def duration(self, length: dt.timedelta) -> str:
        """A length of time in whole minutes, rounded down: 1 u 12 min, 2 uur, 3 dagen 4 u.

        Days from two on. Raises ValueError where it is negative.
        """
        if length < dt.timedelta():
            raise ValueError(f"a length of time is not negative: {length}")
        if dt.timedelta() < length < _MINUTE:
            return self.text("less than a minute")
        return _lasting(self, length // _MINUTE)

    def _moment(self, local: dt.datetime, style: DateStyle) -> str:
        return self.text("{date} {time}", date=self.date(local, style), time=self.time(local))

    def _span(self, start: dt.datetime, end: dt.datetime, style: DateStyle) -> str:
        first = self._moment(start, style)
        is_one_day = start.date() == end.date()
        last = self.time(end) if is_one_day else self._moment(end, style)
        if _clock_changes(start, end):
            first, last = self._zoned(first, start), self._zoned(last, end)
        return self._from_to(first, last)

    def _from_to(self, start: str, end: str) -> str:
        return self.text("{start} – {end}", start=start, end=end)

    def _zoned(self, said: str, local: dt.datetime) -> str:
        name = local.tzname()
        if name is None:
            raise ValueError(f"a time without a zone: {local}")
        # Zones without an abbreviation of their own are called by their offset: "-03".
        zone = f"UTC{name}" if name[0] in "+-" else name
        return self.text("{moment} {zone}", moment=said, zone=zone)


# The program has some hundreds of sentences and terms, of which a page says dozens; gettext takes
# several times as long.
@cache
def _sentence(language: Language, message: str) -> str:
    return language.translations.gettext(message)


@cache
def _word(language: Language, context: str, key: str) -> str:
    return language.translations.pgettext(context, key)


# Ten years have few days and a day few minutes, each said many times over.
@lru_cache(maxsize=8192)
def _dated(language: Language, style: str, value: dt.date | dt.time) -> str:
    return language.conventions.dated(style, value)


@lru_cache(maxsize=2048)
def _lasting(language: Language, minutes: int) -> str:
    days, rest = divmod(minutes, _DAY) if minutes >= 2 * _DAY else (0, minutes)
    hours, minutes = divmod(rest, 60)
    if hours and not (days or minutes):
        return language.plural("{count} hour", "{count} hours", hours)
    parts = [language.plural("{count} day", "{count} days", days)] if days else []
    parts += [language.text("{count} hr", count=hours)] if hours else []
    parts += [language.text("{count} min", count=minutes)] if minutes or not parts else []
    return " ".join(parts)


def _clock_changes(start: dt.datetime, end: dt.datetime) -> bool:
    return start.utcoffset() != end.utcoffset()


_loaded: dict[str, Language] = {}


def _load(tag: str, kept: Kept) -> Language:
    if tag not in available_languages():
        raise KeyError(tag)
    catalog, conventions = kept(f"languages/{tag}", partial(_read, tag))
    return Language(tag, conventions, GNUTranslations(BytesIO(catalog)))


def _made(name: str, make: Callable[[], Any]) -> Any:  # noqa: ARG001
    return make()


def _read(tag: str) -> tuple[bytes, Conventions]:
    """The catalog as gettext reads it, and how the language writes."""
    from babel import Locale
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    locale = Locale.parse(tag, sep="-")
    with (CATALOGS / f"{tag}.po").open("rb") as source:
        catalog = read_po(source, locale=locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    said = ((style, catalog.get(style, "pattern")) for style in (*get_args(DateStyle), "time"))
    patterns = {style: str(found.string) for style, found in said if found}
    return compiled.getvalue(), Conventions.of(locale, patterns)
