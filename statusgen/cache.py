"""What an earlier build knew, for the next one: it may be gone at any time, and never changes
a byte of the site.

A folder for each output and each content folder, in the cache folder of the user and not in the
site or its repository: what is read here is trusted. A file is written beside its name and then
takes it, and begins with the digest of the rest: one that was cut off or spoilt is as good as
none, and of two builds at once the last one is remembered.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statusgen.digests import digest
from statusgen.glance import glance

if TYPE_CHECKING:
    from statusgen.content.shelf import Shelf

FOLDER = "STATUSGEN_CACHE"
"""The variable of the environment that moves the cache; empty, it is switched off."""

_HEAD = 65
"""How long the beginning of a file is."""
_LIBRARIES = ("babel", "holidays", "icalendar", "feedgen", "jinja2", "markdown", "markupsafe")
_PARSERS = ("lxml", "msgspec", "nh3", "pydantic", "pyyaml", "tzdata")


class Cache:
    """What is kept of one folder: of an output how it was made, of content how it was read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def of(subject: Path, environment: Mapping[str, str] = os.environ) -> Cache | None:
        """The cache of a folder; None where it is switched off or the user has no home."""
        place = environment.get(FOLDER)
        if place == "":
            return None
        try:
            root = Path(place) if place else _root(environment) / "statusgen"
        except RuntimeError:
            return None
        name = hashlib.sha256(os.fsencode(os.path.realpath(subject))).hexdigest()[:16]
        return Cache(root / name)

    def load(self, name: str, key: str) -> Any:
        """What was kept by that name under that key; else None."""
        try:
            content = memoryview((self.folder / name).read_bytes())
            head, body = content[:_HEAD], content[_HEAD:]  # not copied: they may be large
            if head == _head(key, body):
                return pickle.loads(body)  # noqa: S301  nobody else can have written it
        except Exception:  # What it may be made of is as manifold as what can befall a file.
            return None
        return None

    def keep(self, name: str, key: str, value: object) -> None:
        """Keep a value, if the disk lets us."""
        body = pickle.dumps(value, 5)
        place = self.folder / name
        beside = place.with_name(f"{place.name}.{os.urandom(4).hex()}")
        try:
            place.parent.mkdir(0o700, parents=True, exist_ok=True)
            try:
                with beside.open("xb") as file:
                    file.writelines([_head(key, body), body])
                beside.replace(place)
            finally:
                beside.unlink(missing_ok=True)
        except OSError:
            return


def _head(key: str, body: bytes | memoryview) -> bytes:
    """What a file begins with: by it a key and whole bytes are known."""
    found = hashlib.sha256(key.encode())
    found.update(body)
    return f"{found.hexdigest()}\n".encode()


@cache
def code() -> str:
    """What the program is, as a digest: its own files, Python and the libraries that words come
    from."""
    root = Path(__file__).parent
    # Reading all of it and asking for versions takes longer than all else that a build with
    # nothing to do does.
    seen = digest([glance(root, "__pycache__"), *map(str.encode, _installed())])
    store = Cache.of(root)
    known: str | None = store.load("code", seen) if store else None
    if known is None:
        known = digest(_code(root))
        if store:
            store.keep("code", seen, known)
    return known


def _code(root: Path) -> Iterator[bytes]:
    files = sorted(p for p in root.rglob("*") if p.is_file() and p.parent.name != "__pycache__")
    for file in files:
        yield bytes(file.relative_to(root))
        yield file.read_bytes()
    yield sys.version.encode()
    yield from (_version(name).encode() for name in (*_LIBRARIES, *_PARSERS))


def _installed() -> list[str]:
    """What packages there are, of which version, by the names of what describes them."""
    names: set[str] = set()
    for place in sys.path:
        with suppress(OSError), os.scandir(place or ".") as listing:
            names.update(entry.name for entry in listing if entry.name.endswith("-info"))
    return [sys.version, *sorted(names)]


def _version(name: str) -> str:
    """Of an installed package; of one that need not be there, nothing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _root(environment: Mapping[str, str]) -> Path:
    place = environment.get("XDG_CACHE_HOME", "")
    return Path(place) if os.path.isabs(place) else Path.home() / ".cache"  # noqa: PTH117


def shelf_of(
    content: Path, environment: Mapping[str, str] = os.environ, jobs: int = 1
) -> Shelf | None:
    """How the files of a content folder were read; None where the cache is switched off."""
    from statusgen.content.shelf import Shelf

    store = Cache.of(content, environment)
    return Shelf(store, code(), jobs) if store else None
