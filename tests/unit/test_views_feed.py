from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.feeds import FILES, INCIDENT, PLAN, RESOLVED, SCHEDULE, SITE, Entry, entries
from tests.sites import NOW, published


def items(
    files: Mapping[str, str] = FILES, now: datetime = NOW, path: str = "feed.xml"
) -> list[Entry]:
    return entries(path, published(files, now)[path])


def test_an_id_is_made_of_host_language_event_and_update() -> None:
    host = "tag:status.voorbeeld.example,2026:"
    for path, language in (("feed.xml", "nl"), ("en/feed.xml", "en")):
        assert [item.id for item in items(path=path)] == [
            f"{host}{language}/maintenance/werk/plan_completed_20261123t220000z",
            f"{host}{language}/maintenance/werk/plan_in_progress_20261123t200000z",
            f"{host}{language}/incident/storing/20261123t140300z",
            f"{host}{language}/maintenance/werk/plan_announced",
        ]


def test_an_id_that_is_written_takes_the_place_of_the_moment() -> None:
    written = INCIDENT.replace("- at:", "- id: eerste\n    at:")
    ids = [item.id for item in items({**FILES, "incidents/2026/storing.yaml": written})]
    assert "tag:status.voorbeeld.example,2026:nl/incident/storing/eerste" in ids


@pytest.mark.parametrize(
    ("moment", "titles"),
    [
        ("2026-11-20T08:59:59", []),
        ("2026-11-20T09:00:00", ["Aangekondigd: Werk"]),
        ("2026-11-23T19:59:59", ["In onderzoek: Storing", "Aangekondigd: Werk"]),
        ("2026-11-23T20:00:00", ["Bezig: Werk", "In onderzoek: Storing", "Aangekondigd: Werk"]),
    ],
)
def test_nothing_is_told_before_its_moment(moment: str, titles: list[str]) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert [item.title for item in items(now=now)] == titles


def many(number: int, component: str = "server") -> dict[str, str]:
    """Incidents that begin three an hour, all at the same moment."""
    start = datetime(2026, 10, 1, 8)
    incident = INCIDENT.replace("2026-11-23 14:58", "2026-10-01 07:00")
    incident = incident.replace("server:", f"{component}:")
    return {
        f"incidents/2026/{component}-{n}.yaml": incident.replace(
            "2026-11-23 15:03", f"{start + timedelta(hours=n // 3):%Y-%m-%d %H:%M}"
        )
        for n in range(number)
    }


@pytest.mark.parametrize("path", ["feed.xml", "history.atom"])
def test_moments_are_unique_and_decrease_and_at_most_fifty_are_kept(path: str) -> None:
    found = items({**FILES, **many(70)}, path=path)
    assert len(found) == 50
    assert all(newer.updated > older.updated for newer, older in pairwise(found))
    assert all(item.updated <= NOW for item in found)


def test_what_is_told_apart_by_a_second_that_has_yet_to_come_waits() -> None:
    second = {**FILES, "incidents/2026/tweede.yaml": INCIDENT}
    moment = datetime.fromisoformat("2026-11-23T15:03+01:00")
    assert [item.title for item in items(second, moment)].count("In onderzoek: Storing") == 1
    later = items(second, moment + timedelta(seconds=1))
    assert [item.title for item in later].count("In onderzoek: Storing") == 2


def test_a_component_has_the_newest_items_that_touch_it_as_the_site_has_them() -> None:
    files = {**FILES, **many(55), **many(3, "app")}
    everything = items(files)
    app = items(files, path="components/app/feed.xml")
    assert [item.title for item in app] == [
        *("Afgerond: Werk", "Bezig: Werk", "Aangekondigd: Werk"),
        *["In onderzoek: Storing"] * 3,
    ]
    assert all("App" in item.tags for item in app)
    assert [item for item in everything if "App" in item.tags] == app[:3]
    assert len(items(files, path="components/server/feed.xml")) == 50


def test_a_component_that_an_update_names_is_touched() -> None:
    spreads = INCIDENT + RESOLVED.replace(
        "resolved", "identified\n    components: {app: major_outage}"
    )
    files = {**FILES, "incidents/2026/storing.yaml": spreads}
    titles = [item.title for item in items(files, path="components/app/feed.xml")]
    assert {title for title in titles if "Storing" in title} == {
        "Oorzaak gevonden: Storing",
        "In onderzoek: Storing",
    }


def test_occurrences_of_a_schedule_are_announced_as_they_come_into_sight() -> None:
    files = {**FILES, "schedules/updates.yaml": SCHEDULE}
    del files["incidents/2026/storing.yaml"], files["maintenance/2026/werk.yaml"]
    found = items(files)
    announced = {i.id.split("/")[-2]: i.published for i in found if "announced" in i.id}
    assert announced["updates-2026-10-01"] == datetime.fromisoformat("2026-09-25T10:00+02:00")
    assert announced["updates-2027-01-21"] == datetime.fromisoformat("2026-11-22T22:00+01:00")
    assert max(announced) == "updates-2027-01-21"


def test_the_window_stands_in_every_item_with_date_year_and_zone() -> None:
    window = "ma 23 nov 2026 21:00 – 23:00 CET"
    work = [item for item in items() if "Werk" in item.title]
    assert len(work) == 3
    assert all(item.html.startswith(f"<p>{window}</p>") for item in work)
    assert all(item.summary.startswith(f"{window}. ") for item in work)


def test_text_in_another_language_is_marked() -> None:
    dutch_only = PLAN.replace("text: {nl: Even weg., en: Away for a bit.}", "text: {nl: Even weg.}")
    files = {**FILES, "maintenance/2026/werk.yaml": dutch_only}
    for path in ("en/feed.json", "en/history.atom"):
        assert '<div lang="nl"><p>Even weg.</p></div>' in items(files, path=path)[0].html
    assert "<div" not in items(files, path="feed.json")[0].html


def test_a_summary_is_short_and_ends_after_a_whole_word() -> None:
    long = PLAN.replace("Even weg.", "Even weg. " + "woord " * 500)
    work = items({**FILES, "maintenance/2026/werk.yaml": long}, path="feed.json")[0]
    assert 450 < len(work.summary) <= 501
    assert work.summary.endswith(" woord…")
    assert work.html.count("woord") == 500


def test_a_site_that_has_moved_keeps_the_host_of_its_ids() -> None:
    moved = SITE.replace("status.voorbeeld", "nieuw.voorbeeld")
    kept = moved + "id_host: status.voorbeeld.example\n"
    before = [item.id for item in items()]
    assert [item.id for item in items({**FILES, "site.yaml": kept})] == before
    others = {item.id for item in items({**FILES, "site.yaml": moved})}
    assert {id.partition(",")[0] for id in others} == {"tag:nieuw.voorbeeld.example"}
