"""``statusgen monitor``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import click

from statusgen import clock
from statusgen.cli.options import FOLDER, guarded, read_folder, read_now
from statusgen.cli.probe import VANTAGE, check_vantage, watched

if TYPE_CHECKING:
    from statusgen.delivery.outbox import Outbox, Report
    from statusgen.model.channels import Channel
    from statusgen.model.content import Content
    from statusgen.monitor.rounds import Round, Rounds
    from statusgen.watch import Watch

_OFTEN = 5.0
"""Seconds between two looks at what waits to be sent."""


@click.command("monitor")
@FOLDER
@VANTAGE
@click.option("--once", is_flag=True, help="One round, and what it takes to tell of it.")
@click.option("--test", "is_test", is_flag=True, help="Only send a test message to each channel.")
@guarded
def command(folder: Path, vantage: str, once: bool, is_test: bool) -> None:
    """Watch every component in FOLDER (content) that has a probe, until a signal.

    How often, what is needed for a verdict and who is told is in monitoring.yaml. What components
    answer is added to measurements/ in FOLDER, as by probe. When one goes down, comes back or
    stays down, the channels are told; what cannot be delivered is tried again, for a day, and
    after a restart too. With `drafts` an incident that lasts is written down for you.

    Exit status: 0 when it was stopped, 2 for wrong use or content or channels that are not in
    order, 3 when the outside world failed; with --once or --test also when something could not
    be asked or delivered.
    """
    check_vantage(vantage)
    if once and is_test:
        raise click.UsageError("--once watches and --test does not: choose one.")
    tree = read_folder(folder)
    content = watched(tree, folder)
    now = read_now(None, tree)
    _check_channels(content.monitoring.channels)
    if is_test:
        _test(content, now)
        return

    from statusgen.delivery.message import NotSetUp
    from statusgen.monitor.rounds import Rounds

    try:
        rounds = Rounds(folder, vantage, os.environ)
    except NotSetUp as error:
        raise click.UsageError(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
    if once:
        _once(rounds, now)
    else:
        _watch(rounds, content)


# Setting up


def _check_channels(told: Sequence[Channel]) -> None:
    """End with status 2, saying all that any channel lacks: now, and not at the first error."""
    from statusgen.delivery import channels
    from statusgen.delivery.message import NotSetUp

    lacks = []
    for channel in told:
        try:
            channels.recipients(channel, os.environ)
        except NotSetUp as missing:
            lacks.append(f"{channels.name_of(channel)}: {missing}.")
    if lacks:
        raise click.UsageError("\n".join(["Nobody could be told:", *dict.fromkeys(lacks)]))


def _test(content: Content, now: datetime) -> None:
    """Send each channel a message, and say what became of it; status 3 when one failed."""
    from statusgen.delivery import channels
    from statusgen.delivery.message import Message, NotDelivered, NotSetUp

    site, _ = content.site.name.pick("en")
    text = "Monitoring can reach you here. Nothing is wrong, and there is nothing to do."
    told = Message(f"test-{now:%Y%m%dT%H%M%SZ}", f"Test ({site})", text, now, url=content.site.url)
    failed = False
    for channel in content.monitoring.channels:
        try:
            with channels.opened(channel, os.environ) as send:
                for recipient in channels.recipients(channel, os.environ):
                    send(told, recipient)
        except (NotDelivered, NotSetUp) as failure:
            failed = True
            click.echo(f"{channels.name_of(channel)}: not delivered: {failure}", err=True)
        else:
            click.echo(f"{channels.name_of(channel)}: sent")
    if not content.monitoring.channels:
        raise click.UsageError("monitoring.yaml names nobody to `tell`.")
    if failed:
        raise SystemExit(3)


# Watching


def _once(rounds: Rounds, now: datetime) -> None:
    done = rounds.round(now)
    _tell(rounds, done)
    report = rounds.outbox.deliver(os.environ, clock.now())
    _Failures().tell(report)
    if done.troubles or report.waiting or report.given_up:
        raise SystemExit(3)


def _watch(rounds: Rounds, content: Content) -> None:
    """A round at each turn of the rhythm, until a signal; messages go out meanwhile."""
    from statusgen.watch import Watch, Woken, stopped_by_signals

    time = clock.steady()
    due = time()
    with (
        Watch([], time) as watch,
        stopped_by_signals(watch),
        _Deliveries(rounds.outbox, watch) as deliveries,
    ):
        _tell_what_is_watched(rounds, content)
        while watch.wait(due) is not Woken.STOPPED:
            _round(rounds, clock.now())
            deliveries.look()
            every = (rounds.content or content).monitoring.every
            due = next_turn(due, every, time())


def next_turn(last: datetime, every: timedelta, now: datetime) -> datetime:
    """The first turn after ``now`` of the rhythm that ``last`` is in: it never drifts, and turns
    that a long round took are left out."""
    return last + ((now - last) // every + 1) * every


def _round(rounds: Rounds, now: datetime) -> None:
    """What is wrong outside does not end the watch: a disk gets room, a network comes back."""
    try:
        done = rounds.round(now)
    except OSError as error:
        click.echo(f"statusgen: {error.filename}: {error.strerror}; tried again soon", err=True)
    else:
        _tell(rounds, done)


def _tell_what_is_watched(rounds: Rounds, content: Content) -> None:
    from statusgen.content.values import written_length

    probed = sum(component.probe is not None for component in content.components)
    told = len(content.monitoring.channels)
    click.echo(
        f"Watching {probed} component{'s' * (probed != 1)} from {rounds.vantage} every "
        f"{written_length(content.monitoring.every)}, telling {told or 'no'} "
        f"channel{'s' * (told != 1)}; Ctrl-C stops."
    )


def _tell(rounds: Rounds, done: Round) -> None:
    """Print what a round came to."""
    from statusgen.cli.report import report
    from statusgen.findings import errors_in
    from statusgen.monitor.rounds import in_the_way

    if errors_in(done.findings):
        report(done.findings, rounds.files, rounds.folder, "text", err=True)
    if in_the_way(done.findings):
        click.echo("statusgen: until that is mended it is watched as before", err=True)
    if done.message:
        lines = (f"  {line}".rstrip() for line in done.message.text.splitlines())
        click.echo("\n".join([done.message.title, *lines]))
    for trouble in done.troubles:
        click.echo(f"statusgen: {trouble}", err=True)


class _Failures:
    """Tells each failure of a delivery once, and what keeps all of them from being made."""

    def __init__(self) -> None:
        self._told: set[tuple[object, ...]] = set()
        self._trouble = ""

    def tell_trouble(self, error: OSError) -> None:
        """Print what the disk says, unless it said so the last time."""
        before, self._trouble = self._trouble, f"{error.filename}: {error.strerror}"
        if self._trouble != before:
            click.echo(f"statusgen: {self._trouble}", err=True)

    def tell(self, report: Report) -> None:
        """Print what failed since the last time."""
        from statusgen.delivery.channels import name_of

        failed = [*(one for one in report.waiting if one.reason), *report.given_up]
        by_try = {(one.message.id, one.channel, one.recipient, one.again_at): one for one in failed}
        for one in (one for key, one in by_try.items() if key not in self._told):
            then = "given up" if one.again_at is None else "tried again"
            what = f"{name_of(one.channel)}: {one.message.title!r} was not delivered"
            click.echo(f"statusgen: {what}: {one.reason}; {then}", err=True)
        self._told, self._trouble = set(by_try), ""


class _Deliveries:
    """Sends what waits in the outbox, beside the rounds, while it is entered.

    When it cannot go on it stops the watch: better none than one that tells nobody.
    """

    def __init__(self, outbox: Outbox, watch: Watch) -> None:
        self._outbox, self._watch, self._failures = outbox, watch, _Failures()
        self._woken, self._stopping = Event(), False
        self._broken: Exception | None = None
        self._thread = Thread(target=self._run, name="deliveries")

    def __enter__(self) -> _Deliveries:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._woken.set()
        self._thread.join()
        if self._broken:
            raise self._broken

    def look(self) -> None:
        """See at once what there is to send."""
        self._woken.set()

    def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                self._failures.tell(self._outbox.deliver(os.environ, clock.now()))
            except OSError as error:
                self._failures.tell_trouble(error)
            except Exception as error:
                self._broken = error
                self._watch.stop()
                return
            self._woken.wait(_OFTEN)
