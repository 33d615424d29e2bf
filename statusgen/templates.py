"""Jinja as thousands of pages need it: the same language and the same pages, sooner.

What a page does a hundred times goes the short way: placing words, importing and calling
macros, knowing the values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from functools import partial
from operator import is_
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

_special = re.compile("[&<>'\"]").search


_as_markup = partial(str.__new__, Markup)


def placed(value: object) -> str:
    """What a template places, escaped.

    Most of it is markup already, or words in which nothing is to be escaped: those are not
    copied, as ``escape`` does.
    """
    if type(value) is Markup or (type(value) is str and not _special(value)):
        return value
    return escape(value)


class Compiler(CodeGenerator):
    """Writes the code of a template: its values are placed by ``placed``, and ``root.uses`` says
    what its macros use of a page, where it has nothing else."""

    def visit_Template(  # noqa: N802 - as Jinja names it
        self, node: nodes.Template, frame: Frame | None = None
    ) -> None:
        super().visit_Template(node, frame)
        if _has_only_macros(node):
            self.writeline(f"root.uses = lambda values: [{', '.join(_uses(node))}]")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.placed(")
        else:
            super()._output_child_pre(node, frame, finalize)


def _has_only_macros(template: nodes.Template) -> bool:
    """Whether it keeps nothing from one import to the next, and uses what it names alone."""
    others = (nodes.Include, nodes.Import, nodes.FromImport, nodes.ContextReference)
    return not any(template.find_all((*others, nodes.DerivedContextReference))) and all(
        isinstance(part, nodes.Macro | nodes.TemplateData)
        for node in template.body
        for part in (node.nodes if isinstance(node, nodes.Output) else [node])
    )


def _uses(template: nodes.Template) -> list[str]:
    """The code that finds each value of a page that it uses: one by name, or a part of it."""
    found = {n: f"values.get({n!r}, missing)" for n in sorted(find_undeclared_variables(template))}
    parts = [
        (part.node, part.attr)
        for part in template.find_all(nodes.Getattr)
        if isinstance(part.node, nodes.Name) and part.node.name in found
    ]
    in_part = {id(node) for node, _ in parts}
    whole = {node.name for node in template.find_all(nodes.Name) if id(node) not in in_part}
    named = sorted({(node.name, attribute) for node, attribute in parts})
    return [
        *(code for name, code in found.items() if name in whole),
        *(f"environment.getattr({found[name]}, {attribute!r})" for name, attribute in named),
    ]


class Macros(Template):
    """A template; where it has only macros, those that were made last are kept."""

    made: tuple[list[object], TemplateModule] | None = None

    def make_module(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> TemplateModule:
        """What a page imports: as another page did, where all that it uses is the very same."""
        uses = getattr(self.root_render_func, "uses", None)
        if uses is None or any(value is not missing for value in (locals or {}).values()):
            return super().make_module(vars, shared, locals)
        used, made = uses(vars or {}), self.made
        if not made or not all(map(is_, used, made[0])):
            made = self.made = used, super().make_module(vars, shared, locals)
        return made[1]


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
        our templates are given does. And a macro looks for all that it may be given otherwise."""
        if type(called) is Macro and not kwargs and _is_given(called, len(args)):
            return _as_markup(called._func(*args))
        return called(*args, **kwargs)


def _is_given(macro: Macro, count: int) -> bool:
    """Whether it takes just that many values, and all of them are to be escaped."""
    return (
        count == macro._argument_count
        and macro._default_autoescape
        and not (macro.caller or macro.catch_kwargs or macro.catch_varargs)
    )


class Templates(Environment):
    """The environment of the templates of a theme."""

    code_generator_class = Compiler
    context_class = Values
    template_class = Macros
    placed = staticmethod(placed)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._loaded: dict[str | Template, Template] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """Loaded once: Jinja asks each time whether it is still what it was."""
        if name not in self._loaded:
            self._loaded[name] = super().get_template(name, parent, globals)
        return self._loaded[name]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One mapping, since each page copies it: Jinja's chain of two takes longer."""
        return {**self.globals, **(d or {})}
