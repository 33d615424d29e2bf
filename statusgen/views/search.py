"""What can be searched: every event, the agreement, components and the further pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from statusgen.history.record import Record
from statusgen.model.components import Component
from statusgen.views.events import EventView, component_path, ticket_path
from statusgen.views.pages import PageView
from statusgen.views.sla import SlaView
from statusgen.views.viewpoint import Link, Prose, Viewpoint, Words

PAGES = "pages"
"""The shard of what is no event."""


class Entry(Struct, frozen=True):
    """Something that can be found; ``passages`` are its texts, the newest first.

    The order of these fields is that of a row in a shard, which ``scripts/search.js`` reads.
    """

    path: str
    title: Words
    kind: str
    day: str = ""
    state: str = ""
    tone: str = ""
    ticket: str = ""
    components: tuple[Words, ...] = ()
    passages: tuple[Words, ...] = ()


class SearchView(Struct, frozen=True):
    """The page, its entries that are no events, and the years that have events, newest first.

    ``counts`` say how many results there are, by plural category (``i18n.plural_forms``);
    ``ticket`` is the page of the newest ticket.
    """

    path: str
    title: str
    others: tuple[Entry, ...]
    years: tuple[str, ...]
    counts: Mapping[str, str]
    ticket: Link | None


def search_view(
    view: Viewpoint,
    record: Record,
    sla: SlaView,
    pages: Iterable[PageView],
) -> SearchView:
    """The page."""
    language = view.language
    components = (_component(view, component) for component in view.content.components)
    others = (*components, _agreement(view, sla), *(_page(view, page) for page in pages))
    return SearchView(
        path=f"{view.prefix}search/",
        title=language.text("Search"),
        others=others,
        years=tuple(dict.fromkeys(m.name[:4] for m in reversed(record.months) if m.began)),
        counts=language.plural_forms("{count} result", "{count} results"),
        ticket=_newest_ticket(view, record),
    )


def _newest_ticket(view: Viewpoint, record: Record) -> Link | None:
    found = (card.ticket for card in record.happened if card.ticket)
    number = next(found, None)
    return Link(number, ticket_path(view, number)) if number else None


def event_entry(view: Viewpoint, event: EventView) -> Entry:
    """An event as it can be found."""
    # The year is always there: a new year then changes no old shard.
    day = view.language.date(view.day_of(event.started_at), "day_year")
    # How far a plan is, the clock changes, and a shard does not know the reader's.
    is_settled = event.family == "incident" or event.ended_at is not None
    return Entry(
        path=event.path,
        title=event.title,
        kind=event.kind,
        day=day,
        state=event.state if is_settled else "",
        tone=event.tone if is_settled else "",
        ticket=event.ticket or "",
        components=tuple(tag.name for tag in event.tags),
        passages=_plain(_texts(event)),
    )


def _texts(event: EventView) -> Iterator[Prose | None]:
    yield from (update.text for update in event.updates)
    yield event.lead
    yield event.postmortem
    yield from (fact.prose for fact in event.facts)


def _component(view: Viewpoint, component: Component) -> Entry:
    about = view.words(component.description) if component.description else None
    return Entry(
        component_path(view, component.id),
        view.words(component.name),
        view.language.text("Component"),
        passages=(about,) if about else (),
    )


def _agreement(view: Viewpoint, sla: SlaView) -> Entry:
    """The promises without how they stand: that changes by the day."""
    promises = [Words(row.promise) for row in sla.promises]
    clauses = _plain(clause.text for clause in sla.clauses)
    passages = (sla.agreement, *promises, *clauses)
    return Entry(sla.path, Words(sla.title), view.language.text("SLA"), passages=passages)


def _page(view: Viewpoint, page: PageView) -> Entry:
    title = Words(page.title, page.prose.lang)
    return Entry(page.path, title, view.language.text("Page"), passages=_plain([page.prose]))


def _plain(texts: Iterable[Prose | None]) -> tuple[Words, ...]:
    return tuple(Words(prose.plain, prose.lang) for prose in texts if prose and prose.plain)
