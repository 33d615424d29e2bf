"""Parts are found or made, here or in other processes, and their files are the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from statusgen.artifact import Artifact, Carried
from statusgen.making import in_memory
from statusgen.outputs.edition import LAST, Part
from statusgen.parts import Values, Workshop
from statusgen.themes import BrokenTheme

ROOT = Path(__file__).parents[2]


class Shelves:
    """A store in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def load(self, name: str, key: str) -> Any:
        return self.kept.get((name, key))

    def keep(self, name: str, key: str, value: object) -> None:
        self.kept[name, key] = value


def workshop(store: Shelves | None = None, jobs: int = 1) -> tuple[Workshop[Artifact], list[str]]:
    """With the groups that it let go of."""
    done: list[str] = []
    return Workshop(Values(store), done.append, in_memory, jobs=jobs), done


def part(name: str, group: str = "", key: str = "", *more: str) -> Part:
    """A part of a file that says where it was made, and of more files."""
    files = [Artifact(f"{path}.txt", path.encode()) for path in (name, *more)]
    return Part(group, name, key, lambda: files)


def paths(made: Iterable[Artifact | Carried]) -> list[str]:
    return [one.path for one in made if isinstance(one, Artifact)]


JOBS = pytest.mark.parametrize("jobs", [1, 2, 8])


@JOBS
def test_every_part_is_made_once_and_the_last_ones_come_last(jobs: int) -> None:
    shop, _ = workshop(jobs=jobs)
    parts = [part("last", LAST), part("e"), *(part(name, "one") for name in "ad")]
    found = paths(shop.files([*parts, part("b", "two", "", "c")]))
    assert sorted(found) == ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "last.txt"]
    assert found[-1] == "last.txt"
    assert abs(found.index("a.txt") - found.index("d.txt")) == 1


@JOBS
def test_a_group_is_let_go_of_where_it_was_made_once_its_parts_are(jobs: int) -> None:
    seen: list[str] = []
    released: list[str] = []

    def noting(name: str) -> Callable[[], Iterator[Artifact]]:
        def make() -> Iterator[Artifact]:
            seen.append(name)
            yield Artifact(f"{name}.txt", repr((os.getpid(), seen, released)).encode())

        return make

    shop = Workshop(Values(None), released.append, in_memory, jobs=jobs)
    parts = [Part(group, f"{group}{n}", "", noting(f"{group}{n}")) for n in "12" for group in "xy"]
    made = {one.path: one.content for one in shop.files(parts) if isinstance(one, Artifact)}
    for group in "xy":
        here, done, let_go = eval(made[f"{group}2.txt"])  # noqa: S307 - it is ours
        assert done[-2:] == [f"{group}1", f"{group}2"]
        assert group not in let_go
        assert (here == os.getpid()) == (jobs == 1)


def test_parts_of_no_group_are_made_here_while_others_make_the_groups() -> None:
    """Each of the two says that it is there, and waits for the other."""
    from multiprocessing import get_context

    here, there = (get_context("fork").Event() for _ in range(2))

    def meeting(name: str, own: Any, other: Any) -> Iterator[Artifact]:
        own.set()
        yield Artifact(f"{name}.txt", repr((other.wait(60), os.getpid())).encode())

    shop, _ = workshop(jobs=2)
    parts = [
        Part("one", "a", "", lambda: meeting("a", there, here)),
        Part("", "b", "", lambda: meeting("b", here, there)),
        part("c", "two"),
    ]
    made = {one.path: one.content for one in shop.files(parts) if isinstance(one, Artifact)}
    assert made["a.txt"].startswith(b"(True, ")
    assert made["b.txt"] == repr((True, os.getpid())).encode()


@JOBS
def test_what_a_part_made_on_the_way_comes_back_and_is_kept(jobs: int) -> None:
    store = Shelves()
    values = Values(store)

    def make(group: str) -> list[Artifact]:
        found = values(f"rows/{group}", "key", lambda: [group, os.getpid()])
        return [Artifact(f"{group}.txt", found[0].encode())]

    def last() -> list[Artifact]:
        found = [values(f"rows/{group}", "key", lambda: ["new", 0])[0] for group in "xyz"]
        return [Artifact("all.txt", "".join(found).encode())]

    parts = [Part(group, group, "", lambda group=group: make(group)) for group in "xyz"]  # type: ignore[misc]
    shop = Workshop(values, lambda _: None, in_memory, jobs=jobs)
    made = {
        one.path: one.content
        for one in shop.files([Part(LAST, "all", "", last), *parts])
        if isinstance(one, Artifact)
    }
    assert made["all.txt"] == b"xyz"
    assert store.kept == {}
    values.keep()
    assert sorted(store.kept) == [(f"rows/{group}", "key") for group in "xyz"]
    elsewhere = {found[1] != os.getpid() for found in store.kept.values()}
    assert elsewhere == {jobs > 1}


def test_a_part_that_is_known_is_carried_over_and_not_made() -> None:
    store = Shelves()
    files = {"a.txt": "0" * 64, "b.txt": "1" * 64}
    store.keep("parts/one", "", {"a": ("key", files), "gone": ("key", {"gone.txt": "3" * 64})})
    store.keep("parts/two", "", {"c": ("an older key", {"c.txt": "2" * 64})})

    def never() -> list[Artifact]:
        raise AssertionError

    shop, done = workshop(store)
    found = list(shop.files([Part("one", "a", "key", never), part("c", "two", "key")]))
    assert found == [
        Carried({"a.txt": "0" * 64, "b.txt": "1" * 64}),
        Artifact("c.txt", b"c"),
    ]
    assert done == ["two"]
    assert shop.made == {"two": {"c": ("key", ["c.txt"])}}
    assert shop.carried == {"one": {"a": ("key", files)}}


@JOBS
def test_what_was_made_is_told_by_its_key_but_for_what_has_none(jobs: int) -> None:
    shop, _ = workshop(jobs=jobs)
    parts = [part("a", "one", "k1", "b"), part("c", "two"), part("d", "", "k2"), part("e", "three")]
    list(shop.files(parts))
    assert shop.made == {
        "one": {"a": ("k1", ["a.txt", "b.txt"])},
        "": {"d": ("k2", ["d.txt"])},
    }


@JOBS
def test_what_goes_wrong_in_a_part_reaches_who_asked(jobs: int) -> None:
    def broken() -> list[Artifact]:
        raise BrokenTheme("event.html", 3, "no such filter")

    shop, _ = workshop(jobs=jobs)
    parts = [part("a", "one"), Part("two", "b", "", broken), part("c", "three")]
    with pytest.raises(BrokenTheme) as raised:
        list(shop.files(parts))
    told = raised.value
    assert (told.template, told.line, told.message) == ("event.html", 3, "no such filter")


def test_a_part_of_which_a_file_is_lost_is_made_again() -> None:
    store = Shelves()
    files = {"a.txt": "0" * 64, "b.txt": "1" * 64}
    store.keep("parts/one", "", {"a": ("key", files)})
    store.keep("parts/two", "", {"c": ("key", {"c.txt": "2" * 64})})
    shop = Workshop(Values(store), lambda _: None, in_memory, lost={"b.txt"})
    found = list(shop.files([part("a", "one", "key", "b"), part("c", "two", "key")]))
    made = [Artifact("a.txt", b"a"), Artifact("b.txt", b"b")]
    assert found == [Carried({"c.txt": "2" * 64}), *made]


FORKED = """
import os, time
from statusgen.artifact import Artifact
from statusgen.making import in_memory
from statusgen.outputs.edition import Part
from statusgen.parts import Values, Workshop

def make():
    print("made", flush=True)
    time.sleep(600)
    return [Artifact("a.txt", b"")]

list(Workshop(Values(None), print, print, jobs=2).files([Part(g, g, "", make) for g in "ab"]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not end them")
def test_processes_do_not_outlive_a_parent_that_is_killed() -> None:
    """They hold what it held: the turn to publish, and this pipe."""
    parent = subprocess.Popen([sys.executable, "-c", FORKED], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout
    assert [parent.stdout.readline() for _ in range(2)] == [b"made\n"] * 2
    parent.kill()
    # It ends when nobody holds the pipe any more.
    assert parent.communicate(timeout=60)[0] == b""


def test_a_process_that_is_killed_is_not_waited_for() -> None:
    shop, _ = workshop(jobs=2)
    parts = [part("a", "one"), Part("two", "b", "", lambda: os._exit(9))]
    with pytest.raises(ChildProcessError):
        list(shop.files(parts))


@JOBS
def test_who_stops_asking_ends_the_processes(jobs: int) -> None:
    import multiprocessing

    shop, _ = workshop(jobs=jobs)
    files = shop.files([part(name, name) for name in "abc"])
    next(iter(files))
    files.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_a_value_is_made_once_for_a_key() -> None:
    values, made = Values(Shelves()), iter(range(9))
    asked = [values("n", key, lambda: next(made)) for key in ("a", "a", "b", "b")]
    assert asked == [0, 0, 1, 1]
    assert values.fresh == {"n": ("b", 1)}


def test_a_value_that_is_kept_is_not_kept_again() -> None:
    store = Shelves()
    store.keep("n", "a", "found")
    values = Values(store)
    assert values("n", "a", lambda: "made") == "found"
    assert values.fresh == {}
