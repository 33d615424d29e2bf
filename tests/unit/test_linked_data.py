from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html
from markupsafe import Markup

from statusgen.build import check
from statusgen.history.facts import facts
from statusgen.i18n import Language
from statusgen.views.plans import maintenance_view
from statusgen.views.viewpoint import Viewpoint
from tests.sites import NOW, all_themes
from tests.unit.small_site import FILES, HOSTILE, PLAN, SITE, URL, hostile


def linked(files: dict[str, str], now: datetime = NOW, language: str = "nl") -> Markup | None:
    checked = check({name: text.encode() for name, text in files.items()}, all_themes(), now)
    assert checked.content
    prefix = "" if language == "nl" else "en/"
    view = Viewpoint(checked.content, Language.load(language), prefix, now)
    (plan,) = facts(checked.content, now).plans
    return maintenance_view(view, plan).linked_data


def data(files: dict[str, str], now: datetime = NOW, language: str = "nl") -> dict[str, Any]:
    text = linked(files, now, language)
    assert text is not None
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_coming_maintenance_is_an_event() -> None:
    address = f"{URL}en/maintenance/werk/"
    assert data(FILES, language="en") == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Work",
        "description": "Away for a bit.",
        "startDate": "2026-11-25T20:00:00Z",
        "endDate": "2026-11-25T22:00:00Z",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": address},
        "organizer": {
            "@type": "Organization",
            "name": "Voorbeeld BV",
            "url": "https://www.voorbeeld.example/",
        },
        "inLanguage": "en",
        "url": address,
    }


def test_what_is_not_known_is_left_out() -> None:
    bare = {
        **FILES,
        "site.yaml": "\n".join(line for line in SITE.splitlines() if "organization" not in line),
        "maintenance/2026/werk.yaml": "".join(
            line for line in PLAN.splitlines(keepends=True) if not line.startswith("text")
        ),
    }
    assert not {"organizer", "description"} & data(bare).keys()


def test_one_that_runs_or_is_over_is_none() -> None:
    assert linked(FILES, datetime(2026, 11, 25, 20, tzinfo=UTC)) is None
    assert linked(FILES, datetime(2026, 11, 26, tzinfo=UTC)) is None


def test_one_that_is_called_off_says_so_until_its_moment() -> None:
    off = "updates:\n  - {at: 2026-11-24 13:00, status: cancelled}\n"
    files = {**FILES, "maintenance/2026/werk.yaml": PLAN + off}
    assert data(files)["eventStatus"] == "https://schema.org/EventCancelled"
    assert linked(files, datetime(2026, 11, 25, 20, tzinfo=UTC)) is None


@pytest.mark.parametrize("text", [*HOSTILE, "<!-- <script>"])
def test_hostile_text_does_not_leave_its_script_element(text: str) -> None:
    files = hostile(text)
    placed = linked(files)
    assert placed is not None
    source = Markup('<p><script type="application/ld+json">{}</script></p>').format(placed)
    page = html.fromstring(str(source))
    assert [element.tag for element in page.iter()] == ["p", "script"]
    found = json.loads(page.findtext("script"))
    assert found["name"] == text
    assert found["organizer"]["name"] == text
