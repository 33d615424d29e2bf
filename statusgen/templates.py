"""Jinja as thousands of pages need it: the same language and the same pages, sooner.

What a page does a hundred times goes the short way: placing words, calling macros, knowing the
values.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import Markup, escape

_special = re.compile("[&<>'\"]").search


def placed(value: object) -> str:
    """What a template places, escaped.

    Most of it is markup already, or words in which nothing is to be escaped: those are not
    copied, as ``escape`` does.
    """
    if type(value) is Markup or (type(value) is str and not _special(value)):
        return value
    return escape(value)


class Compiler(CodeGenerator):
    """Writes the code of a template so that it places values by ``placed``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.placed(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Values(Context):
    """What a page is filled with."""

    def call(
        self,
        called: Any,
        *args: Any,
        _block_vars: Any = None,
        _loop_vars: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Jinja first asks what is called whether it wants to know of the page: nothing that
        our templates are given does."""
        return called(*args, **kwargs)


class Templates(Environment):
    """The environment of the templates of a theme."""

    code_generator_class = Compiler
    context_class = Values
    placed = staticmethod(placed)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One mapping, since each page copies it: Jinja's chain of two takes longer."""
        return {**self.globals, **(d or {})}
