"""RSS and Atom with one item for each event, as Statuspage has them at these addresses: for
programs that were made to take those apart. People are told of each update by the other feeds.
"""

from __future__ import annotations

from collections.abc import Iterator

from statusgen.artifact import Artifact
from statusgen.outputs import atom, rss
from statusgen.outputs.edition import Edition


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """``history.rss`` and ``history.atom`` in each language."""
    for site in edition.sites:
        feed = site.feeds.history
        yield Artifact(f"{feed.path}.rss", rss.document(feed, ".rss"))
        yield Artifact(f"{feed.path}.atom", atom.document(feed))
