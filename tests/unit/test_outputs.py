"""The registry of outputs: what is switched on, and what an installed package adds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from lxml import html

from statusgen.outputs import OUTPUTS
from tests.sites import NOW
from tests.unit.small_site import FILES, SITE, published

ROOT = Path(__file__).resolve().parents[2]
MADE: dict[str, Callable[[str], bool]] = {
    "html": lambda path: (
        path.startswith("assets/") or (path.endswith(".html") and not MADE["search"](path))
    ),
    "search": lambda path: "search" in path.split("/"),
    "rss": lambda path: path.endswith("feed.xml"),
    "atom": lambda path: path.endswith("feed.atom"),
    "jsonfeed": lambda path: path.endswith("feed.json"),
    "history": lambda path: path.endswith(("history.rss", "history.atom")),
    "ics": lambda path: path.endswith(".ics") and "maintnote" not in path,
    "maintnote": lambda path: path.endswith("maintnote.ics"),
    "statuspage": lambda path: "api/v2/" in path,
    "api": lambda path: path.startswith("api/statusgen/v1/"),
    "badges": lambda path: path.rpartition("/")[2] in ("badge.svg", "badge.json"),
    "embed": lambda path: "embed" in path.split("/"),
    "sitemap": lambda path: path.startswith("sitemap") or path == "robots.txt",
    "webmanifest": lambda path: path.endswith("site.webmanifest"),
    "hosting": lambda path: path in ("_headers", ".nojekyll"),
    "security": lambda path: path == ".well-known/security.txt",
}
"""Which files an output makes."""


def switched_off(name: str) -> dict[str, bytes]:
    return published({**FILES, "site.yaml": f"{SITE}outputs: {{{name}: false}}\n"})


def test_every_output_is_tried_here() -> None:
    assert MADE.keys() == OUTPUTS.keys()


def test_the_docs_have_a_row_for_every_output() -> None:
    rows = re.findall(
        r"^\| ((?:`[a-z]+`(?:, )?)+) \| ", (ROOT / ".github/docs/outputs.md").read_text(), re.M
    )
    named = [name for row in rows for name in re.findall("[a-z]+", row)]
    assert sorted(named) == sorted(OUTPUTS)


@pytest.mark.parametrize("name", MADE)
def test_an_output_that_is_switched_off_leaves_out_exactly_its_files(name: str) -> None:
    everything, rest = published(), switched_off(name)
    missing = everything.keys() - rest.keys()
    assert missing
    embedded = {path for path in everything if "embed" in path.split("/")}
    own = {path for path in everything if MADE[name](path)}
    assert missing == (own - embedded if name == "html" else own)
    assert rest.keys() <= everything.keys()


# The pages themselves are what all the others lead to.
@pytest.mark.parametrize("name", sorted(OUTPUTS.keys() - {"html"}))
def test_no_page_links_to_what_is_switched_off(name: str) -> None:
    everything, rest = published(), switched_off(name)
    missing = everything.keys() - rest.keys()
    assert missing
    for path in (path for path in rest if path.endswith(".html")):
        page = html.fromstring(rest[path].decode(), base_url=f"https://x/pad/{path}")
        page.make_links_absolute()
        for link in page.xpath("//@href | //@src"):
            place = link.partition("?")[0].removeprefix("https://x/pad/")
            assert place not in missing, (path, link)
            assert f"{place}index.html" not in missing, (path, link)


PACKAGE = """\
from statusgen.artifact import Artifact

def artifacts(edition):
    names = ",".join(site.frame.language for site in edition.sites)
    yield Artifact("extra.txt", f"{names} {edition.now:%Y}".encode())
"""
BROKEN = {
    "no module": ("extra_statusgen.nowhere:artifacts", PACKAGE, "No module named"),
    "no function": ("extra_statusgen:nothing", PACKAGE, "nothing"),
    "a mistake": ("extra_statusgen:artifacts", "def artifacts(edition:\n", "SyntaxError"),
    "not a function": ("extra_statusgen:artifacts", "artifacts = 1\n", "not callable"),
    "it fails": (
        "extra_statusgen:artifacts",
        "def artifacts(edition):\n    raise RuntimeError('no disk')\n",
        "RuntimeError: no disk",
    ),
    "no artifact": (
        "extra_statusgen:artifacts",
        "def artifacts(edition):\n    return ['extra.txt']\n",
        "which is no Artifact",
    ),
    "a path out of the site": (
        "extra_statusgen:artifacts",
        PACKAGE.replace("extra.txt", "../extra.txt"),
        "is no name",
    ),
}


class Installed:
    """An environment with a package that brings an output, and a site that may ask for it."""

    def __init__(self, folder: Path) -> None:
        self.packages, self.content, self.public = (
            folder / name for name in ("packages", "content", "public")
        )

    def package(self, source: str, name: str = "extra", function: str = "artifacts") -> None:
        target = function if ":" in function else f"extra_statusgen:{function}"
        self._write(self.packages / "extra_statusgen/__init__.py", source)
        about = self.packages / "extra_statusgen-1.0.dist-info"
        self._write(
            about / "METADATA", "Metadata-Version: 2.1\nName: extra-statusgen\nVersion: 1\n"
        )
        self._write(about / "entry_points.txt", f"[statusgen.outputs]\n{name} = {target}\n")

    def site(self, outputs: str) -> None:
        for name, text in FILES.items():
            more = f"outputs: {{{outputs}}}\n" if name == "site.yaml" else ""
            self._write(self.content / name, text + more)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        words = ["-m", "statusgen", command, str(self.content), "--now", NOW.isoformat()]
        output = ["--output", str(self.public)] if command == "build" else []
        path = os.pathsep.join([str(self.packages), str(ROOT)])
        return subprocess.run(
            [sys.executable, *words, *output],
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    @staticmethod
    def _write(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def test_a_package_adds_an_output_that_a_site_switches_on(installed: Installed) -> None:
    installed.package(PACKAGE)
    installed.site("extra: true")
    built = installed.run("build")
    assert built.returncode == 0, built.stderr
    assert (installed.public / "extra.txt").read_text() == "nl,en 2026"


def test_a_package_that_was_changed_is_asked_again(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATUSGEN_CACHE", str(tmp_path / "cache"))
    installed.site("extra: true")
    for said in ("first", "second"):
        installed.package(PACKAGE.replace("{names}", said))
        assert installed.run("build").returncode == 0
        assert (installed.public / "extra.txt").read_text() == f"{said} 2026"


@pytest.mark.parametrize("outputs", ["", "extra: false"])
def test_the_output_of_a_package_is_off_until_it_is_switched_on(
    installed: Installed, outputs: str
) -> None:
    installed.package(PACKAGE)
    installed.site(outputs)
    assert installed.run("build").returncode == 0
    assert (installed.public / "index.html").exists()
    assert not (installed.public / "extra.txt").exists()


def test_a_package_takes_the_place_of_nothing(installed: Installed) -> None:
    installed.package(PACKAGE, name="rss")
    installed.site("rss: true")
    assert installed.run("build").returncode == 0
    assert (installed.public / "feed.xml").exists()
    assert not (installed.public / "extra.txt").exists()


def test_an_output_that_no_package_brings_is_found_with_what_is_near(installed: Installed) -> None:
    installed.package(PACKAGE)
    installed.site("extre: true")
    checked = installed.run("check")
    assert checked.returncode == 1
    assert "There is no output `extre`" in checked.stdout
    assert "`extra`" in checked.stdout


@pytest.mark.parametrize(("function", "source", "why"), BROKEN.values(), ids=BROKEN)
def test_a_broken_package_is_wrong_set_up_and_the_site_stays(
    installed: Installed, function: str, source: str, why: str
) -> None:
    installed.site("")
    assert installed.run("build").returncode == 0
    before = (installed.public / "index.html").stat()
    installed.package(source, function=function)
    installed.site("extra: true")
    built = installed.run("build")
    assert built.returncode == 2
    assert "The output `extra` of the package extra-statusgen is broken: " in built.stderr
    assert why in built.stderr
    assert "Mend it, or switch it off in site.yaml." in built.stderr
    assert "Traceback" not in built.stderr
    assert (installed.public / "index.html").stat().st_mtime_ns == before.st_mtime_ns
    assert not (installed.public / "extra.txt").exists()
