"""Pictures of the main pages, to look at: ``make pictures`` puts them in ``pictures/``.

A page of each kind, light and dark, wide and as on a phone; in English once.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from statusgen import themes
from statusgen.build import render
from statusgen.publish import publish
from tests.browser.conftest import NOW, ROOT, Site, chromium, content_here, places, served

SIZES = {"wide": (1280, 900), "phone": (360, 740)}
LOOKS: tuple[tuple[str, str, Literal["light", "dark"]], ...] = (
    ("", "wide", "light"),
    ("", "wide", "dark"),
    ("", "phone", "light"),
    ("", "phone", "dark"),
    ("en/", "wide", "light"),
)


def main() -> None:
    """Take the pictures: of all kinds of page, or of those named on the command line."""
    folder = Path("pictures")
    folder.mkdir(exist_ok=True)
    content = content_here()
    kinds = places(content)
    wanted = sys.argv[1:] or list(kinds)
    with tempfile.TemporaryDirectory() as site_folder, sync_playwright() as playwright:
        publish(render(content, themes.load(ROOT)["default"], NOW), Path(site_folder))
        with served(Path(site_folder), content) as site:
            browser = playwright.chromium.launch(executable_path=chromium())
            for kind in wanted:
                _take(browser, site, kind, kinds[kind], folder)
            browser.close()


def _take(browser: Browser, site: Site, kind: str, place: str, folder: Path) -> None:
    for prefix, size, scheme in LOOKS:
        width, height = SIZES[size]
        with browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme
        ) as page:
            page.clock.install(time=NOW)
            page.goto(site.origin + prefix + place)
            name = "-".join((*kind.split(), *prefix.split("/")[:-1], size, scheme))
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            print(folder / f"{name}.png")


if __name__ == "__main__":
    main()
