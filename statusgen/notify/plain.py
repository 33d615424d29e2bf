"""The HTML of a feed as plain text, for mail and chat."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {
    *("blockquote", "div", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"),
}
_LINES = {"br", "dd", "dt", "li", "tr"}


def plain(html: str) -> str:
    """What a reader of the HTML sees, a blank line between paragraphs; links say where to."""
    text = _Text()
    text.feed(html)
    text.close()
    lines = "".join(text.parts).split("\n")
    said = "\n".join(" ".join(line.split()) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", said).strip()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in _LINES:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.parts)))
        self.verbatim += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in ("td", "th"):
            self.parts.append("  ")
        elif tag == "a" and self.links:
            address, start = self.links.pop()
            if address and "".join(self.parts[start:]).strip() not in ("", address):
                self.parts.append(f" ({address.removeprefix('mailto:')})")
        self.verbatim -= tag == "pre"

    def handle_data(self, data: str) -> None:
        # A line break in a paragraph is where the writer's line was full.
        self.parts.append(data if self.verbatim else data.replace("\n", " "))
