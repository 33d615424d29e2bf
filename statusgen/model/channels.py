"""Where word is sent: to people and programs that do not come and look.

What is secret stands in the environment; a channel only names the variable that holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """What a webhook is sent: the message itself, or what a chat service makes of it."""

    JSON = "json"
    SLACK = "slack"
    TEAMS = "teams"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that messages are posted to; whoever knows it may post, so it is a secret.

    ``url_from`` is the environment variable that holds it.
    """

    url_from: str
    shape: Shape = Shape.JSON


@dataclass(frozen=True, slots=True)
class Email:
    """Mail to each address apart, so that no reader sees who else there is.

    ``sender`` and ``to`` are ``address`` or ``Name <address>``. ``list_from`` is the environment
    variable that names a file of further addresses, one a line. Those are subscribers: they
    are told how to leave (``unsubscribe``, a mailto: or https: address, else the sender's).
    """

    sender: str
    to: tuple[str, ...] = ()
    list_from: str | None = None
    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, no shell; it gets the message as JSON on standard input."""

    run: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hub:
    """A WebSub hub (https://www.w3.org/TR/websub/): told which feed is new, it passes that on."""

    url: str


Channel = Webhook | Email | Command | Hub


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel that is told what is new on the site, in one of its languages.

    Of all components when ``components`` is empty.
    """

    channel: Channel
    language: str
    components: tuple[str, ...] = ()
