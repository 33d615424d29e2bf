from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.sites import NOW, published

FILES = {
    "site.yaml": (
        "name: {nl: Proef Status, en: Trial Status}\n"
        "url: https://status.voorbeeld.example/pad\n"
        "timezone: Europe/Amsterdam\n"
        "languages: [nl, en]\n"
    ),
    "sla.yaml": (
        "title: {nl: Afspraken, en: Agreement}\n"
        "tickets: {register_within: 24h}\n"
        "clauses: {tickets: {number: 3d, text: {nl: Op nummer., en: By number.}}}\n"
    ),
    "components.yaml": (
        "groups:\n"
        "  - id: all\n"
        "    name: {nl: Alles, en: All}\n"
        "    components: [{id: server, name: Server}, {id: desk, name: {nl: Balie, en: Desk}}]\n"
    ),
    "pages/hulp.nl.md": "---\ntitle: Hulp\n---\nBel **ons**.\n",
    "incidents/storing.yaml": (
        "title: {nl: Storing, en: Outage}\n"
        "components: {desk: major_outage, server: major_outage}\n"
        "ticket: INL-2041\n"
        "started: 2025-12-31 23:30\n"
        "updates:\n"
        "  - at: 2025-12-31 23:40\n"
        "    status: investigating\n"
        "    text: {nl: 'Zie [hulp](/pad/hulp/) & <b>wacht</b>.', en: We look into it.}\n"
        "  - {at: 2026-01-01 01:00, status: resolved, text: {nl: Opgelost.}}\n"
        "postmortem: {nl: Een kabel., en: A cable.}\n"
    ),
    "incidents/later.yaml": (
        "title: {nl: Traag, en: Slow}\n"
        "components: {server: degraded_performance}\n"
        "started: 2026-01-01 00:30\n"
        "updates: [{at: 2026-01-01 02:00, status: resolved, text: {nl: Over., en: Over.}}]\n"
    ),
    "maintenance/werk.yaml": (
        "title: {nl: Werk, en: Work}\n"
        "components: [server]\n"
        "start: 2027-01-09 21:00\n"
        "duration: 2h\n"
        "announced: 2026-11-24 10:00\n"
        "text: {nl: Even weg., en: Away.}\n"
    ),
}


def site(changed: dict[str, str] | None = None, now: datetime = NOW) -> dict[str, bytes]:
    files = FILES | (changed or {})
    return published(files, now)


def shards(built: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        path: content
        for path, content in built.items()
        if "search/" in path and path.endswith(".json")
    }


def rows(built: Mapping[str, bytes], path: str) -> list[list[Any]]:
    found: list[list[Any]] = json.loads(built[path])
    return found


def test_events_are_found_by_the_local_year_in_which_they_began() -> None:
    built = site()

    assert sorted(shards(built)) == sorted(
        f"{prefix}search/{name}.json"
        for prefix in ("", "en/")
        for name in ("pages", "2025", "2026", "2027")
    )
    assert rows(built, "search/2025.json") == [
        [
            "incidents/storing/",
            "Storing",
            "Verstoring",
            "wo 31 dec 2025",
            "Opgelost",
            "ok",
            "INL-2041",
            ["Server", "Balie"],
            ["Opgelost.", "Zie hulp & <b>wacht</b>.", "Een kabel."],
        ]
    ]
    assert [row[0] for row in rows(built, "search/2026.json")] == ["incidents/later/"]
    assert [row[:4] for row in rows(built, "en/search/2027.json")] == [
        ["en/maintenance/werk/", "Work", "Maintenance", "Sat 9 Jan 2027"]
    ]


def test_what_is_not_translated_carries_its_language() -> None:
    built = site()

    assert rows(built, "en/search/2025.json")[0][-2:] == [
        ["Server", "Desk"],
        [["Opgelost.", "nl"], "We look into it.", "A cable."],
    ]
    assert rows(built, "en/search/pages.json")[-1] == [
        *["en/hulp/", ["Hulp", "nl"], "Page", "", "", "", "", []],
        [["Bel ons.", "nl"]],
    ]


def test_what_the_site_writes_about_support_is_found() -> None:
    written = {"pages/support.en.md": "---\ntitle: Help\n---\nCall us.\n"}

    assert rows(site(written), "en/search/pages.json")[-1][:3] == ["en/support/", "Help", "Page"]


def test_a_component_is_found_by_its_name_and_description() -> None:
    described = FILES["components.yaml"].replace("en: Desk}", "en: Desk}, description: Van tien")
    found = rows(site({"components.yaml": described}), "en/search/pages.json")[:2]

    assert [row[:3] for row in found] == [
        ["en/components/server/", "Server", "Component"],
        ["en/components/desk/", "Desk", "Component"],
    ]
    assert [row[-1] for row in found] == [[], [["Van tien", "nl"]]]


def test_the_agreement_is_found_by_its_promises_and_clauses() -> None:
    path, title, *_, passages = rows(site(), "en/search/pages.json")[2]

    assert (path, title) == ("en/sla/", "What we promise, and how it stands")
    assert passages[0] == "Agreement"
    assert "By number." in passages


def test_what_is_not_announced_yet_is_not_found() -> None:
    built = site(now=datetime(2026, 11, 24, 8, 59, tzinfo=UTC))

    assert "search/2027.json" not in built
    assert b"Werk" not in b"".join(shards(built).values())


def test_neither_minutes_nor_a_new_year_change_what_is_over() -> None:
    then, soon, next_year = (
        shards(site(now=NOW + timedelta(days)))
        for days in (0, 5 / (24 * 60), 60)  # minutes, months
    )

    assert soon == then
    changed = {path for path, content in next_year.items() if then.get(path) != content}
    assert changed == {"search/2027.json", "en/search/2027.json"}


def test_how_a_plan_stands_is_said_when_no_clock_can_change_it() -> None:
    planned, running, done = (
        rows(site(now=datetime(2027, 1, 9, hour, 30, tzinfo=UTC)), "en/search/2027.json")[0][4:6]
        for hour in (19, 20, 22)
    )

    assert planned == running == ["", ""]
    assert done == ["Completed", "ok"]


def test_the_newest_come_first() -> None:
    again = {
        f"incidents/more-{number}.yaml": FILES["incidents/later.yaml"].replace(
            "2026-01-01 00:30", f"2026-01-01 00:{number}"
        )
        for number in (10, 50)
    }

    assert [row[0] for row in rows(site(again), "en/search/2026.json")] == [
        "en/incidents/more-50/",
        "en/incidents/later/",
        "en/incidents/more-10/",
    ]


def test_the_page_names_its_shards_by_what_is_in_them() -> None:
    built = site()
    page = built["en/search/index.html"].decode()
    named = re.search('data-shards="([^"]*)"', page)

    assert named
    assert named[1].split() == [
        f"{name}.json?{sha256(built[f'en/search/{name}.json']).hexdigest()[:8]}"
        for name in ("pages", "2027", "2026", "2025")
    ]
    assert 'data-one="{count} result"' in page
    assert 'data-other="{count} results"' in page
    assert "tickets/INL-2041/" in page


def test_without_a_ticket_none_is_named() -> None:
    built = site({"incidents/storing.yaml": FILES["incidents/later.yaml"]})

    assert b"tickets/" not in built["search/index.html"]


def test_switched_off_it_leaves_nothing() -> None:
    built = site({"site.yaml": f"{FILES['site.yaml']}theme: plain\noutputs: {{search: false}}\n"})

    assert [path for path in built if "search/" in path] == []
    assert b"search/" in site({"site.yaml": FILES["site.yaml"] + "theme: plain\n"})["index.html"]
    assert b"search/" not in built["index.html"]
