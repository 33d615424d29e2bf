from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from statusgen.content.reading import read
from statusgen.history.facts import facts
from statusgen.history.record import record
from statusgen.history.report import Report, month_report, year_report
from statusgen.history.report_data import as_data, minutes, percentage
from statusgen.intervals import Interval
from statusgen.model.content import Content
from statusgen.model.incidents import IncidentKind

SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl]
"""
SLA = """\
title: Afspraken
availability:
  target: 90%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
  holidays: NL
  counts: {partial_outage: 0.3}
maintenance:
  windows:
    - {days: mon-thu, from: 17:30, to: 08:30}
    - {from: fri 17:30, to: mon 08:30}
tickets: {register_within: 24h}
"""
COMPONENTS = """\
groups:
  - id: platform
    name: Platform
    components:
      - {id: server, name: Server}
      - {id: chat, name: Chat, sla: false}
"""
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def content(events: Mapping[str, str], sla: str = SLA) -> Content:
    files = {"site.yaml": SITE, "sla.yaml": sla, "components.yaml": COMPONENTS, **events}
    reading = read({path: text.encode() for path, text in files.items()})
    assert reading.findings == []
    assert reading.content
    return reading.content


def report(of: Content, month: str, now: datetime = NOW) -> Report:
    return month_report(of, facts(of, now), date.fromisoformat(f"{month}-01"))


def incident(start: str, end: str, components: str, more: str = "") -> str:
    return (
        f"title: Storing\ncomponents: {components}\n{more}updates:\n"
        f"  - {{at: {start}, status: investigating, text: Uit.}}\n"
        f"  - {{at: {end}, status: resolved, text: Over.}}\n"
    )


EVENTS = {
    "incidents/2026/uit.yaml": incident(
        "2026-11-23 14:58", "2026-11-23 16:10", "{server: major_outage, chat: partial_outage}"
    ),
    "incidents/2026/half.yaml": incident(
        "2026-11-23 16:00", "2026-11-23 16:21", "{server: partial_outage}"
    ),
    "incidents/2026/traag.yaml": incident(
        "2026-11-24 17:00", "2026-11-24 18:00", "{server: degraded_performance}"
    ),
    "incidents/2026/stekker.yaml": incident(
        "2026-11-25 10:00",
        "2026-11-25 10:30",
        "{server: major_outage}",
        "excluded: {ground: unapproved-change, reason: Nieuw systeem.}\n",
    ),
    "maintenance/2026/spoed.yaml": (
        "title: Spoed\ncomponents: [server]\nstart: 2026-11-26 17:00\nend: 2026-11-26 18:00\n"
        "announced: 2026-11-20 10:00\noverride: {reason: Lek., approved_by: Directie}\n"
    ),
}


def test_a_report_as_data() -> None:
    data = as_data(report(content(EVENTS), "2026-11"))
    service = data["service"]
    ledger = service.pop("ledger")
    # 72 minutes, ten of them twice; 11 more at three tenths; half an hour of work.
    assert service == {
        "guaranteed_minutes": 11340,
        "guaranteed_in_full_minutes": 11340,
        "downtime_in_hours_minutes": 135.3,
        "excused_minutes": 30,
        "downtime_minutes": 105.3,
        "exact_seconds": {
            "guaranteed": [680_400, 1],
            "guaranteed_in_full": [680_400, 1],
            "excused": [1_800, 1],
            "downtime": [6_318, 1],
            "allowance": [61_722, 1],
        },
        "availability": [1387, 1400],
        "availability_pct": "99.071428",
        "meets_target": True,
        "target": [9, 10],
        "allowance_minutes": 1028.7,
    }
    assert isinstance(service["excused_minutes"], int)
    assert [(line["start"], line["end"], line["minutes"]) for line in ledger] == [
        ("2026-11-23T13:58:00Z", "2026-11-23T15:00:00Z", 62),
        ("2026-11-23T15:00:00Z", "2026-11-23T15:10:00Z", 10),
        ("2026-11-23T15:10:00Z", "2026-11-23T15:21:00Z", 11),
        ("2026-11-24T16:00:00Z", "2026-11-24T16:30:00Z", 30),
        ("2026-11-25T09:00:00Z", "2026-11-25T09:30:00Z", 30),
        ("2026-11-26T16:00:00Z", "2026-11-26T16:30:00Z", 30),
    ]
    assert [(line["downtime_minutes"], line["excused_minutes"]) for line in ledger] == [
        (62, 0),
        (10, 0),
        (3.3, 0),
        (0, 0),
        (0, 30),
        (30, 0),
    ]
    assert [(line["share"], line["excused_share"]) for line in ledger] == [
        ([1, 1], [0, 1]),
        ([1, 1], [0, 1]),
        ([3, 10], [0, 1]),
        ([0, 1], [0, 1]),
        ([0, 1], [1, 1]),
        ([1, 1], [0, 1]),
    ]


def test_each_outage_says_what_it_is_and_whether_it_counts() -> None:
    ledger = as_data(report(content(EVENTS), "2026-11"))["service"]["ledger"]
    told = [
        (outage["event"], outage["kind"], outage["status"], outage["counted"], outage["why"])
        for line in ledger
        for outage in line["outages"]
    ]
    assert told == [
        ("uit", "disruption", "major_outage", True, "counted"),
        ("uit", "disruption", "major_outage", True, "counted"),
        ("half", "disruption", "partial_outage", True, "counted"),
        ("half", "disruption", "partial_outage", True, "counted"),
        ("traag", "disruption", "degraded_performance", False, "status-not-counted"),
        ("stekker", "disruption", "major_outage", False, "unapproved-change"),
        ("spoed", "maintenance", "under_maintenance", True, "counted"),
    ]
    assert {outage["component"] for line in ledger for outage in line["outages"]} == {"server"}


def test_components_come_in_their_order_with_their_own_ledger() -> None:
    components = as_data(report(content(EVENTS), "2026-11"))["components"]
    assert [component["id"] for component in components] == ["server", "chat"]
    server, chat = components
    assert server["downtime_minutes"] == 105.3
    assert (chat["downtime_minutes"], chat["excused_minutes"]) == (21.6, 0)
    assert [line["outages"][0]["event"] for line in chat["ledger"]] == ["uit"]


def test_a_component_says_whether_it_is_in_the_figure_of_the_service() -> None:
    data = as_data(report(content(EVENTS), "2026-11"))
    assert [component["in_service"] for component in data["components"]] == [True, False]
    assert "in_service" not in data["service"]


def test_a_part_of_a_second_is_not_cut_off() -> None:
    of = content({})
    outage = replace(
        next(
            o for o in facts(content(EVENTS), NOW).down if o.share == 1 and o.component == "server"
        ),
        interval=Interval(
            datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 9, 0, 1, 500_000, UTC)
        ),
    )
    known = replace(facts(of, NOW), down=[outage])
    (line,) = as_data(month_report(of, known, date(2026, 11, 1)))["service"]["ledger"]
    assert line["minutes"] == line["downtime_minutes"] == 0.025


def test_data_are_json_and_the_same_each_time() -> None:
    once, twice = (json.dumps(as_data(report(content(EVENTS), "2026-11"))) for _ in range(2))
    assert once == twice


def test_a_month_without_guaranteed_time_is_not_applicable() -> None:
    data = as_data(report(content({}), "2026-12", datetime(2026, 12, 1, 6, tzinfo=UTC)))
    figures = data["service"]
    assert figures["guaranteed_minutes"] == 0
    assert figures["guaranteed_in_full_minutes"] == 11880
    assert figures["availability"] is figures["availability_pct"] is figures["meets_target"] is None
    # 22 working days are to come.
    assert figures["allowance_minutes"] == 1188


def test_a_report_where_no_availability_is_promised() -> None:
    of = content(EVENTS, "title: Afspraken\n")
    data = as_data(report(of, "2026-11"))
    promised = as_data(report(content(EVENTS), "2026-11"))
    assert list(data["service"]) == list(promised["service"])
    assert list(data["components"][0]) == list(promised["components"][0])
    for figures in (data["service"], *data["components"]):
        assert figures.pop("ledger") == []
        assert {value for key, value in figures.items() if key not in ("id", "in_service")} == {
            None
        }


def test_a_broken_promise_has_less_than_nothing_left() -> None:
    of = content(
        {
            "incidents/2026/lang.yaml": incident(
                "2026-11-02 00:00", "2026-11-05 00:00", "{server: major_outage}"
            )
        }
    )
    figures = as_data(report(of, "2026-11"))["service"]
    assert figures["downtime_minutes"] == 3 * 540
    assert figures["meets_target"] is False
    assert figures["allowance_minutes"] == 1134 - 1620


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Fraction(1), "100.000000"),
        (Fraction(0), "0.000000"),
        (Fraction(9, 10), "90.000000"),
        (Fraction(89999, 100000), "89.999000"),
        (Fraction(899999999, 10**9), "89.999999"),
        (Fraction(999999999, 10**9), "99.999999"),
        (Fraction(2, 3), "66.666666"),
        (Fraction(1, 10**8), "0.000001"),
        (Fraction(1, 10**9), "0.000000"),
    ],
)
def test_a_percentage_is_rounded_down(share: Fraction, said: str) -> None:
    assert percentage(share) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, 0), (60, 1), (90, 1.5), (20, 0.333333), (-5400, -90)]
)
def test_minutes_are_whole_where_they_can_be(seconds: int, said: float) -> None:
    found = minutes(Fraction(seconds))
    assert found == said
    assert isinstance(found, type(said))


def test_a_year_is_one_of_the_site_s_zone() -> None:
    of = content({})
    found = year_report(of, facts(of, NOW), 2026)
    assert found.name == "2026"
    assert found.during == Interval(
        datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)
    )


def months(events: Mapping[str, str], now: datetime, sla: str = SLA) -> list[str]:
    reports = record(content(events, sla), now).reports
    return [report.name for report in reports.months]


def test_months_are_reported_from_when_the_agreement_is_valid() -> None:
    found = months(EVENTS, NOW, SLA + "valid_from: 2025-11-15\n")
    assert (found[0], found[-1], len(found)) == ("2025-11", "2026-12", 14)
    assert found[1:3] == ["2025-12", "2026-01"]


def test_or_else_from_the_first_event_on() -> None:
    assert months(EVENTS, NOW) == ["2026-11", "2026-12"]
    early = {"maintenance/2026/vroeg.yaml": EVENTS["maintenance/2026/spoed.yaml"]}
    assert months(early, NOW) == ["2026-11", "2026-12"]
    assert months({}, NOW) == ["2026-12"]


def test_a_month_begins_at_the_midnight_of_the_site() -> None:
    assert months({}, datetime(2026, 11, 30, 22, 59, tzinfo=UTC)) == ["2026-11"]
    assert months({}, datetime(2026, 11, 30, 23, 0, tzinfo=UTC)) == ["2026-12"]


def test_the_reports_are_those_of_the_months_and_their_years() -> None:
    of = content(EVENTS, SLA + "valid_from: 2025-11-15\n")
    found = record(of, datetime(2026, 2, 1, tzinfo=UTC)).reports
    names = ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [report.name for report in found.months] == names
    assert [year.whole.name for year in found.years] == ["2025", "2026"]
    assert not any(report.is_year for report in found.months)
    assert all(year.whole.is_year for year in found.years)
    told = [[report.name for report in year.months] for year in found.years]
    assert told == [names[:2], names[2:]]
    for year in found.years:
        assert guaranteed([year.whole]) == guaranteed(year.months)


def guaranteed(of: Iterable[Report]) -> Fraction:
    return sum((report.service.guaranteed for report in of if report.service), Fraction(0))


def test_a_year_has_its_months_before_the_first_event_too() -> None:
    """Without a day that the agreement is valid from, all of the year was guaranteed."""
    found = record(content(EVENTS), NOW).reports
    assert [report.name for report in found.months] == ["2026-11", "2026-12"]
    (year,) = found.years
    assert [report.name for report in year.months] == [f"2026-{n:02}" for n in range(1, 13)]
    assert guaranteed([year.whole]) == guaranteed(year.months)


# Reactions


def reactions(of: Content, month: str, now: datetime = NOW) -> dict[str, dict[str, Any]]:
    return {entry.pop("kind"): entry for entry in as_data(report(of, month, now))["reactions"]}


def test_reactions_are_told_for_each_kind_by_the_month_of_the_report() -> None:
    late = (
        "kind: bug\nstarted: 2026-10-30 10:00\nreported: 2026-11-02 10:00\n"
        "registered: 2026-11-02 10:05\nrepair_started: 2026-11-02 12:00\n"
    )
    of = content(
        {
            "incidents/2026/kolom.yaml": incident(
                "2026-11-02 10:10", "2026-11-03 10:00", "[server]", late
            )
        }
    )
    assert set(reactions(of, "2026-11")) == {str(kind) for kind in IncidentKind}
    assert reactions(of, "2026-11")["bug"] == {
        "incidents": 1,
        "overdue": 0,
        "registered": 1,
        "registered_in_time": 1,
        "median_minutes_to_register": 5,
        "median_minutes_to_start": 120,
        "median_minutes_to_resolve": 1440,
    }
    assert reactions(of, "2026-10")["bug"]["incidents"] == 0
    assert reactions(of, "2026-11")["disruption"] == {
        "incidents": 0,
        "overdue": 0,
        "registered": 0,
        "registered_in_time": 0,
        "median_minutes_to_register": None,
        "median_minutes_to_start": None,
        "median_minutes_to_resolve": None,
    }


def test_what_is_not_known_yet_is_in_no_report() -> None:
    """An update of a later moment is not shown before that moment has come."""
    of = content(EVENTS)
    before = datetime(2026, 11, 23, 13, 58, tzinfo=UTC) - timedelta(minutes=1)
    data = as_data(report(of, "2026-11", before))
    assert data["service"]["ledger"] == []
    assert [entry["incidents"] for entry in data["reactions"]] == [0, 0, 0]
