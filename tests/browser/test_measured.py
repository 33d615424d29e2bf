"""The pages that say what was measured: for everyone, and nothing that the policy refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser

from statusgen.build import render
from statusgen.content.measurements import series
from statusgen.history.measured import measurements
from statusgen.model.content import Content
from statusgen.model.observations import Series
from statusgen.publish import publish
from statusgen.themes import Theme
from tests.browser.conftest import NOW, Site, served
from tests.browser.test_access import IS_TOO_WIDE, LOOKS, RULES, complaint

PLACES = ("sla/", f"sla/{NOW:%Y-%m}/", f"sla/{NOW:%Y}/", "components/dashboard/")


def seen(content: Content) -> tuple[Series, ...]:
    """Sixty days of all components, with hours in which the dashboard was down or slow."""
    names = [component.id for component in content.components]
    lines: Mapping[str, list[str]] = {
        f"home/{NOW - timedelta(days=day):%Y-%m-%d}.jsonl": [
            _line(NOW - timedelta(days=day, hours=hour, minutes=minute), names)
            for hour in range(12)
            for minute in range(0, 60, 5)
        ]
        for day in range(60)
    }
    files = {path: "".join(said).encode() for path, said in lines.items()}
    return series(files, timedelta(minutes=10))


def _line(at: datetime, names: list[str]) -> str:
    moment = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    took = 100 + int(moment[8:10]) * 3
    down = '["bad",null,"status 503"]' if moment[8:13] in {"17T10", "19T13"} else f'["good",{took}]'
    answers = ",".join(
        f'"{name}":{down if name == "dashboard" else f"""["good",{took}]"""}' for name in names
    )
    return f'{{"at":"{moment}","seen":{{{answers}}}}}\n'


@pytest.fixture(scope="module")
def measured(
    content: Content, theme: Theme, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The site with measurements, in one of the two themes."""
    folder = tmp_path_factory.mktemp("measured")
    told = replace(content, measurements=measurements(seen(content)))
    publish(render(told, theme, NOW), folder)
    with served(folder, content) as site:
        yield site


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
def test_everyone_can_read_what_was_measured(
    measured: Site, browser: Browser, look: Literal["light", "dark"]
) -> None:
    with browser.new_page(color_scheme=look, reduced_motion="reduce") as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        for place in PLACES:
            page.goto(measured.origin + place)
            assert page.locator("#measured").count() == 1
            for details in page.locator("summary").all():
                details.click()
            found = Axe().run(page, options=RULES).response["violations"]
            assert [complaint(violation) for violation in found] == []
        # The browser tells there of what the policy of a page refuses.
        assert said == []


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["default"], indirect=True)
def test_on_a_small_screen_nothing_is_cut_off(measured: Site, browser: Browser) -> None:
    with browser.new_page(viewport={"width": 320, "height": 640}) as page:
        for place in PLACES:
            page.goto(measured.origin + place)
            assert not page.evaluate(IS_TOO_WIDE)
