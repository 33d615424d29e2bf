"""The site of this repository, built in each theme and served, and a browser to look at it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from statusgen import themes
from statusgen.build import check, render
from statusgen.content.tree import read_tree
from statusgen.findings import errors_in
from statusgen.model.content import Content
from statusgen.model.incidents import IncidentKind
from statusgen.publish import publish
from statusgen.themes import Theme

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Site:
    """A built site: its folder, its own address, where it is served here, and a page of each
    kind, as in the first language."""

    folder: Path
    url: str
    origin: str
    places: dict[str, str]


class Handler(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


def content_here() -> Content:
    """The content of this repository."""
    checked = check(read_tree(ROOT / "content").files, themes.load(ROOT), NOW)
    assert checked.content
    assert not errors_in(checked.findings)
    return checked.content


@pytest.fixture(scope="session")
def content() -> Content:
    """The content of this repository."""
    return content_here()


@pytest.fixture(scope="session", params=["default", "plain"])
def theme(request: pytest.FixtureRequest) -> Theme:
    """Each of the themes that come along."""
    return themes.load(ROOT)[request.param]


@pytest.fixture(scope="session")
def site(
    content: Content, theme: Theme, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The content of this repository in one of the two themes, on a free port of this machine."""
    folder = tmp_path_factory.mktemp("site")
    publish(render(content, theme, NOW), folder)
    with served(folder, content) as site:
        yield site


@contextmanager
def served(folder: Path, content: Content) -> Iterator[Site]:
    """The folder on a free port of this machine."""
    with served_files(folder) as origin:
        yield Site(folder, content.site.url, origin, places(content))


@contextmanager
def served_files(folder: Path) -> Iterator[str]:
    """The address of the folder on a free port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def places(content: Content) -> dict[str, str]:
    """The path of a page of each kind."""
    incidents = {
        "calamity that goes on": next(
            i for i in content.incidents if i.kind is IncidentKind.CALAMITY and i.is_open(NOW)
        ),
        "open incident": next(i for i in content.incidents if i.is_open(NOW)),
        "incident looked back on": next(
            i for i in content.incidents if i.postmortem and not i.is_open(NOW)
        ),
    }
    plans = {
        "running maintenance": next(m for m in content.maintenance if m.is_running(NOW)),
        "maintenance out of the windows": next(m for m in content.maintenance if m.override),
    }
    return {
        "home": "",
        "maintenance": "maintenance/",
        "history": "history/",
        "month": f"history/{NOW:%Y-%m}/",
        "agreement": "sla/",
        "report": f"sla/{NOW:%Y-%m}/",
        "year": f"sla/{NOW:%Y}/",
        "ticket": f"tickets/{next(i.ticket for i in content.incidents if i.ticket)}/",
        "text": f"{content.pages[0].slug}/",
        "component": "components/dashboard/",
        "schedule": f"maintenance/{content.schedules[0].id}/",
        "history of a year": f"history/{NOW:%Y}/",
        "support": "support/",
        "subscribe": "subscribe/",
        "search": "search/",
        "not found": "404.html",
        **{kind: f"incidents/{incident.id}/" for kind, incident in incidents.items()},
        **{kind: f"maintenance/{plan.id}/" for kind, plan in plans.items()},
    }


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium. Where nobody watches, a test that cannot run has failed."""
    program = chromium()
    if program is None:
        reason = "There is no chromium and no google-chrome on the PATH to look at the site with."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program)
        yield found
        found.close()


def chromium() -> str | None:
    """The program, where it is on the PATH."""
    return shutil.which("chromium") or shutil.which("google-chrome")
