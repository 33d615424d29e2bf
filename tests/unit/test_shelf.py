"""Readings are taken from the shelf as long as the bytes and all else they follow from are the
same."""

from __future__ import annotations

from typing import Any

import pytest

from statusgen.content.files import Files
from statusgen.content.reading import located, read
from statusgen.content.shelf import Read, Shelf
from statusgen.findings import Finding, Place, Severity, Span
from statusgen.model.events import Card
from statusgen.store import Memory
from tests.unit.small_site import FILES, INCIDENT, QUIET

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


class Counting(Memory):
    """Says which boards were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.boards: list[str] = []

    def load(self, name: str, key: str) -> Any:
        if name.startswith("read/"):
            self.boards.append(name)
        return super().load(name, key)


WRITTEN = {**QUIET, EVENT: INCIDENT, OTHER: INCIDENT}
DOCUMENTS = {path: text.encode() for path, text in WRITTEN.items()}


def test_events_are_read_by_their_cards_alone() -> None:
    store = Counting()
    first = read(DOCUMENTS, shelf=Shelf(store, ""))
    store.boards.clear()
    again = read(DOCUMENTS, shelf=Shelf(store, ""))
    asked = len(store.boards)
    assert again.content
    assert len(again.content.incidents) == 2
    assert len(store.boards) == asked
    assert again.content.incidents[1].path == OTHER
    assert len(store.boards) == asked + 1
    assert again == first


def test_an_event_whose_board_is_lost_is_read_again() -> None:
    store = Memory()
    first = read(DOCUMENTS, shelf=Shelf(store, ""))
    again = read(DOCUMENTS, shelf=Shelf(store, ""))
    for name in list(store._kept):
        store.keep(name, "spoilt", None)
    assert again == first


@pytest.mark.parametrize(
    ("files", "found"),
    [({EVENT: b"1"}, [EVENT]), ({EVENT: b"2"}, []), ({OTHER: b"1"}, [])],
    ids=["the same", "others", "gone"],
)
def test_a_card_is_taken_where_the_bytes_are_the_same(
    files: dict[str, bytes], found: list[str]
) -> None:
    shelf = Shelf(Memory(), "key")
    of_event = {EVENT: [Finding("x", Severity.ERROR, Place(EVENT), "")]}
    shelf.note(({EVENT: None}, of_event), [EVENT], Files({EVENT: b"1"}), "context")
    cards, of_files = shelf.noted(Files(files), "context")
    assert [*cards] == [*of_files] == found
    assert shelf.noted(Files(files), "another") == ({}, {})


def test_only_the_drawers_of_folders_with_something_new_are_filled_again() -> None:
    store, first, second = Memory(), "incidents/2025/a.yaml", "incidents/2026/b.yaml"
    shelf = Shelf(store, "key")
    cards: dict[str, Card | None] = {first: None, second: None}
    shelf.note((cards, {}), [first, second], Files({first: b"1", second: b"1"}), "context")
    changed = Files({first: b"1", second: b"2"})
    assert [*shelf.noted(changed, "context")[0]] == [first]
    before = {**store._kept}
    shelf.note((cards, {}), [second], changed, "context")
    assert len([name for name in before if store._kept[name] is not before[name]]) == 1
    assert [*shelf.noted(changed, "context")[0]] == [first, second]


def test_what_policy_found_of_other_files_stays_when_some_is_kept() -> None:
    first, second = "incidents/2025/a.yaml", "incidents/2026/b.yaml"
    single = dict.fromkeys(("site.yaml", "sla.yaml", "components.yaml"), b"")
    finding = [Finding("x", Severity.ERROR, Place(first), "")]
    shelf, files = Shelf(Memory(), "key"), Files({**single, first: b"1", second: b"1"})
    shelf.keep_judged({first: finding}, [first], files)
    shelf.keep_judged({first: finding, second: []}, [second], files)
    assert shelf.judged(files) == {first: finding, second: ()}
    assert shelf.judged(Files({**files, first: b"2"})) == {second: ()}
    assert not shelf.judged(Files({**files, "sla.yaml": b"2"}))


def test_what_names_say_is_known_of_the_same_names() -> None:
    store, files = Memory(), Files({EVENT: b"1", "incidents/note.txt": b""})
    names = Shelf(store, "key").names(files)
    assert names.unread == {"incidents/note.txt"}
    assert {finding.code for finding in names.found} == {"missing-file", "unknown-file"}
    assert Shelf(store, "key").names(files) is names
    assert not Shelf(store, "key").names(Files({EVENT: b"1"})).unread


def test_places_are_known_again_in_files_that_are_as_they_were() -> None:
    store, place, other = Memory(), Place(EVENT, ("start",)), Place(OTHER, ("start",))
    files = Files({EVENT: b"status: a\nstart: b\n", OTHER: b"start: b\n"})
    findings = [Finding("x", Severity.WARNING, at, "") for at in (place, other)]
    said = located(findings, files, Shelf(store, "key"))
    assert said == located(findings, files) == located(findings, files, Shelf(store, "key"))
    assert Shelf(store, "key").spans(files) == {
        place: Span(EVENT, 2, 8, 2, 9),
        other: Span(OTHER, 1, 8, 1, 9),
    }
    assert not Shelf(store, "another").spans(files)
    changed = Files({EVENT: b"start: b\n", OTHER: b"start: b\n"})
    assert set(Shelf(store, "key").spans(changed)) == {other}
    assert located(findings, changed, Shelf(store, "key")) == located(findings, changed)


def test_what_the_site_says_of_values_follows_from_its_file() -> None:
    store, files = Memory(), Files({"site.yaml": b"1"})
    assert Shelf(store, "key").of_site(files, lambda _: "made") == "made"
    assert Shelf(store, "key").of_site(files, lambda _: "anew") == "made"
    assert Shelf(store, "key").of_site(Files({"site.yaml": b"2"}), lambda _: "anew") == "anew"
    assert Shelf(store, "key").of_site(Files({}), lambda _: "of none") == "of none"
    assert Shelf(store, "another").of_site(files, lambda _: "anew") == "anew"
