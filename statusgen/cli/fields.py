"""The fields of an event that several commands take: from a flag, else by a question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import click

from statusgen.cli import answers, asking
from statusgen.cli.editing import Editing
from statusgen.content import values
from statusgen.content.writer import Node
from statusgen.model.components import ComponentStatus

STATUSES = [str(s) for s in ComponentStatus if s is not ComponentStatus.UNDER_MAINTENANCE]
"""What an incident can do to a component, the least first."""
EFFECTS = {
    "none": "nothing",
    "degraded_performance": "it is slower (degraded_performance)",
    "partial_outage": "part of it, or part of the time, it is away (partial_outage)",
    "major_outage": "it is away (major_outage)",
}

TITLE = click.option(
    "--title",
    "titles",
    multiple=True,
    metavar="[LANG=]WORDS",
    help="What it is called; for each language of the site: --title nl=... --title en=...",
)
COMPONENTS = click.option(
    "--component", "parts", multiple=True, metavar="ID", help="What it concerns; can be repeated."
)
AFFECTED = click.option(
    "--component",
    "parts",
    multiple=True,
    metavar="ID[=STATUS]",
    help="What is affected and how: dashboard=partial_outage; can be repeated.",
)
EFFECT = click.option(
    "--effect", type=click.Choice(list(EFFECTS)), help="What users notice meanwhile (none)."
)
TEXT = click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="[LANG=]WORDS",
    help="What customers read, in Markdown; for each language: --text nl=... --text en=...",
)
AT = click.option(
    "--at", metavar="INSTANT", help="When this is told (now); 15:03 is the latest such time."
)


def one_of(kind: type[StrEnum]) -> click.Choice[str]:
    """The words of the format that an option takes, as they are written in a file."""
    return click.Choice([str(word) for word in kind])


def title(editing: Editing, given: Sequence[str]) -> dict[str, str]:
    """The title by language."""
    found = answers.in_languages("--title", given, editing.languages, answers.line)
    return found or asking.ask_words("Title", editing.languages)


def text(
    editing: Editing, given: Sequence[str], question: str, *, needed: bool = True
) -> dict[str, str]:
    """The text by language; asked for on a terminal, empty where it is not needed."""
    found = answers.in_languages("--text", given, editing.languages, answers.paragraphs)
    if found or not asking.on_terminal():
        return found
    return asking.ask_text(question, editing.languages, needed=needed)


def node(editing: Editing, words: dict[str, str]) -> Node:
    """Words as a file has them."""
    return answers.translated(words, editing.languages)


def components(editing: Editing, given: Sequence[str]) -> list[str]:
    """The ids of the components."""
    found = _named(editing, given, [])
    return list(found) if found else _asked(editing)


def affected(editing: Editing, given: Sequence[str], otherwise: ComponentStatus) -> dict[str, str]:
    """The components with the status of each; ``otherwise`` where a flag names none."""
    found = _named(editing, given, STATUSES)
    if found:
        return {id: status or otherwise for id, status in found.items()}
    ids = _asked(editing)
    status = asking.choose("How bad is it", {s: s for s in STATUSES}, otherwise)
    return dict.fromkeys(ids, status)


def changed(editing: Editing, given: Sequence[str]) -> dict[str, str]:
    """The components whose status changes, as flags say it; ends with status 2 without one."""
    found = _named(editing, given, STATUSES)
    for id, status in found.items():
        if not status:
            message = f"Write `{id}=STATUS`: {', '.join(STATUSES)}."
            raise click.BadParameter(message, param_hint="--component")
    return found


def _named(editing: Editing, given: Sequence[str], statuses: Sequence[str]) -> dict[str, str]:
    known = editing.components
    return (
        answers.flag(
            "--component",
            lambda said: answers.components(said, known, statuses),
            " ".join(given) or None,
        )
        or {}
    )


def _asked(editing: Editing) -> list[str]:
    language = editing.languages[0]
    shown = {c.id: f"{c.id}  {c.name.pick(language)[0]}" for c in editing.content.components}
    return asking.choose_some("Which components", shown)


def effect(given: str | None) -> str:
    """What users notice of work; nothing where nobody says or is asked."""
    if given or not asking.on_terminal():
        return given or "none"
    return asking.choose("What do users notice meanwhile", EFFECTS, "none")


def past(editing: Editing, option: str, given: str | None) -> datetime | None:
    """A moment that has been, as a flag gives it."""
    return answers.flag(
        option, lambda said: answers.past_moment(said, editing.zone, editing.now), given
    )


def coming(editing: Editing, option: str, given: str | None) -> datetime | None:
    """A moment to come, as a flag gives it."""
    return answers.flag(
        option, lambda said: answers.coming_moment(said, editing.zone, editing.now), given
    )


def length(option: str, given: str | None) -> timedelta | None:
    """A length of time, as a flag gives it."""
    return answers.flag(option, values.duration, given)


def this_minute(editing: Editing) -> datetime:
    """Now, as people write it."""
    return editing.now.replace(second=0, microsecond=0)
