"""Markdown, as people write it in announcements, into safe HTML and into plain text.

Content is not trusted: raw HTML is shown as the text it is, and what Python-Markdown makes of
the rest still passes an allow-list. A body holds nothing that a page would load by itself, no
identifiers, and no heading above the third level, for the page around it owns the first two.

The language is Markdown with fenced code and tables, less what an update does not need: of an
image only the alternative text is kept (a status page asks nothing of third parties), and links
by reference stay as written. Bare web addresses become links.

No text raises, and none takes long: Python-Markdown by itself takes minutes over twenty thousand
opening brackets. What stands in below for a part of it says which growth it bounds.
"""

from __future__ import annotations

import functools
import html
import re
import threading
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.blockprocessors import HashHeaderProcessor, ParagraphProcessor
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import (
    AutolinkInlineProcessor,
    BacktickInlineProcessor,
    ImageInlineProcessor,
    LinkInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor

MAX_CHARS = 20_000
"""A longer text, in characters, is not read as Markdown but shown as it is written."""
MAX_DEPTH = 12
"""Lists and quotes nested deeper become paragraphs."""
MAX_ROW = 1_000
"""A table with a longer row, in characters, is none."""

TAGS = frozenset(
    "p br hr strong em code pre blockquote ul ol li h3 h4 h5 h6 a table thead tbody tr th td".split()
)
"""The elements that a body may hold."""
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
"""The attributes that content may give them; links get ``rel`` as well."""
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""What a link may lead to, besides addresses within the site."""

_MARKUP = re.compile(
    r"""
    [\\`*_\[\]<>&#|~=]       # what Markdown or HTML may give a meaning
    | [^\S\ \n]              # white space that one of them would change
    | \ \ | \ $ | ^[\ +-]    # line breaks, indentation, lists, rules
    | ^\d+\.                 # numbered lists
    | ://                    # addresses
    """,
    re.VERBOSE | re.MULTILINE,
)
# Controls, surrogates and non-characters: what HTML and XML cannot carry. Content with such a
# character is refused where it is read, but `&#1;` makes one too.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_BLOCK = re.compile(r"<(?!/?(?:a|em|strong|code)[ >])")

_SANITIZER = nh3.Cleaner(
    tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer"
)
_STRIPPER = nh3.Cleaner(tags=frozenset())
_parsers = threading.local()


@functools.lru_cache(maxsize=256)
def to_html(text: str) -> str:
    """Return the body that ``text`` means: made of ``TAGS`` only, and fit for XML as well."""
    text = _UNFIT.sub("\ufffd", text)
    if len(text) > MAX_CHARS:
        return _paragraphs(html.escape(text, quote=False))
    return _convert(text) if _MARKUP.search(text) else _paragraphs(text)


def to_text(text: str) -> str:
    """Return what a reader of ``to_html(text)`` sees, as one line."""
    spaced = _BLOCK.sub(" <", to_html(text))
    return " ".join(html.unescape(_STRIPPER.clean(spaced)).split())


def summary(text: str, limit: int) -> str:
    """Return ``to_text(text)`` in at most ``limit`` characters, cut after a whole word."""
    line = to_text(text)
    if len(line) <= limit:
        return line
    cut = line[:limit].rpartition(" ")[0] or line[: limit - 1]
    return cut.rstrip(" ,;:.") + "…"


def _paragraphs(text: str) -> str:
    """Return what ``_convert`` returns for text without markup, in a fraction of the time."""
    return "\n".join(f"<p>{part}</p>" for part in re.split(r"\n{2,}", text.strip("\n")) if part)


def _convert(text: str) -> str:
    return _UNFIT.sub("\ufffd", _SANITIZER.clean(_parser().reset().convert(text)))


def _parser() -> markdown.Markdown:
    """Return this thread's parser: making one takes longer than using it."""
    if not hasattr(_parsers, "parser"):
        _parsers.parser = markdown.Markdown(
            extensions=[SaneListExtension(), _Dialect()], output_format="html"
        )
    parser: markdown.Markdown = _parsers.parser
    return parser


class _Dialect(Extension):
    """Markdown as content may use it."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(_FencedCode(md, {}), "fenced_code_block", 25)
        blocks = md.parser.blockprocessors
        blocks.deregister("setextheader")
        blocks.deregister("reference")
        blocks.register(_TooDeep(md.parser), "too_deep", 110)
        blocks.register(_Table(md.parser, {"use_align_attribute": True}), "table", 75)
        blocks.register(_Heading(md.parser), "hashheader", 70)
        md.treeprocessors.register(_Demotion(md), "demotion", 5)
        self._extend_inline(md)

    def _extend_inline(self, md: markdown.Markdown) -> None:
        inline = md.inlinePatterns
        for name in (
            *("reference", "short_reference", "image_reference", "short_image_ref"),
            *("html", "entity"),
        ):
            inline.deregister(name)
        inline.register(BacktickInlineProcessor(_CODE), "backtick", 190)
        inline.register(LinkInlineProcessor(r"(?<!!)" + _LINK, md), "link", 160)
        inline.register(_AlternativeText("!" + _LINK, md), "image_link", 150)
        inline.register(_Address(r"<(https?://[^\s<>]+)>", md), "autolink", 120)
        inline.register(_Address(_BARE_ADDRESS, md), "bare_address", 105)


# As in the library, but a run of ticks is tried from its first tick only: each try that fails
# has read the text to its end.
_CODE = r"(?:(?<!\\)((?:\\{2})+)(?=`+)|(?<![\\`])`)"
# The library takes any bracket for a link and reads on for its other half, often to the end of
# the text. So it only sees those brackets that a whole link follows.
_LINK = (
    r"\[(?=(?:[^\[\]]++|\[[^\[\]]*+\])*+\]"  # text
    r"\([ \n]*(?:<[^<>\n]++>|(?:[^\s()<>\"']|\([^\s()<>\"']*+\))++)"  # address
    r"(?:[ \n]++(?:\"[^\"]*+\"|'[^']*+'))?+[ ]*\))"  # title
)
_BARE_ADDRESS = r"""(https?://(?:[^\s()<>\x02\x03]|\([^\s()<>\x02\x03]*\))*[^\s()<>\x02\x03.,:;!?'"*_])"""


class _AlternativeText(ImageInlineProcessor):
    """An image becomes what its author says that it shows."""

    def handleMatch(self, m, data):
        element, start, end = super().handleMatch(m, data)
        return (None if element is None else element.get("alt")), start, end


class _Address(AutolinkInlineProcessor):
    """An address becomes a link, unless it is the text of one."""

    ANCESTOR_EXCLUDES = ("a",)


class _FencedCode(FencedBlockPreprocessor):
    """Fenced code without options, which are tried in all ways for minutes.

    A block that is not closed goes on to the end of the text (as in CommonMark), so that a
    fence is never looked for in vain.
    """

    FENCED_BLOCK_RE = re.compile(
        r"^(?P<fence>`{3,}|~{3,})(?P<lang>[^`\n]*)\n(?P<code>.*?)(?:^(?P=fence)[ ]*$|\Z)"
        r"(?P<attrs>(?!))?(?P<hl_lines>(?!))?",
        re.MULTILINE | re.DOTALL,
    )


class _TooDeep(ParagraphProcessor):
    """Each level costs several frames of the interpreter's stack, of which there are few."""

    def test(self, parent: Element, block: str) -> bool:
        return len(self.parser.state) > MAX_DEPTH


class _Heading(HashHeaderProcessor):
    """A heading has a space after its marks: `#4711` is a number."""

    RE = re.compile(
        r"(?:^|\n)(?P<level>#{1,6})[ ](?P<header>(?:\\.|[^#\n]|#+(?=[^#\n]))*+)#*(?:\n|$)"
    )

    def test(self, parent: Element, block: str) -> bool:
        return "#" in block and super().test(parent, block)


class _Table(TableProcessor):
    """A table whose cells are no more than its characters.

    Every row gets all columns of the first, so a wide head over a thousand empty rows would
    grow into millions of cells. Long rows of ticks take the library quadratic time.
    """

    def test(self, parent: Element, block: str) -> bool:
        head, _, rest = block.partition("\n")
        if "|" not in head or not super().test(parent, head + "\n" + rest.partition("\n")[0]):
            return False
        rows = block.split("\n")
        return len(rows) * len(self.separator) <= len(block) and max(map(len, rows)) <= MAX_ROW


class _Demotion(Treeprocessor):
    """The first level in a text is the third of a page."""

    LEVELS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}

    def run(self, root: Element) -> None:
        for element in root.iter():
            element.tag = self.LEVELS.get(element.tag, element.tag)
