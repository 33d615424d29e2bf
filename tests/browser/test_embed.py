"""The embedded page and the banner on a page of somebody else: another origin, a strict policy."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from statusgen import themes
from statusgen.build import build
from statusgen.publish import publish
from tests.browser.conftest import NOW, ROOT, Handler

SITE = """\
name: {nl: Proef Status, en: Trial Status}
url: https://status.voorbeeld.example/pad/
timezone: Europe/Amsterdam
languages: [nl, en]
"""
COMPONENTS = "groups: [{id: all, name: Alles, components: [{id: server, name: Server}]}]\n"
INCIDENT = """\
title: {nl: "Storing <img src=x onerror=alert(1)>", en: Outage}
components: {server: major_outage}
started: 2026-11-24 21:00
"""
PLAN = """\
title: {nl: Werk, en: Work}
components: [server]
start: 2026-11-25 21:00
duration: 2h
announced: 2026-11-20 10:00
effect: partial_outage
"""
START = datetime.fromisoformat("2026-11-25T21:00+01:00")
BANNER = """() => {
    const root = document.querySelector("body > div:first-child")?.shadowRoot;
    return [...(root?.querySelectorAll("section > div") ?? [])].map(
        (row) => [...row.querySelectorAll("b, a, span")].map((part) => part.textContent));
}"""


class Shared(Handler):
    """As GitHub Pages serves it: programs of other origins may read it."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


class Strict(Handler):
    """A customer's own page under the strictest policy that lets the banner in."""

    def end_headers(self) -> None:
        status = self.server.status  # type: ignore[attr-defined]
        policy = (
            f"default-src 'none'; script-src {status}; connect-src {status}; frame-src {status}"
        )
        extra = "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'"
        self.send_header("Content-Security-Policy", f"{policy}; {extra}")
        super().end_headers()


@contextmanager
def served(handler: type[Handler], folder: Path, **attributes: str) -> Iterator[str]:
    """The folder at an origin of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder)) as server:
        for name, value in attributes.items():
            setattr(server, name, value)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@dataclass
class Customer:
    """A browser at the page of a customer; ``complaints`` are its own, of policy and script."""

    context: BrowserContext
    status: str
    own: str
    status_folder: Path
    own_folder: Path
    complaints: list[str]
    announced_at: float = 0

    def write(self, name: str, html: str) -> None:
        (self.own_folder / name).write_text(html.replace("STATUS", self.status), "utf-8")

    def opens(self, name: str, at: datetime, ready: str = "() => true") -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.clock.install(time=at)
        with page.expect_response("**/embed/*"):
            page.goto(f"{self.own}/{name}")
        page.wait_for_function(ready)
        return page

    def announces(self, **files: str) -> None:
        publish_site(self.status_folder, files)
        # To the server of the tests a file of the same second is the same file.
        later = max(time.time(), self.announced_at) + 5
        for file in self.status_folder.rglob("embed/*"):
            os.utime(file, (later, later))
        self.announced_at = later


def publish_site(folder: Path, events: dict[str, str], now: datetime = NOW) -> None:
    texts = {
        "site.yaml": SITE,
        "sla.yaml": "title: {nl: A, en: A}\n",
        "components.yaml": COMPONENTS,
    }
    texts |= {f"{kind}/2026/{kind}.yaml": text for kind, text in events.items()}
    built = build({name: text.encode() for name, text in texts.items()}, themes.load(ROOT), now)
    assert built.artifacts, built.findings
    publish(built.artifacts, folder)


@pytest.fixture
def customer(browser: Browser, tmp_path: Path) -> Iterator[Customer]:
    own, status_folder = tmp_path / "own", tmp_path / "status"
    own.mkdir()
    publish_site(status_folder, {})
    with (
        served(Shared, status_folder) as status,
        served(Strict, own, status=status) as address,
        browser.new_context() as context,
    ):
        customer = Customer(context, status, address, status_folder, own, [])
        customer.write("index.html", PAGE)
        yield customer


PAGE = """<!doctype html><html lang="nl-BE"><title>Product</title>
<script async src="STATUS/embed/script.js"></script><main>Product</main></html>"""
LOADED = "() => document.querySelector('body > div')?.shadowRoot"
TOLD = f"() => ({BANNER})().length"


@pytest.mark.browser
def test_nothing_is_shown_when_there_is_nothing_to_say(customer: Customer) -> None:
    page = customer.opens("index.html", NOW, LOADED)
    assert page.evaluate(BANNER) == []
    assert page.evaluate("document.querySelector('body > div').offsetHeight") == 0
    assert customer.complaints == []


@pytest.mark.browser
def test_the_banner_tells_what_goes_on_in_the_language_of_the_page(customer: Customer) -> None:
    customer.announces(incidents=INCIDENT)
    page = customer.opens("index.html", NOW, TOLD)
    assert page.evaluate(BANNER) == [
        [
            "Verstoring · In onderzoek",
            "Storing <img src=x onerror=alert(1)>",
            "sinds di 24 nov 21:00",
        ]
    ]
    link = page.get_by_role("link", name="Storing")
    assert link.get_attribute("href") == "https://status.voorbeeld.example/pad/incidents/incidents/"
    assert page.get_by_role("region", name="Status van Proef Status").count() == 1
    assert page.get_by_role("status").count() == 1
    page.evaluate("document.documentElement.lang = 'en'")
    page.clock.run_for(15_000)
    assert [row[1] for row in page.evaluate(BANNER)] == ["Outage"]
    page.evaluate("document.documentElement.lang = 'fr'")
    page.clock.run_for(15_000)
    assert page.evaluate(BANNER)[0][0] == "Verstoring · In onderzoek"
    assert page.context.cookies() == []
    assert customer.complaints == []


@pytest.mark.browser
def test_planned_maintenance_comes_and_goes_by_the_clock(customer: Customer) -> None:
    customer.announces(maintenance=PLAN)
    when = "wo 25 nov 2026 21:00 – 23:00 CET"
    page = customer.opens("index.html", START - timedelta(hours=24, minutes=1), LOADED)
    assert page.evaluate(BANNER) == []
    page.clock.fast_forward(60_000 + 15_000)
    assert page.evaluate(BANNER) == [["Onderhoud · Gepland", "Werk", when]]
    page.clock.fast_forward(24 * 3_600_000)
    assert page.evaluate(BANNER) == [["Onderhoud · Bezig", "Werk", when]]
    page.clock.fast_forward(2 * 3_600_000)
    assert page.evaluate(BANNER) == []
    assert customer.complaints == []


@pytest.mark.browser
def test_a_message_that_is_put_away_stays_away_until_it_is_another(customer: Customer) -> None:
    customer.announces(incidents=INCIDENT, maintenance=PLAN)
    page = customer.opens("index.html", NOW + timedelta(hours=2), TOLD)
    assert [row[1] for row in page.evaluate(BANNER)][1:] == ["Werk"]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert [row[1] for row in page.evaluate(BANNER)] == ["Werk"]
    # The keyboard is at the next message, not lost.
    page.keyboard.press("Enter")
    assert page.evaluate(BANNER) == []
    page = customer.opens("index.html", NOW + timedelta(hours=2), LOADED)
    assert page.evaluate(BANNER) == []
    page.clock.fast_forward(22 * 3_600_000)
    assert page.evaluate(BANNER)[0][0] == "Onderhoud · Bezig"
    assert customer.complaints == []


@pytest.mark.browser
def test_a_page_that_stays_open_hears_of_what_is_new(customer: Customer) -> None:
    page = customer.opens("index.html", NOW, LOADED)
    customer.announces(incidents=INCIDENT)
    with page.expect_response("**/messages.json"):
        page.clock.run_for(300_000)
    page.wait_for_function(TOLD)
    assert customer.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("answer", ["gone", "no json", "other json"])
def test_the_customers_page_never_suffers(customer: Customer, answer: str) -> None:
    file = customer.status_folder / "embed/messages.json"
    file.unlink()
    if answer != "gone":
        file.write_text("<html>" if answer == "no json" else '{"nl": {"messages": [null]}}')
    page = customer.opens("index.html", NOW)
    page.clock.run_for(600_000)
    assert page.locator("main").inner_text() == "Product"
    assert [text for text in customer.complaints if "404" not in text] == []


@pytest.mark.browser
def test_the_banner_bears_a_browser_that_keeps_nothing(customer: Customer) -> None:
    customer.announces(incidents=INCIDENT)
    customer.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})"
    )
    page = customer.opens("index.html", NOW, TOLD)
    page.get_by_role("button").click()
    assert page.evaluate(BANNER) == []
    assert customer.complaints == []


FRAME = """<!doctype html><html lang="en"><title>Product</title>
<iframe title="Status" src="STATUS/en/embed/"></iframe></html>"""
SHOWN = """() => [...document.querySelectorAll("h1, li")].filter((part) => part.checkVisibility())
    .map((part) => [part.tagName, part.textContent])"""


@pytest.mark.browser
def test_the_embedded_page_is_true_between_two_builds(customer: Customer) -> None:
    customer.announces(maintenance=PLAN)
    customer.write("frame.html", FRAME)
    page = customer.opens("frame.html", NOW)
    frame = page.frames[1]
    frame.wait_for_load_state()
    when = "Wed 25 Nov 2026 21:00 – 23:00 CET"
    assert frame.evaluate(SHOWN) == [
        ["H1", "Everything works normally"],
        ["LI", f"Work {when}"],
    ]
    page.clock.fast_forward((START - NOW) // timedelta(milliseconds=1) + 60_000)
    assert frame.evaluate(SHOWN) == [
        ["H1", "Maintenance in progress"],
        ["LI", f"Maintenance · In progress Work {when}"],
    ]
    page.clock.fast_forward(2 * 3_600_000)
    assert frame.evaluate(SHOWN) == [["H1", "Everything works normally"]]
    customer.announces(incidents=INCIDENT)
    with page.expect_response("**/en/embed/"):
        page.clock.run_for(360_000)
    frame.wait_for_function("() => document.querySelector('h1').textContent.includes('Server')")
    assert {link.get_attribute("target") for link in frame.locator("a").all()} == {"_blank"}
    assert customer.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(customer: Customer, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    customer.announces(incidents=INCIDENT, maintenance=PLAN)
    own = PAGE.replace("STATUS", "").replace("Product</main>", "<h1>Product</h1></main>")
    scheme_of_page = '<meta name="color-scheme" content="light dark"><title>'
    page_of_ours = customer.status_folder / "own.html"
    page_of_ours.write_text(own.replace("<title>", scheme_of_page), "utf-8")
    for name, ready in (("own.html", TOLD), ("embed/", "() => true")):
        page = customer.context.new_page()
        page.emulate_media(color_scheme=scheme)
        page.clock.install(time=NOW)
        page.goto(f"{customer.status}/{name}")
        page.wait_for_function(ready)
        assert Axe().run(page).response["violations"] == []
