"""RSS and Atom with one item for each event, as Statuspage has them at these addresses: for
programs that were made to take those apart. People are told of each update by the other feeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from statusgen.outputs import atom, rss
from statusgen.outputs.edition import Edition, Part


def artifacts(edition: Edition) -> Iterator[Part]:
    """``history.rss`` and ``history.atom`` in each language."""
    for site in edition.sites:
        feed = site.feeds.history
        yield edition.file(f"{feed.path}.rss", feed, partial(rss.document, feed, ".rss"))
        yield edition.file(f"{feed.path}.atom", feed, partial(atom.document, feed))
