"""What is found is the same, whatever was found and kept before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from statusgen import themes
from statusgen.build import check
from statusgen.content.shelf import Shelf
from statusgen.model.events import Event, card_of
from statusgen.store import Memory
from tests.histories import COMPONENTS, EVENT_EDITS, FILES, Edit, content_after, site

WINDOWS = "maintenance: {windows: [{days: mon-sun, from: 18:00, to: 06:00}], notice: 24h}\n"
SLA = FILES["sla.yaml"] + "calamities: {update_every: 1h}\nreports: {late_after: 24h}\n"
SPARE: dict[str, str] = {
    "a restore in office hours": "kind: restore\nrecovery_point: {before}\n",
    "for a reason": "override: {{reason: {{nl: Moet., en: Must.}}, approved_by: Jan}}\n",
    "called off": "updates:\n  - {{at: {before}, status: cancelled}}\n",
    "over": "updates:\n  - {{at: {after}, status: completed, text: Klaar.}}\n",
    "later than thought": "actual: {{start: {after}}}\n",
    "nothing": "",
}
TROUBLE: dict[str, str] = {
    "spelled otherwise": "ticket: ab-1\nended: {after}\n",
    "spelled": "ticket: AB-1\n",
    "a silent calamity": "kind: calamity\nended: {later}\n",
    "reported late": "known_since: {before}\nreported: {after}\nended: {later}\n"
    "kind: bug\npriority: high\nrequested_priority: high\n",
    "not registered": "reported: {start}\nended: {after}\n",
    "registered late": "reported: {start}\nended: {after}\nregistered: {later}\n",
    "unreachable for nothing": "ended: {after}\nunreachable: [{{from: {after}, to: {later}}}]\n",
}
STARTS = (datetime(2026, 10, 5, 20), datetime(2026, 12, 7, 10))
FILLED = st.sampled_from(STARTS)


def filled(text: str, start: datetime) -> str:
    moments = {
        "before": start - timedelta(days=2),
        "start": start,
        "after": start + timedelta(minutes=90),
        "later": start + timedelta(days=3),
    }
    return text.format(**{name: f"{at:%Y-%m-%d %H:%M}" for name, at in moments.items()})


def work(start: datetime, more: str, part: str) -> str:
    head = f"title: Werk\ncomponents: [{part}]\nstart: {start:%Y-%m-%d %H:%M}\nduration: 2h\n"
    return head + filled(more, start)


def trouble(start: datetime, more: str) -> str:
    head = f"title: Storing\ncomponents: [server]\nstarted: {start:%Y-%m-%d %H:%M}\n"
    return head + filled(more, start)


def into(paths: list[str], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Edit]:
    return st.tuples(st.sampled_from(paths), texts | st.none())


PARTS = st.sampled_from(["server", "app"])
EVENTS = st.one_of(
    into(
        [f"maintenance/2026/werk-{n}.yaml" for n in range(3)],
        st.builds(work, FILLED, st.sampled_from(list(SPARE.values())), PARTS),
    ),
    into(
        [f"incidents/2026/storing-{n}.yaml" for n in range(3)],
        st.builds(trouble, FILLED, st.sampled_from(list(TROUBLE.values()))),
    ),
)
SETTINGS = st.one_of(
    st.tuples(st.just("sla.yaml"), st.sampled_from([SLA, SLA + WINDOWS, FILES["sla.yaml"]])),
    st.tuples(st.just("site.yaml"), st.sampled_from([site(), site(languages="[nl]")])),
    st.tuples(st.just("components.yaml"), st.just(COMPONENTS.replace("NAME", "Ander"))),
)
EDITS = EVENTS | EVENTS | SETTINGS
LATE = datetime(2027, 1, 20, tzinfo=UTC)
MOMENTS = st.one_of(
    st.just(LATE),
    st.builds(
        lambda start, minutes: start.replace(tzinfo=UTC) + timedelta(minutes=minutes),
        FILLED,
        st.sampled_from([-3000, -61, -60, 29, 30, 90, 91, 4320]),
    ),
)
OTHERWISE = trouble(STARTS[0], TROUBLE["spelled otherwise"])
THEMES = themes.load(Path())


@settings(max_examples=300)
@given(st.lists(st.tuples(EDITS, MOMENTS), min_size=3, max_size=8))
@example(
    [
        (("incidents/2026/storing-1.yaml", OTHERWISE), LATE),
        (("incidents/2026/storing-0.yaml", None), LATE),
    ]
)
def test_over_any_history_the_same_is_found_as_if_nothing_had_been_kept(
    steps: list[tuple[Edit, datetime]],
) -> None:
    shelf, files = Shelf(Memory(), ""), {**FILES, "sla.yaml": SLA + WINDOWS}
    for (path, text), now in steps:
        files.pop(path, None)
        if text is not None:
            files[path] = text
        said = {path: text.encode() for path, text in files.items()}
        again = check(said, THEMES, now, shelf=Shelf(shelf.store, ""))
        assert again == check(said, THEMES, now)


@settings(max_examples=100)
@given(st.lists(EVENTS | EVENT_EDITS, max_size=5), MOMENTS)
def test_what_its_card_calls_settled_is_known_whole(edits: list[Edit], now: datetime) -> None:
    content = content_after(edits)
    events: list[Event] = [*content.incidents, *content.maintenance]
    for event in events:
        if card_of(event).is_settled(now):
            assert event.as_known(now) is event
