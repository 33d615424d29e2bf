"""Events are had by their cards, and loaded when somebody asks for them."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from statusgen.model.components import ComponentStatus
from statusgen.model.events import Card, Events, card_of
from statusgen.model.incidents import Impact, Incident, IncidentKind
from statusgen.model.text import Text

START = datetime(2026, 11, 24, 10, tzinfo=UTC)


def incident(id: str, ended_after: timedelta | None = timedelta(hours=1)) -> Incident:
    return Incident(
        id=id,
        path=f"incidents/{id}.yaml",
        title=Text((("nl", "Storing"),)),
        kind=IncidentKind.DISRUPTION,
        components={"server": ComponentStatus.MAJOR_OUTAGE},
        impact=Impact.CRITICAL,
        started_at=START,
        ended_at=None if ended_after is None else START + ended_after,
        updates=(),
    )


ONE, TWO, THREE = (incident(id) for id in ("one", "two", "three"))


class Loading:
    """Events that say which of them were loaded."""

    def __init__(self, *incidents: Incident) -> None:
        self.incidents = {one.id: one for one in incidents}
        self.loaded: list[str] = []
        self.events = Events([card_of(one) for one in incidents], self.load)

    def load(self, card: Card) -> Incident:
        self.loaded.append(card.id)
        return self.incidents[card.id]


def test_an_event_is_loaded_when_it_is_asked_for() -> None:
    of = Loading(ONE, TWO, THREE)
    assert len(of.events) == 3
    last = of.events.sorted(lambda card: card.id)[1:].where(lambda card: card.id != "three")
    assert of.loaded == []
    assert last[0] is TWO
    assert of.loaded == ["two"]
    assert list(of.events[::-1]) == [THREE, TWO, ONE]
    assert of.loaded == ["two", "three", "two", "one"]


def test_the_same_events_are_equal_however_they_are_held() -> None:
    of = Loading(ONE, TWO).events
    assert of == (ONE, TWO) == Events.of([ONE, TWO])
    assert Events.of(of) is of
    assert of != (TWO, ONE)
    assert of != [ONE]
    assert repr(of) == repr((ONE, TWO))


def test_elsewhere_they_are_taken_along_whole() -> None:
    taken = pickle.dumps(Loading(ONE, TWO).events)
    assert pickle.loads(taken) == (ONE, TWO)  # noqa: S301  it is our own


def test_an_event_is_settled_a_tick_after_the_last_of_its_moments() -> None:
    ended_at = START + timedelta(hours=1)
    away = START + timedelta(hours=2)
    assert not card_of(ONE).is_settled(ended_at)
    assert card_of(ONE).is_settled(ended_at + timedelta(seconds=1))
    assert not card_of(incident("open", None)).is_settled(START + timedelta(days=999))
    reported = replace(ONE, reported_at=START)
    assert not card_of(reported).is_settled(START + timedelta(days=999))
    assert not card_of(replace(reported, registered_at=away)).is_settled(away)
    assert card_of(replace(reported, registered_at=away)).is_settled(away + timedelta(seconds=1))
