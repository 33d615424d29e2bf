"""The figures of a page as inline SVG: no script, no style attribute, few bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from markupsafe import Markup

from statusgen.intervals import Interval

_BAR, _GAP, _HEIGHT = 5, 2, 28


@dataclass(frozen=True, slots=True)
class Bar:
    """A day in a row of days that is not simply good; ``tone`` names its colour."""

    position: int
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A stretch in a strip of time; ``kind`` names its colour."""

    interval: Interval
    kind: str
    title: str


def day_bars(count: int, bars: Iterable[Bar], label: str) -> Markup:
    """A row of ``count`` days: good ones as one dashed line, the others on top of it."""
    width = count * (_BAR + _GAP) - _GAP
    parts = [Markup('<path class="ok" d="M0 14h{}"/>').format(width)]
    parts += (
        Markup('<path class="{}" d="M{} 0h{}v{}h-{}z"><title>{}</title></path>').format(
            bar.tone, bar.position * (_BAR + _GAP), _BAR, _HEIGHT, _BAR, bar.title
        )
        for bar in bars
    )
    return _svg("days", width, _HEIGHT, label, parts)


def week_strip(week: Interval, strips: Sequence[Strip], now: datetime, label: str) -> Markup:
    """A week of time with a line at ``now``; later strips stand above earlier ones."""
    parts: list[Markup] = []
    for strip in strips:
        x = 700 * _share(week, strip.interval.start)
        width = 700 * _share(week, strip.interval.end) - x
        y, height = (6, 28) if strip.kind == "win" else (0, 40)
        parts.append(
            Markup(
                '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
            ).format(strip.kind, _short(x), y, _short(max(width, Fraction(2))), height, strip.title)
        )
    at = _short(700 * _share(week, now))
    parts.append(Markup('<path class="now" d="M{} -2v44"/>').format(at))
    return _svg("week", 700, 40, label, parts)


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
    parts: list[Markup] = []
    for position, (title, figure) in enumerate(months):
        if figure is None:
            continue
        height = max(100 * (figure - low) / (1 - low), Fraction(2))
        tone = "ok" if figure >= target else "major"
        place = (tone, 40 * position + 4, _short(100 - height), _short(height))
        rect = Markup('<rect class="{}" x="{}" y="{}" width="32" height="{}">').format(*place)
        parts.append(rect + Markup("<title>{}</title></rect>").format(title))
    width = 40 * len(months)
    line = _short(100 * (1 - target) / (1 - low))
    parts.append(Markup('<path class="target" d="M0 {}h{}"/>').format(line, width))
    return _svg("months", width, 100, label, parts)


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


def _svg(name: str, width: int, height: int, label: str, parts: Iterable[Markup]) -> Markup:
    head = Markup(
        '<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
    ).format(name, width, height, label)
    return head + Markup("").join(parts) + Markup("</svg>")
