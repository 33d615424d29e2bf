"""The pages, in every language, and the assets they load."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from statusgen.artifact import Artifact
from statusgen.outputs.edition import Edition
from statusgen.views.site import Frame, SiteView


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is: ``path`` as in its address, ``root`` the way from it to the site's root.

    ``place`` is the path without the folder of the language: the same in each language.
    "Not found" is no page with an address of its own.
    """

    path: str
    root: str
    place: str
    is_page: bool


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """Every page and asset."""
    for name, content in edition.assets.items():
        yield Artifact(f"assets/{name}", content)
    for site in edition.sites:
        yield from _pages(edition, site)


def _pages(edition: Edition, site: SiteView) -> Iterator[Artifact]:
    frame = site.frame
    yield _page(edition, site, "home.html", frame.prefix, "", {"home": site.home})
    for done, event in enumerate(site.events, start=1):
        edition.progress(f"Writing {frame.language}", done, len(site.events))
        said = {"title": str(event.title), "description": event.description}
        yield _page(
            edition, site, "event.html", event.path, said["title"], {"event": event, **said}
        )
    for view in site.lists:
        yield _page(edition, site, "list.html", view.path, view.title, {"list": view})
    sla = site.sla
    yield _page(edition, site, "sla.html", sla.path, sla.title, {"sla": sla})
    for report in site.reports:
        yield _page(edition, site, "report.html", report.path, report.title, {"report": report})
    for page in site.pages:
        yield _page(edition, site, "page.html", page.path, page.title, {"page": page})
    missing = site.not_found
    yield _page(edition, site, "page.html", missing.path, missing.title, {"page": missing})


def report_page(edition: Edition, month: str) -> str | None:
    """The report of a month in the first language, with its styles in it: to send or print."""
    site = edition.sites[0]
    styles = "".join(
        content.decode() for name, content in edition.assets.items() if name.endswith(".css")
    )
    for report in site.reports:
        if report.path == f"{site.frame.prefix}sla/{month}/":
            values = {"report": report, "styles": Markup(styles)}
            return _page(
                edition, site, "report.html", report.path, report.title, values
            ).content.decode()
    return None


def _page(
    edition: Edition, site: SiteView, template: str, path: str, title: str, values: dict[str, Any]
) -> Artifact:
    page = edition.render(
        template,
        {
            "frame": site.frame,
            "here": _place(site.frame, path),
            "title": title,
            "description": "",
            "text": site.language.text,
            "asset": _Assets(edition).address,
            "styles": None,
            **values,
        },
    )
    file = path if path.endswith(".html") else f"{path}index.html"
    return Artifact(file, page.encode())


def _place(frame: Frame, path: str) -> Place:
    # "Not found" is served at any depth, so that only the whole path leads home.
    up = "../" * path.count("/") or "./"
    root = urlsplit(frame.url).path if path.endswith(".html") else up
    return Place(path, root, path.removeprefix(frame.prefix), not path.endswith(".html"))


class _Assets:
    """Addresses of assets that change with their content, so that browsers may keep them."""

    def __init__(self, edition: Edition) -> None:
        self.versions = {
            name: hashlib.sha256(content).hexdigest()[:8]
            for name, content in edition.assets.items()
        }

    def address(self, name: str) -> str:
        return f"assets/{name}?{self.versions[name]}"
