"""Sites of a few files, built in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from statusgen import themes
from statusgen.build import build
from statusgen.outputs import OUTPUTS
from statusgen.themes import Theme

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@cache
def all_themes() -> Mapping[str, Theme]:
    """The themes that come along."""
    return themes.load(Path("no-such-folder"))


def only(*names: str) -> str:
    """The line of site.yaml that switches off all other outputs: what is not looked at need
    not be made."""
    assert set(names) <= OUTPUTS.keys()
    return f"outputs: {{{', '.join(f'{name}: false' for name in OUTPUTS if name not in names)}}}\n"


def written(files: Mapping[str, str]) -> dict[str, bytes]:
    """The files as they are on disk."""
    return {name: text.encode() for name, text in files.items()}


def published(files: Mapping[str, str | bytes], now: datetime = NOW) -> dict[str, bytes]:
    """Every file of the site by its path; there must be no errors in the content."""
    content = {n: text.encode() if isinstance(text, str) else text for n, text in files.items()}
    built = build(content, all_themes(), now)
    assert [finding for finding in built.findings if finding.severity == "error"] == []
    site = {artifact.path: artifact.content for artifact in built.artifacts}
    assert len(site) == len(built.artifacts)
    return site
