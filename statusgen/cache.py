"""What an earlier build knew, for the next one: it may be gone at any time, and never changes
a byte of the site.

A folder for each output, in the cache folder of the user and not in the site or its repository:
what is read here is trusted. A file is written beside its name and then takes it, and begins
with the digest of the rest: one that was cut off or spoilt is as good as none, and of two builds
at once the last one is remembered.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = "STATUSGEN_CACHE"
"""The variable of the environment that moves the cache; empty, it is switched off."""

_Kept = Mapping[str, Sequence[str]]
"""By its file what a page was made from, and its bytes, both as SHA-256."""
_Render = Callable[[str, Mapping[str, Any]], str]
_LIBRARIES = ("babel", "holidays", "icalendar", "feedgen", "jinja2", "markdown", "markupsafe")
_PARSERS = ("lxml", "nh3", "pydantic", "pyyaml", "tzdata")


class Cache:
    """What is kept of one output."""

    def __init__(self, output: Path, folder: Path) -> None:
        self.output, self.folder = output, folder

    @staticmethod
    def of(output: Path, environment: Mapping[str, str] = os.environ) -> Cache | None:
        """The cache of an output; None where it is switched off."""
        place = environment.get(FOLDER)
        if place == "":
            return None
        root = Path(place) if place else _root(environment) / "statusgen"
        name = hashlib.sha256(os.fsencode(os.path.realpath(output))).hexdigest()[:16]
        return Cache(output, root / name)

    def load(self, name: str, key: str) -> Any:
        """What was kept by that name under that key; else None."""
        try:
            digest, _, body = (self.folder / name).read_bytes().partition(b"\n")
            if hashlib.sha256(body).hexdigest().encode() != digest:
                return None
            found, value = json.loads(body)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return value if found == key else None

    def keep(self, name: str, key: str, value: object) -> None:
        """Keep what JSON can say, if the disk lets us."""
        body = json.dumps([key, value], separators=(",", ":")).encode()
        beside = self.folder / f"{name}.{os.urandom(4).hex()}"
        try:
            self.folder.mkdir(0o700, parents=True, exist_ok=True)
            try:
                beside.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
                beside.replace(self.folder / name)
            finally:
                beside.unlink(missing_ok=True)
        except OSError:
            return

    @contextlib.contextmanager
    def pages(self, render: _Render, theme: Iterable[bytes]) -> Iterator[_Render]:
        """Render with what was published before; keeps what was made when it is left in order.

        ``theme``: all that pages depend on beside their values.
        """
        key = digest([*code(), *theme])
        pages = _Pages(render, self.output, self.load("pages", key) or {})
        yield pages
        if pages.made != pages.kept:
            self.keep("pages", key, pages.made)


class _Pages:
    """Fills templates, but for pages that were published from the same values already."""

    def __init__(self, render: _Render, output: Path, kept: _Kept) -> None:
        self.render, self.output, self.kept = render, output, kept
        self.made: dict[str, Sequence[str]] = {}

    def __call__(self, template: str, values: Mapping[str, Any]) -> str:
        # Functions are the same for the same language, code and theme.
        said = [template, *(f"{k}={v!r}" for k, v in values.items() if not callable(v))]
        file, key = values["here"].file, digest(part.encode() for part in said)
        page = self._published(file, key)
        if page is None:
            page = self.render(template, values)
            self.made[file] = [key, hashlib.sha256(page.encode()).hexdigest()]
        return page

    def _published(self, file: str, key: str) -> str | None:
        """The page as it was published, if it still is what it was made to be."""
        if key not in self.kept.get(file, ()):
            return None
        try:
            content = (self.output / file).read_bytes()
        except OSError:
            return None
        if [key, hashlib.sha256(content).hexdigest()] != self.kept[file]:
            return None
        self.made[file] = self.kept[file]
        return content.decode()


def digest(parts: Iterable[bytes]) -> str:
    """The SHA-256 of the parts, each apart from the next."""
    found = hashlib.sha256()
    for part in parts:
        found.update(b"%d:" % len(part))
        found.update(part)
    return found.hexdigest()


@cache
def code() -> tuple[bytes, ...]:
    """What the program is: its own files, Python and the libraries that words come from."""
    root = Path(__file__).parent
    files = sorted(p for p in root.rglob("*") if p.is_file() and p.parent.name != "__pycache__")
    own = (part for p in files for part in (bytes(p.relative_to(root)), p.read_bytes()))
    return (
        *own,
        sys.version.encode(),
        *(_version(name).encode() for name in (*_LIBRARIES, *_PARSERS)),
    )


def _version(name: str) -> str:
    """Of an installed package; of one that need not be there, nothing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def seal(folder: Path) -> str:
    """A digest of all names, sizes and times in a folder: another one when anybody was at it."""
    found: list[str] = []
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{folder}/{prefix}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                    found.append(f"{path}/")
                else:
                    state = entry.stat(follow_symlinks=False)
                    # An edit may keep the size and the time of writing, but not the last of these.
                    kept = (state.st_mode, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
                    found.append(f"{path} {' '.join(map(str, kept))}")
    return digest(os.fsencode(line) for line in sorted(found))


def _root(environment: Mapping[str, str]) -> Path:
    place = environment.get("XDG_CACHE_HOME", "")
    return Path(place) if os.path.isabs(place) else Path.home() / ".cache"  # noqa: PTH117
