"""Values for programs as JSON: the one way in which it is written."""

from __future__ import annotations

import json
from typing import Any

from statusgen.artifact import Artifact


def json_file(path: str, values: Any) -> Artifact:
    """The values as a file."""
    return Artifact(path, f"{json_text(values)}\n".encode("ascii"))


def json_text(values: Any) -> str:
    """The values, keys in their order, in one line of ASCII.

    No character can be damaged on its way to a reader, and what stands in the script of a page
    cannot end that script. Raises ValueError for a number that JSON does not have.
    """
    text = json.dumps(values, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
