"""What is published, one file a format.

To add one here: its file, and its line below. A package adds one by an entry point of the
group ``statusgen.outputs``: its name, and a function from an edition to files.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from statusgen.model.site import Site
from statusgen.outputs import html, rss, search
from statusgen.outputs.edition import Output

OUTPUTS: dict[str, Output] = {
    "html": html.artifacts,
    "search": search.artifacts,
    "rss": rss.artifacts,
}


def available() -> frozenset[str]:
    """The names of all outputs: those here, and those of installed packages."""
    return frozenset(OUTPUTS) | _of_packages().keys()


def switched_on(site: Site) -> Iterator[Output]:
    """The outputs of a site, in the order of this list: all that are not switched off.

    Those of packages are off until they are switched on. Raises ImportError where such a
    package is broken.
    """
    for name, output in OUTPUTS.items():
        if site.outputs.get(name, True):
            yield output
    for name, found in _of_packages().items():
        if site.outputs.get(name, False):
            yield _loaded(found)


def _loaded(found: EntryPoint) -> Output:
    output: Output = found.load()
    return output


@cache
def _of_packages() -> dict[str, EntryPoint]:
    # A package cannot take the place of what is here.
    found = sorted(entry_points(group="statusgen.outputs"), key=lambda e: (e.name, e.value))
    return {e.name: e for e in found if e.name not in OUTPUTS}
