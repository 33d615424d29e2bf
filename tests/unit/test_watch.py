from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from statusgen.watch import Watch, Woken, stopped_by_signals

# pytest takes back the filter that the watch sets; a folder in a new folder may be found twice.
pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "site.yaml").write_text("name: x\n")
    return folder


@pytest.fixture
def watch(folder: Path, tmp_path: Path) -> Iterator[Watch]:
    """A watch over the folder and one that is not there, by a clock that stands still."""
    with Watch([folder, tmp_path / "themes"], now=lambda: NOON) as watch:
        yield watch


def write(folder: Path) -> None:
    (folder / "site.yaml").write_text("name: y\n")


def replace(folder: Path) -> None:
    (folder.parent / "new").write_text("name: y\n")
    (folder.parent / "new").replace(folder / "site.yaml")


def add_below(folder: Path) -> None:
    (folder / "incidents" / "2026").mkdir(parents=True)
    (folder / "incidents" / "2026" / "a.yaml").write_text("title: x\n")


def remove(folder: Path) -> None:
    (folder / "site.yaml").unlink()


def take_away(folder: Path) -> None:
    shutil.rmtree(folder)


def rename_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def add_themes(folder: Path) -> None:
    (folder.parent / "themes").mkdir()


@pytest.mark.parametrize(
    "change", [write, replace, add_below, remove, take_away, rename_folder, add_themes]
)
def test_a_change_ends_the_wait(watch: Watch, folder: Path, change: object) -> None:
    assert callable(change)
    change(folder)
    assert watch.wait() is Woken.CHANGED


def test_a_folder_that_comes_back_is_watched_again(watch: Watch, folder: Path) -> None:
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    assert watch.wait() is Woken.CHANGED
    elsewhere.rename(folder)
    assert watch.wait() is Woken.CHANGED
    write(folder)
    assert watch.wait() is Woken.CHANGED


def test_a_save_of_many_files_is_one_change(watch: Watch, folder: Path) -> None:
    for number in range(50):
        (folder / f"{number}.yaml").write_text("x")
    assert watch.wait() is Woken.CHANGED
    assert watch.wait(NOON) is Woken.DUE


def test_reading_and_hidden_files_are_no_change(watch: Watch, folder: Path) -> None:
    with told_of(folder, ".git/index"):
        (folder / "site.yaml").read_text()
        list(folder.iterdir())
        (folder / ".site.yaml.swp").write_text("x")
        (folder / ".git").mkdir()
        (folder / ".git" / "index").write_text("x")
    assert watch.wait(NOON) is Woken.DUE


@contextmanager
def told_of(folder: Path, name: str) -> Iterator[None]:
    """Leave only once the system has told a second observer of the file."""
    told = threading.Event()

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if str(event.src_path).endswith(name):
                told.set()

    observer = Observer()
    observer.schedule(Handler(), str(folder), recursive=True)
    observer.start()
    yield
    assert told.wait(timeout=30)
    observer.stop()
    observer.join()


def test_the_moment_ends_the_wait(watch: Watch) -> None:
    assert watch.wait(NOON) is Woken.DUE
    assert watch.wait(NOON - timedelta(days=1)) is Woken.DUE


def test_the_clock_is_looked_at_again_and_again(folder: Path) -> None:
    shown = iter([NOON, NOON, NOON + timedelta(days=1), NOON + timedelta(days=1)])
    with Watch([folder], now=lambda: next(shown)) as watch:
        assert watch.wait(NOON + timedelta(hours=1)) is Woken.DUE


def test_a_stop_comes_before_a_moment_that_has_passed(watch: Watch) -> None:
    watch.stop()
    assert watch.wait(NOON) is Woken.STOPPED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_and_the_next_one_is_as_before(watch: Watch, number: int) -> None:
    before = signal.getsignal(number)
    with stopped_by_signals(watch):
        os.kill(os.getpid(), number)
        assert watch.wait() is Woken.STOPPED
        assert signal.getsignal(number) is before
    assert signal.getsignal(number) is before
