"""The arguments and options that several commands take, and how they are read."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statusgen import clock
from statusgen.findings import Severity

if TYPE_CHECKING:
    from statusgen.content.shelf import Shelf
    from statusgen.content.tree import Tree
    from statusgen.model.content import Content

FOLDER = click.argument(
    "folder", type=click.Path(path_type=Path), default=Path("content"), required=False
)
FORMAT = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="For people, for programs, as annotations on GitHub, or as SARIF 2.1.0.",
)
NOW = click.option(
    "--now",
    "moment",
    metavar="INSTANT",
    help="Act as if it were this moment: 2026-11-23T15:03+01:00, or wall time of the site.",
)


TEXT_OR_JSON = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people or for programs.",
)


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with what goes wrong outside told in a line: exit status 3."""
    from functools import wraps

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            # Whoever read along has gone: no more to say, and nobody to say it to.
            os._exit(141)
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"statusgen: {where}{error.strerror or error}", err=True)
            raise SystemExit(3) from None

    return run


@contextmanager
def reading_at_ease() -> Iterator[None]:
    """Look for no garbage in what is read: it is kept to the end, and looking takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def read_folder(folder: Path, shelf: Shelf | None = None) -> Tree:
    """The content folder; ends with status 2 when there is none.

    Files that are known from the ``shelf`` are read only when somebody asks for them.
    """
    from statusgen.content.tree import read_tree

    try:
        return read_tree(folder, shelf.known() if shelf else None)
    except (FileNotFoundError, NotADirectoryError):
        raise click.UsageError(
            f"There is no folder {folder}. Name the one that holds site.yaml; "
            "`statusgen init` makes one."
        ) from None


def shelf_for(folder: Path) -> Shelf | None:
    """What was read of the content folder before; None where the cache is switched off."""
    from statusgen.cache import shelf_of
    from statusgen.forked import processes

    return shelf_of(folder, jobs=processes())


def site_folder(folder: Path) -> Path:
    """The folder that holds the content folder, and the site's own themes."""
    return Path(os.path.realpath(folder)).parent


def read_content(tree: Tree, folder: Path, now: datetime) -> Content:
    """The content when it has no errors; else they are printed and status 1 ends it."""
    from statusgen import themes
    from statusgen.build import all_findings, check
    from statusgen.cli.report import report

    checked = check(tree.files, themes.load(site_folder(folder)), now, shelf=shelf_for(folder))
    findings = all_findings(tree, checked.findings)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors or checked.content is None:
        report(errors, tree.files, folder, "text", err=True)
        raise SystemExit(1)
    return checked.content


def read_now(moment: str | None, tree: Tree) -> datetime:
    """The moment asked for, else the present; ends with status 2 when it cannot be read."""
    return read_present() if moment is None else read_moment(moment, tree, "--now")


def read_present() -> datetime:
    """The present moment; ends with status 2 when the clock cannot be right."""
    from statusgen import civil

    try:
        now = clock.now()
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    if not civil.EARLIEST <= now < civil.LATEST:
        raise click.UsageError(f"The clock says {now:%Y-%m-%d}, outside 1970 to 2199.")
    return now


def read_bound(moment: str, tree: Tree, option: str) -> datetime:
    """As read_moment, and a date alone is its local midnight."""
    from statusgen import civil
    from statusgen.content.context import zone_of_site
    from statusgen.content.values import BadValue, calendar_day

    try:
        return civil.midnight(calendar_day(moment), civil.zone(zone_of_site(tree.files)))
    except BadValue:
        return read_moment(moment, tree, option)


def read_moment(moment: str, tree: Tree, option: str) -> datetime:
    """An instant, or wall time of the site; ends with status 2 when it cannot be read."""
    from statusgen import civil
    from statusgen.content.context import zone_of_site
    from statusgen.content.values import BadValue, has_offset, instant

    zone = "UTC" if has_offset(moment) else zone_of_site(tree.files)
    try:
        return instant(moment, civil.zone(zone))
    except BadValue as error:
        raise click.BadParameter(f"{error.message} {error.help}", param_hint=option) from None
