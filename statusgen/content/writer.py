"""Content to YAML: whole new files, and single items put into files that people wrote.

Into an existing file lines are only inserted: what stands there stays byte for byte, with
its comments, quotes and order. The result is read back before it is given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

import yaml
from yaml.resolver import Resolver

from statusgen.content.strict_yaml import Positions, Value, parse

Node = str | Sequence["Node"] | Mapping[str, "Node"]
"""What is written: text, a list, or a mapping in the order of its keys."""

_TAB = "  "
# Narrower than YAML: what is in doubt is quoted.
_PLAIN = re.compile(r"\w(?:[\w .,;()/'\"%&+=!?@’–-]|:(?=[\w/]))*(?<! )")
_WORD = re.compile(r"[\w.+:-]+")
_LONGEST_FLOW = 80
_BYTE_ORDER_MARK = "\ufeff"


class CannotInsert(Exception):
    """The file is written in a way that nothing can be put into without touching its lines."""


def document(fields: Mapping[str, Node], head: Sequence[str] = ()) -> bytes:
    """A new file that holds these fields, below the lines of ``head``."""
    lines = [*head, *_fields(fields, "")]
    return "".join(f"{line}\n" for line in lines).encode()


def item(node: Node) -> str:
    """An item of a list as it would stand in a file, for people to copy."""
    return "\n".join(_item(node, _TAB))


def appended(data: bytes, path: str, key: str, node: Node) -> bytes:
    """The file with one more item in the list at ``key`` of its mapping.

    A list that is not there yet is added. Raises CannotInsert where lines would have to
    change; the file is one that ``parse`` takes.
    """
    text = data.decode("utf-8")
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    text = text.removeprefix(mark)
    newline = "\r\n" if "\r\n" in text else "\n"
    at, inserted = _Insertion(text, Positions(data, path).root).of(key, node)
    if at == len(text) and not text.endswith("\n"):
        at, text = at + len(newline), text + newline
    result = (mark + text[:at] + inserted.replace("\n", newline) + text[at:]).encode()
    before, after = parse(text.encode(), path)[0], parse(result, path)[0]
    if not isinstance(before, dict) or after != _with_item(before, key, _plain(node)):
        raise CannotInsert("the lines around it would mean something else")
    return result


def _with_item(before: dict[str, Value], key: str, item: Value) -> dict[str, Value] | None:
    present = before.get(key) or []
    return {**before, key: [*present, item]} if isinstance(present, list) else None


def _plain(node: Node) -> Value:
    """The node as ``parse`` gives it back."""
    if isinstance(node, str):
        return node
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items()}
    return [_plain(part) for part in node]


class _Insertion:
    """Where a new item goes, and what is put there."""

    def __init__(self, text: str, root: yaml.Node | None) -> None:
        if not isinstance(root, yaml.MappingNode):
            raise CannotInsert("the file holds no mapping")
        self.text = text
        self.root = root
        self.lines = text.splitlines(keepends=True)

    def of(self, key: str, node: Node) -> tuple[int, str]:
        """(offset, text) that adds the item to the list at the key."""
        found = next((value for name, value in self.root.value if name.value == key), None)
        if found is None:
            return self.new_key(key, node)
        if isinstance(found, yaml.SequenceNode):
            return self.new_item(found, node)
        if found.start_mark.index != found.end_mark.index:
            raise CannotInsert(f"`{key}` holds something else than a list")
        return self.first_item(found, node)

    def new_key(self, key: str, node: Node) -> tuple[int, str]:
        if self.root.flow_style:
            rest = ", " if self.root.value else ""
            return self.offset(self.root.start_mark) + 1, f"{key}: [{_flow(node)}]{rest}"
        indent = " " * self.root.start_mark.column
        lines = _fields({key: [node]}, indent)
        return self.line_offset(self.line_after(self.root)), _joined(lines)

    def new_item(self, list_node: yaml.SequenceNode, node: Node) -> tuple[int, str]:
        if not list_node.flow_style:
            indent = " " * list_node.start_mark.column
            return self.line_offset(self.line_after(list_node)), _joined(_item(node, indent))
        if not list_node.value:
            return self.offset(list_node.start_mark) + 1, _flow(node)
        return self.offset(list_node.value[-1].end_mark), f", {_flow(node)}"

    def first_item(self, nothing: yaml.Node, node: Node) -> tuple[int, str]:
        if self.root.flow_style:
            at = self.offset(nothing.start_mark)
            space = "" if self.text[at - 1] == " " else " "
            return at, f"{space}[{_flow(node)}]"
        indent = " " * self.root.start_mark.column + _TAB
        return self.line_offset(nothing.start_mark.line + 1), _joined(_item(node, indent))

    def line_after(self, node: yaml.CollectionNode) -> int:
        """The line behind the words of a block and the comments inside it."""
        line = after = self.last_line(node) + 1
        inside = " " * (node.start_mark.column + 1)
        for number, text in enumerate(self.lines[line:], start=line + 1):
            if text.startswith(inside) and text.lstrip().startswith("#"):
                after = number
            elif text.strip():
                break
        return after

    def last_line(self, node: yaml.Node) -> int:
        """The line of a value's last words: a block ends only where the next thing begins."""
        while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            node = last[1] if isinstance(last, tuple) else last
        end: int = node.end_mark.line
        if not isinstance(node, yaml.ScalarNode) or node.style not in ("|", ">"):
            return end
        last_line = end if node.end_mark.column else end - 1
        if "+" in self.lines[node.start_mark.line][node.start_mark.column :][:3]:
            return last_line
        while not self.lines[last_line].strip():
            last_line -= 1
        return last_line

    def offset(self, mark: yaml.Mark) -> int:
        return self.line_offset(mark.line) + int(mark.column)

    def line_offset(self, line: int) -> int:
        return sum(map(len, self.lines[:line]))


def _joined(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _fields(fields: Mapping[str, Node], indent: str) -> Iterator[str]:
    for key, node in fields.items():
        yield from _entry(f"{indent}{key}:", node, indent)


def _item(node: Node, indent: str) -> Iterator[str]:
    if isinstance(node, Mapping) and _on_one_line(node) is None:
        first, *rest = _fields(node, indent + _TAB)
        yield f"{indent}- {first.lstrip()}"
        yield from rest
    else:
        yield from _entry(f"{indent}-", node, indent)


def _entry(head: str, node: Node, indent: str) -> Iterator[str]:
    """The lines of a key or a dash and what follows it."""
    short = _on_one_line(node)
    if short is not None:
        yield f"{head} {short}"
    elif isinstance(node, str):
        yield f"{head} |{_indicators(node)}"
        body = node[:-1] if node.endswith("\n") else node
        yield from (indent + _TAB + line if line else "" for line in body.split("\n"))
    elif isinstance(node, Mapping):
        yield head
        yield from _fields(node, indent + _TAB)
    else:
        yield head
        for part in node:
            yield from _item(part, indent + _TAB)


def _indicators(text: str) -> str:
    """What follows the ``|`` so that spaces in front and the last line break are as said."""
    indentation = str(len(_TAB)) if re.match(r"\n* ", text) else ""
    return indentation if text.endswith("\n") else f"{indentation}-"


def _on_one_line(node: Node) -> str | None:
    """Text of one line, or a few words in brackets; None for what takes lines of its own."""
    if isinstance(node, str):
        # Empty lines at the end would run on into those that follow in the file.
        is_block = "\n" in node.removesuffix("\n") and not node.endswith("\n\n")
        return None if is_block else _scalar(node)
    leaves = node.values() if isinstance(node, Mapping) else node
    if all(isinstance(leaf, str) and _WORD.fullmatch(leaf) for leaf in leaves):
        short = _flow(node)
        return short if len(short) <= _LONGEST_FLOW else None
    return None


def _flow(node: Node) -> str:
    if isinstance(node, str):
        return _scalar(node) if "," not in node else _quoted(node)
    if isinstance(node, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(value)}' for key, value in node.items())}}}"
    return f"[{', '.join(map(_flow, node))}]"


def _scalar(text: str) -> str:
    """Plain where every reader of YAML takes it for the same text, or for a date."""
    if not _PLAIN.fullmatch(text) or _looks_like(text) not in ("str", "timestamp"):
        return _quoted(text)
    return text


def _looks_like(text: str) -> str:
    tag: str = Resolver().resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return tag.rpartition(":")[2]


def _quoted(text: str) -> str:
    # JSON's strings are YAML's in double quotes.
    return json.dumps(text, ensure_ascii=False)
