"""Pages are what Jinja's own environment makes of the same templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment
from jinja2.exceptions import UndefinedError
from jinja2.runtime import StrictUndefined
from markupsafe import Markup, escape

from statusgen.templates import Templates, placed

TEMPLATES = {
    "macros": """
{% macro said(word, kind="note") %}
<i class="{{ kind }}">{{ word }}{{ caller() if caller is defined }}</i>
{% endmacro %}
{% macro named(word) %}{{ prefix }}{{ word }}{{ varargs | join }}{{ kwargs | join }}{% endmacro %}
""",
    "base": """
<title>{% block title %}{{ word }}{% endblock %}</title>
{% block main %}{% endblock %}
""",
    "page": """
{% extends "base" %}
{% from "macros" import named, said with context %}
{% block title %}{{ super() }} · {{ super().upper() }}{% endblock %}
{% block main %}
{{ self.title() }}
{% for word in words recursive %}
{{ loop.index }} {{ said(word, kind="<b>") }} {{ said(word | e) }}
{% call said(word) %}<u>{{ word }}</u>{% endcall %}
{{ loop(["&"]) if word == "a" }}
{% endfor %}
{{ named("<", 1, 2, a="<&>") }} {{ number }} {{ nothing }} {{ html }} {{ html ~ "<" }} {{ kind }}
{% autoescape false %}{{ word }}{{ said(word) }}{{ number }}{% endautoescape %}
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


def filled(environment: Environment, words: list[str]) -> str:
    return environment.get_template("page").render(
        words=words,
        word="".join(words),
        prefix="'",
        number=3,
        nothing=None,
        html=Markup("<hr>"),
        kind=Sign(),
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
