"""Asks every component that has a probe, all at once, whether it works.

An answer counts as bad after some tries only, so that one lost packet is no outage; each try
ends in time, however slowly the other side talks.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

from msgspec import Struct

from statusgen.model.components import Component
from statusgen.model.monitoring import Monitoring
from statusgen.model.observations import Observation, Outcome
from statusgen.model.probes import Probe
from statusgen.monitor.answers import Asker, Failed

PAUSE = timedelta(seconds=1)
"""Between two tries: what is lost for a moment is back after it."""
_ROUTES = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation (RFC 5737, RFC 3849): nobody is there, and nothing is sent."""

LookUp = Callable[..., list[Any]]
"""As ``socket.getaddrinfo``."""


class CutOff(OSError):
    """This machine has no network: what it sees says nothing of the service."""


def observe(
    components: Iterable[Component],
    settings: Monitoring,
    vantage: str,
    at: datetime,
    *,
    pause: timedelta = PAUSE,
    look_up: LookUp = socket.getaddrinfo,
) -> list[Observation]:
    """One round: what each component with a probe answered, in their order.

    All are of the moment ``at``, when the round began. Raises CutOff when nothing could be
    asked because this machine has no network itself; then nothing was observed.
    """
    asked = [(component.id, component.probe) for component in components if component.probe]
    tries = _Tries(settings, at, pause)
    with asyncio.Runner(loop_factory=lambda: _Loop(look_up)) as runner:
        answers = runner.run(tries.of_all([probe for _, probe in asked]))
    if answers and all(a.why in ("dns", "unreachable") for a in answers) and not _has_route():
        raise CutOff("This machine has no network: nothing was observed.")
    return [
        Observation(id, at, vantage, answer.outcome, answer.took, answer.why)
        for (id, _), answer in zip(asked, answers, strict=True)
    ]


class _Answer(Struct, frozen=True):
    outcome: Outcome
    took: timedelta | None
    why: str


class _Tries(Struct, frozen=True):
    settings: Monitoring
    at: datetime
    pause: timedelta

    async def of_all(self, probes: Iterable[Probe]) -> list[_Answer]:
        async with Asker(self.at) as asker:
            return await asyncio.gather(*(self.of(asker, probe) for probe in probes))

    async def of(self, asker: Asker, probe: Probe) -> _Answer:
        answer = await self.one(asker, probe)
        for _ in range(self.settings.retries):
            if answer.outcome is not Outcome.BAD:
                break
            await asyncio.sleep(self.pause.total_seconds())
            answer = await self.one(asker, probe)
        return answer

    async def one(self, asker: Asker, probe: Probe) -> _Answer:
        within = probe.within or timedelta()
        clock = asyncio.get_running_loop().time
        start = clock()
        try:
            async with asyncio.timeout((within + self.settings.timeout).total_seconds()):
                why = await asker.ask(probe)
        except TimeoutError:
            return _Answer(Outcome.BAD, None, "timeout")
        except Failed as failure:
            return _Answer(Outcome.BAD, None, failure.why)
        took = timedelta(seconds=clock() - start)
        if within and took > within:
            return _Answer(Outcome.SLOW, took, "slow")
        return _Answer(Outcome.SLOW if why else Outcome.GOOD, took, why)


class _Loop(asyncio.SelectorEventLoop):
    """Looks names up in threads that nobody waits for.

    A resolver can hang for half a minute. In the few threads that a loop has for it the names
    of all components would wait for the one that hangs, and the round for its end.
    """

    def __init__(self, look_up: LookUp) -> None:
        super().__init__()
        self._look_up = look_up

    async def getaddrinfo(self, host: Any, port: Any, **wanted: Any) -> Any:
        """The addresses of a name, as ``socket.getaddrinfo`` gives them."""
        found: Future[list[Any]] = Future()
        found.set_running_or_notify_cancel()  # Whoever asked may go before it is known.

        def work() -> None:
            try:
                found.set_result(self._look_up(host, port, **wanted))
            except Exception as error:
                found.set_exception(error)

        Thread(target=work, daemon=True).start()
        return await asyncio.wrap_future(found)


def _has_route() -> bool:
    """Whether any packet could leave this machine; none does here."""
    for family, address in _ROUTES:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as asking:
                asking.connect((address, 53))
        except OSError as error:
            if error.errno not in (errno.ENETUNREACH, errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                return True
        else:
            return True
    return False
