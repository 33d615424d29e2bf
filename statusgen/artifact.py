"""A finished file of the site: before it is anywhere, or as it was published."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from msgspec import Struct

_LONGEST_SEGMENT = 255
_NOT_ON_WINDOWS = frozenset('<>:"|?*\\')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)", re.I)


class Artifact(Struct, frozen=True):
    """One file: where it goes, and its bytes.

    `path` is relative to the site's folder and written with slashes, such as
    `incidents/x/index.html`. It must mean the same file on every system and never leave the
    site, otherwise a ValueError is raised: what users write is checked long before this.
    """

    path: str
    content: bytes

    def __post_init__(self) -> None:
        for segment in self.path.split("/"):
            if fault := _fault(segment):
                raise ValueError(f"artifact path {self.path!r}: {segment!r} {fault}")

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


class Carried(Struct, frozen=True):
    """Files that the last build published: by their paths the SHA-256 of each.

    They are only ever looked up among the files of the output, so paths need not be judged.
    """

    digests: Mapping[str, str]


def is_device(name: str) -> bool:
    """Whether Windows takes a name for a device, whatever its case and its extension."""
    return bool(_DEVICE.match(name))


def _fault(segment: str) -> str | None:
    """Say why no file or folder may have this name, or None."""
    if segment in ("", ".", ".."):
        return "is no name"
    if not segment.isprintable():
        return "holds a control or an invisible character"
    if not _NOT_ON_WINDOWS.isdisjoint(segment):
        return "holds a character that Windows does not allow"
    if segment[-1] in ". ":
        return "ends with a dot or a space"
    if is_device(segment):
        return "is the name of a device on Windows"
    if len(segment.encode()) > _LONGEST_SEGMENT:
        return f"is longer than {_LONGEST_SEGMENT} bytes"
    return None
