from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from statusgen import disk
from statusgen.disk import Marked, State, Tree, folders_of, look_again, mark, marks, scan

LATER = 2**63


def marked(tree: Tree) -> tuple[Marked, Marked]:
    """The files and folders of a tree as they are."""
    return Marked(marks(tree.other_files, LATER)), Marked(marks(tree.other_folders, LATER))


def parts(tree: Tree) -> tuple[object, ...]:
    return tree.files.all, tree.folders.all, tree.other_files, tree.other_folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site" / "a" / "b").mkdir(parents=True)
    (tmp_path / "site" / "a" / "b" / "page").write_text("four")
    (tmp_path / "site" / "a" / "page").touch()
    (tmp_path / "site" / "empty").mkdir()
    (tmp_path / "site" / "link").symlink_to(tmp_path, target_is_directory=True)
    return tmp_path / "site"


def test_all_that_is_in_a_folder_is_found_and_links_are_not_followed(folder: Path) -> None:
    tree = scan(folder)
    sizes = {path: state.size for path, state in tree.other_files.items() if state.is_file}
    assert sizes == {"a/b/page": 4, "a/page": 0}
    assert tree.other_files.keys() == {*sizes, "link"}
    assert tree.other_folders.keys() == {"a", "a/b", "empty"}
    assert parts(scan(folder / "never")) == parts(scan(folder / "empty")) == ({}, {}, {}, {})


def test_what_is_as_it_was_marked_is_known_from_what_is_not(folder: Path) -> None:
    before = scan(folder)
    files, folders = marked(before)
    again = scan(folder, files, folders)
    assert parts(again) == (files.all, folders.all, {}, {})
    (folder / "a" / "page").write_text("more")
    (folder / "top").touch()
    again = scan(folder, files, folders)
    assert again.other_files.keys() == {"a/page", "top"}
    assert again.files.all.keys() == files.all.keys() - {"a/page"}
    assert again.folders.all == folders.all


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("is_forked", [False, True])
def test_of_very_many_each_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_forked: bool
) -> None:
    monkeypatch.setattr(disk, "processes", lambda: 2 if is_forked else 1)
    monkeypatch.setattr(disk, "_MANY", 5)
    paths = [f"{number}/page" for number in range(20)]
    for path in paths:
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).touch()
    before = scan(tmp_path)
    files, folders = marked(before)
    assert parts(scan(tmp_path, files, folders)) == (files.all, folders.all, {}, {})
    (tmp_path / "3/page").write_text("more")
    (tmp_path / "7/page").unlink()
    (tmp_path / "11/new").touch()
    again = scan(tmp_path, files, folders)
    assert again.files.all.keys() == {*paths} - {"3/page", "7/page"}
    assert again.other_files.keys() == {"3/page", "11/new"}
    assert again.other_folders.keys() == {"7", "11"}


def test_folders_that_nobody_was_at_are_not_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scan(folder)
    files, known = marked(before)
    (folder / "empty" / "new").mkdir()
    listed = []
    scandir = os.scandir

    def listing(path: str) -> object:
        listed.append(os.path.relpath(path, folder))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listing)
    again = scan(folder, files, known)
    assert sorted(listed) == [".", "empty", "empty/new"]
    assert again.files.all == files.all
    assert again.folders.all.keys() | again.other_folders == {"a", "a/b", "empty", "empty/new"}


def test_what_lies_in_a_folder_that_is_another_one_now_is_not_believed(folder: Path) -> None:
    before = scan(folder)
    files, known = marked(before)
    elsewhere = folder.parent / "elsewhere"
    (folder / "a").rename(elsewhere)
    (folder / "a").symlink_to(elsewhere)
    assert look_again(folder, known.all)[0].keys() == {"empty"}
    again = scan(folder, files, known)
    assert again.files.all.keys() == {"link"}
    assert again.other_files.keys() == {"a"}
    assert again.folders.all.keys() | again.other_folders == {"empty"}


def test_what_changed_in_the_last_tick_of_the_clock_is_not_remembered() -> None:
    old, new = (State(0, 0, 1, at, inode, at) for inode, at in ((1, 5), (2, 6)))
    assert marks({"old": old, "new": new}, until=6) == {"old": mark(old), "new": 0}


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
        assert abs(kept.about - len(expected)) < 5


def test_a_change_of_mode_is_a_change_of_a_folder(folder: Path) -> None:
    before = State.of((folder / "a").stat())
    (folder / "a").chmod(0o750)
    after = State.of((folder / "a").stat())
    assert mark(before) != mark(after)
    assert (before.mode & 0o777, after.mode & 0o777) == (0o755, 0o750)


def test_folders_of_files_are_all_above_them() -> None:
    assert folders_of(["a/b/c/page", "a/x", "page"]) == {"a", "a/b", "a/b/c"}
