"""The names of files: where each kind of document lies, and the ids that come of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, count

from msgspec import Struct

from statusgen.content import rules
from statusgen.content.suggestions import nearest
from statusgen.content.values import is_id
from statusgen.findings import Finding, Span

SINGLE_FILES = ("site.yaml", "sla.yaml", "components.yaml")
OPTIONAL_FILES = ("notify.yaml", "monitoring.yaml")
EVENT_FOLDERS = ("incidents", "maintenance", "schedules")
FOLDERS = (*EVENT_FOLDERS, "backups", "pages")

_PAGE = re.compile(r"pages/([a-z0-9]+(?:-[a-z0-9]+)*)\.([a-z]{2,3}(?:-[A-Z]{2})?)\.md", re.ASCII)
_OCCURRENCE = re.compile(r"(.+)-\d{4}-\d\d-\d\d", re.ASCII)


def id_of(path: str) -> str:
    """The id of the event in a file: its name, whatever folder it lies in."""
    return path.rpartition("/")[2].rpartition(".")[0]


def free_path(folder: str, day: date | None, title: str, paths: Iterable[str]) -> str:
    """Where a new event goes: incidents/2026/2026-11-23-storing.yaml.

    ``day`` is the local day that the id begins with and the year it is filed under; a
    schedule has none. ``paths`` are the files that are there. The id is new, and no
    rule refuses it.
    """
    there = list(paths)
    year, dated = (f"{day.year}/", f"{day}-") if day else ("", "")
    stem = f"{folder}/{year}{dated}{_slug(title) or folder.removesuffix('s')}"
    numbered = (f"{stem}-{number}.yaml" for number in count(2))
    before = len(list(judge_names(there)))
    return next(
        path
        for path in chain([f"{stem}.yaml"], numbered)
        if path not in there and len(list(judge_names([*there, path]))) == before
    )


_LONGEST_SLUG = 48
_SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "\u0131": "i"}
)


def _slug(title: str) -> str:
    """The words of a title as in an address, as many as fit."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_SPELLED))
    letters = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’")
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if len(slug) <= _LONGEST_SLUG:
        return slug
    return slug[: _LONGEST_SLUG + 1].rpartition("-")[0] or slug[:_LONGEST_SLUG]


def is_document(path: str) -> bool:
    """Whether a file is read."""
    folder, inside, _ = path.partition("/")
    if folder == "pages":
        return is_page(path)
    if inside:
        return folder in FOLDERS and path.endswith(".yaml")
    return path in SINGLE_FILES or path in OPTIONAL_FILES


def is_page(path: str) -> bool:
    """Whether a file of that name is a page: pages/<slug>.<language>.md."""
    return bool(_PAGE.fullmatch(path))


def slug_and_language(path: str) -> tuple[str, str]:
    """What the name of a page says; raises ValueError for another path."""
    match = _PAGE.fullmatch(path)
    if match is None:
        raise ValueError(f"not the name of a page: {path}")
    return match[1], match[2]


def _is_passed_over(path: str) -> bool:
    return path == "README.md" or path.startswith("measurements/")


class Names(Struct, frozen=True):
    """What is wrong with the names of files, and those that are not read."""

    found: list[Finding]
    unread: frozenset[str]


def names_in(paths: Sequence[str]) -> Names:
    """What the names of files say."""
    unread = frozenset(path for path in paths if not is_document(path))
    return Names(list(judge_names(paths)), unread)


def judge_names(paths: Iterable[str]) -> Iterator[Finding]:
    """Files that lack, files that nothing reads, and ids that cannot be or are taken."""
    known = sorted(paths)
    for name in SINGLE_FILES:
        if name not in known:
            yield rules.MISSING_FILE.found(
                Span.top(name), f"{name} is missing.", rules.MISSING_FILE.explanation
            )
    for path in known:
        if not (is_document(path) or _is_passed_over(path)):
            message = "Nothing reads a file here."
            yield rules.UNKNOWN_FILE.found(Span.top(path), message, _where_to(path))
    yield from _ids([path for path in known if path.partition("/")[0] in EVENT_FOLDERS])


def _ids(paths: Iterable[str]) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for path in paths:
        id = id_of(path)
        if not is_id(id):
            message = f"`{id[:90]}` is no id for an event."
            yield rules.BAD_ID.found(Span.top(path), message, rules.BAD_ID.explanation)
        if id in taken:
            message = f"`{id}` is the id of {taken[id]} too."
            yield rules.DUPLICATE_ID.found(
                Span.top(path), message, "Give one of the files another name."
            )
        taken[id] = path
    schedules = {id: path for id, path in taken.items() if path.startswith("schedules/")}
    for id, path in taken.items() if schedules else ():
        occurrence = _OCCURRENCE.fullmatch(id)
        if occurrence and occurrence[1] in schedules:
            message = f"`{id}` can be the id of an occurrence of {schedules[occurrence[1]]}."
            yield rules.DUPLICATE_ID.found(Span.top(path), message, "Give the file another name.")


def _where_to(path: str) -> str:
    folder, _, rest = path.partition("/")
    if folder == "pages":
        return "Call it pages/<name>.<language>.md, the name in lower case."
    if path.endswith(".yml"):
        return f"Call it {path[:-4]}.yaml."
    if rest and folder not in FOLDERS:
        return nearest(folder, FOLDERS)
    singles = ", ".join((*SINGLE_FILES, *OPTIONAL_FILES))
    return f"Files are {singles}, and YAML in {', '.join(FOLDERS)}."
