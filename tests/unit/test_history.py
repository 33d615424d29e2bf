from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from tests.feeds import FILES, INCIDENT, PLAN, RESOLVED, Entry, entries
from tests.sites import published

TOLD = {**FILES, "incidents/2026/storing.yaml": INCIDENT + RESOLVED}


def history(path: str, files: dict[str, str] = TOLD) -> list[Entry]:
    return entries(path, published(files)[path])


def test_an_event_is_one_item_with_all_that_was_told_of_it() -> None:
    work, outage = history("en/history.atom")
    assert (work.title, outage.title) == ("Work", "Outage")
    assert outage.id == "tag:status.voorbeeld.example,2026:en/incident/storing"
    assert outage.url == "https://status.voorbeeld.example/pad/en/incidents/storing/"
    assert outage.published == datetime.fromisoformat("2026-11-23T15:03+01:00")
    assert outage.updated == datetime.fromisoformat("2026-11-23T15:42+01:00")
    assert outage.tags == ("Disruption", "Resolved", "Server")
    assert outage.html == (
        "<p><small>Mon 23 Nov 2026 15:42 CET</small><br><strong>Resolved</strong> - Solved.</p>"
        "<p><small>Mon 23 Nov 2026 15:03 CET</small><br><strong>Investigating</strong>"
        " - We look into it.</p>"
    )


def test_maintenance_is_known_by_the_words_of_statuspage() -> None:
    work, _ = history("en/history.rss")
    scheduled = "THIS IS A SCHEDULED EVENT Mon 23 Nov 2026 21:00 – 23:00 CET"
    assert work.html.startswith(f"<p><strong>{scheduled}</strong></p><p>Away for a bit.</p>")
    statuses = re.findall(r"<strong>([^<]+)</strong>", work.html)
    assert statuses[1:] == ["Completed", "In progress", "Announced"]


def test_rss_has_the_whole_text_as_its_description() -> None:
    rss = etree.fromstring(published(TOLD)["en/history.rss"])
    described = [item.findtext("description") for item in rss.iterfind("channel/item")]
    assert described == [entry.html for entry in history("en/history.atom")]
    assert rss.findall(".//{http://purl.org/rss/1.0/modules/content/}encoded") == []


def test_what_the_clock_said_is_left_out_where_somebody_said_it_soon_after() -> None:
    late = PLAN + "updates:\n  - {at: 2026-11-23 21:05, status: in_progress}\n"
    work, _ = history("en/history.atom", {**FILES, "maintenance/2026/werk.yaml": late})
    assert work.html.count("<strong>In progress</strong>") == 1


def test_text_that_begins_with_a_list_and_components_that_change_stay_whole() -> None:
    update = (
        "  - at: 2026-11-23 15:42\n    status: identified\n"
        "    components: {server: partial_outage}\n"
        '    text: {nl: "- een\\n- twee", en: "- one\\n- two"}\n'
    )
    _, outage = history(
        "en/history.atom", {**FILES, "incidents/2026/storing.yaml": INCIDENT + update}
    )
    entry = outage.html.partition("</small><br>")[2].partition("<p><small>")[0]
    assert entry == (
        "<strong>Cause found</strong></p><ul>\n<li>one</li>\n<li>two</li>\n</ul>"
        "<p>Server: Partly unavailable</p>"
    )
