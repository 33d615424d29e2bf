"""Markdown, as people write it in announcements, into safe HTML and into plain text.

Content is not trusted: raw HTML is shown as the text it is, and what Python-Markdown makes of
the rest still passes an allow-list. A body holds nothing that a page would load by itself, no
identifiers, and no heading above the third level, for the page around it owns the first two.

The language is Markdown with fenced code and tables, and bare web addresses are links. It lacks
what an update does not need: of an image only the alternative text is kept (a status page asks
nothing of third parties), headings are written with `# `, and links carry their own address.

No text raises, and none takes long: Python-Markdown by itself takes minutes over twenty thousand
opening brackets. What stands in below for a part of it says which growth it bounds.
"""

from __future__ import annotations

import html
import re
import threading
from functools import lru_cache
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor, HashHeaderProcessor, ParagraphProcessor
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import (
    AutolinkInlineProcessor,
    BacktickInlineProcessor,
    LinkInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from msgspec import Struct

MAX_CHARS = 20_000
"""A longer text, in characters, is not read as Markdown but shown as it is written."""
MAX_DEPTH = 12
"""Lists and quotes nested deeper become paragraphs."""
MAX_ROW = 1_000
"""A table with a longer row, in characters, is shown as it is written."""

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

_parsers = threading.local()


class Body(Struct, frozen=True):
    """What a text means: as HTML made of ``TAGS`` only, and what a reader sees of that as one
    line."""

    html: str
    plain: str


def read(text: str) -> Body:
    """The body that ``text`` means."""
    if len(text) > MAX_CHARS:
        return _body(_paragraphs(html.escape(_UNFIT.sub("\ufffd", text), quote=False)))
    return _short(text) or _convert(text)


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


# Several outputs show the same text, a month at a time.
@lru_cache(maxsize=256)
def _convert(text: str) -> Body:
    converted = _parser().reset().convert(_UNFIT.sub("\ufffd", text))
    return _body(_UNFIT.sub("\ufffd", _sanitizer().clean(converted)))


def _body(formatted: str) -> Body:
    return Body(formatted, _line(html.unescape(_stripper().clean(formatted))))


def _parser() -> Markdown:
    """The parser of this thread: making one takes longer than using it."""
    if not hasattr(_parsers, "parser"):
        extensions = [SaneListExtension(), _Dialect()]
        _parsers.parser = Markdown(extensions=extensions, output_format="html")
    parser: Markdown = _parsers.parser
    return parser


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


class _Dialect(Extension):
    """Markdown as content is written in it."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(_FencedCode(md, {}), "fenced_code_block", 25)
        md.treeprocessors.register(_Demotion(md), "demotion", 5)
        self._extend_blocks(md)
        self._extend_inline(md)

    def _extend_blocks(self, md: Markdown) -> None:
        blocks = md.parser.blockprocessors
        blocks.deregister("setextheader")
        blocks.deregister("reference")
        blocks.register(_TooDeep(md.parser), "too_deep", 110)
        blocks.register(_Table(md.parser, {"use_align_attribute": True}), "table", 75)
        blocks.register(_Heading(md.parser), "hashheader", 70)
        blocks.register(_ListAfterText(md.parser), "list_after_text", 25)

    def _extend_inline(self, md: Markdown) -> None:
        inline = md.inlinePatterns
        for name in ("reference", "short_reference", "image_reference", "short_image_ref"):
            inline.deregister(name)
        inline.deregister("html")
        inline.deregister("entity")
        inline.register(BacktickInlineProcessor(_CODE), "backtick", 190)
        inline.register(LinkInlineProcessor(r"(?<!!)" + _LINK, md), "link", 160)
        inline.register(_AlternativeText("!" + _LINK, md), "image_link", 150)
        inline.register(_Address(r"<(https?://[^\s<>]+)>", md), "autolink", 120)
        inline.register(_Address(_BARE_ADDRESS, md), "bare_address", 105)


# As in the library, but a run of ticks is tried from its first tick only: each try that fails
# has read the text to its end.
_CODE = r"(?:(?<!\\)((?:\\{2})+)(?=`+)|(?<![\\`])`)"
# The library takes any bracket for a link and reads on for its other half, often to the end of
# the text. Here it only gets to see a bracket that a whole link follows.
_LINK = (
    r"\[(?=(?:[^\[\]]++|\[[^\[\]]*+\])*+\]"  # text
    r"\([ \n]*(?:<[^<>\n]++>|(?:[^\s()<>\"']|\([^\s()<>\"']*+\))++)"  # address
    r"(?:[ \n]++(?:\"[^\"]*+\"|'[^']*+'))?+[ ]*\))"  # title
)
# Brackets belong to an address in pairs; the mark that ends a sentence does not. Control
# characters are the library's own, for what it has found already.
_BARE_ADDRESS = (
    r"((?i:https?)://(?:[^\s()<>\x02\x03]|\([^\s()<>\x02\x03]*\))*"
    r"(?:[^\s()<>\x02\x03.,:;!?'\"*_]|\([^\s()<>\x02\x03]*\)))"
)


class _AlternativeText(LinkInlineProcessor):
    """An image becomes what its author says that it shows."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        text, index, _ = self.getText(data, m.end())
        _, _, end, is_whole = self.getLink(data, index)
        return (self.unescape(text), m.start(), end) if is_whole else (None, None, None)


class _Address(AutolinkInlineProcessor):
    """An address becomes a link, unless it is the text of one."""

    ANCESTOR_EXCLUDES = ("a",)


class _FencedCode(FencedBlockPreprocessor):
    """Fenced code, of which the library's pattern also tries all options, for minutes.

    A block that is not closed goes on to the end of the text (as in CommonMark), so that no
    fence is looked for in vain. The two last groups are there for the library and never match.
    """

    FENCED_BLOCK_RE = re.compile(
        r"^(?P<fence>`{3,}|~{3,})(?P<lang>[^`\n]*)\n(?P<code>.*?)"
        r"(?:^(?P=fence)[ ]*$|(?=\n{1,2}\Z))(?P<attrs>(?!))?(?P<hl_lines>(?!))?",
        re.MULTILINE | re.DOTALL,
    )


class _TooDeep(ParagraphProcessor):
    """Each level costs several frames of the interpreter's stack, of which there are few."""

    def test(self, parent: Element, block: str) -> bool:  # noqa: ARG002
        return len(self.parser.state) > MAX_DEPTH


class _Heading(HashHeaderProcessor):
    """A heading has a space after its marks: `#4711` is a number."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ ](?P<header>[^\n]*[^#\s])[ ]*#*[ ]*(?:\n|$)")

    def test(self, parent: Element, block: str) -> bool:
        return "#" in block and super().test(parent, block)


class _ListAfterText(BlockProcessor):
    """A list may follow its introduction without an empty line (as in CommonMark)."""

    ITEM = re.compile(r"\n(?=[ ]{0,3}(?:[*+-]|1\.)[ ]+\S)")

    def test(self, parent: Element, block: str) -> bool:  # noqa: ARG002
        return bool(self.ITEM.search(block))

    def run(self, parent: Element, blocks: list[str]) -> None:
        text, items = self.ITEM.split(blocks.pop(0), 1)
        self.parser.parseBlocks(parent, [text])
        blocks.insert(0, items)


class _Table(TableProcessor):
    """A table of no more cells than characters.

    Every row gets all columns of the first, so that a wide head over a thousand empty rows
    would grow into millions of cells. Ticks in long rows take the library quadratic time.
    """

    def test(self, parent: Element, block: str) -> bool:
        head, _, rest = block.partition("\n")
        start = head + "\n" + rest.partition("\n")[0]
        if len(start) > 2 * MAX_ROW or not super().test(parent, start):
            return False
        rows = block.split("\n")
        return len(rows) * len(self.separator) <= len(block) and max(map(len, rows)) <= MAX_ROW


_DEMOTED = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}


class _Demotion(Treeprocessor):
    """The first level of a text is the third of its page."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            element.tag = _DEMOTED.get(element.tag, element.tag)
