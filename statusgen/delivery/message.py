"""What is sent, and what may go wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Tone(StrEnum):
    """What a message is about at a glance, in the words of the views."""

    OK = "ok"
    DEGRADED = "degraded"
    PARTIAL = "partial"
    MAJOR = "major"
    MAINTENANCE = "maint"
    NOTE = "note"


class Message(Struct, frozen=True):
    """``text`` is plain; ``url`` is where to read on; ``at`` is when it came about, in UTC.

    ``id`` never changes for the same news: who gets a message twice knows it by that. ``data``
    (JSON values only) is for programs: the plain JSON of a webhook, and commands. ``footer`` is
    what a mail says at its end.
    """

    id: str
    title: str
    text: str
    at: datetime
    tone: Tone = Tone.NOTE
    url: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    footer: str = ""


class Failure(StrEnum):
    """How far a failure reaches: this message for good, this message now, or the channel now."""

    PERMANENT = "permanent"
    PASSING = "passing"
    CHANNEL = "channel"


class NotDelivered(Exception):
    """A message did not arrive. The reason is fit for a log: it never holds a secret."""

    def __init__(self, reason: str, failure: Failure = Failure.CHANNEL) -> None:
        super().__init__(reason)
        self.reason, self.failure = reason, failure


class NotSetUp(Exception):
    """A channel lacks what it needs here, such as a variable of the environment."""


def as_data(message: Message) -> dict[str, Any]:
    """The message for programs: JSON values only."""
    footer = {"footer": message.footer} if message.footer else {}
    return {
        "id": message.id,
        "title": message.title,
        "text": message.text,
        "url": message.url,
        "at": message.at.isoformat(),
        "tone": message.tone.value,
        "data": dict(message.data),
        **footer,
    }


def from_data(data: Mapping[str, Any]) -> Message:
    """The message that ``as_data`` said."""
    told = {**data, "at": datetime.fromisoformat(data["at"]), "tone": Tone(data["tone"])}
    return Message(**told)
