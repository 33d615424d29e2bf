"""``statusgen new maintenance`` and ``statusgen new restore``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from statusgen.cli import answers, asking, fields, openings
from statusgen.cli.editing import DRY_RUN, FOLDER, Editing, Trial, open_content, said_span_twice
from statusgen.cli.options import NOW, guarded
from statusgen.content import values
from statusgen.content.writer import Node
from statusgen.intervals import Interval

_OPTIONS = (
    fields.TITLE,
    fields.COMPONENTS,
    click.option("--start", metavar="INSTANT", help="When it begins; 22:00 is the next such time."),
    click.option("--duration", metavar="LENGTH", help="How long it takes: 2h, 90m, 1d 4h."),
    click.option("--end", metavar="INSTANT", help="Or when it ends."),
    fields.EFFECT,
    fields.TEXT,
    click.option("--announced", metavar="INSTANT", help="When customers were first told (now)."),
    FOLDER,
    DRY_RUN,
    NOW,
)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What all that is planned once takes, in the order of its help."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("maintenance")
@click.option(
    "--override",
    "reasons",
    multiple=True,
    metavar="[LANG=]REASON",
    help="Why a time that is refused goes ahead; for each language of the site.",
)
@click.option("--approved-by", metavar="NAME", help="Who decided so; customers see both.")
@_options
@guarded
def maintenance(folder: Path, moment: str | None, dry_run: bool, **given: Any) -> None:
    """Plan work, in a slot that the agreement allows.

    Needed are a title, a component and a length; what is left out is asked for on a terminal.
    Without --start, or where that is refused, the next allowed slots are offered.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    _write(open_content(folder, moment), _Flags("maintenance", **given), dry_run)


@click.command("restore")
@click.option(
    "--recovery-point", "recovery", metavar="INSTANT", help="The moment of the backup put back."
)
@_options
@guarded
def restore(folder: Path, moment: str | None, dry_run: bool, **given: Any) -> None:
    """Announce that a backup is put back, and of when it is.

    Needed are a title, a component, a length and the moment of the backup; what is left out is
    asked for on a terminal. Without --start the next slots that the agreement allows for
    maintenance are offered.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    _write(open_content(folder, moment), _Flags("restore", **given), dry_run)


class _Flags(Struct, frozen=True):
    """What was said on the command line."""

    kind: str
    titles: tuple[str, ...]
    parts: tuple[str, ...]
    start: str | None
    duration: str | None
    end: str | None
    effect: str | None
    texts: tuple[str, ...]
    announced: str | None
    recovery: str | None = None
    reasons: tuple[str, ...] = ()
    approved_by: str | None = None


class _Plan(Struct, frozen=True):
    """All that is planned but the moment; ``before`` and ``after`` are the fields around it."""

    editing: Editing
    words: str
    components: list[str]
    announced: datetime
    length: timedelta
    says_end: bool
    before: Mapping[str, Node]
    after: Mapping[str, Node]

    def at(self, start: datetime) -> Trial:
        """The file of the plan with that start, tried."""
        from statusgen.content.names import free_path

        editing = self.editing
        day = start.astimezone(editing.zone).date()
        path = free_path("maintenance", day, self.words, editing.tree.files)
        when = {"start": editing.written(start), **self._until(start)}
        fields = {**self.before, **when, **self.after}
        return editing.trial({path: editing.new_file(path, fields)})

    def _until(self, start: datetime) -> dict[str, str]:
        if self.says_end:
            return {"end": self.editing.written(start + self.length)}
        return {"duration": values.written_length(self.length)}

    def openings(self, wish: datetime | None = None) -> list[Interval]:
        """The next allowed slots, from the start that was wished for on."""
        first = openings.earliest(self.editing, self.announced)
        wish = max(first, wish) if wish else first
        return openings.openings(self.editing, self.length, self.components, wish)


def _write(editing: Editing, flags: _Flags, dry_run: bool) -> None:
    _need(editing, flags)
    start = fields.coming(editing, "--start", flags.start)
    plan = _plan(editing, flags, start)
    start = start or openings.ask_start(editing, plan.openings())
    trial = plan.at(start)
    while trial.refused_by(*openings.REFUSALS) and asking.on_terminal():
        trial.tell(errors_only=True)
        start = openings.ask_start(editing, plan.openings(start))
        trial = plan.at(start)
    refused = trial.refused_by(*openings.REFUSALS)
    hint = openings.hint(editing, plan.openings(start)) if refused else ""
    subject = f"{flags.kind.capitalize()}: {plan.words}"
    told = _told(editing, start, plan.length)
    trial.conclude(told, subject, dry_run=dry_run, hint=hint)


def _told(editing: Editing, start: datetime, length: timedelta) -> list[str]:
    # One that ends before it starts is refused, and nothing told of it.
    if length <= timedelta():
        return []
    return [f"planned {said_span_twice(Interval(start, start + length), editing.zone)}"]


def _need(editing: Editing, flags: _Flags) -> None:
    """End with status 2 for flags that lack or do not go together."""
    if flags.end and (flags.duration or not flags.start):
        raise click.UsageError("--end goes with --start; without that, give --duration.")
    if bool(flags.reasons) != bool(flags.approved_by):
        raise click.UsageError("--override and --approved-by go together.")
    needed: dict[str, object] = {
        "--title": flags.titles,
        "--component": flags.parts,
        "--start": flags.start,
        "--duration": flags.duration or flags.end,
    }
    if flags.kind == "restore":
        needed["--recovery-point"] = flags.recovery
    length = fields.length("--duration", flags.duration)
    if asking.missing(needed):
        asking.need(needed, _first_slot(editing, length) if length and not flags.start else "")


def _first_slot(editing: Editing, length: timedelta) -> str:
    first = openings.earliest(editing, editing.now)
    return openings.hint(editing, openings.openings(editing, length, editing.components, first))


def _plan(editing: Editing, flags: _Flags, start: datetime | None) -> _Plan:
    """What flags and answers say of it, but for when it starts."""
    # All flags are read before the first question: a slip in one costs no answers.
    fields.check(editing, titles=flags.titles, parts=flags.parts, texts=flags.texts)
    announced = fields.past(editing, "--announced", flags.announced)
    announced = announced or fields.this_minute(editing)
    recovery = fields.past(editing, "--recovery-point", flags.recovery)
    override = _override(editing, flags)
    length = _length(editing, flags, start)

    title = fields.title(editing, flags.titles)
    components = fields.components(editing, flags.parts)
    if flags.kind == "restore":
        recovery = recovery or _asked_recovery_point(editing)
    length = length or asking.ask("How long does it take", values.duration, "2h")
    effect = fields.effect(flags.effect)
    text = fields.message(editing, flags.texts, "What do customers need to know", needed=False)

    before: dict[str, Node] = {"title": fields.node(editing, title)}
    before |= {"kind": flags.kind} if flags.kind == "restore" else {}
    before["components"] = components
    after: dict[str, Node] = {"announced": editing.written(announced), "effect": effect}
    after |= {"recovery_point": editing.written(recovery)} if recovery else {}
    after |= {"text": fields.node(editing, text)} if text else {}
    after |= override
    words = next(iter(title.values()))
    return _Plan(editing, words, components, announced, length, bool(flags.end), before, after)


def _override(editing: Editing, flags: _Flags) -> dict[str, Node]:
    reason = answers.in_languages(
        "--override", flags.reasons, editing.languages, answers.paragraphs
    )
    approved_by = answers.flag("--approved-by", answers.line, flags.approved_by)
    if not approved_by:
        return {}
    return {"override": {"reason": fields.node(editing, reason), "approved_by": approved_by}}


def _asked_recovery_point(editing: Editing) -> datetime:
    return asking.ask(
        "Moment of the backup", lambda said: answers.past_moment(said, editing.zone, editing.now)
    )


def _length(editing: Editing, flags: _Flags, start: datetime | None) -> timedelta | None:
    """How long it takes by the flags; an end of a time of day alone is the next after the start."""
    if not (flags.end and start):
        return fields.length("--duration", flags.duration)
    end = answers.flag(
        "--end", lambda said: answers.coming_moment(said, editing.zone, start), flags.end
    )
    return end - start if end else None
