"""Support (clause 3): when and how it is reached.

Openings are told with their day and times, which stay true however late a page is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from statusgen.intervals import Interval, Intervals
from statusgen.model.agreement import support_time
from statusgen.model.site import SupportChannel
from statusgen.views.phases import AHEAD, Phase, phases
from statusgen.views.viewpoint import State, Viewpoint

_LOOKED_AHEAD = timedelta(days=14)


class ChannelView(Struct, frozen=True):
    """A way to reach support."""

    label: str
    text: str
    href: str


class SupportView(Struct, frozen=True):
    """Support: its hours, when it is open, its channels, and the names of what it leaves out."""

    hours: str
    standing: tuple[Phase[State], ...]
    channels: tuple[ChannelView, ...]
    excluded: str


def support_view(view: Viewpoint) -> SupportView | None:
    """The panel of support; None where the site names neither hours nor channels."""
    support = view.content.site.support
    if not support.hours and not support.channels:
        return None
    return SupportView(
        hours=view.hours(support.hours) if support.hours else "",
        standing=opening(view) if support.hours else (),
        channels=tuple(_channel(view, channel) for channel in support.channels),
        excluded=view.language.join([str(view.words(name)) for name in support.excluded]),
    )


def _channel(view: Viewpoint, channel: SupportChannel) -> ChannelView:
    label = view.language.word("channel", channel.purpose or channel.kind)
    if channel.kind == "email":
        return ChannelView(label, channel.value, f"mailto:{channel.value}")
    if channel.kind == "phone":
        # "(0)" is dialled only without the country code before it.
        digits = "".join(c for c in channel.value.replace("(0)", "") if c in "+0123456789")
        return ChannelView(label, channel.value, f"tel:{digits}")
    shown = channel.value.partition("//")[2].rstrip("/")
    return ChannelView(label, shown, channel.value)


def opening(view: Viewpoint) -> tuple[Phase[State], ...]:
    """The opening that goes on, or the next one, now and as the clock will change it."""
    openings = _openings(view)
    changes = [edge for interval in openings for edge in (interval.start, interval.end)]

    def told(at: datetime) -> State:
        return _opening_at(view, openings, at)

    return phases(view, changes, told)


def _opening_at(view: Viewpoint, openings: Sequence[Interval], at: datetime) -> State:
    language = view.language
    found = next((interval for interval in openings if interval.end > at), None)
    if found is None or found.start > at + _LOOKED_AHEAD:
        return State(language.text("No opening in the next two weeks"), "note")
    is_open, start = found.holds(at), view.local(found.start)
    if found.length >= _LOOKED_AHEAD:  # Where it ends, lies beyond what was looked at.
        if is_open:
            return State(language.text("Open day and night"), "ok")
        return State(language.text("Next open {span}", span=language.moment(start)), "note")
    span = language.span(start, view.local(found.end))
    if is_open:
        return State(language.text("Open {span}", span=span), "ok")
    return State(language.text("Next open {span}", span=span), "note")


def _openings(view: Viewpoint) -> Intervals:
    """The hours of support as far ahead as anything is told of them, and so far round
    that an opening which seems cut off there is a long one."""
    start, end = view.now - _LOOKED_AHEAD, view.now + AHEAD + 2 * _LOOKED_AHEAD
    content = view.content
    support, zone = content.site.support, content.site.zone
    return support_time(support, content.agreement, Interval(start, end), zone)
