"""The state in two words, for a badge in somebody else's readme."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from statusgen.model.components import ComponentStatus
from statusgen.views.viewpoint import TONES, Viewpoint, Words


class BadgeView(Struct, frozen=True):
    """Of the service, or of one component; ``folder`` is relative to the site's root."""

    folder: str
    label: Words
    state: str
    tone: str


def badge_views(view: Viewpoint, states: Mapping[str, ComponentStatus]) -> tuple[BadgeView, ...]:
    """That of the service, then those of the components, as they are in ``states``."""
    service = _badge(view, view.prefix, view.words(view.content.site.name), whole(states.values()))
    components = (
        _badge(view, f"{view.prefix}components/{c.id}/", view.words(c.name), states[c.id])
        for c in view.content.components
    )
    return (service, *components)


def whole(states: Collection[ComponentStatus]) -> ComponentStatus:
    """The state of a service with parts in these states: the worst of them.

    But it is out only when all of it is: one part that is out leaves it partly available.
    """
    worst = max(states, key=lambda status: status.rank)
    if worst is ComponentStatus.MAJOR_OUTAGE and set(states) != {worst}:
        return ComponentStatus.PARTIAL_OUTAGE
    return worst


def _badge(view: Viewpoint, folder: str, label: Words, status: ComponentStatus) -> BadgeView:
    return BadgeView(folder, label, view.language.word("component status", status), TONES[status])
