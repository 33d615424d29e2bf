"""The tones of the views as pictures that stand alone, outside the style sheet of a theme.

Each has a shape of its own: colour is never alone in telling. White on ``colour`` and
``light`` on black read well (WCAG 2.2, contrast of at least 4.5).
"""

from __future__ import annotations

from msgspec import Struct


class Tone(Struct, frozen=True):
    """``colour`` for light grounds and ``light`` for dark ones; ``shape`` is an SVG path in a
    square of 16, to be filled by the even-odd rule."""

    colour: str
    light: str
    shape: str


_RING = "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0"
TONES = {
    "ok": Tone(
        "#1a7f4e",
        "#5fcf98",
        f"{_RING}M3.6 8.3 7 11.7l5.6-6.1-1.5-1.4L7 8.7 5 6.8z",
    ),
    "maint": Tone(
        "#2f66c4",
        "#82aaff",
        "M15.6 4 12.6 7 9.8 6.2 9 3.4 12 .4a5 5 0 0 0-6.6 6.2L.7 11.3a2.8 2.8 0 0 0 4 4"
        "l4.7-4.7A5 5 0 0 0 15.6 4",
    ),
    "degraded": Tone(
        "#8f5f12",
        "#e3b04b",
        "M8 .8c.6 0 1 .3 1.3.8l6.5 12c.5 1-.1 1.9-1.2 1.9H1.4c-1.1 0-1.7-.9-1.2-1.9l6.5-12"
        "C7 1.1 7.4.8 8 .8M7 5.5v5h2v-5zM7 11.6v2h2v-2z",
    ),
    "partial": Tone("#b04e08", "#f08c4a", f"{_RING}M8 2.2a5.8 5.8 0 0 0 0 11.6z"),
    "major": Tone(
        "#c42b2b",
        "#ff7a73",
        "M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7zM5.7 4.2 4.2 5.7 6.5 8l-2.3 2.3 1.5 1.5"
        "L8 9.5l2.3 2.3 1.5-1.5L9.5 8l2.3-2.3-1.5-1.5L8 6.5z",
    ),
    "note": Tone(
        "#5d6670",
        "#9aa4ae",
        f"{_RING}M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2",
    ),
}
