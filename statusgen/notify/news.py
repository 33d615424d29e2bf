"""What is new since the last time, as messages: the difference of two sets of feeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from statusgen.delivery.email import unsubscribe_address
from statusgen.delivery.message import Message
from statusgen.i18n import Language
from statusgen.model.channels import Channel, Email, Hub, Subscription
from statusgen.model.content import Content
from statusgen.notify.feeds import Edition, Item, Published
from statusgen.notify.memory import Memory
from statusgen.notify.plain import plain


class News(Struct, frozen=True):
    """A message and the channel that it goes to."""

    message: Message
    channel: Channel


def news(before: Memory, published: Published, content: Content, now: datetime) -> list[News]:
    """All that is to be told, oldest first; of a language that is seen first, nothing."""
    told = [one for to in content.subscriptions for one in _of(to, before, published)]
    told.sort(key=lambda one: one.message.at)
    return [*told, *_pings(before, published, content, now)]


def _of(to: Subscription, before: Memory, published: Published) -> Iterator[News]:
    edition, known = published.editions[to.language], before.languages.get(to.language)
    if known is None:
        return
    for item in reversed(edition.items):
        if known.is_news(item.id, item.at) and _concerns(to, item, edition):
            yield News(_message(item, edition, to), to.channel)


def _concerns(to: Subscription, item: Item, edition: Edition) -> bool:
    return not to.components or any(item.id in edition.affecting[id] for id in to.components)


def _message(item: Item, edition: Edition, to: Subscription) -> Message:
    return Message(
        id=item.id,
        title=item.title,
        text=plain(item.html),
        at=item.at,
        url=item.url,
        data={"feed": edition.feed, "item": dict(item.data)},
        footer=_way_out(to),
    )


def _way_out(to: Subscription) -> str:
    """How somebody on a list leaves it."""
    if not (isinstance(to.channel, Email) and to.channel.list_from):
        return ""
    address = unsubscribe_address(to.channel).removeprefix("mailto:").partition("?subject")[0]
    return Language.load(to.language).text(
        "You get this mail because you asked for it. To stop it: {address}", address=address
    )


def _pings(before: Memory, published: Published, content: Content, now: datetime) -> Iterator[News]:
    """Word to the hub for each feed that is not what it was."""
    if content.site.hub is None:
        return
    for path, digest in published.digests.items():
        if before.digests.get(path, digest) != digest:
            topic = f"{content.site.url}{path}"
            message = Message(f"{topic}#{digest}", path, "", now, url=topic)
            yield News(message, Hub(content.site.hub))
