from __future__ import annotations

import os
from pathlib import Path

import pytest

from statusgen import disk
from statusgen.disk import State, Tree, folders_of, look_again, mark, marks, scan

LATER = 2**63


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
    assert tree.other_files.keys() == tree.all_files == {*sizes, "link"}
    assert tree.other_folders.keys() == tree.all_folders == {"a", "a/b", "empty"}
    assert scan(folder / "never") == scan(folder / "empty")


def test_what_is_as_it_was_marked_is_known_from_what_is_not(folder: Path) -> None:
    before = scan(folder)
    files, folders = marks(before.other_files, LATER), marks(before.other_folders, LATER)
    again = scan(folder, files, folders)
    assert (again.files, again.folders) == (files, folders)
    assert not again.other_files
    assert not again.other_folders
    (folder / "a" / "page").write_text("more")
    (folder / "top").touch()
    again = scan(folder, files, folders)
    assert again.other_files.keys() == {"a/page", "top"}
    assert again.files.keys() == files.keys() - {"a/page"}
    assert again.folders == folders


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
    files, folders = marks(before.other_files, LATER), marks(before.other_folders, LATER)
    assert scan(tmp_path, files, folders) == Tree(files, folders)
    (tmp_path / "3/page").write_text("more")
    (tmp_path / "7/page").unlink()
    (tmp_path / "11/new").touch()
    again = scan(tmp_path, files, folders)
    assert again.files.keys() == {*paths} - {"3/page", "7/page"}
    assert again.other_files.keys() == {"3/page", "11/new"}
    assert again.other_folders.keys() == {"7", "11"}


def test_folders_that_nobody_was_at_are_not_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scan(folder)
    known = marks(before.other_folders, LATER)
    (folder / "empty" / "new").mkdir()
    listed = []
    scandir = os.scandir

    def listing(path: str) -> object:
        listed.append(os.path.relpath(path, folder))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listing)
    files = marks(before.other_files, LATER)
    again = scan(folder, files, known)
    assert sorted(listed) == [".", "empty", "empty/new"]
    assert again.files == files
    assert again.all_folders == before.all_folders | {"empty/new"}


def test_what_lies_in_a_folder_that_is_another_one_now_is_not_believed(folder: Path) -> None:
    before = scan(folder)
    known = marks(before.other_folders, LATER)
    elsewhere = folder.parent / "elsewhere"
    (folder / "a").rename(elsewhere)
    (folder / "a").symlink_to(elsewhere)
    assert look_again(folder, known)[0].keys() == {"empty"}
    again = scan(folder, marks(before.other_files, LATER), known)
    assert again.all_files == {"a", "link"}
    assert again.all_folders == {"empty"}


def test_what_changed_in_the_last_tick_of_the_clock_is_not_remembered() -> None:
    old, new = (State(0, 0, 1, at, inode, at) for inode, at in ((1, 5), (2, 6)))
    assert marks({"old": old, "new": new}, until=6) == {"old": mark(old), "new": 0}


def test_a_change_of_mode_is_a_change_of_a_folder(folder: Path) -> None:
    before = State.of((folder / "a").stat())
    (folder / "a").chmod(0o750)
    after = State.of((folder / "a").stat())
    assert mark(before) != mark(after)
    assert (before.mode & 0o777, after.mode & 0o777) == (0o755, 0o750)


def test_folders_of_files_are_all_above_them() -> None:
    assert folders_of(["a/b/c/page", "a/x", "page"]) == {"a", "a/b", "a/b/c"}
