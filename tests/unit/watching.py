"""A service that is watched, for the tests of what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from statusgen.content.reading import read
from statusgen.model.content import Content
from statusgen.monitor.verdicts import State, Verdict
from tests.unit.small_site import QUIET

MINUTE = timedelta(minutes=1)
PLAN = """\
title: {nl: Werk, en: Work}
components: [server]
start: 2026-11-24 13:10
duration: 50m
announced: 2026-11-20 10:00
"""


def content(**files: str) -> Content:
    """A small site with two components, of which nothing was told; ``files`` by path, `/` as
    `__`."""
    laid = {path.replace("__", "/") + ".yaml": text for path, text in files.items()}
    found = read({path: text.encode() for path, text in {**QUIET, **laid}.items()})
    assert found.content
    assert found.findings == []
    return found.content


def verdict(state: str, since: datetime, component: str = "server", why: str = "") -> Verdict:
    """A verdict; what is not up was a time-out."""
    why = why or ("" if state == "up" else "timeout")
    return Verdict(component, State(state), since, why)


def found(states: Mapping[str, tuple[str, datetime]]) -> dict[str, Verdict]:
    """Verdicts by component, from (state, since)."""
    return {c: verdict(state, since, c) for c, (state, since) in states.items()}
