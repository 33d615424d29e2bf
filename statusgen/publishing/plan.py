"""What is to become of each file of an output, decided from values alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct

from statusgen.artifact import Artifact
from statusgen.disk import folders_of
from statusgen.publishing.standing import MANIFEST, Standing

_SHOWN = 5


class PublishRefused(Exception):
    """This cannot be published, or not here; the text says why and what to do instead."""


class New(Struct, frozen=True):
    """The site that is to be: its files by their digests, its manifest, and what of it was written.

    The very bytes of all else are in place already, whoever wrote them.
    """

    digests: Mapping[str, str]
    manifest: Artifact
    written: Set[str]

    @property
    def folders(self) -> set[str]:
        """The folders that its files lie in."""
        return folders_of(self.digests)

    def has(self, path: str) -> bool:
        """Whether a file of that name is in it."""
        return path in self.digests or path == MANIFEST

    @property
    def names(self) -> list[str]:
        """All names that it takes up, of folders with a slash."""
        return [MANIFEST, *self.digests, *(f"{folder}/" for folder in self.folders)]


class Plan(Struct, frozen=True):
    """What becomes of files: ``ours`` are written or stay, foreign ones are kept."""

    ours: Set[str]
    write: Set[str]
    remove: Set[str]
    keep: Set[str]
    keep_folders: Set[str]


def make_plan(new: New, old: Standing, *, force: bool) -> Plan:
    """Raises PublishRefused where names are in each other's way or what is there is not ours."""
    if not (old.is_left and new.digests.keys() <= old.digests.keys()):
        _refuse_one_name(new)  # those that stand side by side need not be looked at
    # A file that has the very bytes of one of the site is taken over.
    foreign = {p for p in old.foreign_files if p in new.written or not new.has(p)}
    if foreign_folders := old.foreign_folders:
        foreign_folders -= new.folders
    if not force:
        _refuse_foreign(foreign | foreign_folders, foreign_folders)
    gone = old.digests.keys() - new.digests.keys()
    plan = Plan(
        ours=new.digests.keys(),
        write=new.written,
        remove={path for path in gone if old.has(path) and not new.has(path)},
        keep={path for path in foreign if not new.has(path)},
        keep_folders=foreign_folders,
    )
    _refuse_obstacles(plan, new)
    return plan


def one_name(one: str, other: str) -> PublishRefused:
    """Why two files of a site cannot be published."""
    return PublishRefused(
        f"the site has both {one!r} and {other!r}, which are one name, at least to some systems:"
        " rename one of them"
    )


def named(paths: Iterable[str]) -> str:
    """A few of these paths, and how many more there are."""
    names: Sequence[str] = sorted(paths)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(repr, names[:_SHOWN])) + more


def _refuse_one_name(new: New) -> None:
    """Raises PublishRefused where two names would be one."""
    names = [MANIFEST, *new.digests, *new.folders]
    # As one text they are folded a hundred times as fast as one by one.
    if len({*_folded("\n".join(names)).split("\n")}) == len(names):
        return
    claimed: dict[str, str] = {}
    for name in new.names:
        if (key := _folded(name)) in claimed:
            raise one_name(claimed[key], name)
        claimed[key] = name


def _refuse_foreign(foreign: Set[str], folders: Set[str]) -> None:
    names = {name for name in foreign if name.rpartition("/")[0] not in folders}
    if names:
        raise PublishRefused(
            f"the output holds what no earlier build wrote: {named(names)}. Publish to another"
            " folder or take it away; --force keeps it and goes ahead, replacing only what has"
            " the name of a file of the site"
        )


def _refuse_obstacles(plan: Plan, new: New) -> None:
    folders = folders_of(plan.keep) | plan.keep_folders
    kept = sorted([*plan.keep, *(f"{folder}/" for folder in folders)])
    claimed = {_folded(name): name for name in new.names} if kept else {}
    for name in kept:
        claim = claimed.get(_folded(name))
        if claim not in (None, name):
            raise PublishRefused(
                f"{name!r} in the output is in the way of {claim!r} of the site:"
                " rename it or take it away"
            )


def _folded(name: str) -> str:
    """macOS and Windows ignore case, macOS also how an accent is written."""
    name = name.rstrip("/")
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name.casefold())
