from __future__ import annotations

import stat
from pathlib import Path

import pytest

from statusgen.content.saving import Changed, save

NEW = "incidents/2026/2026-11-23-storing.yaml"


def names(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_a_new_file_is_written_with_its_folders_and_the_usual_rights(tmp_path: Path) -> None:
    save(tmp_path, {NEW: b"title: A\n"}, {})
    assert names(tmp_path) == [NEW]
    assert (tmp_path / NEW).read_bytes() == b"title: A\n"
    (tmp_path / "usual").touch()
    usual = stat.S_IMODE((tmp_path / "usual").stat().st_mode)
    assert stat.S_IMODE((tmp_path / NEW).stat().st_mode) == usual


def test_a_new_file_never_takes_the_place_of_one_that_came_meanwhile(tmp_path: Path) -> None:
    save(tmp_path, {NEW: b"theirs"}, {})
    with pytest.raises(Changed, match=r"2026-11-23-storing.yaml has been written by somebody"):
        save(tmp_path, {NEW: b"ours"}, {})
    assert (names(tmp_path), (tmp_path / NEW).read_bytes()) == ([NEW], b"theirs")


def test_a_file_is_replaced_whole_and_keeps_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"old")
    file.chmod(0o640)
    with file.open("rb") as reader:
        save(tmp_path, {"a.yaml": b"new"}, {"a.yaml": b"old"})
        assert reader.read() == b"old"
    assert (names(tmp_path), file.read_bytes()) == (["a.yaml"], b"new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.parametrize("meanwhile", [b"edited", None])
def test_a_file_that_changed_since_it_was_read_is_left_alone(
    tmp_path: Path, meanwhile: bytes | None
) -> None:
    if meanwhile is not None:
        (tmp_path / "a.yaml").write_bytes(meanwhile)
    with pytest.raises(Changed, match=r"a\.yaml was changed meanwhile"):
        save(tmp_path, {"a.yaml": b"new"}, {"a.yaml": b"old"})
    assert names(tmp_path) == ([] if meanwhile is None else ["a.yaml"])
    if meanwhile is not None:
        assert (tmp_path / "a.yaml").read_bytes() == meanwhile


def test_a_link_inside_the_folder_stays_one(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"old")
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    save(tmp_path, {"link.yaml": b"new"}, {"link.yaml": b"old"})
    assert (tmp_path / "link.yaml").readlink() == Path("a.yaml")
    assert (tmp_path / "a.yaml").read_bytes() == b"new"


def test_nothing_is_written_through_a_folder_that_leads_out(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "content"
    outside.mkdir()
    folder.mkdir()
    (folder / "incidents").symlink_to(outside, target_is_directory=True)
    with pytest.raises(Changed, match="leads out of the folder"):
        save(folder, {NEW: b"title: A\n"}, {})
    assert names(outside) == []


def test_what_the_disk_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "incidents").write_bytes(b"a file")
    with pytest.raises(OSError, match="incidents"):
        save(tmp_path, {NEW: b"title: A\n"}, {})
    assert names(tmp_path) == ["incidents"]


@pytest.mark.parametrize("order", [("a.yaml", NEW), (NEW, "a.yaml")])
def test_of_two_files_none_is_written_when_one_has_changed(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    (tmp_path / "a.yaml").write_bytes(b"edited")
    with pytest.raises(Changed, match=r"a\.yaml was changed meanwhile"):
        save(tmp_path, dict.fromkeys(order, b"new"), {"a.yaml": b"old"})
    assert names(tmp_path) == ["a.yaml"]
    save(tmp_path, dict.fromkeys(order, b"new"), {"a.yaml": b"edited"})
    assert {(tmp_path / path).read_bytes() for path in order} == {b"new"}


def test_a_new_file_that_comes_at_the_last_instant_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: False)
    (tmp_path / "a.yaml").write_bytes(b"theirs")
    with pytest.raises(FileExistsError):
        save(tmp_path, {"a.yaml": b"ours"}, {})
    assert (tmp_path / "a.yaml").read_bytes() == b"theirs"
