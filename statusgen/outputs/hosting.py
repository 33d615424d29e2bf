"""What hosts are told: ``_headers`` (Netlify, Cloudflare Pages) and ``.nojekyll`` (GitHub Pages).

Paths in ``_headers`` begin where our folder does, whatever the address of the site. Where two
of its rules meet, hosts send the header of both, which for a policy means that both hold. So
nothing is said for all that would have to be taken back for ``embed/``, which may stand in any
page; and languages share their rules, since Cloudflare reads a hundred.
https://docs.netlify.com/routing/headers/, https://developers.cloudflare.com/pages/configuration/headers/
"""

from __future__ import annotations

from collections.abc import Iterator

from statusgen.artifact import Artifact
from statusgen.outputs import html
from statusgen.outputs.edition import Edition
from statusgen.outputs.sitemap import listed
from statusgen.views.events import event_path
from statusgen.views.site import SiteView

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # All of it is public, and made for other programs to read, in browsers too.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
ASSETS = {"Cache-Control": "public, max-age=86400, stale-while-revalidate=604800"}
"""Pages ask for an asset by its content, but one asset may ask for another by its name only."""


def in_language(edition: Edition, site: SiteView) -> Iterator[Artifact]:
    """``_headers`` and ``.nojekyll``, with the first language, whose pages they name."""
    if not edition.is_first(site):
        return
    rules = "".join(_rule(path, headers) for path, headers in _rules(edition))
    yield Artifact("_headers", rules.encode())
    yield Artifact(".nojekyll", b"")


def _rules(edition: Edition) -> Iterator[tuple[str, dict[str, str]]]:
    yield "/*", EVERYWHERE
    yield "/assets/*", ASSETS
    page = {"Content-Security-Policy": f"{html.POLICY}; frame-ancestors 'none'"}
    yield from ((place, page) for place in _places(edition))


def _places(edition: Edition) -> Iterator[str]:
    """Where pages are: each home page by itself, the others by their folder."""
    pages = [page.path for page in listed(edition)]
    # One of a folder tells of all in it.
    for events in (edition.record.incidents, edition.record.plans):
        pages += map(event_path, events.cards[:1])
    pages += ["tickets/"] if edition.record.tickets else []
    folders = sorted({path.partition("/")[0] for path in pages} - {""})
    yield from (f"/{site.frame.prefix}" for site in edition.sites)
    yield from (f"/{folder}/*" for folder in folders)
    if len(edition.sites) > 1:
        yield from (f"/:language/{folder}/*" for folder in folders)


def _rule(path: str, headers: dict[str, str]) -> str:
    return "\n".join([path, *(f"  {name}: {value}" for name, value in headers.items()), "", ""])
