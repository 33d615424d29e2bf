"""What subscribers are told: one item for each published update."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from markupsafe import Markup

from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.views.events import EventView, UpdateView
from statusgen.views.plans import ANNOUNCED
from statusgen.views.viewpoint import Viewpoint

ITEMS = 50
TAG_DATE = "2026"
"""A tag URI names a day on which its host was the site's. It never changes, whatever moves:
an id that is not the old one makes every reader tell of everything anew."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One update; ``path`` is the page of its event relative to the site's root.

    ``id`` is a tag URI (RFC 4151) that neither title, text nor a new update changes.
    """

    id: str
    title: str
    path: str
    at: datetime
    html: Markup
    summary: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedView:
    """The newest items first; each moment is unique and none is in the future."""

    title: str
    description: str
    items: tuple[FeedItem, ...]


def feed_view(
    view: Viewpoint, events: Iterable[tuple[EventView, Incident | Maintenance]]
) -> FeedView:
    """The newest updates of all events."""
    items = [
        _item(view, event, update, told_at)
        for event, source in events
        for update in event.updates
        for told_at in [_told_at(view, source, update)]
        if told_at <= view.now
    ]
    name = view.words(view.content.site.name)
    return FeedView(
        title=str(name),
        description=view.language.text(
            "Disruptions and maintenance of {name}, an item for each update.", name=name
        ),
        items=tuple(_newest(items, view.now)),
    )


def _told_at(view: Viewpoint, source: Incident | Maintenance, update: UpdateView) -> datetime:
    """When subscribers hear of it.

    The occurrences of a schedule are announced one by one, as they come into sight: not
    a year of them on the day that the schedule was made.
    """
    if isinstance(source, Maintenance) and source.schedule and update.id == ANNOUNCED:
        return max(update.at, source.planned.start - view.content.site.horizon)
    return update.at


def _newest(items: Sequence[FeedItem], now: datetime) -> list[FeedItem]:
    """The newest items first. Moments that are the same are told apart by a second:
    readers and chat services refuse or lose items that are not strictly newer."""
    oldest_first = sorted(items, key=lambda item: (item.at, item.id))
    apart: list[FeedItem] = []
    for item in oldest_first:
        at = max(item.at, apart[-1].at + timedelta(seconds=1)) if apart else item.at
        apart.append(replace(item, at=at))
    return [item for item in reversed(apart) if item.at <= now][:ITEMS]


def _item(view: Viewpoint, event: EventView, update: UpdateView, at: datetime) -> FeedItem:
    site, language = view.content.site, view.language
    host = urlsplit(site.url).hostname
    parts = (language.tag, event.family, event.id, update.id)
    prose = update.text or event.lead
    notes = [note for note in (event.window, *update.notes) if note]
    html = Markup("").join(Markup("<p>{}</p>").format(note) for note in notes)
    return FeedItem(
        id=f"tag:{host},{TAG_DATE}:{'/'.join(parts)}",
        title=language.text("{status}: {title}", status=update.label, title=event.title),
        path=event.path,
        at=at,
        html=html + (prose.html if prose else ""),
        summary=" ".join([*(f"{note}." for note in notes), prose.plain if prose else ""]).strip(),
        categories=(event.kind, update.label, *(str(tag.name) for tag in event.tags)),
    )
