"""Readings are taken from the shelf as long as the bytes and all else they follow from are the
same."""

from __future__ import annotations

import pytest

from statusgen.content.reading import read
from statusgen.content.shelf import Read, Shelf
from statusgen.findings import Place
from statusgen.store import Memory
from tests.unit.small_site import FILES

EVENT = "incidents/2026-11-20-example.yaml"


class Reader:
    """Reads a file as its bytes, and remembers which it read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, path: str, data: bytes) -> Read:
        self.read.append(path)
        return data, []


def test_a_file_is_read_once() -> None:
    reader, shelf = Reader(), Shelf(Memory(), "key")
    for _ in range(2):
        assert shelf.read(EVENT, b"1", "context", reader) == (b"1", [])
    assert reader.read == [EVENT]


def test_what_is_kept_serves_the_next_shelf() -> None:
    reader, store = Reader(), Memory()
    for _ in range(2):
        shelf = Shelf(store, "key")
        assert shelf.read(EVENT, b"1", "context", reader) == (b"1", [])
        shelf.keep()
    assert reader.read == [EVENT]


@pytest.mark.parametrize(
    ("data", "context", "key"),
    [(b"2", "context", "key"), (b"1", "another", "key"), (b"1", "context", "other")],
    ids=["bytes", "context", "program"],
)
def test_another_one_is_read_anew(data: bytes, context: str, key: str) -> None:
    reader, store = Reader(), Memory()
    shelf = Shelf(store, "key")
    shelf.read(EVENT, b"1", "context", reader)
    shelf.keep()
    assert Shelf(store, key).read(EVENT, data, context, reader) == (data, [])
    assert reader.read == [EVENT, EVENT]


def test_findings_come_back_with_their_places() -> None:
    files = {**{path: text.encode() for path, text in FILES.items()}, EVENT: b"title: 1\nno: 2\n"}
    store, found = Memory(), []
    for _ in range(2):
        shelf = Shelf(store, "key")
        found.append(read(files, shelf=shelf).findings)
        shelf.keep()
    assert found[0] == found[1] == read(files).findings
    assert found[0]
    assert not any(isinstance(finding.place, Place) for finding in found[0])
