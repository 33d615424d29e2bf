"""The ways to follow the site with another program, as they are explained to people."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from statusgen.views.viewpoint import Viewpoint


class Channel(Struct, frozen=True):
    """A way to follow: ``path`` is its address relative to the site's root.

    ``is_feed``: programs find it by themselves, from the head of each page. ``for_people``: one
    needs no program of one's own for it.
    """

    label: str
    about: str
    path: str
    media_type: str
    is_feed: bool = True
    for_people: bool = False


def channels(view: Viewpoint, component: str | None = None) -> tuple[Channel, ...]:
    """Those of the site, or of one component, that are switched on; those for people first."""
    switches = view.content.site.outputs
    folder = f"{view.prefix}components/{component}/" if component else view.prefix
    of_site = () if component else (*_for_statuspage(view), *_of_site(view))
    known = (*_for_people(view, folder), *_formats(view, folder), *of_site, *_badge(view, folder))
    return tuple(channel for output, channel in known if switches.get(output, True))


def _for_people(view: Viewpoint, folder: str) -> Iterator[tuple[str, Channel]]:
    """(the output that makes it, channel); an embedded page is of the whole site."""
    language = view.language
    about = language.text("each announcement and each update, in your feed reader or chat channel")
    path, kind = f"{folder}feed.xml", "application/rss+xml"
    yield "rss", Channel("RSS", about, path, kind, for_people=True)
    about = language.text("planned maintenance, in your own calendar")
    path, kind = f"{folder}calendar.ics", "text/calendar"
    yield "ics", Channel(language.text("Calendar"), about, path, kind, for_people=True)
    if folder == view.prefix:
        about = language.text("the state and what goes on, to show inside a page of your own")
        path, kind = f"{folder}embed/", "text/html"
        label = language.text("Embed")
        yield "embed", Channel(label, about, path, kind, is_feed=False, for_people=True)


def _formats(view: Viewpoint, folder: str) -> Iterator[tuple[str, Channel]]:
    """The feed in other forms."""
    about = view.language.text("the same as RSS, for readers that ask for Atom")
    yield "atom", Channel("Atom", about, f"{folder}feed.atom", "application/atom+xml")
    about = view.language.text("the same as RSS, for your own programs")
    yield "jsonfeed", Channel("JSON Feed", about, f"{folder}feed.json", "application/feed+json")


def _for_statuspage(view: Viewpoint) -> Iterator[tuple[str, Channel]]:
    """What programs made for Statuspage read; the history is not found by readers on their
    own, since one would show both, and say all twice."""
    about = view.language.text("one item for each event, for programs made for Statuspage")
    for name, path, kind in (("RSS", "rss", "rss+xml"), ("Atom", "atom", "atom+xml")):
        label = view.language.text("History ({format})", format=name)
        path, kind = f"{view.prefix}history.{path}", f"application/{kind}"
        yield "history", Channel(label, about, path, kind, is_feed=False)
    path = f"{view.prefix}api/v2/summary.json"
    about = view.language.text("for tools that can read a status page of Statuspage")
    yield "statuspage", Channel("Statuspage API", about, path, "application/json", is_feed=False)


def _of_site(view: Viewpoint) -> Iterator[tuple[str, Channel]]:
    """Further ones of the whole site, for programs."""
    language, path = view.language, f"{view.prefix}maintnote.ics"
    about = language.text(
        "planned maintenance for the tools of network operators, with X-MAINTNOTE fields"
    )
    yield "maintnote", Channel("Maintnote", about, path, "text/calendar", is_feed=False)
    path = "api/statusgen/v1/index.json"
    about = language.text("all that stands here, with the minutes behind each figure, for programs")
    yield "api", Channel("JSON API", about, path, "application/json", is_feed=False)


def _badge(view: Viewpoint, folder: str) -> Iterator[tuple[str, Channel]]:
    about = view.language.text("a picture of the state, for a readme or a page of your own")
    label, path = view.language.text("Badge"), f"{folder}badge.svg"
    yield "badges", Channel(label, about, path, "image/svg+xml", is_feed=False)
