"""Webhooks: the message as JSON, or in the shape that a chat service shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from statusgen import __version__
from statusgen.delivery.message import Message, NotSetUp, Tone, as_data
from statusgen.delivery.posting import client, post
from statusgen.model.channels import Shape, Webhook

TITLE, SLACK_TEXT = 150, 3000
"""Characters that Slack takes in a header and in a section."""
TEAMS_TEXT = 5000
"""Characters that leave a card of Teams under the 28 kB that it takes, whatever they are."""


def recipients(channel: Webhook, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The one address, unnamed; raises NotSetUp where there is none."""
    _address(channel, environment)
    return ("",)


def _address(channel: Webhook, environment: Mapping[str, str]) -> str:
    address = environment.get(channel.url_from, "").strip()
    if not address:
        raise NotSetUp(f"the variable {channel.url_from} is not set: it holds a webhook's address")
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise NotSetUp(f"the variable {channel.url_from} holds no web address")
    return address


@contextmanager
def opened(
    channel: Webhook, environment: Mapping[str, str]
) -> Iterator[Callable[[Message, str], None]]:
    """A way to send; raises NotSetUp, and when used NotDelivered."""
    address = _address(channel, environment)
    with client() as to:

        def send(message: Message, recipient: str) -> None:  # noqa: ARG001
            said = json.dumps(_SHAPES[channel.shape](message), ensure_ascii=False)
            post(to, address, said.encode("utf-8", "replace"), _headers(message))

        yield send


def _headers(message: Message) -> dict[str, str]:
    # In each shape the same for the same message, so that one that came twice is known.
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": json.dumps(message.id),
        "User-Agent": f"statusgen/{__version__}",
    }


def _slack(message: Message) -> dict[str, Any]:
    """Blocks (https://docs.slack.dev/reference/block-kit), and text for notifications."""
    title = _cut(message.title, TITLE)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}
    ]
    if message.text:
        plain = {"type": "plain_text", "text": _cut(message.text, SLACK_TEXT), "emoji": False}
        blocks.append({"type": "section", "text": plain})
    if message.url:
        link = {"type": "mrkdwn", "text": _slack_escaped(message.url)}
        blocks.append({"type": "context", "elements": [link]})
    return {"text": _slack_escaped(title), "blocks": blocks}


def _slack_escaped(text: str) -> str:
    """Without this, `<!channel>` in an announcement would wake everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(message: Message) -> dict[str, Any]:
    """An Adaptive Card in a message: what a workflow of Teams takes from a webhook.

    Runs of text show what is written; other elements would read it as Markdown.
    """
    colour = _COLOURS.get(message.tone, "default")
    title = {
        "text": _cut(message.title, TITLE),
        "size": "large",
        "weight": "bolder",
        "color": colour,
    }
    runs = [title, {"text": _cut(message.text, TEAMS_TEXT)}] if message.text else [title]
    body = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run}]} for run in runs]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": _cut(message.title, TITLE),
        "body": body,
    }
    if message.url:
        shown = urlsplit(message.url).hostname or message.url
        card["actions"] = [{"type": "Action.OpenUrl", "title": shown, "url": message.url}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


_COLOURS = {
    Tone.OK: "good",
    Tone.DEGRADED: "warning",
    Tone.PARTIAL: "warning",
    Tone.MAJOR: "attention",
    Tone.MAINTENANCE: "accent",
}
_SHAPES = {Shape.JSON: as_data, Shape.SLACK: _slack, Shape.TEAMS: _teams}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
