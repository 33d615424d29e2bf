"""The pages of the built site, as a browser, a keyboard and a strict parser meet them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin

import html5lib
import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from statusgen.build import report_page
from tests.browser.conftest import NOW

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # what html5lib makes

    from statusgen.model.content import Content
    from statusgen.themes import Theme
    from tests.browser.conftest import Site

PHONE: ViewportSize = {"width": 360, "height": 740}
LANGUAGES = {"nl": "", "en": "en/"}
KINDS = (
    *("home", "open incident", "incident looked back on", "running maintenance"),
    *("maintenance out of the windows", "maintenance", "history", "month", "agreement", "report"),
    "year",
    *("ticket", "text", "not found", "component", "schedule", "history of a year"),
    *("support", "subscribe", "search"),
)
LOOK = """() => ({
    language: document.documentElement.lang,
    titles: document.querySelectorAll("h1").length,
    is_too_wide: document.scrollingElement.scrollWidth > innerWidth,
    is_dark: getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).every(c => c < 64),
})"""

PAPER = """() => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    return [backgroundColor, color];
}"""


@dataclass(frozen=True)
class Seen:
    """A page on a phone in dark mode; ``complaints`` are the browser's, also about the policy
    of what may be loaded."""

    language: str
    titles: int
    is_too_wide: bool
    is_dark: bool
    complaints: list[str]
    asked_elsewhere: list[str]


@dataclass(frozen=True)
class Phone:
    """A page of the browser, with all that it says and all that it asks for."""

    page: Page
    said: list[str]
    asked: list[str]


@pytest.fixture(scope="session")
def phone(browser: Browser) -> Iterator[Phone]:
    with browser.new_page(viewport=PHONE, color_scheme="dark") as page:
        phone = Phone(page, [], [])
        page.on("console", lambda message: phone.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: phone.said.append(str(error)))
        page.on("request", lambda request: phone.asked.append(request.url))
        yield phone


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_sound(site: Site, phone: Phone, language: str, kind: str) -> None:
    seen = look(phone, site, LANGUAGES[language] + site.places[kind])

    assert seen == Seen(language, 1, False, True, complaints=[], asked_elsewhere=[])


def look(phone: Phone, site: Site, path: str) -> Seen:
    phone.said.clear()
    phone.asked.clear()
    phone.page.goto(site.origin + path)
    facts = phone.page.evaluate(LOOK)
    elsewhere = [url for url in phone.asked if not url.startswith((site.origin, "data:"))]
    return Seen(**facts, complaints=list(phone.said), asked_elsewhere=elsewhere)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_page() as page:
        yield page


@pytest.mark.browser
def test_the_first_key_reaches_the_way_past_the_menu(site: Site, page: Page) -> None:
    page.goto(site.origin)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")

    assert skip.get_attribute("href") == "#main"
    assert skip.evaluate("e => e.getBoundingClientRect().left >= 0")

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.locator("main :focus").count() == 1


@pytest.mark.browser
def test_the_other_language_is_the_same_page(site: Site, page: Page) -> None:
    place = site.places["open incident"]
    page.goto(site.origin + place)
    with page.expect_navigation():
        page.click("a[hreflang=en]")

    assert page.url == f"{site.origin}en/{place}"
    assert page.get_attribute("html", "lang") == "en"


@pytest.mark.browser
def test_a_calamity_that_goes_on_is_told_on_every_page(site: Site, page: Page) -> None:
    for kind in ("home", "report", "text"):
        page.goto(site.origin + site.places[kind])
        with page.expect_navigation():
            page.get_by_role("region", name="Calamiteiten").get_by_role("link").click()

        assert page.url == site.origin + site.places["calamity that goes on"]


@pytest.mark.browser
def test_a_ticket_leads_to_what_was_reported_under_it(site: Site, page: Page) -> None:
    page.goto(site.origin + site.places["open incident"])
    address, title = page.url, page.inner_text("h1")
    page.click("a[href*='tickets/']")
    page.get_by_role("link", name=title).first.click()

    assert page.url == address


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
@pytest.mark.parametrize("kind", ["agreement", "report", "year"])
def test_on_paper_there_are_tables_and_no_menus(site: Site, page: Page, kind: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(site.origin + site.places[kind])

    assert page.locator("table").first.is_visible()
    assert [nav for nav in page.locator("nav, .skip, .alerts").all() if nav.is_visible()] == []
    assert page.evaluate(PAPER) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


@pytest.mark.browser
@pytest.mark.parametrize("name", [f"{NOW:%Y-%m}", f"{NOW:%Y}"])
def test_a_report_to_send_stands_alone(
    content: Content, theme: Theme, page: Page, tmp_path: Path, name: str
) -> None:
    report = report_page(content, theme, name, NOW)
    assert report
    file = tmp_path / "report.html"
    file.write_text(report, "utf-8")
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())

    assert complaints == []
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert page.locator("h1").count() == page.locator("style").count() == 1
    assert page.locator("table").first.is_visible()
    here = content.site.url
    page_itself = strictly(report)
    ids = {f"#{element.get('id')}" for element in page_itself.iter() if element.get("id")}
    assert [
        link for link in links(page_itself) if not link.startswith(here) and link not in ids
    ] == []


def test_every_page_is_valid(site: Site) -> None:
    for path, page in parsed(site.folder).items():
        ids = Counter(element.get("id") for element in page.iter() if element.get("id"))

        assert [name for name, times in ids.items() if times > 1] == [], path


def test_every_link_leads_somewhere(site: Site) -> None:
    pages = parsed(site.folder)
    targets = {path: {element.get("id") for element in page.iter()} for path, page in pages.items()}

    for path, page in pages.items():
        lost = [
            link
            for link in links(page)
            for address in [urljoin(site.url + path, link)]
            if address.startswith(site.url)
            and not leads_somewhere(site, targets, address.removeprefix(site.url))
        ]

        assert lost == [], path


@cache
def parsed(folder: Path) -> dict[str, Element]:
    """Every page by its path."""
    return {
        path.relative_to(folder).as_posix(): strictly(path.read_bytes())
        for path in folder.rglob("*.html")
    }


def strictly(page: bytes | str) -> Element:
    """The page. Raises ParseError where it is not as HTML has to be."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(page)
    return root


def links(page: Element) -> list[str]:
    found = (element.get(name) for element in page.iter() for name in ("href", "src"))
    return [link for link in found if link]


def leads_somewhere(site: Site, targets: dict[str, set[str | None]], address: str) -> bool:
    place, fragment = urldefrag(address)
    path = unquote(place.partition("?")[0])
    if path.endswith("/") or not path:
        path += "index.html"
    if not (site.folder / path).is_file():
        return False
    return not fragment or fragment in targets[path]
