"""The pipeline, from the bytes of a content folder to the files of a site.

Nothing here reads a clock or touches a disk: the command line reads and publishes, a
preview serves the files from memory, and a test compares them, all by this one function.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from statusgen import policy
from statusgen.artifact import Artifact
from statusgen.content import rules
from statusgen.content.files import Files
from statusgen.content.reading import located, read
from statusgen.content.shelf import Shelf
from statusgen.content.tree import Tree
from statusgen.findings import Finding, Place, Rule, Severity, Span, errors_in, ordered
from statusgen.model.content import Content
from statusgen.policy import changes
from statusgen.progress import Progress, silent
from statusgen.themes import BrokenTheme, Renderer, Theme

if TYPE_CHECKING:
    from statusgen.revisions import Revision

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


class Checked(Struct, frozen=True):
    """The content, as far as it can be made out, and all that is wrong, in order of place."""

    content: Content | None
    findings: list[Finding]


class Built(Struct, frozen=True):
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
        *_judged(reading.content, Files.of(files), now.astimezone(UTC), shelf),
        *_set_up(reading.content, themes),
        *(_changes(reading.content, files, since, now.astimezone(UTC)) if since else ()),
    ]
    return Checked(reading.content, ordered([*reading.findings, *located(judged, files, shelf)]))


def _judged(content: Content, files: Files, now: datetime, shelf: Shelf | None) -> list[Finding]:
    known = shelf.judged(files) if shelf else {}
    judged = policy.judge(content, now, known)
    if shelf and (new := judged.settled.keys() - known.keys()):
        shelf.keep_judged(judged.settled, new, files)
    return judged.findings


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
    measurements: Mapping[str, bytes] | None = None,
) -> Built:
    """The whole site as it is at ``now``, or the errors that are in its way.

    ``measurements`` are the files of what probes saw, by their path in that folder.
    Raises BrokenOutput where an installed package does not work.
    """
    checked = check(files, themes, now, progress)
    if checked.content is None or errors_in(checked.findings):
        return Built([], checked.findings, checked.content)
    content, unread = measured(checked.content, measurements or {})
    theme, findings = themes[content.site.theme], ordered([*checked.findings, *unread])
    try:
        return Built(render(content, theme, now), findings, content)
    except BrokenTheme as broken:
        return Built([], [*findings, broken_theme(theme, broken)], content)


def measured(content: Content, files: Mapping[str, bytes]) -> tuple[Content, list[Finding]]:
    """The content with what was measured, and a warning for each file that cannot be read."""
    if not files:
        return content, []
    from statusgen.content.measurement_files import seen
    from statusgen.history.measured import measurements

    series, unread = seen(files, content.monitoring.stale_after)
    # Components go, what was measured of them stays on disk.
    there = {component.id for component in content.components}
    of_them = [one for one in series if one.component in there]
    return replace(content, measurements=measurements(of_them, content.monitoring.quorum)), unread


def render(content: Content, theme: Theme, now: datetime) -> list[Artifact]:
    """The files of content without errors; raises BrokenTheme and BrokenOutput."""
    from statusgen.making import Making, in_memory

    # Without a store nothing is carried over.
    made = Making(content, {}, theme, now).files(in_memory)
    return [artifact for artifact in made if isinstance(artifact, Artifact)]


def report_page(content: Content, theme: Theme, name: str, now: datetime) -> str | None:
    """The report of a month (2026-11) or a year, in the first language, whole in one page.

    None when there is no report of it. Raises BrokenTheme.
    """
    from statusgen.making import Making
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
    from statusgen.outputs import OUTPUTS, available

    for name in content.site.outputs:
        if name not in OUTPUTS and name not in available():
            message = f"There is no output `{name}`."
            place = site.at("outputs").key(name)
            yield UNKNOWN_OUTPUT.found(place, message, nearest(name, sorted(available())))


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
