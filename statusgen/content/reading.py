"""The files of a content folder to the model, and everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TypeVar

from pydantic import BaseModel

from statusgen import civil
from statusgen.content import documents as docs
from statusgen.content import linking, rules, strict_yaml
from statusgen.content.fields import Context
from statusgen.content.linking import Source
from statusgen.content.strict_yaml import Value
from statusgen.content.suggestions import nearest
from statusgen.content.validation import validate
from statusgen.findings import Finding, Place, Span
from statusgen.model.agreement import Agreement
from statusgen.model.backups import Backup
from statusgen.model.components import ComponentGroup
from statusgen.model.content import Content, Page
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import Schedule
from statusgen.model.site import Site

SINGLE_FILES = ("site.yaml", "sla.yaml", "components.yaml")
FOLDERS = ("incidents", "maintenance", "schedules", "backups", "pages")

_Item = TypeVar("_Item")
_Document = TypeVar("_Document", bound=BaseModel)
Track = Callable[[Iterable[_Item], str], Iterable[_Item]]


@dataclass(frozen=True, slots=True)
class Reading:
    """``content`` is None where site, agreement or components cannot be made out.

    With errors among the findings it lacks the documents that have them.
    """

    content: Content | None
    findings: list[Finding]


def read(files: Mapping[str, bytes]) -> Reading:
    """The content in ``files``: path relative to the content folder -> bytes.

    Never raises for what a file says: each mistake is a finding.
    """
    reader = _Reader(files)
    content = reader.content()
    return Reading(content, [located(finding, files) for finding in reader.found])


def located(finding: Finding, files: Mapping[str, bytes]) -> Finding:
    """The finding with its place as lines and columns."""
    if isinstance(finding.place, Span):
        return finding
    data = files.get(finding.place.path)
    if data is None:
        return replace(finding, place=Span(finding.place.path, 1, 1, 1, 1))
    if finding.place.path.endswith(".md"):
        header, _ = _split_page(data)
        return replace(finding, place=strict_yaml.locate(finding.place, header, first_line=2))
    return replace(finding, place=strict_yaml.locate(finding.place, data))


def zone_of_site(files: Mapping[str, bytes]) -> str:
    """The time zone that site.yaml names, for reading moments given elsewhere; else UTC."""
    name = _mapping(strict_yaml.parse(files.get("site.yaml", b""), "site.yaml")[0]).get("timezone")
    return name if isinstance(name, str) and name in civil.zone_names() else "UTC"


class _Reader:
    """One reading: the files, what the site says of values, and what was found so far."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.found: list[Finding] = []
        self.context = self._site_context()

    def content(self) -> Content | None:
        self._check_names()
        site, agreement, groups = self._single_files()
        known = tuple(sorted(c.id for g in groups for c in g.components))
        self.context = replace(self.context, components=known)
        incidents = self._incidents()
        maintenance = self._maintenance()
        schedules = self._schedules()
        self._check_ids([*incidents, *maintenance, *schedules])
        backups, pages = self._backups(), self._pages()
        if not (site and agreement and groups):
            return None
        return Content(site, agreement, groups, incidents, maintenance, schedules, backups, pages)

    def _site_context(self) -> Context:
        said = _mapping(strict_yaml.parse(self.files.get("site.yaml", b""), "site.yaml")[0])
        languages = said.get("languages")
        tags = (
            [tag for tag in languages if isinstance(tag, str)]
            if isinstance(languages, list)
            else []
        )
        return Context(civil.zone(zone_of_site(self.files)), tuple(tags))

    def _check_names(self) -> None:
        for name in SINGLE_FILES:
            if name not in self.files:
                self.found.append(
                    rules.MISSING_FILE.found(
                        Place(name), f"{name} is missing.", rules.MISSING_FILE.explanation
                    )
                )
        for path in self.files:
            if not _is_known(path):
                self.found.append(
                    rules.UNKNOWN_FILE.found(
                        Span(path, 1, 1, 1, 1), "Nothing reads a file here.", _where_to(path)
                    )
                )

    def _single_files(
        self,
    ) -> tuple[Site | None, Agreement | None, tuple[ComponentGroup, ...]]:
        site = agreement = None
        groups: tuple[ComponentGroup, ...] = ()
        for document, source in self._documents(docs.SiteDocument, "site.yaml"):
            site = linking.site(document, source)
        for policy, source in self._documents(docs.AgreementDocument, "sla.yaml"):
            agreement = linking.agreement(policy, source, self.context.zone)
        for parts, source in self._documents(docs.ComponentsDocument, "components.yaml"):
            groups = linking.groups(parts, source)
        return site, agreement, groups

    def _incidents(self) -> tuple[Incident, ...]:
        documents = self._documents(docs.IncidentDocument, "incidents/")
        found = [linking.incident(document, source) for document, source in documents]
        return tuple(sorted((i for i in found if i), key=lambda i: i.id))

    def _maintenance(self) -> tuple[Maintenance, ...]:
        documents = self._documents(docs.MaintenanceDocument, "maintenance/")
        found = [linking.maintenance(document, source) for document, source in documents]
        return tuple(sorted((m for m in found if m), key=lambda m: m.id))

    def _schedules(self) -> tuple[Schedule, ...]:
        documents = self._documents(docs.ScheduleDocument, "schedules/")
        found = [linking.schedule(document, source) for document, source in documents]
        return tuple(sorted((s for s in found if s), key=lambda s: s.id))

    def _backups(self) -> tuple[Backup, ...]:
        documents = self._documents(docs.BackupsDocument, "backups/")
        runs = [run for document, _ in documents for run in linking.backups(document)]
        return tuple(sorted(runs, key=lambda run: run.at))

    def _documents(self, kind: type[_Document], where: str) -> Iterator[tuple[_Document, Source]]:
        """The documents of one kind that are in order by themselves."""
        for path, data in sorted(self.files.items()):
            if path != where and not (where.endswith("/") and path.startswith(where)):
                continue
            if not _is_known(path):
                continue
            value, findings = strict_yaml.parse(data, path)
            if not findings:
                document, findings = validate(kind, value, path, self.context)
                if document is not None:
                    id = PurePosixPath(path).stem
                    yield document, Source(path, id, self.found)
            self.found += findings

    def _check_ids(self, events: Iterable[Incident | Maintenance | Schedule]) -> None:
        seen: dict[str, str] = {}
        for event in events:
            place = Span(event.path, 1, 1, 1, 1)
            if (
                not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", event.id, re.ASCII)
                or len(event.id) > 80
            ):
                message = f"`{event.id[:90]}` is no id for an event."
                self.found.append(rules.BAD_ID.found(place, message, rules.BAD_ID.explanation))
            if event.id in seen:
                message = f"`{event.id}` is the id of {seen[event.id]} too."
                self.found.append(
                    rules.DUPLICATE_ID.found(place, message, "Give one of the files another name.")
                )
            seen[event.id] = event.path

    def _pages(self) -> tuple[Page, ...]:
        found = [
            self._page(path, data) for path, data in sorted(self.files.items()) if _page_name(path)
        ]
        return tuple(page for page in found if page)

    def _page(self, path: str, data: bytes) -> Page | None:
        match = _page_name(path)
        header, body = _split_page(data)
        if match is None:
            return None
        slug, language = match.groups()
        findings: list[Finding] = []
        document = None
        if self.context.languages and language not in self.context.languages:
            message = f"`{language}` is no language of this site."
            findings.append(rules.UNKNOWN_LANGUAGE.found(Span(path, 1, 1, 1, 1), message))
        try:
            text = strict_yaml.decode(body, path)
        except strict_yaml.Refused as refusal:
            text, findings = "", [*findings, refusal.finding]
        if not header:
            help = rules.BAD_HEADER.explanation
            findings.append(
                rules.BAD_HEADER.found(Span(path, 1, 1, 1, 1), "The page has no header.", help)
            )
        else:
            value, refused = strict_yaml.parse(header, path)
            if not refused:
                document, refused = validate(docs.PageHeader, value, path, self.context)
            findings += refused
        self.found += findings
        return Page(slug, language, path, document.title, text) if document else None


def _mapping(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}


def _page_name(path: str) -> re.Match[str] | None:
    pattern = r"pages/([a-z0-9]+(?:-[a-z0-9]+)*)\.([a-z]{2,3}(?:-[A-Z]{2})?)\.md"
    return re.fullmatch(pattern, path, re.ASCII)


def _split_page(data: bytes) -> tuple[bytes, bytes]:
    """(header, body) of a page; an empty header when there is none."""
    match = re.match(rb"(?:\xef\xbb\xbf)?---[ ]*\r?\n(.*?\n)---[ ]*(?:\r?\n|$)", data, re.DOTALL)
    return (match[1], data[match.end() :]) if match else (b"", data)


def _is_known(path: str) -> bool:
    folder = path.partition("/")[0]
    if path in SINGLE_FILES or path == "README.md" or folder == "measurements":
        return True
    if folder == "pages":
        return _page_name(path) is not None
    return folder in FOLDERS and folder != path and path.endswith(".yaml")


def _where_to(path: str) -> str:
    folder, _, rest = path.partition("/")
    if folder == "pages":
        return "Call it pages/<name>.<language>.md, the name in lower case."
    if path.endswith(".yml"):
        return f"Call it {path[:-4]}.yaml."
    if rest and folder not in FOLDERS:
        return nearest(folder, list(FOLDERS))
    return "Files are " + ", ".join(SINGLE_FILES) + ", and YAML in " + ", ".join(FOLDERS) + "."
