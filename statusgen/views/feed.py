"""What subscribers are told: one item for each published update, and one for each event.

Ids and dates are what keeps a subscription alive. An id that is not the old one makes every
reader tell of everything anew; a date that is not newer than the last, or that has yet to
come, makes some of them fall silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from markupsafe import Markup, escape
from msgspec import Struct

from statusgen import markup
from statusgen.history.record import Record
from statusgen.intervals import Interval, union, within
from statusgen.model.content import Content
from statusgen.model.events import TICK, Card, Event
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance, stages
from statusgen.views.events import EventView, UpdateView
from statusgen.views.plans import ANNOUNCED
from statusgen.views.told import Told
from statusgen.views.viewpoint import Prose, Viewpoint

ITEMS = 50
SUMMARY = 500
"""Characters of an item without markup: what a chat channel shows; all of it is in the HTML."""
TAG_DATE = "2026"
"""A tag URI names a day on which its host was the site's. It never changes, whatever moves."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without items was last updated: the moment of building would be news each time."""

CROWD = timedelta(days=1)
"""No more updates than it has seconds are told of at one moment."""

News = tuple[datetime, EventView, UpdateView]
"""An update with the moment at which subscribers hear of it, unique among all."""


class FeedItem(Struct, frozen=True):
    """An update, or a whole event; ``path`` is its place on a page, relative to the site's root.

    ``id`` is a tag URI (RFC 4151) that neither title, text nor a new update changes. ``html``
    holds absolute addresses only; ``summary``, without markup, is empty for an event.
    ``published_at`` and ``updated_at`` differ for an event that was told of more than once.
    """

    id: str
    title: str
    path: str
    published_at: datetime
    updated_at: datetime
    html: Markup
    summary: str
    categories: tuple[str, ...]


class FeedView(Struct, frozen=True):
    """The newest items first; each ``updated_at`` is unique and none is in the future.

    ``path`` is where the feed is, relative to ``base`` and without the ending of a format;
    ``page`` is the page that it follows; ``translations`` are (language, path) of the same
    feed in the other languages. ``hub`` is the address of a WebSub hub.
    """

    id: str
    title: str
    description: str
    author: str
    language: str
    base: str
    path: str
    page: str
    translations: tuple[tuple[str, str], ...]
    hub: str | None
    items: tuple[FeedItem, ...]

    @property
    def updated_at(self) -> datetime:
        """When its newest item was."""
        return self.items[0].updated_at if self.items else NEVER


class Feeds(Struct, frozen=True):
    """``updates`` has an item for each update: the feed of the site, then of each component.

    ``history`` has an item for each event.
    """

    updates: tuple[FeedView, ...]
    history: FeedView


def feeds(view: Viewpoint, told: Told, cards: Sequence[Card]) -> Feeds:
    """Every feed in one language; ``cards`` as ``newly_told`` gives them."""
    news = _news(view, told, cards)
    items = _items(view, news)
    site_name = view.words(view.content.site.name).text
    updates = [_feed(view, "", site_name, items[""])]
    for component in view.content.components:
        folder, name = f"components/{component.id}/", view.words(component.name).text
        updates.append(_feed(view, folder, name, items[component.id]))
    return Feeds(tuple(updates), _history(view, news))


def newly_told(record: Record) -> list[Card]:
    """The events that any feed may tell of: the newest of each component and of the site.

    And those told of in the day before any of these: what was told at the same moment is told
    apart, so that all of it must be known.
    """
    followed = _followed(record)
    crowds = union(Interval(told.start - CROWD, told.end) for told in followed.values())
    found = [
        card
        for card in record.events.cards
        if crowds and card.quiet_after >= crowds[0].start and card.id not in followed
        for told in [_told(record, card)]
        if told and within(crowds, told)
    ]
    return [card for card in record.events.cards if card.id in followed] + found


def _followed(record: Record) -> dict[str, Interval]:
    """The ids of the newest events of each component and of the site, and when they were told."""
    room = dict.fromkeys(["", *(component.id for component in record.content.components)], ITEMS)
    followed: dict[str, Interval] = {}
    for last, card in record.by_last_word(partial(_last_told, record)):
        is_new = last > record.now - CROWD
        if not is_new and not any(room.values()):
            break
        wanted = [name for name in ("", *card.components) if room.get(name)]
        told = _told(record, card)
        if told and wanted:
            followed[card.id] = told
        # What is new is told of anyway, but what waits for its second takes no room yet.
        for name in wanted if not is_new else ():
            room[name] -= 1
    return followed


def _last_told(record: Record, card: Card) -> datetime | None:
    told = _told(record, card)
    return told.end - TICK if told else None


def _told(record: Record, card: Card) -> Interval | None:
    """When subscribers heard of it, from the first word to just after the last."""
    if card.is_settled(record.now) and not card.schedule:
        words = [at for at in (card.first_word_at, card.last_word_at) if at]
    else:
        words = _words(record.content, record.events.load(card), record.now)
    return Interval(min(words), max(words) + TICK) if words else None


def _words(content: Content, event: Event, now: datetime) -> list[datetime]:
    """When each word was said to subscribers."""
    if isinstance(event, Incident):
        return [update.at for update in event.updates]
    announced_at = _announced_at(content, event)
    told = [at for at in (announced_at,) if at and at <= now]
    return told + [stage.at for stage in stages(event, now)]


def _news(view: Viewpoint, told: Told, cards: Iterable[Card]) -> Sequence[News]:
    """All that has been told of them by now, newest first. Moments that are the same are told
    apart by a second: readers and chat services refuse or lose items that are not strictly newer.
    """
    known = [
        (told_at, event.family, event.id, number, event, update)
        for card in cards
        for event in (told.of(card),)
        for number, update in enumerate(reversed(event.updates))
        if (told_at := _told_at(view, told, card, update)) <= view.now
    ]
    apart: list[News] = []
    last = NEVER
    for told_at, _, _, _, event, update in sorted(known, key=lambda one: one[:4]):
        last = max(told_at, last + timedelta(seconds=1))
        if last > view.now:
            break  # The next build tells of it.
        apart.append((last, event, update))
    return apart[::-1]


def _told_at(view: Viewpoint, told: Told, card: Card, update: UpdateView) -> datetime:
    """When subscribers hear of it."""
    if not (card.schedule and update.id == ANNOUNCED):
        return update.at
    source = told.source(card)
    announced_at = _announced_at(view.content, source) if isinstance(source, Maintenance) else None
    return announced_at or update.at


def _announced_at(content: Content, plan: Maintenance) -> datetime | None:
    """When subscribers hear that it is planned.

    The occurrences of a schedule are announced one by one, as they come into sight or are
    spoken of: not a year of them on the day that the schedule was made.
    """
    if not (plan.schedule and plan.announced_at):
        return plan.announced_at
    in_sight = plan.planned.start - content.site.horizon
    return max(plan.announced_at, min([in_sight, *(told.at for told in plan.updates[:1])]))


def _items(view: Viewpoint, news: Iterable[News]) -> dict[str, list[FeedItem]]:
    """The newest items of the site (under "") and of each component; an item is made once."""
    lists: dict[str, list[FeedItem]] = {"": []}
    lists.update((component.id, []) for component in view.content.components)
    for at, event, update in news:
        followed = [lists[name] for name in ("", *(tag.component for tag in event.tags))]
        unfilled = [items for items in followed if len(items) < ITEMS]
        if unfilled:
            item = _update_item(view, at, event, update)
            for items in unfilled:
                items.append(item)
    return lists


def _feed(view: Viewpoint, folder: str, name: str, items: Sequence[FeedItem]) -> FeedView:
    """The feed of the site, or of the component in that folder."""
    site_name = view.words(view.content.site.name).text
    return _view(
        view,
        path=f"{folder}feed",
        page=folder,
        title=f"{site_name} · {name}" if folder else name,
        description=view.language.text(
            "Disruptions and maintenance of {name}, an item for each update.", name=name
        ),
        items=items,
    )


def _history(view: Viewpoint, news: Iterable[News]) -> FeedView:
    told_of: dict[str, list[News]] = {}
    for one in news:
        told_of.setdefault(one[1].id, []).append(one)
    newest = list(told_of.values())[:ITEMS]
    name = view.words(view.content.site.name).text
    return _view(
        view,
        path="history",
        page="history/",
        title=view.language.text("{name} - Incident History", name=name),
        description=view.language.text(
            "Disruptions and maintenance of {name}, an item for each event.", name=name
        ),
        items=[_event_item(view, one) for one in newest],
    )


def _view(
    view: Viewpoint,
    path: str,
    page: str,
    title: str,
    description: str,
    items: Sequence[FeedItem],
) -> FeedView:
    site, tag = view.content.site, view.language.tag
    paths = [
        (other, path if other == site.languages[0] else f"{other}/{path}")
        for other in site.languages
    ]
    return FeedView(
        id=_tag(view, path),
        title=title,
        description=description,
        author=site.organization.name if site.organization else view.words(site.name).text,
        language=tag,
        base=site.url,
        path=view.prefix + path,
        page=view.prefix + page,
        translations=tuple(one for one in paths if one[0] != tag),
        hub=site.hub,
        items=tuple(items),
    )


def _tag(view: Viewpoint, *parts: str) -> str:
    # The language is part of it: some readers know an id over all that they follow.
    return f"tag:{view.content.site.id_host},{TAG_DATE}:{'/'.join((view.language.tag, *parts))}"


def _update_item(view: Viewpoint, at: datetime, event: EventView, update: UpdateView) -> FeedItem:
    prose = update.text or event.lead
    notes = [note for note in (event.window, *update.notes) if note]
    return FeedItem(
        id=_tag(view, event.family, event.id, update.id),
        title=view.language.text("{status}: {title}", status=update.label, title=event.title),
        path=f"{event.path}#update-{update.id}",
        published_at=at,
        updated_at=at,
        html=_paragraphs(notes) + _html(view, prose),
        summary=_summary(notes, prose),
        categories=(event.kind, update.label, *(tag.name.text for tag in event.tags)),
    )


def _event_item(view: Viewpoint, told: Sequence[News]) -> FeedItem:
    """An event in the form that Statuspage gives it, which existing programs take apart."""
    (updated_at, event, _), (published_at, _, _) = told[0], told[-1]
    planned = view.language.text("THIS IS A SCHEDULED EVENT {window}", window=event.window)
    html = Markup("<p><strong>{}</strong></p>").format(planned) if event.window else Markup("")
    entries = [_entry(view, update) for update in event.timeline]
    return FeedItem(
        id=_tag(view, event.family, event.id),
        title=event.title.text,
        path=event.path,
        published_at=published_at,
        updated_at=updated_at,
        html=html + _html(view, event.lead) + Markup("").join(entries),
        summary="",
        categories=(event.kind, event.state, *(tag.name.text for tag in event.tags)),
    )


def _entry(view: Viewpoint, update: UpdateView) -> Markup:
    # With its year, whatever the year: an item changes only when there is news.
    moment = view.language.moment_full(view.local(update.at))
    head = Markup("<p><small>{}</small><br><strong>{}</strong>").format(moment, update.label)
    text = _html(view, update.text)
    # The first paragraph goes on where the status stands.
    text = " - " + text[len("<p>") :] if text.startswith("<p>") else Markup("</p>") + text
    return head + text + _paragraphs(update.notes)


def _paragraphs(notes: Iterable[str]) -> Markup:
    # Of thousands: ``Markup.format`` takes several times as long.
    return Markup("".join(f"<p>{escape(note)}</p>" for note in notes))


def _summary(notes: Iterable[str], prose: Prose | None) -> str:
    line = " ".join([*(f"{note}." for note in notes), prose.plain if prose else ""])
    return markup.shortened(line.strip(), SUMMARY)


def _html(view: Viewpoint, prose: Prose | None) -> Markup:
    """The text for readers elsewhere, marked where it is in another language."""
    if prose is None:
        return Markup("")
    html = Markup(markup.absolute(prose.html, view.content.site.url))
    if prose.lang is None:
        return html
    return Markup('<div lang="{}">{}</div>').format(prose.lang, html)
