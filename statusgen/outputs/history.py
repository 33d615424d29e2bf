"""RSS and Atom with one item for each event, as Statuspage has them at these addresses: for
programs that were made to take those apart. People are told of each update by the other feeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from statusgen.outputs import atom, rss
from statusgen.outputs.edition import Edition, Part
from statusgen.views.site import SiteView


def in_language(edition: Edition, site: SiteView) -> Iterator[Part]:
    """``history.rss`` and ``history.atom``."""
    feed = site.feeds.history
    yield edition.file(f"{feed.path}.rss", feed, partial(rss.document, feed, ".rss"))
    yield edition.file(f"{feed.path}.atom", feed, partial(atom.document, feed))
