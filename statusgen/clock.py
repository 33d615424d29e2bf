"""The only reader of the present moment."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic


def now() -> datetime:
    """The present instant in UTC, to the second.

    SOURCE_DATE_EPOCH (seconds since 1970, https://reproducible-builds.org/specs/)
    takes its place when set. Raises ValueError when that is no such number.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch!r}") from None


def steady() -> Callable[[], datetime]:
    """A clock that goes on from the present instant, whatever `now` is set to meanwhile.

    For rhythms: one that is set back must not keep anybody waiting.
    """
    began, start = now(), monotonic()
    return lambda: began + timedelta(seconds=monotonic() - start)
