"""Text is there for every reader."""

from __future__ import annotations

from collections.abc import Iterator

from statusgen.findings import Finding, Key, Place, Rule, Severity, Span
from statusgen.model.content import Content
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import Schedule
from statusgen.model.text import Text
from statusgen.policy.case import Case

MISSING_TRANSLATION = Rule(
    "missing-translation",
    "Text is there in each language of the site.",
    "Until it is, readers of the other language see the text in the site's first language, "
    "marked as such.",
    "title: Storing            # on a site in nl and en",
    Severity.WARNING,
)
RULES = (MISSING_TRANSLATION,)

_Texts = Iterator[tuple[tuple[Key, ...], Text | None]]
"""The keys of each text of an event, and the text."""


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each file and language that lacks text, at the first that does."""
    content = case.content
    languages = content.site.languages
    yield from _missing(_of_site(content), "site.yaml", languages)
    yield from _missing(_of_agreement(content), "sla.yaml", languages)
    yield from _missing(_of_components(content), "components.yaml", languages)
    yield from _missing_pages(content)
    for incident in case.incidents:
        yield from _missing(_of_incident(incident), incident.path, languages)
    for maintenance in case.maintenance:
        yield from _missing(_of_maintenance(maintenance), maintenance.path, languages)
    for schedule in content.schedules:
        yield from _missing(_of_schedule(schedule), schedule.path, languages)


def _missing(texts: _Texts, path: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    # A text has no other languages than the site, so their number tells.
    whole = len(languages)
    partial = [(keys, text) for keys, text in texts if text and len(text.translations) < whole]
    for language in languages:
        lacking = [keys for keys, text in partial if language not in text.languages]
        if lacking:
            named = ", ".join(".".join(map(str, keys)) for keys in lacking[:5])
            more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
            example = ", ".join(f"{tag}: ..." for tag in languages)
            yield MISSING_TRANSLATION.found(
                Place(path, lacking[0]),
                f"Not there in `{language}`: {named}{more}.",
                f"Write it in each language: `{{{example}}}`.",
            )


def _missing_pages(content: Content) -> Iterator[Finding]:
    written: dict[str, dict[str, str]] = {}
    for page in content.pages:
        written.setdefault(page.slug, {})[page.language] = page.path
    for slug, paths in written.items():
        for language in content.site.languages:
            if language not in paths:
                message = f"The page is not there in `{language}`."
                help = f"Write it as pages/{slug}.{language}.md."
                top = Span.top(next(iter(paths.values())))
                yield MISSING_TRANSLATION.found(top, message, help)


def _of_site(content: Content) -> _Texts:
    yield ("notice",), content.site.notice


def _of_agreement(content: Content) -> _Texts:
    for about, clause in content.agreement.clauses.items():
        yield ("clauses", about, "text"), clause.text


def _of_schedule(schedule: Schedule) -> _Texts:
    yield ("title",), schedule.title
    yield ("text",), schedule.text
    for index, told in enumerate(schedule.updates):
        yield ("updates", index, "text"), told.update.text


def _of_components(content: Content) -> _Texts:
    for number, group in enumerate(content.groups):
        yield ("groups", number, "name"), group.name
        for index, component in enumerate(group.components):
            place = ("groups", number, "components", index)
            yield (*place, "name"), component.name
            yield (*place, "description"), component.description


def _of_incident(incident: Incident) -> _Texts:
    yield ("title",), incident.title
    if incident.exclusion:
        yield ("excluded", "reason"), incident.exclusion.reason
    for index, update in enumerate(incident.updates):
        yield ("updates", index, "text"), update.text
    yield ("postmortem",), incident.postmortem


def _of_maintenance(maintenance: Maintenance) -> _Texts:
    yield ("title",), maintenance.title
    yield ("text",), maintenance.text
    if maintenance.override:
        yield ("override", "reason"), maintenance.override.reason
    for index, update in enumerate(maintenance.updates):
        yield ("updates", index, "text"), update.text
