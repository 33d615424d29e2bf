"""``statusgen new schedule``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from statusgen.cli import answers, asking, fields, openings
from statusgen.cli.editing import DRY_RUN, FOLDER, Editing, Trial, open_content, said_span_twice
from statusgen.cli.options import NOW, guarded
from statusgen.content import recurring, values
from statusgen.content.writer import Node
from statusgen.intervals import Interval


@click.command("schedule")
@fields.TITLE
@fields.COMPONENTS
@click.option("--every", type=click.Choice(list(recurring.EVERY)), help="How often it recurs.")
@click.option("--on", metavar="DAYS", help="Weekly: thu, or mon-fri; monthly: 15, 1sat or -1sun.")
@click.option("--at", metavar="HH:MM", help="At what time it begins, on the site's clock.")
@click.option("--rrule", metavar="RULE", help="Or a rule of RFC 5545: FREQ=MONTHLY;BYDAY=1SA.")
@click.option("--first", metavar="DATE", help="The first day (the first that notice allows).")
@click.option("--until", metavar="DATE", help="The last day (open).")
@click.option("--duration", metavar="LENGTH", help="How long it takes: 2h, 90m, 1d 4h.")
@fields.EFFECT
@fields.TEXT
@click.option("--announced", metavar="INSTANT", help="When customers were first told (now).")
@FOLDER
@DRY_RUN
@NOW
@guarded
def schedule(folder: Path, moment: str | None, dry_run: bool, **given: Any) -> None:
    """Plan work that recurs.

    Needed are a title, a component, a length, and when: --every, --on and --at, or --rrule and
    --at. What is left out is asked for on a terminal.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    _write(open_content(folder, moment), _Flags(**given), dry_run)


class _Flags(Struct, frozen=True):
    """What was said on the command line."""

    titles: tuple[str, ...]
    parts: tuple[str, ...]
    every: str | None
    on: str | None
    at: str | None
    rrule: str | None
    first: str | None
    until: str | None
    duration: str | None
    effect: str | None
    texts: tuple[str, ...]
    announced: str | None


class _Rhythm(Struct, frozen=True):
    """A rule and the time of day at which it begins."""

    rule: str
    at: time


class _Work(Struct, frozen=True):
    """All that recurs but when; ``before`` and ``after`` are the fields around the rhythm."""

    editing: Editing
    words: str
    components: list[str]
    announced: datetime
    first_day: date | None
    length: timedelta
    before: Mapping[str, Node]
    after: Mapping[str, Node]

    def first(self, rhythm: _Rhythm) -> datetime:
        """The wall time of the first occurrence: on the day asked for, else after the notice."""
        zone = self.editing.zone
        if self.first_day:
            earliest = datetime.combine(self.first_day, time())
        else:
            soon = openings.earliest(self.editing, self.announced)
            earliest = soon.astimezone(zone).replace(tzinfo=None)
        return recurring.first_after(rhythm.rule, earliest, rhythm.at)

    def at(self, rhythm: _Rhythm) -> Trial:
        """The file with that rhythm, tried."""
        from statusgen.content.names import free_path

        when: dict[str, Node] = {
            "rrule": rhythm.rule,
            "first": self.first(rhythm).isoformat(" ", "minutes"),
            "duration": values.written_length(self.length),
        }
        path = free_path("schedules", None, self.words, self.editing.tree.files)
        fields = {**self.before, **when, **self.after}
        return self.editing.trial({path: self.editing.new_file(path, fields)})

    def planned(self, rhythm: _Rhythm) -> Interval:
        """The first occurrence."""
        from statusgen import civil

        start = civil.recurring(self.first(rhythm), self.editing.zone)
        return Interval(start, start + self.length)


def _write(editing: Editing, flags: _Flags, dry_run: bool) -> None:
    _need(flags)
    rule, at = _said_rule(flags), answers.flag("--at", values.time_of_day, flags.at)
    work = _work(editing, flags)
    rule = rule or _asked_rule(flags.every)
    at = at if at is not None else asking.ask("At what time", values.time_of_day, "22:00")
    rhythm = _Rhythm(rule, at)
    trial = work.at(rhythm)
    while trial.refused_by(*openings.REFUSALS) and asking.on_terminal():
        trial.tell(errors_only=True)
        rhythm = _another(work, rhythm)
        trial = work.at(rhythm)
    told = [f"first {said_span_twice(work.planned(rhythm), editing.zone)}", f"then {rhythm.rule}"]
    trial.conclude(told, f"Schedule: {work.words}", dry_run=dry_run)


def _need(flags: _Flags) -> None:
    """End with status 2 for flags that lack or do not go together."""
    if (flags.rrule and flags.every) or (flags.on and not flags.every):
        raise click.UsageError("Give --rrule, or --every with --on.")
    asking.need(
        {
            "--title": flags.titles,
            "--component": flags.parts,
            "--every or --rrule": flags.every or flags.rrule,
            "--on": flags.on or flags.rrule or flags.every == "daily",
            "--at": flags.at,
            "--duration": flags.duration,
        }
    )


def _said_rule(flags: _Flags) -> str | None:
    """The rule, as far as flags say it."""
    if flags.every == "daily":
        return recurring.rule("daily", "")
    if flags.every and flags.on:
        return answers.flag("--on", lambda on: recurring.rule(flags.every or "", on), flags.on)
    return answers.flag("--rrule", recurring.checked, flags.rrule)


def _asked_rule(every: str | None) -> str:
    every = every or asking.choose("How often", {e: e for e in recurring.EVERY}, "weekly")
    if every == "daily":
        return recurring.rule(every, "")
    question, example = _QUESTIONS[every]
    return asking.ask(question, lambda on: recurring.rule(every, on), example)


_QUESTIONS = {
    "weekly": ("On which days (thu, or mon-fri)", "thu"),
    "monthly": (
        "On which day (15, 1sat for the first Saturday, -1sun for the last Sunday)",
        "1sat",
    ),
}


def _another(work: _Work, rhythm: _Rhythm) -> _Rhythm:
    """Another rhythm, with the time of the next allowed slot to choose."""
    editing = work.editing
    wish = work.planned(rhythm).start
    offered = openings.openings(editing, work.length, work.components, wish)
    if offered:
        click.echo(f"The next slot is {said_span_twice(offered[0], editing.zone)}.", err=True)
    start = offered[0].start if offered else wish
    time_of_day = f"{start.astimezone(editing.zone):%H:%M}"
    at = asking.ask("At what time", values.time_of_day, time_of_day)
    return _Rhythm(rhythm.rule, at)


def _work(editing: Editing, flags: _Flags) -> _Work:
    """What flags and answers say of it, but for when it recurs."""
    # All flags are read before the first question: a slip in one costs no answers.
    fields.check(editing, titles=flags.titles, parts=flags.parts, texts=flags.texts)
    length = fields.length("--duration", flags.duration)
    announced = fields.past(editing, "--announced", flags.announced)
    announced = announced or fields.this_minute(editing)
    first_day = answers.flag("--first", values.calendar_day, flags.first)
    until = answers.flag("--until", values.calendar_day, flags.until)

    title = fields.title(editing, flags.titles)
    components = fields.components(editing, flags.parts)
    length = length or asking.ask("How long does it take", values.duration, "1h")
    effect = fields.effect(flags.effect)
    text = fields.message(editing, flags.texts, "What do customers need to know", needed=False)

    before: dict[str, Node] = {"title": fields.node(editing, title), "components": components}
    after: dict[str, Node] = {"announced": editing.written(announced)}
    if until:
        after["until"] = until.isoformat()
    after["effect"] = effect
    if text:
        after["text"] = fields.node(editing, text)
    words = next(iter(title.values()))
    return _Work(editing, words, components, announced, first_day, length, before, after)
