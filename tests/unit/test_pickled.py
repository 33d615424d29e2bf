"""Values as bytes and back: equal, and of the same kind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from statusgen.content.reading import read
from statusgen.content.tree import read_tree
from statusgen.findings import Place, Span
from statusgen.history.record import month_figures, record
from statusgen.intervals import Interval
from statusgen.pickled import dumps, loads

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
CONTENT = Path(__file__).parents[2] / "content"


def test_all_events_of_the_sample_come_back_as_they_were() -> None:
    content = read(read_tree(CONTENT).files).content
    assert content
    for events in (content.incidents, content.maintenance, content.schedules):
        assert events
        assert loads(dumps(events)) == events
        assert [type(event) for event in loads(dumps(events))] == [type(e) for e in events]


def test_figures_of_a_month_come_back_as_they_were() -> None:
    content = read(read_tree(CONTENT).files).content
    assert content
    figures = [month_figures(month) for month in record(content, NOW).months]
    assert loads(dumps(figures)) == figures


def test_values_of_several_kinds_come_back() -> None:
    interval = Interval(NOW, datetime(2026, 11, 25, tzinfo=UTC))
    values = [interval, {"a": (interval, None)}, Place("a.yaml", ("updates", 0)), Span.top("a")]
    assert loads(dumps(values)) == values


def test_one_value_in_two_places_stays_one() -> None:
    interval = Interval(NOW, datetime(2026, 11, 25, tzinfo=UTC))
    first, second = loads(dumps([interval, interval]))
    assert first is second
