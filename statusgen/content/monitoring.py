"""monitoring.yaml: how the service is watched, and who is told of an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from statusgen.content import rules
from statusgen.content.channels import DeliveryDocument, channel
from statusgen.content.fields import (
    Address,
    Document,
    Duration,
    DurationOrNever,
    Flag,
    Line,
    Retries,
    Times,
    Variable,
)
from statusgen.content.source import Source
from statusgen.content.values import written_length
from statusgen.model.monitoring import Monitoring, Prometheus

_DEFAULT = Monitoring()


class DraftsDocument(Document):
    """When an incident is opened by itself."""

    after: Duration
    publish: Flag = False


class PrometheusDocument(Document):
    """Where measurements are read from when they are not made here."""

    url: Address
    query: Line
    durations: Line | None = None
    token_from: Variable | None = None
    user: Line | None = None
    password_from: Variable | None = None
    step: Duration = timedelta(minutes=1)
    timeout: Duration = timedelta(seconds=30)


class MonitoringDocument(Document):
    """monitoring.yaml."""

    every: Duration = _DEFAULT.every
    timeout: Duration = _DEFAULT.timeout
    retries: Retries = _DEFAULT.retries
    down_after: Times = _DEFAULT.down_after
    up_after: Times = _DEFAULT.up_after
    quorum: Times = _DEFAULT.quorum
    stale_after: Duration = _DEFAULT.stale_after
    repeat: DurationOrNever = _DEFAULT.repeat
    drafts: DraftsDocument | None = None
    tell: list[DeliveryDocument] = []
    prometheus: PrometheusDocument | None = None


def monitoring(document: MonitoringDocument, source: Source) -> Monitoring:
    """How the service is watched; channels that are none are left out, with findings."""
    if document.stale_after <= document.every:
        message = "Every observation is stale before the next one is made."
        help = f"Make it longer than `every`, which is {written_length(document.every)}."
        source.found.append(rules.BAD_VALUE.found(source.at("stale_after"), message, help))
    told = [channel(one, source, "tell", index) for index, one in enumerate(document.tell)]
    drafts = document.drafts
    return Monitoring(
        every=document.every,
        timeout=document.timeout,
        retries=document.retries,
        down_after=document.down_after,
        up_after=document.up_after,
        quorum=document.quorum,
        stale_after=document.stale_after,
        repeat=document.repeat,
        drafts_after=drafts.after if drafts else None,
        publish_drafts=drafts.publish if drafts else False,
        channels=tuple(one for one in told if one),
        prometheus=_prometheus(document, document.prometheus, source)
        if document.prometheus
        else None,
    )


def _prometheus(
    monitoring: MonitoringDocument, document: PrometheusDocument, source: Source
) -> Prometheus:
    for key, message, help in _mistakes(monitoring, document):
        place = source.at("prometheus", key)
        source.found.append(rules.BAD_VALUE.found(place, message, help))
    return Prometheus(**document.model_dump())


def _mistakes(
    monitoring: MonitoringDocument, document: PrometheusDocument
) -> Iterator[tuple[str, str, str]]:
    """The key, what is wrong there and the way out."""
    if "@" in urlsplit(document.url).netloc:
        help = "Name the variable that holds its token: `token_from: PROMETHEUS_TOKEN`."
        yield "url", "The address of a Prometheus has no name or password in it.", help
    for key, query in (("query", document.query), ("durations", document.durations)):
        if query is not None and "{component}" not in query:
            help = 'Write `{component}` where the id of one goes: `up{job="{component}"}`.'
            yield key, "This query is the same for every component.", help
    if document.user and not document.password_from:
        help = "Name the variable that holds it: `password_from: PROMETHEUS_PASSWORD`."
        yield "user", "This user has no password.", help
    if document.password_from and not document.user:
        yield "password_from", "This is the password of nobody.", "Add `user`."
    if document.token_from and document.password_from:
        help = "Leave out `token_from`, or `user` and `password_from`."
        yield "token_from", "Either a token or a password lets us in, not both.", help
    if document.step >= monitoring.stale_after:
        help = f"Make it shorter than `stale_after`: {written_length(monitoring.stale_after)}."
        yield "step", "Every value is stale before the next one comes.", help
