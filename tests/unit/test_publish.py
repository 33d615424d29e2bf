from __future__ import annotations

import ctypes  # noqa: F401 (so that no child imports it while its file operations are counted)
import errno
import json
import multiprocessing
import os
import pickle
import random
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from statusgen import disk
from statusgen.artifact import Artifact, Carried
from statusgen.disk import Marks, State
from statusgen.forked import processes
from statusgen.outputs.edition import Part
from statusgen.parts import Values, Workshop
from statusgen.publish import (
    Missing,
    Place,
    Placed,
    Published,
    manifest,
    publish,
)
from statusgen.publish import Site as PublishedBy
from statusgen.publishing import beside, staging, standing
from statusgen.publishing.beside import spare_of
from statusgen.publishing.plan import PublishRefused
from statusgen.publishing.staging import Staging
from statusgen.publishing.standing import (
    MANIFEST,
    Known,
    Standing,
    is_as_left,
    is_untouched,
    looking_at,
)
from tests.ticks import let_the_clock_go_on

# Newer Pythons warn of forking where threads run; the children here only touch files.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

Site = dict[str, str]

OLD: Site = {
    "index.html": "old home",
    "style.css": "colours",
    "incidents/kept/index.html": "the same",
    "incidents/gone/index.html": "retracted",
}
NEW: Site = {
    "index.html": "new home!",
    "style.css": "colours",
    "incidents/kept/index.html": "the same",
    "incidents/new/index.html": "announced",
}


def artifacts(site: Site) -> list[Artifact]:
    return [Artifact(path, text.encode()) for path, text in site.items()]


def whole(site: Site) -> dict[str, bytes]:
    """What a folder with this site holds, byte for byte."""
    made = artifacts(site)
    return {artifact.path: artifact.content for artifact in [*made, manifest(made)]}


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def folders_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir()}


def names_beside(output: Path) -> set[str]:
    """What lies beside the output and is not its spare."""
    return {path.name for path in output.parent.iterdir()} - {spare(output).name}


def spare(output: Path) -> Path:
    return output.with_name(f".{output.name}.staging-spare")


class Counts(NamedTuple):
    """How many files a publish wrote, removed and left as they were."""

    written: int
    removed: int
    unchanged: int


def counted(done: Published) -> Counts:
    return Counts(done.written, done.removed, done.unchanged)


def identity(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_ino, state.st_mtime_ns


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def published(output: Path) -> Path:
    publish(artifacts(OLD), output)
    return output


# The artifact


@pytest.mark.parametrize(
    "path",
    ["index.html", ".well-known/security.txt", "a b/ü.html", "auxiliary/console.css", "x" * 255],
)
def test_a_path_within_the_site_makes_an_artifact(path: str) -> None:
    assert Artifact(path, b"").path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "a//b",
        "a/",
        ".",
        "./a",
        "..",
        "a/../../b",
        "a\\b",
        "C:/a",
        "a\0",
        "a\nb",
        "\x7f",
        "\x85",
        "a\u202egpj.html",
        "\udcff",
        "con",
        "a/NUL/index.html",
        "aux.tar.gz",
        "Com1.txt",
        "lpt¹",
        "nul .txt",
        "a.",
        "a./b",
        "a /b",
        "...",
        "x" * 256,
        "é" * 128,
    ],
)
def test_a_path_that_leaves_the_site_or_means_different_files_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="artifact path"):
        Artifact(path, b"")


# What a publish leaves


def test_the_first_publish_makes_the_folder_and_those_above_it(tmp_path: Path) -> None:
    output = tmp_path / "not" / "yet" / "public"
    assert counted(publish(artifacts(OLD), output)) == Counts(written=4, removed=0, unchanged=0)
    assert files_in(output) == whole(OLD)
    assert names_beside(output) == {"public"}


def test_an_empty_folder_is_published_to(output: Path) -> None:
    output.mkdir()
    publish(artifacts(OLD), output)
    assert files_in(output) == whole(OLD)


def test_a_site_of_nothing_is_only_a_manifest(output: Path) -> None:
    assert counted(publish([], output)) == Counts(written=0, removed=0, unchanged=0)
    assert files_in(output) == {MANIFEST: b'{"files":{},"format":1}\n'}


def test_the_manifest_depends_on_the_artifacts_alone_and_not_on_their_order() -> None:
    made = artifacts({"b": "", "a/é": "text"})
    data = json.loads(manifest(made).content)
    assert data["files"]["b"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert list(data["files"]) == ["a/é", "b"]
    assert manifest(made) == manifest(reversed(made))


def test_files_for_hosts_come_and_go_like_any_other(output: Path) -> None:
    for_hosts = {".nojekyll": "", "_headers": "/*\n", ".well-known/security.txt": "Contact: x\n"}
    publish(artifacts({**OLD, **for_hosts}), output)
    assert {name: (output / name).read_text() for name in for_hosts} == for_hosts
    again = publish(artifacts({**OLD, **for_hosts}), output)
    assert (again.written, again.removed) == (0, 0)
    assert publish(artifacts(OLD), output).removed == len(for_hosts)
    assert not any((output / name).exists() for name in (*for_hosts, ".well-known"))


def test_a_later_publish_writes_removes_and_leaves(published: Path) -> None:
    kept = {name: identity(published / name) for name in OLD.keys() & NEW.keys() - {"index.html"}}
    assert counted(publish(artifacts(NEW), published)) == Counts(written=2, removed=1, unchanged=2)
    assert files_in(published) == whole(NEW)
    assert folders_in(published) == {"incidents", "incidents/kept", "incidents/new"}
    assert names_beside(published) == {"public"}
    assert {name: identity(published / name) for name in kept} == kept


def test_nothing_changed_touches_nothing(published: Path) -> None:
    places = [published.parent, published, *published.rglob("*")]
    before = [identity(place) for place in places]
    assert counted(publish(artifacts(OLD), published)) == Counts(written=0, removed=0, unchanged=4)
    assert [identity(place) for place in places] == before


def test_a_change_is_seen_by_its_bytes_and_never_written_in_place(published: Path) -> None:
    with (published / "index.html").open("rb") as reader:
        assert publish(artifacts(OLD | {"index.html": "OLD HOME"}), published).written == 1
        assert reader.read() == b"old home"
    assert (published / "index.html").read_text() == "OLD HOME"


def test_files_and_folders_can_be_read_by_a_web_server(output: Path) -> None:
    umask = os.umask(0o022)
    try:
        publish(artifacts(OLD), output)
    finally:
        os.umask(umask)
    modes = {f"{path.stat().st_mode & 0o7777:o}" for path in output.rglob("*") if path.is_file()}
    assert modes == {"644"}
    modes = {f"{path.stat().st_mode & 0o7777:o}" for path in [output, output / "incidents"]}
    assert modes == {"755"}


def test_the_output_keeps_the_mode_somebody_gave_it(published: Path) -> None:
    published.chmod(0o2750)
    publish(artifacts(NEW), published)
    assert published.stat().st_mode & 0o7777 == 0o2750


def test_a_file_may_become_a_folder_and_back(output: Path) -> None:
    for site in ({"about": "a file"}, {"about/index.html": "a folder"}, {"about": "a file"}):
        publish(artifacts(site), output)
        assert files_in(output) == whole(site)


# Where several processes make it


def shared(
    site: Site, jobs: int = 2, at: str = "", happens: Callable[[], object] = int
) -> PublishedBy:
    """The site, each file of a group of its own, where something happens before one is made."""

    def part(artifact: Artifact) -> Part:
        def make() -> Iterator[Artifact]:
            if artifact.path == at:
                happens()
            yield artifact

        return Part(artifact.path, artifact.path, "", make)

    def made(place: Place) -> Generator[Placed | Carried, None, None]:
        shop = Workshop(Values(None), lambda _: None, place, jobs=jobs)
        yield from shop.files([part(artifact) for artifact in artifacts(site)])

    return made


MANY = {f"{n % 3}/{n % 7}/{n}.html": f"page {n}" for n in range(60)}


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_what_several_processes_make_is_the_same_site(output: Path, jobs: int) -> None:
    changed = {path: f"new {path}" for path in list(MANY)[::4]}
    assert counted(publish(shared(MANY, jobs), output)) == Counts(
        written=60, removed=0, unchanged=0
    )
    for site, counts in (
        (MANY, Counts(written=0, removed=0, unchanged=60)),
        (MANY | changed, Counts(written=15, removed=0, unchanged=45)),
        (changed | NEW, Counts(written=4, removed=45, unchanged=15)),
        (MANY, Counts(written=60, removed=4, unchanged=0)),
    ):
        assert counted(publish(shared(site, jobs), output)) == counts
        assert files_in(output) == whole(site)
        assert names_beside(output) == {"public"}


def test_no_more_than_what_is_known_of_a_file_comes_from_another_process(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Staging.write
    made = output.parent / "made"

    def noting(self: Staging, path: str, content: bytes, *, sync: bool = False) -> State:
        with made.open("a") as file:
            file.write(f"{os.getpid()} {path}\n")
        return written(self, path, content, sync=sync)

    monkeypatch.setattr(Staging, "write", noting)
    publish(shared(MANY), output)
    lines = [line.split() for line in made.read_text().splitlines()]
    assert [path for pid, path in lines if int(pid) == os.getpid()] == [MANIFEST]
    assert sorted(path for _, path in lines) == sorted([*MANY, MANIFEST])


def fills_the_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, resource.RLIM_INFINITY))


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (fills_the_disk, pytest.raises(OSError, match="File too large")),
        (lambda: os._exit(9), pytest.raises(ChildProcessError)),
        (lambda: 1 / 0, pytest.raises(ZeroDivisionError)),
    ],
    ids=["full disk", "killed", "broken"],
)
def test_what_goes_wrong_in_one_process_leaves_the_site_and_no_litter(
    published: Path, happens: Callable[[], object], told: AbstractContextManager[object]
) -> None:
    with told:
        publish(shared(MANY, at="1/5/19.html", happens=happens), published)
    assert files_in(published) == whole(OLD)
    assert names_beside(published) == {"public"}
    publish(shared(MANY), published)
    assert files_in(published) == whole(MANY)


def test_who_is_refused_waits_for_the_processes_and_leaves_no_litter(published: Path) -> None:
    """They might write on where the litter was removed."""

    def twice(place: Place) -> Generator[Placed | Carried, None, None]:
        yield place(Artifact("style.css", OLD["style.css"].encode()))
        yield from shared({"style.css": OLD["style.css"], **MANY})(place)

    with pytest.raises(PublishRefused, match="rename one of them") as refused:
        publish(twice, published)
    assert multiprocessing.active_children() == [], "not even while it is told of"
    assert "'style.css'" in str(refused.value)
    assert files_in(published) == whole(OLD)
    assert names_beside(published) == {"public"}


@pytest.mark.parametrize(
    "paths", [["x", "x"], ["X", "x"], ["a/b", "a"], ["a", "a/b"], ["a", "a/b/c"]]
)
def test_two_processes_may_not_want_one_name(published: Path, paths: list[str]) -> None:
    parts = [Part(f"{n}", f"{n}", "", lambda p=p: [Artifact(p, b"")]) for n, p in enumerate(paths)]  # type: ignore[misc]

    def made(place: Place) -> Generator[Placed | Carried, None, None]:
        yield from Workshop(Values(None), lambda _: None, place, jobs=2).files(parts)

    with pytest.raises(PublishRefused, match="rename one of them"):
        publish(made, published)
    assert files_in(published) == whole(OLD)
    assert names_beside(published) == {"public"}


# What others put there


def test_a_file_of_ours_changed_by_hand_is_replaced(published: Path) -> None:
    (published / "index.html").write_text("by hand!")
    (published / "style.css").unlink()
    (published / "incidents/gone/index.html").unlink()
    assert counted(publish(artifacts(NEW), published)) == Counts(written=3, removed=0, unchanged=1)
    assert files_in(published) == whole(NEW)


def test_a_link_in_the_place_of_a_file_of_ours_is_not_followed(
    published: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_text("new home!")
    for name in ("index.html", "incidents/gone/index.html"):
        (published / name).unlink()
        (published / name).symlink_to(outside)
    publish(artifacts(NEW), published)
    assert files_in(published) == whole(NEW)
    assert not (published / "index.html").is_symlink()
    assert outside.read_text() == "new home!"


def test_a_foreign_file_is_refused_and_everything_stays(published: Path) -> None:
    (published / "notes.txt").write_text("mine")
    before = files_in(published)
    with pytest.raises(PublishRefused, match=r"'notes\.txt'\. .*--force keeps it"):
        publish(artifacts(NEW), published)
    assert files_in(published) == before
    assert names_beside(published) == {"public"}


def test_a_foreign_file_is_refused_even_when_nothing_changed(published: Path) -> None:
    (published / "notes.txt").write_text("mine")
    with pytest.raises(PublishRefused):
        publish(artifacts(OLD), published)


def test_the_refusal_names_the_first_few_and_counts_the_rest(output: Path) -> None:
    output.mkdir()
    for number in range(8):
        (output / f"{number}.txt").touch()
    (output / "0" / "deep").mkdir(parents=True)
    (output / "0" / "deep" / "file").touch()
    expected = r"'0', '0\.txt', '1\.txt', '2\.txt', '3\.txt' and 4 more\."
    with pytest.raises(PublishRefused, match=expected):
        publish(artifacts(NEW), output)


def test_a_name_that_is_no_text_can_be_shown(published: Path) -> None:
    os.close(os.open(os.fsencode(published) + b"/\xff\n", os.O_CREAT))
    with pytest.raises(PublishRefused, match=r"'\\udcff\\n'") as refused:
        publish(artifacts(NEW), published)
    str(refused.value).encode()


def put_foreign_things(output: Path) -> None:
    (output / "notes.txt").write_text("mine")
    (output / "incidents" / "kept" / "picture.png").write_text("mine too")
    (output / "private").mkdir(mode=0o700)
    (output / "private" / "key").write_text("secret")
    (output / "private" / "key").chmod(0o600)
    (output / "empty").mkdir()
    (output / "link").symlink_to("../elsewhere", target_is_directory=True)
    os.mkfifo(output / "pipe")


def test_force_keeps_foreign_things_as_they_are(published: Path) -> None:
    put_foreign_things(published)
    names = ["notes.txt", "private/key", "incidents/kept/picture.png", "pipe"]
    before = [identity(published / name) for name in names]
    done = publish(artifacts(NEW), published, force=True)
    assert counted(done) == Counts(written=2, removed=1, unchanged=2)
    assert [identity(published / name) for name in names] == before
    assert (published / "private").stat().st_mode & 0o777 == 0o700
    assert (published / "empty").is_dir()
    assert (published / "link").readlink() == Path("../elsewhere")
    assert (published / "pipe").is_fifo()
    (published / "pipe").unlink()
    (published / "link").unlink()
    foreign = {"notes.txt": b"mine", "private/key": b"secret"}
    assert files_in(published) == whole(NEW) | foreign | {names[2]: b"mine too"}


def test_what_force_kept_does_not_become_ours(published: Path) -> None:
    put_foreign_things(published)
    publish(artifacts(NEW), published, force=True)
    with pytest.raises(PublishRefused, match=r"'empty', 'incidents/kept/picture\.png', 'link'"):
        publish(artifacts(NEW), published)
    done = publish(artifacts(NEW), published, force=True)
    assert counted(done) == Counts(written=0, removed=0, unchanged=4)


def test_another_programs_site_is_refused_where_bytes_differ(output: Path) -> None:
    output.mkdir()
    (output / "index.html").write_text("by another program")
    with pytest.raises(PublishRefused, match=r"'index\.html'"):
        publish(artifacts(NEW), output)
    publish(artifacts(NEW), output, force=True)
    assert files_in(output) == whole(NEW)


def test_files_with_the_very_bytes_of_the_site_are_taken_over(published: Path) -> None:
    (published / MANIFEST).unlink()
    before = identity(published / "index.html")
    assert counted(publish(artifacts(OLD), published)) == Counts(written=0, removed=0, unchanged=4)
    assert files_in(published) == whole(OLD)
    assert identity(published / "index.html") == before


BROKEN_MANIFESTS = [
    b"",
    b"\xff",
    b"[" * 100_000,
    b"[]",
    b"{}",
    b'{"files":7,"format":1}',
    b'{"files":{"notes.txt":""},"format":2}',
]


@pytest.mark.parametrize("content", BROKEN_MANIFESTS, ids=range(len(BROKEN_MANIFESTS)))
def test_a_broken_manifest_makes_nothing_ours(published: Path, content: bytes) -> None:
    (published / MANIFEST).write_bytes(content)
    (published / "notes.txt").write_text("mine")
    with pytest.raises(PublishRefused, match=r"wrote: 'notes\.txt'\."):
        publish(artifacts(OLD), published)
    (published / "notes.txt").unlink()
    publish(artifacts(OLD), published)
    assert files_in(published) == whole(OLD)


def test_a_link_in_the_place_of_the_manifest_is_not_read(published: Path, tmp_path: Path) -> None:
    (published / MANIFEST).rename(tmp_path / "elsewhere")
    (published / MANIFEST).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PublishRefused, match=MANIFEST):
        publish(artifacts(OLD), published)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("incidents", Path.touch),
        ("incidents", lambda path: path.symlink_to("/")),
        ("index.html", Path.mkdir),
        ("INDEX.html", Path.touch),
        ("Incidents", Path.mkdir),
    ],
)
def test_force_does_not_take_away_what_is_in_the_way(
    output: Path, name: str, make: Callable[[Path], None]
) -> None:
    output.mkdir()
    make(output / name)
    with pytest.raises(PublishRefused, match="in the way of"):
        publish(artifacts(NEW), output, force=True)
    assert [path.name for path in output.iterdir()] == [name]


# What the last publish left


def carried(site: Site) -> Carried:
    return Carried({artifact.path: artifact.digest for artifact in artifacts(site)})


def out_of_cache(known: Known) -> Known:
    """As it comes out of a cache."""
    kept = pickle.loads(pickle.dumps(known))  # noqa: S301
    assert isinstance(kept, Known)
    return kept


def settled(output: Path) -> Known:
    """What is known once there is a spare; between publishes the system's clock goes on."""
    for site in (NEW, OLD, NEW):
        publish(artifacts(site), output)
        let_the_clock_go_on(output.parent / "clock")
    return out_of_cache(publish(artifacts(OLD), output).known)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files of the output that are read."""
    seen: list[str] = []
    read = standing._read

    def seeing(path: str) -> bytes:
        seen.append(path.rpartition("/public/")[2])
        return read(path)

    monkeypatch.setattr(standing, "_read", seeing)
    return seen


def test_what_is_carried_over_stays_as_it_is(published: Path) -> None:
    kept = {path: OLD[path] for path in OLD if OLD[path] == NEW.get(path)}
    made = {path: NEW[path] for path in NEW.keys() - kept}
    before = [identity(published / path) for path in kept]
    done = publish([carried(kept), *artifacts(made)], published)
    assert counted(done) == Counts(written=2, removed=1, unchanged=2)
    assert files_in(published) == whole(NEW)
    assert [identity(published / path) for path in kept] == before


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_to_be_carried_over_and_is_not_there_is_missed_before_anything_changes(
    published: Path, is_known: bool
) -> None:
    known = settled(published) if is_known else None
    (published / "style.css").write_text("by hand")
    (published / "incidents/gone/index.html").unlink()
    before = files_in(published)
    site: list[Artifact | Carried] = [*artifacts({"index.html": "new home!"})]
    site += [carried({path: OLD[path] for path in OLD if path != "index.html"})]
    site += [carried({"never": "there"})]
    with pytest.raises(Missing, match=r"'incidents/gone/index\.html', 'never'") as missing:
        publish(site, published, known=known)
    assert missing.value.paths == ["incidents/gone/index.html", "never", "style.css"]
    assert files_in(published) == before
    assert names_beside(published) == {"public"}
    publish(artifacts(NEW), published)
    assert files_in(published) == whole(NEW)


def test_files_that_nobody_was_at_are_not_read(published: Path, reads: list[str]) -> None:
    known = settled(published)
    assert known.files.all.keys() == OLD.keys()
    assert known.files.get("incidents/kept/index.html")
    reads.clear()
    publish(artifacts(NEW), published, known=known)
    assert set(reads) <= {MANIFEST, "index.html", "style.css"}


def test_a_change_that_hides_its_time_and_size_is_seen(published: Path) -> None:
    known = settled(published)
    style = published / "style.css"
    state = style.stat()
    style.write_text("COLOURS")
    os.utime(style, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert publish(artifacts(OLD), published, known=known).written == 1
    assert files_in(published) == whole(OLD)


def test_a_foreign_file_is_seen_in_a_folder_that_is_known(published: Path) -> None:
    known = settled(published)
    assert known.folders.get("incidents/kept")
    (published / "incidents/kept/notes.txt").write_text("mine")
    with pytest.raises(PublishRefused, match=r"'incidents/kept/notes\.txt'"):
        publish(artifacts(NEW), published, known=known)
    for site in (NEW, OLD, NEW):
        known = publish(artifacts(site), published, known=known, force=True).known
        foreign = {"incidents/kept/notes.txt": b"mine"}
        assert files_in(published) == whole(site) | foreign


def test_what_is_foreign_is_never_known(published: Path) -> None:
    known = settled(published)
    (published / "notes.txt").write_text("mine")
    for site in (OLD, NEW, NEW):
        known = publish(artifacts(site), published, known=known, force=True).known
        assert known.files.all.keys() == site.keys()
        assert not is_as_left(published, known)
    (published / "notes.txt").unlink()
    known = publish(artifacts(NEW), published, known=known).known
    assert is_as_left(published, known)


def test_what_is_known_of_another_site_is_not_believed(published: Path, reads: list[str]) -> None:
    known = settled(published)
    publish(artifacts(NEW), published)
    reads.clear()
    publish(artifacts(OLD), published, known=known)
    assert "style.css" in reads
    assert files_in(published) == whole(OLD)


def test_it_is_told_whether_the_output_is_as_it_was_left(published: Path, tmp_path: Path) -> None:
    known = publish(artifacts(OLD), published).known
    assert is_as_left(published, known)
    assert is_as_left(published, settled(published))
    assert not is_as_left(published, Known())
    assert not is_as_left(tmp_path / "never", known)


@pytest.mark.parametrize(
    "change",
    [
        lambda output: (output / "style.css").write_text("COLOURS"),
        lambda output: (output / "style.css").unlink(),
        lambda output: (output / "incidents/kept/notes.txt").touch(),
        lambda output: (output / "incidents/kept/more").mkdir(),
        lambda output: shutil.rmtree(output / "incidents"),
        lambda output: (output / MANIFEST).write_bytes(b"{}"),
        lambda output: (output / MANIFEST).unlink(),
        lambda output: swap_for_link(output / "incidents"),
        lambda output: swap_for_link_to_the_same(output / "style.css"),
        shutil.rmtree,
    ],
    ids=range(10),
)
def test_an_output_that_somebody_was_at_is_not_as_it_was_left(
    published: Path, change: Callable[[Path], object]
) -> None:
    known = settled(published)
    assert is_as_left(published, known)
    change(published)
    assert not is_as_left(published, known)


def test_a_site_that_cannot_be_made_leaves_everything(tmp_path: Path) -> None:
    def broken() -> Iterator[Artifact]:
        yield Artifact("index.html", b"half of a site")
        raise ZeroDivisionError

    output = tmp_path / "not" / "yet" / "public"
    with pytest.raises(ZeroDivisionError):
        publish(broken(), output)
    assert list(tmp_path.iterdir()) == []
    publish(artifacts(OLD), output)
    with pytest.raises(ZeroDivisionError):
        publish(broken(), output)
    assert files_in(output) == whole(OLD)
    assert names_beside(output) == {"public"}


# The spare


def test_the_first_site_has_a_spare_that_the_next_is_made_of(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = out_of_cache(publish(artifacts(OLD), output).known)
    for path in OLD:
        assert identity(spare(output) / path) == identity(output / path)
    monkeypatch.setattr(os, "link", None)
    publish(artifacts(NEW), output, known=known)
    assert files_in(output) == whole(NEW)


def test_the_spare_of_a_large_site_is_made_by_two_processes(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_MANY", 0)
    known = publish(artifacts(MANY), output).known
    assert is_untouched(output, known)
    assert files_in(spare(output)).keys() == MANY.keys()


def test_a_spare_of_which_another_process_made_half_is_none(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, parent = os.link, os.getpid()

    def linking(old: str, new: str, **how: bool) -> None:
        if os.getpid() != parent:
            raise OSError(errno.ENOSPC, "the disk is full")
        link(old, new, **how)

    monkeypatch.setattr(staging, "_MANY", 0)
    monkeypatch.setattr(staging, "processes", lambda: 2)
    monkeypatch.setattr(os, "link", linking)
    publish(artifacts(MANY), output)
    assert files_in(output) == whole(MANY)
    assert {path.name for path in output.parent.iterdir()} == {"public"}


class InTicks:
    """What a system says whose clock goes on every hundredth of a second."""

    def __init__(self, state: os.stat_result) -> None:
        for name in (name for name in dir(state) if name.startswith("st_")):
            setattr(self, name, getattr(state, name))
        self.st_ctime_ns = state.st_ctime_ns // 10**7 * 10**7


def test_what_a_publish_leaves_is_known_however_fast_it_is(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lstat, fstat = os.lstat, os.fstat
    monkeypatch.setattr(os, "lstat", lambda *of, **how: InTicks(lstat(*of, **how)))
    monkeypatch.setattr(os, "fstat", lambda *of: InTicks(fstat(*of)))
    monkeypatch.setattr(os, "fsync", int)
    known = Known()
    for number in range(10):
        site = OLD | {"index.html": str(number)}
        known = publish(artifacts(site), output, known=known).known
        assert is_untouched(output, known)


@pytest.mark.parametrize("broken", [errno.EMLINK, errno.ENOSPC])
def test_a_site_of_which_no_spare_can_be_had_is_published_without(
    output: Path, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    def no_link(*_: object, **__: object) -> None:
        raise OSError(broken, "no more links")

    monkeypatch.setattr(os, "link", no_link)
    known = publish(artifacts(OLD), output).known
    assert files_in(output) == whole(OLD)
    assert {path.name for path in output.parent.iterdir()} == {"public"}
    assert not is_untouched(output, known)
    assert is_as_left(output, known)


def test_the_old_site_stays_as_the_spare_and_costs_folders_only(published: Path) -> None:
    publish(artifacts(NEW), published)
    assert files_in(spare(published)) == whole(OLD)
    kept = "incidents/kept/index.html"
    assert identity(spare(published) / kept) == identity(published / kept)


def test_only_what_differs_is_linked(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = publish(artifacts(NEW), published, known=settled(published)).known
    linked = []
    link = os.link

    def linking(old: str, new: str, **how: bool) -> None:
        linked.append(old.rpartition("/public/")[2])
        link(old, new, **how)

    monkeypatch.setattr(os, "link", linking)
    publish(artifacts(NEW | {"style.css": "fewer"}), published, known=known)
    assert sorted(linked) == ["incidents/new/index.html", "index.html"]


def test_a_page_that_the_spare_has_as_it_was_before_is_the_newest(published: Path) -> None:
    known = settled(published)
    page = {"incidents/kept/index.html": "changed"}
    for site in (OLD | page, OLD | page | {"more/index.html": ""}, NEW | page, OLD):
        known = publish(artifacts(site), published, known=known).known
        assert files_in(published) == whole(site)
        publish(artifacts(site | {"index.html": "twice"}), published)
        assert files_in(published) == whole(site | {"index.html": "twice"})


def test_a_page_that_was_put_back_is_not_taken_for_the_one_of_the_spare(published: Path) -> None:
    known = settled(published)
    page = "incidents/kept/index.html"
    (published / page).unlink()
    (published / page).write_text(OLD[page])
    (spare(published) / page).write_text("by hand")
    publish(artifacts(NEW), published, known=known)
    assert files_in(published) == whole(NEW)


def test_a_hand_at_the_output_during_a_publish_is_seen_by_the_next(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def overtaken(old: str, new: str, **how: bool) -> None:
        if old.endswith("kept/index.html"):
            Path(old).write_text("The same")
        link(old, new, **how)

    monkeypatch.setattr(os, "link", overtaken)
    known = publish(artifacts(NEW), published).known
    assert (published / "incidents/kept/index.html").read_text() == "The same"
    publish(artifacts(OLD), published, known=known)
    assert files_in(published) == whole(OLD)


def test_a_hand_at_a_page_that_was_read_already_is_seen_by_the_next(published: Path) -> None:
    def overtaken() -> Iterator[Artifact]:
        yield from artifacts(NEW)
        (published / "incidents/kept/index.html").write_text("The same")

    known = publish(overtaken(), published).known
    assert (published / "incidents/kept/index.html").read_text() == "The same"
    publish(artifacts(OLD), published, known=known)
    assert files_in(published) == whole(OLD)


def test_a_hand_at_the_output_after_it_was_looked_at_is_seen_by_the_next(published: Path) -> None:
    known = publish(artifacts(NEW), published, known=settled(published)).known
    (published / "incidents/new/index.html").write_text("by hand!")
    site: list[Artifact | Carried] = [*artifacts({"style.css": "fewer"})]
    site += [carried({path: NEW[path] for path in NEW if path != "style.css"})]
    known = publish(site, published, known=known, is_left=lambda: True).known
    assert (published / "incidents/new/index.html").read_text() == "by hand!"
    publish(artifacts(NEW), published, known=known)
    assert files_in(published) == whole(NEW)


def test_what_is_as_new_as_the_manifest_may_be_changed_again_in_the_same_tick(
    published: Path,
) -> None:
    (published / "style.css").touch()
    old = Standing.of(published, Known())
    assert old.trusted("style.css") is None
    assert old.trusted("index.html") == State.of((published / "index.html").stat())


def test_a_page_right_in_the_output_comes_and_goes(published: Path) -> None:
    known = settled(published)
    for site in (OLD | {"about.html": "new"}, OLD, NEW, OLD | {"style.css": "other"}):
        known = publish(artifacts(site), published, known=known).known
        assert files_in(published) == whole(site)
        assert is_untouched(published, known)


def replace(path: Path) -> None:
    path.unlink()
    path.write_text("foreign")


def swap_for_link(folder: Path) -> None:
    """Put a link to a folder outside in the place of one."""
    outside = folder.parents[1] / "outside"
    folder.rename(outside)
    folder.symlink_to(outside)


def swap_for_link_to_the_same(file: Path) -> None:
    outside = file.parents[1] / "outside"
    file.rename(outside)
    file.symlink_to(outside)


def swap_for_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("a file")


def swap_for_folder(file: Path) -> None:
    file.unlink()
    (file / "deep").mkdir(parents=True)
    (file / "deep" / "file").write_text("foreign")


def swap_two_folders(folder: Path) -> None:
    """No file in them changes by that."""
    (folder / "kept").rename(folder / "aside")
    (folder / "new").rename(folder / "kept")
    (folder / "aside").rename(folder / "new")


TAMPERINGS: list[tuple[str, Callable[[Path], object]]] = [
    ("style.css", lambda path: path.write_text("COLOURS")),
    ("style.css", lambda path: path.unlink()),
    ("style.css", swap_for_folder),
    ("incidents/kept/index.html", lambda path: path.unlink()),
    ("incidents/kept/index.html", replace),
    ("incidents/kept/index.html", swap_for_folder),
    ("incidents/kept/notes.txt", lambda path: path.write_text("foreign")),
    ("incidents/kept", shutil.rmtree),
    ("incidents/kept", swap_for_file),
    ("incidents", swap_for_link),
    ("incidents", swap_for_file),
    ("incidents", swap_two_folders),
    ("more", Path.mkdir),
    ("index.html", lambda path: path.symlink_to("/dev/null") if not path.exists() else None),
    (".", shutil.rmtree),
]


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(("name", "tamper"), TAMPERINGS, ids=range(len(TAMPERINGS)))
def test_what_was_done_to_the_spare_never_gets_into_the_site(
    published: Path, name: str, tamper: Callable[[Path], object], is_known: bool
) -> None:
    known = settled(published)
    tamper(spare(published) / name)
    for site in (NEW, OLD, NEW):
        known = publish(artifacts(site), published, known=known if is_known else None).known
        assert files_in(published) == whole(site)
        assert folders_in(published) == {
            str(folder) for path in site for folder in Path(path).parents if folder != Path()
        }
        assert names_beside(published) <= {"public", "outside"}
        assert not any(path.is_symlink() for path in published.rglob("*"))


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("elsewhere")])
def test_what_is_no_folder_is_no_spare_and_stays(
    published: Path, make: Callable[[Path], object]
) -> None:
    elsewhere = published.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").touch()
    shutil.rmtree(spare(published))
    make(spare(published))
    for site in (NEW, OLD):
        publish(artifacts(site), published)
        assert files_in(published) == whole(site)
        assert names_beside(published) == {"public", "elsewhere"}
        assert not spare(published).is_dir() or spare(published).is_symlink()
    assert files_in(elsewhere) == {"file": b""}


def test_a_hand_at_the_output_is_at_the_spare_too_and_both_are_mended(published: Path) -> None:
    known = settled(published)
    (published / "style.css").write_text("by hand")
    assert (spare(published) / "style.css").read_text() == "by hand"
    for site in (NEW, OLD, NEW):
        known = publish(artifacts(site), published, known=known).known
        assert files_in(published) == whole(site)


def test_a_spare_that_is_taken_away_while_pages_are_made_is_done_without(published: Path) -> None:
    def overtaken() -> Iterator[Artifact]:
        yield from artifacts(NEW)
        shutil.rmtree(spare(published))

    known = publish(overtaken(), published, known=settled(published)).known
    assert files_in(published) == whole(NEW)
    known = publish(artifacts(OLD), published, known=known).known
    assert files_in(published) == whole(OLD)
    assert is_untouched(published, known)


def test_an_output_that_was_taken_away_is_made_anew_with_its_spare(published: Path) -> None:
    publish(artifacts(NEW), published)
    spare(published).chmod(0o700)
    shutil.rmtree(published)
    publish(artifacts(OLD), published)
    assert files_in(published) == whole(OLD)
    assert {path.name for path in published.parent.iterdir()} == {"public", spare(published).name}
    assert spare(published).stat().st_mode == published.stat().st_mode


def test_folders_keep_the_mode_somebody_gave_them_over_every_publish(published: Path) -> None:
    known = settled(published)
    (published / "incidents").chmod(0o2750)
    for site in (NEW, OLD, NEW):
        known = publish(artifacts(site), published, known=known).known
        assert (published / "incidents").stat().st_mode & 0o7777 == 0o2750


def test_without_turns_there_is_no_spare(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_locked", lambda _: False)
    for site in (OLD, NEW):
        publish(artifacts(site), output)
        assert files_in(output) == whole(site)
        assert {path.name for path in output.parent.iterdir()} == {"public"}


# Where it may not be published


@pytest.mark.parametrize(
    "paths",
    [
        ["index.html", "index.html"],
        ["index.html", "Index.html"],
        ["straße", "STRASSE"],
        ["\u00e9", "e\u0301"],
        ["about", "about/index.html"],
        ["a/About", "a/about/index.html"],
        ["a/x", "A/y"],
        [MANIFEST],
    ],
)
def test_two_artifacts_may_not_want_one_name(tmp_path: Path, paths: list[str]) -> None:
    with pytest.raises(PublishRefused, match="rename one of them"):
        publish([Artifact(path, b"") for path in paths], tmp_path / "a" / "public")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_output(output: Path) -> None:
    output.write_text("mine")
    with pytest.raises(PublishRefused, match="is not a folder"):
        publish(artifacts(NEW), output, force=True)
    assert output.read_text() == "mine"


def test_a_link_to_a_folder_stays_and_its_folder_is_published_to(tmp_path: Path) -> None:
    link = tmp_path / "here" / "public"
    link.parent.mkdir()
    link.symlink_to("../there")
    for site in (OLD, NEW):
        publish(artifacts(site), link)
        assert link.readlink() == Path("../there")
        assert files_in(tmp_path / "there") == whole(site)
    assert names_beside(link) == {"public"}


def test_a_link_to_itself_is_no_output(output: Path) -> None:
    output.symlink_to(output)
    with pytest.raises(PublishRefused, match="is not a folder"):
        publish(artifacts(NEW), output)


@pytest.mark.skipif(not os.path.ismount("/proc"), reason="has no mount point that is sure")
def test_a_mount_point_cannot_be_swapped() -> None:
    with pytest.raises(PublishRefused, match=r"mount point.*a folder below it"):
        publish(artifacts(NEW), Path("/proc"), force=True)


@pytest.mark.parametrize("code", [errno.EBUSY, errno.EXDEV])
def test_a_mount_that_only_the_swap_notices_is_refused_too(
    published: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def busy(one: Path, other: Path) -> bool:
        raise OSError(code, os.strerror(code), str(one))

    monkeypatch.setattr(staging, "exchanged", busy)
    with pytest.raises(PublishRefused, match=r"mount point.*a folder below it"):
        publish(artifacts(NEW), published)
    assert files_in(published) == whole(OLD)
    assert names_beside(published) == {"public"}


@pytest.mark.parametrize("place", ["public", "public/incidents"])
def test_the_current_folder_is_not_pulled_from_under_the_user(
    published: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(published.parent / place)
    with pytest.raises(PublishRefused, match="the current folder"):
        publish(artifacts(NEW), published)
    assert files_in(published) == whole(OLD)


# Systems that can do less


def test_without_links_unchanged_files_are_copied_with_their_times(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    (published / "link").symlink_to("../elsewhere")
    before = (published / "style.css").stat()
    monkeypatch.setattr(os, "link", no_link)
    publish(artifacts(NEW), published, force=True)
    after = (published / "style.css").stat()
    assert after.st_mtime_ns == before.st_mtime_ns
    assert after.st_ino != before.st_ino
    assert (published / "link").readlink() == Path("../elsewhere")
    (published / "link").unlink()
    assert files_in(published) == whole(NEW)
    assert not spare(published).exists(), "it would take as much room as the site"


@pytest.mark.skipif(sys.platform != "linux", reason="asks for what Linux promises")
def test_linux_swaps_in_one_step(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(staging, "exchange_in_two_steps")
    publish(artifacts(NEW), published)
    assert files_in(published) == whole(NEW)


@pytest.fixture
def two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system on which folders cannot change names in one step."""
    monkeypatch.setattr(staging, "exchanged", lambda *_: False)


def test_two_steps_do_as_well(published: Path, two_steps: None) -> None:
    publish(artifacts(NEW), published)
    assert files_in(published) == whole(NEW)
    assert names_beside(published) == {"public"}


def test_a_site_left_aside_is_put_back_first(published: Path) -> None:
    published.rename(published.with_name(".public.staging-old"))
    assert counted(publish(artifacts(NEW), published)) == Counts(written=2, removed=1, unchanged=2)
    assert names_beside(published) == {"public"}


def test_a_second_failure_finds_the_site_that_was_put_back(published: Path) -> None:
    published.rename(published.with_name(".public.staging-old"))
    (published.with_name(".public.staging-old") / "notes.txt").write_text("mine")
    with pytest.raises(PublishRefused):
        publish(artifacts(NEW), published)
    assert files_in(published) == whole(OLD) | {"notes.txt": b"mine"}


def test_what_killed_builds_left_is_removed_and_nothing_of_others(published: Path) -> None:
    for name in (".public.staging-0123abcd", ".public.staging-old"):
        (published.parent / name / "half").mkdir(parents=True)
    others = {".public.staging-notes", ".public2.staging-0123abcd", "public.staging-0123abcd"}
    for name in others:
        (published.parent / name).mkdir()
    publish(artifacts(OLD), published)
    assert names_beside(published) == {"public", *others}


def test_the_manifest_alone_is_synced_and_before_the_swap(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []

    def fsync(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_ino, files_in(published) == whole(OLD)))

    monkeypatch.setattr(os, "fsync", fsync)
    publish(artifacts(NEW), published)
    assert synced == [((published / MANIFEST).stat().st_ino, True)]


# Failures, kills and company


def in_child(work: Callable[[], object]) -> int:
    """Fork and work there. Exit status 0: done, 3: the disk failed, 70: anything else."""
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        work()
        status = 0
    except OSError:
        status = 3
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


UNTOUCHED = 99
NEWER: Site = NEW | {"incidents/more/index.html": "one more"}


def publish_with_fault(number: int, fault: Callable[[], None], output: Path) -> None:
    """In a child: publish the new site, with a fault at the file operation of that number."""
    count = 0

    def watch(event: str, _: tuple[object, ...]) -> None:
        nonlocal count
        if event.startswith(("os.", "open", "shutil.", "fcntl.", "ctypes.")):
            count += 1
            if count == number:
                fault()

    sys.addaudithook(watch)
    publish(artifacts(NEWER), output)
    if count < number:
        os._exit(UNTOUCHED)


def faults(fault: Callable[[], None], output: Path, of_spare: bool) -> Iterator[int]:
    """Publish the old site, then the new one with a fault, at each file operation there is.

    Publishing the old site again must each time mend what the fault left. The new one is made of
    a spare or without one.
    """
    number = 0
    status = 0
    while status != UNTOUCHED:
        publish(artifacts(OLD), output)
        assert files_in(output) == whole(OLD)
        assert names_beside(output) == {"public"}
        if of_spare:
            publish(artifacts(NEWER), output)
            publish(artifacts(OLD), output)
            assert spare(output).is_dir()
        else:
            shutil.rmtree(spare(output), ignore_errors=True)
        number += 1
        status = ended(in_child(partial(publish_with_fault, number, fault, output)))
        yield status
    assert number > 30, "the operations were not seen"


def disk_fails() -> None:
    raise OSError(errno.EIO, "the disk fails")


def is_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(params=["one step", "two steps"])
def steps(request: pytest.FixtureRequest) -> str:
    if request.param == "two steps":
        request.getfixturevalue("two_steps")
    return str(request.param)


@pytest.mark.parametrize("of_spare", [False, True], ids=["anew", "of a spare"])
def test_a_disk_that_fails_at_any_operation_breaks_no_site(
    output: Path, steps: str, of_spare: bool
) -> None:
    seen = set()
    for status in faults(disk_fails, output, of_spare):
        seen.add(status)
        assert files_in(output) in ([whole(NEWER)] if status == 0 else [whole(OLD), whole(NEWER)])
    assert seen == {0, 3, UNTOUCHED}


@pytest.mark.parametrize("of_spare", [False, True], ids=["anew", "of a spare"])
def test_a_build_killed_at_any_operation_breaks_no_site(
    output: Path, steps: str, of_spare: bool
) -> None:
    seen = []
    for status in faults(is_killed, output, of_spare):
        assert status in (-signal.SIGKILL, UNTOUCHED)
        aside = steps == "two steps" and not output.exists()
        there = output.with_name(".public.staging-old") if aside else output
        seen.append((aside, files_in(there)))
    old, new = (False, whole(OLD)), (False, whole(NEWER))
    between = [(True, whole(OLD))] if steps == "two steps" else []
    assert [state for state, last in zip(seen, [None, *seen], strict=False) if state != last] == [
        old,
        *between,
        new,
    ]


def read_at_once(output: Path) -> dict[str, bytes] | None:
    """The site in one folder that was the output from first to last; None if it was swapped."""
    folder = os.open(output, os.O_RDONLY)
    try:
        found = {}
        for top, _, names, inside in os.fwalk(".", dir_fd=folder):
            for name in names:
                with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=inside), "rb") as file:
                    found[os.path.normpath(f"{top}/{name}")] = file.read()
    except FileNotFoundError:
        found = {}
    swapped = not os.path.samestat(output.stat(), os.fstat(folder))
    os.close(folder)
    return None if swapped else found


def publish_for_ever(output: Path) -> None:
    while True:
        publish(artifacts(NEW), output)
        publish(artifacts(OLD), output)


def is_alive(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def test_readers_see_one_whole_site_while_builds_are_killed(published: Path) -> None:
    chance = random.Random(30)
    unseen = [whole(OLD), whole(NEW)]
    for _ in range(30):
        child = in_child(partial(publish_for_ever, published))
        reads = chance.randrange(1, 60)
        while reads > 0 or unseen:
            found = read_at_once(published)
            assert found in (None, whole(OLD), whole(NEW))
            assert is_alive(child)
            unseen = [site for site in unseen if site != found]
            reads -= 1
        os.kill(child, signal.SIGKILL)
        assert ended(child) == -signal.SIGKILL
        assert files_in(published) in (whole(OLD), whole(NEW))
    publish(artifacts(NEW), published)
    assert files_in(published) == whole(NEW)
    assert names_beside(published) == {"public"}


def test_publishes_at_once_take_turns(published: Path) -> None:
    def publish_often(site: Site) -> None:
        for number in range(15):
            publish(artifacts(site | {"number": str(number)}), published)

    children = [in_child(partial(publish_often, site)) for site in (OLD, NEW, OLD)]
    assert [ended(child) for child in children] == [0, 0, 0]
    last = {"number": "14"}
    assert files_in(published) in (whole(OLD | last), whole(NEW | last))
    assert names_beside(published) == {"public"}


def test_a_full_disk_leaves_the_site_and_no_litter(published: Path) -> None:
    large = artifacts(NEW | {"large": "x" * 100_000})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            publish(large, published)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert files_in(published) == whole(OLD)
    assert names_beside(published) == {"public"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_fails_as_the_system_says(published: Path) -> None:
    published.parent.chmod(0o555)
    try:
        with pytest.raises(PermissionError):
            publish(artifacts(NEW), published)
    finally:
        published.parent.chmod(0o755)
    assert files_in(published) == whole(OLD)


# What another process sees meanwhile


def again(site: Site, made: list[int]) -> PublishedBy:
    """The site, as it can be made more than once; says how often it was."""

    def placed(place: Place) -> Generator[Placed | Carried, None, None]:
        made.append(len(made))
        yield from (place(artifact) for artifact in artifacts(site))

    return placed


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is looked at by this process."""
    if not hasattr(os, "fork") or processes() == 1:
        pytest.skip("no other process can look here")
    seen: list[str] = []
    look, list_all = disk.are_as_marked, disk.scan

    def seeing(folder: Path, marked: Marks) -> bool:
        seen.append(folder.name)
        return look(folder, marked)

    def listing(folder: Path) -> object:
        seen.append(folder.name)
        return list_all(folder)

    monkeypatch.setattr(standing, "are_as_marked", seeing)
    monkeypatch.setattr(standing, "scan", listing)
    return seen


def test_what_another_process_has_seen_untouched_is_not_looked_at_again(
    published: Path, looks: list[str]
) -> None:
    known, made = settled(published), list[int]()
    looks.clear()
    with looking_at(published, lambda: known) as look:
        assert look.is_as_left()
        is_left = look.is_untouched
        done = publish(again(NEW, made), published, known=known, is_left=is_left)
    assert counted(done) == Counts(written=2, removed=1, unchanged=2)
    assert (looks, made) == ([], [0])
    assert files_in(published) == whole(NEW)


HANDS: list[tuple[bool, Callable[[Path, Path], object]]] = [
    (False, lambda output, _: (output / "style.css").write_text("by hand")),
    (False, lambda output, _: (output / "incidents/kept/index.html").unlink()),
    (False, lambda output, _: (output / "incidents/kept").chmod(0o700)),
    (True, lambda _, spare: (spare / "incidents/kept/by-hand.html").write_text("by hand")),
    (True, lambda _, spare: (spare / "by-hand").mkdir()),
]


@pytest.mark.parametrize(("is_left", "hand"), HANDS)
def test_a_hand_at_the_output_or_its_spare_is_seen_by_the_other_process(
    published: Path, looks: list[str], is_left: bool, hand: Callable[[Path, Path], object]
) -> None:
    known = settled(published)
    hand(published, spare_of(published))
    looks.clear()
    made: list[int] = []
    with looking_at(published, lambda: known) as look:
        assert look.is_as_left() == is_left
        publish(again(NEW, made), published, known=known, is_left=look.is_untouched)
    assert looks
    assert made == [0, 1], "it was made again"
    assert files_in(published) == whole(NEW)
    assert names_beside(published) == {"public"}


def test_what_was_seen_before_another_publish_is_worth_nothing(
    published: Path, looks: list[str]
) -> None:
    known = settled(published)
    with looking_at(published, lambda: known) as look:
        assert look.is_untouched()
        publish(artifacts(NEW), published)
        publish(artifacts(OLD), published)
        looks.clear()
        assert not look.is_untouched()
        publish(artifacts(NEW), published, known=known, is_left=look.is_untouched)
    assert looks
    assert files_in(published) == whole(NEW)


def test_where_there_is_one_process_it_looks_itself(
    published: Path, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "processes", lambda: 1)
    known = settled(published)
    looks.clear()
    with looking_at(published, lambda: known) as look:
        assert looks == []
        assert look.is_as_left()
        assert look.is_untouched()
        (published / "style.css").write_text("by hand")
        assert not look.is_as_left()
        assert not look.is_untouched()
    assert looks
    with looking_at(published, lambda: None) as look:
        assert not look.is_as_left()
