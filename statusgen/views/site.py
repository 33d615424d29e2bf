"""The whole site in one language: every page, and the feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from statusgen import civil
from statusgen.history import status
from statusgen.history.facts import Facts
from statusgen.history.report import Reports
from statusgen.i18n import Language
from statusgen.model.content import Content
from statusgen.model.incidents import Incident, IncidentKind
from statusgen.model.maintenance import Maintenance, MaintenanceStatus
from statusgen.views.badges import BadgeView, badge_views
from statusgen.views.calendar import CalendarView, calendar_views
from statusgen.views.channels import Channel, channels
from statusgen.views.component_pages import Known, component_lists
from statusgen.views.components import DAYS, coming_states, group_views
from statusgen.views.embed import EmbedView, embed_view
from statusgen.views.events import EventView
from statusgen.views.feed import Feeds, feeds
from statusgen.views.follow import subscribe_list, support_list
from statusgen.views.home import HomeView, Present, home_view
from statusgen.views.incidents import incident_view
from statusgen.views.lists import history_lists, past, ticket_lists
from statusgen.views.overview import (
    Plans,
    maintenance_list,
    schedule_list,
    shown_schedules,
)
from statusgen.views.pages import SUPPORT, PageView, not_found, page_views
from statusgen.views.plans import maintenance_view
from statusgen.views.report import ReportView
from statusgen.views.search import SearchView, search_view
from statusgen.views.sections import ListView
from statusgen.views.sla import SlaView, sla_views
from statusgen.views.viewpoint import Link, Moment, Viewpoint, Words


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in another language."""

    tag: str
    name: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A link of the main menu; pages below ``covers`` belong to it. ``lang`` as for Words."""

    label: str
    path: str
    covers: tuple[str, ...] = ()
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A calamity that goes on, told on every page."""

    event: Link
    state: str
    tone: str
    lang: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What is round every page; ``manifest`` is its web app manifest, where it has one."""

    language: str
    prefix: str
    site_name: Words
    organization: str
    url: str
    notice: Words | None
    navigation: tuple[Tab, ...]
    alternates: tuple[Alternate, ...]
    alerts: tuple[Alert, ...]
    channels: tuple[Channel, ...]
    manifest: str | None
    zone: str
    search: Link | None


@dataclass(frozen=True, slots=True)
class Made:
    """The moment that a page was made for; from ``stale_from`` (RFC 3339) on it is too old."""

    moment: Moment
    stale_from: str


@dataclass(frozen=True, slots=True)
class SiteView:
    """The site in one language; ``made`` is the moment that it was made for.

    Only pages that tell of the present say when they were made: if all did, all would change
    with every build.
    """

    frame: Frame
    made: Made
    language: Language
    home: HomeView
    events: tuple[EventView, ...]
    lists: tuple[ListView, ...]
    sla: SlaView
    reports: tuple[ReportView, ...]
    pages: tuple[PageView, ...]
    not_found: PageView
    feeds: Feeds
    calendars: tuple[CalendarView, ...]
    badges: tuple[BadgeView, ...]
    embed: EmbedView
    search: SearchView


def site_view(
    content: Content,
    language: Language,
    all_languages: Sequence[Language],
    known: Facts,
    reports: Reports,
) -> SiteView:
    """Every page in one language."""
    view = _viewpoint(content, language, known.now)
    incidents = [(incident_view(view, i), i) for i in known.incidents]
    maintenance = [(maintenance_view(view, m), m) for m in known.plans]
    told: list[tuple[EventView, Incident | Maintenance]] = [*incidents, *maintenance]
    plans = _by_progress(maintenance, known.now)
    happened = _happened(told, plans)
    pages = page_views(view)
    present = _present(view, known, happened, plans)
    events = {event.id: event for event, _ in told}
    sla, report_views = sla_views(view, known, reports, events)
    support = support_list(view, pages)
    further = tuple(page for page in pages if page.slug != SUPPORT)
    home = home_view(view, present)
    return SiteView(
        frame=_frame(view, _tabs(support, further), all_languages, _alerts(view, incidents)),
        made=_made(view),
        language=language,
        home=home,
        events=tuple(events.values()),
        lists=(
            maintenance_list(view, plans),
            *(schedule_list(view, schedule, plans) for schedule in shown_schedules(view)),
            *component_lists(view, present.groups, Known(known, reports, happened, plans)),
            *history_lists(view, past(view, happened, known.spells)),
            *ticket_lists(view, [event for event, _ in incidents]),
            *support,
            subscribe_list(view),
        ),
        sla=sla,
        reports=report_views,
        pages=further,
        not_found=not_found(view),
        feeds=feeds(view, told),
        calendars=calendar_views(view, maintenance),
        badges=badge_views(view, present.states[0].value),
        embed=embed_view(view, home.standing, incidents, plans),
        search=search_view(view, events.values(), sla, pages),
    )


def _tabs(support: Iterable[ListView], further: Iterable[PageView]) -> list[Tab]:
    """The pages of text in the main menu, each marked where it is in another language."""
    own = [Tab(p.title, p.path, lang=p.name.lang if p.name else None) for p in support]
    return [*own, *(Tab(p.title, p.path, lang=p.prose.lang) for p in further)]


def _viewpoint(content: Content, language: Language, now: datetime) -> Viewpoint:
    is_first = language.tag == content.site.languages[0]
    return Viewpoint(content, language, "" if is_first else f"{language.tag}/", now)


def _by_progress(maintenance: Sequence[tuple[EventView, Maintenance]], now: datetime) -> Plans:
    coming = [(e, m) for e, m in maintenance if _is_coming(m, now)]
    running = [(e, m) for e, m in maintenance if e.is_open]
    rest = {e.id for e, _ in (*coming, *running)}
    return Plans(running, coming, [(e, m) for e, m in reversed(maintenance) if e.id not in rest])


def _happened(
    told: Sequence[tuple[EventView, Incident | Maintenance]], plans: Plans
) -> list[EventView]:
    """What has begun, newest first."""
    coming = {event.id for event, _ in plans.coming}
    begun = (event for event, _ in told if event.id not in coming)
    return sorted(begun, key=lambda event: (event.started_at, event.id), reverse=True)


def _made(view: Viewpoint) -> Made:
    moment = Moment(view.language.moment_full(view.local(view.now)), civil.iso(view.now))
    return Made(moment, civil.iso(view.now + view.content.site.freshness))


def _is_coming(maintenance: Maintenance, now: datetime) -> bool:
    """Whether customers still count on it: planned, or called off before its moment came."""
    status = maintenance.status(now)
    called_off = status is MaintenanceStatus.CANCELLED and now < maintenance.planned.start
    return status is MaintenanceStatus.SCHEDULED or called_off


def _present(view: Viewpoint, known: Facts, happened: Sequence[EventView], plans: Plans) -> Present:
    days = status.days(view.content, known.spells, view.today(), DAYS)
    states = coming_states(view, known)
    return Present(
        states=states,
        groups=group_views(view, states, days, known.down),
        down=known.down,
        events=happened,
        coming=plans.coming,
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
    further: Sequence[Tab],
    all_languages: Sequence[Language],
    alerts: tuple[Alert, ...],
) -> Frame:
    site, language = view.content.site, view.language
    has_search = site.outputs.get("search", True)
    navigation = [
        _tab(view, language.text("Now"), "", "components/"),
        _tab(view, language.text("Maintenance"), "maintenance/"),
        _tab(view, language.text("History"), "history/", "incidents/", "tickets/"),
        _tab(view, language.text("SLA"), "sla/"),
        *further,
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
        manifest=_manifest(view),
        zone=site.zone.key,
        search=view.link(language.text("Search"), "search/") if has_search else None,
    )


def _manifest(view: Viewpoint) -> str | None:
    is_made = view.content.site.outputs.get("webmanifest", True)
    return f"{view.prefix}site.webmanifest" if is_made else None


def _tab(view: Viewpoint, label: str, path: str, *further: str) -> Tab:
    covered = (*([path] if path else []), *further)
    return Tab(label, view.prefix + path, tuple(view.prefix + place for place in covered))
