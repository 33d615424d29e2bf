"""Whatever happened, and whenever one looks, both APIs keep to their shapes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statusgen.build import check, render
from tests import api_reader, statuspage_reader
from tests.sites import NOW, all_themes, only

SITE = """\
name: {nl: Proef, en: Trial}
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl, en]
""" + only("statuspage", "api")
SLA = """\
title: {nl: Afspraken, en: Agreement}
availability:
  target: 99.9%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
  counts: {major_outage: 1, partial_outage: 33.3%, degraded_performance: 0}
"""
COMPONENTS = """\
groups:
  - {id: one, name: Een, components: [{id: server, name: Server}]}
  - id: two
    name: Twee
    components: [{id: app, name: App, sla: false}, {id: chat, name: Chat}]
"""
STATUSES = ("operational", "degraded_performance", "partial_outage", "major_outage")

component = st.sampled_from(["server", "app", "chat"])
text = st.one_of(
    st.just("Een **vet** woord & <meer>."),
    st.just("[hier](/hulp/)"),
    st.text("aé<>&\"'\\ \U0001f525", min_size=1, max_size=20).filter(str.strip),
)
words = st.fixed_dictionaries({"nl": text, "en": text})
affected = st.dictionaries(component, st.sampled_from(STATUSES), min_size=1)
# A clock change lies in it, and the moment of looking.
moment = st.integers(-40 * 1440, 10 * 1440).map(lambda minutes: NOW + timedelta(minutes=minutes))


def told(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}Z"


@st.composite
def update(draw: st.DrawFn, at: datetime, statuses: tuple[str, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {"at": told(at), "status": draw(st.sampled_from(statuses))}
    if draw(st.booleans()):
        values["text"] = draw(words)
    return values


@st.composite
def incident(draw: st.DrawFn) -> dict[str, Any]:
    times = sorted(draw(st.lists(moment, min_size=1, max_size=5, unique=True)))
    updates = []
    for at in times[1:]:
        values = draw(update(at, ("investigating", "identified", "monitoring", "resolved")))
        if draw(st.booleans()):
            values["components"] = draw(affected)
        updates.append(values)
    optional = {
        "kind": st.sampled_from(["disruption", "bug", "calamity"]),
        "impact": st.sampled_from(["none", "minor", "major", "critical"]),
        "ticket": st.just("INL-1"),
        "reported": st.just(told(times[0])),
        "registered": moment.map(told),
        "priority": st.sampled_from(["low", "urgent"]),
        "excluded": st.fixed_dictionaries({"ground": st.just("customer-fault"), "reason": words}),
        "unreachable": st.just(
            [{"from": told(times[0]), "to": told(times[0] + timedelta(days=2))}]
        ),
        "postmortem": words,
    }
    return {
        "title": draw(words),
        "components": draw(affected),
        "started": told(times[0]),
        "updates": updates,
        **draw(st.fixed_dictionaries({}, optional=optional)),
    }


@st.composite
def maintenance(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(moment)
    times = sorted(draw(st.lists(moment, max_size=4, unique=True)))
    statuses = ("scheduled", "in_progress", "verifying", "completed", "cancelled")
    optional = {
        "announced": st.just(told(start - timedelta(days=3))),
        "text": words,
        "effect": st.sampled_from(["none", "major_outage"]),
        "actual": st.just({"start": told(start + timedelta(minutes=10))}),
    }
    return {
        "title": draw(words),
        "components": draw(st.lists(component, min_size=1, unique=True)),
        "start": told(start),
        "duration": "3h",
        "updates": [draw(update(at, statuses)) for at in times],
        **draw(st.fixed_dictionaries({}, optional=optional)),
    }


@settings(max_examples=20)
@given(st.lists(incident(), max_size=3), st.lists(maintenance(), max_size=3))
def test_the_apis_keep_to_their_shapes(
    incidents: list[dict[str, Any]], plans: list[dict[str, Any]]
) -> None:
    files = {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS}
    for number, values in enumerate(incidents):
        files[f"incidents/2026/i{number}.yaml"] = json.dumps(values, ensure_ascii=False)
    for number, values in enumerate(plans):
        files[f"maintenance/2026/m{number}.yaml"] = json.dumps(values, ensure_ascii=False)
    content = {name: text.encode() for name, text in files.items()}
    # Also what policy refuses: its rules may change, the shapes may not.
    read = check(content, all_themes(), NOW).content
    assume(read is not None)
    assert read
    artifacts = render(read, all_themes()[read.site.theme], NOW)
    site = {artifact.path: artifact.content for artifact in artifacts}
    found = api_reader.read_all(site)
    for folder in ("api/v2/", "en/api/v2/"):
        summary = statuspage_reader.read_all(site, folder)["summary.json"]
        states = [part["status"] for part in summary["components"] if not part["group"]]
        assert states == list(found["summary"]["components"].values())
