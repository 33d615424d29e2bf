"""Badges: the state of the service and of each component, for readmes and dashboards.

``badge.svg`` is drawn here, ``badge.json`` is what an endpoint of shields.io reads.
https://shields.io/badges/endpoint-badge
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from markupsafe import Markup

from statusgen.artifact import Artifact
from statusgen.json_file import json_file
from statusgen.markup import shortened
from statusgen.outputs.edition import Edition
from statusgen.outputs.tones import TONES
from statusgen.views.badges import BadgeView
from statusgen.views.site import SiteView

LONGEST = 60
"""A longer name is cut off in the picture; its title has all of it."""
CACHED = 300
"""How long a picture made from ``badge.json`` is kept, in seconds: the least that is allowed."""

_WIDTHS = {
    letter: width
    for width, letters in {
        3.5: "ijl'|",
        4.5: "fIt1!.,:;/\\()[]-· ",
        5.0: 'rJ"*',
        6.0: "csvxyzkL?_",
        6.5: "aeoTYFZ",
        7.0: "bdghnpquEPSCBAKRVX023456789$€#+=~<>",
        8.5: "DGHNOQUw&",
        9.5: "M@",
        11.0: "mW%…–—",
    }.items()
    for letter in letters
}
_WIDE = "\u1100"
"""From here on there are scripts whose letters are as wide as they are high."""

_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"'
    ' aria-label="{title}" xml:lang="{lang}">\n'
    "<title>{title}</title>\n"
    '<clipPath id="edge"><rect width="{width}" height="20" rx="4"/></clipPath>\n'
    '<g clip-path="url(#edge)">'
    '<rect width="{width}" height="20" fill="#3c444c"/>'
    '<rect x="{label_width}" width="{state_width}" height="20" fill="{colour}"/></g>\n'
    '<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11"'
    ' aria-hidden="true">\n'
    '<text x="7" y="14" textLength="{label_length}"{label_lang}>{label}</text>\n'
    '<path transform="translate({icon_at} 4) scale(.75)" fill-rule="evenodd" d="{shape}"/>\n'
    '<text x="{state_at}" y="14" textLength="{state_length}">{state}</text>\n'
    "</g>\n</svg>\n"
)


def in_language(edition: Edition, site: SiteView) -> Iterator[Artifact]:
    """``badge.svg`` and ``badge.json`` of the site and of each component."""
    for badge in site.badges:
        drawn = _drawn(badge, site.frame.language)
        yield Artifact(f"{badge.folder}badge.svg", drawn.encode())
        yield json_file(f"{badge.folder}badge.json", _told(badge))


def _drawn(badge: BadgeView, language: str) -> str:
    label = shortened(badge.label.text, LONGEST)
    label_length, state_length = _length(label), _length(badge.state)
    label_width, state_width = label_length + 14, state_length + 31
    tone = TONES[badge.tone]
    return _SVG.format(
        title=f"{badge.label}: {badge.state}",
        lang=language,
        width=label_width + state_width,
        label=label,
        label_lang=Markup(' xml:lang="{}"').format(badge.label.lang) if badge.label.lang else "",
        label_length=label_length,
        label_width=label_width,
        colour=tone.colour,
        shape=tone.shape,
        icon_at=label_width + 7,
        state=badge.state,
        state_at=label_width + 24,
        state_length=state_length,
        state_width=state_width,
    )


def _length(text: str) -> int:
    """About as wide as the text is in the fonts named; viewers fit theirs to exactly this."""
    return ceil(sum(_WIDTHS.get(letter, 11.0 if letter >= _WIDE else 7.0) for letter in text))


def _told(badge: BadgeView) -> dict[str, str | int]:
    return {
        "schemaVersion": 1,
        "label": badge.label.text,
        "message": badge.state,
        "color": TONES[badge.tone].colour,
        "cacheSeconds": CACHED,
    }
