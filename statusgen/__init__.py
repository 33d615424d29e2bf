"""Static status and maintenance pages that can be held against an agreement."""

from __future__ import annotations

__version__ = "0.1.0"
