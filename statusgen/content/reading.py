"""The files of a content folder to the model, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from statusgen import civil
from statusgen.content import documents as docs
from statusgen.content import events, strict_yaml
from statusgen.content import site as site_parts
from statusgen.content.documents import MAX_LANGUAGES
from statusgen.content.fields import Context
from statusgen.content.names import id_of, is_document, judge_names
from statusgen.content.pages import header_of, is_page, read_page
from statusgen.content.shelf import Shelf
from statusgen.content.source import Source
from statusgen.content.strict_yaml import Positions
from statusgen.content.validation import validate
from statusgen.content.zone import mapping, zone_of_site
from statusgen.findings import Finding, Place
from statusgen.model.agreement import Agreement
from statusgen.model.backups import Backup
from statusgen.model.channels import Subscription
from statusgen.model.components import ComponentGroup
from statusgen.model.content import Content, Page
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.monitoring import Monitoring
from statusgen.model.schedules import Schedule
from statusgen.model.site import Site
from statusgen.progress import Progress, silent
from statusgen.store import Memory

_Document = TypeVar("_Document", bound=BaseModel)
_Event = TypeVar("_Event", Incident, Maintenance, Schedule)


class Reading(Struct, frozen=True):
    """``content`` is None where site, agreement or components cannot be made out.

    With errors among the findings it lacks the documents that have them.
    """

    content: Content | None
    findings: list[Finding]


def read(
    files: Mapping[str, bytes], progress: Progress = silent, shelf: Shelf | None = None
) -> Reading:
    """The content in ``files``: path relative to the content folder -> bytes.

    Never raises for what a file says: each mistake is a finding. What stands on the shelf saves
    time and changes nothing.
    """
    reader = _Reader(files, progress, shelf or Shelf(Memory(), ""))
    content = reader.content()
    return Reading(content, located(reader.found, files))


def located(findings: Iterable[Finding], files: Mapping[str, bytes]) -> list[Finding]:
    """The findings with their places as lines and columns."""
    positions: dict[str, Positions] = {}
    found: list[Finding] = []
    for finding in findings:
        if isinstance(finding.place, Place):
            path = finding.place.path
            if path not in positions:
                positions[path] = _positions(path, files.get(path, b""))
            finding = replace(finding, place=positions[path].span(finding.place))
        found.append(finding)
    return found


def _positions(path: str, data: bytes) -> Positions:
    return Positions(header_of(data) if path.endswith(".md") else data, path)


class _Reader:
    """One reading: the files, what the site says of values, and what was found so far."""

    def __init__(self, files: Mapping[str, bytes], progress: Progress, shelf: Shelf) -> None:
        self.files = dict(sorted(files.items()))
        self.progress = progress
        self.shelf = shelf
        self.done = 0
        self.found: list[Finding] = []
        self.context = self._site_context()

    def content(self) -> Content | None:
        self.found += judge_names(self.files)
        site, agreement, groups = self._single_files()
        known = tuple(sorted(c.id for g in groups for c in g.components))
        self.context = replace(self.context, components=known)
        incidents = self._incidents()
        maintenance = self._maintenance()
        schedules = self._schedules()
        backups, pages = self._backups(), self._pages()
        subscriptions, monitoring = self._subscriptions(), self._monitoring()
        if not (site and agreement and groups):
            return None
        return Content(
            site,
            agreement,
            groups,
            incidents,
            maintenance,
            schedules,
            backups,
            pages,
            subscriptions,
            monitoring,
        )

    def _site_context(self) -> Context:
        said = mapping(strict_yaml.parse(self.files.get("site.yaml", b""), "site.yaml")[0])
        languages = said.get("languages")
        tags = languages if isinstance(languages, list) else []
        known = tuple(tag for tag in tags if isinstance(tag, str))[:MAX_LANGUAGES]
        return Context(civil.zone(zone_of_site(self.files)), known)

    def _single_files(
        self,
    ) -> tuple[Site | None, Agreement | None, tuple[ComponentGroup, ...]]:
        site = agreement = None
        groups: tuple[ComponentGroup, ...] = ()
        for document, source in self._documents(docs.SiteDocument, "site.yaml"):
            site = site_parts.site(document, source)
        for policy, source in self._documents(docs.AgreementDocument, "sla.yaml"):
            agreement = site_parts.agreement(policy, source, self.context.zone)
        for parts, source in self._documents(docs.ComponentsDocument, "components.yaml"):
            groups = site_parts.groups(parts, source)
        return site, agreement, groups

    def _incidents(self) -> tuple[Incident, ...]:
        found = self._events(docs.IncidentDocument, "incidents/", events.incident)
        return tuple(sorted(found, key=lambda i: i.id))

    def _maintenance(self) -> tuple[Maintenance, ...]:
        found = self._events(docs.MaintenanceDocument, "maintenance/", events.maintenance)
        return tuple(sorted(found, key=lambda m: m.id))

    def _schedules(self) -> tuple[Schedule, ...]:
        found = self._events(docs.ScheduleDocument, "schedules/", events.schedule)
        return tuple(sorted(found, key=lambda s: s.id))

    def _backups(self) -> tuple[Backup, ...]:
        documents = self._documents(docs.BackupsDocument, "backups/")
        runs = [run for d, source in documents for run in events.backups(d, source)]
        return tuple(sorted(runs, key=lambda run: run.at))

    def _events(
        self,
        kind: type[_Document],
        where: str,
        become: Callable[[_Document, Source], _Event | None],
    ) -> Iterator[_Event]:
        """What the documents of one kind become."""

        def read_anew(path: str, data: bytes) -> tuple[_Event | None, list[Finding]]:
            document, found = self._document(kind, path, data)
            source = Source(path, id_of(path), found)
            return become(document, source) if document is not None else None, found

        for path, data in self._paths(where):
            event, found = self.shelf.read(path, data, self.context, read_anew)
            self.found += found
            if event is not None:
                yield event

    def _subscriptions(self) -> tuple[Subscription, ...]:
        languages = self.context.languages or ("",)
        found: tuple[Subscription, ...] = ()
        if "notify.yaml" not in self.files:
            return found
        from statusgen.content import channels

        for document, source in self._documents(channels.NotifyDocument, "notify.yaml"):
            found = channels.subscriptions(document, source, languages)
        return found

    def _monitoring(self) -> Monitoring:
        found = Monitoring()
        if "monitoring.yaml" not in self.files:
            return found
        # Few sites have one, and its documents take time to set up.
        from statusgen.content import monitoring as watching

        for document, source in self._documents(watching.MonitoringDocument, "monitoring.yaml"):
            found = watching.monitoring(document, source)
        return found

    def _documents(self, kind: type[_Document], where: str) -> Iterator[tuple[_Document, Source]]:
        """The documents of one kind that are in order by themselves."""
        for path, data in self._paths(where):
            document, found = self._document(kind, path, data)
            self.found += found
            if document is not None:
                yield document, Source(path, id_of(path), self.found)

    def _document(
        self, kind: type[_Document], path: str, data: bytes
    ) -> tuple[_Document | None, list[Finding]]:
        value, findings = strict_yaml.parse(data, path)
        return (None, findings) if findings else validate(kind, value, path, self.context)

    def _paths(self, where: str) -> Iterator[tuple[str, bytes]]:
        """The documents that are, or lie, there."""
        for path, data in self.files.items():
            in_folder = where.endswith("/") and path.startswith(where)
            if is_document(path) and (path == where or in_folder):
                self.done += 1
                self.progress("Reading", self.done, len(self.files))
                yield path, data

    def _pages(self) -> tuple[Page, ...]:
        pages: list[Page] = []
        for path, data in self.files.items():
            if is_page(path):
                page, findings = read_page(path, data, self.context)
                self.found += findings
                pages += [page] if page else []
        return tuple(pages)
