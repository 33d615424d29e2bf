"""What is fuzzed: one file of a content folder, any bytes, read and judged beside the three
files that every folder has.

An input names the file that it stands for by its first byte, so that one corpus serves all kinds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from statusgen import policy
from statusgen.content.names import SINGLE_FILES
from statusgen.content.reading import located, read
from statusgen.findings import Finding, Severity, Span, ordered
from tests.unit.whole_site import FILES

CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BYTES = {path: text.encode() for path, text in FILES.items()}
KINDS = sorted(FILES)


def input_of(path: str, data: bytes) -> bytes:
    """The input that stands for a file with that content."""
    return bytes([KINDS.index(path)]) + data


def files_of(data: bytes) -> tuple[str, dict[str, bytes]]:
    """The content folder that an input means, and the path of the file that it replaces."""
    path = KINDS[data[0] % len(KINDS)] if data else KINDS[0]
    return path, {**{name: BYTES[name] for name in SINGLE_FILES}, path: data[1:]}


def told(files: dict[str, bytes]) -> list[Finding]:
    """All findings of a content folder."""
    reading = read(files)
    judged = policy.judge(reading.content, NOW).findings if reading.content else []
    return ordered([*reading.findings, *located(judged, files)])


def judge(data: bytes) -> list[Finding]:
    """Read and judge what an input means. Raises AssertionError for a finding that helps nobody."""
    path, files = files_of(data)
    found = told(files)
    lines = files[path].count(b"\n") + files[path].count(b"\r") + 2
    for finding in found:
        assert isinstance(finding.place, Span), finding
        assert finding.message, finding
        assert len(finding.message) < 2_000, finding
        assert finding.severity in Severity
        if finding.place.path == path:
            assert 1 <= finding.place.line <= finding.place.end_line <= lines, finding
    return found
