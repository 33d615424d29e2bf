"""One round of watching, from asking to what is to be told of it: kept before it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from statusgen.content.names import OPTIONAL_FILES, SINGLE_FILES
from statusgen.content.reading import read
from statusgen.content.tree import read_tree
from statusgen.delivery import state
from statusgen.delivery.message import Message, NotSetUp
from statusgen.delivery.outbox import GIVEN_UP_AFTER, Outbox
from statusgen.findings import Finding, Severity
from statusgen.model.channels import Channel
from statusgen.model.content import Content
from statusgen.model.observations import Observation
from statusgen.monitor import alerts, drafts, filing, log, memory
from statusgen.monitor.alerts import Note
from statusgen.monitor.asking import CutOff, observe
from statusgen.monitor.drafts import Draft
from statusgen.monitor.filing import Files
from statusgen.monitor.memory import Forgotten, Memory
from statusgen.monitor.seen import Seen
from statusgen.monitor.verdicts import Tracks, Verdict, concluded, followed

NEEDED = (*SINGLE_FILES, *OPTIONAL_FILES)
"""The files without which nobody knows what to watch, or whom to tell."""


class Round(Struct):
    """What a round came to: the message that tells of it, and what went wrong with the watching.

    ``findings`` are those of content that was read anew.
    """

    message: Message | None = None
    troubles: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Rounds:
    """The rounds of one vantage point over a content folder.

    Of several programs on the same folder each waits for its turn: never are there two rounds
    at once. ``content`` is the last that could be used, None before there was any.
    """

    def __init__(self, folder: Path, vantage: str, environment: Mapping[str, str]) -> None:
        self.folder, self.vantage, self.environment = folder, vantage, environment
        self.state = state.folder_of(folder, environment)
        self.outbox = Outbox(self.state / "outbox")
        self.content: Content | None = None
        self.files: Mapping[str, bytes] = {}
        self._seen = Seen(folder / log.FOLDER)
        self._rolled_up: date | None = None
        self._tracks: Tracks = {}

    def read_content(self) -> list[Finding]:
        """Read the content if it is another; with errors in what is needed the last one stays.

        Raises OSError where the folder cannot be read.
        """
        tree = read_tree(self.folder)
        if tree.files == self.files:
            return []
        self.files = tree.files
        reading = read(tree.files)
        findings = [*tree.findings, *reading.findings]
        if reading.content and not in_the_way(findings):
            self.content = reading.content
        return findings

    def round(self, now: datetime) -> Round:
        """Ask, judge, and take what is to be told into the outbox.

        Raises OSError where the disk does not let us; the next round then does it all.
        """
        done = Round()
        with state.locked(self.state / "monitor.lock"):
            self._reread(done)
            if self.content:
                self._look(self.content, now, done)
                before = self._recall(done)
                after = self._judge(self.content, before, now, done)
                memory.keep(self.state, after)
                self._hand_on(after, now, done)
                self._roll_up(self.content, now, done)
        return done

    def _reread(self, done: Round) -> None:
        try:
            done.findings += self.read_content()
        except OSError as error:
            done.troubles.append(f"{error.filename}: {error.strerror}; watching as before")

    def _look(self, content: Content, now: datetime, done: Round) -> None:
        """See how it is now, from here and from elsewhere, and write down what was seen here."""
        settings, seen = content.monitoring, list[Observation]()
        try:
            seen += observe(content.components, settings, self.vantage, now)
            if seen:
                log.append(self.folder / log.FOLDER, seen)
        except CutOff as error:
            done.troubles.append(str(error))
        except OSError as error:
            done.troubles.append(f"{error.strerror}: what was seen is not written down")
        try:
            seen += self._seen.new(now)
        except OSError as error:
            done.troubles.append(f"{error.filename}: {error.strerror}; not read")
        self._tracks = followed(self._tracks, seen, settings, now)

    def _recall(self, done: Round) -> Memory:
        try:
            return memory.load(self.state)
        except Forgotten as error:
            done.troubles.append(f"{error}; what goes wrong is told anew")
            return Memory()

    def _judge(self, content: Content, before: Memory, now: datetime, done: Round) -> Memory:
        settings = content.monitoring
        probed = {component.id for component in content.components if component.probe}
        concluded_of = concluded(self._tracks, settings, now)
        found = {c: verdict for c, verdict in concluded_of.items() if c in probed}
        words, news = alerts.heard(before.words, found, content, settings, now)
        filed, notes = self._file(content, before.drafts, found, now, done)
        done.message = alerts.message(news, notes, content, settings, now)
        new = [(done.message, channel) for channel in settings.channels if done.message]
        kept = [(m, channel) for m, channel in before.telling if now - m.at < GIVEN_UP_AFTER]
        return Memory(words, filed, (*kept, *new))

    def _file(
        self,
        content: Content,
        open_drafts: Iterable[Draft],
        found: Mapping[str, Verdict],
        now: datetime,
        done: Round,
    ) -> tuple[tuple[Draft, ...], list[Note]]:
        """Open a draft of what lasts, and end those of what is over."""
        notes: list[Note] = []
        filed = list(drafts.watched(open_drafts, content))
        files, settings = Files(self.folder, self.files), content.monitoring
        try:
            for draft, up_since in drafts.over(list(filed), found):
                notes.append(filing.ended(files, draft, content, up_since))
                filed.remove(draft)
            outage = drafts.due(found, filed, content, settings, now)
            if outage:
                publish = settings.publish_drafts
                draft, note = filing.opened(files, outage, content, now, publish=publish)
                filed.append(draft)
                notes.append(note)
        except OSError as error:
            done.troubles.append(f"{error.filename}: {error.strerror}; no draft was written")
        return tuple(filed), notes

    def _hand_on(self, kept: Memory, now: datetime, done: Round) -> None:
        """Give the outbox what is to be told; what it cannot take now is tried again."""
        left: list[tuple[Message, Channel]] = []
        for message, channel in kept.telling:
            try:
                self.outbox.add(message, [channel], self.environment, now)
            except NotSetUp as error:
                done.troubles.append(f"{error}: {message.title!r} waits")
                left.append((message, channel))
        if kept.telling:
            memory.keep(self.state, replace(kept, telling=tuple(left)))

    def _roll_up(self, content: Content, now: datetime, done: Round) -> None:
        """Once a day: add up the days that are over."""
        if self._rolled_up == now.date():
            return
        stale_after = content.monitoring.stale_after
        try:
            log.roll_up(self.folder / log.FOLDER, self.vantage, now, stale_after)
        except OSError as error:
            done.troubles.append(f"{error.filename}: {error.strerror}; days are not added up")
        self._rolled_up = now.date()


def in_the_way(findings: Sequence[Finding]) -> list[Finding]:
    """The errors for which nothing can be watched."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and finding.place.path in NEEDED
    ]
