"""``{% once a, b %} … {% endonce %}`` for templates: what is round every page is filled once.

What stands between the two depends on nothing but the values named; where these are the same
in another page, the words are those of the first.
"""

from __future__ import annotations

from collections.abc import Hashable

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser


class Once(Extension):
    """The tag; what was filled is kept as long as the environment."""

    tags = {"once"}  # noqa: RUF012 - as Jinja declares it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.filled: dict[Hashable, str] = {}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """What was filled at its place for the values; else it is filled and kept."""
        line = next(parser.stream).lineno
        key, found = parser.free_identifier(), parser.free_identifier()
        place = nodes.Const(f"{parser.name} {key.name}")
        values = nodes.Tuple([place, parser.parse_tuple()], "load")
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        is_new = nodes.Not(nodes.Test(found, "defined", [], [], None, None))
        keep = nodes.ExprStmt(self.call_method("_keep", [key, found]))
        written = [
            nodes.Assign(key, values),
            nodes.Assign(found, nodes.Getitem(self.attr("filled"), key, "load")),
            nodes.If(is_new, [nodes.AssignBlock(found, None, body), keep], [], []),
            nodes.Output([found]),
        ]
        return [node.set_lineno(line) for node in written]

    def _keep(self, key: Hashable, words: str) -> None:
        self.filled[key] = words
