"""Drafts on disk, and what developers are told of them: never over what a person wrote."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from statusgen.content.names import id_of
from statusgen.content.saving import Changed, save
from statusgen.content.writer import CannotInsert
from statusgen.model.content import Content
from statusgen.monitor import drafts
from statusgen.monitor.alerts import Note, name
from statusgen.monitor.drafts import Draft, is_resolved
from statusgen.monitor.verdicts import Verdict
from statusgen.policy.words import said_length, said_twice


class Files(Struct, frozen=True):
    """A content folder with what was read there: path -> bytes."""

    folder: Path
    read: Mapping[str, bytes]

    @property
    def drafts(self) -> Path:
        """Where drafts lie: beside the content folder itself, also when a link leads there."""
        beside = Path(os.path.realpath(self.folder)).parent / drafts.FOLDER
        return beside if self.folder.is_absolute() else Path(os.path.relpath(beside))

    def place(self, draft: Draft) -> Path:
        """The file of a draft that is none of the content yet."""
        return self.drafts / draft.name

    def published(self, draft: Draft) -> str | None:
        """The path in the content of the incident that the draft has become."""
        paths = (p for p in self.read if p.startswith("incidents/") and id_of(p) == draft.id)
        return next(paths, None)


def opened(
    files: Files, outage: Sequence[Verdict], content: Content, now: datetime, *, publish: bool
) -> tuple[Draft, Note]:
    """Write the draft of an outage, unless it is there already, and say where it is.

    Raises OSError where the disk does not let us.
    """
    draft = drafts.drafted(outage, content, now)
    data = drafts.written(outage, content, now)
    draft = replace(draft, written=_digest(data))
    if not files.published(draft):
        place = files.folder / draft.path if publish else files.place(draft)
        root, path = (files.folder, draft.path) if publish else (place.parent, draft.name)
        # What is there is of this outage: a monitor that was killed wrote it, or a person did.
        with contextlib.suppress(Changed):
            save(root, {path: data}, {})
    return draft, _told_opened(files, draft, outage, content, now, publish=publish)


def ended(files: Files, draft: Draft, content: Content, up_since: datetime) -> Note:
    """Propose the update that ends it, in the draft, and say so or what there is to do.

    In the content it is written only while the file is as it was written by itself. Raises
    OSError where the disk does not let us.
    """
    path, place = files.published(draft), files.place(draft)
    if path and (
        _digest(files.read[path]) == draft.written or is_resolved(files.read[path], draft)
    ):
        done = _resolve(files.folder, path, draft, content, up_since)
        return _told_ended(files, draft, content, _RESOLVED if done else _BY_HAND)
    if path or not place.is_file():
        return _told_ended(files, draft, content, _BY_HAND if path else _GONE)
    done = _resolve(place.parent, place.name, draft, content, up_since)
    return _told_ended(files, draft, content, _PROPOSED if done else _DRAFT_BY_HAND)


def _resolve(root: Path, path: str, draft: Draft, content: Content, at: datetime) -> bool:
    """Whether the last update could be written."""
    before = (root / path).read_bytes()
    try:
        data = drafts.resolved(before, draft, content, at)
        if data != before:
            save(root, {path: data}, {path: before})
    except (CannotInsert, Changed, UnicodeDecodeError):
        return False
    return True


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# What is told


_RESOLVED = (
    "{published} now ends with a last update, which the next build here publishes: see whether "
    "it is true. To keep it in Git:"
)
_PROPOSED = "The draft {draft} ends with a proposed last update. Publish it, or take it away:"
_DRAFT_BY_HAND = "The draft {draft} could not be added to: write its last update, and publish it:"
_BY_HAND = "Add the last update: statusgen resolve{content} {id}"
_USUAL = "content"
"""The folder that commands take when none is named."""
_GONE = "Its draft was taken away: nothing is published of it."


def _told_opened(
    files: Files,
    draft: Draft,
    outage: Sequence[Verdict],
    content: Content,
    now: datetime,
    *,
    publish: bool,
) -> Note:
    called, first = _called(draft, content), outage[0]
    since = said_twice(first.since, content.site.zone)
    text = f"{called}: down for {said_length(now - first.since)}, since {since}.\n"
    if publish:
        published = (files.folder / draft.path).as_posix()
        text += f"An incident was opened, and the next build here publishes it: {published}. "
        text += "To keep it in Git:\n"
        text += _listed(*_committed(files.folder / draft.path, f"Incident: {draft.id}"))
        return _note("opened", f"Incident opened: {called}", text, draft)
    lies = files.place(draft).as_posix()
    text += f"A draft of an incident lies in {lies}; nobody sees it until you say:\n"
    return _note("drafted", f"Draft incident: {called}", text + _steps(files, draft), draft)


def _told_ended(files: Files, draft: Draft, content: Content, sentence: str) -> Note:
    called, published = _called(draft, content), files.published(draft) or draft.path
    folder = files.folder.as_posix()
    said = sentence.format(
        draft=files.place(draft).as_posix(),
        published=(files.folder / published).as_posix(),
        content="" if folder == _USUAL else f" --content {shlex.quote(folder)}",
        id=draft.id,
    )
    if sentence is _RESOLVED:
        said += f"\n{_listed(*_committed(files.folder / published, f'Resolved: {draft.id}'))}"
    elif sentence.endswith(":"):
        said += f"\n{_steps(files, draft)}"
    return _note("ended", f"Draft incident, over: {called}", said, draft)


def _note(what: str, title: str, text: str, draft: Draft) -> Note:
    data = {"news": what, "incident": draft.id, "components": list(draft.components)}
    return Note(f"{what} {draft.id}", title, text, data)


def _called(draft: Draft, content: Content) -> str:
    return ", ".join(name(c) for c in content.components if c.id in draft.components)


def _steps(files: Files, draft: Draft) -> str:
    """The commands that publish a draft."""
    target = files.folder / draft.path
    moved = (
        f"mkdir -p {shlex.quote(target.parent.as_posix())}",
        f"mv {shlex.quote(files.place(draft).as_posix())} {shlex.quote(target.as_posix())}",
        f"statusgen check {shlex.quote(files.folder.as_posix())}",
    )
    return _listed(*moved, *_committed(target, f"Incident: {draft.id}"))


def _committed(target: Path, subject: str) -> tuple[str, ...]:
    path = shlex.quote(target.as_posix())
    return f"git add {path}", f"git commit -m {shlex.quote(subject)} -- {path}", "git push"


def _listed(*commands: str) -> str:
    return "\n".join(f"  {command}" for command in commands)
