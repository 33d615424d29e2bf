from __future__ import annotations

from datetime import UTC, datetime, time
from fractions import Fraction

import pytest

from statusgen import civil
from statusgen.i18n import Language
from statusgen.model.agreement import Agreement, AvailabilityPromise
from statusgen.model.components import Component, ComponentGroup
from statusgen.model.content import Content
from statusgen.model.hours import WeeklyHours
from statusgen.model.site import Site, Support, SupportChannel
from statusgen.model.text import Text
from statusgen.views.support import opening_words, support_view
from statusgen.views.viewpoint import Viewpoint

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
    assert opening_words(seen_at(moment)) == (words, is_open)


def test_without_public_holidays_a_holiday_is_a_day_of_support() -> None:
    words, is_open = opening_words(seen_at("2026-12-25T10:00:00+01:00", holidays=None))
    assert (words, is_open) == ("Bereikbaar vr 25 dec 08:30 – 17:00", True)


def test_the_panel_says_hours_channels_and_what_is_left_out() -> None:
    panel = support_view(seen_at("2026-11-24T12:00:00+01:00"))
    assert panel is not None
    assert panel.hours == "ma–vr 08:30–17:00"
    assert panel.tone == "ok"
    assert [(c.label, c.text, c.href) for c in panel.channels] == [
        ("E-mail", "help@voorbeeld.example", "mailto:help@voorbeeld.example"),
        ("Noodgeval", "+31 (0)76 000 00 00", "tel:+31760000000"),
        ("Chat", "www.voorbeeld.example/chat", "https://www.voorbeeld.example/chat/"),
    ]
    assert panel.excluded.endswith("CAOScan en Advies")
