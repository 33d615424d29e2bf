"""A way out for a mistyped word."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


def nearest(word: str, known: Sequence[str]) -> str:
    """A sentence that offers the nearest of the known words, else all of them."""
    # Comparing takes long for long words, and none of those is a slip of the pen.
    close = get_close_matches(word[:80], known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    more = f" and {len(known) - 20} more" if len(known) > 20 else ""
    return f"Known are {', '.join(f'`{name}`' for name in known[:20])}{more}."
