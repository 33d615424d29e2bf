"""The web app manifest, so that the site can stand on the home screen of a telephone.

https://www.w3.org/TR/appmanifest/. Its icons are assets of the theme, by their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statusgen.artifact import Artifact
from statusgen.json_file import json_file
from statusgen.outputs.edition import Edition, addresses
from statusgen.views.site import SiteView

ICONS = {
    "icon.svg": {"sizes": "any", "type": "image/svg+xml"},
    "icon-192.png": {"sizes": "192x192", "type": "image/png"},
    "icon-512.png": {"sizes": "512x512", "type": "image/png", "purpose": "maskable"},
}


def in_language(edition: Edition, site: SiteView) -> Iterator[Artifact]:
    """``site.webmanifest``."""
    where = addresses(edition.assets)
    icons = [{"src": where[name], **about} for name, about in ICONS.items() if name in where]
    if site.frame.manifest:
        yield json_file(site.frame.manifest, _manifest(site, icons))


def _manifest(site: SiteView, icons: list[dict[str, str]]) -> dict[str, Any]:
    # Addresses are relative to the manifest, so that they hold wherever the site is served.
    root = "../" * site.frame.prefix.count("/") or "./"
    return {
        "name": site.frame.site_name.text,
        "lang": site.frame.site_name.lang or site.frame.language,
        "start_url": "./",
        "scope": root,
        "display": "minimal-ui",
        "background_color": "#fbfbfa",
        "theme_color": "#fbfbfa",
        "icons": [{**icon, "src": f"{root}{icon['src']}"} for icon in icons],
    }
