"""Channels as they are written, in notify.yaml and wherever else somebody is told."""

from __future__ import annotations

from pydantic import Field

from statusgen.content import rules
from statusgen.content.fields import (
    ComponentId,
    Contact,
    Document,
    Language,
    Line,
    Mailbox,
    Variable,
)
from statusgen.content.source import Source
from statusgen.content.suggestions import nearest
from statusgen.findings import Key
from statusgen.model.channels import Channel, Command, Email, Shape, Subscription, Webhook


class WebhookDocument(Document):
    """An address that messages are posted to."""

    url_from: Variable
    shape: Shape = Shape.JSON


class EmailDocument(Document):
    """Mail, to each address apart."""

    sender: Mailbox
    to: list[Mailbox] = []
    list_from: Variable | None = None
    unsubscribe: Contact | None = None


class DeliveryDocument(Document):
    """A channel: exactly one of these."""

    webhook: WebhookDocument | None = None
    email: EmailDocument | None = None
    command: list[Line] | None = Field(None, min_length=1)


class SubscriptionDocument(DeliveryDocument):
    """A channel that is told what is new on the site."""

    language: Language | None = None
    components: list[ComponentId] = []


class NotifyDocument(Document):
    """notify.yaml."""

    channels: list[SubscriptionDocument] = Field(min_length=1)


def channel(document: DeliveryDocument, source: Source, *keys: Key) -> Channel | None:
    """The channel that stands at those keys; None, with a finding, when it is not one."""
    given = [kind for kind in ("webhook", "email", "command") if getattr(document, kind)]
    if len(given) != 1:
        said = " and ".join(f"`{kind}`" for kind in given) or "none"
        message = f"A channel is one of `webhook`, `email` and `command`; here is {said}."
        help = "Begin another channel with `- ` for each."
        source.found.append(rules.BAD_VALUE.found(source.at(*keys), message, help))
        return None
    if document.webhook:
        return Webhook(document.webhook.url_from, document.webhook.shape)
    if document.email:
        return _email(document.email, source, *keys, "email")
    return Command(tuple(document.command or ()))


def _email(document: EmailDocument, source: Source, *keys: Key) -> Email | None:
    if not document.to and not document.list_from:
        message = "This mail goes to nobody."
        help = "Add `to: [address]`, or `list_from:` with the variable that names a file."
        source.found.append(rules.MISSING_KEY.found(source.at(*keys), message, help))
        return None
    to = tuple(document.to)
    return Email(document.sender, to, document.list_from, document.unsubscribe)


def subscriptions(
    document: NotifyDocument, source: Source, languages: tuple[str, ...]
) -> tuple[Subscription, ...]:
    """The channels of notify.yaml; ``languages`` are the site's."""
    found: list[Subscription] = []
    for index, one in enumerate(document.channels):
        said = one.language or languages[0]
        if said not in languages:
            place = source.at("channels", index, "language")
            message = f"`{said}` is no language of this site."
            rule = rules.UNKNOWN_LANGUAGE
            source.found.append(rule.found(place, message, nearest(said, languages)))
        reached = channel(one, source, "channels", index)
        if reached:
            found.append(Subscription(reached, said, tuple(one.components)))
    return tuple(found)
