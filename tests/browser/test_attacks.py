"""A site under attack, in a real browser: nothing runs, nothing loads, nothing is even refused.

The policy of the pages would stop most of it. That it has nothing to stop is what is asserted:
on pages without a policy, such as a customer's own with the banner, the same text stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from statusgen.artifact import Artifact
from statusgen.publish import publish
from tests.attacks import attacked, in_lines
from tests.browser.conftest import served_files

pytestmark = pytest.mark.browser

LOOKED_AT = (
    *("index.html", "incidents/storing/index.html", "maintenance/upgrade/index.html"),
    *("maintenance/updates/index.html", "components/server/index.html", "sla/index.html"),
    *("sla/2026-11/index.html", "terms/index.html", "embed/index.html"),
    *("en/incidents/storing/index.html", "badge.svg", "feed.xml"),
)
WATCH = """document.addEventListener("securitypolicyviolation", event =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""
PRODUCT = """<!doctype html><html lang="nl"><title>Product</title>
<script async src="/embed/script.js"></script><main>Product</main></html>"""


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def context(browser: Browser, complaints: list[str]) -> Iterator[BrowserContext]:
    """A browser in which whatever an attack does is seen, in any frame or window."""
    with browser.new_context() as context:
        context.add_init_script(WATCH)
        # Browsers ask for it where a file has no page around it.
        context.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        context.on("console", lambda message: complaints.append(message.text))
        context.on("dialog", lambda dialog: put_away(dialog, complaints))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield context


def put_away(dialog: Dialog, complaints: list[str]) -> None:
    complaints.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def visit(page: Page, origin: str, path: str) -> list[str]:
    """Open a page; gives the addresses elsewhere that it asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(origin + path, wait_until="load")
    # What waits to be pointed at or come to is.
    page.evaluate(
        "document.querySelectorAll('a, button, summary, [tabindex], [title]').forEach(element =>"
        " { element.focus?.(); element.dispatchEvent(new MouseEvent('mouseover')) })"
    )
    assert page.url == origin + path, "the page went elsewhere"
    return [url for url in asked if urlsplit(url).scheme != "data" and not url.startswith(origin)]


@pytest.mark.parametrize("attack", in_lines())
def test_nothing_of_an_attack_runs_loads_or_is_refused(
    context: BrowserContext, complaints: list[str], tmp_path: Path, attack: str
) -> None:
    site = attacked(attack)
    made = [Artifact(path, content) for path, content in site.items()]
    publish([*made, Artifact("product.html", PRODUCT.encode())], tmp_path / "public")
    with served_files(tmp_path / "public") as origin:
        page = context.new_page()
        for path in LOOKED_AT:
            assert visit(page, origin, path) == [], path
            assert complaints == [], path
        search_for(page, origin)
        assert visit(page, origin, "product.html") == []
        assert complaints == []


def search_for(page: Page, origin: str) -> None:
    """Let the script of the page write what was attacked."""
    page.goto(f"{origin}search/index.html")
    with page.expect_response("**/search/*.json*"):
        page.get_by_role("searchbox").fill("alert")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("<script>alert(1)</script>", "dialog: 1"),
        ("<img src=x onerror=alert(1)>", "dialog: 1"),
        ("<p title=x onmouseover=alert(1)>x</p>", "dialog: 1"),
        (
            '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'
            "<script>alert(1)</script>",
            "policy: script-src-elem inline",
        ),
    ],
)
def test_an_attack_that_ran_or_was_refused_would_be_seen(
    context: BrowserContext, complaints: list[str], tmp_path: Path, page: str, complaint: str
) -> None:
    publish([Artifact("x.html", f"<!doctype html>{page}".encode())], tmp_path / "public")
    with served_files(tmp_path / "public") as origin:
        visit(context.new_page(), origin, "x.html")
    assert any(told.startswith(complaint) for told in complaints), complaints
