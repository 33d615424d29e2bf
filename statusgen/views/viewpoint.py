"""From where a page is seen: the content, the reader's language and the moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup
from msgspec import Struct

from statusgen import civil, markup
from statusgen.i18n import Language
from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.content import Content
from statusgen.model.hours import WeeklyHours
from statusgen.model.text import Text

TONES = {
    ComponentStatus.OPERATIONAL: "ok",
    ComponentStatus.UNDER_MAINTENANCE: "maint",
    ComponentStatus.DEGRADED_PERFORMANCE: "degraded",
    ComponentStatus.PARTIAL_OUTAGE: "partial",
    ComponentStatus.MAJOR_OUTAGE: "major",
}
"""The names that style sheets give to the statuses; "note" is for what is none of them."""


class Words(Struct, frozen=True):
    """Text in the page's language, or in ``lang`` where a translation is missing."""

    text: str
    lang: str | None = None

    def __str__(self) -> str:
        return self.text


class Prose(Struct, frozen=True):
    """Formatted text, safe to place, with its plain form; ``lang`` as for Words."""

    html: Markup
    plain: str
    lang: str | None = None


class Moment(Struct, frozen=True):
    """An instant in words, and for machines (RFC 3339, UTC)."""

    text: str
    iso: str


class State(Struct, frozen=True):
    """A state in words, with the tone that gives it colour and shape."""

    word: str
    tone: str


class Link(Struct, frozen=True):
    """``path`` is relative to the root of the site; "" is the home page."""

    label: str
    path: str


class Viewpoint(Struct, frozen=True):
    """``prefix`` is "" for the language at the root, else its folder ("en/")."""

    content: Content
    language: Language
    prefix: str
    now: datetime

    def words(self, text: Text) -> Words:
        """The text in this language, or in the first one, marked."""
        words, written_in = text.pick(self.language.tag)
        return Words(words, None if written_in == self.language.tag else written_in)

    def prose(self, text: Text | None) -> Prose | None:
        """The Markdown text as HTML."""
        if text is None:
            return None
        words = self.words(text)
        body = markup.read(words.text)
        return Prose(Markup(body.html), body.plain, words.lang)

    def local(self, instant: datetime) -> datetime:
        """The instant on the site's clock."""
        return civil.to_wall(instant, self.content.site.zone)

    def day_of(self, instant: datetime) -> date:
        """The day on which an instant falls on the site's calendar."""
        return civil.day_of(instant, self.content.site.zone)

    def today(self) -> date:
        """The local day of ``now``."""
        return _today(self.content.site.zone, self.now)

    def moment(self, instant: datetime) -> Moment:
        """The instant with its day and time; with its year where that is not this year."""
        return _moment(self.language, self.content.site.zone, self.now, instant)

    def day(self, day: date) -> str:
        """A day, with its year where that is not this year."""
        return self.language.date(day, "day" if day.year == self.today().year else "day_year")

    def short_span(self, interval: Interval) -> str:
        """The interval with its days and times; with years where those are not this year."""
        start, end = self.local(interval.start), self.local(interval.end)
        this_year = start.year == end.year == self.today().year
        return self.language.span(start, end) if this_year else self.span(interval)

    def span(self, interval: Interval) -> str:
        """The interval with date, year and zone."""
        return self.language.span_full(self.local(interval.start), self.local(interval.end))

    def duration(self, length: timedelta) -> str:
        """The length of time in words."""
        return self.language.duration(length)

    def hours(self, hours: WeeklyHours) -> str:
        """Hours of the week: ma–vr 08:30–17:30; all of them: dag en nacht."""
        if hours.never_end:
            return self.language.text("day and night")
        end = f"{hours.end:%H:%M}" if hours.end != time() else "24:00"
        return f"{self.weekdays(hours.days)} {hours.start:%H:%M}–{end}"

    def weekdays(self, days: tuple[int, ...]) -> str:
        """Days of the week, those that follow each other together: ma–vr, zo."""
        runs: list[list[int]] = []
        for day in days:
            if runs and runs[-1][-1] == day - 1:
                runs[-1].append(day)
            else:
                runs.append([day])
        names = self.language.weekdays
        return ", ".join(
            f"{names[run[0]]}–{names[run[-1]]}" if len(run) > 1 else names[run[0]] for run in runs
        )

    def link(self, label: str, path: str) -> Link:
        """A link to a page in this language."""
        return Link(label, self.prefix + path)


# An event, its updates, its list and its report tell of the same few instants. Those are in UTC:
# on a local clock the two that a doubled hour shows alike would be taken for one.
@lru_cache(maxsize=2048)
def _moment(language: Language, zone: ZoneInfo, now: datetime, instant: datetime) -> Moment:
    local = civil.to_wall(instant, zone)
    same_year = local.year == _today(zone, now).year
    said = language.moment(local) if same_year else language.moment_full(local)
    return Moment(said, civil.iso(instant))


@lru_cache(maxsize=8)
def _today(zone: ZoneInfo, now: datetime) -> date:
    return civil.day_of(now, zone)
