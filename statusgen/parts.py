"""The files of an edition: parts that are as they were are found, the others are made, by several
processes where there are many."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from statusgen.artifact import Artifact, Carried
from statusgen.forked import end_with
from statusgen.outputs.edition import LAST, Part
from statusgen.progress import Progress, silent
from statusgen.store import Store


class Values:
    """Values that follow from a key: found in the store, or made once and kept."""

    def __init__(self, store: Store | None) -> None:
        self.store = store
        self.known: dict[str, tuple[str, Any]] = {}
        self.fresh: dict[str, tuple[str, Any]] = {}

    def __call__(self, name: str, key: str, make: Callable[[], Any]) -> Any:
        """The value by that name and key."""
        if name not in self.known or self.known[name][0] != key:
            found = self.load(name, key)
            if found is None:
                found = make()
                self.fresh[name] = key, found
            self.known[name] = key, found
        return self.known[name][1]

    def load(self, name: str, key: str) -> Any:
        """What the store has by that name and key; else None."""
        return self.store.load(name, key) if self.store else None

    def learn(self, fresh: Mapping[str, tuple[str, Any]]) -> None:
        """Take over what another process made."""
        self.known.update(fresh)
        self.fresh.update(fresh)

    def keep(self) -> None:
        """Let the store have what is new."""
        if self.store:
            for name, (key, value) in self.fresh.items():
                self.store.keep(name, key, value)
        self.fresh.clear()


class _Placed(Protocol):
    @property
    def path(self) -> str: ...


P = TypeVar("P", bound=_Placed)
"""What is told of a file that was made and placed."""


class Made(Struct, Generic[P], frozen=True):
    """What came of the parts of a group: their files, and the values made on the way."""

    files: Sequence[tuple[str, list[P]]]
    values: Mapping[str, tuple[str, Any]]


KeptParts = dict[str, tuple[str, dict[str, str]]]
"""Parts of a group as they were made: by name their key, and the digest of each file by path."""


MadeParts = dict[str, tuple[str, list[str]]]
"""Parts of a group that were made: by name their key, and the path of each file."""


@dataclass(slots=True)
class Workshop(Generic[P]):
    """Makes the parts of an edition. ``done`` is called with a group that was made.

    ``place`` is called with each file in the process that made it, and what that says of the file
    is all that other processes hear of it. ``lost`` are files that can no longer be carried over.
    ``jobs`` is how many processes make the rest. By group ``carried`` has the parts that are as
    they were, and ``made`` the key and the paths of each other one by its name.
    """

    values: Values
    done: Callable[[str], None]
    place: Callable[[Artifact], P]
    lost: Set[str] = frozenset()
    jobs: int = 1
    progress: Progress = silent
    carried: dict[str, KeptParts] = field(default_factory=dict)
    made: dict[str, MadeParts] = field(default_factory=dict)

    def files(self, found: Iterable[Artifact | Part]) -> Iterator[P | Carried]:
        """These files, and those of all parts; those of ``LAST`` are made when all values are
        known."""
        before: dict[str, KeptParts] = {}
        groups: dict[str, list[Part]] = {}
        for part in found:
            if isinstance(part, Artifact):
                yield self.place(part)
                continue
            if part.group not in before:
                before[part.group] = self.values.load(kept_as(part.group), "") or {}
            key, files = before[part.group].get(part.name, ("", {}))
            if part.key and key == part.key and self.lost.isdisjoint(files):
                self.carried.setdefault(part.group, {})[part.name] = key, files
                yield Carried(files)
            else:
                groups.setdefault(part.group, []).append(part)
        parts_by_name = {part.name: part for of in groups.values() for part in of}
        for number, made in enumerate(self._groups(groups), start=1):
            self.values.learn(made.values)
            self.progress("Writing", number, len(groups))
            for name, placed in made.files:
                yield from self._noted(parts_by_name[name], placed)

    def learn(self, made: Mapping[str, MadeParts], carried: Mapping[str, KeptParts]) -> None:
        """Take over what another process found and made of the rest."""
        for group, parts in made.items():
            self.made.setdefault(group, {}).update(parts)
        for group, found in carried.items():
            self.carried.setdefault(group, {}).update(found)

    def _noted(self, part: Part, files: Iterable[P]) -> Iterator[P]:
        paths = []
        for file in files:
            paths.append(file.path)
            yield file
        if part.key:
            self.made.setdefault(part.group, {})[part.name] = part.key, paths

    def _groups(self, groups: Mapping[str, Sequence[Part]]) -> Iterator[Made[P]]:
        others = [group for group in groups if group not in ("", LAST)]
        if self.jobs > 1 and len(others) > 1:
            yield from self._by_processes(groups, others)
        else:
            yield from self._here(groups, *others, "")
        yield from self._here(groups, LAST)

    def _here(self, groups: Mapping[str, Sequence[Part]], *names: str) -> Iterator[Made[P]]:
        yield from (self._make(name, groups[name]) for name in names if name in groups)

    def _make(self, group: str, parts: Iterable[Part]) -> Made[P]:
        before = set(self.values.fresh)
        files = [(part.name, [*map(self.place, part.make())]) for part in parts]
        self.done(group)
        gc.collect(0)  # Nobody else does, and there is little to look at.
        fresh = {name: one for name, one in self.values.fresh.items() if name not in before}
        return Made(files, fresh)

    def _by_processes(
        self, groups: Mapping[str, Sequence[Part]], others: Sequence[str]
    ) -> Iterator[Made[P]]:
        """The others are forked, so that they know all that was read without being told."""
        from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
        from multiprocessing import get_context

        global _making
        _making = lambda group: self._make(group, groups[group])  # noqa: E731
        ending = partial(end_with, os.getpid())
        with ProcessPoolExecutor(self.jobs, get_context("fork"), ending) as pool:
            try:
                made_there = [pool.submit(_make_there, group) for group in others]
                yield from self._here(groups, "")
                yield from (made.result() for made in as_completed(made_there))
            except BrokenExecutor:
                raise ChildProcessError("A process that made pages was ended.") from None
            finally:
                pool.shutdown(cancel_futures=True)


def kept_as(group: str) -> str:
    """The name that the parts of a group are kept by."""
    return f"parts/{group or 'others'}"


_making: Callable[[str], Made[Any]]


def _make_there(group: str) -> Made[Any]:
    return _making(group)
