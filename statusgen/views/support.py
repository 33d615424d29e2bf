"""Support (clause 3): when and how it is reached.

Openings are told with their day and times, which stay true however late a page is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from statusgen.intervals import Interval
from statusgen.model.agreement import support_time
from statusgen.model.site import SupportChannel
from statusgen.views.viewpoint import Viewpoint


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A way to reach support."""

    label: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class SupportView:
    """Support: its hours, the next time that it is open, its channels, and what it leaves out."""

    hours: str
    opening: str
    tone: str
    channels: tuple[ChannelView, ...]
    excluded: str


def support_view(view: Viewpoint) -> SupportView | None:
    """The panel of support; None where the site names neither hours nor channels."""
    support = view.content.site.support
    if not support.hours and not support.channels:
        return None
    opening, is_open = opening_words(view) if support.hours else ("", False)
    excluded = view.language.join([str(view.words(name)) for name in support.excluded])
    return SupportView(
        hours=view.hours(support.hours) if support.hours else "",
        opening=opening,
        tone="ok" if is_open else "note",
        channels=tuple(_channel(view, channel) for channel in support.channels),
        excluded=view.language.text("Not covered: {names}", names=excluded) if excluded else "",
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


def opening_words(view: Viewpoint) -> tuple[str, bool]:
    """The opening that goes on, or the next one, in words; and whether it goes on."""
    language, opening = view.language, _next_opening(view)
    if opening is None:
        return language.text("No opening in the next two weeks"), False
    span = language.span(view.local(opening.start), view.local(opening.end))
    if opening.holds(view.now):
        return language.text("Open {span}", span=span), True
    return language.text("Next open {span}", span=span), False


def _next_opening(view: Viewpoint) -> Interval | None:
    """The hours of support that go on at ``now``, else the next ones within two weeks."""
    now = view.now
    ahead = Interval(now - timedelta(days=1), now + timedelta(days=14))
    content = view.content
    support, zone = content.site.support, content.site.zone
    opened = support_time(support, content.agreement, ahead, zone)
    return next((interval for interval in opened if interval.end > now), None)
