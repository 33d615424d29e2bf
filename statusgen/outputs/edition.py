"""What an output is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from statusgen.artifact import Artifact
from statusgen.history.facts import Facts
from statusgen.history.report import Reports
from statusgen.model.content import Content
from statusgen.progress import Progress, silent
from statusgen.views.site import SiteView

Render = Callable[[str, Mapping[str, Any]], str]
"""(name of a template, values) -> page."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The site as it is to be published: in each of its languages, the first at the root.

    ``known`` and ``reports`` are what the words of ``sites`` were made from, for programs.
    """

    content: Content
    known: Facts
    reports: Reports
    sites: tuple[SiteView, ...]
    render: Render
    assets: Mapping[str, bytes]
    progress: Progress = silent

    @property
    def now(self) -> datetime:
        """The moment that it is published for (UTC)."""
        return self.known.now


Output = Callable[[Edition], Iterable[Artifact]]


def addresses(assets: Mapping[str, bytes]) -> dict[str, str]:
    """Where each asset is asked for, relative to the root of the site."""
    return {name: versioned(f"assets/{name}", content) for name, content in assets.items()}


def versioned(path: str, content: bytes) -> str:
    """The address of a file with its content in it: browsers may keep it until that changes."""
    return f"{path}?{hashlib.sha256(content).hexdigest()[:8]}"
