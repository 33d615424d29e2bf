"""The pages for everyone: by axe, with the keyboard, zoomed in, and with no jump on loading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.test_pages import KINDS, LANGUAGES

if TYPE_CHECKING:
    from tests.browser.conftest import Site

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SMALL = """() => [...document.querySelectorAll("a, button, input, summary")]
    .filter(e => e.checkVisibility() && !e.closest(".skip, p, .prose, figcaption, dd, td, th"))
    .filter(e => getComputedStyle(e).position !== "absolute")
    .map(e => [e.innerText, e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 24 || box.width < 24))
    .map(([text, box]) => `${text}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
JUMPS = """() => new Promise(resolve => {
    new PerformanceObserver(list => {}).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.jumps)));
})"""
WATCH = """window.jumps = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.jumps += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""
HEADINGS = """() => {
    const all = [...document.querySelectorAll("h1, h2, h3")];
    const size = e => parseFloat(getComputedStyle(e).fontSize);
    const above = (e, n) => all.slice(0, n).findLast(other => other.tagName < e.tagName);
    return all.filter((e, n) => n && size(above(e, n)) <= size(e)).map(e => e.innerText);
}"""
IS_TOO_WIDE = "() => document.scrollingElement.scrollWidth > innerWidth"


@pytest.fixture(scope="session", params=LOOKS)
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of the browser, light or dark."""
    with browser.new_page(color_scheme=request.param, reduced_motion="reduce") as page:
        yield page


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(site: Site, look: Page, kind: str) -> None:
    for prefix in LANGUAGES.values():
        look.goto(site.origin + prefix + site.places[kind])
        for details in look.locator("summary").all():
            details.click()
        found = Axe().run(look, options=RULES).response["violations"]

        assert [complaint(violation) for violation in found] == []


def complaint(violation: dict[str, object]) -> str:
    nodes = violation["nodes"]
    assert isinstance(nodes, list)
    places = ", ".join(str(node["target"]) + " " + node["html"][:120] for node in nodes[:3])
    return f"{violation['id']}: {places}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_page() as page:
        yield page


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
def test_zoomed_in_nothing_is_cut_off_and_nothing_too_small_to_touch(
    site: Site, page: Page, kind: str
) -> None:
    # A screen of 1280 dots at 200% and at 400% (WCAG 2.2, 1.4.4 and 1.4.10).
    for width in (640, 320):
        page.set_viewport_size({"width": width, "height": 512})
        page.goto(site.origin + site.places[kind])

        assert not page.evaluate(IS_TOO_WIDE)
        # WCAG 2.2, 2.5.8, which leaves links inside sentences out.
        assert page.evaluate(SMALL) == []


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
@pytest.mark.parametrize("kind", ["home", "agreement", "report", "support", "open incident"])
def test_a_heading_is_smaller_than_the_one_that_it_stands_under(
    site: Site, page: Page, kind: str
) -> None:
    page.goto(site.origin + site.places[kind])

    assert page.evaluate(HEADINGS) == []


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_while_the_home_page_loads(site: Site, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.add_init_script(WATCH)
    page.goto(site.origin, wait_until="networkidle")
    page.wait_for_function("document.documentElement.classList.contains('live')")

    assert page.evaluate(JUMPS) == 0


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
def test_the_keyboard_reaches_everything_in_the_order_of_the_page(site: Site, page: Page) -> None:
    page.goto(site.origin)
    reachable = page.locator("a[href], summary, button, input").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 200))"
    )
    reached = []
    for _ in reachable:
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
        reached.append(focused.evaluate("e => e.outerHTML.slice(0, 200)"))

    assert reached == reachable


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
def test_a_figure_opens_in_words_with_the_keyboard(site: Site, page: Page) -> None:
    page.goto(site.origin + site.places["component"])
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")

    assert page.locator("details[open] li").first.is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
def test_figures_have_a_name_that_says_what_they_show(site: Site, page: Page) -> None:
    page.goto(site.origin)
    names = page.locator("svg[role=img]").evaluate_all("all => all.map(e => e.ariaLabel)")

    assert len(names) >= 10
    bars = [name for name in names if name.startswith("Server: ")]
    assert len(bars) == 1
    assert "garantie-uren" in bars[0]
    assert "niet helemaal normaal" in bars[0]
