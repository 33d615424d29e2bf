"""Whatever the verdicts do: no storm, nothing kept back for good, and the same after a restart."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from statusgen.model.channels import Webhook
from statusgen.model.monitoring import Monitoring
from statusgen.monitor import memory
from statusgen.monitor.alerts import LASTS_AFTER, MOST_AN_HOUR, Kind, News, Word, heard, message
from statusgen.monitor.drafts import Draft
from statusgen.monitor.memory import Memory
from statusgen.monitor.verdicts import State, Verdict
from tests.sites import NOW
from tests.unit.watching import MINUTE, PLAN, content

SITE = content(maintenance__werk=PLAN)
SETTINGS = Monitoring(repeat=30 * MINUTE, stale_after=5 * MINUTE)
HOUR = timedelta(hours=1)

changes = st.lists(
    st.tuples(st.sampled_from(["server", "app"]), st.sampled_from(State), st.integers(1, 20)),
    max_size=40,
)


def course(steps: list[tuple[str, State, int]]) -> list[tuple[datetime, dict[str, Verdict]]]:
    """The verdicts of each minute in which one may have changed."""
    now, states, found = NOW, dict[str, Verdict](), []
    for component, state, minutes in steps:
        now += minutes * MINUTE
        if component not in states or states[component].state is not state:
            states = {**states, component: Verdict(component, state, now, state)}
        found.append((now, states))
    return found


def told_of(
    rounds: list[tuple[datetime, dict[str, Verdict]]], words: dict[str, Word] | None = None
) -> tuple[dict[str, Word], list[tuple[datetime, list[News]]]]:
    words, news = words or {}, []
    for now, verdicts in rounds:
        words, new = heard(words, verdicts, SITE, SETTINGS, now)
        news.append((now, new))
    return words, news


@given(changes)
def test_no_component_is_told_of_more_often_than_the_bound_but_for_what_lasts(
    steps: list[tuple[str, State, int]],
) -> None:
    _, told = told_of(course(steps))
    moments: dict[str, list[datetime]] = {"server": [], "app": []}
    for now, news in told:
        assert max(Counter(n.verdict.component for n in news).values(), default=1) == 1
        for one in news:
            before = [at for at in moments[one.verdict.component] if now - at < HOUR]
            lasts = now - one.verdict.since >= LASTS_AFTER
            assert len(before) < MOST_AN_HOUR or lasts or one.kind is Kind.LASTS
            if one.kind is not Kind.LASTS:
                moments[one.verdict.component].append(now)
    for told_at in moments.values():
        for first, eleventh in zip(told_at, told_at[MOST_AN_HOUR + 6 :], strict=False):
            assert eleventh - first >= HOUR


@given(changes)
def test_nothing_is_kept_back_for_good(steps: list[tuple[str, State, int]]) -> None:
    """When it has been quiet for as long as anything is kept back, the last word is true."""
    rounds = course(steps)
    if not rounds:
        return
    last, verdicts = rounds[-1]
    quiet = [(last + minute * MINUTE, verdicts) for minute in range(1, 130)]
    words, _ = told_of([*rounds, *quiet])
    for component, verdict in verdicts.items():
        word = words[component]
        assert word.state is verdict.state
        assert (word.held, word.planned) == (0, "")
        assert (word.failing_since is None) or word.state is not State.UP


@given(changes)
def test_what_is_told_to_be_over_was_told_to_have_begun(
    steps: list[tuple[str, State, int]],
) -> None:
    _, told = told_of(course(steps))
    last: dict[str, State] = {}
    for _, news in told:
        for one in news:
            component, state = one.verdict.component, one.verdict.state
            if one.kind is Kind.RECOVERED:
                assert last.get(component, State.UP) is not State.UP
            if one.kind in (Kind.LASTS, Kind.OUTLASTED):
                assert last[component] is not State.UP
            last[component] = state


@given(changes)
def test_each_news_has_an_id_of_its_own(steps: list[tuple[str, State, int]]) -> None:
    _, told = told_of(course(steps))
    messages = [message(news, [], SITE, SETTINGS, now) for now, news in told]
    ids = [one.id for one in messages if one]
    assert len(ids) == len(set(ids))


@given(changes, st.integers(0, 40))
def test_a_restart_changes_nothing(steps: list[tuple[str, State, int]], cut: int) -> None:
    rounds = course(steps)
    words, told = told_of(rounds)
    halfway, first = told_of(rounds[:cut])
    draft = Draft("incidents/2026/x.yaml", ("app", "server"), NOW, "0f")
    messages = [message(news, [], SITE, SETTINGS, now) for now, news in first]
    telling = tuple((one, Webhook("OPS")) for one in messages if one)
    kept = Memory(halfway, (draft,), telling)
    with tempfile.TemporaryDirectory() as folder:
        memory.keep(Path(folder), kept)
        recalled = memory.load(Path(folder))
    assert recalled == kept
    assert told_of(rounds[cut:], dict(recalled.words)) == (words, told[cut:])
