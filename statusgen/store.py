"""What keeps values by name and key: a cache on disk, or this process."""

from __future__ import annotations

from typing import Any, Protocol


class Store(Protocol):
    """It may lose any value, and gives none but under the key that it was kept with."""

    def load(self, name: str, key: str) -> Any:
        """What was kept by that name under that key; else None."""

    def keep(self, name: str, key: str, value: object) -> None:
        """Keep it, if that is possible."""


class Memory:
    """Keeps values as long as this process runs."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Any]] = {}

    def load(self, name: str, key: str) -> Any:
        """What was kept by that name under that key; else None."""
        kept, value = self._kept.get(name, ("", None))
        return value if kept == key else None

    def keep(self, name: str, key: str, value: object) -> None:
        """Keep it in place of what was kept by that name."""
        self._kept[name] = key, value
