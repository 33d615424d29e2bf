"""A site with some history over New Year, and random edits of it: for what must not depend on
how a site came to be what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hypothesis import strategies as st

from statusgen.content.reading import read
from statusgen.model.content import Content

SITE = """\
name: {{nl: {name} Status, en: {name} Status}}
url: https://status.voorbeeld.example/pad/
timezone: Europe/Amsterdam
languages: {languages}
horizon: {horizon}
{more}"""
SLA = """\
title: {nl: Afspraken, en: Agreement}
availability:
  target: 99%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
  counts: {major_outage: 1, partial_outage: 0.5}
tickets: {register_within: 24h}
"""
COMPONENTS = """\
groups:
  - id: all
    name: {nl: Alles, en: Everything}
    components:
      - {id: server, name: NAME}
      - {id: app, name: {nl: Toepassing, en: App}, sla: false}
      - {id: zelden, name: {nl: Zelden, en: Seldom}}
"""
SCHEDULE = """\
title: {{nl: Bijwerken, en: Updates}}
components: [app]
rrule: FREQ=WEEKLY
first: 2026-11-03 {hour}:00
duration: 1h
announced: 2026-10-20 10:00
until: 2027-01-31
{more}"""
STARTS = tuple(
    datetime.fromisoformat(text)
    for text in (
        *("2025-12-31 23:30", "2026-03-28 12:00", "2026-10-05 10:00", "2026-11-30 22:00"),
        *("2026-12-07 09:00", "2026-12-29 09:00", "2026-12-30 12:40", "2027-01-01 00:00"),
    )
)
COURSES: Mapping[str, Sequence[tuple[int, str]]] = {
    "silent": (),
    "open": ((5, "investigating"),),
    "over": ((5, "investigating"), (65, "resolved")),
    "for days": ((5, "investigating"), (90, "identified"), (6 * 1440, "resolved")),
    "explained": ((5, "investigating"), (15, "resolved"), (240, "resolved")),
}
"""By what becomes of it the updates of an incident: minutes after the start, status."""
WORKS: Mapping[str, Sequence[tuple[int, str]]] = {
    "as planned": (),
    "late": ((130, "in_progress"), (3 * 1440, "completed")),
    "not done": ((130, "in_progress"),),
    "early": ((30, "completed"),),
    "called off": ((-60, "cancelled"),),
}
Files = dict[str, str]


def incident(
    start: datetime, course: str, component: str, text: str, more: Mapping[str, str]
) -> str:
    said = [f"  - {_update(start, *told, text)}\n" for told in COURSES[course]]
    return (
        f"title: {{nl: Storing {course}, en: Outage {course}}}\n"
        f"components: {{{component}: major_outage}}\nstarted: {start:%Y-%m-%d %H:%M}\n"
        + "".join(f"{key}: {value}\n" for key, value in more.items())
        + ("updates:\n" if said else "")
        + "".join(said)
    )


def plan(start: datetime, work: str, component: str, text: str) -> str:
    said = [f"  - {_update(start, *told, text)}\n" for told in WORKS[work]]
    return (
        f"title: {{nl: Werk {work}, en: Work {work}}}\ncomponents: [{component}]\n"
        f"start: {start:%Y-%m-%d %H:%M}\nduration: 2h\n"
        f"announced: {start - timedelta(days=3):%Y-%m-%d %H:%M}\n"
        + ("updates:\n" if said else "")
        + "".join(said)
    )


def _update(start: datetime, after: int, status: str, text: str) -> str:
    at = start + timedelta(minutes=after)
    said = f'{{nl: "{text}", en: "{text}"}}'
    return f"{{at: {at:%Y-%m-%d %H:%M}, status: {status}, text: {said}}}"


def site(
    name: str = "Proef", languages: str = "[nl, en]", horizon: str = "60d", more: str = ""
) -> str:
    return SITE.format(name=name, languages=languages, horizon=horizon, more=more)


FILES: Files = {
    "site.yaml": site(),
    "sla.yaml": SLA,
    "components.yaml": COMPONENTS.replace("NAME", "Server"),
    "incidents/2026/storing-0.yaml": incident(
        STARTS[2], "over", "server", "Weg.", {"ticket": "AB-1"}
    ),
    "incidents/2026/storing-1.yaml": incident(STARTS[4], "over", "server", "Weg.", {}),
    "maintenance/2026/werk-0.yaml": plan(STARTS[3], "as planned", "app", "Klaar."),
    "schedules/keer.yaml": SCHEDULE.format(hour="21", more=""),
    "pages/hulp.nl.md": "---\ntitle: Hulp\n---\nVraag het ons.\n",
}

Edit = tuple[str, str | None]
"""(path, what is in it from now on); None when it is gone."""

_TEXTS = st.sampled_from(["Even **weg**.", "<script>", "Weer terug."])
_PARTS = st.sampled_from(["server", "app", "zelden"])
_STARTS = st.sampled_from(STARTS)
_MORE = st.sampled_from(
    [
        {},
        {"ticket": "AB-1"},
        {"kind": "bug", "priority": "high", "reported": "2026-12-29 10:00"},
        {"reported": "2026-12-29 10:00", "registered": "2026-12-29 11:00"},
        {"ended": "2027-01-03 12:00"},
        {"excluded": "{ground: customer-fault, reason: {nl: Eigen fout., en: Own fault.}}"},
    ]
)
_EVENTS = ["incidents/2026/storing-0", "incidents/2026/storing-1", "incidents/2026/anders"]
_PLANS = ["maintenance/2026/werk-0", "maintenance/2026/werk-1"]


def _written(paths: Sequence[str], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Edit]:
    """Added, altered, removed, and with another it is renamed."""
    gone: st.SearchStrategy[str | None] = st.none()
    return st.tuples(st.sampled_from(paths).map("{}.yaml".format), texts | texts | gone)


EVENT_EDITS: st.SearchStrategy[Edit] = st.one_of(
    _written(
        _EVENTS,
        st.builds(incident, _STARTS, st.sampled_from(sorted(COURSES)), _PARTS, _TEXTS, _MORE),
    ),
    _written(_PLANS, st.builds(plan, _STARTS, st.sampled_from(sorted(WORKS)), _PARTS, _TEXTS)),
    _written(
        ["schedules/keer"],
        st.builds(
            SCHEDULE.format,
            hour=st.sampled_from(["20", "21"]),
            more=st.sampled_from(
                [
                    "",
                    "except: [2026-12-01]\n",
                    "changes: {2026-12-29: {start: 2026-12-30 12:00}}\n",
                    "updates:\n  - {occurrence: 2026-11-24, at: 2026-12-30 12:30, "
                    "status: cancelled, text: {nl: Toch niet., en: Not now.}}\n",
                ]
            ),
        ),
    ),
)
SETTING_EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.tuples(
        st.just("site.yaml"),
        st.builds(
            site,
            name=st.sampled_from(["Proef", "Ander"]),
            languages=st.sampled_from(["[nl, en]", "[en, nl]"]),
            horizon=st.sampled_from(["60d", "10d"]),
            more=st.sampled_from(
                ["", "notice: {nl: Let op., en: Mind.}\n", "outputs: {rss: false, search: false}\n"]
            ),
        ),
    ),
    st.tuples(
        st.just("components.yaml"),
        st.sampled_from(["Server", "Rekenaar"]).map(lambda name: COMPONENTS.replace("NAME", name)),
    ),
    st.tuples(
        st.just("sla.yaml"),
        st.sampled_from([SLA, f"{SLA}valid_from: 2026-06-01\n", SLA.replace("99%", "95%")]),
    ),
)


def after(edits: Sequence[Edit]) -> Files:
    """The files after these edits."""
    files = dict(FILES)
    for path, text in edits:
        if text is None:
            files.pop(path, None)
        else:
            files[path] = text
    return files


def content_after(edits: Sequence[Edit]) -> Content:
    """What the files say after these edits."""
    found = read({path: text.encode() for path, text in after(edits).items()}).content
    assert found
    return found
