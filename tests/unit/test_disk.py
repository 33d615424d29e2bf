from __future__ import annotations

import os
from pathlib import Path

import pytest

from statusgen.disk import File, Folder, folders_of, look_again, mark, marks, scan

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
    sizes = {path: file.size for path, file in tree.files.items()}
    assert sizes == {"a/b/page": 4, "a/page": 0, "link": None}
    assert tree.folders.keys() == {"a", "a/b", "empty"}
    assert scan(folder / "never") == scan(folder / "empty")


def test_folders_that_nobody_was_at_are_not_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scan(folder)
    known = marks(before.folders, LATER)
    (folder / "empty" / "new").mkdir()
    listed = []
    scandir = os.scandir

    def listing(path: str) -> object:
        listed.append(os.path.relpath(path, folder))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listing)
    again = scan(folder, before.files, known)
    assert sorted(listed) == [".", "empty", "empty/new"]
    assert again.files == before.files
    assert again.folders.keys() == before.folders.keys() | {"empty/new"}


def test_what_lies_in_a_folder_that_is_another_one_now_is_not_believed(folder: Path) -> None:
    before = scan(folder)
    known = marks(before.folders, LATER)
    elsewhere = folder.parent / "elsewhere"
    (folder / "a").rename(elsewhere)
    (folder / "a").symlink_to(elsewhere)
    assert look_again(folder, known)[0].keys() == {"empty"}
    again = scan(folder, before.files, known)
    assert again.files.keys() == {"a", "link"}
    assert again.folders.keys() == {"empty"}


def test_what_changed_in_the_last_tick_of_the_clock_is_not_remembered() -> None:
    states = {"old": File(1, 5, 1, 5), "new": File(1, 6, 2, 6)}
    assert marks(states, until=6) == {"old": mark(states["old"]), "new": 0}
    assert all(mark(state) for state in states.values())


def test_a_change_of_mode_is_a_change_of_a_folder(folder: Path) -> None:
    before = Folder.of((folder / "a").stat())
    (folder / "a").chmod(0o750)
    after = Folder.of((folder / "a").stat())
    assert mark(before) != mark(after)
    assert (before.mode, after.mode) == (0o755, 0o750)


def test_folders_of_files_are_all_above_them() -> None:
    assert folders_of(["a/b/c/page", "a/x", "page"]) == {"a", "a/b", "a/b/c"}
