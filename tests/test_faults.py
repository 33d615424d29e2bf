"""Whole builds under faults: a few of each kind here, a thousand by `make faults`."""

from __future__ import annotations

import ctypes  # noqa: F401 (so that no child imports it while its file operations are counted)
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.faults.rounds import DISK_ROUNDS, ROUNDS, Course, Round, a_small_disk
from tests.faults.scene import KILLED, STATES, Scene, at_operation, is_killed

# Newer Pythons warn of forking where threads run; the children here only build.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | None]:
    """A folder whose output is on a disk of its own; None where none may be mounted."""
    folder = tmp_path_factory.mktemp("faults")
    with ExitStack() as disk:
        try:
            disk.enter_context(a_small_disk(folder / "www"))
        except (subprocess.CalledProcessError, FileNotFoundError):
            yield None
        else:
            yield folder


@pytest.fixture(scope="module")
def course(small_disk: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A published site, to be disturbed."""
    folder = small_disk or tmp_path_factory.mktemp("faults")
    return Course(Scene.set_up(folder), Random(7))


@pytest.mark.parametrize("happens", ROUNDS, ids=lambda happens: happens.__name__)
def test_whatever_happens_to_a_build_the_site_is_whole(course: Course, happens: Round) -> None:
    before = course.told.total()
    for _ in range(2):
        happens(course)
    assert course.told.total() == before + 2


@pytest.mark.parametrize("happens", DISK_ROUNDS, ids=lambda happens: happens.__name__)
def test_a_disk_that_is_full_or_read_only_leaves_the_site_whole(
    course: Course, small_disk: Path | None, happens: Round
) -> None:
    if small_disk is None:
        pytest.skip("only root may mount a small disk")
    before = course.told.total()
    for _ in range(2):
        happens(course)
    assert course.told.total() == before + 2


def test_operations_are_counted_from_the_first_to_the_last(course: Course) -> None:
    """Killed at the first, a build did nothing; past the last it is not killed."""
    scene, count = course.scene, course.scene.operations(course.state)
    # Half of what it was before publishing wrote only what differs.
    assert count > 20
    status = scene.build(course.other, partial(at_operation, 1, is_killed))
    assert (status, scene.check(*STATES)) == (KILLED, course.state)
    assert scene.build(course.state, partial(at_operation, count, is_killed)) == KILLED
    assert scene.build(course.state, partial(at_operation, count + 1, is_killed)) == 0


def test_a_broken_site_would_be_noticed(course: Course) -> None:
    scene = course.scene
    page = scene.output / "incidents/storing/index.html"
    page.write_bytes(page.read_bytes()[:-1])
    with pytest.raises(AssertionError, match="a broken site"):
        scene.check("old", "new")
    scene.mend(course.state)
    (scene.output.parent / ".public.staging-0").mkdir()
    with pytest.raises(AssertionError, match="left behind"):
        scene.mend(course.state)
    (scene.output.parent / ".public.staging-0").rmdir()
