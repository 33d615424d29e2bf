"""Whole sites: a case is a folder.

`cases/build/<name>/` holds `content/`, the moment in `now`, and in `expected/` every file of
the site. After a change that is meant: `pytest tests/test_build_cases.py --update`, and read
the difference before committing it.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from statusgen import themes
from statusgen.build import build
from statusgen.content.measurement_files import read_measurements

CASES = sorted((Path(__file__).parent / "cases" / "build").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_site_is_as_expected_to_the_byte(case: Path, pytestconfig: pytest.Config) -> None:
    now = datetime.fromisoformat((case / "now").read_text().strip())
    measured = read_measurements(case / "content")
    files = {n: d for n, d in files_in(case / "content").items() if "measurements/" not in n}
    built = build(files, themes.load(case), now, measurements=measured)
    assert built.findings == []
    site = {artifact.path: artifact.content for artifact in built.artifacts}
    assert len(site) == len(built.artifacts)
    if pytestconfig.getoption("--update"):
        shutil.rmtree(case / "expected", ignore_errors=True)
        for name, content in site.items():
            path = case / "expected" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    expected = files_in(case / "expected")
    assert sorted(site) == sorted(expected)
    for name, content in site.items():
        assert content.decode() == expected[name].decode(), name


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
