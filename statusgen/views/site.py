"""The whole site in one language: every page, and the feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from markupsafe import Markup

from statusgen import civil, markup
from statusgen.history import status
from statusgen.history.facts import Facts
from statusgen.history.report import Reports
from statusgen.i18n import Language
from statusgen.model.content import Content, Page
from statusgen.model.incidents import Incident, IncidentKind
from statusgen.model.maintenance import Maintenance, MaintenanceStatus
from statusgen.model.text import Text
from statusgen.views.channels import Channel, channels
from statusgen.views.components import DAYS
from statusgen.views.events import EventView, incident_view, maintenance_view
from statusgen.views.feed import FeedView, feed_view
from statusgen.views.home import HomeView, Present, home_view
from statusgen.views.lists import (
    ListView,
    by_month,
    history_list,
    maintenance_list,
    month_lists,
    ticket_lists,
)
from statusgen.views.report import ReportView
from statusgen.views.sla import SlaView, sla_views
from statusgen.views.viewpoint import Link, Moment, Prose, Viewpoint, Words

PAST_MAINTENANCE = 25


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in another language."""

    tag: str
    name: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A calamity that goes on, told on every page."""

    event: Link
    state: str
    tone: str
    lang: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What is round every page."""

    language: str
    prefix: str
    site_name: Words
    organization: str
    url: str
    notice: Words | None
    navigation: tuple[Link, ...]
    alternates: tuple[Alternate, ...]
    alerts: tuple[Alert, ...]
    channels: tuple[Channel, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class PageView:
    """A further page: Markdown of the site, or "not found"."""

    path: str
    title: str
    prose: Prose


@dataclass(frozen=True, slots=True)
class SiteView:
    """The site in one language; ``made`` is the moment that it was made for.

    Only pages that change by the clock say when they were made: if all did, all would change
    with every build.
    """

    frame: Frame
    made: Moment
    language: Language
    home: HomeView
    events: tuple[EventView, ...]
    lists: tuple[ListView, ...]
    sla: SlaView
    reports: tuple[ReportView, ...]
    pages: tuple[PageView, ...]
    not_found: PageView
    feed: FeedView


def site_view(
    content: Content,
    language: Language,
    all_languages: Sequence[Language],
    known: Facts,
    reports: Reports,
) -> SiteView:
    """Every page in one language."""
    is_first = language.tag == content.site.languages[0]
    view = Viewpoint(content, language, "" if is_first else f"{language.tag}/", known.now)
    incidents = [(incident_view(view, i), i) for i in known.incidents]
    plans = [(maintenance_view(view, m), m) for m in known.plans]
    coming = [(e, m) for e, m in plans if _is_coming(m, known.now)]
    running = [(e, m) for e, m in plans if e.is_open]
    seen = {event.id for event, _ in coming}
    past = [event for event, _ in reversed(plans) if event.id not in seen and not event.is_open]
    happened = sorted(
        [event for event, _ in chain(incidents, plans) if event.id not in seen],
        key=lambda event: (event.started_at, event.id),
        reverse=True,
    )
    months = by_month(view, happened)
    pages = tuple(_page(view, page) for page in _in_language(content, language.tag))
    events = {event.id: event for event, _ in chain(incidents, plans)}
    sla, report_views = sla_views(view, known, reports, events)
    return SiteView(
        made=Moment(language.moment_full(view.local(known.now)), civil.iso(known.now)),
        frame=_frame(view, pages, all_languages, _alerts(view, incidents)),
        language=language,
        home=home_view(view, _present(view, known, happened, coming)),
        events=tuple(event for event, _ in chain(incidents, plans)),
        lists=(
            maintenance_list(view, running, coming, past[:PAST_MAINTENANCE]),
            history_list(view, months),
            *month_lists(view, months),
            *ticket_lists(view, [event for event, _ in incidents]),
        ),
        sla=sla,
        reports=report_views,
        pages=pages,
        not_found=_not_found(view),
        feed=feed_view(view, [*incidents, *plans]),
    )


def _is_coming(maintenance: Maintenance, now: datetime) -> bool:
    """Whether customers still count on it: planned, or called off before its moment came."""
    status = maintenance.status(now)
    called_off = status is MaintenanceStatus.CANCELLED and now < maintenance.planned.start
    return status is MaintenanceStatus.SCHEDULED or called_off


def _present(
    view: Viewpoint,
    known: Facts,
    happened: Sequence[EventView],
    coming: Sequence[tuple[EventView, Maintenance]],
) -> Present:
    components = [component.id for component in view.content.components]
    return Present(
        states=status.current(components, known.incidents, known.plans, known.now),
        days=status.days(view.content, known.spells, view.today(), DAYS),
        down=known.down,
        events=happened,
        coming=coming,
        plans=known.plans,
    )


def _alerts(view: Viewpoint, incidents: Sequence[tuple[EventView, Incident]]) -> tuple[Alert, ...]:
    return tuple(
        Alert(
            Link(event.title.text, event.path),
            _alert_state(view, event, incident),
            event.tone,
            event.title.lang,
        )
        for event, incident in incidents
        if incident.kind is IncidentKind.CALAMITY and event.is_open
    )


def _alert_state(view: Viewpoint, event: EventView, incident: Incident) -> str:
    """How far the fail-over is, else how far the work is."""
    phases = [update.failover for update in incident.published(view.now) if update.failover]
    phase = view.language.word("failover", phases[-1]) if phases else event.state
    return f"{event.kind} · {phase}"


def _frame(
    view: Viewpoint,
    pages: Sequence[PageView],
    all_languages: Sequence[Language],
    alerts: tuple[Alert, ...],
) -> Frame:
    site, language = view.content.site, view.language
    navigation = [
        view.link(language.text("Now"), ""),
        view.link(language.text("Maintenance"), "maintenance/"),
        view.link(language.text("History"), "history/"),
        view.link(language.text("SLA"), "sla/"),
        *(Link(page.title, page.path) for page in pages),
    ]
    return Frame(
        language=language.tag,
        prefix=view.prefix,
        site_name=view.words(site.name),
        organization=site.organization.name if site.organization else "",
        url=site.url,
        notice=view.words(site.notice) if site.notice else None,
        navigation=tuple(navigation),
        alternates=tuple(
            Alternate(
                other.tag, other.name, "" if other.tag == site.languages[0] else f"{other.tag}/"
            )
            for other in all_languages
        ),
        alerts=alerts,
        channels=channels(view),
        zone=site.zone.key,
    )


def _in_language(content: Content, tag: str) -> list[Page]:
    """Each page in this language, or in the first one that has it."""
    slugs = dict.fromkeys(page.slug for page in content.pages)
    found: list[Page] = []
    for slug in slugs:
        versions = {page.language: page for page in content.pages if page.slug == slug}
        first = next(versions[t] for t in content.site.languages if t in versions)
        found.append(versions.get(tag, first))
    return found


def _page(view: Viewpoint, page: Page) -> PageView:
    prose = view.prose(Text(((page.language, page.text),)))
    assert prose
    prose = replace(prose, html=Markup(markup.raised(prose.html)))
    return PageView(f"{view.prefix}{page.slug}/", page.title, prose)


def _not_found(view: Viewpoint) -> PageView:
    language = view.language
    text = language.text("This page is not here. It may have been moved or never have been.")
    prose = view.prose(Text(((language.tag, text),)))
    assert prose
    return PageView(f"{view.prefix}404.html", language.text("Not found"), prose)
