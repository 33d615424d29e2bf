"""What was, a month or a year at a time: pages that stay as they are once they are made."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from statusgen.history.months import Month, newest
from statusgen.history.record import Record
from statusgen.model.events import Card
from statusgen.views.lists import month_list, ticket_list, year_list
from statusgen.views.report import ReportView
from statusgen.views.search import Entry, event_entry
from statusgen.views.sections import ListView
from statusgen.views.sla import month_page, year_page
from statusgen.views.told import Told
from statusgen.views.viewpoint import Viewpoint


class YearView(Struct, frozen=True):
    """The pages of a year: its history, its report, where it has them."""

    history: ListView | None
    report: ReportView | None


def tickets_of(month: Month) -> set[str]:
    """The tickets of what began in it, in small letters."""
    return {card.ticket.lower() for card in month.began.cards if card.ticket}


class PastViews:
    """The pages of every month and year in one language, each made when it is asked for."""

    def __init__(self, view: Viewpoint, told: Told, record: Record) -> None:
        self.view, self.told, self.record = view, told, record

    def history(self, month: Month) -> ListView | None:
        """The page of what happened in it, if anything did."""
        months = list(self.record.counts)
        if month.first not in self.record.counts:
            return None
        index = months.index(month.first)
        older = months[index + 1] if index + 1 < len(months) else None
        return month_list(self.view, self.told, month, older, months[index - 1] if index else None)

    def tickets(self, month: Month) -> list[ListView]:
        """The pages of the tickets that are first spoken of in it."""
        return [ticket_list(self.view, self.told, found) for found in self.ticketed(month)]

    def ticketed(self, month: Month) -> list[Sequence[Card]]:
        """The incidents of each ticket of which the first, by id, began in it."""
        found = (self.record.tickets[number] for number in sorted(tickets_of(month)))
        began = {card.id for card in month.began.cards}
        return [incidents for incidents in found if incidents[0].id in began]

    def report(self, month: Month) -> ReportView | None:
        """The report of the month, where it has one."""
        return month_page(self.view, self.told, self.record, month)

    def entries(self, month: Month) -> list[Entry]:
        """What can be found of it, newest first."""
        cards = sorted(month.began.cards, key=newest, reverse=True)
        return [event_entry(self.view, self.told.of(card)) for card in cards]

    def year(self, name: str) -> YearView:
        """The pages of a year (2026)."""
        known = int(name) in self.record.years
        history = year_list(self.view, self.record, int(name)) if known else None
        return YearView(history, year_page(self.view, self.told, self.record, name))
