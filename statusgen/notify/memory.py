"""What subscribers have been told already, kept from one publish to the next."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from statusgen.delivery import state
from statusgen.notify.feeds import Edition, Published

_FORMAT = 1


class Known(Struct, frozen=True):
    """The ids that were seen in one language, with their dates.

    What is older than ``floor`` fell off the end of a full feed: should it come back into sight,
    because something newer was taken away, it is no news.
    """

    ids: Mapping[str, datetime]
    floor: datetime | None = None

    def is_news(self, id: str, at: datetime) -> bool:
        return id not in self.ids and (self.floor is None or at >= self.floor)


class Memory(Struct, frozen=True):
    """What is known by language, and the SHA-256 of each feed by its path."""

    languages: Mapping[str, Known] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


def learned(memory: Memory, published: Published, full: int) -> Memory:
    """The memory after all that is published was told. A feed is full at that many items."""
    languages = {
        language: _known(memory.languages.get(language, Known({})), edition, full)
        for language, edition in published.editions.items()
    }
    return Memory({**memory.languages, **languages}, published.digests)


def _known(before: Known, edition: Edition, full: int) -> Known:
    dates = [item.at for item in edition.items]
    tail = [min(dates)] if len(dates) >= full else []
    floor = max([*tail, *([before.floor] if before.floor else [])], default=None)
    ids = {**before.ids, **{item.id: item.at for item in edition.items}}
    return Known({id: at for id, at in ids.items() if not floor or at >= floor}, floor)


def load(path: Path) -> Memory | None:
    """What was saved there; None where nothing was. Raises OSError where it makes no sense."""
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != _FORMAT:
            raise ValueError(data["format"])
        languages = {tag: _read_known(known) for tag, known in data["languages"].items()}
        return Memory(languages, dict(data["digests"]))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, LookupError, AttributeError):
        said = "what was told before cannot be read; without this file it begins anew"
        raise OSError(errno.EIO, said, str(path)) from None


def _read_known(data: Mapping[str, object]) -> Known:
    ids, floor = data["ids"], data["floor"]
    assert isinstance(ids, dict)
    return Known(
        {id: datetime.fromisoformat(at) for id, at in ids.items()},
        datetime.fromisoformat(floor) if isinstance(floor, str) else None,
    )


def save(memory: Memory, path: Path) -> None:
    """Keep it; it is safe on disk when this returns."""
    languages = {
        tag: {
            "ids": {id: at.isoformat() for id, at in known.ids.items()},
            "floor": known.floor.isoformat() if known.floor else None,
        }
        for tag, known in memory.languages.items()
    }
    data = {"format": _FORMAT, "languages": languages, "digests": dict(memory.digests)}
    state.write(path, json.dumps(data).encode("ascii"))
