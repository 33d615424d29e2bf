from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from statusgen.content import files as files_module
from statusgen.content import rules
from statusgen.content import tree as tree_module
from statusgen.content.files import MAX_BYTES, Files, Known, read_at_rest
from statusgen.content.reading import read
from statusgen.content.tree import MAX_FOLDERS_DEEP, Tree, read_tree
from statusgen.disk import State
from statusgen.findings import Span


@pytest.fixture(autouse=True)
def not_for_ever() -> Iterator[None]:
    """Ends a test that waits for a pipe or a device: nothing here takes a second."""

    def stop(number: int, frame: FrameType | None) -> None:
        pytest.fail("it waits for ever")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "incidents").mkdir(parents=True)
    (folder / "site.yaml").write_bytes(b"name: Een\n")
    return folder


def told(tree: Tree) -> list[tuple[str, str]]:
    assert all(isinstance(finding.place, Span) for finding in tree.findings)
    return [(finding.code, finding.place.path) for finding in tree.findings]


def test_files_are_read_by_their_path(content: Path) -> None:
    (content / "incidents/2026").mkdir()
    (content / "incidents/2026/storing.yaml").write_bytes(b"title: Twee\n")
    assert read_tree(content) == Tree(
        {"incidents/2026/storing.yaml": b"title: Twee\n", "site.yaml": b"name: Een\n"}, []
    )


def test_measurements_and_names_with_a_dot_are_passed_over(content: Path) -> None:
    for path in (".git/config", "incidents/.storing.yaml.swp", "measurements/2026/x.json"):
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_text("x")
    (content / "incidents/measurements").mkdir()
    (content / "incidents/measurements/x.yaml").write_text("x")
    assert sorted(read_tree(content).files) == ["incidents/measurements/x.yaml", "site.yaml"]


def test_the_folder_may_be_a_link(content: Path) -> None:
    link = content.with_name("link")
    link.symlink_to(content, target_is_directory=True)
    assert read_tree(link) == read_tree(content)


def test_a_link_to_a_file_inside_is_followed(content: Path) -> None:
    (content / "incidents/a.yaml").symlink_to("../site.yaml")
    tree = read_tree(content)
    assert tree.files["incidents/a.yaml"] == b"name: Een\n"
    assert tree.findings == []


def test_a_folder_that_is_not_there_is_the_callers_matter(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_tree(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotADirectoryError):
        read_tree(tmp_path / "file")


def test_a_large_file_is_told_of_and_not_read_whole(content: Path) -> None:
    with (content / "incidents/log.yaml").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    tree = read_tree(content)
    assert len(tree.files["incidents/log.yaml"]) == MAX_BYTES + 1
    codes = {(f.code, f.place.path) for f in read(tree.files).findings}
    assert (rules.TOO_LARGE.code, "incidents/log.yaml") in codes


def test_a_large_page_is_told_of_and_not_cut_off(content: Path) -> None:
    (content / "pages").mkdir()
    page = b"---\ntitle: Terms\n---\n" + b"x" * (MAX_BYTES + 100)
    (content / "pages/terms.nl.md").write_bytes(page)
    codes = {(f.code, f.place.path) for f in read(read_tree(content).files).findings}
    assert (rules.TOO_LARGE.code, "pages/terms.nl.md") in codes


@pytest.mark.parametrize("path", ["incidents/a.yaml", "incidents/a.yml", "pages.md", "sla.yaml"])
def test_a_folder_named_like_a_file_is_told_of(content: Path, path: str) -> None:
    (content / path).mkdir()
    (content / path / "b.yaml").write_text("x")
    tree = read_tree(content)
    assert told(tree) == [(rules.NOT_A_FILE.code, path)]
    assert list(tree.files) == ["site.yaml"]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root may make a device, and not everywhere")


def unix_socket(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # the address of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(before)


def link_to_folder(path: Path) -> None:
    (path.parent / "2026").mkdir()
    path.symlink_to("2026", target_is_directory=True)


@pytest.mark.parametrize("make", [pipe, device, unix_socket, link_to_folder])
def test_what_is_no_plain_file_is_told_of(content: Path, make: Callable[[Path], None]) -> None:
    make(content / "incidents/a.yaml")
    tree = read_tree(content)
    assert told(tree) == [(rules.NOT_A_FILE.code, "incidents/a.yaml")]
    assert list(tree.files) == ["site.yaml"]


def test_a_link_to_nothing_is_told_of(content: Path) -> None:
    """The rule itself names a broken link among what is no file."""
    (content / "incidents/a.yaml").symlink_to("gone.yaml")
    assert told(read_tree(content)) == [(rules.NOT_A_FILE.code, "incidents/a.yaml")]


@pytest.mark.parametrize("target", ["a.yaml", "b.yaml"])
def test_a_loop_of_links_is_told_of(content: Path, target: str) -> None:
    (content / "incidents/a.yaml").symlink_to(target)
    (content / "incidents/b.yaml").symlink_to("a.yaml")
    tree = read_tree(content)
    assert [path for _, path in told(tree)] == ["incidents/a.yaml", "incidents/b.yaml"]
    assert list(tree.files) == ["site.yaml"]


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "/dev/zero", "../../secret.yaml", "..", "/", "../../content-2/a.yaml"]
)
def test_a_link_out_of_the_folder_is_told_of_and_not_followed(content: Path, target: str) -> None:
    (content.parent / "secret.yaml").write_text("secret")
    (content.parent / "content-2").mkdir()
    (content.parent / "content-2/a.yaml").write_text("secret")
    (content / "incidents/a.yaml").symlink_to(target)
    tree = read_tree(content)
    # To the content folder itself, `..` here, is as bad: it would go round.
    assert told(tree) == [(rules.OUTSIDE_LINK.code, "incidents/a.yaml")]
    assert list(tree.files) == ["site.yaml"]


def test_a_link_out_by_way_of_one_inside_is_not_followed(content: Path) -> None:
    (content.parent / "outside").mkdir()
    (content.parent / "outside/b.yaml").write_text("secret")
    (content / "incidents/way").symlink_to("../../outside", target_is_directory=True)
    (content / "incidents/a.yaml").symlink_to("way/b.yaml")
    tree = read_tree(content)
    assert told(tree) == [
        (rules.OUTSIDE_LINK.code, "incidents/a.yaml"),
        (rules.OUTSIDE_LINK.code, "incidents/way"),
    ]
    assert list(tree.files) == ["site.yaml"]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read anything: be somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that others may look into, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in folder.iterdir():
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_a_file_that_may_not_be_read_is_told_of(open_to_all: Path) -> None:
    (open_to_all / "closed.yaml").write_text("x")
    (open_to_all / "closed.yaml").chmod(0)
    (open_to_all / "open.yaml").write_text("x")
    with as_nobody():
        tree = read_tree(open_to_all)
    assert told(tree) == [(rules.UNREADABLE.code, "closed.yaml")]
    assert list(tree.files) == ["open.yaml"]


def test_a_folder_that_may_not_be_read_is_told_of(open_to_all: Path) -> None:
    (open_to_all / "incidents").mkdir()
    (open_to_all / "incidents/a.yaml").write_text("x")
    (open_to_all / "incidents").chmod(0)
    (open_to_all / "open.yaml").write_text("x")
    with as_nobody():
        tree = read_tree(open_to_all)
    assert told(tree) == [(rules.UNREADABLE.code, "incidents")]
    assert list(tree.files) == ["open.yaml"]


@pytest.mark.parametrize(
    "name", [b"caf\xe9.yaml", b"a\nb.yaml", b"a\x1b[31m.yaml", b"a\\b.yaml", b"a\xe2\x80\xaeb.yaml"]
)
def test_an_odd_name_is_told_of_in_plain_letters(content: Path, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(content) + b"/incidents/" + name)).write_text("x")
    tree = read_tree(content)
    assert [code for code, _ in told(tree)] == [rules.UNKNOWN_FILE.code]
    assert told(tree)[0][1].isascii()
    assert told(tree)[0][1].isprintable()
    assert list(tree.files) == ["site.yaml"]


def written_during(reads: int, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody adds a line at the end of each of the first reads."""
    read, left = os.read, iter(range(reads))

    def read_slowly(handle: int, size: int) -> bytes:
        part = read(handle, size)
        if not part and next(left, None) is not None:
            with file.open("ab") as writer:
                writer.write(b"more\n")
        return part

    monkeypatch.setattr(os, "read", read_slowly)


def test_a_file_that_changes_while_it_is_read_is_read_again(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_during(3, content / "site.yaml", monkeypatch)
    tree = read_tree(content)
    assert tree.files["site.yaml"] == (content / "site.yaml").read_bytes()
    assert told(tree) == []


def test_a_file_that_goes_on_changing_is_told_of(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_during(1_000, content / "site.yaml", monkeypatch)
    tree = read_tree(content)
    assert told(tree) == [(rules.UNREADABLE.code, "site.yaml")]
    assert tree.files == {}


def settled(content: Path) -> Known:
    """What is known of a folder whose files were changed before the last tick of the clock."""
    later(content)
    tree = read_tree(content)
    assert isinstance(tree.files, Files)
    return tree.files.known()


def later(content: Path) -> None:
    """Let the clock of the file system go on, as another file shows."""
    before = max(path.stat().st_ctime_ns for path in content.rglob("*"))
    while content.joinpath("README.md").stat().st_ctime_ns <= before:
        content.joinpath("README.md").touch()


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened from now on, by their names."""
    opened: list[str] = []

    def noted(file: str) -> tuple[bytes, State]:
        opened.append(Path(file).name)
        return read_at_rest(file)

    for module in (tree_module, files_module):
        monkeypatch.setattr(module, "read_at_rest", noted)
    return opened


@pytest.fixture
def known(content: Path) -> Known:
    (content / "README.md").write_text("x")
    return settled(content)


def test_a_file_that_nobody_was_at_is_not_read_again(
    content: Path, known: Known, read_files: list[str]
) -> None:
    tree = read_tree(content, known)
    assert list(tree.files) == ["README.md", "site.yaml"]
    assert read_files == ["README.md"]


def test_a_file_that_was_not_read_again_has_its_digest_and_its_bytes(
    content: Path, known: Known, read_files: list[str]
) -> None:
    files = read_tree(content, known).files
    assert isinstance(files, Files)
    assert files.digest("site.yaml") == hashlib.sha256(b"name: Een\n").hexdigest()
    assert "site.yaml" not in read_files
    assert files["site.yaml"] == b"name: Een\n"
    assert files == read_tree(content).files


def rewritten(path: Path) -> None:
    path.write_bytes(b"name: Zes\n")


def swapped(path: Path) -> None:
    path.with_name("new").write_bytes(b"name: Zes\n")
    path.with_name("new").replace(path)


@pytest.mark.parametrize("change", [rewritten, swapped])
def test_a_file_that_somebody_was_at_is_read_again(
    content: Path, known: Known, change: Callable[[Path], None]
) -> None:
    """Even where it is as long as it was, and as old as it was by its own word."""
    before = (content / "site.yaml").stat()
    change(content / "site.yaml")
    os.utime(content / "site.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))
    files = read_tree(content, known).files
    assert files["site.yaml"] == b"name: Zes\n"


def test_what_was_changed_in_the_last_tick_of_the_clock_is_not_known(content: Path) -> None:
    """It may be changed again within it, and look the same."""
    files = read_tree(content).files
    assert isinstance(files, Files)
    assert files.known() == Known()


def test_a_link_is_not_known(content: Path, known: Known) -> None:
    (content / "incidents/a.yaml").symlink_to("../site.yaml")
    assert settled(content).digests == known.digests


def test_files_of_a_folder_that_became_a_link_are_not_known(content: Path) -> None:
    (content / "README.md").write_text("x")
    (content / "incidents/a.yaml").write_text("a")
    known = settled(content)
    assert "incidents/a.yaml" in known.digests
    (content / "incidents").rename(content.parent / "elsewhere")
    (content / "incidents").symlink_to(content.parent / "elsewhere", target_is_directory=True)
    tree = read_tree(content, known)
    assert told(tree) == [(rules.OUTSIDE_LINK.code, "incidents")]
    assert list(tree.files) == ["README.md", "site.yaml"]


def test_of_known_files_those_that_are_gone_are_left_out_and_new_ones_are_read(
    content: Path,
) -> None:
    (content / "README.md").write_text("x")
    for name in ("a", "b", "c"):
        (content / f"incidents/{name}.yaml").write_text(name)
    known = settled(content)
    (content / "incidents/b.yaml").unlink()
    (content / "incidents/aa.yaml").write_text("new")
    files = read_tree(content, known).files
    assert list(files) == [
        "README.md",
        *map("incidents/{}.yaml".format, ("a", "aa", "c")),
        "site.yaml",
    ]
    assert len(files) == 5
    assert "incidents/b.yaml" not in files
    assert files["incidents/aa.yaml"] == b"new"
    assert files["incidents/c.yaml"] == b"c"
    assert isinstance(files, Files)
    assert files.digests == {path: files.digest(path) for path in files}


def test_the_state_of_files_is_another_one_where_a_name_or_a_byte_is() -> None:
    one = Files({"a": b"1", "b": b"2"})
    assert one.state() == Files({"b": b"2", "a": b"1"}).state()
    others = [Files({"a": b"1"}), Files({"a": b"1", "c": b"2"}), Files({"a": b"2", "b": b"1"})]
    assert len({one.state(), *(other.state() for other in others)}) == 4


def test_a_file_that_was_cut_off_is_not_known(content: Path, known: Known) -> None:
    (content / "incidents/log.yaml").write_bytes(b"x" * (MAX_BYTES + 1))
    assert settled(content).digests == known.digests


def test_a_known_file_that_changes_before_it_is_read_stops_the_reading(
    content: Path, known: Known
) -> None:
    """What follows from its digest would not follow from its bytes."""
    files = read_tree(content, known).files
    (content / "site.yaml").write_bytes(b"name: Twee\n")
    with pytest.raises(OSError, match="being written") as raised:
        files["site.yaml"]
    assert raised.value.filename == str(content / "site.yaml")


def test_folders_go_no_deeper_than_is_sensible(content: Path) -> None:
    deep = content.joinpath(*["a"] * MAX_FOLDERS_DEEP)
    (deep / "b").mkdir(parents=True)
    (deep / "told.yaml").write_text("x")
    (deep / "b/not-told.yaml").write_text("x")
    tree = read_tree(content)
    assert told(tree) == [(rules.UNKNOWN_FILE.code, "/".join(["a"] * MAX_FOLDERS_DEEP + ["b"]))]
    assert sorted(tree.files) == ["/".join(["a"] * MAX_FOLDERS_DEEP + ["told.yaml"]), "site.yaml"]
