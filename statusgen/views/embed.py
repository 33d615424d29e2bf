"""What pages of others show of ours: the state, what goes on, and what comes.

They are read between two builds, so each thing is said in its phases: what the clock will make
of it is told ahead, as on our own pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import Impact, Incident, current_statuses
from statusgen.model.maintenance import Maintenance
from statusgen.views.events import EventView
from statusgen.views.home import Standing
from statusgen.views.overview import Plans
from statusgen.views.phases import Phase
from statusgen.views.told import Told
from statusgen.views.viewpoint import Viewpoint, Words

COMING = 5
"""So many coming maintenances are told; more nobody wants to read on a page about other things."""


class Message(Struct, frozen=True):
    """An event in short, for as long as ``phase`` says; its value is how far it is.

    ``key`` stays the same as long as readers need not hear of it again. ``is_noticed``: users
    feel something of it. ``is_to_come``: it has not begun.
    """

    key: str
    title: Words
    path: str
    when: str
    tone: str
    phase: Phase[str]
    started_at: datetime
    is_noticed: bool
    is_to_come: bool


class EmbedView(Struct, frozen=True):
    """``path`` is its page, relative to the root of the site; the rest of the words are round
    the messages: over those that are to come, below all, and on the button that hides one."""

    path: str
    label: str
    standing: tuple[Phase[Standing], ...]
    messages: tuple[Message, ...]
    to_come: str
    as_of: str
    more: str
    hide: str


def embed_view(
    view: Viewpoint,
    standing: tuple[Phase[Standing], ...],
    incidents: Sequence[Incident],
    plans: Plans,
    told: Told,
) -> EmbedView:
    """``standing`` is that of the home page; the worst of the open incidents is told first."""
    going_on = sorted(incidents, key=lambda incident: -_gravity(incident, view.now))
    coming = [plan for plan in plans.coming if not plan.is_cancelled(view.now)]
    language = view.language
    made = language.moment_full(view.local(view.now))
    return EmbedView(
        path=f"{view.prefix}embed/",
        label=language.text("Status of {name}", name=view.words(view.content.site.name)),
        standing=standing,
        messages=(
            *(_incident_message(view, told.of(incident), incident) for incident in going_on),
            *(
                message
                for plan in (*plans.running, *coming[:COMING])
                for message in _plan_messages(told.of(plan), plan)
            ),
        ),
        to_come=language.text("Planned maintenance"),
        as_of=language.text("As of {moment}", moment=made),
        more=language.text("More on the status page"),
        hide=language.text("Hide this message"),
    )


def _gravity(incident: Incident, now: datetime) -> int:
    return max((s.rank for s in current_statuses(incident, now).values()), default=0)


def _incident_message(view: Viewpoint, event: EventView, incident: Incident) -> Message:
    """It is told until a later build says otherwise; it is another one when it gets worse."""
    return Message(
        key=f"incident/{event.id}/{event.tone}",
        title=event.title,
        path=event.path,
        when=view.language.text("since {moment}", moment=event.started.text),
        tone=event.tone,
        phase=Phase(f"{event.kind} · {event.state}"),
        started_at=incident.started_at,
        is_noticed=incident.impact is not Impact.NONE,
        is_to_come=False,
    )


def _plan_messages(event: EventView, plan: Maintenance) -> Iterator[Message]:
    """What it is, and what the clock will make of it; that it is over, is not told."""
    for number, phase in enumerate(event.standing):
        is_to_come = not (event.is_open or number)
        if phase.value.tone == "maint":
            yield Message(
                key=f"maintenance/{event.id}/{'coming' if is_to_come else 'begun'}",
                title=event.title,
                path=event.path,
                when=event.window,
                tone=phase.value.tone,
                phase=Phase(
                    f"{event.kind} · {phase.value.word}", phase.start, phase.end, phase.holds
                ),
                started_at=plan.planned.start,
                is_noticed=plan.effect is not ComponentStatus.OPERATIONAL,
                is_to_come=is_to_come,
            )
