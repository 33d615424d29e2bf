"""Where word is sent: to people and programs that do not come and look.

What is secret stands in the environment; a channel only names the variable that holds it.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Shape(StrEnum):
    """What a webhook is sent: the message itself, or what a chat service makes of it."""

    JSON = "json"
    SLACK = "slack"
    TEAMS = "teams"


class Webhook(Struct, frozen=True):
    """An address that messages are posted to; whoever knows it may post, so it is a secret.

    ``url_from`` is the environment variable that holds it.
    """

    url_from: str
    shape: Shape = Shape.JSON


class Email(Struct, frozen=True):
    """Mail to each address apart, so that no reader sees who else there is.

    ``sender`` and ``to`` are ``address`` or ``Name <address>``. ``list_from`` is the environment
    variable that names a file of further addresses, one a line. Those are subscribers: they
    are told how to leave (``unsubscribe``, a mailto: or https: address, else the sender's).
    """

    sender: str
    to: tuple[str, ...] = ()
    list_from: str | None = None
    unsubscribe: str | None = None


class Command(Struct, frozen=True):
    """A program with its arguments, no shell; it gets the message as JSON on standard input."""

    run: tuple[str, ...]


class Hub(Struct, frozen=True):
    """A WebSub hub (https://www.w3.org/TR/websub/): told which feed is new, it passes that on."""

    url: str


Channel = Webhook | Email | Command | Hub


class Subscription(Struct, frozen=True):
    """A channel that is told what is new on the site, in one of its languages.

    Of all components when ``components`` is empty.
    """

    channel: Channel
    language: str
    components: tuple[str, ...] = ()
