"""From observations to verdicts: when a component is called down, and when that is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from statusgen.model.monitoring import Monitoring
from statusgen.model.observations import Observation, Outcome
from statusgen.monitor.verdicts import Verdict, concluded, followed, verdicts
from tests.sites import NOW

MINUTE = timedelta(minutes=1)
SETTINGS = Monitoring(down_after=3, up_after=2, quorum=1, stale_after=10 * MINUTE)
OUTCOMES = {"g": Outcome.GOOD, "s": Outcome.SLOW, "b": Outcome.BAD}


def at(minute: int) -> datetime:
    return NOW + minute * MINUTE


def seen(answers: str, vantage: str = "here", start: int = 0) -> list[Observation]:
    """One answer a minute (g, s or b); a space is a minute in which nothing was asked."""
    return [
        Observation(
            "server",
            at(minute),
            vantage,
            OUTCOMES[answer],
            None,
            {"g": "", "s": "slow", "b": f"status 50{minute % 10}"}[answer],
        )
        for minute, answer in enumerate(answers, start)
        if answer != " "
    ]


def verdict(*observations: Observation, settings: Monitoring = SETTINGS) -> tuple[str, int, str]:
    """(state, minute since when, why) just after the last of the observations."""
    now = max(o.at for o in observations)
    found = verdicts(observations, settings, now)["server"]
    return found.state, round((found.since - NOW) / MINUTE), found.why


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ("g", ("unknown", 0, "too few measurements")),
        ("gg", ("up", 0, "")),
        ("ggbb", ("up", 0, "")),
        ("ggbbb", ("down", 2, "status 504")),
        ("ggbbbb", ("down", 2, "status 505")),
        ("ggbbbg", ("down", 2, "status 504")),
        ("ggbbbgb", ("down", 2, "status 506")),
        ("ggbbbgg", ("up", 5, "")),
        ("ggsss", ("degraded", 2, "slow")),
        ("ggssb", ("degraded", 2, "status 504")),
        ("ggsssbbb", ("down", 5, "status 507")),
        ("ggbbbss", ("degraded", 5, "slow")),
        ("ggbbbsg", ("degraded", 5, "slow")),
        ("ggbbbsgg", ("up", 6, "")),
        ("bbb", ("down", 0, "status 502")),
        ("bb", ("unknown", 0, "too few measurements")),
    ],
)
def test_it_takes_several_to_change_a_verdict(answers: str, state: tuple[str, int, str]) -> None:
    assert verdict(*seen(answers)) == state


def test_what_comes_and_goes_is_unsteady_and_steady_again_when_that_is_past() -> None:
    coming_and_going = "gg" + "bg" * 3
    assert verdict(*seen(coming_and_going[:-1])) == ("up", 0, "")
    assert verdict(*seen(coming_and_going)) == ("degraded", 2, "unsteady, status 506")
    assert verdict(*seen(coming_and_going + "gg"))[0] == "degraded"
    assert verdict(*seen(coming_and_going + "g" * 15))[0] == "up"
    assert verdict(*seen(coming_and_going + "bbb"))[0] == "down"


def test_a_gap_is_neither_up_nor_down() -> None:
    found = verdicts(seen("ggbbb"), SETTINGS, at(14))["server"]
    assert found.state == "down"
    found = verdicts(seen("ggbbb"), SETTINGS, at(15))["server"]
    assert found == Verdict("server", found.state, at(4), "no measurements")
    assert found.state == "unknown"


def test_after_a_gap_it_begins_anew() -> None:
    gap = " " * 10
    assert verdict(*seen(f"ggbbb{gap}b")) == ("unknown", 4, "too few measurements")
    assert verdict(*seen(f"ggbb{gap}bb"))[0] == "unknown"
    assert verdict(*seen(f"ggbbb{gap}bbb")) == ("down", 15, "status 507")
    assert verdict(*seen(f"gg{gap}g"))[0] == "unknown"


def test_a_quorum_decides() -> None:
    two = replace(SETTINGS, quorum=2)
    down, late, up = seen("bbbbbb", "a"), seen("ggbbbb", "b"), seen("gggggg", "c")
    assert verdict(*down, *up, settings=two) == ("up", 0, "")
    assert verdict(*down, *late, settings=two) == ("down", 2, "status 505")
    assert verdict(*down, *late, *up, settings=two) == ("down", 2, "status 505")
    assert verdict(*down, settings=two) == ("unknown", 0, "too few vantage points")
    assert verdict(*down, *seen("ssssss", "b"), settings=two)[0] == "degraded"
    assert verdict(*down, *up) == ("down", 0, "status 505")


def test_it_is_up_again_from_when_the_quorum_fell_apart() -> None:
    two = replace(SETTINGS, quorum=2)
    first, second, third = seen("ggbbbbgg", "a"), seen("ggbbbbbb", "b"), seen("g" * 8, "c")
    assert verdict(*first, *second, *third, settings=two) == ("up", 6, "")
    assert verdict(*seen("bbbbgg", "a"), *seen("gggggg", "b")) == ("up", 4, "")


def test_a_vantage_point_that_fell_silent_does_not_count() -> None:
    two = replace(SETTINGS, quorum=2)
    silent, down, up = seen("bbb", "a"), seen("b" * 20, "b"), seen("g" * 20, "c")
    assert verdict(*silent, *down, *up, settings=two)[0] == "up"
    assert verdict(*silent, *down, settings=two) == ("unknown", 2, "too few vantage points")


def test_what_is_dated_later_has_not_been_seen() -> None:
    assert verdicts(seen("ggbbb"), SETTINGS, at(3))["server"].state == "up"
    assert verdicts(seen("gg"), SETTINGS, at(-1)) == {}


def test_when_the_clock_was_set_back_it_begins_anew() -> None:
    tracks = followed({}, seen("g" * 3), SETTINGS, at(2))
    earlier = [replace(one, at=one.at - timedelta(hours=1)) for one in seen("bbb")]
    now = at(2) - timedelta(hours=1)
    tracks = followed(tracks, earlier, SETTINGS, now)
    assert concluded(tracks, SETTINGS, now)["server"].state == "down"


def test_what_was_followed_before_is_not_followed_twice() -> None:
    tracks = followed({}, seen("ggb"), SETTINGS, at(9))
    again = followed(tracks, seen("ggb"), SETTINGS, at(9))
    assert again == tracks
    more = followed(again, seen("ggbbb"), SETTINGS, at(9))
    assert concluded(more, SETTINGS, at(4)) == verdicts(seen("ggbbb"), SETTINGS, at(4))
