"""``statusgen init``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from statusgen import __version__
from statusgen.cli.options import NOW, guarded, read_now
from statusgen.content.tree import Tree
from statusgen.findings import Span

if TYPE_CHECKING:
    from statusgen.starter.site import Answers


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path(), required=False)
@click.option("--organization", metavar="NAME", help="Who runs the service (Example).")
@click.option("--name", metavar="NAME", help="What the site is called (NAME Status).")
@click.option(
    "--url",
    metavar="URL",
    help="Where it will be published, with or without a path (https://status.example.com/).",
)
@click.option(
    "--timezone",
    "zone",
    metavar="ZONE",
    help="Of every time in the content and on the pages: America/New_York (that of this machine).",
)
@click.option(
    "--languages",
    metavar="TAGS",
    help="Those of the site, the first for its home page: nl,en (en).",
)
@NOW
@guarded
def command(folder: Path, moment: str | None, **given: str | None) -> None:
    """Make a new site in FOLDER (the current one): small, whole and in order.

    It has two samples to look at, schemas for editors, and workflows that check and publish it
    on GitHub. What is not given is asked on a terminal, and chosen elsewhere. A folder with
    things in it is refused.

    Exit status: 0 when it was made, 2 for wrong use, 3 when the disk does not let us.
    """
    from statusgen.starter.folder import FolderTaken, refuse_taken, write_new
    from statusgen.starter.site import site_files

    now = read_now(moment, Tree())
    try:
        refuse_taken(folder)
        answers = _answers(folder, given, now)
        write_new({**site_files(answers, now), **_schemas()}, folder)
    except FolderTaken as taken:
        raise click.UsageError(f"{folder} {taken}. Name a new or an empty folder.") from None
    languages = ", ".join(answers.languages)
    click.echo(f"{folder}: a site for {answers.organization} in {answers.zone} ({languages}).")
    enter = "" if folder == Path() else f"cd {folder} && "
    click.echo(f"See it: {enter}statusgen serve\nWhat to do with it is in its README.md.")


def _answers(folder: Path, given: dict[str, str | None], now: datetime) -> Answers:
    """What was given, else asked, else chosen; ends with status 2 when it cannot be used."""
    from statusgen.starter.site import Answers

    named = (given["name"] or "Example").removesuffix(" Status")
    organization = given["organization"] or named
    answers = Answers(
        name=given["name"] or f"{organization} Status",
        url=given["url"] or "https://status.example.com/",
        organization=organization,
        zone=given["zone"] or _zone_here(),
        languages=_languages(given["languages"] or "en"),
        requirement=_requirement(),
    )
    mistakes = _mistakes(folder, answers, now)
    if mistakes:
        raise click.UsageError("\n".join(f"{_OPTIONS[what]}: {why}" for what, why in mistakes))
    for what in _QUESTIONS:
        if given[what] is None and sys.stdin.isatty() and sys.stdout.isatty():
            answers = _asked(folder, answers, what, now)
            if what == "organization" and given["name"] is None:
                answers = replace(answers, name=f"{answers.organization} Status")
    return answers


_OPTIONS = {
    "organization": "--organization",
    "name": "--name",
    "url": "--url",
    "zone": "--timezone",
    "languages": "--languages",
}
_QUESTIONS = {
    "organization": "Who runs the service",
    "name": "What the site is called",
    "url": "Where it will be published",
    "zone": "Time zone of the service",
    "languages": "Languages, the first one for the home page",
}


def _asked(folder: Path, answers: Answers, what: str, now: datetime) -> Answers:
    """The answers with this one as somebody at the terminal gives it, asked until it is right."""

    def fits(said: str) -> Answers:
        value: Any = _languages(said) if what == "languages" else said
        changed = replace(answers, **{what: value})
        mistakes = _mistakes(folder, changed, now)
        if mistakes:
            raise click.UsageError(mistakes[0][1])
        return changed

    old = getattr(answers, what)
    shown = ",".join(old) if what == "languages" else old
    ask: Callable[..., Answers] = click.prompt
    return ask(_QUESTIONS[what], default=shown, value_proc=fits)


def _mistakes(folder: Path, answers: Answers, now: datetime) -> list[tuple[str, str]]:
    """(which answer, what is wrong with it and the way out)."""
    return [*_unknown(answers)] or _refused(folder, answers, now)


def _unknown(answers: Answers) -> Iterator[tuple[str, str]]:
    """Languages and zones that there are not: no site can be made of them."""
    from statusgen import civil
    from statusgen.content.suggestions import nearest
    from statusgen.i18n import available_languages

    catalogs, zones = available_languages(), civil.zone_names()
    if answers.zone not in zones:
        yield "zone", f"`{answers.zone}` is no time zone. {nearest(answers.zone, sorted(zones))}"
    for tag in answers.languages:
        if tag not in catalogs:
            yield "languages", f"There is no language `{tag}`. {nearest(tag, catalogs)}"


def _refused(folder: Path, answers: Answers, now: datetime) -> list[tuple[str, str]]:
    """What `check` has against the site that these answers make."""
    from statusgen import themes
    from statusgen.build import check
    from statusgen.starter.site import site_files

    content = {
        path.removeprefix("content/"): data
        for path, data in site_files(answers, now).items()
        if path.startswith("content/")
    }
    lines = content["site.yaml"].decode().splitlines()
    return [
        (_answer_on(lines[found.place.line - 1]), f"{found.message} {found.help}".strip())
        for found in check(content, themes.load(folder), now).findings
        if isinstance(found.place, Span)
    ]


def _answer_on(line: str) -> str:
    """Which answer a line of site.yaml was made from."""
    key = line.partition(":")[0]
    return "zone" if key == "timezone" else key


def _schemas() -> dict[str, bytes]:
    """What editors need, where `schema --output` renews it."""
    from statusgen.cli.schema import files
    from statusgen.content.schema import FOLDER
    from statusgen.publish import manifest

    schemas = files()
    return {f"content/{FOLDER}/{file.path}": file.content for file in [*schemas, manifest(schemas)]}


def _languages(said: str) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in said.split(","))


def _zone_here() -> str:
    """The time zone of this machine, where it names one."""
    from statusgen.civil import zone_names

    told = os.environ.get("TZ") or os.path.realpath("/etc/localtime")
    name = told.rpartition("zoneinfo/")[2]
    return name if name in zone_names() else "UTC"


def _requirement() -> str:
    """How to install this very statusgen elsewhere, as pip has it in a file (PEP 610).

    A wheel from a folder, or a checkout, is to be put beside the file.
    """
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        origin = json.loads(distribution("statusgen").read_text("direct_url.json") or "null")
    except PackageNotFoundError:
        origin = {}
    if origin is None:
        return f"statusgen=={__version__}"
    if "vcs_info" in origin:
        return f"statusgen @ git+{origin['url']}@{origin['vcs_info']['commit_id']}"
    if str(origin.get("url")).startswith("https://"):
        return f"statusgen @ {origin['url']}"
    return f"./statusgen-{__version__}-py3-none-any.whl"
