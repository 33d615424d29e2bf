"""How the promises beside availability stand: counts over a stretch of time, without words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from statusgen.history import backups
from statusgen.history.backups import BackupState
from statusgen.history.facts import Facts
from statusgen.history.reaction import ReactionFigures, figures, reported_at, unreachable_time
from statusgen.intervals import Interval, within
from statusgen.model.agreement import allowed_time, support_time
from statusgen.model.content import Content
from statusgen.model.incidents import Incident, IncidentKind, silences
from statusgen.model.maintenance import Maintenance, MaintenanceKind, running


class Plans(Struct, frozen=True):
    """Plans that ran: how many, how many of them announced in time, and how many where agreed.

    Maintenance is agreed inside the windows, a restore outside office hours.
    """

    count: int
    in_time: int
    well_placed: int


class Standings(Struct, frozen=True):
    """What was kept of each promise in ``during``, of what began since the agreement is valid.

    ``informed`` of the ``calamities`` had word as often as promised; ``backups`` is None
    where none are promised.
    """

    tickets: ReactionFigures
    disruptions: ReactionFigures
    late_reports: int
    unreachable: timedelta
    calamities: int
    informed: int
    restores: Plans
    maintenance: Plans
    backups: BackupState | None


def standings(content: Content, known: Facts, during: Interval) -> Standings:
    """How every promise stands over ``during``, up to the moment of the facts."""
    agreement, now = content.agreement, known.now
    incidents = [
        incident
        for incident in known.incidents
        if during.holds(reported_at(incident)) and agreement.judges(reported_at(incident))
    ]
    disruptions = [i for i in incidents if i.kind is IncidentKind.DISRUPTION]
    calamities = [i for i in incidents if i.kind is IncidentKind.CALAMITY]
    every, promise = agreement.update_calamity_every, agreement.backups
    zone, log = content.site.zone, content.backups
    return Standings(
        tickets=figures(incidents, agreement, during, now),
        disruptions=figures(disruptions, agreement, during, now),
        late_reports=sum(_is_late(incident, content) for incident in incidents),
        unreachable=sum((unreachable_time(i, now) for i in incidents), timedelta()),
        calamities=len(calamities),
        informed=sum(every is None or not silences(i, every, now) for i in calamities),
        restores=_plans(content, known, during, MaintenanceKind.RESTORE),
        maintenance=_plans(content, known, during, MaintenanceKind.MAINTENANCE),
        backups=backups.state(log, promise, zone, now) if promise else None,
    )


def _is_late(incident: Incident, content: Content) -> bool:
    late_after = content.agreement.late_after
    known, reported = incident.known_since, incident.reported_at
    return bool(late_after and known and reported and reported - known > late_after)


def _plans(content: Content, known: Facts, during: Interval, kind: MaintenanceKind) -> Plans:
    ran = [
        plan
        for plan in known.plans
        if plan.kind is kind
        and during.holds(plan.planned.start)
        and content.agreement.judges(plan.planned.start)
        and running(plan, known.now)
    ]
    return Plans(
        count=len(ran),
        in_time=sum(_in_time(plan, content) for plan in ran),
        well_placed=len(_well_placed(ran, content, known)),
    )


def _in_time(plan: Maintenance, content: Content) -> bool:
    promise = content.agreement.maintenance
    notice = promise.notice if promise and promise.notice else timedelta(microseconds=1)
    told = plan.first_word_at
    return told is not None and plan.planned.start - told >= notice


def _well_placed(plans: Sequence[Maintenance], content: Content, known: Facts) -> list[Maintenance]:
    site, agreement = content.site, content.agreement
    placed: list[Maintenance] = []
    for plan in plans:
        ran = running(plan, known.now)
        if ran is None:
            continue
        if plan.kind is MaintenanceKind.RESTORE:
            good = not support_time(site.support, agreement, ran, site.zone)
        else:
            good = within(allowed_time(agreement, ran, site.zone), ran) == (ran,)
        placed += [plan] if good else []
    return placed
