"""``statusgen init``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statusgen import __version__
from statusgen.cli.options import NOW, guarded, read_now
from statusgen.content.tree import Tree

if TYPE_CHECKING:
    from statusgen.starter.site import Answers


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path(), required=False)
@click.option("--name", help="What the site is called.")
@click.option("--url", help="Where it will be published.")
@click.option("--organization", help="Who runs the service.")
@click.option("--timezone", "zone", help="Of the service: Europe/Amsterdam, America/New_York.")
@click.option("--languages", help="The first is that of the home page: en,nl.")
@NOW
@guarded
def command(folder: Path, moment: str | None, **given: str | None) -> None:
    """Make a new site in FOLDER (the current one): small, whole and in order.

    It has two samples to look at, and workflows that check and publish it on GitHub. What is
    not given is asked on a terminal, and chosen elsewhere. A folder with things in it is
    refused. Exit status: 0 when it was made, 2 for wrong use, 3 when the disk does not let us.
    """
    from statusgen.starter.folder import FolderTaken, refuse_taken, write_new
    from statusgen.starter.site import site_files

    now = read_now(moment, Tree())
    try:
        refuse_taken(folder)
        answers = _answers(folder, given, now)
        write_new(site_files(answers, now), folder)
    except FolderTaken as taken:
        raise click.UsageError(f"{folder} {taken}. Name a new or an empty folder.") from None
    languages = ", ".join(answers.languages)
    click.echo(f"{folder}: a site for {answers.organization} in {answers.zone} ({languages}).")
    enter = "" if folder == Path() else f"cd {folder} && "
    click.echo(f"See it: {enter}statusgen serve\nWhat to do with it is in its README.md.")


def _answers(folder: Path, given: dict[str, str | None], now: datetime) -> Answers:
    """What was given, else asked, else chosen; ends with status 2 when it cannot be used."""
    from statusgen.starter.site import Answers

    organization = given["organization"] or "Example"
    answers = Answers(
        name=given["name"] or f"{organization} Status",
        url=given["url"] or "https://status.example.com/",
        organization=organization,
        zone=given["zone"] or _zone_here(),
        languages=_languages(given["languages"] or "en"),
        requirement=_requirement(),
    )
    for option in _QUESTIONS:
        if given[option] is None and sys.stdin.isatty() and sys.stdout.isatty():
            answers = _asked(folder, answers, option, now)
            if option == "organization" and given["name"] is None:
                answers = replace(answers, name=f"{answers.organization} Status")
    mistake = _mistake(folder, answers, now)
    if mistake:
        raise click.UsageError(mistake)
    return answers


_QUESTIONS = {
    "organization": "Who runs the service",
    "name": "What the site is called",
    "url": "Where it will be published",
    "zone": "Time zone of the service",
    "languages": "Languages, the first one for the home page",
}


def _asked(folder: Path, answers: Answers, option: str, now: datetime) -> Answers:
    """The answers with this one as somebody at the terminal gives it, asked until it is right."""

    def fits(said: str) -> Answers:
        value: Any = _languages(said) if option == "languages" else said
        changed = replace(answers, **{option: value})
        mistake = _mistake(folder, changed, now)
        if mistake:
            raise click.UsageError(mistake)
        return changed

    old = getattr(answers, option)
    shown = ",".join(old) if option == "languages" else old
    ask: Callable[..., Answers] = click.prompt
    return ask(_QUESTIONS[option], default=shown, value_proc=fits)


def _mistake(folder: Path, answers: Answers, now: datetime) -> str | None:
    """What is wrong with a site of these answers, with the way out."""
    from statusgen import civil, themes
    from statusgen.build import check
    from statusgen.content.suggestions import nearest
    from statusgen.i18n import available_languages
    from statusgen.starter.site import site_files

    catalogs = available_languages()
    for tag in answers.languages:
        if tag not in catalogs:
            return f"There is no language `{tag}`. {nearest(tag, catalogs)}"
    if answers.zone not in civil.zone_names():
        return (
            f"`{answers.zone}` is no time zone. {nearest(answers.zone, sorted(civil.zone_names()))}"
        )
    files = site_files(answers, now)
    content = {
        path.removeprefix("content/"): data
        for path, data in files.items()
        if path.startswith("content/")
    }
    found = check(content, themes.load(folder), now).findings
    return f"{found[0].message} {found[0].help}".strip() if found else None


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
