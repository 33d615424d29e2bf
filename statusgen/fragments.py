"""``{% once a, b %} … {% endonce %}`` for templates: what is round every page is filled once.

What stands between the two depends on nothing but the values named; where these are the same
in another page, the words are those of the first. So are macros that are imported in it: what
they take from the page is that of the first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser


class Once(Extension):
    """The tag; what was filled, or imported, is kept as long as the environment."""

    tags = {"once"}  # noqa: RUF012 - as Jinja declares it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.known: dict[Hashable, object] = {}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """What is known by its place and the values; or else filled, and kept."""
        line = next(parser.stream).lineno
        key, found = parser.free_identifier(), parser.free_identifier()
        place = nodes.Const(f"{parser.name} {key.name}")
        values = nodes.Tuple([place, parser.parse_tuple()], "load")
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        names = _imported(body)
        fill = [*body, nodes.Assign(found, _tuple(names, "load"))]
        known = nodes.Getitem(self.attr("known"), key, "load")
        is_new = nodes.Not(nodes.Test(found, "defined", [], [], None, None))
        keep = nodes.ExprStmt(self.call_method("_keep", [key, found]))
        written = [
            nodes.Assign(key, values),
            nodes.Assign(found, known),
            nodes.If(
                is_new, [*(fill if names else [nodes.AssignBlock(found, None, body)]), keep], [], []
            ),
            nodes.Assign(_tuple(names, "store"), found) if names else nodes.Output([found]),
        ]
        return [node.set_lineno(line) for node in written]

    def _keep(self, key: Hashable, found: object) -> None:
        self.known[key] = found


def _imported(body: Iterable[nodes.Node]) -> list[str]:
    """The names by which a template knows what it imports there, when that is all it does."""
    names: list[str] = []
    for node in body:
        if isinstance(node, nodes.Import):
            names.append(node.target)
        elif isinstance(node, nodes.FromImport):
            names += [name if isinstance(name, str) else name[1] for name in node.names]
        elif not _is_blank(node):
            return []
    return names


def _is_blank(node: nodes.Node) -> bool:
    """Whether it is nothing but space between tags."""
    parts = node.nodes if isinstance(node, nodes.Output) else [node]
    return all(isinstance(part, nodes.TemplateData) and not part.data.strip() for part in parts)


def _tuple(names: Iterable[str], use: str) -> nodes.Tuple:
    return nodes.Tuple([nodes.Name(name, use) for name in names], use)
