"""The whole site in one language: every page, and the feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cached_property

from msgspec import Struct

from statusgen import civil
from statusgen.history import status
from statusgen.history.facts import over_at
from statusgen.history.months import is_coming, newest_first
from statusgen.history.record import Record
from statusgen.i18n import Language
from statusgen.model.events import Card
from statusgen.model.incidents import Incident, IncidentKind
from statusgen.views.badges import BadgeView, badge_views
from statusgen.views.calendar import CalendarView, calendar_views
from statusgen.views.channels import Channel, channels
from statusgen.views.component_pages import Known, component_lists
from statusgen.views.components import DAYS, States, coming_states, group_views
from statusgen.views.embed import EmbedView, embed_view
from statusgen.views.events import EventView
from statusgen.views.feed import Feeds, feeds
from statusgen.views.follow import subscribe_list, support_list
from statusgen.views.home import RECENT_DAYS, HomeView, Present, home_view, standing
from statusgen.views.lists import history_list
from statusgen.views.overview import (
    Plans,
    maintenance_list,
    schedule_list,
    shown_schedules,
)
from statusgen.views.pages import SUPPORT, PageView, not_found, page_views
from statusgen.views.past import PastViews
from statusgen.views.phases import Phase
from statusgen.views.search import SearchView, search_view
from statusgen.views.sections import ListView
from statusgen.views.sla import SlaView, sla_view
from statusgen.views.told import Told
from statusgen.views.viewpoint import Link, Moment, Viewpoint, Words


class Alternate(Struct, frozen=True):
    """The same page in another language."""

    tag: str
    name: str
    prefix: str


class Tab(Struct, frozen=True):
    """A link of the main menu; pages below ``covers`` belong to it. ``lang`` as for Words."""

    label: str
    path: str
    covers: tuple[str, ...] = ()
    lang: str | None = None


class Alert(Struct, frozen=True):
    """A calamity that goes on, told on every page."""

    event: Link
    state: str
    tone: str
    lang: str | None


class Frame(Struct, frozen=True):
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


class Made(Struct, frozen=True):
    """The moment that a page was made for; from ``stale_from`` (RFC 3339) on it is too old."""

    moment: Moment
    stale_from: str


class SiteView(Struct, frozen=True, dict=True):
    """The site in one language, each part made when it is first asked for: most who ask, ask for
    few.

    ``news`` are the events of feeds, as ``newly_told`` gives them; ``words`` has those of
    earlier that need not be made anew, by id.
    """

    record: Record
    language: Language
    all_languages: Sequence[Language]
    news: Sequence[Card]
    words: Callable[[str], EventView | None]

    @cached_property
    def view(self) -> Viewpoint:
        """The content in this language."""
        content, tag = self.record.content, self.language.tag
        is_first = tag == content.site.languages[0]
        return Viewpoint(content, self.language, "" if is_first else f"{tag}/", self.record.now)

    @cached_property
    def frame(self) -> Frame:
        """What is round every page."""
        return _frame(
            self.view,
            _tabs(self._support, self.pages),
            self.all_languages,
            _alerts(self.view, self.events, self._open_incidents),
        )

    @cached_property
    def made(self) -> Made:
        """The moment that it was made for.

        Only pages that tell of the present say it: if all did, all would change with every build.
        """
        return _made(self.view)

    @cached_property
    def events(self) -> Told:
        """The events in words."""
        return Told(self.view, self.record.events, self.words)

    @cached_property
    def home(self) -> HomeView:
        """The home page."""
        return home_view(self.view, self._present)

    @cached_property
    def lists(self) -> tuple[ListView, ...]:
        """The pages of sections that tell of the present; ``past`` has those of the past."""
        view, told, plans = self.view, self.events, self._plans
        known = Known(self.record, plans, told)
        return (
            maintenance_list(view, told, plans),
            *(schedule_list(view, told, schedule, plans) for schedule in shown_schedules(view)),
            *component_lists(view, self._present.groups, known),
            history_list(view, self.record),
            *self._support,
            subscribe_list(view),
        )

    @cached_property
    def past(self) -> PastViews:
        """The pages of the past, by month and year."""
        return PastViews(self.view, self.events, self.record)

    @cached_property
    def sla(self) -> SlaView:
        """The page of the agreement."""
        return sla_view(self.view, self.record)

    @cached_property
    def pages(self) -> tuple[PageView, ...]:
        """The further pages of text."""
        return tuple(page for page in self._texts if page.slug != SUPPORT)

    @property
    def not_found(self) -> PageView:
        """What is shown where there is no page."""
        return not_found(self.view)

    @cached_property
    def feeds(self) -> Feeds:
        """What subscribers are told."""
        return feeds(self.view, self.events, self.news)

    @cached_property
    def calendars(self) -> tuple[CalendarView, ...]:
        """The calendar of the site, and then one for each component."""
        return calendar_views(self.view, self.events, self.record.plans)

    @property
    def badges(self) -> tuple[BadgeView, ...]:
        """The badge of the site, and then one for each component."""
        return badge_views(self.view, self._states[0].value)

    @cached_property
    def embed(self) -> EmbedView:
        """What pages of others show."""
        told = standing(self.view, self._states)
        return embed_view(self.view, told, self._open_incidents, self._plans, self.events)

    @cached_property
    def search(self) -> SearchView:
        """The page that searches."""
        return search_view(self.view, self.record, self.sla, self._texts)

    @cached_property
    def _texts(self) -> tuple[PageView, ...]:
        return page_views(self.view)

    @cached_property
    def _support(self) -> Sequence[ListView]:
        return support_list(self.view, self._texts)

    @cached_property
    def _open_incidents(self) -> list[Incident]:
        now = self.record.now
        return [incident for incident in self.record.lately.incidents if incident.is_open(now)]

    @cached_property
    def _plans(self) -> Plans:
        return _by_progress(self.record)

    @cached_property
    def _states(self) -> Sequence[Phase[States]]:
        return coming_states(self.view, self.record.lately)

    @cached_property
    def _present(self) -> Present:
        return _present(self.view, self.record, self.events, self._plans, self._states)


def _tabs(support: Iterable[ListView], further: Iterable[PageView]) -> list[Tab]:
    """The pages of text in the main menu, each marked where it is in another language."""
    own = [Tab(p.title, p.path, lang=p.name.lang if p.name else None) for p in support]
    return [*own, *(Tab(p.title, p.path, lang=p.prose.lang) for p in further)]


def _by_progress(record: Record) -> Plans:
    # What is to come or goes on is among what touches the present.
    coming = [plan for plan in record.lately.plans if is_coming(plan, record.now)]
    running = [plan for plan in record.lately.plans if plan.is_running(record.now)]
    rest = {plan.id for plan in (*coming, *running)}
    past = record.plans[::-1].where(lambda card: card.id not in rest)
    lately = [plan for plan in reversed(record.lately.plans) if plan.id not in rest]
    return Plans(running, coming, past, lately)


def _made(view: Viewpoint) -> Made:
    moment = Moment(view.language.moment_full(view.local(view.now)), civil.iso(view.now))
    return Made(moment, civil.iso(view.now + view.content.site.freshness))


def _present(
    view: Viewpoint,
    record: Record,
    told: Told,
    plans: Plans,
    states: Sequence[Phase[States]],
) -> Present:
    known = record.lately
    days = status.days(view.content, known.spells, view.today(), DAYS)
    since = civil.midnight(view.today() - timedelta(days=RECENT_DAYS), view.content.site.zone)
    begun = (event for event in known.events if not is_coming(event, view.now))
    ends = ((event, over_at(event, view.now)) for event in newest_first(begun))
    return Present(
        states=states,
        groups=group_views(view, states, days, known.down),
        down=known.down,
        events=[told.of(event) for event, end in ends if end is None or since <= end],
        coming=[(told.of(plan), plan) for plan in plans.coming],
        plans=known.plans,
        updated=told.of(record.newest).updates[0].moment if record.newest else None,
    )


def _alerts(view: Viewpoint, told: Told, incidents: Sequence[Incident]) -> tuple[Alert, ...]:
    return tuple(
        Alert(
            Link(event.title.text, event.path),
            _alert_state(view, event, incident),
            event.tone,
            event.title.lang,
        )
        for incident in incidents
        if incident.kind is IncidentKind.CALAMITY
        for event in (told.of(incident),)
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
