"""Messages that wait until they have arrived: on disk, whatever stops the program.

A message for a channel is a file, written once; beside it grows a log of what came of it, a line
for each try. The file goes when every recipient has the message or has been given up. Killed
between sending and the line that says so, a program sends that message once more: the second
has the same id. Nothing else is ever sent twice, and nothing is lost.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from statusgen.delivery import channels, message, state
from statusgen.delivery.channels import Open, Send
from statusgen.delivery.message import Failure, Message, NotDelivered, NotSetUp
from statusgen.model.channels import Channel

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""How long is waited after the first failure, doubled with each, and at the most."""
GIVEN_UP_AFTER = timedelta(days=1)
"""How long a message is tried: later it would be no news."""


class Damaged(OSError):
    """A file of the outbox that cannot be made out; it keeps no other message from its way."""


class Undelivered(Struct, frozen=True):
    """A message that has not arrived, and when it is tried again; None: it is given up."""

    message: Message
    channel: Channel
    recipient: str
    reason: str
    again_at: datetime | None


class Report(Struct, frozen=True):
    """What a round of sending did, and what is waiting after it."""

    sent: int = 0
    waiting: tuple[Undelivered, ...] = ()
    given_up: tuple[Undelivered, ...] = ()


class _Tries(Struct):
    """What came of one message for one recipient so far."""

    failed: int = 0
    last_at: datetime | None = None
    reason: str = ""
    is_settled: bool = False

    def due_at(self, added_at: datetime) -> datetime:
        if self.last_at is None:
            return added_at
        doubled: timedelta = FIRST_WAIT * 2 ** min(max(self.failed - 1, 0), 20)
        return self.last_at + min(doubled, LONGEST_WAIT)


class _Entry(Struct, frozen=True):
    """A message for a channel with its recipients, and the tries for each."""

    path: Path
    message: Message
    channel: Channel
    added_at: datetime
    tries: dict[str, _Tries] = field(default_factory=dict)

    def waiting(self) -> Iterator[tuple[str, _Tries]]:
        return ((to, tries) for to, tries in self.tries.items() if not tries.is_settled)

    def is_due(self, now: datetime) -> bool:
        """Whether one is to be tried: after its wait, or at once when the clock was set back."""
        return any(
            tries.due_at(self.added_at) <= now or (tries.last_at or self.added_at) > now
            for _, tries in self.waiting()
        )


class Outbox:
    """The messages of one folder, which it makes when it needs it.

    Processes may share it: they take turns.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self,
        told: Message,
        to: Iterable[Channel],
        environment: Mapping[str, str],
        now: datetime,
    ) -> None:
        """Take the message for each channel; it is safe on disk when this returns.

        One that is waiting already, by its id, is not taken again. Raises NotSetUp, and takes
        nothing, where a channel lacks something.
        """
        reached = [(channel, channels.recipients(channel, environment)) for channel in to]
        with self._writing():
            for channel, recipients in reached:
                path = self._path(told, channel)
                if recipients and not path.exists():
                    state.write(path, _entry_file(told, channel, recipients, now))

    def deliver(
        self, environment: Mapping[str, str], now: datetime, open_channel: Open = channels.opened
    ) -> Report:
        """Try what is due, oldest first. What else waits for a channel goes along, in order.

        Raises Damaged, after all else was tried, where a file makes no sense.
        """
        round = _Round(environment, now, open_channel)
        with state.locked(self.folder / "sending.lock"):
            whole, damaged = self._entries()
            for _, group in groupby(whole, lambda entry: repr(entry.channel)):
                entries = list(group)
                if any(entry.is_due(now) for entry in entries):
                    round.send(entries)
                round.look_back(entries)
            self._sweep()
        if damaged:
            raise damaged[0]
        return round.report

    def _entries(self) -> tuple[list[_Entry], list[Damaged]]:
        """All that waits, by channel and then as it came about, and what cannot be made out."""
        with self._writing():
            found, damaged = self._read_all()
        found.sort(key=lambda e: (repr(e.channel), e.message.at, e.added_at, e.path))
        return found, damaged

    def _read_all(self) -> tuple[list[_Entry], list[Damaged]]:
        found: list[_Entry] = []
        damaged: list[Damaged] = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                found.append(_read(path))
            except Damaged as error:
                damaged.append(error)
        return found, damaged

    def _sweep(self) -> None:
        """Take away what is settled, and what a killed program left."""
        with self._writing():
            whole, _ = self._read_all()
            for entry in whole:
                if not any(entry.waiting()):
                    state.remove(entry.path)
            for path in [*self.folder.glob("*.log"), *self.folder.glob(".*.json")]:
                if not path.with_name(path.name.lstrip(".")).with_suffix(".json").exists():
                    state.remove(path)

    def _path(self, told: Message, channel: Channel) -> Path:
        said = json.dumps([told.id, channels.as_data(channel)])
        return self.folder / f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.json"

    def _writing(self) -> AbstractContextManager[None]:
        return state.locked(self.folder / "writing.lock")


class _Round:
    """One round of sending."""

    def __init__(self, environment: Mapping[str, str], now: datetime, open_channel: Open) -> None:
        self.environment, self.now, self.open_channel = environment, now, open_channel
        self.report = Report()

    def send(self, entries: Sequence[_Entry]) -> None:
        """Send what waits for one channel, until that is seen to be out of reach."""
        with ExitStack() as stack:
            try:
                channel = self.open_channel(entries[0].channel, self.environment)
                send = stack.enter_context(channel)
                for entry in entries:
                    self._send_all(entry, send)
            except (NotDelivered, NotSetUp) as failure:
                for entry in entries:
                    untried = [to for to, tries in entry.waiting() if tries.last_at != self.now]
                    self._failed(entry, untried, str(failure))

    def _send_all(self, entry: _Entry, send: Send) -> None:
        for recipient, _ in list(entry.waiting()):
            try:
                send(entry.message, recipient)
            except NotDelivered as failure:
                if failure.failure is Failure.CHANNEL:
                    raise
                for_good = failure.failure is Failure.PERMANENT
                self._failed(entry, [recipient], failure.reason, for_good=for_good)
            else:
                self._note(entry, [recipient], "sent")
                self.report = replace(self.report, sent=self.report.sent + 1)

    def _failed(
        self, entry: _Entry, recipients: list[str], reason: str, *, for_good: bool = False
    ) -> None:
        for_good = for_good or self.now - entry.added_at >= GIVEN_UP_AFTER
        self._note(entry, recipients, "given up" if for_good else "failed", reason)
        if for_good:
            lost = (
                Undelivered(entry.message, entry.channel, recipient, reason, None)
                for recipient in recipients
            )
            self.report = replace(self.report, given_up=(*self.report.given_up, *lost))

    def _note(self, entry: _Entry, recipients: list[str], end: str, reason: str = "") -> None:
        """Write down what came of it, for all of them at once."""
        said = {"at": self.now.isoformat(), "end": end, "why": reason}
        lines = [{"to": recipient, **said} for recipient in recipients]
        for line in lines:
            _apply(line, entry.tries[line["to"]])
        if lines:
            text = "\n".join(map(json.dumps, lines))
            state.append(entry.path.with_suffix(".log"), text.encode("ascii"))

    def look_back(self, entries: Iterable[_Entry]) -> None:
        """Note what still waits."""
        waiting = tuple(
            Undelivered(
                entry.message, entry.channel, recipient, tries.reason, tries.due_at(entry.added_at)
            )
            for entry in entries
            for recipient, tries in entry.waiting()
        )
        self.report = replace(self.report, waiting=self.report.waiting + waiting)


def _entry_file(told: Message, channel: Channel, recipients: Sequence[str], now: datetime) -> bytes:
    data = {
        "message": message.as_data(told),
        "channel": channels.as_data(channel),
        "recipients": recipients,
        "added_at": now.isoformat(),
    }
    return json.dumps(data).encode("ascii")


def _read(path: Path) -> _Entry:
    """What an entry says; raises Damaged where it makes no sense."""
    try:
        data = json.loads(path.read_bytes())
        entry = _Entry(
            path,
            message.from_data(data["message"]),
            channels.from_data(data["channel"]),
            datetime.fromisoformat(data["added_at"]),
            {recipient: _Tries() for recipient in data["recipients"]},
        )
    except (ValueError, TypeError, LookupError, StopIteration):
        said = "this message is damaged, so it cannot be sent: look at it and take it away"
        raise Damaged(errno.EIO, said, str(path)) from None
    for line in _log(path.with_suffix(".log")):
        if line["to"] in entry.tries:
            _apply(line, entry.tries[line["to"]])
    return entry


def _log(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log; one that a crash cut off says nothing."""
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _apply(line: Mapping[str, Any], tries: _Tries) -> None:
    tries.last_at, tries.reason = datetime.fromisoformat(line["at"]), line["why"]
    tries.is_settled = line["end"] != "failed"
    tries.failed += line["end"] == "failed"
