from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from statusgen.disk import Marked, State, are_as_marked, folders_of, mark, marks, scan
from tests.ticks import let_the_clock_go_on

LATER = 2**63


def swap_for_a_link(folder: Path) -> None:
    """What is reached by it is as it was."""
    (folder / "a").rename(folder.parent / "elsewhere")
    (folder / "a").symlink_to(folder.parent / "elsewhere")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site" / "a" / "b").mkdir(parents=True)
    (tmp_path / "site" / "a" / "b" / "page").write_text("four")
    (tmp_path / "site" / "a" / "page").touch()
    (tmp_path / "site" / "empty").mkdir()
    (tmp_path / "site" / "link").symlink_to(tmp_path, target_is_directory=True)
    return tmp_path / "site"


def test_all_that_is_in_a_folder_is_found_and_links_are_not_followed(folder: Path) -> None:
    files, folders = scan(folder)
    sizes = {path: state.size for path, state in files.items() if state.is_file}
    assert sizes == {"a/b/page": 4, "a/page": 0}
    assert files.keys() == {*sizes, "link"}
    assert folders.keys() == {"a", "a/b", "empty"}
    assert scan(folder / "never") == scan(folder / "empty") == ({}, {})


@pytest.mark.parametrize(
    "hand",
    [
        lambda folder: (folder / "a" / "page").write_text("more"),
        lambda folder: (folder / "a" / "page").unlink(),
        lambda folder: (folder / "empty" / "new").touch(),
        lambda folder: (folder / "a" / "b").chmod(0o750),
        lambda folder: (folder / "a" / "b").rename(folder / "empty" / "b"),
        swap_for_a_link,
    ],
    ids=range(6),
)
def test_a_hand_at_a_file_or_folder_is_told(folder: Path, hand: Callable[[Path], object]) -> None:
    let_the_clock_go_on(folder.parent / "clock")
    files, folders = scan(folder)
    marked = marks({**files, **folders}, LATER)
    assert are_as_marked(folder, marked)
    hand(folder)
    assert not are_as_marked(folder, marked)


def test_what_changed_in_the_last_tick_of_the_clock_is_not_remembered() -> None:
    old, new = (State(0, 0, 1, at, inode, at) for inode, at in ((1, 5), (2, 6)))
    known = marks({"old": old, "new": new, "another": None}, until=6)
    assert known == {"old": mark(old), "new": 0, "another": 0}


@pytest.mark.parametrize("number", [0, 1, 5_000])
def test_marks_are_the_same_after_changes_and_out_of_a_cache(number: int) -> None:
    expected = {f"{path}/é": path - 2**63 for path in range(number)}
    kept = Marked(expected)
    for changes in (
        {"0/é": 7, "new": 8, "more": 9},
        {"0/é": None, "new": None, "never": None},
        {f"{path}/many": path for path in range(3_000)},
    ):
        kept = pickle.loads(pickle.dumps(kept.but(changes)))  # noqa: S301
        given = {path: number for path, number in changes.items() if number is not None}
        gone = changes.keys() - given.keys()
        expected = {p: n for p, n in {**expected, **given}.items() if p not in gone}
        assert {path: kept.get(path) for path in changes} == changes
        assert kept.all == expected


def test_a_change_of_mode_is_a_change_of_a_folder(folder: Path) -> None:
    before = State.of((folder / "a").stat())
    (folder / "a").chmod(0o750)
    after = State.of((folder / "a").stat())
    assert mark(before) != mark(after)
    assert (before.mode & 0o777, after.mode & 0o777) == (0o755, 0o750)


def test_folders_of_files_are_all_above_them() -> None:
    assert folders_of(["a/b/c/page", "a/x", "page"]) == {"a", "a/b", "a/b/c"}
