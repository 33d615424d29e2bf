"""What is the same as it was: a key for whatever follows from some files and a moment.

A key is the digest of all that a value or a page follows from: the program, the theme, what
the site says of itself, the files of the events that it tells of, and the moment as far as the
clock changes what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from statusgen.digests import digest
from statusgen.history.months import Month
from statusgen.model.events import Card

Kept = Callable[[str, str, Callable[[], Any]], Any]
"""(name, key, how it is made) -> value: found, or made."""


class Keys:
    """Keys of one edition: ``base`` is what all of it follows from, ``digest_of`` gives the digest
    of the file of an event by its path."""

    def __init__(self, base: str, digest_of: Callable[[str], str]) -> None:
        self.base, self.digest_of = base, digest_of
        self._settled: dict[str, str] = {}
        self._months: dict[str, str] = {}
        self._values: dict[int, tuple[object, str]] = {}

    def of(self, cards: Iterable[Card], *further: str) -> str:
        """Of what follows from events, in this order, of which the clock changes nothing.

        Which event of its file each is counts, and how much of that is known by now: what is
        dated later has not been said yet.
        """
        told = [f"{c.path}\0{self.digest_of(c.path)}\0{c.id}\0{c.said}" for c in cards]
        return digest(part.encode() for part in (self.base, *further, "\n".join(told)))

    def of_values(self, values: object) -> str:
        """Of what follows from values alone: it differs when their ``repr`` does."""
        # Several formats are made of the same feed.
        if id(values) not in self._values:
            self._values[id(values)] = values, self.of((), repr(values))
        return self._values[id(values)][1]

    def of_settled(self, month: Month, *further: str) -> str:
        """Of what follows from the settled events that began in a month."""
        if month.name not in self._settled:
            self._settled[month.name] = self.of(month.settled.cards)
        return self.of((), self._settled[month.name], *further)

    def of_month(self, month: Month, *further: str) -> str:
        """Of what follows from the events of a month."""
        if month.name not in self._months:
            moment = "" if month.is_settled else month.now.isoformat()
            measured = repr(month.content.measurements.during(month.during))
            began = {card.id for card in month.began.cards}
            passing = [card for card in month.touching.cards if card.id not in began]
            self._months[month.name] = self.of(
                (*month.unsettled.cards, *passing),
                *(self.of_settled(month), month.name, moment, measured),
            )
        return self.of((), self._months[month.name], *further)
