"""Telling a WebSub hub that a feed is new (https://www.w3.org/TR/websub/).

How a publisher does that the specification leaves open; this is what hubs have taken since
PubSubHubbub. The hub fetches the feed itself: nothing of it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from statusgen.delivery.message import Failure, Message, NotDelivered
from statusgen.delivery.posting import client, post
from statusgen.model.channels import Hub

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def recipients(channel: Hub, environment: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ARG001
    """The hub itself."""
    return ("",)


@contextmanager
def opened(
    channel: Hub,
    environment: Mapping[str, str],  # noqa: ARG001
) -> Iterator[Callable[[Message, str], None]]:
    """A way to tell it of the feed at a message's address; raises NotDelivered when used."""
    with client() as to:

        def send(message: Message, recipient: str) -> None:  # noqa: ARG001
            topic = message.url or ""
            # Some hubs look for the one name, some for the other.
            asked = {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
            try:
                post(to, channel.url, urlencode(asked).encode("ascii"), _FORM)
            except NotDelivered as failure:
                if failure.failure is not Failure.PERMANENT:
                    raise
                # A hub says no to what it cannot fetch: the site may still be on its way.
                raise NotDelivered(failure.reason, Failure.PASSING) from None

        yield send
