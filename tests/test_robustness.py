"""The page that says what is promised names tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / ".github" / "docs" / "robustness.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


def test_each_row_names_a_test() -> None:
    rows = re.findall(r"^\| (?!---|what|promise)(.+)\|$", PAGE, re.MULTILINE)
    assert len(rows) > 15
    assert [row for row in rows if "`tests/" not in row.rpartition("|")[2]] == []


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_the_page_names_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    there = {part.name for part in tree.body if isinstance(part, ast.FunctionDef)}
    assert name in there or (not name and there)
