"""From single observations to what can be said of a component: nothing on the word of one.

Each vantage point judges by itself, and slowly: it takes ``down_after`` bad observations in a row
before it calls a component down, and ``up_after`` good ones before that is over. What comes and
goes for longer is unsteady. A vantage point that has been silent for ``stale_after`` says nothing,
and begins anew: a gap is neither up nor down. What holds of a component is what a quorum says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise, takewhile

from msgspec import Struct

from statusgen.model.monitoring import Monitoring
from statusgen.model.observations import Observation, Outcome

UNSTEADY = "unsteady"
"""Why a component is degraded that comes and goes."""
NOT_YET = "too few measurements"
SILENT = "no measurements"
TOO_FEW = "too few vantage points"
"""Why nothing is known."""


class State(StrEnum):
    """What holds of a component, as far as it was seen."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


class Verdict(Struct, frozen=True):
    """What holds of a component, from when on, and why: in the words of its observations.

    ``since`` is when it began, not when that was seen. ``why`` is empty when it is up.
    """

    component: str
    state: State
    since: datetime
    why: str = ""


class Track(Struct, frozen=True):
    """What one vantage point says of one component, and the last that it saw without a gap."""

    state: State
    since: datetime
    why: str
    run: tuple[Observation, ...]


Tracks = Mapping[tuple[str, str], Track]
"""By component and vantage point."""


def verdicts(
    observations: Iterable[Observation], settings: Monitoring, now: datetime
) -> dict[str, Verdict]:
    """The verdict at ``now`` on each component of which there are observations, by id.

    In which order they come does not matter, nor whether one comes twice.
    """
    return concluded(followed({}, observations, settings, now), settings, now)


def followed(
    tracks: Tracks, observations: Iterable[Observation], settings: Monitoring, now: datetime
) -> Tracks:
    """The tracks with what is new among the observations taken in.

    What is not later than the last that its track holds is known already, and what is dated
    after ``now`` has not been seen yet: a track that goes beyond it, because the clock was set
    back, begins anew.
    """
    found = {key: track for key, track in tracks.items() if track.run[-1].at <= now}
    for observation in sorted(set(observations), key=_in_time):
        key = observation.component, observation.vantage
        before = found.get(key)
        if observation.at <= now and (before is None or before.run[-1].at < observation.at):
            found[key] = _after(before, observation, settings)
    return found


def concluded(tracks: Tracks, settings: Monitoring, now: datetime) -> dict[str, Verdict]:
    """What the vantage points say together at ``now`` of each component, by id."""
    views: dict[str, list[Track]] = {}
    for (component, _), track in sorted(tracks.items()):
        views.setdefault(component, []).append(_unless_silent(track, settings, now))
    return {c: _together(c, said, settings.quorum) for c, said in views.items()}


# One vantage point


def _in_time(observation: Observation) -> tuple[datetime, int, str]:
    # Of two at one moment only the first is taken: the worse one, however they come.
    return observation.at, -list(Outcome).index(observation.outcome), observation.why


def _after(before: Track | None, new: Observation, settings: Monitoring) -> Track:
    if before is None:
        before = Track(State.UNKNOWN, new.at, NOT_YET, ())
    elif new.at - before.run[-1].at > settings.stale_after:
        before = Track(State.UNKNOWN, before.run[-1].at, NOT_YET, ())
    run = (*before.run, new)[-_remembered(settings) :]
    state, count = _seen(before.state, run, settings)
    if state is State.UNKNOWN:
        return Track(state, before.since, before.why, run)
    why = "" if state is State.UP else _why(run, before.why, settings)
    since = before.since if state is before.state else run[-count].at
    return Track(state, since, why, run)


def _seen(state: State, run: Sequence[Observation], settings: Monitoring) -> tuple[State, int]:
    """The state after the last of a run, and of how many of the last that is the word."""
    bad = _last(run, lambda o: o.outcome is Outcome.BAD)
    answered = _last(run, lambda o: o.outcome is not Outcome.BAD)
    poor = _last(run, lambda o: o.outcome is not Outcome.GOOD)
    good = _last(run, lambda o: o.outcome is Outcome.GOOD)
    if bad >= settings.down_after:
        return State.DOWN, bad
    if state is State.DOWN and answered < settings.up_after:
        return State.DOWN, 0
    turns = _turns(run)
    if poor >= settings.down_after or len(turns) >= _most_turns(settings):
        began = poor if poor >= settings.down_after else turns[0]
        return State.DEGRADED, answered if state is State.DOWN else began
    if good >= settings.up_after:
        return State.UP, good
    # It answers again, but now well and now slowly.
    return (State.DEGRADED, answered) if state is State.DOWN else (state, 0)


def _last(run: Sequence[Observation], holds: Callable[[Observation], bool]) -> int:
    """Of how many at the end it holds without a break."""
    return sum(1 for _ in takewhile(holds, reversed(run)))


def _turns(run: Sequence[Observation]) -> list[int]:
    """How many observations ago it went from well to not well, or back, the first turn first."""
    well = [o.outcome is Outcome.GOOD for o in run]
    return [len(well) - at for at, (a, b) in enumerate(pairwise(well), start=1) if a is not b]


def _most_turns(settings: Monitoring) -> int:
    """From how many turns on it is unsteady: it was not well ``down_after`` times, or three."""
    return 2 * max(settings.down_after, 3)


def _remembered(settings: Monitoring) -> int:
    return max(settings.up_after, 5 * max(settings.down_after, 3))


def _why(run: Sequence[Observation], before: str, settings: Monitoring) -> str:
    """What the last observation that was not good says, and whether it comes and goes."""
    why = next((o.why for o in reversed(run) if o.outcome is not Outcome.GOOD), before)
    return f"{UNSTEADY}, {why}" if len(_turns(run)) >= _most_turns(settings) else why


def _unless_silent(track: Track, settings: Monitoring, now: datetime) -> Track:
    last = track.run[-1].at
    if now - last <= settings.stale_after:
        return track
    return Track(State.UNKNOWN, last, SILENT, track.run)


# All together


def _together(component: str, said: Sequence[Track], quorum: int) -> Verdict:
    """Down or degraded when so many say so; up when so many are heard and too few say otherwise.

    Each began when the last of those that it takes said so.
    """
    known = [track for track in said if track.state is not State.UNKNOWN]
    down = [track for track in known if track.state is State.DOWN]
    poor = [track for track in known if track.state is not State.UP]
    if len(down) >= quorum:
        return _verdict(component, State.DOWN, down, quorum)
    if len(poor) >= quorum:
        return _verdict(component, State.DEGRADED, poor, quorum)
    if len(known) >= quorum:
        up = [track for track in known if track.state is State.UP]
        return _verdict(component, State.UP, up, len(known) - quorum + 1)
    unknown = [track for track in said if track.state is State.UNKNOWN]
    found = _verdict(component, State.UNKNOWN, unknown or said, max(len(said) - quorum + 1, 1))
    return Verdict(component, State.UNKNOWN, found.since, TOO_FEW) if known else found


def _verdict(component: str, state: State, agree: Sequence[Track], needed: int) -> Verdict:
    since = sorted(track.since for track in agree)[needed - 1]
    whys = Counter(track.why for track in agree if track.why)
    often = sorted(whys, key=lambda why: (-whys[why], why))
    return Verdict(component, state, since, ", ".join(often))
