"""Pages are what Jinja's own environment makes of the same templates."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment
from jinja2.environment import TemplateModule
from jinja2.exceptions import UndefinedError
from jinja2.runtime import StrictUndefined
from jinja2.utils import missing
from markupsafe import Markup, escape

from statusgen.templates import Templates, placed

TEMPLATES = {
    "macros": """
{% macro said(word, kind="note") %}
<i class="{{ kind }}">{{ word }}{{ caller() if caller is defined }}</i>
{% endmacro %}
{% macro bare(word) %}<p>{{ word }}</p>{% endmacro %}
{% macro keyed(word) %}{{ word }}{{ kwargs | join }}{% endmacro %}
{% macro many(word) %}{{ word }}{{ varargs | join }}{% endmacro %}
{% macro named(word) %}{{ prefix }}{{ word }}{{ varargs | join }}{{ kwargs | join }}{% endmacro %}
""",
    "base": """
<title>{% block title %}{{ word }}{% endblock %}</title>
{% block main %}{% endblock %}
""",
    "page": """
{% extends "base" %}
{% from "macros" import bare, keyed, many, named, said with context %}
{% block title %}{{ super() }} · {{ super().upper() }}{% endblock %}
{% block main %}
{{ self.title() }}
{% for word in words recursive %}
{{ loop.index }} {{ said(word, kind="<b>") }} {{ said(word | e) }}
{% call said(word) %}<u>{{ word }}</u>{% endcall %}
{{ said(word, "<i>") }} {{ keyed(word) }} {{ many(word) }} {{ bare(word) }} {{ bare(word) ~ "<" }}
{{ loop(["&"]) if word == "a" }}
{% endfor %}
{{ named("<", 1, 2, a="<&>") }} {{ number }} {{ nothing }} {{ html }} {{ html ~ "<" }} {{ kind }}
{{ figure }}
{% autoescape false %}{{ word }}{{ said(word) }}{{ number }}
{% macro raw(word) %}{{ word }}{% endmacro %}{{ raw(word) | e }}{% endautoescape %}
{% set captured %}{{ word }}{% endset %}
{{ captured }} {{ cycler("<1>", "2").next() }} {{ range(2) | list }} {{ words | join("<") }}
{{ none_there is defined }} {{ word.upper() }}
{% endblock %}
""",
}


class Sign:
    """Something that is shown as text that needs escaping."""

    def __str__(self) -> str:
        return "<&>"


class Figure(str):
    """A word that is shown as markup."""

    def __html__(self) -> str:
        return f"<svg>{self}</svg>"


def filled(environment: Environment, words: list[str]) -> str:
    return environment.get_template("page").render(
        words=words,
        word="".join(words),
        prefix="'",
        number=3,
        nothing=None,
        html=Markup("<hr>"),
        kind=Sign(),
        figure=Figure("a"),
    )


def environment(kind: type[Environment]) -> Environment:
    return kind(autoescape=True, undefined=StrictUndefined, loader=DictLoader(TEMPLATES))


@given(st.lists(st.text(alphabet="ab<>&\"'é"), max_size=3))
def test_a_page_is_the_same_as_jinja_makes_it(words: list[str]) -> None:
    assert filled(environment(Templates), words) == filled(environment(Environment), words)


@given(st.one_of(st.text(), st.text().map(Markup), st.integers(), st.none()))
def test_what_is_placed_is_escaped(value: object) -> None:
    assert placed(value) == escape(value)


@pytest.mark.parametrize("kind", [Templates, Environment])
@pytest.mark.parametrize("text", ["{{ none_there }}", "{{ 'a'.none_there }}", "{{ none_there() }}"])
def test_what_is_not_there_is_a_mistake(kind: type[Environment], text: str) -> None:
    with pytest.raises(UndefinedError, match="none_there"):
        environment(kind).from_string(text).render()


# Macros see the page that imports them, whatever another page made of them.

USING = {
    "a part": "{% macro m(x) %}{{ here.root }}{{ x }}{% endmacro %}",
    "an item": "{% macro m(x) %}{{ prefix.there }}{% endmacro %}",
    "one by name": "{% macro m(x) %}{{ other }}{% endmacro %}",
    "a whole": "{% macro m(x) %}{{ here }}{{ here.root }}{% endmacro %}",
    "a default": "{% macro m(x, y=here.root) %}{{ y }}{% endmacro %}",
    "what another macro uses": "{% macro n() %}{{ here.root }}{% endmacro %}"
    "{% macro m(x) %}{{ n() }}{% endmacro %}",
    "a name of its own": "{% macro m(here) %}{{ here }}{% endmacro %}"
    "{% macro n() %}{{ here.root }}{% endmacro %}",
    "what may not be there": "{% macro m(x) %}{{ here.path is defined }}{{ other }}{% endmacro %}",
    "a value of the file": "{% set kept = here.root %}{% macro m(x) %}{{ kept }}{% endmacro %}",
    "a count": "{% set n = namespace(of=0) %}{% macro m(x) %}{% set n.of = n.of + 1 %}{{ n.of }}"
    "{% endmacro %}",
    "a file": '{% macro m(x) %}{% include "part" %}{% endmacro %}',
    "another file": '{% macro m(x) %}{% from "other" import o with context %}{{ o() }}'
    "{% endmacro %}",
}
VALUES: list[dict[str, Any]] = [
    {"here": SimpleNamespace(root="../"), "prefix": {"there": "a"}, "other": "a"},
    {"here": SimpleNamespace(root="./"), "prefix": {"there": "b"}, "other": "b"},
    {"here": SimpleNamespace(root=Markup("./")), "prefix": {}, "other": 1},
    {"here": SimpleNamespace(root="<"), "prefix": {}, "other": True},
    {"here": SimpleNamespace(root=Markup("<"), path=""), "prefix": {}, "other": "c"},
]


@pytest.mark.parametrize("macros", USING.values(), ids=USING)
def test_macros_see_the_page_that_imports_them(macros: str) -> None:
    templates = {
        "macros": macros,
        "part": "{{ here.root }}",
        "other": "{% macro o() %}{{ here.root }}{% endmacro %}",
        "page": '{% from "macros" import m with context %}{{ m(1) }}{{ m(2) }}',
        "inner": '{% for here in [here, {"root": "x"}] %}'
        '{% from "macros" import m with context %}{{ m(loop.index) }}{% endfor %}',
    }
    loader = DictLoader(templates)
    ours, jinjas = (
        Templates(autoescape=True, loader=loader),
        Environment(autoescape=True, loader=loader),
    )
    for values in (*VALUES, *VALUES[::-1]):
        for page in ("page", "inner"):
            said = ours.get_template(page).render(values)
            assert said == jinjas.get_template(page).render(values)


def imported(macros: str, *pages: dict[str, Any]) -> list[TemplateModule]:
    template = Templates(autoescape=True).from_string(macros)
    return [template.make_module(values, True, {"m": missing}) for values in pages]


def test_macros_are_made_once_where_what_they_use_is_the_same() -> None:
    root = "../"
    one, two = SimpleNamespace(root=root, path="a"), SimpleNamespace(root=root, path="b")
    other = SimpleNamespace(root="./")
    first, second, third = imported(USING["a part"], {"here": one}, {"here": two}, {"here": other})
    assert first is second
    assert second is not third
