from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusgen import civil
from statusgen.i18n import Language
from statusgen.model.agreement import Agreement, AvailabilityPromise
from statusgen.model.components import Component, ComponentGroup
from statusgen.model.content import Content
from statusgen.model.hours import WeeklyHours
from statusgen.model.site import Site, Support, SupportChannel
from statusgen.model.text import Text
from statusgen.views.phases import AHEAD
from statusgen.views.support import opening, support_view
from statusgen.views.viewpoint import State, Viewpoint

ZONE = civil.zone("Europe/Amsterdam")
OFFICE = WeeklyHours((0, 1, 2, 3, 4), time(8, 30), time(17))


def named(words: str) -> Text:
    return Text((("nl", words), ("en", words)))


def seen_at(moment: str, holidays: str | None = "NL", hours: WeeklyHours = OFFICE) -> Viewpoint:
    support = Support(
        hours,
        (
            SupportChannel("email", "help@voorbeeld.example"),
            SupportChannel("phone", "+31 (0)76 000 00 00", "emergency"),
            SupportChannel("chat", "https://www.voorbeeld.example/chat/"),
        ),
        (named("CAOScan"), named("Advies")),
    )
    site = Site(named("Proef"), "https://s.example/", ZONE, ("nl", "en"), support=support)
    promise = AvailabilityPromise(Fraction(9, 10), OFFICE, holidays)
    agreement = Agreement(named("SLA"), availability=promise)
    groups = (ComponentGroup("all", named("Alles"), (Component("server", named("Server")),)),)
    now = datetime.fromisoformat(moment).astimezone(UTC)
    return Viewpoint(Content(site, agreement, groups), Language.load("nl"), "", now)


@pytest.mark.parametrize(
    ("moment", "words", "is_open"),
    [
        ("2026-11-24T08:29:59+01:00", "Weer bereikbaar di 24 nov 08:30 – 17:00", False),
        ("2026-11-24T08:30:00+01:00", "Bereikbaar di 24 nov 08:30 – 17:00", True),
        ("2026-11-24T16:59:59+01:00", "Bereikbaar di 24 nov 08:30 – 17:00", True),
        ("2026-11-24T17:00:00+01:00", "Weer bereikbaar wo 25 nov 08:30 – 17:00", False),
        ("2026-11-27T17:00:00+01:00", "Weer bereikbaar ma 30 nov 08:30 – 17:00", False),
        # Christmas is a Friday, so that Monday is the next day of support.
        ("2026-12-25T10:00:00+01:00", "Weer bereikbaar ma 28 dec 08:30 – 17:00", False),
        ("2026-10-23T18:00:00+02:00", "Weer bereikbaar ma 26 okt 08:30 – 17:00", False),
    ],
)
def test_the_opening_that_goes_on_or_the_next(moment: str, words: str, is_open: bool) -> None:
    first = opening(seen_at(moment))[0]
    assert first.value == State(words, "ok" if is_open else "note")
    assert (first.start, first.holds) == (None, True)


def test_without_public_holidays_a_holiday_is_a_day_of_support() -> None:
    opened = opening(seen_at("2026-12-25T10:00:00+01:00", holidays=None))[0]
    assert opened.value == State("Bereikbaar vr 25 dec 08:30 – 17:00", "ok")


ALWAYS = WeeklyHours((0, 1, 2, 3, 4, 5, 6), time(), time())
WORKING_DAYS = WeeklyHours((0, 1, 2, 3, 4), time(), time())


@pytest.mark.parametrize(
    ("moment", "hours", "holidays", "said"),
    [
        ("2026-11-24T12:00:00+01:00", ALWAYS, None, ["Dag en nacht bereikbaar"]),
        (
            "2026-12-23T12:00:00+01:00",  # Closed on both days of Christmas, and at New Year.
            ALWAYS,
            "NL",
            [
                "Dag en nacht bereikbaar",
                "Weer bereikbaar zo 27 dec 00:00 – vr 1 jan 00:00",
                "Bereikbaar zo 27 dec 00:00 – vr 1 jan 00:00",
            ],
        ),
        (
            "2027-01-01T12:00:00+01:00",
            ALWAYS,
            "NL",
            ["Weer bereikbaar za 2 jan 00:00", "Dag en nacht bereikbaar"],
        ),
        (
            "2026-11-26T12:00:00+01:00",  # A Thursday; the opening began on Monday.
            WORKING_DAYS,
            None,
            [
                "Bereikbaar ma 23 nov 00:00 – za 28 nov 00:00",
                "Weer bereikbaar ma 30 nov 00:00 – za 5 dec 00:00",
                "Bereikbaar ma 30 nov 00:00 – za 5 dec 00:00",
            ],
        ),
    ],
)
def test_an_opening_of_days_has_no_end_that_was_not_agreed(
    moment: str, hours: WeeklyHours, holidays: str | None, said: list[str]
) -> None:
    told = opening(seen_at(moment, holidays, hours))
    assert [phase.value.word for phase in told] == said


def test_hours_without_end_are_called_so() -> None:
    panel = support_view(seen_at("2026-11-24T12:00:00+01:00", hours=ALWAYS))
    assert panel is not None
    assert panel.hours == "dag en nacht"


def test_what_the_clock_will_say_is_told_ahead() -> None:
    told = opening(seen_at("2026-11-27T12:00:00+01:00"))
    assert [(p.value.word, p.value.tone, p.start, p.end) for p in told[:4]] == [
        ("Bereikbaar vr 27 nov 08:30 – 17:00", "ok", None, "2026-11-27T16:00:00Z"),
        (
            "Weer bereikbaar ma 30 nov 08:30 – 17:00",
            "note",
            "2026-11-27T16:00:00Z",
            "2026-11-30T07:30:00Z",
        ),
        (
            "Bereikbaar ma 30 nov 08:30 – 17:00",
            "ok",
            "2026-11-30T07:30:00Z",
            "2026-11-30T16:00:00Z",
        ),
        (
            "Weer bereikbaar di 1 dec 08:30 – 17:00",
            "note",
            "2026-11-30T16:00:00Z",
            "2026-12-01T07:30:00Z",
        ),
    ]
    assert [phase.holds for phase in told] == [True] + [False] * (len(told) - 1)
    assert told[-1].end is None


@given(st.integers(0, int(AHEAD / timedelta(minutes=1)) - 1))
def test_each_phase_says_what_a_page_of_that_moment_says(minutes: int) -> None:
    built = datetime.fromisoformat("2026-12-22T16:30:00+01:00")
    read = built + timedelta(minutes=minutes)
    told = opening(seen_at(built.isoformat()))
    held = [
        phase.value
        for phase in told
        if (phase.start is None or datetime.fromisoformat(phase.start) <= read)
        and (phase.end is None or read < datetime.fromisoformat(phase.end))
    ]
    assert held == [opening(seen_at(read.isoformat()))[0].value]


def test_the_panel_says_hours_channels_and_what_is_left_out() -> None:
    panel = support_view(seen_at("2026-11-24T12:00:00+01:00"))
    assert panel is not None
    assert panel.hours == "ma–vr 08:30–17:00"
    assert panel.standing[0].value.tone == "ok"
    assert [(c.label, c.text, c.href) for c in panel.channels] == [
        ("E-mail", "help@voorbeeld.example", "mailto:help@voorbeeld.example"),
        ("Noodgeval", "+31 (0)76 000 00 00", "tel:+31760000000"),
        ("Chat", "www.voorbeeld.example/chat", "https://www.voorbeeld.example/chat/"),
    ]
    assert panel.excluded == "CAOScan en Advies"
