"""Readings are taken from the shelf as long as the bytes and all else they follow from are the
same."""

from __future__ import annotations

import pytest

from statusgen.content.files import Files
from statusgen.content.reading import read
from statusgen.content.shelf import Read, Shelf
from statusgen.findings import Place
from statusgen.store import Memory
from tests.unit.small_site import FILES

EVENT = "incidents/2026-11-20-example.yaml"
OTHER = "incidents/2026-12-20-example.yaml"
READ: Read = ("as read", [])


def found(shelf: Shelf, data: bytes = b"1", context: str = "context") -> dict[str, Read]:
    return shelf.find([EVENT], Files({EVENT: data}), context)


def kept(store: Memory, *, key: str = "key") -> Shelf:
    shelf, files = Shelf(store, key), Files({EVENT: b"1"})
    shelf.keep({EVENT: READ}, files, "context")
    return shelf


def test_a_reading_is_found_again() -> None:
    assert found(kept(Memory())) == {EVENT: READ}


def test_what_is_kept_serves_the_next_shelf() -> None:
    store = Memory()
    kept(store)
    assert found(Shelf(store, "key")) == {EVENT: READ}


def test_what_was_never_read_is_not_found() -> None:
    shelf = kept(Memory())
    files = Files({EVENT: b"1", OTHER: b"1"})
    assert shelf.find([EVENT, OTHER], files, "context") == {EVENT: READ}


@pytest.mark.parametrize(
    ("data", "context", "key"),
    [(b"2", "context", "key"), (b"1", "another", "key"), (b"1", "context", "other")],
    ids=["bytes", "context", "program"],
)
def test_what_follows_from_something_else_is_not_found(data: bytes, context: str, key: str) -> None:
    store = Memory()
    kept(store)
    assert found(Shelf(store, key), data, context) == {}


def test_readings_of_files_that_are_gone_are_not_kept_for_ever() -> None:
    store = Memory()
    shelf = kept(store)
    files = Files({(later := "incidents/2026-11-21-later.yaml"): b"1"})
    shelf.keep({later: READ}, files, "context")
    assert found(shelf) == {}


def test_findings_come_back_with_their_places() -> None:
    files = {**{path: text.encode() for path, text in FILES.items()}, EVENT: b"title: 1\nno: 2\n"}
    store, told = Memory(), []
    for _ in range(2):
        told.append(read(files, shelf=Shelf(store, "key")).findings)
    assert told[0] == told[1] == read(files).findings
    assert told[0]
    assert not any(isinstance(finding.place, Place) for finding in told[0])
