"""The pipeline, from the bytes of a content folder to the files of a site.

Nothing here reads a clock or touches a disk: the command line reads and publishes, a
preview serves the files from memory, and a test compares them, all by this one function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from statusgen import civil, policy
from statusgen.artifact import Artifact, Carried
from statusgen.content import rules
from statusgen.content.reading import located, read
from statusgen.content.shelf import Shelf
from statusgen.content.tree import Tree
from statusgen.digests import digest
from statusgen.findings import Finding, Place, Rule, Severity, Span, errors_in, ordered
from statusgen.history.months import is_settled
from statusgen.keys import Keys
from statusgen.model.content import Content
from statusgen.parts import Values, Workshop
from statusgen.policy import changes
from statusgen.progress import Progress, silent
from statusgen.store import Store
from statusgen.themes import BrokenTheme, Renderer, Theme

if TYPE_CHECKING:
    from statusgen.history.months import Month
    from statusgen.history.record import Figures, Record
    from statusgen.outputs.edition import Edition
    from statusgen.revisions import Revision
    from statusgen.views.events import EventView

UNKNOWN_CATALOG = Rule(
    "language-without-catalog",
    "The words of the interface are there in each language of the site.",
    "A language is a catalog in statusgen/catalogs; those that come along are named.",
    "languages: [nl, xx]",
)
UNKNOWN_OUTPUT = Rule(
    "unknown-output",
    "What is switched on or off is there.",
    "An output has a name; an installed package can bring more of them.",
    "outputs: {maintnoot: false}",
)
UNKNOWN_THEME = Rule(
    "unknown-theme",
    "The theme is there.",
    "A theme is a folder: one that comes along, or one in themes/ beside the content folder.",
    "theme: defualt",
)
BROKEN_THEME = Rule(
    "broken-theme",
    "The templates of the theme can be filled.",
    "A theme has home.html, event.html, list.html and page.html, written in Jinja.",
    "{% for component in %}    # in themes/default/home.html",
)
RULES = (UNKNOWN_CATALOG, UNKNOWN_OUTPUT, UNKNOWN_THEME, BROKEN_THEME)


def all_rules() -> tuple[Rule, ...]:
    """Every rule that a finding can come from: of reading, of set-up and of policy."""
    return (*rules.RULES, *RULES, *policy.RULES)


@dataclass(frozen=True, slots=True)
class Checked:
    """The content, as far as it can be made out, and all that is wrong, in order of place."""

    content: Content | None
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Built:
    """The files of the site, none when there are errors among the findings.

    ``content`` as of Checked.
    """

    artifacts: list[Artifact]
    findings: list[Finding]
    content: Content | None


def check(
    files: Mapping[str, bytes],
    themes: Mapping[str, Theme],
    now: datetime,
    progress: Progress = silent,
    since: Revision | None = None,
    shelf: Shelf | None = None,
) -> Checked:
    """Read and judge the files of a content folder (path -> bytes) as of ``now``.

    With ``since`` also what changed since that revision.
    """
    reading = read(files, progress, shelf)
    if reading.content is None:
        return Checked(None, ordered(reading.findings))
    judged = [
        *policy.judge(reading.content, now.astimezone(UTC)),
        *_set_up(reading.content, themes),
        *(_changes(reading.content, files, since, now.astimezone(UTC)) if since else ()),
    ]
    return Checked(reading.content, ordered([*reading.findings, *located(judged, files)]))


def _changes(
    content: Content, files: Mapping[str, bytes], since: Revision, now: datetime
) -> Iterator[Finding]:
    before = read(since.files)
    errors = [finding for finding in before.findings if finding.severity is Severity.ERROR]
    unread = sorted({finding.place.path for finding in errors}) if since.files else []
    earlier = changes.Earlier(before.content, unread, since.told)
    yield from changes.judge(content, earlier, files, now)


def all_findings(tree: Tree, found: Iterable[Finding]) -> list[Finding]:
    """What is wrong on disk and in the files, in order; what cannot be read is not missing."""
    odd = {finding.place.path for finding in tree.findings}
    told = [
        finding
        for finding in found
        if not (finding.code == "missing-file" and finding.place.path in odd)
    ]
    return ordered([*tree.findings, *told])


def build(
    files: Mapping[str, bytes],
    themes: Mapping[str, Theme],
    now: datetime,
    progress: Progress = silent,
) -> Built:
    """The whole site as it is at ``now``, or the errors that are in its way.

    Raises BrokenOutput where an installed package does not work.
    """
    checked = check(files, themes, now, progress)
    if checked.content is None or errors_in(checked.findings):
        return Built([], checked.findings, checked.content)
    theme = themes[checked.content.site.theme]
    try:
        return Built(render(checked.content, theme, now), checked.findings, checked.content)
    except BrokenTheme as broken:
        return Built([], [*checked.findings, broken_theme(theme, broken)], checked.content)


def render(content: Content, theme: Theme, now: datetime) -> list[Artifact]:
    """The files of content without errors; raises BrokenTheme and BrokenOutput."""
    # Without a store nothing is carried over.
    made = Making(content, {}, theme, now).files()
    return [artifact for artifact in made if isinstance(artifact, Artifact)]


class Making:
    """The files of content without errors, with what a ``store`` kept of the last build.

    ``made`` has the key of each part that was made, and its paths.
    """

    def __init__(
        self,
        content: Content,
        files: Mapping[str, bytes],
        theme: Theme,
        now: datetime,
        store: Store | None = None,
    ) -> None:
        self.values = Values(store)
        self.keys = _keys(content, files, theme, now) if store else Keys("", {})
        self.edition = edition_of(content, theme, now, self.keys, self.values)
        self.made: Mapping[str, tuple[str, list[str]]] = {}

    def files(self, jobs: int = 1, progress: Progress = silent) -> Iterator[Artifact | Carried]:
        """Each file, made as it is asked for; raises BrokenTheme and BrokenOutput."""
        from statusgen.outputs import switched_on
        from statusgen.outputs.edition import Part

        parts: list[Part] = []
        for output in switched_on(self.edition.content.site):
            for made in output(self.edition):
                if isinstance(made, Part):
                    parts.append(made)
                else:
                    yield made
        workshop = Workshop(self.values, self.edition.forget, jobs, progress)
        yield from workshop.files(parts)
        self.made = workshop.made

    def keep(self, digests: Mapping[str, str]) -> None:
        """Have the store keep what was made, once it is published: the digest of each file."""
        self.values.keep()
        if self.values.store:
            for name, (key, paths) in self.made.items():
                files = [(path, digests[path]) for path in paths]
                self.values.store.keep(f"parts/{name}", key, files)


def edition_of(
    content: Content, theme: Theme, now: datetime, keys: Keys, values: Values
) -> Edition:
    """What every output is made from."""
    from statusgen.history.record import month_figures, record
    from statusgen.i18n import Language
    from statusgen.outputs.edition import Edition
    from statusgen.views.site import site_view

    def figures(month: Month) -> Figures:
        key, make = keys.of_month(month), partial(month_figures, month)
        found: Figures = values(f"figures/{month.name}", key, make)
        return found

    languages = [Language.load(tag) for tag in content.site.languages]
    known = record(content, now.astimezone(UTC), figures)
    words = Words(known, keys, values)
    sites = []
    for language in languages:
        site = site_view(known, language, languages, words.known(language.tag))
        words.keep(language.tag, site.events.made)
        sites.append(site)
    return Edition(known, tuple(sites), Renderer(theme), theme.assets, keys, values)


class Words:
    """The words of settled events that the present tells of: most are those of the last build."""

    def __init__(self, record: Record, keys: Keys, values: Values) -> None:
        self.record, self.keys, self.values = record, keys, values
        self.events = {event.id: event for event in record.events}

    def known(self, language: str) -> dict[str, EventView]:
        """Those that are what they were."""
        found = self.values.load(f"words/{language}", self.keys.base) or {}
        return {id: words for id, (key, words) in found.items() if self._key(id) == key}

    def keep(self, language: str, made: Mapping[str, EventView]) -> None:
        """Have them at hand for the next build."""
        told = {id: (key, words) for id, words in made.items() if (key := self._key(id))}
        self.values.fresh[f"words/{language}"] = self.keys.base, told

    def _key(self, id: str) -> str:
        event, content = self.events.get(id), self.record.content
        settled = event and is_settled(event, content.agreement, self.record.now)
        return self.keys.of([event]) if event and settled else ""


def _keys(content: Content, files: Mapping[str, bytes], theme: Theme, now: datetime) -> Keys:
    """Of settled events and months nothing changes with the clock but this: whether a year is
    this year, which is then left out."""
    from statusgen.cache import code

    of_site = (files[path] for path in ("components.yaml", "site.yaml", "sla.yaml"))
    year = civil.day_of(now, content.site.zone).year
    base = digest([*code(), *theme.parts(), *of_site, str(year).encode()])
    paths = {incident.path for incident in content.incidents}
    paths |= {plan.path for plan in content.maintenance}
    paths |= {schedule.path for schedule in content.schedules}
    return Keys(base, {path: hashlib.sha256(files[path]).hexdigest() for path in paths})


def report_page(content: Content, theme: Theme, name: str, now: datetime) -> str | None:
    """The report of a month (2026-11) or a year, in the first language, whole in one page.

    None when there is no report of it. Raises BrokenTheme.
    """
    from statusgen.outputs import html

    return html.report_page(Making(content, {}, theme, now).edition, name)


def _set_up(content: Content, themes: Mapping[str, Theme]) -> Sequence[Finding]:
    """What the site asks for that is not there."""
    from statusgen.content.suggestions import nearest
    from statusgen.i18n import available_languages

    site, found = Place("site.yaml"), []
    catalogs = available_languages()
    for index, tag in enumerate(content.site.languages):
        if tag not in catalogs:
            place, message = site.at("languages", index), f"There is no catalog for `{tag}`."
            found.append(UNKNOWN_CATALOG.found(place, message, nearest(tag, sorted(catalogs))))
    found += _unknown_outputs(content, site)
    theme = themes.get(content.site.theme)
    if theme is None:
        message = f"There is no theme `{content.site.theme}`."
        help = nearest(content.site.theme, sorted(themes))
        found.append(UNKNOWN_THEME.found(site.at("theme"), message, help))
    else:
        found += _broken_parts(theme, site.at("theme"))
    return found


def _unknown_outputs(content: Content, site: Place) -> Iterator[Finding]:
    if not content.site.outputs:
        return
    from statusgen.content.suggestions import nearest
    from statusgen.outputs import available

    known = available()
    for name in content.site.outputs:
        if name not in known:
            message = f"There is no output `{name}`."
            place = site.at("outputs").key(name)
            yield UNKNOWN_OUTPUT.found(place, message, nearest(name, sorted(known)))


def _broken_parts(theme: Theme, named: Place) -> Iterator[Finding]:
    """What can be told of a theme without filling it: the site's own templates are read."""
    if theme.missing:
        message = f"The theme `{theme.name}` has no {', '.join(theme.missing)}."
        yield BROKEN_THEME.found(named, message, BROKEN_THEME.explanation)
    for name, why in theme.refused:
        place = Span.top(f"../themes/{theme.name}/{name}")
        yield BROKEN_THEME.found(place, f"The file cannot be used: {why}.")
    if theme.own:
        renderer = Renderer(theme)
        for name in sorted(theme.own):
            broken = renderer.mistake_in(name)
            if broken:
                yield broken_theme(theme, broken)


def broken_theme(theme: Theme, broken: BrokenTheme) -> Finding:
    """What a template does not do, where it fails."""
    place = Span(f"../themes/{theme.name}/{broken.template}", broken.line, 1, broken.line, 1)
    return BROKEN_THEME.found(place, f"The template fails: {broken.message}.")
