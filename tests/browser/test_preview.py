"""The preview as somebody who writes meets it: an editor at the left, a browser at the right."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ROOT
from tests.unit.test_cli import COMPONENTS, PLAN, SITE, SLA, write

NOW = "2026-11-24T12:00:00Z"
CLOCK = "() => [new Date().toISOString().slice(0, 15), Date.now() - new Date().getTime() <= 0]"


@dataclass(frozen=True)
class Written:
    """The content folder that is being previewed, and where."""

    content: Path
    address: str
    process: subprocess.Popen[str]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    content = tmp_path / "content"
    write(content, {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS})
    write(content, {"maintenance/2026/werk.yaml": PLAN})
    command = [sys.executable, "-m", "statusgen", "serve", str(content), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*command, "--now", NOW],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        address = next(word for line in process.stdout for word in line.split() if "//" in word)
        yield Written(content, address, process)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(timeout=60) == 0, rest


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    with browser.new_page() as page:
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        yield page


def headed(page: Page, words: str) -> Locator:
    """The heading of the page as it reads now: what is hidden is told later."""
    return page.get_by_role("heading", level=1, name=words, exact=True)


@pytest.mark.browser
def test_a_change_a_mistake_and_its_mending_are_seen(
    written: Written, page: Page, complaints: list[str]
) -> None:
    plan = f"{written.address}maintenance/werk/"
    panel = page.locator("#statusgen-preview")
    page.goto(plan)
    expect(headed(page, "Onderhoud")).to_be_visible()
    expect(panel.get_by_role("button", name="Now")).to_be_disabled()

    write(written.content, {"maintenance/2026/werk.yaml": PLAN.replace("Onderhoud", "Verhuizing")})
    expect(headed(page, "Verhuizing")).to_be_visible()

    wrong = PLAN.replace("21:00", "16:30")
    write(written.content, {"maintenance/2026/werk.yaml": wrong})
    expect(panel.locator("summary")).to_contain_text("last good page")
    expect(panel).to_contain_text("werk.yaml:3:8")
    expect(panel).to_contain_text("Outside the agreed windows")
    expect(panel).to_contain_text("Nearest slots of 2 h")
    expect(panel.locator("mark")).to_have_text("2026-11-26 16:30")
    expect(headed(page, "Verhuizing")).to_be_visible()
    assert page.url == plan

    write(written.content, {"maintenance/2026/werk.yaml": PLAN})
    expect(headed(page, "Onderhoud")).to_be_visible()
    expect(panel.locator("summary")).to_have_count(0)
    assert complaints == []


@pytest.mark.browser
def test_a_folder_that_comes_back_is_shown_again(written: Written, page: Page) -> None:
    page.goto(written.address)
    written.content.rename(written.content.with_name("elsewhere"))
    expect(page.locator("#statusgen-preview summary")).to_contain_text("last good page")

    written.content.with_name("elsewhere").rename(written.content)
    expect(page.locator("#statusgen-preview summary")).to_have_count(0)


@pytest.mark.browser
def test_the_site_is_seen_at_another_moment(
    written: Written, page: Page, complaints: list[str]
) -> None:
    page.goto(written.address)
    panel = page.locator("#statusgen-preview")
    expect(headed(page, "Alles werkt normaal")).to_be_visible()

    panel.locator("input").fill("2026-11-26T21:30")
    panel.get_by_role("button", name="Show").click()
    expect(headed(page, "Er is onderhoud bezig")).to_be_visible()
    # The clock of the page is that of the moment, for the script of the site.
    assert page.evaluate(CLOCK) == ["2026-11-26T20:3", True]

    page.goto(f"{written.address}en/")
    expect(headed(page, "Maintenance in progress")).to_be_visible()
    panel.locator("input").fill("2026-11-27T00:00")
    panel.locator("input").press("Enter")
    expect(headed(page, "Everything works normally")).to_be_visible()

    panel.get_by_role("button", name="Now").click()
    expect(panel.get_by_role("button", name="Now")).to_be_disabled()
    expect(panel.locator("input")).to_have_value("2026-11-24T13:00")
    assert complaints == []


@pytest.mark.browser
def test_a_page_that_is_unknown_follows_until_there_is_one(written: Written, page: Page) -> None:
    page.goto(f"{written.address}maintenance/nieuw/")
    expect(headed(page, "Niet gevonden")).to_be_visible()

    write(written.content, {"maintenance/2026/nieuw.yaml": PLAN.replace("Onderhoud", "Nieuw")})
    expect(headed(page, "Nieuw")).to_be_visible()
