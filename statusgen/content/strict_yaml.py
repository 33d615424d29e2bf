"""YAML read strictly: plain values for a good file, a finding with its place for a bad one.

libyaml's events are put together here, so that nothing is typed by its looks:
every scalar stays the text that was written (``17:30`` is no number, ``no`` no
boolean), and the field that takes it decides what it means. Only an empty or
``null`` plain scalar is None.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from statusgen.content import rules
from statusgen.content.files import MAX_BYTES
from statusgen.findings import Finding, Key, Place, Rule, Span

Value = dict[str, "Value"] | list["Value"] | str | None

MAX_DEPTH = 16
"""Deeper nesting is refused; the deepest document of the format is 6 deep."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# Controls, surrogates, non-characters, and the line breaks that YAML knows but editors do not
# count: only a newline may stand, and a carriage return before it.
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|\r(?!\n)"
)
_PLAIN = bytes([*b"\n", *range(0x20, 0x7F)])

# "#" that touches what follows is meant as text ("Ticket #12"); comments have a space there.
_CUT_OFF = re.compile(r"[ ]+#[^\s#]")


class Refused(Exception):
    """A file that cannot be taken, with the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def parse(data: bytes, path: str) -> tuple[Value, list[Finding]]:
    """The value of the one document in ``data``; None with findings when it has none."""
    try:
        return _compose(decode(data, path), path), []
    except Refused as refusal:
        return None, [refusal.finding]
    except yaml.MarkedYAMLError as error:
        return None, [_syntax_finding(error, path)]
    except yaml.YAMLError as error:
        return None, [rules.SYNTAX.found(Span.top(path), f"This is no YAML: {error}.")]


def decode(data: bytes, path: str) -> str:
    """The text of a file; raises Refused for a wrong size, encoding or character."""
    if len(data) > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES // 1024} kB."
        _refuse(rules.TOO_LARGE, Span.top(path), message)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        last = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[last : error.start].decode("utf-8", "replace")) + 1
        _refuse(
            rules.ENCODING,
            Span(path, line, column, line, column + 1),
            "The file is not UTF-8 text.",
        )
    # Nearly every file holds nothing else, which is seen ten times as quickly.
    forbidden = _FORBIDDEN.search(text) if data.translate(None, _PLAIN) else None
    if forbidden:
        line = text.count("\n", 0, forbidden.start()) + 1
        column = forbidden.start() - text.rfind("\n", 0, forbidden.start())
        span = Span(path, line, column, line, column + 1)
        _refuse(rules.CHARACTER, span, f"There is {_named(forbidden[0])} here.")
    return text


def forbidden_in(text: str) -> str | None:
    """The first character that no text may hold, named for a message; None when all may be."""
    forbidden = _FORBIDDEN.search(text)
    return _named(forbidden[0]) if forbidden else None


def _named(character: str) -> str:
    return "a tab" if character == "\t" else f"the character U+{ord(character):04X}"


def _compose(text: str, path: str) -> Value:
    parser = CParser(text)
    # Text that nothing ends is marked to end on the line after the last.
    composer = _Composer(path, f"{text}\n".split("\n") if "#" in text else None)
    while type(event := parser.get_event()) is not StreamEndEvent:
        composer.take(event)
    return composer.documents[0] if composer.documents else None


class _Composer:
    """Puts the events of a file together, and refuses what the format leaves out."""

    def __init__(self, path: str, lines: list[str] | None) -> None:
        self.path = path
        self.lines = lines
        self.documents: list[Value] = []
        self.container: dict[str, Value] | list[Value] = self.documents
        self.key: str | None = None
        self.outer: list[tuple[dict[str, Value] | list[Value], str | None]] = []

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is ScalarEvent:
            # Nearly every event is a plain word: it goes by with the fewest calls.
            plain = not (event.style or event.anchor or event.tag or self.lines)
            value = event.value if plain else self.scalar(event)
            self.add(None if plain and value in _NULLS else value, event)
        elif kind is MappingStartEvent:
            self.open({}, event)
        elif kind is SequenceStartEvent:
            self.open([], event)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            self.close(event)
        elif kind is AliasEvent:
            self.refuse(rules.EXTRAS, event, f"There is an alias (*{event.anchor}) here.")
        elif kind is DocumentStartEvent and self.documents:
            self.refuse(rules.DOCUMENTS, event, "A second document starts here.")

    def scalar(self, event: Any) -> str | None:
        self.refuse_extras(event)
        if event.style:
            self.refuse_escaped(event)
            return str(event.value)
        if self.lines:
            self.refuse_cut_off(event, self.lines)
        return None if event.value in _NULLS else str(event.value)

    def refuse_escaped(self, event: Any) -> None:
        forbidden = _FORBIDDEN.search(event.value) if event.style == '"' else None
        if forbidden:
            self.refuse(rules.CHARACTER, event, f"There is {_named(forbidden[0])} in this.")

    def refuse_cut_off(self, event: Any, lines: list[str]) -> None:
        line, column = lines[event.end_mark.line], event.end_mark.column
        if _CUT_OFF.match(line, column):
            rest = line[column:].strip()[:20]
            message = f"The text ends before `{rest}`, which reads as a comment."
            self.refuse(rules.COMMENT_IN_TEXT, event, message)

    def open(self, container: dict[str, Value] | list[Value], event: Any) -> None:
        self.refuse_extras(event)
        if len(self.outer) == MAX_DEPTH:
            self.refuse(rules.TOO_DEEP, event, f"This is more than {MAX_DEPTH} levels deep.")
        if type(self.container) is dict and self.key is None:
            self.refuse(rules.KEY, event, "A key must be plain text.")
        self.outer.append((self.container, self.key))
        self.container, self.key = container, None

    def close(self, event: Any) -> None:
        value = self.container
        self.container, self.key = self.outer.pop()
        self.add(value, event)

    def add(self, value: Value, event: Any) -> None:
        if type(self.container) is list:
            self.container.append(value)
        elif type(self.container) is dict:
            if self.key is not None:
                self.container[self.key] = value
                self.key = None
            elif not isinstance(value, str):
                self.refuse(rules.KEY, event, "A key must be plain text.")
            elif value in self.container:
                self.refuse(rules.DUPLICATE_KEY, event, f"`{value}` stands here again.")
            elif value == "<<" and not event.style:
                self.refuse(rules.EXTRAS, event, "There is a merge key (<<) here.")
            else:
                self.key = value

    def refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self.refuse(rules.EXTRAS, event, f"There is an anchor (&{event.anchor}) here.")
        if event.tag is not None and event.tag != "!":
            self.refuse(rules.EXTRAS, event, f"There is a tag ({event.tag}) here.")

    def refuse(self, rule: Rule, event: Any, message: str) -> NoReturn:
        _refuse(rule, _between(self.path, event.start_mark, event.end_mark), message)


def _refuse(rule: Rule, span: Span, message: str) -> NoReturn:
    raise Refused(rule.found(span, message, rule.explanation))


def _between(path: str, start: Any, end: Any) -> Span:
    return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _syntax_finding(error: yaml.MarkedYAMLError, path: str) -> Finding:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = ", ".join(part for part in (error.problem, error.context) if part)
    message = f"This is no YAML: {said}."
    span = Span(path, line, column, line, column + 1)
    return rules.SYNTAX.found(span, message, _SYNTAX_HELP.get(error.problem or "", _CHECK))


_CHECK = "Check the indentation, quotes and brackets here and on the line before."
_SYNTAX_HELP = {
    "mapping values are not allowed in this context": (
        "There is a `: ` inside a text, or a line that is indented too far. Put quotes round the "
        'text (`title: "Voorbeeld: x"`); items of a list begin with `- `.'
    ),
}


class Positions:
    """Where the values of a file that ``parse`` took are, found once for all that is asked."""

    def __init__(self, data: bytes, path: str) -> None:
        self.path = path
        self.items: dict[int, dict[Key, tuple[yaml.Node, yaml.Node]]] = {}
        try:
            self.root = yaml.compose(decode(data, path), Loader=yaml.CSafeLoader)
        except (yaml.YAMLError, Refused):
            self.root = None

    def span(self, place: Place) -> Span:
        """The place; the nearest value above it where that is not in the file."""
        if self.root is None:
            return Span.top(self.path)
        node = shown = self.root
        for depth, key in enumerate(place.keys):
            if key not in self.items_of(node):
                break
            name, node = self.items_of(node)[key]
            last = depth == len(place.keys) - 1
            shown = name if last and place.part == "key" else node
        return _between(self.path, *_first_words(shown))

    def items_of(self, node: yaml.Node) -> dict[Key, tuple[yaml.Node, yaml.Node]]:
        """What is in a mapping by key, in a list by number."""
        if id(node) not in self.items:
            found: dict[Key, tuple[yaml.Node, yaml.Node]] = {}
            if isinstance(node, yaml.MappingNode):
                found = {name.value: (name, value) for name, value in node.value}
            elif isinstance(node, yaml.SequenceNode):
                found = {index: (value, value) for index, value in enumerate(node.value)}
            self.items[id(node)] = found
        return self.items[id(node)]


def _first_words(node: yaml.Node) -> tuple[Any, Any]:
    """The marks of a value: of a block mapping or list only its first key or item.

    A caret under a whole block would say nothing.
    """
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        first = node.value[0]
        node = first[0] if isinstance(first, tuple) else first
    return node.start_mark, node.end_mark
