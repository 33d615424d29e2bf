"""Markdown, as people write it in announcements, into safe HTML and into plain text.

Content is not trusted: raw HTML is shown as the text it is, and what Python-Markdown makes of
the rest still passes an allow-list. A body holds nothing that a page would load by itself, no
identifiers, and no heading above the third level, for the page around it owns the first two.

The language is Markdown with fenced code and tables, and bare web addresses are links. It lacks
what an update does not need: of an image only the alternative text is kept (a status page asks
nothing of third parties), headings are written with `# `, and links carry their own address.

No text raises, and none takes long: Python-Markdown by itself takes minutes over twenty thousand
opening brackets; dialect.py says how that is bounded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

import nh3
from msgspec import Struct

MAX_CHARS = 20_000
"""A longer text, in characters, is not read as Markdown but shown as it is written."""

TAGS = frozenset(
    {
        *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
        *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
    }
)
"""The elements that a body is made of."""
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
"""The attributes that content may give them; a link has ``rel`` as well."""
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""What a link may lead to, besides addresses within the site."""
LINK_REL = "noopener noreferrer"
"""A page that is linked to learns nothing of where its reader comes from."""

# Controls, surrogates and non-characters, which HTML or XML cannot carry. Content with one is
# refused where it is read, but `&#1;` makes one too.
_UNFIT_CHARS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_UNFIT = re.compile(f"[{_UNFIT_CHARS}]")
# What Markdown or HTML may give a meaning, and white space that one of them changes.
_SPECIAL = re.compile(
    r"[\\`*_\[\]<>&#|~=\t\r\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    f"{_UNFIT_CHARS}]"
)
# Indentation, lists and rules.
_LAYOUT = re.compile(r"\n[ +\-\d]")
# Stressed words, the commonest markup. Where each star is one of these, none is of anything else.
_STRESSED = re.compile(r"\*\*(?<!\*\*\*)([^\s*](?:[^*\n]*[^\s*])?)\*\*(?!\*)")
_BLANK_LINES = re.compile(r"\n{2,}")

_HEADING = re.compile("(</?h)([3-6])>")


class Body(Struct, frozen=True):
    """What a text means: as HTML made of ``TAGS`` only, and what a reader sees of that as one
    line."""

    html: str
    plain: str


# Several outputs show the same text, a month at a time.
_MOST = 256
converted: dict[str, Body] = {}
"""What texts with more than the commonest markup mean, of the last that were read: who knows it
from an earlier run of the same program can add it, for Python-Markdown takes long to start."""


def learn(bodies: Mapping[str, Body]) -> None:
    """Have at hand what somebody else converted, as far as there is room."""
    converted.update(islice(bodies.items(), max(0, _MOST - len(converted))))


def read(text: str) -> Body:
    """The body that ``text`` means."""
    if len(text) > MAX_CHARS:
        return _body(_paragraphs(html.escape(_UNFIT.sub("\ufffd", text), quote=False)))
    return _short(text) or _converted_once(text)


def shortened(line: str, limit: int) -> str:
    """A line of plain text in at most ``limit`` characters, cut after a whole word."""
    if len(line) <= limit:
        return line
    whole_words = line[:limit].rpartition(" ")[0]
    return (whole_words or line[: limit - 1]).rstrip(" ,;:.") + "…"


def absolute(body: str, base: str) -> str:
    """The HTML of a body, with each address within the site resolved against ``base``.

    For feeds and mail, which are read elsewhere. ``base`` is an absolute address.
    """
    return _sanitizer(base).clean(body)


def raised(body: str) -> str:
    """Return the HTML of a body with its headings a level higher, for a page of its own."""
    return _HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) - 1}>", body)


def _short(text: str) -> Body | None:
    """What ``_convert`` makes of text without markup but stressed words, in a fraction of the
    time; None for any other."""
    bare, stressed = text, text
    if "*" in text:
        bare = _STRESSED.sub(r"\1", text)
        stressed = _STRESSED.sub(r"<strong>\1</strong>", text)
    lines = f"\n{bare}\n"
    if _SPECIAL.search(bare) or _LAYOUT.search(lines):
        return None
    if "  " in lines or " \n" in lines or "://" in lines:  # Line breaks; addresses.
        return None
    if bare and "\n" not in bare:
        return Body(f"<p>{stressed}</p>", bare)
    return Body(_paragraphs(stressed), _line(bare))


def _paragraphs(text: str) -> str:
    parts = _BLANK_LINES.split(text.strip("\n"))
    return "\n".join([f"<p>{part}</p>" for part in parts if part])


def _line(text: str) -> str:
    return " ".join(text.split())


def _converted_once(text: str) -> Body:
    body = converted.get(text)
    if body is None:
        if len(converted) >= _MOST:
            converted.clear()
        body = converted[text] = _convert(text)
    return body


def _convert(text: str) -> Body:
    # Most texts take the short way, and a build whose new texts all do needs no library.
    from statusgen.dialect import converted

    made = converted(_UNFIT.sub("\ufffd", text))
    return _body(_UNFIT.sub("\ufffd", _sanitizer().clean(made)))


def _body(formatted: str) -> Body:
    return Body(formatted, _line(html.unescape(_stripper().clean(formatted))))


@lru_cache(maxsize=8)
def _sanitizer(base: str = "") -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        url_relative=("rewrite_with_base", base) if base else "pass_through",
        link_rel=LINK_REL,
    )


@lru_cache(maxsize=1)
def _stripper() -> nh3.Cleaner:
    return nh3.Cleaner(tags=frozenset())
