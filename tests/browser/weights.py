"""What the home page weighs: ``make weights`` prints it.

Of the size that is promised for: twenty components, ninety days, ten open events.
"""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response, sync_playwright

from statusgen import themes
from statusgen.build import build
from statusgen.publish import publish
from tests.benchmarks.corpus import COMPONENTS, corpus
from tests.browser.conftest import ROOT, chromium, served_files

NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)
FIRST_ROUND_TRIP = 14_000
ALL = 30_000
REQUESTS = 6


@dataclass(frozen=True)
class Weight:
    """A file that the page loads: its bytes, and those as a web server sends them."""

    path: str
    size: int
    compressed: int


def content() -> dict[str, bytes]:
    """A busy site: a history of 300 events, and ten that go on or are to come this week."""
    files = corpus(300)
    for number in range(8):
        at = NOW - timedelta(hours=2 * number + 1)
        files[f"incidents/2026/open-{number}.yaml"] = _incident(number, at).encode()
    for number in range(2):
        files[f"maintenance/2026/coming-{number}.yaml"] = _plan(number).encode()
    return files


def _incident(number: int, at: datetime) -> str:
    updates = "".join(
        f"  - at: {at + timedelta(minutes=20 * step):%Y-%m-%dT%H:%M}Z\n"
        f"    status: {status}\n"
        f"    text: {{nl: {_TEXT.format(number, step)}, en: {_TEXT.format(number, step)}}}\n"
        for step, status in enumerate(("investigating", "identified", "monitoring"))
    )
    statuses = ("degraded_performance", "partial_outage", "major_outage")
    return (
        f"title: {{nl: Storing in deel {number}, en: Outage of part {number}}}\n"
        f"components: {{{COMPONENTS[number]}: {statuses[number % 3]}}}\n"
        f"ticket: INL-9{number}\n"
        f"updates:\n{updates}"
    )


_TEXT = (
    "In geval {0} laden pagina's bij stap {1} langzamer dan u gewend bent. Wij zijn direct met "
    "herstel begonnen en melden ons zodra er nieuws is over dit onderdeel."
)


def _plan(number: int) -> str:
    return (
        f"title: {{nl: Werk {number}, en: Work {number}}}\n"
        f"components: [{COMPONENTS[number + 10]}]\n"
        f"start: 2026-01-0{3 + number} 21:00\n"
        "duration: 2h\nannounced: 2025-12-20 10:00\n"
        f"text: {{nl: {_TEXT.format(number, 0)}, en: {_TEXT.format(number, 0)}}}\n"
    )


def weights(browser: Browser, place: str = "") -> list[Weight]:
    """All that a first visit to the home page loads, the page itself first."""
    with tempfile.TemporaryDirectory() as folder:
        built = build(content(), themes.load(ROOT), NOW)
        publish(built.artifacts, Path(folder))
        with served_files(Path(folder)) as origin, browser.new_page() as page:
            answers: list[Response] = []
            page.on("response", lambda answer: answers.append(answer))
            page.clock.install(time=NOW)
            page.goto(origin + place, wait_until="networkidle")
            return [_weight(urlsplit(answer.url).path, answer.body()) for answer in answers]


def _weight(path: str, body: bytes) -> Weight:
    return Weight(path, len(body), len(gzip.compress(body, 6, mtime=0)))


def main() -> None:
    """Print the table."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        found = weights(browser)
        browser.close()
    for weight in found:
        print(f"{weight.path:28} {weight.size:9,} {weight.compressed:9,} compressed")
    total = sum(weight.compressed for weight in found)
    print(f"{'the page itself':28} {'':9} {found[0].compressed:9,} of {FIRST_ROUND_TRIP:,}")
    print(f"{'with all that it loads':28} {'':9} {total:9,} of {ALL:,}")
    print(f"{'requests':28} {'':9} {len(found):9} of {REQUESTS}")


if __name__ == "__main__":
    main()
