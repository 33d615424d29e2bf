"""What an earlier build kept changes no byte: not whole, not spoilt, and not gone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from statusgen import cache, themes
from statusgen import publish as publishing
from statusgen.build import build
from statusgen.cli import building
from statusgen.cli.app import app
from statusgen.content import reading
from statusgen.content.tree import read_tree
from statusgen.outputs import statuspage
from statusgen.publish import manifest
from statusgen.publishing.standing import MANIFEST
from tests.histories import EVENT_EDITS, FILES, SETTING_EDITS, STARTS, Edit, incident, plan
from tests.unit.test_architecture import HEAVY

NOW = datetime(2026, 12, 30, 12, tzinfo=UTC)
NEWS = incident(STARTS[6], "open", "app", "Weg.", {})


class World:
    """A content folder, its site, and the cache between two builds of it."""

    def __init__(self, folder: Path) -> None:
        self.content, self.output = folder / "content", folder / "public"
        self.cache, self.theme = folder / "cache", folder / "themes/default"
        self.now = NOW
        for edit in FILES.items():
            self.edit(edit)

    def edit(self, edit: Edit) -> None:
        name, text = edit
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, "utf-8")

    def kept(self) -> list[Path]:
        return sorted(path for path in self.cache.rglob("*") if path.is_file())

    def build(self, jobs: int = 1) -> str:
        words = ["build", str(self.content), "--output", str(self.output)]
        environment = {cache.FOLDER: str(self.cache)}
        with (
            patch.object(building, "_jobs", lambda _: jobs),
            patch.object(building, "processes", lambda: jobs),
            patch.object(reading, "_FILES_A_PROCESS", 1),
        ):
            done = CliRunner().invoke(app, [*words, "--now", self.now.isoformat()], env=environment)
        assert done.exit_code == 0, done.output
        return done.output

    def built(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in self.output.rglob("*")
            if path.is_file()
        }

    def expected(self) -> dict[str, bytes]:
        """The site as it is built from nothing but its content."""
        files = read_tree(self.content).files
        made = build(files, themes.load(self.content.parent), self.now).artifacts
        return {artifact.path: artifact.content for artifact in (*made, manifest(made))}


def assert_same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    """Names what differs: thousands of bytes say nothing."""
    assert found.keys() == expected.keys()
    assert [path for path in found if found[path] != expected[path]] == []


Step = Callable[[World], None]


def edited(edit: Edit) -> Step:
    def step(world: World) -> None:
        world.edit(edit)

    return step


def moved(by: timedelta) -> Step:
    """Time goes on, or a clock jumps back."""

    def step(world: World) -> None:
        world.now += by

    return step


def themed(footer: str) -> Step:
    page = '{% extends "default/page.html" %}{% block description %}' + footer + "{% endblock %}"

    def step(world: World) -> None:
        world.theme.mkdir(parents=True, exist_ok=True)
        (world.theme / "page.html").write_text(page, "utf-8")

    return step


def tampered(name: str, content: bytes | None) -> Step:
    """Somebody is at the site: what is there is made right by the next build."""

    def step(world: World) -> None:
        path = world.output / name
        if path.exists():
            # As other programs do: the old file may be shared with an earlier site.
            path.unlink()
            if content is not None:
                path.write_bytes(content)

    return step


def spoilt(how: Callable[[bytes], bytes]) -> Step:
    def step(world: World) -> None:
        for path in world.kept():
            path.write_bytes(how(path.read_bytes()))

    return step


def flipped(data: bytes) -> bytes:
    other = bytearray(data or b"\0")  # What was spoilt before and is of nothing any more is empty.
    other[len(data) // 2] ^= 255
    return bytes(other)


def unpublished(world: World) -> None:
    shutil.rmtree(world.output, ignore_errors=True)


def forgotten(world: World) -> None:
    shutil.rmtree(world.cache, ignore_errors=True)


MOVES = [
    *(timedelta(seconds=1), timedelta(minutes=5), timedelta(hours=13), timedelta(days=9)),
    *(timedelta(days=40), timedelta(hours=-5), timedelta(days=-3), timedelta(days=-45)),
]
STEPS = st.one_of(
    st.builds(edited, EVENT_EDITS),
    st.builds(moved, st.sampled_from(MOVES)),
    st.builds(edited, EVENT_EDITS | SETTING_EDITS),
    st.builds(themed, st.sampled_from(["a", "b"])),
    st.builds(
        tampered,
        st.sampled_from(["index.html", "incidents/storing-0/index.html", MANIFEST]),
        st.sampled_from([None, b"", b"other"]),
    ),
    st.sampled_from(
        [
            spoilt(lambda data: data[: len(data) // 2]),
            spoilt(flipped),
            spoilt(lambda _: b""),
            unpublished,
            forgotten,
            lambda _: None,
        ]
    ),
)
JOBS = st.sampled_from([1, 1, 1, 2, 8])


@settings(max_examples=10)
@given(st.lists(st.tuples(STEPS, JOBS), min_size=2, max_size=6))
def test_over_any_history_a_site_is_what_it_is_without_a_cache(
    steps: list[tuple[Step, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.build()
        for step, jobs in steps:
            step(world)
            world.build(jobs)
            assert_same(world.built(), world.expected())


DAY = timedelta(days=1)
LAST = datetime(2026, 12, 31, 21)
EARLY = incident(datetime(2025, 10, 6, 10), "over", "server", "Weg.", {})
ONE = "incidents/2026/storing-1.yaml"
STORIES: dict[str, list[Step]] = {
    "a next occurrence of a schedule is over": [moved(-37 * DAY), forgotten, moved(7 * DAY)],
    "an older event gives a report to months without any": [
        edited(("incidents/2026/storing-0.yaml", None)),
        edited(("incidents/2026/anders.yaml", EARLY)),
    ],
    "the first event of a year": [
        moved(5 * DAY),
        edited(("incidents/2026/anders.yaml", incident(STARTS[7], "over", "app", "Weg.", {}))),
    ],
    "what was over goes on by a word of later": [
        edited((ONE, incident(STARTS[4], "explained", "server", "Weg.", {}))),
        moved(-23 * DAY - timedelta(hours=3)),
    ],
    "an end that is written for later": [
        edited((ONE, incident(STARTS[4], "over", "app", "Weg.", {"ended": "2027-01-03 12:00"}))),
        moved(5 * DAY),
    ],
    "another with the ticket of one that is over": [
        edited((ONE, incident(STARTS[4], "over", "app", "Weg.", {"ticket": "AB-1"}))),
        edited((ONE, incident(STARTS[4], "open", "app", "Weg.", {"ticket": "AB-1"}))),
        moved(5 * DAY),
    ],
    "a report of a month that is over is too late to be registered": [
        edited((ONE, incident(LAST, "over", "app", "Weg.", {"reported": "2026-12-31 22:00"}))),
        moved(2 * DAY),
        moved(DAY),
    ],
}


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_nothing_is_kept_that_is_no_longer_so(steps: list[Step], tmp_path: Path) -> None:
    world = World(tmp_path)
    world.build()
    for step in steps:
        step(world)
        world.build()
        assert_same(world.built(), world.expected())


def test_the_same_again_is_not_made_again() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        first = world.build()
        with (
            patch("statusgen.build.check", side_effect=AssertionError),
            patch("statusgen.making.Making", side_effect=AssertionError),
        ):
            again = world.build()
        counts = f"{len(world.built()) - 1} unchanged"
        assert " 0 unchanged;" in first
        assert f" 0 written, 0 removed, {counts};" in again
        findings = [line for line in first.splitlines() if "unchanged" not in line]
        assert [line for line in again.splitlines() if "unchanged" not in line] == findings
        assert any("warning" in line for line in findings)


def test_for_the_same_again_hardly_anything_is_imported() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.build()
        said, imported = built_apart(world)
        assert " 0 written, 0 removed" in said
        assert HEAVY.isdisjoint(imported)


def test_five_minutes_later_what_was_kept_stands_in_for_most_libraries() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        heavy = {"babel", "markdown", "yaml", "importlib.metadata", "email"}
        assert heavy & built_apart(world)[1] >= {"babel", "markdown", "yaml"}
        world.now += timedelta(minutes=5)
        said, imported = built_apart(world)
        assert " 0 written" not in said
        assert heavy.isdisjoint(imported)


def built_apart(world: World) -> tuple[str, set[str]]:
    """What a build says in a process of its own, and what that imports."""
    program = (
        "import sys; from statusgen.cli.app import app;"
        "app(standalone_mode=False); print(*sys.modules)"
    )
    words = ["build", str(world.content), "--output", str(world.output)]
    ran = subprocess.run(
        [sys.executable, "-c", program, *words, "--now", world.now.isoformat()],
        env={**os.environ, cache.FOLDER: str(world.cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    said, _, modules = ran.stdout.strip().rpartition("\n")
    return said, set(modules.split())


def test_the_same_again_still_mends_what_a_killed_build_left() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.build()
        left = world.output.with_name(f".{world.output.name}.staging-0123abcd")
        left.mkdir()
        world.build()
        assert not left.exists()


def test_of_two_builds_at_once_the_one_that_was_replaced_is_not_remembered() -> None:
    """Another build publishes something else right after ours, and before we look at it."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        publish = publishing.publish

        def overtaken(made: Any, output: Path, **more: Any) -> publishing.Published:
            published = publish(made, output, **more)
            said = {MANIFEST: (output / MANIFEST).read_bytes() + b"\n", "index.html": b"other"}
            for name, content in said.items():
                (output / name).unlink()
                (output / name).write_bytes(content)
            return published

        with patch.object(publishing, "publish", overtaken):
            world.build()
        world.build()
        assert world.built() == world.expected()


def test_a_page_that_says_the_same_is_not_filled_again() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.build()
        world.now += timedelta(minutes=5)
        world.edit(("incidents/2026/anders.yaml", NEWS))
        filled: list[str] = []
        render = themes.Renderer.__call__

        def counting(self: themes.Renderer, template: str, values: dict[str, Any]) -> str:
            filled.append(values["here"].place)
            return render(self, template, values)

        with patch.object(themes.Renderer, "__call__", counting):
            world.build()
        assert {"", "incidents/anders/", "history/2026-12/", "sla/2026-12/"} < set(filled)
        settled = ("incidents/storing-", "history/2026-1", "sla/2026-1", "tickets/")
        assert {place for place in filled if place.startswith(settled)} == {
            *("history/2026-12/", "sla/2026-12/")
        }
        assert world.built() == world.expected()


def test_after_an_update_only_what_is_kept_with_it_is_written_again() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for number, year in ((2, 2024), (2, 2025), (4, 2026)):
            start = STARTS[number].replace(year=year)
            event = incident(start, "over", "server", "Weg.", {})
            world.edit((f"incidents/{year}/toen-{year}.yaml", event))
        world.build()
        start = STARTS[2].replace(year=2025)
        event = incident(start, "over", "server", "Anders.", {"ticket": "CD-2"})
        world.edit(("incidents/2025/toen-2025.yaml", event))
        kept: list[str] = []
        keep = cache.Cache.keep

        def counting(self: cache.Cache, name: str, key: str, value: object) -> None:
            kept.append(name)
            keep(self, name, key, value)

        with patch.object(cache.Cache, "keep", counting):
            world.build()
        told = sorted(name for name in kept if name.startswith(("words/", "figures/")))
        assert told == ["figures/2025", "words/en-2025-10", "words/nl-2025-10"]
        assert world.built() == world.expected()


def test_of_old_history_nothing_is_loaded() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for year in range(2016, 2024):
            start = STARTS[2].replace(year=year)
            old = incident(start, "over", "server", "Weg.", {})
            world.edit((f"incidents/{year}/oud-{year}.yaml", old))
            done = plan(start, "as planned", "server", "Klaar.")
            world.edit((f"maintenance/{year}/oud-werk-{year}.yaml", done))
        world.build()
        world.now += timedelta(minutes=5)
        world.edit(("incidents/2026/anders.yaml", NEWS))
        loaded: list[str] = []
        load = cache.Cache.load

        def counting(self: cache.Cache, name: str, key: str) -> Any:
            loaded.append(key.partition(" ")[0])
            return load(self, name, key)

        with (
            patch.object(cache.Cache, "load", counting),
            # With fewer events than a real list holds, all of them would be among the newest.
            patch.object(statuspage, "LISTED", 2),
        ):
            world.build()
        assert "incidents/2026/anders." in loaded
        assert not [key for key in loaded if "/oud-" in key]


def test_a_cache_that_cannot_be_written_is_done_without() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.cache.write_text("a file stands in the way")
        world.build()
        world.now += timedelta(minutes=5)
        world.build()
        assert world.built() == world.expected()


def test_who_has_no_home_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", nowhere)
    assert cache.Cache.of(Path("public"), {}) is None
    assert cache.shelf_of(Path("content"), {}) is None


def test_an_empty_variable_switches_it_off() -> None:
    assert cache.Cache.of(Path("public"), {cache.FOLDER: ""}) is None


def test_it_lies_with_what_other_programs_of_the_user_keep() -> None:
    kept = cache.Cache.of(Path("public"), {"XDG_CACHE_HOME": "/somewhere"})
    other = cache.Cache.of(Path("other"), {"XDG_CACHE_HOME": "/somewhere"})
    assert kept
    assert other
    assert kept.folder != other.folder
    assert kept.folder.parent == other.folder.parent == Path("/somewhere/statusgen")


def test_what_was_kept_is_known_by_its_key_only(tmp_path: Path) -> None:
    kept = cache.Cache(tmp_path / "cache")
    kept.keep("done", "one", ["said"])
    assert kept.load("done", "one") == ["said"]
    assert kept.load("done", "other") is None
    assert [path.name for path in kept.folder.iterdir()] == ["done"]


def test_a_library_that_need_not_be_there_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_PARSERS", ("pyyaml", "no-such-package"))
    assert [*cache._code(Path(__file__).parent)][-1] == b""


def test_what_the_program_is_is_told_at_a_glance_and_read_after_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))
    reads: list[Path] = []
    read = cache._code

    def reading(root: Path) -> Iterator[bytes]:
        reads.append(root)
        return read(root)

    monkeypatch.setattr(cache, "_code", reading)
    told = []
    for installed in ("one", "one", "other"):
        monkeypatch.setattr(cache, "_installed", lambda installed=installed: [installed])
        cache.code.cache_clear()
        told.append(cache.code())
    cache.code.cache_clear()
    assert len(reads) == 2
    assert len({*told}) == 1
