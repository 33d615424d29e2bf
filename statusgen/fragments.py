"""``{% once a, b %} … {% endonce %}`` for templates: what is round every page is filled once.

What stands between the two depends on nothing but the values named; where these are the same
in another page, the words are those of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser


class Once(Extension):
    """The tag; what was filled is kept as long as the environment."""

    tags = {"once"}  # noqa: RUF012 - as Jinja declares it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.filled: dict[tuple[Hashable, ...], str] = {}

    def parse(self, parser: Parser) -> nodes.Node:
        """The tag as a call of ``_once`` with its place and the values."""
        line = next(parser.stream).lineno
        place = nodes.Const(f"{parser.name} {parser.free_identifier().name}")
        values = parser.parse_tuple()
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        call = self.call_method("_once", [place, values])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _once(self, place: str, values: Hashable, caller: Callable[[], str]) -> str:
        key = (place, values)
        if key not in self.filled:
            self.filled[key] = caller()
        return self.filled[key]
