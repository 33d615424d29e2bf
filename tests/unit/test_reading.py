from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, time
from fractions import Fraction
from pathlib import Path
from types import FrameType

import pytest

from statusgen import policy
from statusgen.cache import Cache
from statusgen.content import document, reading, rules
from statusgen.content.context import Context, zone_of_site
from statusgen.content.document import read_document
from statusgen.content.files import Files, Known
from statusgen.content.reading import located, read, reading_ahead
from statusgen.content.shelf import Read, Shelf
from statusgen.findings import Finding, Severity, Span, ordered
from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.content import Content
from statusgen.model.hours import WeeklyHours, WeeklySpan
from statusgen.model.incidents import Impact
from statusgen.model.probes import HttpProbe

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = {
    path.name: path.read_bytes()
    for path in (Path(__file__).parents[1] / "cases" / "base").glob("*.yaml")
}
INCIDENT = "incidents/2026/storing.yaml"
PLAN = "maintenance/2026/upgrade.yaml"
SCHEDULE = "schedules/updates.yaml"

AN_INCIDENT = """\
title: Storing
components: [dashboard]
updates:
  - {at: 2026-11-23 15:03, status: investigating, text: Traag.}
"""
A_PLAN = """\
title: Upgrade
components: [server]
start: 2026-11-25 21:00
announced: 2026-01-01 10:00
"""
A_SCHEDULE = """\
title: Updates
components: [server]
rrule: FREQ=DAILY
first: 1970-01-01 22:00
duration: 1h
announced: 1970-01-01 10:00
"""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def files(**texts: str) -> dict[str, bytes]:
    """The base with these files: `plan=...`, or a single file by its stem."""
    paths = {"incident": INCIDENT, "plan": PLAN, "schedule": SCHEDULE}
    own = {paths.get(name, f"{name}.yaml"): text.encode() for name, text in texts.items()}
    return {**BASE, **own}


def content(**texts: str) -> Content:
    reading = read(files(**texts))
    assert reading.findings == []
    assert reading.content is not None
    return reading.content


def told(given: dict[str, bytes]) -> list[Finding]:
    reading = read(given)
    judged = policy.judge(reading.content, NOW).findings if reading.content else []
    return ordered([*reading.findings, *located(judged, given)])


def codes(given: dict[str, bytes]) -> set[str]:
    return {finding.code for finding in told(given)}


# What is read


def test_times_and_words_keep_what_was_written() -> None:
    """17:30 is no number of seconds, and `no` no boolean."""
    said = content(
        components=BASE["components.yaml"]
        .decode()
        .replace(
            "{id: dashboard, name: Dashboard}",
            "{id: dashboard, name: no, sla: false, "
            "probe: {url: https://app.voorbeeld.example/, expect: {contains: on}}}",
        )
    )
    availability, maintenance = said.agreement.availability, said.agreement.maintenance
    assert availability is not None
    assert maintenance is not None
    assert availability.hours == WeeklyHours((0, 1, 2, 3, 4), time(8, 30), time(17, 30))
    assert availability.target == Fraction(9, 10)
    assert set(maintenance.windows) == {
        *(WeeklySpan(day, time(17, 30), 1, time(8, 30)) for day in range(4)),
        WeeklySpan(4, time(17, 30), 3, time(8, 30)),
    }
    server, dashboard = said.components
    assert (server.sla, dashboard.sla) == (True, False)
    assert dashboard.name.pick("nl") == ("no", "nl")
    assert isinstance(dashboard.probe, HttpProbe)
    assert dashboard.probe.contains == "on"


@pytest.mark.parametrize("text", ["no", "1050", "17:30", "2026-11-23", "true", "0x1F", "1e3"])
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    (incident,) = content(incident=AN_INCIDENT.replace("Storing", text)).incidents
    assert incident.title.pick("nl") == (text, "nl")


def test_a_quoted_time_is_a_time() -> None:
    sla = (
        BASE["sla.yaml"].decode().replace("from: 08:30, to: 17:30", "from: '08:30', to: \"17:30\"")
    )
    availability = content(sla=sla).agreement.availability
    assert availability is not None
    assert availability.hours.end == time(17, 30)


def test_a_plan_ends_by_its_end_or_its_duration() -> None:
    planned = Interval(utc("2026-11-25 20:00"), utc("2026-11-25 22:00"))
    for end in ("end: 2026-11-25 23:00", "duration: 2h", "duration: PT2H", "duration: 90m 1800s"):
        (plan,) = content(plan=f"{A_PLAN}{end}\n").maintenance
        assert (plan.id, plan.planned) == ("upgrade", planned)


@pytest.mark.parametrize(
    ("components", "extra", "impact", "status"),
    [
        ("[dashboard]", "", Impact.MAJOR, ComponentStatus.PARTIAL_OUTAGE),
        ("[dashboard]", "kind: bug", Impact.MINOR, ComponentStatus.DEGRADED_PERFORMANCE),
        ("[dashboard]", "kind: calamity", Impact.CRITICAL, ComponentStatus.MAJOR_OUTAGE),
        ("[dashboard]", "impact: none", Impact.NONE, ComponentStatus.OPERATIONAL),
        ("{dashboard: major_outage}", "", Impact.CRITICAL, ComponentStatus.MAJOR_OUTAGE),
        ("{dashboard: major_outage}", "impact: minor", Impact.MINOR, ComponentStatus.MAJOR_OUTAGE),
    ],
)
def test_impact_and_statuses_follow_from_each_other(
    components: str, extra: str, impact: Impact, status: ComponentStatus
) -> None:
    text = AN_INCIDENT.replace("[dashboard]", components) + f"{extra}\n"
    (incident,) = content(incident=text).incidents
    assert (incident.impact, incident.components) == (impact, {"dashboard": status})


def test_an_incident_starts_with_its_first_update_and_ends_with_the_resolved_one() -> None:
    text = AN_INCIDENT + "  - {at: 2026-11-23 16:10, status: resolved, text: Klaar.}\n"
    (incident,) = content(incident=text).incidents
    assert (incident.started_at, incident.ended_at) == (
        utc("2026-11-23 14:03"),
        utc("2026-11-23 15:10"),
    )


def test_ids_of_updates_come_from_their_moment() -> None:
    text = AN_INCIDENT + "  - {at: 2026-11-23 15:42, status: identified, text: B., id: two}\n"
    (incident,) = content(incident=text).incidents
    assert [update.id for update in incident.updates] == ["20261123t140300z", "two"]


def test_the_agreement_holds_from_local_midnight() -> None:
    sla = f"valid_from: 2026-07-01\n{BASE['sla.yaml'].decode()}"
    assert content(sla=sla).agreement.valid_from == utc("2026-06-30 22:00")


@pytest.mark.parametrize(
    "extra", ["priority:", "updates:", "kind:", "unreachable: null", "excluded: ~"]
)
def test_a_key_without_a_value_counts_as_left_out(extra: str) -> None:
    text = AN_INCIDENT
    if extra == "updates:":
        text = "title: Storing\ncomponents: [dashboard]\nstarted: 2026-11-23 15:00\n"
    assert [f for f in told(files(incident=f"{text}{extra}\n")) if f.severity == "error"] == []


def test_the_zone_of_the_site_is_known_even_when_the_rest_is_wrong() -> None:
    assert zone_of_site({"site.yaml": b"timezone: Asia/Kolkata\nname: []\n"}) == "Asia/Kolkata"
    assert zone_of_site({"site.yaml": b"timezone: Nowhere\n"}) == "UTC"
    assert zone_of_site({"site.yaml": b"- a\n"}) == "UTC"
    assert zone_of_site({}) == "UTC"


# All findings in one run


def test_all_findings_of_all_files_come_in_one_run() -> None:
    given = files(
        incident=AN_INCIDENT.replace("[dashboard]", "[dashbord]").replace("status:", "stats:"),
        plan="titel: Upgrade\ncomponents: server\nstart: 2026-03-29 02:30\n",
        sla="- a\n",
    )
    assert [(f.code, f.place.path) for f in told(given)] == [
        (rules.UNKNOWN_COMPONENT.code, INCIDENT),
        (rules.MISSING_KEY.code, INCIDENT),
        (rules.UNKNOWN_KEY.code, INCIDENT),
        (rules.MISSING_KEY.code, PLAN),
        (rules.UNKNOWN_KEY.code, PLAN),
        (rules.WRONG_TYPE.code, PLAN),
        (rules.TIME_SKIPPED.code, PLAN),
        (rules.WRONG_TYPE.code, "sla.yaml"),
    ]


def test_a_broken_list_of_components_makes_no_others_wrong() -> None:
    assert codes(files(incident=AN_INCIDENT, components="groups: [\n")) == {rules.SYNTAX.code}


def test_a_broken_site_makes_no_text_wrong() -> None:
    site = BASE["site.yaml"].decode().replace("languages: [nl]", "languages: nl")
    text = AN_INCIDENT.replace("title: Storing", "title: {nl: Storing, en: Disruption}")
    assert codes(files(incident=text, site=site)) == {rules.WRONG_TYPE.code}


def test_the_rest_is_read_beside_a_broken_file() -> None:
    reading = read(files(incident=AN_INCIDENT, plan="start: [\n"))
    assert reading.content is not None
    assert [incident.id for incident in reading.content.incidents] == ["storing"]
    assert reading.content.maintenance == ()


# What is hostile


@pytest.fixture
def in_no_time() -> Iterator[None]:
    """Ends a test that hangs: ten seconds of work, for what takes a fraction of one."""

    def stop(number: int, frame: FrameType | None) -> None:
        pytest.fail("ten seconds of work, and no end")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 10)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def many(count: int, text: str) -> str:
    return "".join(text.format(n) for n in range(count))


HOSTILE = {
    "unknown keys": files(incident=AN_INCIDENT + many(6000, "key{}: x\n")),
    "unknown components": files(plan=A_PLAN.replace("[server]", f"[{many(6000, 'c{}, ')}]")),
    "broken backups": {**BASE, "backups/x.yaml": many(6000, "- {{ok: {}}}\n").encode()},
    "broken updates": files(incident=AN_INCIDENT + many(4000, "  - {{at: {}}}\n")),
    "languages of text": files(
        incident=AN_INCIDENT.replace("Storing", f"{{{many(6000, 'l{}: x, ')}}}")
    ),
    "languages and names": files(
        site=BASE["site.yaml"].decode().replace("[nl]", f"[{many(20000, 'l{}, ')}]"),
        components="groups:\n- id: p\n  name: P\n  components:\n"
        + many(3000, "  - {{id: c{}, name: N}}\n"),
    ),
    "a long plan": files(plan=f"{A_PLAN}duration: 999999d\n"),
    "a long plan, with holidays": files(
        plan=f"{A_PLAN}duration: 999999d\n",
        sla=BASE["sla.yaml"].decode() + "  holidays_open: true\n",
    ),
    "long occurrences": files(schedule=A_SCHEDULE.replace("1h", "999999d")),
    "a plan at the end of time": files(
        plan=A_PLAN.replace("2026-11-25", "2199-12-31") + "duration: 999999d 999999h\n"
    ),
    "a rule that fits no day": files(
        schedule=A_SCHEDULE.replace("DAILY", "DAILY;BYMONTH=2;BYMONTHDAY=30")
    ),
    "long words": files(incident=AN_INCIDENT.replace("dashboard", "d" * 200_000)),
    "a long number": files(
        components=BASE["components.yaml"]
        .decode()
        .replace(
            "name: Dashboard",
            f"name: D, probe: {{url: https://x.example/, expect: {{status: {'9' * 100_000}}}}}",
        )
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("in_no_time")
def test_a_hostile_file_gives_findings_and_no_wait(name: str) -> None:
    found = told(HOSTILE[name])
    assert any(finding.severity is Severity.ERROR for finding in found)
    assert all(isinstance(finding.place, Span) for finding in found)
    assert max(len(finding.message) for finding in found) < 2_000


@pytest.mark.usefixtures("in_no_time")
def test_a_far_horizon_and_an_old_daily_schedule_are_no_wait() -> None:
    site = BASE["site.yaml"].decode() + "horizon: 999999d\n"
    last = A_PLAN.replace("2026-11-25", "2199-12-30") + "duration: 1h\n"
    assert codes(files(schedule=A_SCHEDULE, site=site, plan=last)) <= {
        "maintenance-outside-window",
        *(rule.code for rule in rules.RULES),
    }


def test_two_of_a_component_are_told_of_or_taken_once() -> None:
    given = files(plan=A_PLAN.replace("[server]", "[server, server]") + "duration: 1h\n")
    reading = read(given)
    assert reading.content is not None
    assert reading.findings or reading.content.maintenance[0].components == ("server",)


# On the edge of a rule


@pytest.mark.parametrize(
    "text",
    [
        # Announced just as long before as was promised.
        A_PLAN.replace("2026-01-01 10:00", "2026-11-24 21:00") + "duration: 1h\n",
        # An update of this very moment.
        A_PLAN + "duration: 1h\nupdates: [{at: 2026-11-24 13:00, status: scheduled}]\n",
    ],
)
def test_what_is_just_in_time_is_in_time(text: str) -> None:
    assert told(files(plan=text)) == []


def test_plans_that_touch_do_not_overlap() -> None:
    after = A_PLAN.replace("21:00", "22:00") + "duration: 1h\n"
    given = files(plan=A_PLAN + "duration: 1h\n") | {"maintenance/after.yaml": after.encode()}
    assert told(given) == []


def test_a_plan_at_the_first_moment_of_the_agreement_is_judged() -> None:
    sla = f"valid_from: 2026-11-26\n{BASE['sla.yaml'].decode()}"
    plan = A_PLAN.replace("2026-11-25 21:00", "2026-11-26 00:00") + "duration: 10h\n"
    assert codes(files(sla=sla, plan=plan)) == {"maintenance-outside-window"}
    earlier = plan.replace("2026-11-26 00:00", "2026-11-25 23:59")
    assert codes(files(sla=sla, plan=earlier)) == set()


# Several processes

MANY: dict[str, bytes] = {
    **BASE,
    **{
        f"incidents/2026-{month:02}-{number:02}.yaml": AN_INCIDENT.encode()
        for month in range(1, 9)
        for number in range(1, 6)
    },
    "incidents/2026-03-30.yaml": b"no: good",
    "incidents/2026-06-30.yaml": b"- no: good",
}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """One that eight processes may read for."""
    monkeypatch.setattr(reading, "_FILES_A_PROCESS", 1)
    return Shelf(Cache(tmp_path), "key", jobs=8)


def test_several_processes_read_what_one_reads(shelf: Shelf) -> None:
    alone = read(MANY)
    assert {finding.place.path for finding in alone.findings} >= {
        "incidents/2026-03-30.yaml",
        "incidents/2026-06-30.yaml",
    }
    assert read(MANY, shelf=shelf) == alone
    assert read(MANY, shelf=shelf) == alone


def test_each_process_reads_its_share_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    here: list[str] = []

    def noted(path: str, data: bytes, context: Context) -> Read:
        here.append(path)
        return read_document(path, data, context)

    monkeypatch.setattr(document, "read_document", noted)
    read(MANY, shelf=shelf)
    assert 3 < len(here) <= 3 + 7
    read(MANY, shelf=shelf)
    assert len(here) <= 3 + 7


def test_what_a_process_that_was_ended_did_not_read_is_read(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = os.getpid()

    def ended(path: str, data: bytes, context: Context) -> Read:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return read_document(path, data, context)

    monkeypatch.setattr(document, "read_document", ended)
    assert read(MANY, shelf=shelf) == read(MANY)


@pytest.fixture
def one_new(shelf: Shelf, tmp_path: Path) -> Files:
    """Files on disk that were read before, and one more."""
    for name, data in BASE.items():
        (tmp_path / name).write_bytes(data)
    read(BASE, shelf=shelf)
    known = Known({}, Files(BASE).digests)
    return Files({INCIDENT: AN_INCIDENT.encode()}, str(tmp_path), known)


def test_another_process_reads_what_is_new_meanwhile(
    shelf: Shelf, one_new: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent, (asked, asking) = os.getpid(), os.pipe()

    def elsewhere(path: str, data: bytes, context: Context) -> Read:
        assert os.getpid() != parent
        os.read(asked, 1)
        return read_document(path, data, context)

    monkeypatch.setattr(document, "read_document", elsewhere)
    with reading_ahead(one_new, shelf):
        awaited = shelf.awaited
        monkeypatch.setattr(shelf, "awaited", lambda: os.write(asking, b".") == 1 and awaited())
        try:
            ahead = read(one_new, shelf=shelf)
        finally:
            os.write(asking, b".")
    monkeypatch.setattr(document, "read_document", read_document)
    assert ahead == read({**one_new})
    assert ahead.content
    assert [incident.path for incident in ahead.content.incidents] == [INCIDENT]


def test_what_the_other_process_did_not_read_is_read(
    shelf: Shelf, one_new: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = os.getpid()

    def ended(path: str, data: bytes, context: Context) -> Read:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return read_document(path, data, context)

    monkeypatch.setattr(document, "read_document", ended)
    with reading_ahead(one_new, shelf):
        assert read(one_new, shelf=shelf) == read({**one_new})


def test_nothing_is_read_ahead_where_all_was_read_before_or_the_site_is_another(
    shelf: Shelf, one_new: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(one_new, shelf=shelf)
    forked: list[object] = []
    monkeypatch.setattr(reading, "asked", forked.append)
    with reading_ahead(one_new, shelf):
        pass
    with reading_ahead({**one_new, "site.yaml": b""}, shelf):
        pass
    assert forked == []
