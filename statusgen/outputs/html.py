"""The pages, in every language, and the assets they load."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from msgspec import Struct

from statusgen.artifact import Artifact
from statusgen.history.months import Month
from statusgen.outputs.edition import Edition, Part, addresses, beside_of
from statusgen.views.events import EventView
from statusgen.views.past import tickets_of
from statusgen.views.report import ReportView
from statusgen.views.sections import ListView
from statusgen.views.site import Frame, SiteView

POLICY = Markup(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a page may load: nothing that is not of the site itself, and nothing inline."""


class PageAddress(Struct, frozen=True):
    """Where a page is: ``path`` as in its address, ``root`` the way from it to the site's root.

    ``url`` is the whole address. ``place`` is the path without the folder of the language: the
    same in each language; ``folder`` is the first of it. "Not found" is no page with an address
    of its own.
    """

    path: str
    url: str
    root: str
    place: str
    folder: str
    is_page: bool

    @property
    def file(self) -> str:
        """The file that is served there, relative to the root of the site."""
        return f"{self.path}index.html" if self.is_page else self.path


def artifacts(edition: Edition) -> Iterator[Artifact | Part]:
    """The assets, and the pages of every month and year."""
    for name, content in edition.assets.items():
        yield Artifact(f"assets/{name}", content)
    yield from _past(edition)


def in_language(edition: Edition, site: SiteView) -> Iterator[Artifact]:
    """The pages that tell of the present, and what is no event."""
    pages = Pages(edition, site)
    yield pages.filled("home.html", site.frame.prefix, "", home=site.home, made=site.made)
    for view in site.lists:
        yield pages.of_list(view)
    yield pages.filled("sla.html", site.sla.path, site.sla.title, sla=site.sla, made=site.made)
    for page in (*site.pages, site.not_found):
        yield pages.filled("page.html", page.path, page.title, page=page)
    for month in edition.record.months:
        for card in month.unsettled.cards:
            yield pages.of_event(site.events.of(card))


def _past(edition: Edition) -> Iterator[Part]:
    """The pages of every month and year."""
    keys = edition.keys
    frames = keys.of_values([site.frame for site in edition.sites])
    shared = {number: cards for number, cards in edition.record.tickets.items() if len(cards) > 1}
    happened = [month.name for month in edition.record.months if month.count]
    reported = [report.name for report in edition.record.reports.months]
    for month in edition.record.months:
        name = month.name
        if month.settled:
            key = keys.of_settled(month, frames)
            yield Part(name, f"events/{name}", key, partial(_events, edition, month))
        beside = (*beside_of(happened, name), *beside_of(reported, name))
        # Of a ticket of one event all is in the key of the month.
        told = sorted(tickets_of(month) & shared.keys())
        others = [card for number in told for card in shared[number]]
        key = keys.of_month(month, frames, *beside, keys.of(others))
        yield Part(name, f"months/{name}", key, partial(_month, edition, month))
    for year in edition.years:
        years = (repr(sorted({name[:4] for name in names})) for names in (happened, reported))
        key = edition.key_of_year(year, frames, *years, *_counts(edition, year, reported))
        yield Part("", f"years/{year}", key, partial(_year, edition, year))


def _counts(edition: Edition, year: str, reported: Collection[str]) -> list[str]:
    """How much there was in each month of a year, and whether it has a report, which the pages of
    the year tell."""
    months = (month for month in edition.record.months if month.name[:4] == year)
    return [f"{month.name} {month.count} {month.name in reported}" for month in months]


def _events(edition: Edition, month: Month) -> Iterator[Artifact]:
    for site in edition.sites:
        pages = Pages(edition, site)
        for card in month.settled.cards:
            yield pages.of_event(site.events.of(card))


def _month(edition: Edition, month: Month) -> Iterator[Artifact]:
    """What happened in it, its tickets and its report."""
    for site in edition.sites:
        pages, history, report = (
            Pages(edition, site),
            site.past.history(month),
            site.past.report(month),
        )
        for view in (*([history] if history else []), *site.past.tickets(month)):
            yield pages.of_list(view)
        if report:
            yield pages.of_report(report)


def _year(edition: Edition, year: str) -> Iterator[Artifact]:
    for site in edition.sites:
        pages, view = Pages(edition, site), site.past.year(year)
        if view.history:
            yield pages.of_list(view.history)
        if view.report:
            yield pages.of_report(view.report)


def report_page(edition: Edition, name: str) -> str | None:
    """The report of that name (2026-11, 2026), with its styles in it: to send or print."""
    site, assets = edition.sites[0], edition.assets.items()
    if "-" in name:
        reports = (site.past.report(month) for month in edition.record.months if month.name == name)
        report = next(reports, None)
    else:
        report = site.past.year(name).report
    if report is None:
        return None
    styles = "".join(content.decode() for file, content in assets if file.endswith(".css"))
    page = Pages(edition, site).of_report(report, styles=Markup(styles), made=site.made)
    return page.content.decode()


class Pages:
    """The pages of a site in one language, filled one by one."""

    def __init__(self, edition: Edition, site: SiteView) -> None:
        self.site = site
        self.render = edition.render
        self.common = {
            "frame": site.frame,
            "description": "",
            "text": site.language.text,
            "asset": addresses(edition.assets).__getitem__,
            "policy": POLICY,
            "styles": None,
            "made": None,
        }

    def of_event(self, event: EventView) -> Artifact:
        """The page of an event."""
        made = self.site.made if event.is_current else None
        values = {"event": event, "description": event.description, "made": made}
        return self.filled("event.html", event.path, str(event.title), **values)

    def of_list(self, view: ListView) -> Artifact:
        """A page of sections."""
        made = self.site.made if view.is_current else None
        return self.filled("list.html", view.path, view.title, list=view, made=made)

    def of_report(self, report: ReportView, **values: Any) -> Artifact:
        """The report of a month or a year."""
        return self.filled("report.html", report.path, report.title, report=report, **values)

    def filled(self, template: str, path: str, title: str, **values: Any) -> Artifact:
        """The page at ``path`` from a template and its values."""
        here = _place(self.site.frame, path)
        page = self.render(template, {**self.common, "here": here, "title": title, **values})
        return Artifact(here.file, page.encode())


def _place(frame: Frame, path: str) -> PageAddress:
    # "Not found" is served at any depth, so that only the whole path leads home.
    root = urlsplit(frame.url).path if path.endswith(".html") else _up(path.count("/"))
    place = path.removeprefix(frame.prefix)
    folder = place.partition("/")[0]
    return PageAddress(path, frame.url + path, root, place, folder, not path.endswith(".html"))


@cache
def _up(depth: int) -> str:
    """The way up; one value for all pages of a depth, so that macros are made once for them."""
    return "../" * depth or "./"
