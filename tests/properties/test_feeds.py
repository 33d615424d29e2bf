"""Feeds are made from the newest events alone, and say what they would say of all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from statusgen.history.record import record
from statusgen.i18n import Language
from statusgen.views import feed
from statusgen.views.feed import feeds, newly_told
from statusgen.views.told import Told
from statusgen.views.viewpoint import Viewpoint
from tests.histories import COURSES, EVENT_EDITS, Edit, content_after, incident

CROWDS = st.builds(
    lambda name, start, course, part, count, step: [
        (
            f"incidents/2026/{name}-{n}.yaml",
            incident(start + n * timedelta(minutes=step), course, part, "Weg.", {}),
        )
        for n in range(count)
    ],
    st.sampled_from(["veel", "meer"]),
    st.sampled_from(
        [datetime(2026, 3, 2, 10), datetime(2026, 12, 29, 9), datetime(2026, 12, 30, 12, 50)]
    ),
    st.sampled_from(sorted(COURSES)),
    st.sampled_from(["server", "app", "zelden"]),
    st.integers(1, 12),
    st.sampled_from([0, 0, 1, 1440]),
)
"""Many incidents at the same moment, or one soon after the other."""


@settings(max_examples=40)
@given(
    st.lists(CROWDS, max_size=3).map(lambda crowds: [edit for crowd in crowds for edit in crowd]),
    st.lists(EVENT_EDITS, max_size=3),
    st.datetimes(datetime(2026, 11, 1), datetime(2027, 2, 5), timezones=st.just(UTC))
    | st.integers(-5, 15).map(
        lambda s: datetime(2026, 12, 30, 11, 55, tzinfo=UTC) + timedelta(seconds=s)
    ),
    st.integers(1, 6),
)
def test_the_newest_events_are_all_that_feeds_tell_of(
    crowds: list[Edit], edits: list[Edit], now: datetime, items: int
) -> None:
    content = content_after([*crowds, *edits])
    known = record(content, now)
    view = Viewpoint(content, Language.load("en"), "", now)
    told = Told(view, known.events, lambda id: None)
    # With fewer items than a real feed, few events make more of them than it holds.
    with patch.object(feed, "ITEMS", items):
        news = newly_told(known)
        assert feeds(view, told, news) == feeds(view, told, known.events.cards)


def test_a_crowd_that_is_told_of_before_pushes_what_comes_after_it() -> None:
    start, later = datetime(2026, 11, 2, 10), datetime(2026, 11, 11, 10)
    starts = {f"veel-{n}": (start, "app") for n in range(70)}
    starts |= {f"nu-{n}": (later + timedelta(hours=n), "app") for n in range(4)}
    starts["laat"] = start + timedelta(minutes=1), "zelden"
    edits: list[Edit] = [
        (f"incidents/2026/{name}.yaml", incident(at, "open", part, "Weg.", {}))
        for name, (at, part) in starts.items()
    ]
    # Its occurrences are told of for so long that all of these are near them.
    content = content_after([("schedules/keer.yaml", None), *edits])
    known = record(content, datetime(2026, 12, 1, tzinfo=UTC))
    view = Viewpoint(content, Language.load("en"), "", known.now)
    told = Told(view, known.events, lambda _: None)
    with patch.object(feed, "ITEMS", 3):
        found, expected = newly_told(known), feeds(view, told, known.events.cards)
        assert feeds(view, told, found) == expected
