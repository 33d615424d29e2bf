"""How a component is asked whether it works, and what a good answer is.

``within`` is the time that an answer may take: later it is slow.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct


class JsonField(Struct, frozen=True):
    """A field in an answer in JSON, by the keys and numbers that lead to it, and its value.

    The value is compared as text: ``true``, ``3``, ``null`` as JSON writes them.
    """

    keys: tuple[str, ...]
    value: str


class HttpProbe(Struct, frozen=True):
    """A page is asked for.

    Only with ``redirect`` are redirects followed: that is the address where they must end.
    ``certificate`` is how long the certificate must be valid still.
    """

    url: str
    status: int = 200
    within: timedelta | None = None
    contains: str | None = None
    field: JsonField | None = None
    redirect: str | None = None
    certificate: timedelta | None = None

    @property
    def asked(self) -> str:
        """What is asked, as people write it; so with the others."""
        return self.url


class TcpProbe(Struct, frozen=True):
    """A port is connected to."""

    host: str
    port: int
    within: timedelta | None = None

    @property
    def asked(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class DnsProbe(Struct, frozen=True):
    """A name is looked up; ``address`` must be among the answers when it is given."""

    name: str
    address: str | None = None
    within: timedelta | None = None

    @property
    def asked(self) -> str:
        return self.name


Probe = HttpProbe | TcpProbe | DnsProbe
