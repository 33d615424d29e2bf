"""Text is there for every reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.model.content import Content
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import Schedule
from statusgen.model.text import Text

MISSING_TRANSLATION = Rule(
    "missing-translation",
    "Text is there in each language of the site.",
    "Until it is, readers of the other language see the text in the site's first language, "
    "marked as such.",
    "title: Storing            # on a site in nl and en",
    Severity.WARNING,
)
RULES = (MISSING_TRANSLATION,)

_Texts = Iterator[tuple[Place, Text | None]]


def judge(content: Content, now: datetime) -> Iterator[Finding]:
    """One finding for each file and language that lacks text, at the first that does."""
    for incident in content.incidents:
        yield from _missing(_of_incident(incident), content)
    for maintenance in content.maintenance:
        yield from _missing(_of_maintenance(maintenance), content)
    for schedule in content.schedules:
        yield from _missing(_of_schedule(schedule), content)


def _missing(texts: _Texts, content: Content) -> Iterator[Finding]:
    there = [(place, text) for place, text in texts if text is not None]
    for language in content.site.languages:
        lacking = [place for place, text in there if language not in text.languages]
        if lacking:
            named = ", ".join(_dotted(place.keys) for place in lacking[:5])
            more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
            yield MISSING_TRANSLATION.found(
                lacking[0],
                f"Not there in `{language}`: {named}{more}.",
                f"Write it in each language: `{_example(content.site.languages)}`.",
            )


def _dotted(keys: Sequence[str | int]) -> str:
    return ".".join(str(key) for key in keys)


def _example(languages: Sequence[str]) -> str:
    return "{" + ", ".join(f"{language}: ..." for language in languages) + "}"


def _of_incident(incident: Incident) -> _Texts:
    file = Place(incident.path)
    yield file.at("title"), incident.title
    if incident.exclusion:
        yield file.at("excluded", "reason"), incident.exclusion.reason
    for index, update in enumerate(incident.updates):
        yield file.at("updates", index, "text"), update.text
    yield file.at("postmortem"), incident.postmortem


def _of_maintenance(maintenance: Maintenance) -> _Texts:
    file = Place(maintenance.path)
    yield file.at("title"), maintenance.title
    yield file.at("text"), maintenance.text
    if maintenance.override:
        yield file.at("override", "reason"), maintenance.override.reason
    for index, update in enumerate(maintenance.updates):
        yield file.at("updates", index, "text"), update.text


def _of_schedule(schedule: Schedule) -> _Texts:
    file = Place(schedule.path)
    yield file.at("title"), schedule.title
    yield file.at("text"), schedule.text
