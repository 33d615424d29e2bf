from __future__ import annotations

import re
from pathlib import Path

import pytest

from statusgen import themes
from statusgen.themes import Renderer, Theme

SCRIPTS = Path(themes.__file__).parent / "scripts"
DANGEROUS = re.compile(
    r"(?:inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML|document\.write|\beval\b|Function\(|https?:|\bimport\b"
)


def test_the_scripts_lie_beneath_the_assets_of_every_theme(tmp_path: Path) -> None:
    own = tmp_path / "themes/own/assets/own.css"
    own.parent.mkdir(parents=True)
    own.write_text("p {}")
    found = themes.load(tmp_path)

    assert {"default", "plain", "own"} <= found.keys()
    for theme in found.values():
        for script in SCRIPTS.iterdir():
            assert theme.assets[script.name] == script.read_bytes(), theme.name
    assert found["own"].assets["own.css"] == b"p {}"


def test_a_theme_may_replace_a_script(tmp_path: Path) -> None:
    own = tmp_path / "themes/default/assets/search.js"
    own.parent.mkdir(parents=True)
    own.write_text("// ours")
    found = themes.load(tmp_path)

    assert found["default"].assets["search.js"] == b"// ours"
    assert found["plain"].assets["search.js"] != b"// ours"


@pytest.mark.parametrize("script", sorted(SCRIPTS.iterdir()), ids=lambda path: path.name)
def test_a_script_makes_no_markup_or_code_of_what_it_reads(script: Path) -> None:
    assert DANGEROUS.findall(script.read_text("utf-8")) == []


def test_a_template_that_was_changed_is_filled_as_it_is_now() -> None:
    said = [
        Renderer(Theme("t", {"home.html": text}, {}))("home.html", {}) for text in ("one", "two")
    ]

    assert said == ["one", "two"]
