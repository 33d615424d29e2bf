"""``python -m statusgen``."""

from __future__ import annotations

from statusgen.cli import main

main()
