from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusgen.json_file import json_file

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(VALUES)
def test_what_goes_in_comes_out_and_nothing_can_damage_it(values: object) -> None:
    content = json_file("x.json", values).content
    assert json.loads(content) == values
    assert content.isascii()
    assert not set(b"<>&") & set(content)
    assert content.count(b"\n") == 1


def test_keys_keep_their_order() -> None:
    assert json_file("x.json", {"b": 1, "a": "é<"}).content == b'{"b":1,"a":"\\u00e9\\u003c"}\n'


def test_a_number_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_file("x.json", float("nan"))
