"""What is published, one file a format.

To add one here: its file, and its line below. A package adds one by an entry point of the
group ``statusgen.outputs``: its name, and a function from an edition to files.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

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
from statusgen.outputs.edition import Edition, InLanguage, Together

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class Output(Struct, frozen=True):
    """A format: what is made ``together``, and what ``in_language``, by a process for each."""

    together: Together = lambda _: ()
    in_language: InLanguage = lambda _, __: ()


OUTPUTS: dict[str, Output] = {
    "html": Output(html.artifacts, html.in_language),
    "search": Output(search.artifacts),
    "rss": Output(in_language=rss.in_language),
    "atom": Output(in_language=atom.in_language),
    "jsonfeed": Output(in_language=jsonfeed.in_language),
    "history": Output(in_language=history.in_language),
    "ics": Output(in_language=ics.in_language),
    "maintnote": Output(in_language=maintnote.in_language),
    "statuspage": Output(in_language=statuspage.in_language),
    "api": Output(api.artifacts),
    "badges": Output(in_language=badges.in_language),
    "embed": Output(embed.artifacts, embed.in_language),
    "sitemap": Output(in_language=sitemap.in_language),
    "webmanifest": Output(in_language=webmanifest.in_language),
    "hosting": Output(in_language=hosting.in_language),
    "security": Output(security.artifacts),
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
    def artifacts(edition: Edition) -> Iterator[Artifact]:
        try:
            for artifact in found.load()(edition):
                if not isinstance(artifact, Artifact):
                    raise TypeError(f"it gave {artifact!r:.60}, which is no Artifact")
                yield artifact
        except Exception as error:
            # A package is somebody else's code: whatever it raises is told of as theirs.
            said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise BrokenOutput(found, said) from error

    return Output(artifacts)


@cache
def _of_packages() -> dict[str, EntryPoint]:
    # To look through all packages takes longer than most outputs do.
    from importlib.metadata import entry_points

    # A package cannot take the place of what is here.
    found = sorted(entry_points(group="statusgen.outputs"), key=lambda e: (e.name, e.value))
    return {e.name: e for e in found if e.name not in OUTPUTS}
