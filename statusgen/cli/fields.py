"""The fields of an event that several commands take: from a flag, else by a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import click

from statusgen.cli import answers, asking
from statusgen.cli.editing import Editing
from statusgen.content import rules, values
from statusgen.content.values import BadValue
from statusgen.content.writer import Node
from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import FailoverPhase


def one_of(kind: type[StrEnum]) -> click.Choice[str]:
    """The words of the format that an option takes, as they are written in a file."""
    return click.Choice([str(word) for word in kind])


_OUTAGES = {
    "degraded_performance": "it works, but slower (degraded_performance)",
    "partial_outage": "a part is away, or a part of the time (partial_outage)",
    "major_outage": "it is away (major_outage)",
}
STATUSES = {"operational": "it works (operational)", **_OUTAGES}
"""What an incident can do to a component, the least first, and how that is said."""
EFFECTS = {"none": "nothing", **_OUTAGES}
"""What users can notice of work, and how that is said."""

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
FAILOVER = click.option(
    "--failover", type=one_of(FailoverPhase), help="How far the fail-over of a calamity is."
)
AT = click.option(
    "--at", metavar="INSTANT", help="When this is told (now); 15:03 is the latest such time."
)


def check(
    editing: Editing,
    *,
    titles: Sequence[str] = (),
    parts: Sequence[str] = (),
    texts: Sequence[str] = (),
    statuses: Sequence[str] = (),
) -> None:
    """End with status 2 for a flag that cannot be read, before anything is asked."""
    answers.in_languages("--title", titles, editing.languages, answers.line)
    answers.in_languages("--text", texts, editing.languages, answers.paragraphs)
    _named(editing, parts, statuses)


def title(editing: Editing, given: Sequence[str]) -> dict[str, str]:
    """The title by language."""
    found = answers.in_languages("--title", given, editing.languages, answers.line)
    return found or asking.ask_words("Title", editing.languages)


def message(
    editing: Editing, given: Sequence[str], question: str, *, needed: bool = True
) -> dict[str, str]:
    """What customers read, by language; asked for on a terminal, empty where it is not needed."""
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
    found = _named(editing, given, list(STATUSES))
    if found:
        return {id: status or otherwise for id, status in found.items()}
    ids = _asked(editing)
    status = asking.choose("How bad is it", STATUSES, otherwise)
    return dict.fromkeys(ids, status)


def changed(
    editing: Editing, given: Sequence[str], now: Mapping[str, ComponentStatus]
) -> dict[str, str]:
    """The components whose status changes, and to what; ``now`` is how they are."""

    def read(said: str) -> dict[str, str]:
        found = answers.components(said, editing.components, list(STATUSES))
        for id, status in found.items():
            if not status:
                message = f"What becomes of `{id}`?"
                help = f"Write `{id}=STATUS`: {', '.join(STATUSES)}."
                raise BadValue(rules.BAD_VALUE, message, help)
        return found

    found = answers.flag("--component", read, " ".join(given) or None)
    if found or not asking.on_terminal():
        return found or {}
    shown = " ".join(f"{id}={status}" for id, status in now.items())
    click.echo(f"Now {shown or 'everything is operational'}.", err=True)
    question = "What changes (ID=STATUS; Enter: nothing)"
    return asking.ask(question, lambda said: read(said) if said.strip() else {})


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


def failover(given: str | None) -> str | None:
    """How far the fail-over of a calamity is; None when there is nothing to say of it."""
    if given or not asking.on_terminal():
        return given
    phases = {str(phase): str(phase) for phase in FailoverPhase}
    chosen = asking.choose("What of the fail-over", {"-": "nothing new", **phases}, "-")
    return None if chosen == "-" else chosen


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
