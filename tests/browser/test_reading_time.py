"""A page is read long after it was made: what it says by the reader's clock."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from statusgen import themes
from statusgen.build import build
from statusgen.publish import publish
from statusgen.themes import Theme
from tests.browser.conftest import served_files

MADE = datetime(2026, 11, 25, 18, 59, tzinfo=UTC)  # 19:59 in Amsterdam
MAINTENANCE = datetime(2026, 11, 25, 20, tzinfo=UTC)
FILES = {
    "site.yaml": """\
name: {nl: Proef Status, en: Trial Status}
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl, en]
support:
  hours: {days: mon-fri, from: 08:30, to: 17:00}
""",
    "sla.yaml": """\
title: {nl: Afspraken, en: Agreement}
availability: {target: 90%, hours: {days: mon-fri, from: 08:30, to: 17:30}, holidays: NL}
maintenance:
  windows:
    - {days: mon-thu, from: 17:30, to: 08:30}
    - {from: fri 17:30, to: mon 08:30}
""",
    "components.yaml": """\
groups:
  - id: all
    name: {nl: Alles, en: All}
    components: [{id: server, name: Server}, {id: app, name: App}]
""",
    "maintenance/2026/werk.yaml": """\
title: {nl: Werk, en: Work}
components: [server]
start: 2026-11-25 21:00
duration: 2h
announced: 2026-11-20 10:00
text: {nl: Even weg., en: Away for a bit.}
""",
    "schedules/updates.yaml": """\
title: {nl: Updates, en: Updates}
components: [app]
rrule: FREQ=WEEKLY;BYDAY=SA
first: 2026-11-07 08:00
duration: 1h
announced: 2026-11-01 10:00
text: {nl: Elke week., en: Every week.}
""",
}
INCIDENT = """\
title: {nl: Storing, en: Outage}
components: {server: major_outage}
started: 2026-11-25 20:00
updates:
  - {at: 2026-11-25 20:01, status: investigating, text: {nl: Wij zoeken., en: We look.}}
"""
SAID = """() => [...document.querySelectorAll("h1, .state, .card h2, dt, .timeline b")]
    .filter(e => e.checkVisibility()).map(e => e.innerText.trim())"""
PLACES = ("", "en/", "maintenance/werk/", "components/server/", "support/", "sla/", "maintenance/")


def site_at(moment: datetime, folder: Path, theme: Theme, **more: str) -> None:
    files = {**FILES, **{f"incidents/2026/{name}.yaml": text for name, text in more.items()}}
    built = build({name: text.encode() for name, text in files.items()}, {"default": theme}, moment)
    assert built.findings == []
    publish(built.artifacts, folder)
    # To the server of the tests a file of the same second is the same file.
    for file in folder.rglob("*"):
        os.utime(file, (moment.timestamp(), moment.timestamp()))


Reader = Callable[[datetime, str], Page]


@pytest.fixture
def folder(tmp_path: Path, theme: Theme) -> Path:
    site_at(MADE, tmp_path / "site", theme)
    return tmp_path / "site"


@pytest.fixture
def origin(folder: Path) -> Iterator[str]:
    with served_files(folder) as origin:
        yield origin


@pytest.fixture
def read_at(browser: Browser, origin: str) -> Iterator[Reader]:
    """Opens a page of the site as it was made at MADE, by a clock that shows the moment."""
    with browser.new_context(timezone_id="Asia/Tokyo") as context:

        def read(moment: datetime, place: str) -> Page:
            page = context.new_page()
            page.clock.install(time=moment)
            page.goto(origin + place)
            return page

        yield read


def milliseconds(length: timedelta) -> int:
    """The length as a browser counts it."""
    return length // timedelta(milliseconds=1)


def seen(page: Page, text: str) -> bool:
    return page.get_by_text(text).locator("visible=true").count() == 1


def headline(page: Page) -> str:
    return page.locator("h1").inner_text()


@pytest.mark.browser
def test_maintenance_begins_and_ends_while_the_page_is_open(read_at: Reader) -> None:
    page = read_at(MAINTENANCE - timedelta(seconds=10), "")
    assert (headline(page), page.title()) == (
        "Alles werkt normaal",
        "Alles werkt normaal · Proef Status",
    )

    page.clock.run_for(11_000)
    assert (headline(page), page.title()) == (
        "Er is onderhoud bezig",
        "Er is onderhoud bezig · Proef Status",
    )
    assert seen(page, "1 van 2 onderdelen werkt normaal")

    page.clock.fast_forward(milliseconds(timedelta(hours=2)))
    page.clock.run_for(60_000)
    assert headline(page) == "Alles werkt normaal"
    assert seen(page, "2 van 2 onderdelen werken normaal")


@pytest.mark.browser
@pytest.mark.parametrize(
    "later",
    [
        timedelta(minutes=60, seconds=59),
        timedelta(minutes=61),
        timedelta(minutes=181),
        timedelta(hours=12, minutes=31),  # support opens
        timedelta(hours=21, minutes=1),  # and closes
        timedelta(days=2, hours=12, minutes=1),  # the first occurrence of the schedule
    ],
    ids=str,
)
def test_an_old_page_says_what_a_new_one_would(
    read_at: Reader, browser: Browser, theme: Theme, tmp_path: Path, later: timedelta
) -> None:
    """States, that is: what the clock does not decide needs a new page."""
    site_at(MADE + later, tmp_path / "new", theme)
    with (
        served_files(tmp_path / "new") as origin,
        browser.new_context(java_script_enabled=False) as context,
    ):
        page = context.new_page()
        for place in PLACES:
            page.goto(origin + place)
            assert said(read_at(MADE + later, place)) == said(page), place


def said(page: Page) -> list[str]:
    """All headlines, states and labels that are to be seen, whatever their place on the page.

    What is counted over a month or a year is counted up to the moment that the page names.
    """
    counted = ("Dit jaar", "This year")
    return sorted({line for line in page.evaluate(SAID) if line and not line.startswith(counted)})


@pytest.mark.browser
def test_without_script_nothing_moves_and_nothing_false_is_said(
    browser: Browser, origin: str
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(origin)

        assert headline(page) == "Alles werkt normaal"
        assert page.get_by_text("wo 25 nov 19:59").first.is_visible()
        assert page.get_by_text(re.compile("geleden|binnen een")).count() == 0
        assert page.locator("[data-from]:visible").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
def test_how_long_ago_is_said_in_the_language_of_the_page(read_at: Reader) -> None:
    made = read_at(MADE, "").locator("footer time")
    assert made.inner_text().endswith("(nu)")
    made.page.clock.run_for(milliseconds(timedelta(minutes=3)))
    assert made.inner_text().endswith("(3 minuten geleden)")
    made = read_at(MADE + timedelta(hours=5, minutes=10), "en/").locator("footer time")
    assert made.inner_text().endswith("(5 hours ago)")
    assert read_at(MADE, "maintenance/").get_by_text("(over 1 uur)").is_visible()
    made = read_at(MADE + timedelta(days=30), "").locator("footer time")
    assert "(" not in made.inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-25T19:59:00+01:00", "over 3 dagen"),  # 60 hours before
        ("2026-11-26T07:00:00+01:00", "overmorgen"),
        ("2026-11-26T23:59:00+01:00", "overmorgen"),  # 32 hours before
        ("2026-11-27T07:59:00+01:00", "morgen"),
        ("2026-11-27T08:01:00+01:00", "over 23 uur"),
    ],
)
def test_days_are_those_of_the_calendar_of_the_site(
    read_at: Reader, moment: str, said: str
) -> None:
    """Of Saturday the 28th at eight, however many hours that is, and wherever it is read."""
    page = read_at(datetime.fromisoformat(moment), "maintenance/updates/")
    assert page.locator(".plan time").first.inner_text().endswith(f"({said})")


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
def test_the_line_of_now_moves_and_leaves_with_its_week(read_at: Reader) -> None:
    page = read_at(MADE, "")
    line = page.locator("svg.week path.now")
    there = line.get_attribute("d")
    page.clock.fast_forward(milliseconds(timedelta(hours=12)))
    page.clock.run_for(60_000)
    moved = line.get_attribute("d")
    # Half a day is the fourteenth part of a week, on 700 units.
    assert at(moved) - at(there) == pytest.approx(50, abs=0.5)
    late = read_at(MADE + timedelta(days=6), "").locator("svg.week path.now")
    assert late.get_attribute("d") == "M0 0"


def at(path: str | None) -> float:
    found = re.match(r"M([\d.]+) ", path or "")
    assert found
    return float(found[1])


@pytest.mark.browser
@pytest.mark.parametrize("place", ["", "components/server/", "maintenance/werk/"])
def test_a_page_that_is_too_old_says_so(read_at: Reader, place: str) -> None:
    notice = "misschien niet meer actueel"
    assert not read_at(MADE + timedelta(hours=23), place).get_by_text(notice).is_visible()
    assert read_at(MADE + timedelta(hours=25), place).get_by_text(notice).is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
def test_a_newer_page_is_taken_over_quietly(read_at: Reader, theme: Theme, folder: Path) -> None:
    page = read_at(MADE, "")
    page.locator("summary").first.click()
    page.evaluate("document.activeElement.blur(); window.stayed = true")
    news = page.locator("[role=status][data-news]")
    assert news.inner_text() == ""

    site_at(MADE + timedelta(minutes=3), folder, theme, storing=INCIDENT)
    with page.expect_response(lambda answer: answer.request.resource_type == "fetch"):
        page.clock.run_for(milliseconds(timedelta(minutes=6)))
    page.get_by_role("heading", level=1, name="Server niet beschikbaar").wait_for()

    assert page.evaluate("window.stayed")
    assert page.title() == "Server niet beschikbaar · Proef Status"
    assert news.text_content() == "Server niet beschikbaar · Proef Status"
    assert page.locator("details").first.get_attribute("open") is not None


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
def test_who_is_busy_on_the_page_is_not_disturbed(
    read_at: Reader, theme: Theme, folder: Path
) -> None:
    page = read_at(MADE, "")
    page.get_by_role("link", name="Alle onderhoud").focus()
    site_at(MADE + timedelta(minutes=3), folder, theme, storing=INCIDENT)
    page.clock.run_for(milliseconds(timedelta(minutes=12)))

    assert headline(page) == "Alles werkt normaal"

    page.evaluate("document.activeElement.blur()")
    # Long enough to ask again where the first answer was lost.
    page.clock.run_for(milliseconds(timedelta(minutes=12)))
    page.get_by_role("heading", level=1, name="Server niet beschikbaar").wait_for()


@pytest.mark.browser
def test_without_a_connection_the_page_stays_as_it_is(read_at: Reader, folder: Path) -> None:
    page = read_at(MADE, "")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    shutil.rmtree(folder)
    with page.expect_response(lambda answer: answer.status == 404):
        page.clock.run_for(milliseconds(timedelta(minutes=6)))
    page.context.set_offline(True)
    page.clock.run_for(milliseconds(timedelta(minutes=6)))
    page.clock.fast_forward(milliseconds(MAINTENANCE - MADE))
    page.clock.run_for(60_000)

    assert headline(page) == "Er is onderhoud bezig"
    assert complaints == []


def test_the_themes_that_come_along_load_the_script_that_the_package_has(theme: Theme) -> None:
    script = Path(themes.__file__).parent / "scripts" / "status.js"
    assert theme.assets["status.js"] == script.read_bytes()
