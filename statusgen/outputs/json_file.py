"""Values for programs as a file of JSON."""

from __future__ import annotations

import json
from typing import Any

from statusgen.artifact import Artifact


def json_file(path: str, values: Any) -> Artifact:
    """The values, keys in their order, in one line of ASCII.

    No character can be damaged on its way to a reader, and what somebody places in the script
    of a page cannot end that script.
    """
    text = json.dumps(values, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Artifact(path, f"{text}\n".encode("ascii"))
