"""What is published, one file a format.

To add one here: its file, and its line below. A package adds one by an entry point of the
group ``statusgen.outputs``: its name, and a function from an edition to files.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from statusgen.artifact import Artifact
from statusgen.model.site import Site
from statusgen.outputs import (
    api,
    atom,
    badges,
    embed,
    history,
    hosting,
    html,
    ics,
    jsonfeed,
    maintnote,
    rss,
    search,
    security,
    sitemap,
    statuspage,
    webmanifest,
)
from statusgen.outputs.edition import Edition, Output

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

OUTPUTS: dict[str, Output] = {
    "html": html.artifacts,
    "search": search.artifacts,
    "rss": rss.artifacts,
    "atom": atom.artifacts,
    "jsonfeed": jsonfeed.artifacts,
    "history": history.artifacts,
    "ics": ics.artifacts,
    "maintnote": maintnote.artifacts,
    "statuspage": statuspage.artifacts,
    "api": api.artifacts,
    "badges": badges.artifacts,
    "embed": embed.artifacts,
    "sitemap": sitemap.artifacts,
    "webmanifest": webmanifest.artifacts,
    "hosting": hosting.artifacts,
    "security": security.artifacts,
}


class BrokenOutput(Exception):
    """The output of a package that does not work: its name, its package and why."""

    def __init__(self, found: EntryPoint, why: str) -> None:
        package = found.dist.name if found.dist else found.module
        super().__init__(f"The output `{found.name}` of the package {package} is broken: {why}.")


def available() -> frozenset[str]:
    """The names of all outputs: those here, and those of installed packages."""
    return frozenset(OUTPUTS) | _of_packages().keys()


def switched_on(site: Site) -> Iterator[Output]:
    """The outputs of a site, in the order of this list: all that are not switched off.

    Those of packages are off until they are switched on. Such an output raises BrokenOutput
    where its package is broken.
    """
    for name, output in OUTPUTS.items():
        if site.outputs.get(name, True):
            yield output
    if further := {name for name, is_on in site.outputs.items() if is_on} - OUTPUTS.keys():
        yield from (_loaded(found) for name, found in _of_packages().items() if name in further)


def _loaded(found: EntryPoint) -> Output:
    def output(edition: Edition) -> Iterator[Artifact]:
        try:
            for artifact in found.load()(edition):
                if not isinstance(artifact, Artifact):
                    raise TypeError(f"it gave {artifact!r:.60}, which is no Artifact")
                yield artifact
        except Exception as error:
            # A package is somebody else's code: whatever it raises is told of as theirs.
            said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise BrokenOutput(found, said) from error

    return output


@cache
def _of_packages() -> dict[str, EntryPoint]:
    # To look through all packages takes longer than most outputs do.
    from importlib.metadata import entry_points

    # A package cannot take the place of what is here.
    found = sorted(entry_points(group="statusgen.outputs"), key=lambda e: (e.name, e.value))
    return {e.name: e for e in found if e.name not in OUTPUTS}
