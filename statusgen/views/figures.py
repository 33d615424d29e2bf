"""The figures of a page as inline SVG: no script, no style attribute, few bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from markupsafe import Markup, escape
from msgspec import Struct

from statusgen import civil
from statusgen.intervals import Interval

_BAR, _GAP, _HEIGHT = 5, 2, 28
_CELL, _ROW = 100, 64
_SQUARE = 12
_TICK = timedelta(microseconds=1)


class FigureView(Struct, frozen=True):
    """A figure with what stands round it; ``name`` is for style sheets.

    ``title`` stands above it, ``scale`` beside it from the top down, ``labels`` along its axis;
    ``key`` says what each kind is, ``words`` are all that it
    shows, as text: (what, all of it), for who cannot see it or point at it.
    """

    name: str
    svg: Markup
    title: str = ""
    scale: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    key: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Bar(Struct, frozen=True):
    """A day in a row of days that is not simply good; ``tone`` names its colour."""

    position: int
    tone: str
    title: str


class CalendarDay(Struct, frozen=True):
    """A day of a month; ``weekday`` from Monday, 0."""

    number: int
    weekday: int
    is_today: bool


class Slot(Struct, frozen=True):
    """A part of a day of a month, from ``start`` to ``end`` (0 to 1 of the day)."""

    day: int
    start: Fraction
    end: Fraction
    title: str = ""


class Strip(Struct, frozen=True):
    """A stretch in a strip of time; ``kind`` names its colour."""

    interval: Interval
    kind: str
    title: str


class TimeBar(Struct, frozen=True):
    """How fast answers came on a day in a row of days: half of them, and nearly all."""

    position: int
    median: timedelta
    late: timedelta


def day_bars(count: int, bars: Iterable[Bar], label: str) -> Markup:
    """A row of ``count`` days: good ones as one dashed line, the others on top of it."""
    width = count * (_BAR + _GAP) - _GAP
    parts = [Markup('<path class="ok" d="M0 14h{}"/>').format(width)]
    for bar in bars:
        place = f"M{bar.position * (_BAR + _GAP)} 0h{_BAR}v{_HEIGHT}h-{_BAR}z"
        parts.append(_titled("path", f'class="{bar.tone}" d="{place}"', bar.title))
    return _svg("days", width, _HEIGHT, label, parts)


def week_strip(week: Interval, strips: Sequence[Strip], now: datetime, label: str) -> Markup:
    """A week of time with a line at ``now``; later strips stand above earlier ones."""
    parts: list[Markup] = []
    for strip in strips:
        x = 700 * _share(week, strip.interval.start)
        width = 700 * _share(week, strip.interval.end) - x
        y, height = (6, 28) if strip.kind == "win" else (0, 40)
        place = f'x="{_short(x)}" y="{y}" width="{_short(max(width, Fraction(2)))}"'
        parts.append(
            _titled("rect", f'class="{strip.kind}" {place} height="{height}"', strip.title)
        )
    # The script of the page moves the line on.
    parts.append(
        Markup('<path class="now" data-start="{}" data-end="{}" d="M{} -2v44"/>').format(
            civil.iso(week.start), civil.iso(week.end), _short(700 * _share(week, now))
        )
    )
    return _svg("week", 700, 40, label, parts)


def month_calendar(
    days: Sequence[CalendarDay], closed: Iterable[Slot], planned: Iterable[Slot], label: str
) -> Markup:
    """A month, a cell a day from Monday on: in each the hours of the day from left to right.

    ``closed`` hours are drawn as one path, each of the ``planned`` by itself.
    """
    before = days[0].weekday
    place = {day.number: divmod(position + before, 7) for position, day in enumerate(days)}
    parts = [_cell(place[day.number], day) for day in days]
    hours = "".join(f"M{x} {y}h{width}" for x, y, width, _ in _strokes(place, closed))
    parts.append(Markup('<path class="closed" d="{}"/>').format(hours))
    parts += (
        _titled("path", f'class="win" d="M{x} {y}h{width}"', title)
        for x, y, width, title in _strokes(place, planned)
    )
    rows = max(row for row, _ in place.values()) + 1
    return _svg("calendar", 7 * _CELL, rows * _ROW, label, parts, stretched=False)


def _cell(place: tuple[int, int], day: CalendarDay) -> Markup:
    row, column = place
    frame = Markup("")
    if day.is_today:
        box = (column * _CELL + 2, row * _ROW + 2, _CELL - 4, _ROW - 4)
        frame = Markup('<rect class="today" x="{}" y="{}" width="{}" height="{}"/>').format(*box)
    text = (column * _CELL + 10, row * _ROW + 30, day.number)
    return frame + Markup('<text x="{}" y="{}">{}</text>').format(*text)


def _strokes(
    place: Mapping[int, tuple[int, int]], slots: Iterable[Slot]
) -> Iterator[tuple[str, int, str, str]]:
    for slot in slots:
        row, column = place[slot.day]
        x = column * _CELL + _CELL * slot.start
        width = max(_CELL * (slot.end - slot.start), Fraction(4))
        yield _short(x), row * _ROW + 48, _short(width), slot.title


def year_days(
    months: Sequence[Sequence[str]], titles: Mapping[tuple[int, int], str], label: str
) -> Markup:
    """A year, a row a month and a square a day: the tone of each day that has come.

    ``titles`` go by (month, day), both from 0; good days have none and are drawn as one line.
    """
    parts: list[Markup] = []
    for row, tones in enumerate(months):
        y = row * _SQUARE
        if tones:
            width = len(tones) * _SQUARE - _GAP
            parts.append(Markup('<path class="ok" d="M0 {}h{}"/>').format(y + 5, width))
        for column, tone in enumerate(tones):
            if tone != "ok":
                spot = f'class="{tone}" d="M{column * _SQUARE} {y}h10v10h-10z"'
                parts.append(_titled("path", spot, titles[row, column]))
    return _svg("year", 31 * _SQUARE - _GAP, 12 * _SQUARE - _GAP, label, parts)


def meter(figure: Fraction, target: Fraction, label: str) -> Markup:
    """A bar that is filled up to the figure, with a mark at the target."""
    parts = [
        Markup('<rect class="track" width="1000" height="10"/>'),
        Markup('<rect class="{}" width="{}" height="10"/>').format(
            "ok" if figure >= target else "major", _short(1000 * figure)
        ),
        Markup('<path class="target" d="M{} 0v10"/>').format(_short(1000 * target)),
    ]
    return _svg("meter", 1000, 10, label, parts)


def month_bars(
    months: Sequence[tuple[str, Fraction | None]], target: Fraction, label: str
) -> Markup:
    """A bar a month, from the foot up, with a line at the target."""
    low = foot(target)
    scale = 100 / (1 - low)
    parts: list[Markup] = []
    for position, (title, figure) in enumerate(months):
        if figure is None:
            continue
        height = max(scale * (figure - low), Fraction(2))
        tone = "ok" if figure >= target else "major"
        place = f'x="{40 * position + 4}" y="{_short(100 - height)}" width="32"'
        parts.append(_titled("rect", f'class="{tone}" {place} height="{_short(height)}"', title))
    width = 40 * len(months)
    line = _short(scale * (1 - target))
    parts.append(Markup('<path class="target" d="M0 {}h{}"/>').format(line, width))
    return _svg("months", width, 100, label, parts)


def time_bars(count: int, bars: Sequence[TimeBar], top: timedelta, label: str) -> Markup:
    """A row of ``count`` days, for each how fast answers came, up to ``top``."""
    late, median = (
        "".join(_upright(bar.position, length, top) for bar, length in lengths)
        for lengths in ([(b, b.late) for b in bars], [(b, b.median) for b in bars])
    )
    parts = [
        Markup('<path class="late" d="{}"/>').format(late),
        Markup('<path class="median" d="{}"/>').format(median),
    ]
    return _svg("times", count * (_BAR + _GAP) - _GAP, 100, label, parts)


def _upright(position: int, length: timedelta, top: timedelta) -> str:
    height = _short(max(Fraction(100) * (length // _TICK) / (top // _TICK), Fraction(1)))
    return f"M{position * (_BAR + _GAP)} 100v-{height}h{_BAR}v{height}z"


def foot(target: Fraction) -> Fraction:
    """Where the bars of months begin: as far below the target as 100% is above it.

    Not below nothing; and where all is promised, one in a hundred below.
    """
    return max(2 * target - 1, Fraction(0)) if target < 1 else Fraction(99, 100)


def _share(whole: Interval, instant: datetime) -> Fraction:
    second = timedelta(seconds=1)
    return Fraction((instant - whole.start) // second, whole.length // second)


def _short(number: Fraction) -> str:
    """At most one decimal: SVG of a page is no map."""
    tenths = round(number * 10)
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def _titled(element: str, attributes: str, title: str) -> Markup:
    """A shape with a title: the attributes are of our own making, the title is anybody's.

    There are thousands of these: ``Markup.format`` takes eight times as long.
    """
    return Markup(f"<{element} {attributes}><title>{escape(title)}</title></{element}>")


def _svg(
    name: str,
    width: int,
    height: int,
    label: str,
    parts: Iterable[Markup],
    *,
    stretched: bool = True,
) -> Markup:
    ratio = Markup(' preserveAspectRatio="none"') if stretched else ""
    head = Markup('<svg class="{}" viewBox="0 0 {} {}"{} role="img" aria-label="{}">').format(
        name, width, height, ratio, label
    )
    return head + Markup("").join(parts) + Markup("</svg>")
