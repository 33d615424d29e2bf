"""What calendars hold: each plan as an event that stays the same event whatever befalls it.

Calendars tell when work is planned, and people's programs look at them once an hour or once a
day: start and end are those of the plan, also when the work took longer or less. What became of
it stands in the description.

An occurrence that its schedule skips (`except`) is gone: programs drop what is no longer in a
calendar that they follow, and what was skipped from the beginning has never been announced. One
that is called off by an update stays, cancelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from statusgen import civil
from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.events import Events
from statusgen.model.maintenance import KEPT, Maintenance, MaintenanceStatus, is_current, stages
from statusgen.views.events import EventView
from statusgen.views.told import Told
from statusgen.views.viewpoint import Viewpoint

CLOCK_STAGES = 2
"""How often the clock alone can change a plan: it begins, and it ends."""


class CalendarEvent(Struct, frozen=True):
    """A plan. Programs know it again by ``uid``, and take what has the higher ``sequence``, or
    the same and the later ``revised_at``, for newer (RFC 5546, section 2.1.5).

    ``path`` is its page relative to the site's root, ``file`` that of its own calendar without
    the ending. Title, description and categories are plain text.
    """

    uid: str
    sequence: int
    revised_at: datetime
    id: str
    path: str
    file: str
    planned: Interval
    status: MaintenanceStatus
    effect: ComponentStatus
    title: str
    description: str
    categories: tuple[str, ...]
    components: tuple[str, ...]


class CalendarView(Struct, frozen=True):
    """The events of the site or of one component, by their start; ``folder`` is where its file
    lies relative to the site's root."""

    folder: str
    title: str
    events: tuple[CalendarEvent, ...]


def calendar_views(
    view: Viewpoint, told: Told, plans: Sequence[Maintenance]
) -> tuple[CalendarView, ...]:
    """The calendar of the site, and then one for each component."""
    since = view.now - KEPT
    near = Events.of(plans).where(lambda card: since < card.until)
    events = [_event(view, told.of(m), m) for m in near if is_current(m, view.now)]
    return (_of_site(view, events), *_of_components(view, events))


def _of_site(view: Viewpoint, events: Sequence[CalendarEvent]) -> CalendarView:
    name = view.words(view.content.site.name)
    title = view.language.text("{name}: maintenance", name=name)
    return CalendarView(view.prefix, _one_line(title), tuple(events))


def _of_components(view: Viewpoint, events: Sequence[CalendarEvent]) -> Iterator[CalendarView]:
    name = view.words(view.content.site.name)
    for component in view.content.components:
        title = view.language.text(
            "{name}: maintenance of {component}", name=name, component=view.words(component.name)
        )
        yield CalendarView(
            folder=f"{view.prefix}components/{component.id}/",
            title=_one_line(title),
            events=tuple(event for event in events if component.id in event.components),
        )


def sequence(maintenance: Maintenance, now: datetime) -> int:
    """The revision number of the event, which never falls (RFC 5545, section 3.8.7.4).

    There is no history to count in, only the content and the moment. So what is counted are
    things that are only ever added: published updates, through which a move or cancellation is
    told, and the start and the end that the clock brought, since tools for maintenance notes
    ask a higher number of these too (NANOG BCOP, sections 3.7.4 and 3.7.5). An update may take
    the place of both that the clock said, so that it weighs more than they do together. Texts
    and moments that are corrected change nothing. An occurrence that its schedule moves counts
    as told once, beside its updates. To move it back, write its first moment; without the line
    it would fall to where it was.

    A plan moved without a word keeps its number before it has begun. Moved thereafter, it takes
    back what the clock said, and the number falls: nothing here can tell, but whoever compares
    with an earlier version of the content can.
    """
    past = stages(maintenance, now)
    told = len(maintenance.published(now)) + maintenance.is_changed
    return told * (CLOCK_STAGES + 1) + sum(stage.update is None for stage in past)


def revised_at(maintenance: Maintenance, now: datetime) -> datetime:
    """When the last thing was said of it, by somebody or by the clock; never the building.

    The beginning of time where nobody has said when it was announced, so that all that is
    said later is newer.
    """
    announced = [at for at in [maintenance.announced_at] if at]
    said = [stage.at for stage in stages(maintenance, now)]
    return max([*announced, *said], default=civil.EARLIEST)


def _event(view: Viewpoint, event: EventView, maintenance: Maintenance) -> CalendarEvent:
    status = maintenance.status(view.now)
    return CalendarEvent(
        uid=f"{event.id}@{view.content.site.id_host}",
        sequence=sequence(maintenance, view.now),
        revised_at=revised_at(maintenance, view.now),
        id=event.id,
        path=event.path,
        file=event.path.removesuffix("/"),
        planned=maintenance.planned,
        status=status,
        effect=maintenance.effect,
        title=_title(view, event, status),
        description="\n".join(_description(view, event, maintenance)),
        categories=(event.kind, *(_one_line(str(tag.name)) for tag in event.tags)),
        components=tuple(tag.component for tag in event.tags),
    )


def _title(view: Viewpoint, event: EventView, status: MaintenanceStatus) -> str:
    # Outlook shows what is cancelled like anything else: only the title tells.
    if status is not MaintenanceStatus.CANCELLED:
        return _one_line(str(event.title))
    said = view.language.text("{status}: {title}", status=event.state, title=event.title)
    return _one_line(said)


def _description(view: Viewpoint, event: EventView, maintenance: Maintenance) -> Iterator[str]:
    """Its lines, the newest word near the top. Components and address stand here too, since
    some programs show neither categories nor links."""
    language = view.language
    yield event.window
    yield event.state
    yield from _newest_word(view, event)
    names = language.join(_one_line(str(tag.name)) for tag in event.tags)
    yield language.text("{label}: {value}", label=language.text("Components"), value=names)
    effect = language.word("effect", maintenance.effect)
    yield language.text("{label}: {value}", label=language.text("What you notice"), value=effect)
    if event.lead:
        yield event.lead.plain
    yield view.content.site.url + event.path


def _newest_word(view: Viewpoint, event: EventView) -> Iterator[str]:
    for update in event.updates:
        if update.text:
            # With its year, whatever year it is: the description does not change by itself.
            said = view.language.moment_full(view.local(update.at))
            label = view.language.text("{label}, {moment}", label=update.label, moment=said)
            yield view.language.text("{label}: {value}", label=label, value=update.text.plain)
            return


def _one_line(text: str) -> str:
    return " ".join(text.split())
