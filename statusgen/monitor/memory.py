"""What a monitor must know after it was killed: what it told, what it is telling, what it drafted.

Words and the messages that bring them are kept in one write, before the first message is handed
on: whatever happens then, the same messages are handed on again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from statusgen.delivery import channels, message, state
from statusgen.delivery.message import Message
from statusgen.model.channels import Channel
from statusgen.monitor.alerts import Word
from statusgen.monitor.drafts import Draft
from statusgen.monitor.verdicts import State

_FILE = "monitor.json"


class Forgotten(Exception):
    """The file is there, and cannot be made out."""


class Memory(Struct, frozen=True):
    """The words by component, the drafts of outages that last, and what is on its way to whom."""

    words: Mapping[str, Word] = field(default_factory=dict)
    drafts: tuple[Draft, ...] = ()
    telling: tuple[tuple[Message, Channel], ...] = ()


def load(folder: Path) -> Memory:
    """What was kept in a state folder; raises Forgotten where that is no longer what it was."""
    try:
        said = json.loads((folder / _FILE).read_bytes())
    except FileNotFoundError:
        return Memory()
    except ValueError as error:
        raise Forgotten(f"{folder / _FILE}: {error}") from None
    try:
        words = {component: _word(word) for component, word in said["words"].items()}
        drafts = tuple(_draft(draft) for draft in said["drafts"])
        return Memory(words, drafts, tuple(_telling(one) for one in said["telling"]))
    except (AttributeError, LookupError, StopIteration, TypeError, ValueError) as error:
        raise Forgotten(f"{folder / _FILE}: {error!r}") from None


def keep(folder: Path, memory: Memory) -> None:
    """Keep it, on the disk when this returns. Whoever calls holds the lock on the folder."""
    said = {
        "words": {component: asdict(word) for component, word in memory.words.items()},
        "drafts": [asdict(draft) for draft in memory.drafts],
        "telling": [
            {"message": message.as_data(told), "channel": channels.as_data(channel)}
            for told, channel in memory.telling
        ],
    }
    text = json.dumps(said, default=datetime.isoformat, indent=1)
    state.write(folder / _FILE, f"{text}\n".encode())


def _word(said: Mapping[str, Any]) -> Word:
    moments = {key: _moment(said[key]) for key in ("at", "failing_since", "silent_since")}
    told = tuple(datetime.fromisoformat(at) for at in said["told"])
    states = {key: State(said[key]) for key in ("state", "seen")}
    return Word(**{**said, **moments, **states, "told": told})


def _draft(said: Mapping[str, Any]) -> Draft:
    at = datetime.fromisoformat(said["at"])
    return Draft(**{**said, "components": tuple(said["components"]), "at": at})


def _telling(said: Mapping[str, Any]) -> tuple[Message, Channel]:
    return message.from_data(said["message"]), channels.from_data(said["channel"])


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
