"""Searching as a reader does: in a real browser, in both themes, on a server of plain files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from statusgen.build import build
from statusgen.publish import publish
from tests.browser.conftest import NOW, Handler

if TYPE_CHECKING:
    from statusgen.themes import Theme

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)></script>${1}&amp;"
MANY = 73


def incident(title: str, day: str, text: str, more: str = "") -> str:
    return (
        f"title: {title}\nstarted: {day} 10:00\ncomponents: {{server: major_outage}}\n{more}"
        f"updates: [{{at: {day} 11:00, status: resolved, text: {text}}}]\n"
    )


FILES = {
    "sla.yaml": "title: {nl: Afspraken, en: Agreement}\n",
    "components.yaml": (
        "groups: [{id: all, name: Alles, components: ["
        "{id: server, name: Server}, {id: desk, name: {nl: Balie, en: Front desk}}]}]\n"
    ),
    "pages/voorwaarden.nl.md": "---\ntitle: Voorwaarden\n---\nU betaalt per maand.\n",
    "pages/voorwaarden.en.md": "---\ntitle: Terms\n---\nYou pay by the month.\n",
    "incidents/ticket.yaml": incident(
        "{nl: Traag, en: Slow}", "2024-05-06", "{nl: 'De wachtrij was vol.', en: 'The queue.'}",
        "ticket: INL-2041\n",
    ),
    "incidents/number.yaml": incident(
        "{nl: '2041 keer traag', en: '2041 times slow'}", "2026-05-06", "{nl: Ja., en: Yes.}"
    ),
    "incidents/accents.yaml": incident(
        "{nl: Coördinatie van foto’s, en: Coordination of photos}", "2025-05-06",
        f"{{nl: 'Het café had {'veel ' * 40} één naïeve gebruiker. {'Later ' * 60}', en: Hi.}}",
    ),
    "incidents/hostile.yaml": incident(
        f"{{nl: '{HOSTILE}'}}", "2025-06-06", f"{{nl: '`{HOSTILE}` verf', en: Paint.}}"
    ),
    "incidents/desk.yaml": incident(
        "{nl: Weg, en: Away}", "2026-01-05", "{nl: Terug., en: Back.}"
    ).replace("server: major", "desk: major"),
    "incidents/text.yaml": incident(
        "{nl: Dicht, en: Closed}", "2026-06-05",
        "{nl: Aan de balie in Kaufstraße 1., en: At the front desk.}",
    ),
    "incidents/title.yaml": incident(
        "{nl: Balie dicht, en: Front desk closed}", "2024-01-05", "{nl: Nu open., en: Open.}"
    ),
    **{
        f"incidents/many-{number}.yaml": incident(
            f"{{nl: Reeks {number}, en: Series {number}}}",
            f"2026-{number % 9 + 1:02}-{number % 27 + 1:02}",
            "{nl: Klaar., en: Done.}",
        )
        for number in range(MANY)
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def origin(theme: Theme, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site of those files, as it is served here."""
    site = (
        "name: Proef\nurl: https://status.voorbeeld.example/\ntimezone: Europe/Amsterdam\n"
        f"languages: [nl, en]\ntheme: {theme.name}\n"
    )
    files = {name: text.encode() for name, text in ({"site.yaml": site} | FILES).items()}
    built = build(files, {theme.name: theme}, NOW)
    assert built.artifacts, built.findings
    folder = tmp_path_factory.mktemp("searched")
    publish(built.artifacts, folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    with browser.new_page(viewport={"width": 360, "height": 740}) as page:
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        yield page


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox").fill(text)


def told(page: Page, sentence: str) -> None:
    expect(page.locator("[data-part=status]")).to_have_text(sentence)


def titles(page: Page) -> list[str]:
    return page.locator("[data-part=results] > li a").all_inner_texts()


def marks(page: Page) -> list[str]:
    return page.locator("[data-part=results] mark").all_inner_texts()


def test_nothing_is_loaded_before_it_is_used(origin: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(f"{origin}search/", wait_until="networkidle")

    assert [path for path in asked if path.endswith(".json")] == []
    assert asked.count("/assets/search.js") == 1

    with page.expect_response("**/search/2024.json*"):
        page.get_by_role("searchbox").focus()

    shards = [f"/search/{name}.json" for name in ("pages", "2026", "2025", "2024")]
    assert [path for path in asked if path.endswith(".json")] == shards


@pytest.mark.parametrize(
    ("place", "text", "first", "count"),
    [
        ("search/", "voorwaarden", "Voorwaarden", "1 resultaat"),
        ("search/", "WACHTRIJ", "Traag", "1 resultaat"),
        ("search/", "achtri", "Traag", "1 resultaat"),
        ("search/", "INL-2041", "Traag", "1 resultaat"),
        ("search/", "inl 2041", "Traag", "1 resultaat"),
        ("search/", "2041", "Traag", "2 resultaten"),
        ("search/", "cafe een naieve", "Coördinatie van foto’s", "1 resultaat"),
        ("search/", "CÖORDINATIE foto's", "Coördinatie van foto’s", "1 resultaat"),
        ("search/", "onerror=alert", HOSTILE, "1 resultaat"),
        ("en/search/", "terms", "Terms", "1 result"),
        ("en/search/", "the QUEUE", "Slow", "1 result"),
        ("en/search/", "2041", "Slow", "2 results"),
        ("en/search/", "paint", HOSTILE, "1 result"),
    ],
)
def test_a_part_of_what_is_known_finds_it(
    origin: str,
    page: Page,
    complaints: list[str],
    place: str,
    text: str,
    first: str,
    count: str,
) -> None:
    page.goto(origin + place)
    search(page, text)

    told(page, count)
    assert titles(page)[0] == first
    assert complaints == []
    with page.expect_navigation():
        page.get_by_role("link", name=first).first.click()

    assert page.inner_text("h1") == first


def test_all_words_must_be_there(origin: str, page: Page) -> None:
    page.goto(f"{origin}search/")
    search(page, "traag wachtrij")
    told(page, "1 resultaat")

    search(page, "traag wachtrij bestaatniet")
    told(page, "Niets gevonden. Met minder of kortere woorden vindt u meer.")
    assert titles(page) == []


def test_titles_go_before_components_and_those_before_text(origin: str, page: Page) -> None:
    page.goto(f"{origin}search/?q=balie")

    told(page, "4 resultaten")
    assert titles(page) == ["Balie", "Balie dicht", "Weg", "Dicht"]


def test_what_matches_is_marked_where_it_stands(origin: str, page: Page) -> None:
    page.goto(f"{origin}search/?q=naieve+foto's")
    told(page, "1 resultaat")

    assert marks(page) == ["foto’s", "naïeve"]
    excerpt = page.locator("[data-fill=excerpt]").inner_text()
    assert excerpt.startswith("…veel ")
    assert excerpt.endswith("Later…")
    assert len(excerpt) < 300


def test_a_letter_that_counts_for_two_is_marked_whole(origin: str, page: Page) -> None:
    page.goto(f"{origin}search/?q=kaufstras")
    told(page, "1 resultaat")

    assert marks(page) == ["Kaufstraß"]


def test_hostile_text_stays_text(origin: str, page: Page, complaints: list[str]) -> None:
    page.goto(f"{origin}en/search/?q={'%3Cimg'}")
    told(page, "1 result")

    assert titles(page) == [HOSTILE]
    assert page.locator("main img, main script script").count() == 0
    assert page.locator("[data-fill=title]").get_attribute("lang") == "nl"
    assert complaints == []


def test_a_search_can_be_sent_and_survives_going_back(origin: str, page: Page) -> None:
    page.goto(f"{origin}search/")
    search(page, "café & co")
    told(page, "Niets gevonden. Met minder of kortere woorden vindt u meer.")
    assert page.url == f"{origin}search/?q=caf%C3%A9+%26+co"

    search(page, "wachtrij")
    page.get_by_role("link", name="Traag").click()
    page.go_back()

    assert page.url == f"{origin}search/?q=wachtrij"
    expect(page.get_by_role("searchbox")).to_have_value("wachtrij")
    told(page, "1 resultaat")

    page.click("a[hreflang=en]")
    told(page, "Nothing found. Fewer or shorter words find more.")
    assert page.url == f"{origin}en/search/?q=wachtrij"


def test_the_keyboard_is_enough(origin: str, page: Page) -> None:
    page.goto(f"{origin}search/#q")
    page.keyboard.type("reeks")
    page.keyboard.press("Enter")
    told(page, f"{MANY} resultaten")
    assert len(titles(page)) == 50

    page.get_by_role("button", name="Meer resultaten").press("Enter")

    assert len(titles(page)) == MANY
    assert page.locator(":focus").inner_text() == titles(page)[50]
    assert not page.get_by_role("button", name="Meer resultaten").is_visible()

    page.get_by_role("searchbox").press("Escape")

    expect(page.get_by_role("searchbox")).to_have_value("")
    told(page, "")
    assert (titles(page), page.url) == ([], f"{origin}search/")


def test_nobody_is_moved_who_did_not_ask(origin: str, page: Page) -> None:
    page.goto(f"{origin}search/?q=balie")
    told(page, "4 resultaten")

    assert page.locator(":focus").count() == 0


def test_a_place_in_the_list_is_kept_while_older_results_come(origin: str, page: Page) -> None:
    held: list[Route] = []
    page.route("**/search/2024.json*", lambda route: held.append(route))
    with page.expect_request("**/search/2024.json*"):
        page.goto(f"{origin}search/?q=balie")
    page.get_by_role("link", name="Weg").focus()
    expect(page.get_by_role("link", name="Balie dicht")).to_have_count(0)
    told(page, "Bezig met zoeken…")
    held.pop().continue_()
    told(page, "4 resultaten")

    assert page.locator(":focus").inner_text() == "Weg"
    assert titles(page) == ["Balie", "Balie dicht", "Weg", "Dicht"]


def test_a_search_stays_when_the_page_round_it_is_renewed(
    origin: str, page: Page, complaints: list[str]
) -> None:
    page.clock.install()
    page.goto(f"{origin}search/?q=balie")
    told(page, "4 resultaten")
    newer = page.request.get(f"{origin}search/").text().replace("<h1>Zoeken", "<h1>Nieuw")
    page.route("**/search/", lambda route: route.fulfill(body=newer.replace(".json?", ".json?0")))
    page.clock.fast_forward("10:00")
    expect(page.locator("h1")).to_have_text("Nieuw")

    assert len(titles(page)) == 4
    page.locator("input").fill("wachtrij")
    told(page, "1 resultaat")
    assert titles(page) == ["Traag"]
    assert page.locator("[data-search]").count() == 1
    assert complaints == []


@pytest.mark.parametrize("failure", ["lost", "missing", "garbled"])
def test_what_could_not_be_loaded_is_told_and_tried_again(
    origin: str, page: Page, failure: str
) -> None:
    page.route(
        "**/search/2025.json*",
        lambda route: {
            "lost": route.abort,
            "missing": lambda: route.fulfill(status=404, body="[]"),
            "garbled": lambda: route.fulfill(body="<!doctype html>"),
        }[failure](),
    )
    page.goto(f"{origin}search/?q=balie")
    failed = "Niet alles kon worden geladen; er kunnen resultaten ontbreken."
    told(page, f"3 resultaten. {failed}")
    assert titles(page) == ["Balie", "Weg", "Dicht"]

    search(page, "bestaatniet")
    told(page, failed)

    search(page, "balie")
    page.unroute("**/search/2025.json*")
    page.get_by_role("button", name="Probeer het opnieuw").click()
    told(page, "4 resultaten")

    assert not page.get_by_role("button", name="Probeer het opnieuw").is_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_without_script_the_page_says_so_and_leads_on(origin: str, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{origin}search/")

        expect(page.get_by_text("Voor zoeken is JavaScript nodig")).to_be_visible()
        links = page.locator("[data-part=without] a").evaluate_all("all => all.map(a => a.href)")
        paths = ("history/", "maintenance/", "tickets/INL-2041/")
        assert links == [origin + path for path in paths]


def test_a_script_that_does_not_come_is_told_as_well(origin: str, page: Page) -> None:
    page.route("**/search.js*", lambda route: route.abort())
    page.goto(f"{origin}search/")

    expect(page.get_by_text("Voor zoeken is JavaScript nodig")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["", "reeks", "img"])
def test_it_is_for_everyone(origin: str, browser: Browser, scheme: str, text: str) -> None:
    with browser.new_context(
        bypass_csp=True,  # axe is put into the page
        viewport={"width": 360, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
    ) as context:
        page = context.new_page()
        page.goto(f"{origin}en/search/?q={text}", wait_until="networkidle")
        found = Axe().run(page).response["violations"]

        assert [(rule["id"], rule["nodes"]) for rule in found] == []
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
