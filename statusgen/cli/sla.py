"""``statusgen sla``."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from statusgen.cli.options import (
    FOLDER,
    NOW,
    guarded,
    read_content,
    read_folder,
    read_now,
    site_folder,
)

if TYPE_CHECKING:
    from statusgen.history.facts import Facts
    from statusgen.history.report import Report
    from statusgen.model.content import Content


@click.command("sla")
@FOLDER
@click.option("--month", metavar="YYYY-MM", help="The report of a month (this month).")
@click.option("--year", metavar="YYYY", help="The report of a year, with each of its months.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "csv", "html"]),
    default="text",
    help="For reading, for programs, for a spreadsheet, or as a page to print and send.",
)
@NOW
@guarded
def command(
    folder: Path, month: str | None, year: str | None, style: str, moment: str | None
) -> None:
    """Report the figures of the agreement over a month or a year.

    Availability is counted in guaranteed hours, as an exact share; each figure comes with
    the minutes it is made of.

    Exit status: 0 when it was counted, 1 for errors in the content, 2 for wrong use.
    """
    if month and year:
        raise click.UsageError("Give either --month or --year.")
    tree = read_folder(folder)
    now = read_now(moment, tree)
    content = _measured(read_content(tree, folder, now), folder)

    from statusgen.history.facts import facts

    known = facts(content, now)
    reports = _reports(content, known, month, year)
    if style == "html":
        click.echo(_page(content, folder, reports[0].name, now), nl=False)
    else:
        printers = {"json": _print_json, "csv": _print_csv, "text": _print_text}
        printers[style](reports, content.site.zone)


def _measured(content: Content, folder: Path) -> Content:
    """The content with what was measured; what cannot be read of it is told."""
    from statusgen.build import measured
    from statusgen.cli.report import report
    from statusgen.content.measurement_files import read_measurements

    found, unread = measured(content, read_measurements(folder))
    report(unread, {}, folder, "text", err=True)
    return found


def _reports(content: Content, known: Facts, month: str | None, year: str | None) -> list[Report]:
    """The report asked for first; behind that of a year its months."""
    from statusgen.history.report import month_report, year_report

    if year is None:
        return [month_report(content, known, _month(month, content, known.now))]
    if not re.fullmatch(r"19[7-9]\d|20\d\d|21\d\d", year, re.ASCII):
        raise click.BadParameter("write it as 2026.", param_hint="--year")
    months = [date(int(year), number, 1) for number in range(1, 13)]
    return [year_report(content, known, int(year))] + [
        month_report(content, known, first) for first in months
    ]


def _month(month: str | None, content: Content, now: datetime) -> date:
    from statusgen import civil

    if month is None:
        return civil.day_of(now, content.site.zone).replace(day=1)
    if not re.fullmatch(r"(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])", month, re.ASCII):
        raise click.BadParameter("write it as 2026-11.", param_hint="--month")
    return date(int(month[:4]), int(month[5:]), 1)


def _print_json(reports: list[Report], _: ZoneInfo) -> None:
    from statusgen.history.report_data import as_data

    asked, *months = reports
    key = "year" if months else "month"
    said: dict[str, Any] = {key: asked.name, **as_data(asked)}
    if months:
        said["months"] = [{"month": report.name, **as_data(report)} for report in months]
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))


def _print_csv(reports: list[Report], _: ZoneInfo) -> None:
    from statusgen.history.report_data import as_data

    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["period", "component", *_COLUMNS])
    for report in reports:
        data = as_data(report)
        for figures in [{"id": "service", **data["service"]}, *data["components"]]:
            numerator, denominator = figures["availability"] or (None, None)
            figures["availability_numerator"] = numerator
            figures["availability_denominator"] = denominator
            row = [figures.get(column) for column in _COLUMNS]
            writer.writerow([report.name, figures["id"], *row])
    click.echo(table.getvalue(), nl=False)


# Whether it is in the service is said of components: the service's own row has none of it.
_COLUMNS = (
    "in_service",
    "guaranteed_minutes",
    "downtime_in_hours_minutes",
    "excused_minutes",
    "downtime_minutes",
    "availability_numerator",
    "availability_denominator",
    "availability_pct",
    "meets_target",
    "allowance_minutes",
)


def _print_text(reports: list[Report], zone: ZoneInfo) -> None:
    from statusgen.history.report_data import as_data

    for report in reports:
        data = as_data(report)
        click.echo(click.style(f"Agreement over {report.name}", bold=True))
        rows = [("the service", data["service"])]
        rows += [(figures["id"], figures) for figures in data["components"]]
        for name, figures in rows:
            click.echo(f"  {name:24} {_told(figures)}")
        if "measured" in data:
            _print_measured(data["measured"], zone)
        if report is reports[0] and report.service:
            _print_ledgers(rows, zone)


def _told(figures: dict[str, Any]) -> str:
    if figures["guaranteed_minutes"] is None:
        return "nothing promised: not applicable"
    if figures["availability_pct"] is None:
        to_come = figures["guaranteed_in_full_minutes"]
        said = f"none passed yet of {to_come} guaranteed min"
        return said if to_come else "no guaranteed hours: not applicable"
    kept = "kept" if figures["meets_target"] else "BROKEN"
    whole, _, decimals = figures["availability_pct"].partition(".")
    return (
        f"{whole:>3}.{decimals[:2]}%  {kept:6}  down {figures['downtime_minutes']} of "
        f"{figures['guaranteed_minutes']} min, excused {figures['excused_minutes']}, "
        f"left {figures['allowance_minutes']}"
    )


def _print_measured(measured: dict[str, Any], zone: ZoneInfo) -> None:
    """What probes saw, and where that is not what was reported."""
    from statusgen.intervals import Interval
    from statusgen.policy.words import said_span

    rows = [("the service", measured["service"])] if measured["service"] else []
    rows += [(figures["id"], figures) for figures in measured["components"]]
    click.echo("\n  Measured:")
    for name, figures in rows:
        share = figures["availability_pct"]
        told = f"{share.partition('.')[0]:>3}.{share.partition('.')[2][:2]}%" if share else "-"
        click.echo(
            f"  {name:24} {told:>7}  down {figures['downtime_minutes']} of "
            f"{figures['seen_minutes']} min, not seen {figures['gap_minutes']}"
        )
    for found in measured.get("disagreements", []):
        start, end = (datetime.fromisoformat(found[key]) for key in ("start", "end"))
        event = found["event"]
        what = f"reported down ({event}), measured up" if event else "measured down, not reported"
        click.echo(f"  {said_span(Interval(start, end), zone)}  {found['component']}: {what}")


def _print_ledgers(rows: list[tuple[str, dict[str, Any]]], zone: ZoneInfo) -> None:
    """The minutes of the service and of each component that has any."""
    told = [(name, figures) for name, figures in rows if figures["ledger"]]
    if not told:
        click.echo("\n  Nothing was wrong.")
    for name, figures in told:
        click.echo(f"\n  The minutes of {name}:")
        _print_ledger(figures["ledger"], zone)
        down, excused = figures["downtime_minutes"], figures["excused_minutes"]
        click.echo(f"  In all: down {down} min, excused {excused}")
    click.echo()


def _print_ledger(ledger: list[dict[str, Any]], zone: ZoneInfo) -> None:
    from statusgen.intervals import Interval
    from statusgen.policy.words import said_span

    for line in ledger:
        start, end = (datetime.fromisoformat(line[key]) for key in ("start", "end"))
        events = ", ".join(
            dict.fromkeys(f"{outage['event']} ({outage['why']})" for outage in line["outages"])
        )
        when = said_span(Interval(start, end), zone)
        click.echo(
            f"  {when}  down {line['downtime_minutes']:>5} of {line['minutes']} min, "
            f"excused {line['excused_minutes']}  {events}"
        )


def _page(content: Content, folder: Path, name: str, now: datetime) -> str:
    """The page of the report in the site's first language, whole in one file."""
    from statusgen import themes
    from statusgen.build import report_page

    theme = themes.load(site_folder(folder))[content.site.theme]
    page = report_page(content, theme, name, now)
    if page is None:
        raise click.UsageError(f"There is nothing to report of {name}.")
    return page
