"""Whatever names content and themes have, nothing is written or read outside their folders."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from statusgen import themes
from statusgen.build import Built, build
from statusgen.content import rules
from statusgen.content.tree import read_tree
from statusgen.findings import Severity
from statusgen.publish import publish
from statusgen.publishing.plan import PublishRefused
from statusgen.themes import Theme
from tests.sites import NOW, all_themes, only
from tests.unit.small_site import COMPONENTS, FILES, INCIDENT, PAGE, PLAN, SITE

FEW = {**FILES, "site.yaml": SITE + only("html", "rss", "ics", "badges")}
SCHEDULE = """\
title: Updates
components: [app]
rrule: FREQ=WEEKLY;BYDAY=TH
first: 2026-11-12 22:00
duration: 1h
announced: 2025-12-20 10:00
"""
DEVICES = ["con", "CON", "nul", "aux", "prn", "com1", "LPT9", "Nul.txt", "com1.a.b"]
# What many sites already have a page or file of.
COMMON = ["index", "feed", "404", "2026", "2026-11", "calendar", "data", "all", "history", "a-1"]
OUTWARD = [
    *("..", ".", "../outside", "../../outside", "a/../../outside", "/outside", "//outside"),
    *("..\\outside", "C:\\outside", "C:outside", "\\\\host\\share", "%2e%2e", "%2e%2e%2foutside"),
    *("a\x00b", "a\nb", "a b ", "a.", "-", "--output", "~", "$HOME", "*", "a:b", "a?b", "a#b"),
]
MARKS = ["a\u202eb", "\u202egpj", "a\u200bb", "\u2066a", "\u200fa", "\ufeffa", "\u0430", "a\u0301"]
LONG = ["a" * 81, "a" * 255, "a" * 5_000, "é" * 128]
HOPELESS = [*DEVICES, *OUTWARD, *MARKS, *LONG]


def built(files: Mapping[str, str], among: Mapping[str, Theme] | None = None) -> Built:
    content = {name: text.encode("utf-8", "surrogatepass") for name, text in files.items()}
    return build(content, among or all_themes(), NOW)


def errors(result: Built) -> set[str]:
    return {finding.code for finding in result.findings if finding.severity is Severity.ERROR}


def quoted(text: str) -> str:
    """The text as YAML in double quotes."""
    escaped = "".join(c if c.isascii() and c.isalnum() else f"\\U{ord(c):08x}" for c in text)
    return f'"{escaped}"'


def named(where: str, name: str) -> dict[str, str]:
    """The small site with that name at one of the places where content gives names."""
    return (
        FEW
        | {
            "incident": {f"incidents/2026/{name}.yaml": INCIDENT},
            "maintenance": {f"maintenance/2026/{name}.yaml": PLAN},
            "schedule": {f"schedules/{name}.yaml": SCHEDULE},
            "year": {f"incidents/{name}/nog-een.yaml": INCIDENT},
            "page": {f"pages/{name}.nl.md": PAGE},
            "language of a page": {f"pages/extra.{name}.md": PAGE},
            "ticket": {"incidents/2026/storing.yaml": f"{INCIDENT}ticket: {quoted(name)}\n"},
            "component": {"components.yaml": f"{COMPONENTS}    # x\n" + more("components", name)},
            "group": {"components.yaml": COMPONENTS + more("groups", name)},
            "theme": {"site.yaml": f"{FEW['site.yaml']}theme: {quoted(name)}\n"},
            "language": {
                "site.yaml": FEW["site.yaml"].replace("[nl, en]", f"[nl, {quoted(name)}]")
            },
            "output": {"site.yaml": SITE + f"outputs: {{{quoted(name)}: true}}\n"},
        }[where]
    )


def more(kind: str, name: str) -> str:
    """One more component, or one more group with a component in it."""
    group, component = ("meer", name) if kind == "components" else (name, "meer")
    return (
        f"  - {{id: {quoted(group)}, name: Meer,"
        f" components: [{{id: {quoted(component)}, name: Meer}}]}}\n"
    )


PLACES = (
    *("incident", "maintenance", "schedule", "year", "page", "language of a page", "ticket"),
    *("component", "group", "theme", "language", "output"),
)


def assert_inside(files: Mapping[str, str], folder: Path) -> None:
    """A name is refused by a finding, or names a file of the site and nothing else."""
    result = built(files)
    if errors(result):
        assert result.artifacts == []
        return
    publish(result.artifacts, folder / "public")
    site = {artifact.path for artifact in result.artifacts}
    expected = {"public": site | {".statusgen.json"}, ".public.staging-spare": site}
    assert {path.name for path in folder.iterdir()} == expected.keys()
    for name, paths in expected.items():
        inside = [path for path in (folder / name).rglob("*") if path.is_file()]
        assert {path.relative_to(folder / name).as_posix() for path in inside} == paths


@pytest.mark.parametrize("where", PLACES)
def test_a_name_of_any_kind_is_refused_or_stays_inside(where: str, tmp_path: Path) -> None:
    for number, name in enumerate([*HOPELESS, *COMMON]):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert_inside(named(where, name), folder)


@pytest.mark.parametrize("where", ["incident", "maintenance", "schedule", "page", "component"])
@pytest.mark.parametrize("name", HOPELESS)
def test_what_can_be_no_address_is_refused(where: str, name: str) -> None:
    # A slash makes another folder of it, in which the file has a good name.
    if name.rpartition("/")[2] != "outside":
        assert errors(built(named(where, name)))


@pytest.mark.parametrize("ticket", HOPELESS)
def test_a_ticket_that_can_be_no_address_is_refused(ticket: str) -> None:
    found = errors(built(named("ticket", ticket)))
    assert found
    assert found <= {rules.BAD_VALUE.code, rules.CHARACTER.code}


@pytest.mark.parametrize("ticket", ["INL-2041", "a.b", "a..b", "console", "con-1", "x" * 40])
def test_an_ordinary_ticket_is_none_of_those(ticket: str) -> None:
    assert errors(built(named("ticket", ticket))) == set()


@given(st.sampled_from(PLACES), st.text(max_size=40))
@example("ticket", "con.x")
@example("page", "con")
@settings(max_examples=60)
def test_no_name_at_all_makes_it_crash_or_leave(where: str, name: str) -> None:
    result = built(named(where, name))
    assert not errors(result) or result.artifacts == []


# Case


@pytest.mark.parametrize(
    "names",
    [
        ("incidents/2026/Storing.yaml",),
        ("Incidents/2026/nog-een.yaml",),
        ("pages/Hulp.nl.md",),
        ("pages/hulp.NL.md",),
        ("incidents/2025/storing.yaml",),
        ("incidents/a/nog-een.yaml", "incidents/A/nog-een.yaml"),
        ("Site.yaml",),
    ],
)
def test_names_that_differ_by_case_alone_are_refused(names: tuple[str, ...]) -> None:
    """Some disks take them for one: what is an error there is one everywhere."""
    assert errors(built({**FEW, **dict.fromkeys(names, INCIDENT)}))


@pytest.mark.parametrize("name", ["Site.yaml", "INCIDENTS/2026/storing.yaml"])
def test_a_disk_that_ignores_case_gives_no_other_names(name: str) -> None:
    """Names are those that the folder lists, never guesses that such a disk would answer to."""
    files = {path: text for path, text in FEW.items() if path.lower() != name.lower()}
    assert errors(built({**files, name: FEW[name.lower()]})) >= {rules.UNKNOWN_FILE.code}


# Themes


def theme_with(folder: Path, name: str) -> Theme:
    """The default theme with a file of the site's own laid over it."""
    file = folder / "themes" / "default" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("own")
    return themes.load(folder)["default"]


@pytest.mark.parametrize(
    "name", ["assets/a\u202eb.css", "assets/con.css", "assets/a.", "assets/a\\b", "assets/a\nb"]
)
def test_a_file_of_a_theme_that_can_be_no_file_everywhere_is_refused(
    tmp_path: Path, name: str
) -> None:
    theme = theme_with(tmp_path, name)
    assert [path for path, _ in theme.refused] == [name]
    assert name.removeprefix("assets/") not in theme.assets


@pytest.mark.parametrize("target", ["file", "folder", "theme", "themes"])
def test_no_link_of_a_theme_leads_out_of_it(tmp_path: Path, target: str) -> None:
    outside = tmp_path / "outside"
    (outside / "default" / "assets").mkdir(parents=True)
    for place in (outside, outside / "default", outside / "default" / "assets"):
        (place / "secret.css").write_text("secret")
    (outside / "default" / "home.html").write_text("secret")
    theme = tmp_path / "site" / "themes" / "default"
    link, to = {
        "file": (theme / "assets" / "a.css", outside / "secret.css"),
        "folder": (theme / "assets" / "more", outside),
        "theme": (theme, outside / "default"),
        "themes": (theme.parent, outside),
    }[target]
    link.parent.mkdir(parents=True)
    link.symlink_to(to)
    found = themes.load(tmp_path / "site")
    assert "secret" not in found["default"].templates.values()
    assert b"secret" not in found["default"].assets.values()


def test_a_theme_that_is_a_link_out_is_told_of(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "assets").mkdir(parents=True)
    (outside / "home.html").write_text("secret")
    (tmp_path / "site" / "themes").mkdir(parents=True)
    (tmp_path / "site" / "themes" / "default").symlink_to(outside)
    result = built(FEW, themes.load(tmp_path / "site"))
    assert errors(result) == {"broken-theme"}
    assert "it is a link to elsewhere" in result.findings[0].message


def test_assets_that_differ_by_case_alone_are_refused(tmp_path: Path) -> None:
    theme_with(tmp_path, "assets/logo.svg")
    theme_with(tmp_path, "assets/Logo.svg")
    result = built(FEW, themes.load(tmp_path))
    with pytest.raises(PublishRefused, match="rename one of them"):
        publish(result.artifacts, tmp_path / "public")


# The content folder


def test_links_pipes_and_deep_folders_are_findings_and_not_read(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (tmp_path / "secret.yaml").write_text("secret")
    (content / "a.yaml").symlink_to("../secret.yaml")
    (content / "b").symlink_to("..", target_is_directory=True)
    os.mkfifo(content / "c.yaml")
    os.link(tmp_path / "secret.yaml", content / "d.yaml")
    tree = read_tree(content)
    assert {f.place.path for f in tree.findings} == {"a.yaml", "b", "c.yaml"}
    assert list(tree.files) == ["d.yaml"]
