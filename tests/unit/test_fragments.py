"""What is round every page is filled once, for each of the values that it depends on."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from statusgen.fragments import Once

PAGE = "{% once root %}<nav>{{ asked() }}{{ root }}</nav>{% endonce %}<p>{{ title }}</p>"


class Asked:
    """Counts how often a template asks for it."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return ""


def environment(**templates: str) -> Environment:
    return Environment(autoescape=True, extensions=[Once], loader=DictLoader(templates))


def test_it_is_filled_once_for_the_same_values() -> None:
    asked, pages = Asked(), environment(page=PAGE)
    filled = [
        pages.get_template("page").render(asked=asked, root=root, title=title)
        for root, title in (("./", "a"), ("./", "b"), ("../", "c"))
    ]
    assert filled == [
        "<nav>./</nav><p>a</p>",
        "<nav>./</nav><p>b</p>",
        "<nav>../</nav><p>c</p>",
    ]
    assert asked.times == 2


def test_two_places_with_the_same_values_are_two() -> None:
    twice = "{% once root %}a{% endonce %}\n{% once root %}b{% endonce %}"
    page = environment(page=twice).get_template("page")
    assert page.render(root="./") == "a\nb"


def test_two_on_one_line_are_two_as_well() -> None:
    twice = "{% once root %}a{% endonce %}{% once root %}b{% endonce %}"
    page = environment(page=twice).get_template("page")
    assert page.render(root="./") == "ab"


def test_what_it_places_is_escaped() -> None:
    page = environment(page="{% once root %}{{ root }}{% endonce %}").get_template("page")
    assert [page.render(root="<&>") for _ in range(2)] == ["&lt;&amp;&gt;"] * 2


def test_another_environment_fills_it_anew() -> None:
    asked = Asked()
    for _ in range(2):
        page = environment(page=PAGE).get_template("page")
        page.render(asked=asked, root="./", title="")
    assert asked.times == 2


def test_what_is_imported_in_a_fragment_is_known_in_it_alone() -> None:
    page = '{% once root %}{% from "macros" import link %}<p>{{ link(root) }}</p>{% endonce %}'
    macros = "{% macro link(root) %}{{ root }}{% endmacro %}"
    pages = environment(page=page, macros=macros)
    assert pages.get_template("page").render(root="<>") == "<p>&lt;&gt;</p>"
    after = pages.from_string(page + "{{ link is defined }}")
    assert after.render(root="") == "<p></p>False"


def test_values_that_cannot_be_told_apart_are_refused() -> None:
    page = environment(page="\n{% once roots %}a{% endonce %}").get_template("page")
    with pytest.raises(TypeError, match="unhashable") as raised:
        page.render(roots=[])
    assert raised.traceback[-2].lineno == 1
