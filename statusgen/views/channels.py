"""The ways to follow the site with another program, as they are explained to people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from statusgen.views.viewpoint import Viewpoint


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to follow: ``path`` is its address relative to the site's root.

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
    programs = () if component else _for_programs(view)
    known = (*_channels(view, folder), *programs, *_on_other_pages(view, folder))
    return tuple(channel for output, channel in known if switches.get(output, True))


def _channels(view: Viewpoint, folder: str) -> Iterator[tuple[str, Channel]]:
    """(the output that makes it, channel)."""
    language = view.language
    about = language.text("each announcement and each update, in your feed reader or chat channel")
    yield "rss", Channel("RSS", about, f"{folder}feed.xml", "application/rss+xml")
    yield from _calendar(view, folder)
    about = language.text("each announcement and each update, for readers that ask for Atom")
    yield "atom", Channel("Atom", about, f"{folder}feed.atom", "application/atom+xml")
    about = language.text("each announcement and each update, for your own programs")
    yield "jsonfeed", Channel("JSON Feed", about, f"{folder}feed.json", "application/feed+json")
    if folder == view.prefix:
        yield from _history(view)
        yield from _maintnote(view)


def _calendar(view: Viewpoint, folder: str) -> Iterator[tuple[str, Channel]]:
    about = view.language.text(
        "planned maintenance in your own calendar; copy this address, and choose "
        "“Subscribe from web” in Outlook, “From URL” in Google Calendar or "
        "“New Calendar Subscription” in Apple Calendar"
    )
    label = view.language.text("Calendar")
    yield "ics", Channel(label, about, f"{folder}calendar.ics", "text/calendar")


def _maintnote(view: Viewpoint) -> Iterator[tuple[str, Channel]]:
    about = view.language.text(
        "planned maintenance for the tools of network operators, with X-MAINTNOTE fields"
    )
    path = f"{view.prefix}maintnote.ics"
    yield "maintnote", Channel("Maintnote", about, path, "text/calendar", is_feed=False)


def _history(view: Viewpoint) -> Iterator[tuple[str, Channel]]:
    """Not found by programs on their own: a reader would show both, and say all twice."""
    about = view.language.text("one item for each event, for programs made for Statuspage")
    for name, path, kind in (("RSS", "rss", "rss+xml"), ("Atom", "atom", "atom+xml")):
        label = view.language.text("History ({format})", format=name)
        path, kind = f"{view.prefix}history.{path}", f"application/{kind}"
        yield "history", Channel(label, about, path, kind, is_feed=False)


def _for_programs(view: Viewpoint) -> Iterator[tuple[str, Channel]]:
    """Those of the whole site that are read by programs of one's own."""
    language, path = view.language, f"{view.prefix}api/v2/summary.json"
    about = language.text("for tools that can read a status page of Statuspage")
    yield "statuspage", Channel("Statuspage API", about, path, "application/json", is_feed=False)
    path = "api/statusgen/v1/index.json"
    about = language.text("all that stands here, with the minutes behind each figure, for programs")
    yield "api", Channel("JSON API", about, path, "application/json", is_feed=False)


def _on_other_pages(view: Viewpoint, folder: str) -> Iterator[tuple[str, Channel]]:
    """What shows the state elsewhere; an embedded page is of the whole site."""
    label = view.language.text("Badge")
    about = view.language.text("a picture of the state, for a readme or a page of your own")
    yield "badges", Channel(label, about, f"{folder}badge.svg", "image/svg+xml", is_feed=False)
    if folder == view.prefix:
        label = view.language.text("Embed")
        about = view.language.text("the state and what goes on, to show inside a page of your own")
        yield "embed", Channel(label, about, f"{folder}embed/", "text/html", is_feed=False)
