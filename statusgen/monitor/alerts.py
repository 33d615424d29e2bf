"""What is told of the verdicts, and when: at once, together, not too often, and when it is over.

All that changes in one round is one message. A component that comes and goes is told of four
times in an hour, and then, once it lasts or the hour is over, what it did meanwhile in one
sentence. What lasts is told again at a set rhythm. Under planned maintenance nothing is an alarm,
until it outlasts that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from statusgen.delivery.message import Message, Tone
from statusgen.intervals import Interval
from statusgen.json_file import json_text
from statusgen.model.components import Component
from statusgen.model.content import Content
from statusgen.model.maintenance import Maintenance
from statusgen.model.monitoring import Monitoring
from statusgen.monitor.reasons import in_words
from statusgen.monitor.verdicts import State, Verdict
from statusgen.policy.words import said, said_length, said_twice

MOST_AN_HOUR = 4
"""How often changes of one component are told in an hour."""
LASTS_AFTER = timedelta(minutes=10)
"""What has been so for this long is told however often there was a change before it."""
_HOUR = timedelta(hours=1)
_WEEK = timedelta(days=7)
_POOR = (State.DEGRADED, State.DOWN)


class Kind(StrEnum):
    """What is news of a component."""

    CHANGED = "changed"
    LASTS = "lasts"
    RECOVERED = "recovered"
    PLANNED = "planned"
    OUTLASTED = "outlasted"
    UNSTEADY = "unsteady"
    SILENT = "silent"


class Word(Struct, frozen=True):
    """What was told last of a component: ``at`` which moment, and that it is in this ``state``.

    ``failing_since`` is when that began, None when it was told to be up; ``planned`` is the
    title of the maintenance that it is under. ``told`` are the moments of the last hour at
    which a change was told, ``held`` is how many changes have not been since, ``seen`` is the
    state after the last of them. ``silent_since`` is when it was first found to be unknown.
    """

    state: State = State.UP
    at: datetime | None = None
    failing_since: datetime | None = None
    planned: str = ""
    told: tuple[datetime, ...] = ()
    held: int = 0
    seen: State = State.UP
    silent_since: datetime | None = None


class News(Struct, frozen=True):
    """A component of which there is something to tell; ``before`` is what was told last."""

    kind: Kind
    verdict: Verdict
    before: Word
    now: Word


def heard(
    words: Mapping[str, Word],
    found: Mapping[str, Verdict],
    content: Content,
    settings: Monitoring,
    now: datetime,
) -> tuple[dict[str, Word], list[News]]:
    """What will have been told of each component after this round, and what that takes."""
    plans = running_plans(content, now)
    after, news = dict(words), []
    for component in content.components:
        if verdict := found.get(component.id):
            plan = plans.get(component.id)
            title = plan.title.pick("en")[0] if plan else ""
            before = words.get(component.id, Word())
            after[component.id], kind = _heard(before, verdict, title, settings, now)
            if kind:
                news.append(News(kind, verdict, before, after[component.id]))
    known = {component.id for component in content.components}
    return {c: word for c, word in after.items() if c in known}, news


def running_plans(content: Content, now: datetime) -> dict[str, Maintenance]:
    """By component the maintenance that it is under at ``now``, of what was announced."""
    recurring = content.planned(Interval(now - _WEEK, now + timedelta(seconds=1)))
    plans = [*content.maintenance, *(plan for plan in recurring if plan.schedule)]
    announced = [p for p in plans if p.first_word_at is None or p.first_word_at <= now]
    known = [plan.as_known(now) for plan in announced]
    return {c: plan for plan in known if plan.is_running(now) for c in plan.components}


# One component


def _heard(
    word: Word, verdict: Verdict, plan: str, settings: Monitoring, now: datetime
) -> tuple[Word, Kind | None]:
    if verdict.state is State.UNKNOWN:
        since = word.silent_since or now
        word = replace(word, silent_since=since)
        if now - since < settings.stale_after:
            return word, None
    else:
        word = replace(word, silent_since=None)
    kind = _kind(word, verdict.state, plan)
    if kind is None and not word.held and verdict.state is word.seen:
        return _lasting(word, plan, settings, now)
    return _limited(word, verdict, plan, kind, now)


def _kind(word: Word, state: State, plan: str) -> Kind | None:
    """What a state is after what was told; None when that still holds."""
    if state in _POOR and word.planned:
        # What it is like while it is worked on is told once.
        return None if plan else Kind.OUTLASTED
    if state is word.state:
        return None
    if state in _POOR:
        return Kind.PLANNED if plan else Kind.CHANGED
    return Kind.RECOVERED if state is State.UP else Kind.SILENT


def _lasting(
    word: Word, plan: str, settings: Monitoring, now: datetime
) -> tuple[Word, Kind | None]:
    """What is as it was told is told again, at the rhythm that was set."""
    is_alarm = word.state in _POOR and not plan and word.at and settings.repeat
    if not is_alarm or now - (word.at or now) < (settings.repeat or _HOUR):
        return word, None
    return replace(word, at=now), Kind.LASTS


def _limited(
    word: Word, verdict: Verdict, plan: str, kind: Kind | None, now: datetime
) -> tuple[Word, Kind | None]:
    """Tell of a change, or only count it while there were enough within the hour."""
    told = tuple(at for at in word.told if now - at < _HOUR)
    state, is_new = verdict.state, verdict.state is not word.seen
    held = word.held + is_new
    lasts = state is not word.state and now - verdict.since >= LASTS_AFTER
    if len(told) >= MOST_AN_HOUR and not lasts:
        return replace(word, told=told, held=held, seen=state), None
    if word.held:
        kind = Kind.UNSTEADY
    if kind is None:
        return replace(word, seen=state), None
    failing_since = word.failing_since or verdict.since if state in _POOR else word.failing_since
    failing_since = None if state is State.UP else failing_since
    planned = plan if state in _POOR else ""
    return Word(state, now, failing_since, planned, (*told, now), 0, state, word.silent_since), kind


# The message


class Note(Struct, frozen=True):
    """What is told beside the news: of a draft. ``id`` is the same for the same note."""

    id: str
    title: str
    text: str
    data: Mapping[str, Any]


def message(
    news: Sequence[News],
    notes: Sequence[Note],
    content: Content,
    settings: Monitoring,
    now: datetime,
) -> Message | None:
    """The one message that tells all of a round; None where there is nothing to tell."""
    if not news and not notes:
        return None
    names = {component.id: name(component) for component in content.components}
    asked = {c.id: c.probe.asked for c in content.components if c.probe}
    called = [names[n.verdict.component] for n in news]
    told = zip(news, called, strict=True)
    lines = "\n".join(f"{_sentence(n, name, content, now)}{_warned(n)}" for n, name in told)
    title = _title(news, names) or "; ".join(note.title for note in notes)
    site, _ = content.site.name.pick("en")
    data: dict[str, Any] = {"components": [_data(n, names, asked, now) for n in news]}
    data |= {"drafts": [dict(note.data) for note in notes]} if notes else {}
    return Message(
        id=_id(news, notes, content, settings, now),
        title=f"{title} ({site})",
        text="\n\n".join(filter(None, [lines, *(note.text for note in notes)])),
        at=now,
        tone=min((_tone(n) for n in news), key=_WORST.index, default=Tone.NOTE),
        url=content.site.url,
        data=data,
    )


def name(component: Component) -> str:
    """What developers call it: in English, as all that is said to them, where that is there."""
    return component.name.pick("en")[0]


_WORST = (Tone.MAJOR, Tone.DEGRADED, Tone.NOTE, Tone.MAINTENANCE, Tone.OK)
_TONES = {
    State.UP: Tone.OK,
    State.DEGRADED: Tone.DEGRADED,
    State.DOWN: Tone.MAJOR,
    State.UNKNOWN: Tone.NOTE,
}


def _tone(news: News) -> Tone:
    return Tone.MAINTENANCE if news.now.planned else _TONES[news.verdict.state]


def _title(told: Iterable[News], names: Mapping[str, str]) -> str:
    """Server, Dashboard: down; Chat: up again."""
    parts: dict[str, list[str]] = {}
    for news in sorted(told, key=lambda n: _WORST.index(_tone(n))):
        parts.setdefault(_label(news), []).append(names[news.verdict.component])
    return "; ".join(f"{', '.join(called)}: {label}" for label, called in parts.items())


def _label(news: News) -> str:
    state = news.verdict.state
    if news.kind is Kind.PLANNED:
        return f"{state} under planned maintenance"
    if news.kind is Kind.OUTLASTED:
        return f"still {state} after planned maintenance"
    if news.kind is Kind.LASTS:
        return f"still {state}"
    if state is State.UNKNOWN:
        return "not measured"
    if news.kind is Kind.UNSTEADY:
        return f"comes and goes, now {state}"
    return "up again" if state is State.UP else str(state)


def _sentence(news: News, called: str, content: Content, now: datetime) -> str:
    """What, since when and why."""
    zone, verdict, before = content.site.zone, news.verdict, news.before
    since, why = said_twice(verdict.since, zone), _why(verdict, content)
    is_state = f"is {verdict.state} since {since}{why}."
    if verdict.state is State.UNKNOWN:
        return f"Nothing is known of {called} since {since}{why}."
    if news.kind is Kind.UNSTEADY:
        held = before.held + (verdict.state is not before.seen)
        times = "once" if held == 1 else f"{held} times"
        return f"{called} changed {times} since {_last_told(before, content)}; it {is_state}"
    if news.kind is Kind.RECOVERED:
        return f"{called} {is_state.removesuffix('.')}{_lasted(before, verdict, content)}"
    if news.kind is Kind.LASTS:
        began = before.failing_since or verdict.since
        lasted = f"for {said_length(now - began)} now, since {said_twice(began, zone)}"
        return f"{called} is still {verdict.state}, {lasted}{why}."
    if news.kind is Kind.PLANNED:
        return (
            f"{called} {is_state} It is under planned maintenance ({news.now.planned}): "
            "this is an alarm only if it lasts longer."
        )
    if news.kind is Kind.OUTLASTED:
        return f"{called} {is_state} The planned maintenance is over ({before.planned})."
    return f"{called} {is_state}"


def _why(verdict: Verdict, content: Content) -> str:
    """Why it is not well, for people, and what was asked."""
    if not verdict.why:
        return ""
    probes = (c.probe for c in content.components if c.id == verdict.component)
    asked = next((f" ({probe.asked})" for probe in probes if probe), "")
    return f": {in_words(verdict.why)}{asked}"


"""What is not clear by itself of what probes say (answers.py)."""


def _last_told(word: Word, content: Content) -> str:
    return said(word.at, content.site.zone) if word.at else "the start"


def _lasted(before: Word, verdict: Verdict, content: Content) -> str:
    if before.failing_since is None:
        return "."
    zone, length = content.site.zone, verdict.since - before.failing_since
    was = "not well" if before.state is State.UNKNOWN else str(before.state)
    return f", after {said_length(length)}: it was {was} since {said(before.failing_since, zone)}."


def _warned(news: News) -> str:
    if news.kind in (Kind.LASTS, Kind.UNSTEADY) or len(news.now.told) < MOST_AN_HOUR:
        return ""
    return " It changes often: from now on only what lasts is told at once, for an hour."


def _data(
    news: News, names: Mapping[str, str], asked: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    verdict, failing_since = news.verdict, news.before.failing_since
    found: dict[str, Any] = {
        "id": verdict.component,
        "name": names[verdict.component],
        "news": news.kind.value,
        "state": verdict.state.value,
        "since": verdict.since.isoformat(),
        "why": verdict.why,
    }
    if verdict.component in asked:
        found["asked"] = asked[verdict.component]
    if failing_since:
        until = verdict.since if verdict.state is State.UP else now
        found["failing_since"] = failing_since.isoformat()
        found["failing_seconds"] = int((until - failing_since).total_seconds())
    if news.now.planned:
        found["maintenance"] = news.now.planned
    return found


def _id(
    news: Iterable[News],
    notes: Iterable[Note],
    content: Content,
    settings: Monitoring,
    now: datetime,
) -> str:
    """The same for the same news, also when it is found anew by a monitor that was killed."""
    told = [
        [n.verdict.component, n.kind, n.verdict.state, n.verdict.since.isoformat()]
        + ([_turn(n, settings, now)] if n.kind is Kind.LASTS else [])
        for n in news
    ]
    parts = [content.site.url, told, [note.id for note in notes]]
    return f"monitor-{hashlib.sha256(json_text(parts).encode()).hexdigest()[:24]}"


def _turn(news: News, settings: Monitoring, now: datetime) -> str:
    """Which repetition it is."""
    since = news.before.failing_since or news.verdict.since
    return str((now - since) // (settings.repeat or _HOUR))
