from __future__ import annotations

import json

import pytest

from statusgen.content.reading import read
from statusgen.content.values import is_mailbox
from statusgen.delivery.channels import as_data, from_data, name_of
from statusgen.model.channels import Channel, Command, Email, Hub, Shape, Subscription, Webhook
from tests.unit.small_site import FILES

CHANNELS = """\
channels:
  - webhook: {url_from: OPS_WEBHOOK, shape: teams}
    language: en
    components: [server, app]
  - webhook: {url_from: CHAT}
  - email:
      sender: Voorbeeld <status@voorbeeld.example>
      to: [ops@voorbeeld.example]
      list_from: READERS
      unsubscribe: https://www.voorbeeld.example/weg
  - command: [notify-send, --urgency, low]
"""
MAIL = Email(
    "Voorbeeld <status@voorbeeld.example>",
    ("ops@voorbeeld.example",),
    "READERS",
    "https://www.voorbeeld.example/weg",
)
COMMAND = Command(("notify-send", "--urgency", "low"))


def test_channels_are_read_as_they_are_written() -> None:
    files = {name: text.encode() for name, text in {**FILES, "notify.yaml": CHANNELS}.items()}
    reading = read(files)
    assert reading.findings == []
    assert reading.content
    assert reading.content.subscriptions == (
        Subscription(Webhook("OPS_WEBHOOK", Shape.TEAMS), "en", ("server", "app")),
        Subscription(Webhook("CHAT", Shape.JSON), "nl"),
        Subscription(MAIL, "nl"),
        Subscription(COMMAND, "nl"),
    )


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        (Webhook("CHAT", Shape.SLACK), "webhook CHAT"),
        (MAIL, "mail to the list READERS"),
        (Email("a@b.example", ("c@d.example",)), "mail"),
        (COMMAND, "command notify-send"),
        (Hub("https://hub.example/"), "hub https://hub.example/"),
    ],
)
def test_a_channel_waits_in_the_outbox_as_it_is(channel: Channel, name: str) -> None:
    assert from_data(json.loads(json.dumps(as_data(channel)))) == channel
    assert name_of(channel) == name


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a@b.example", True),
        ("jan.de-boer+status@mail.b.example", True),
        ("Jan de Boër <a@b.example>", True),
        ("a@b.example\n", False),
        ("Jan\nBcc: x@y.example <a@b.example>", False),
        ("a@b.example, c@d.example", False),
        ("Jan, Eva <a@b.example>", False),
        ("<a@b.example>", False),
        ("a@", False),
        ("a", False),
        ("a@b.example>", False),
        (f"{'a' * 250}@b.example", False),
    ],
)
def test_an_address_to_mail_fits_in_a_header_as_it_is(text: str, good: bool) -> None:
    assert is_mailbox(text) is good
