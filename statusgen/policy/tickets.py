"""Clause 3d: a ticket is known by its number."""

from __future__ import annotations

from collections.abc import Iterator

from statusgen.findings import Finding, Place, Rule
from statusgen.model.events import Events
from statusgen.policy.case import Case

TICKET_SPELLING = Rule(
    "ticket-spelling",
    "A ticket number is written the same way everywhere.",
    "It is an address, and some servers tell capitals from small letters.",
    "ticket: inl-2041            # and INL-2041 in another file",
    clause="3d",
)
RULES = (TICKET_SPELLING,)


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each incident that spells the number of an earlier one otherwise."""
    spelled: dict[str, str] = {}
    for card in Events.of(case.content.incidents).cards:
        number = card.ticket
        if number and spelled.setdefault(number.lower(), number) != number:
            yield TICKET_SPELLING.found(
                Place(card.path).at("ticket"),
                f"Elsewhere this ticket is `{spelled[number.lower()]}`.",
                "Write it the same way everywhere.",
            )
