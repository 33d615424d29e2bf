from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from statusgen.artifact import Artifact
from statusgen.publish import MANIFEST, Published, manifest, publish

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


def count(old: dict[str, bytes], new: dict[str, bytes]) -> Published:
    unchanged = sum(old.get(path) == content for path, content in new.items())
    return Published(len(new) - unchanged, len(old.keys() - new.keys()), unchanged)


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
            assert publish(artifacts_of(new), output) == count(old, new)
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
