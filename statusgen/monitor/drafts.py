"""Drafts of incidents: what monitoring knows of an outage, as the file that a person would write.

A draft lies in ``drafts/`` beside the content folder, which nothing publishes, until somebody
moves it into the content. Where the site says ``publish``, it is written there at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from statusgen.content import values
from statusgen.content.strict_yaml import parse
from statusgen.content.writer import Node, appended, document
from statusgen.i18n import Language
from statusgen.model.components import Component, ComponentStatus
from statusgen.model.content import Content
from statusgen.model.incidents import current_statuses
from statusgen.model.monitoring import Monitoring
from statusgen.monitor.alerts import running_plans
from statusgen.monitor.reasons import in_words
from statusgen.monitor.verdicts import State, Verdict
from statusgen.policy.words import said

FOLDER = "drafts"
_LONGEST_NAME = 60


class Draft(Struct, frozen=True):
    """A draft that was made: ``at`` which moment, of which components.

    ``path`` is that of the incident in the content folder, now or once it is published.
    ``written`` is the SHA-256 of the file as it was made.
    """

    path: str
    components: tuple[str, ...]
    at: datetime
    written: str = ""

    @property
    def id(self) -> str:
        """The id that the incident has or will have."""
        return self.name.removesuffix(".yaml")

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.rpartition("/")[2]


def due(
    found: Mapping[str, Verdict],
    drafts: Iterable[Draft],
    content: Content,
    settings: Monitoring,
    now: datetime,
) -> list[Verdict]:
    """What a new draft is about, the first to fail first: nothing while none has lasted.

    What has a draft, is under maintenance or in an open incident already needs none.
    """
    covered = {c for draft in drafts for c in draft.components} | running_plans(content, now).keys()
    for incident in content.incidents:
        covered |= current_statuses(incident, now).keys()
    down = [v for c, v in found.items() if v.state is State.DOWN and c not in covered]
    down.sort(key=lambda verdict: (verdict.since, verdict.component))
    after = settings.drafts_after
    return down if after is not None and down and now - down[0].since >= after else []


def watched(drafts: Iterable[Draft], content: Content) -> Iterator[Draft]:
    """The drafts with those of their components that are still probed; none without any."""
    probed = {component.id for component in content.components if component.probe}
    for draft in drafts:
        if left := tuple(c for c in draft.components if c in probed):
            yield replace(draft, components=left)


def over(drafts: Iterable[Draft], found: Mapping[str, Verdict]) -> list[tuple[Draft, datetime]]:
    """The drafts whose components are all up again, and since when."""
    ended = []
    for draft in drafts:
        verdicts = [found.get(component) for component in draft.components]
        up = [v.since for v in verdicts if v and v.state is State.UP]
        if len(up) == len(draft.components):
            ended.append((draft, max(up)))
    return ended


def drafted(outage: Sequence[Verdict], content: Content, now: datetime) -> Draft:
    """The draft of an outage: the same for the same outage, whoever finds it and when."""
    first = outage[0]
    began = first.since.astimezone(content.site.zone)
    name = f"{first.component[:_LONGEST_NAME].strip('-')}"
    path = f"incidents/{began.year}/{began.date()}-{began:%H%M}-{name}.yaml"
    return Draft(path, tuple(verdict.component for verdict in outage), now)


def written(outage: Sequence[Verdict], content: Content, now: datetime) -> bytes:
    """The file of a draft, which tells first what was measured, and that a person is to look."""
    zone = content.site.zone
    down = [c for c in content.components if c.id in {v.component for v in outage}]
    update = {
        "at": values.written(now, zone),
        "status": "investigating",
        "text": _in_each(content, down, _no_answer),
    }
    fields: dict[str, Node] = {
        "title": _in_each(content, down, _title),
        "components": {c.id: str(ComponentStatus.MAJOR_OUTAGE) for c in down},
        "started": values.written(outage[0].since, zone),
        "updates": [update],
    }
    measured = [f"#   {v.component}: down since {said(v.since, zone)}{_why(v)}" for v in outage]
    head = ["# Written by `statusgen monitor`; see whether it is true and complete. Measured:"]
    return document(fields, [*head, *measured])


def resolved(data: bytes, draft: Draft, content: Content, at: datetime) -> bytes:
    """The file with the update that ends it; as it is where it says so already.

    Raises CannotInsert where somebody has made something else of it.
    """
    if is_resolved(data, draft):
        return data
    known = [c for c in content.components if c.id in draft.components]
    text = _in_each(content, known, _answers_again)
    moment = values.written(max(at, draft.at), content.site.zone)
    update: dict[str, Node] = {"at": moment, "status": "resolved", "text": text}
    return appended(data, draft.path, "updates", update)


def is_resolved(data: bytes, draft: Draft) -> bool:
    """Whether the last update in the file says that it is over."""
    value, _ = parse(data, draft.path)
    updates = value.get("updates") if isinstance(value, dict) else None
    last = updates[-1] if isinstance(updates, list) and updates else None
    return isinstance(last, dict) and last.get("status") == "resolved"


def _title(language: Language, names: str) -> str:
    return language.text("{components}: not available", components=names)


def _no_answer(language: Language, names: str) -> str:
    return language.text(
        "Our monitoring gets no good answer from {components}. We are looking for the cause.",
        components=names,
    )


def _answers_again(language: Language, names: str) -> str:
    return language.text(
        "Our monitoring gets good answers from {components} again. The problem is over.",
        components=names,
    )


def _in_each(
    content: Content, down: Sequence[Component], sentence: Callable[[Language, str], str]
) -> Node:
    """The sentence in each language of the site."""
    said_in = {}
    for tag in content.site.languages:
        language = Language.load(tag)
        names = language.join(component.name.pick(tag)[0] for component in down)
        said_in[tag] = sentence(language, names)
    return said_in if len(said_in) > 1 else next(iter(said_in.values()))


def _why(verdict: Verdict) -> str:
    return f": {in_words(' '.join(verdict.why.split()))}" if verdict.why else ""
