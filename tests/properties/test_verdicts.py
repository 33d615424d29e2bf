"""Whatever was seen, in whatever order: a verdict takes its time, and a gap is a gap."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from statusgen.model.monitoring import Monitoring
from statusgen.model.observations import Observation, Outcome
from statusgen.monitor.verdicts import State, Verdict, concluded, followed, verdicts
from tests.sites import NOW

MINUTE = timedelta(minutes=1)

settings = st.builds(
    Monitoring,
    down_after=st.integers(1, 5),
    up_after=st.integers(1, 5),
    quorum=st.integers(1, 3),
    stale_after=st.just(5 * MINUTE),
)
alone = settings.map(lambda s: replace(s, quorum=1))


@st.composite
def looks(draw: st.DrawFn, vantages: int = 1, components: int = 1) -> list[Observation]:
    """Rounds at growing moments, with gaps, from each vantage point."""
    found = []
    for vantage in range(vantages):
        for component in range(components):
            minute = 0
            for outcome in draw(st.lists(st.sampled_from(Outcome), max_size=30)):
                minute += draw(st.sampled_from([1, 1, 1, 1, 5, 6]))
                why = "" if outcome is Outcome.GOOD else str(outcome)
                at = NOW + minute * MINUTE
                found.append(Observation(f"c{component}", at, f"v{vantage}", outcome, None, why))
    return found


def course(seen: list[Observation], given_settings: Monitoring) -> list[Verdict]:
    """The verdict just after each observation of the one component."""
    return [verdicts(seen[: n + 1], given_settings, o.at)["c0"] for n, o in enumerate(seen)]


@given(looks(vantages=3, components=2), settings, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    seen: list[Observation], given_settings: Monitoring, chance: Random
) -> None:
    now = NOW + 200 * MINUTE
    shuffled = [*seen, *seen[:5]]
    chance.shuffle(shuffled)
    assert verdicts(shuffled, given_settings, now) == verdicts(seen, given_settings, now)


@given(looks(vantages=2, components=2), settings, st.integers(0, 60))
def test_following_step_by_step_is_the_same_as_looking_back(
    seen: list[Observation], given_settings: Monitoring, cut: int
) -> None:
    now = max((o.at for o in seen), default=NOW)
    early = [o for o in seen if o.at <= NOW + cut * MINUTE]
    tracks = followed({}, early, given_settings, now)
    tracks = followed(tracks, seen, given_settings, now)
    assert concluded(tracks, given_settings, now) == verdicts(seen, given_settings, now)


@given(looks(), alone)
def test_no_verdict_changes_on_fewer_than_were_asked_for(
    seen: list[Observation], given_settings: Monitoring
) -> None:
    down_after, up_after = given_settings.down_after, given_settings.up_after
    told = course(seen, given_settings)
    for n, (before, after) in enumerate(pairwise(told), start=1):
        outcomes = [o.outcome for o in seen[: n + 1]]
        begins_anew = seen[n].at - seen[n - 1].at > given_settings.stale_after
        if after.state is before.state or begins_anew:
            continue
        if after.state is State.DOWN:
            assert set(outcomes[-down_after:]) == {Outcome.BAD}
            assert len(outcomes) >= down_after
        elif after.state is State.UP:
            assert set(outcomes[-up_after:]) == {Outcome.GOOD}
            assert len(outcomes) >= up_after
        elif before.state is State.DOWN and after.state is State.DEGRADED:
            assert Outcome.BAD not in outcomes[-up_after:]
        elif after.state is State.DEGRADED:
            assert sum(o is not Outcome.GOOD for o in outcomes) >= down_after


@given(looks(), alone)
def test_what_lasts_is_seen(seen: list[Observation], given_settings: Monitoring) -> None:
    """So slow it is not: as many as were asked for, and no gap, are always enough."""
    for outcome, state in ((Outcome.BAD, State.DOWN), (Outcome.GOOD, State.UP)):
        start = max((o.at for o in seen), default=NOW)
        # Longer than what is remembered, so that nothing is unsteady any more.
        more = [
            Observation("c0", start + n * MINUTE, "v0", outcome, None, "x") for n in range(1, 27)
        ]
        found = verdicts([*seen, *more], given_settings, more[-1].at)["c0"]
        assert found.state is state
        at_once = course([*seen, *more[: given_settings.down_after]], given_settings)[-1]
        assert outcome is Outcome.GOOD or at_once.state is State.DOWN


@given(looks(vantages=3), settings)
def test_when_nobody_looked_nothing_is_known(
    seen: list[Observation], given_settings: Monitoring
) -> None:
    last = max((o.at for o in seen), default=NOW)
    found = verdicts(seen, given_settings, last + 5 * MINUTE + timedelta(seconds=1))
    assert {verdict.state for verdict in found.values()} <= {State.UNKNOWN}
    assert all(verdict.since <= last for verdict in found.values())


@given(looks(vantages=3), settings)
def test_too_few_never_decide(seen: list[Observation], given_settings: Monitoring) -> None:
    now = max((o.at for o in seen), default=NOW)
    found = verdicts(seen, given_settings, now).get("c0")
    by_vantage = [
        verdicts([o for o in seen if o.vantage == v], replace(given_settings, quorum=1), now)["c0"]
        for v in sorted({o.vantage for o in seen})
    ]
    states = [verdict.state for verdict in by_vantage]
    down, known = states.count(State.DOWN), len(states) - states.count(State.UNKNOWN)
    if found:
        assert (found.state is State.DOWN) == (down >= given_settings.quorum)
        assert (found.state is State.UNKNOWN) == (known < given_settings.quorum)


@given(looks(), alone)
def test_since_is_when_it_was_first_seen_and_stays(
    seen: list[Observation], given_settings: Monitoring
) -> None:
    told = course(seen, given_settings)
    moments = {o.at for o in seen}
    gaps = [later.at - o.at > given_settings.stale_after for o, later in pairwise(seen)]
    for (before, after), is_gap in zip(pairwise(told), gaps, strict=True):
        assert after.since in moments
        if before.state is after.state and after.state is not State.UNKNOWN and not is_gap:
            assert after.since == before.since
