"""From a published site to messages on their way: one round of `statusgen notify`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from statusgen.delivery import channels, state
from statusgen.delivery.outbox import Outbox, Report
from statusgen.model.content import Content
from statusgen.notify import memory
from statusgen.notify.feeds import Published, published
from statusgen.notify.memory import Memory
from statusgen.notify.news import News, news
from statusgen.views.feed import ITEMS


class Round(Struct, frozen=True):
    """What there was to tell and what came of it; ``is_first``: all was but remembered."""

    news: tuple[News, ...]
    report: Report
    is_first: bool


def foresee(output: Path, content: Content, environment: Mapping[str, str], now: datetime) -> Round:
    """What `tell` would tell now, and nothing is changed. Raises NotPublished, OSError."""
    site, before = published(output, content), memory.load(_memory(output, environment))
    found = news(before, site, content, now) if before else []
    return Round(tuple(found), Report(), before is None)


def tell(output: Path, content: Content, environment: Mapping[str, str], now: datetime) -> Round:
    """Tell what is new in the output since the last time, and send what still waits.

    Killed at any point it goes on where it was: messages are safe in the outbox before it is
    remembered that they were told, and none is sent before that. Raises NotPublished, NotSetUp
    (nothing is told then), and OSError for the disk.
    """
    for to in content.subscriptions:
        channels.recipients(to.channel, environment)
    folder = state.folder_of(output, environment)
    outbox = Outbox(folder / "outbox")
    with state.locked(folder / "notify.lock"):
        site, path = published(output, content), _memory(output, environment)
        before = memory.load(path)
        found = news(before, site, content, now) if before else []
        for one in found:
            outbox.add(one.message, [one.channel], environment, now)
        _remember(before, site, path)
    return Round(tuple(found), outbox.deliver(environment, now), before is None)


def _remember(before: Memory | None, site: Published, path: Path) -> None:
    after = memory.learned(before or Memory(), site, ITEMS)
    if after != before:
        memory.save(after, path)


def _memory(output: Path, environment: Mapping[str, str]) -> Path:
    return state.folder_of(output, environment) / "notify.json"
