"""The pages, in every language, and the assets they load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from statusgen.artifact import Artifact
from statusgen.outputs.edition import Edition, addresses
from statusgen.views.site import Frame, SiteView

POLICY = Markup(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a page may load: nothing that is not of the site itself, and nothing inline."""


@dataclass(frozen=True, slots=True)
class PageAddress:
    """Where a page is: ``path`` as in its address, ``root`` the way from it to the site's root.

    ``place`` is the path without the folder of the language: the same in each language.
    "Not found" is no page with an address of its own.
    """

    path: str
    root: str
    place: str
    is_page: bool

    @property
    def file(self) -> str:
        """The file that is served there, relative to the root of the site."""
        return f"{self.path}index.html" if self.is_page else self.path


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """Every page and asset."""
    for name, content in edition.assets.items():
        yield Artifact(f"assets/{name}", content)
    for site in edition.sites:
        yield from _pages(edition, Pages(edition, site))


def _pages(edition: Edition, pages: Pages) -> Iterator[Artifact]:
    site = pages.site
    yield pages.filled("home.html", site.frame.prefix, "", home=site.home, made=site.made)
    for done, event in enumerate(site.events, start=1):
        edition.progress(f"Writing {site.frame.language}", done, len(site.events))
        title, description = str(event.title), event.description
        made = site.made if event.is_current else None
        values = {"event": event, "description": description, "made": made}
        yield pages.filled("event.html", event.path, title, **values)
    for view in site.lists:
        made = site.made if view.is_current else None
        yield pages.filled("list.html", view.path, view.title, list=view, made=made)
    yield pages.filled("sla.html", site.sla.path, site.sla.title, sla=site.sla, made=site.made)
    for report in site.reports:
        yield pages.filled("report.html", report.path, report.title, report=report)
    for page in (*site.pages, site.not_found):
        yield pages.filled("page.html", page.path, page.title, page=page)


def report_page(edition: Edition, name: str) -> str | None:
    """The report of that name (2026-11, 2026), with its styles in it: to send or print."""
    site, assets = edition.sites[0], edition.assets.items()
    styles = "".join(content.decode() for file, content in assets if file.endswith(".css"))
    pages = Pages(edition, site)
    for report in site.reports:
        if report.path == f"{site.frame.prefix}sla/{name}/":
            values = {"report": report, "styles": Markup(styles), "made": site.made}
            return pages.filled("report.html", report.path, report.title, **values).content.decode()
    return None


class Pages:
    """The pages of a site in one language, filled one by one."""

    def __init__(self, edition: Edition, site: SiteView) -> None:
        self.site = site
        self.render = edition.render
        self.assets = addresses(edition.assets)

    def filled(self, template: str, path: str, title: str, **values: Any) -> Artifact:
        """The page at ``path`` from a template and its values."""
        here = _place(self.site.frame, path)
        common = {
            "frame": self.site.frame,
            "here": here,
            "title": title,
            "description": "",
            "text": self.site.language.text,
            "asset": self.assets.__getitem__,
            "policy": POLICY,
            "styles": None,
            "made": None,
        }
        page = self.render(template, {**common, **values})
        return Artifact(here.file, page.encode())


def _place(frame: Frame, path: str) -> PageAddress:
    # "Not found" is served at any depth, so that only the whole path leads home.
    up = "../" * path.count("/") or "./"
    root = urlsplit(frame.url).path if path.endswith(".html") else up
    return PageAddress(path, root, path.removeprefix(frame.prefix), not path.endswith(".html"))
