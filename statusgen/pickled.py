"""Values as bytes and back, for our own cache: pickles that are quick to read.

Python restores a frozen data class with slots by asking it for its fields, each time anew; most
of what is kept are such. Here their values are set in the order of their slots.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

_Set = Callable[[object, object], None]


def dumps(value: object) -> bytes:
    """The value as bytes."""
    file = io.BytesIO()
    _Pickler(file, 5).dump(value)
    return file.getvalue()


def loads(data: bytes) -> Any:
    """The value of bytes that nobody else can have written."""
    return pickle.loads(data)  # noqa: S301


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if not (hasattr(kind, "__dataclass_fields__") and "__slots__" in kind.__dict__):
            return NotImplemented
        return _restored, (kind, *(getattr(value, name) for name in kind.__slots__))


def _restored(kind: type, *values: object) -> object:
    made: object = object.__new__(kind)
    for put, value in zip(_setters(kind), values, strict=True):
        put(made, value)
    return made


@cache
def _setters(kind: type) -> tuple[_Set, ...]:
    return tuple(getattr(kind, name).__set__ for name in kind.__dict__["__slots__"])
