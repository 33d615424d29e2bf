"""The ways to follow the site with another program, as they are explained to people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from statusgen.views.viewpoint import Viewpoint


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to follow: ``path`` is its file relative to the site's root.

    ``is_feed``: programs find it by themselves, from the head of each page.
    """

    label: str
    about: str
    path: str
    media_type: str
    is_feed: bool = True


def channels(view: Viewpoint, component: str | None = None) -> tuple[Channel, ...]:
    """Those of the site, or of one component, that are switched on; the easiest first."""
    switches = view.content.site.outputs
    folder = f"{view.prefix}components/{component}/" if component else view.prefix
    known = _channels(view, folder)
    return tuple(channel for output, channel in known if switches.get(output, True))


def _channels(view: Viewpoint, folder: str) -> Iterator[tuple[str, Channel]]:
    """(the output that makes it, channel)."""
    language = view.language
    about = language.text("each announcement and each update, in your feed reader or chat channel")
    yield "rss", Channel("RSS", about, f"{folder}feed.xml", "application/rss+xml")
