"""How the service is watched: the rhythm, what is needed for a verdict, and who is told."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from statusgen.model.channels import Channel


class Prometheus(Struct, frozen=True):
    """Where measurements come from when they are not made here.

    ``query`` and ``durations`` are PromQL in which ``{component}`` stands for the id: a value
    of 1 or more is good; ``durations`` are in seconds. ``token_from`` is the environment
    variable that holds the bearer token, ``password_from`` that of the password of ``user``.
    Values are asked for every ``step``.
    """

    url: str
    query: str
    durations: str | None = None
    token_from: str | None = None
    step: timedelta = timedelta(minutes=1)
    timeout: timedelta = timedelta(seconds=30)
    user: str | None = None
    password_from: str | None = None


class Monitoring(Struct, frozen=True):
    """monitoring.yaml; as it is here when that file is not there.

    An answer that takes longer than the probe's ``within`` is slow; one that takes ``timeout``
    longer than that is no answer. ``stale_after`` is how long an observation says something.
    ``repeat`` and ``drafts_after`` are None for never.
    """

    every: timedelta = timedelta(minutes=1)
    timeout: timedelta = timedelta(seconds=10)
    retries: int = 2
    down_after: int = 3
    up_after: int = 2
    quorum: int = 1
    stale_after: timedelta = timedelta(minutes=10)
    repeat: timedelta | None = timedelta(hours=4)
    drafts_after: timedelta | None = None
    publish_drafts: bool = False
    channels: tuple[Channel, ...] = ()
    prometheus: Prometheus | None = None
