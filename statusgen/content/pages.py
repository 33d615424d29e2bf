"""Further pages of a site: Markdown with a small YAML header."""

from __future__ import annotations

import re

from statusgen.content import rules, strict_yaml
from statusgen.content.context import Context
from statusgen.content.fields import Document, Line
from statusgen.content.names import slug_and_language
from statusgen.content.validation import validate
from statusgen.content.values import MAX_TEXT, is_id
from statusgen.findings import Finding, Span
from statusgen.model.content import Page

RESERVED = (
    *("api", "assets", "calendar", "components", "embed", "history", "incidents"),
    *("maintenance", "schedules", "search", "sla", "subscribe", "tickets"),
)
"""Names that pages of the site itself have, or will have."""

_HEADER = re.compile(r"---[ ]*\r?\n(.*?\n)---[ ]*(?:\r?\n|$)", re.DOTALL)


class PageHeader(Document):
    """The header of pages/<slug>.<lang>.md."""

    title: Line


def header_of(data: bytes) -> bytes:
    """The YAML of the header, its lines numbered as in the file; empty without one."""
    match = _HEADER.match(data.decode("utf-8-sig", "replace"))
    return f"\n{match[1]}".encode() if match else b""


def read_page(path: str, data: bytes, context: Context) -> tuple[Page | None, list[Finding]]:
    """The page in a file that ``is_page``, or None with what is wrong with it."""
    slug, language = slug_and_language(path)
    top = Span.top(path)
    found: list[Finding] = []
    if context.languages and language not in context.languages:
        message = f"`{language}` is no language of this site."
        return None, [rules.UNKNOWN_LANGUAGE.found(top, message)]
    if slug in (*RESERVED, *context.languages):
        message = f"`{slug}` is the name of a page or folder of the site itself."
        found.append(rules.BAD_ID.found(top, message, "Give the file another name."))
    elif not is_id(slug):
        message = f"`{slug[:90]}` is no name for a page."
        found.append(rules.BAD_ID.found(top, message, rules.BAD_ID.explanation))
    try:
        text = strict_yaml.decode(data, path)
    except strict_yaml.Refused as refusal:
        return None, [*found, refusal.finding]
    match = _HEADER.match(text)
    if match is None:
        message, help = "The page has no header.", rules.BAD_HEADER.explanation
        return None, [*found, rules.BAD_HEADER.found(top, message, help)]
    body = text[match.end() :]
    if len(body) > MAX_TEXT:
        message = f"The text has {len(body):,} characters."
        found.append(rules.TEXT_TOO_LONG.found(top, message, rules.TEXT_TOO_LONG.explanation))
    value, refused = strict_yaml.parse(header_of(data), path)
    if refused:
        return None, [*found, *refused]
    document, refused = validate(PageHeader, value, path, context)
    page = Page(slug, language, path, document.title, body) if document else None
    return page, [*found, *refused]
