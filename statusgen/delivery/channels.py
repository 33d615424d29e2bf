"""The kinds of channel: what sends to each, and how each is written in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any

from msgspec.structs import asdict

from statusgen.delivery.message import Message
from statusgen.model.channels import Channel, Command, Email, Hub, Shape, Webhook

Send = Callable[[Message, str], None]
"""Sends a message to one recipient; raises NotDelivered."""
Open = Callable[[Channel, Mapping[str, str]], AbstractContextManager[Send]]

_SENDERS: Mapping[type[Channel], str] = {
    Webhook: "webhook",
    Email: "email",
    Command: "command",
    Hub: "websub",
}


def recipients(channel: Channel, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Whom a message for the channel goes to, each apart; "" where there is but one.

    Raises NotSetUp, before anything is sent, where the channel lacks something.
    """
    found: tuple[str, ...] = _sender(channel).recipients(channel, environment)
    return found


def opened(channel: Channel, environment: Mapping[str, str]) -> AbstractContextManager[Send]:
    """The channel for a round of sending; raises NotSetUp."""
    made: AbstractContextManager[Send] = _sender(channel).opened(channel, environment)
    return made


def _sender(channel: Channel) -> Any:
    # Loaded when something is sent that way: httpx takes its time.
    return import_module(f"statusgen.delivery.{_SENDERS[type(channel)]}")


def name_of(channel: Channel) -> str:
    """What to call it where anybody may read along."""
    match channel:
        case Webhook():
            return f"webhook {channel.url_from}"
        case Email():
            return f"mail to the list {channel.list_from}" if channel.list_from else "mail"
        case Command():
            return f"command {channel.run[0]}"
        case Hub():
            return f"hub {channel.url}"


def as_data(channel: Channel) -> dict[str, Any]:
    """The channel as JSON values."""
    return {"kind": _SENDERS[type(channel)], **asdict(channel)}


def from_data(data: Mapping[str, Any]) -> Channel:
    """The channel that ``as_data`` said."""
    kind: Any = next(made for made, name in _SENDERS.items() if name == data["kind"])
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
    }
    del values["kind"]
    if kind is Webhook:
        values["shape"] = Shape(values["shape"])
    made: Channel = kind(**values)
    return made
