from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from statusgen import glance as module
from statusgen.glance import glance


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "incidents").mkdir(parents=True)
    (folder / "site.yaml").write_text("name: One\n")
    (folder / "incidents" / "a.yaml").write_text("title: A\n")
    (folder / "link.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (tmp_path / "elsewhere.yaml").write_text("elsewhere")
    return folder


def edited_unseen(path: Path) -> None:
    """As many bytes, and the time set back."""
    state = path.stat()
    path.write_bytes(path.read_bytes().swapcase())
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def replaced(path: Path) -> None:
    shutil.copy2(path, path.with_name("new"))
    path.with_name("new").replace(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda folder: edited_unseen(folder / "site.yaml"),
    "edited below": lambda folder: edited_unseen(folder / "incidents" / "a.yaml"),
    "replaced": lambda folder: replaced(folder / "site.yaml"),
    "new": lambda folder: (folder / "incidents" / "b.yaml").touch(),
    "gone": lambda folder: (folder / "site.yaml").unlink(),
    "moved": lambda folder: (folder / "site.yaml").rename(folder / "Site.yaml"),
    "unreadable": lambda folder: (folder / "site.yaml").chmod(0),
    "edited where a link leads": lambda folder: edited_unseen(folder.parent / "elsewhere.yaml"),
    "gone where a link leads": lambda folder: (folder.parent / "elsewhere.yaml").unlink(),
    "the whole folder": shutil.rmtree,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_is_seen(folder: Path, change: Callable[[Path], object]) -> None:
    before = glance(folder)
    assert glance(folder) == before
    change(folder)
    assert glance(folder) != before


def test_a_link_that_leads_elsewhere_by_another_one_is_seen(folder: Path) -> None:
    (folder.parent / "other.yaml").write_text("elsewhere")
    (folder / "link.yaml").unlink()
    (folder / "link.yaml").symlink_to(folder.parent / "between")
    (folder.parent / "between").symlink_to("elsewhere.yaml")
    before = glance(folder)
    (folder.parent / "between").unlink()
    (folder.parent / "between").symlink_to("other.yaml")
    assert glance(folder) != before


def test_what_is_as_new_as_the_newest_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the clock of the system stood still, and a change left no trace."""
    monkeypatch.setattr(module, "mark", lambda _: 0)
    newest = folder / "incidents" / "a.yaml"
    os.utime(newest)
    before = glance(folder)
    newest.write_text("title: B\n")
    assert glance(folder) != before


def test_only_the_newest_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reading(path: str) -> bytes:
        read.append(Path(path).name)
        return b""

    monkeypatch.setattr(module, "_bytes", reading)
    newest = folder / "incidents" / "a.yaml"
    before = (folder.parent / "elsewhere.yaml").stat().st_ctime_ns
    while newest.stat().st_ctime_ns <= before:
        os.utime(newest)
    glance(folder)
    assert read == ["a.yaml"]


def test_names_that_are_left_out_do_not_count(folder: Path) -> None:
    before = glance(folder, ".")
    (folder / ".git").mkdir()
    (folder / ".git" / "index").touch()
    (folder / ".site.yaml.swp").touch()
    assert glance(folder, ".") == before
    assert glance(folder) != before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_nothing_is_waited_for_and_nothing_need_be_there(folder: Path) -> None:
    (folder / "broken").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    assert glance(folder) == glance(folder)
    assert glance(folder / "never") == glance(folder / "site.yaml")
