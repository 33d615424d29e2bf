"""What is published, one file a format. To add one: its file here, and its line below."""

from __future__ import annotations

from statusgen.outputs import html, rss
from statusgen.outputs.edition import Output

OUTPUTS: dict[str, Output] = {"html": html.artifacts, "rss": rss.artifacts}
