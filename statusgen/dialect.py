"""Markdown as content is written in it, in terms of Python-Markdown.

What stands in here for a part of the library says which growth it bounds. Setting up the library
takes longer than most texts do, which need nothing of it: it is for the texts that do.
"""

from __future__ import annotations

import re
import threading
from xml.etree.ElementTree import Element

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

MAX_DEPTH = 12
"""Lists and quotes nested deeper become paragraphs."""
MAX_ROW = 1_000
"""A table with a longer row, in characters, is shown as it is written."""

_parsers = threading.local()


def converted(text: str) -> str:
    """The HTML that a text means, as yet untrusted."""
    html: str = _parser().reset().convert(text)
    return html


def _parser() -> Markdown:
    """The parser of this thread: making one takes longer than using it."""
    if not hasattr(_parsers, "parser"):
        extensions = [SaneListExtension(), _Dialect()]
        _parsers.parser = Markdown(extensions=extensions, output_format="html")
    parser: Markdown = _parsers.parser
    return parser


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
