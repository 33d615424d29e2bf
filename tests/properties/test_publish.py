from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statusgen.artifact import Artifact, Carried
from statusgen.publish import Missing, Published, manifest, publish
from statusgen.publishing.standing import MANIFEST, Known, is_untouched
from tests.faults.scene import at_operation, ended, in_child, is_killed

FOLDERS = st.lists(st.sampled_from(["a", "b", "é"]), max_size=3)
# Files end in .html and folders do not, so that no two paths are in each other's way.
PATHS = st.builds(
    lambda folders, name: "/".join([*folders, f"{name}.html"]), FOLDERS, st.sampled_from("xyz")
)
# Few contents, some of one size, so that files are often the same and sizes often mislead.
CONTENTS = st.sampled_from([b"", b"old", b"new", b"longer"])
SITES = st.dictionaries(PATHS, CONTENTS, max_size=8)
FOREIGN = st.dictionaries(PATHS.map(lambda path: f"{path}.foreign"), CONTENTS, max_size=3)


def artifacts_of(site: dict[str, bytes]) -> list[Artifact]:
    return [Artifact(path, content) for path, content in site.items()]


def whole(site: dict[str, bytes]) -> dict[str, bytes]:
    made = manifest(artifacts_of(site))
    return site | {made.path: made.content}


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def identities(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def folders_of(paths: set[str]) -> set[str]:
    return {str(folder) for path in paths for folder in Path(path).parents} - {"."}


def count(old: dict[str, bytes], new: dict[str, bytes]) -> tuple[int, int, int]:
    unchanged = sum(old.get(path) == content for path, content in new.items())
    return len(new) - unchanged, len(old.keys() - new.keys()), unchanged


def counted(done: Published) -> tuple[int, int, int]:
    return done.written, done.removed, done.unchanged


@settings(max_examples=50)
@given(st.lists(SITES, min_size=1, max_size=5))
def test_whatever_was_there_the_output_is_the_site_and_what_stays_is_untouched(
    sites: list[dict[str, bytes]],
) -> None:
    with tempfile.TemporaryDirectory() as parent:
        output = Path(parent, "public")
        old: dict[str, bytes] = {}
        for new in sites:
            before = identities(output)
            assert counted(publish(artifacts_of(new), output)) == count(old, new)
            assert files_in(output) == whole(new)
            folders = {p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_dir()}
            assert folders == folders_of(set(new))
            after = identities(output)
            for path in new:
                assert (after[path] == before.get(path)) == (old.get(path) == new[path])
            beside = {path.name for path in Path(parent).iterdir()}
            assert beside - {".public.staging-spare"} == {"public"}
            old = new


@settings(max_examples=25)
@given(FOREIGN, st.lists(SITES, min_size=1, max_size=4))
def test_with_force_foreign_files_outlive_every_site(
    foreign: dict[str, bytes], sites: list[dict[str, bytes]]
) -> None:
    with tempfile.TemporaryDirectory() as parent:
        output = Path(parent, "public")
        for path, content in foreign.items():
            (output / path).parent.mkdir(parents=True, exist_ok=True)
            (output / path).write_bytes(content)
        before = identities(output)
        for site in sites:
            publish(artifacts_of(site), output, force=True)
            assert files_in(output) == whole(site) | foreign
            after = identities(output)
            assert {path: after[path] for path in foreign} == before
            assert not foreign.keys() & whole(site).keys()


@given(SITES, st.randoms(use_true_random=False))
def test_the_order_of_the_artifacts_changes_no_byte(
    site: dict[str, bytes], chance: random.Random
) -> None:
    made = artifacts_of(site)
    shuffled = list(made)
    chance.shuffle(shuffled)
    assert manifest(shuffled).content == manifest(made).content
    assert MANIFEST.encode() not in manifest(made).content


class World:
    """An output, what was published there last, and what is known of it."""

    def __init__(self, parent: Path) -> None:
        self.output, self.spare = parent / "public", parent / ".public.staging-spare"
        self.site: dict[str, bytes] = {}
        self.known = Known()

    def publish(self, site: dict[str, bytes]) -> None:
        """As a build does: what is the same is carried over, unless it turns out to be missing."""
        known, left = self.known, is_untouched(self.output, self.known)
        same = {path for path in site if self.site.get(path) == site[path]}
        made = artifacts_of(site)
        new: list[Artifact | Carried] = [item for item in made if item.path not in same]
        new.append(Carried({item.path: item.digest for item in made if item.path in same}))
        try:
            done = publish(new, self.output, force=True, known=known, is_left=lambda: left)
        except Missing:
            assert not left
            done = publish(artifacts_of(site), self.output, force=True, known=known)
        self.site, self.known = site, done.known


Step = Callable[[World], None]


def published(site: dict[str, bytes]) -> Step:
    return lambda world: world.publish(site)


def forgotten(world: World) -> None:
    """The cache is gone."""
    world.known = Known()


def killed(site: dict[str, bytes], number: int) -> Step:
    """A publish of another site dies before one of its operations on files."""

    def step(world: World) -> None:
        def work() -> None:
            at_operation(number, is_killed)
            publish(artifacts_of(site), world.output, force=True, known=world.known)

        ended(in_child(work))

    return step


def gone(place: str) -> Step:
    return lambda world: shutil.rmtree(getattr(world, place), ignore_errors=True)


def tampered(place: str, number: int, how: Callable[[Path], object]) -> Step:
    """Somebody is at a file, of the output or of the spare."""

    def step(world: World) -> None:
        files = sorted(p for p in getattr(world, place).rglob("*.html") if p.is_file())
        if files:
            how(files[number % len(files)])

    return step


def replaced(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"by hand")


def swapped_for_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HANDS = [
    lambda path: path.write_bytes(b"new"),
    lambda path: path.write_bytes(b"by hand"),
    replaced,
    Path.unlink,
    lambda path: shutil.rmtree(path.parent),
]
AT_THE_SPARE = [
    *HANDS,
    swapped_for_a_folder,
    lambda path: (path.parent / "more.html").write_bytes(b"foreign"),
]
# Few files, so that often one stays while others change.
SMALL = st.dictionaries(
    st.sampled_from(["x.html", "a/x.html", "a/b/x.html", "c/x.html"]),
    st.sampled_from([b"old", b"new"]),
)
STEPS = st.one_of(
    st.builds(published, SMALL),
    st.builds(killed, SMALL, st.integers(1, 70)),
    st.builds(tampered, st.just("output"), st.integers(0, 7), st.sampled_from(HANDS)),
    st.builds(tampered, st.just("spare"), st.integers(0, 7), st.sampled_from(AT_THE_SPARE)),
    st.sampled_from([forgotten, gone("output"), gone("spare")]),
)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@settings(max_examples=60)
@given(st.lists(st.tuples(STEPS, SMALL), min_size=3, max_size=8))
def test_after_any_history_the_output_is_the_site_byte_for_byte(
    history: list[tuple[Step, dict[str, bytes]]],
) -> None:
    with tempfile.TemporaryDirectory() as parent:
        world = World(Path(parent))
        for step, site in history:
            step(world)
            world.publish(site)
            assert files_in(world.output) == whole(site)
            beside = {path.name for path in Path(parent).iterdir()}
            assert beside - {world.spare.name} == {"public"}
