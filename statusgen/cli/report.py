"""Findings as text, JSON, annotations and SARIF: printing is here and nowhere else."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from statusgen.findings import Finding, Severity, Span, errors_in

GITHUB_LIMIT = 10
"""GitHub shows ten annotations of a kind for a step, and drops the rest."""


def report(
    findings: Sequence[Finding],
    files: Mapping[str, bytes],
    folder: Path,
    style: str,
    *,
    err: bool = False,
) -> None:
    """Print the findings (on standard error with ``err``), paths as seen from the caller."""
    if style == "json":
        click.echo(json.dumps(as_json(findings, folder), ensure_ascii=False, indent=2))
    elif style == "github":
        _print_annotations(findings, folder)
    elif style == "sarif":
        _print_sarif(findings, folder)
    else:
        _print_text(findings, files, folder, err)


def _print_sarif(findings: Sequence[Finding], folder: Path) -> None:
    from statusgen.build import all_rules
    from statusgen.cli.sarif import sarif

    shown = [(finding, _shown(_span(finding).path, folder)) for finding in findings]
    click.echo(json.dumps(sarif(shown, all_rules()), ensure_ascii=False, indent=2))


def tell_count(findings: Sequence[Finding], files: int) -> None:
    """One line at the end: how much was read and what was found."""
    errors = errors_in(findings)
    warnings = len(findings) - errors
    click.echo(f"{files} files, {_count(errors, 'error')}, {_count(warnings, 'warning')}", err=True)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def as_json(findings: Sequence[Finding], folder: Path) -> dict[str, Any]:
    """The findings for programs."""
    errors = errors_in(findings)
    return {
        "findings": [_finding_as_json(finding, folder) for finding in findings],
        "errors": errors,
        "warnings": len(findings) - errors,
    }


def _finding_as_json(finding: Finding, folder: Path) -> dict[str, Any]:
    span = _span(finding)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "path": _shown(span.path, folder),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": finding.message,
        "help": finding.help,
        "data": dict(finding.data),
    }


def _print_text(
    findings: Sequence[Finding], files: Mapping[str, bytes], folder: Path, err: bool
) -> None:
    for finding in findings:
        span = _span(finding)
        is_error = finding.severity is Severity.ERROR
        kind = click.style(finding.severity, fg="red" if is_error else "yellow", bold=True)
        where = f"{_shown(span.path, folder)}:{span.line}:{span.column}"
        place = click.style(where, bold=True)
        lines = [f"{place}: {kind}: {finding.message} [{finding.code}]", *_excerpt(span, files)]
        if finding.help:
            lines.append(f"      {click.style('way out:', fg='cyan')} {finding.help}")
        click.echo("\n".join([*lines, ""]), err=err)


def _excerpt(span: Span, files: Mapping[str, bytes]) -> list[str]:
    """The line of the file with a caret under the place; nothing when it has no such line."""
    lines = files.get(span.path, b"").decode("utf-8-sig", "replace").splitlines()
    if span.line > len(lines) or not lines[span.line - 1].strip():
        return []
    line = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in lines[span.line - 1]
    )
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    first = max(start - 60, 0)
    shown = line[first : first + 100]
    width = max(min(end - start, len(shown) - (start - first)), 1)
    return [f"{span.line:>5} | {shown}", f"      | {' ' * (start - first)}{'^' * width}"]


def _print_annotations(findings: Sequence[Finding], folder: Path) -> None:
    told: dict[Severity, int] = {}
    for finding in findings:
        told[finding.severity] = told.get(finding.severity, 0) + 1
        if told[finding.severity] <= GITHUB_LIMIT:
            click.echo(_annotation(finding, folder))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and findings:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(_summary(findings, folder))


def _annotation(finding: Finding, folder: Path) -> str:
    span = _span(finding)
    where = {
        "file": _shown(span.path, folder),
        "line": str(span.line),
        "col": str(span.column),
        "endLine": str(span.end_line),
        "endColumn": str(span.end_column),
        "title": finding.code,
    }
    properties = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in where.items())
    said = f"{finding.message} {finding.help}".strip()
    return f"::{finding.severity} {properties}::{_escaped(said, '')}"


def _escaped(text: str, also: str) -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _summary(findings: Sequence[Finding], folder: Path) -> str:
    rows = [
        f"| {f.severity} | `{_shown(_span(f).path, folder)}:{_span(f).line}` | {_told(f)} |\n"
        for f in findings
    ]
    return "| | place | finding |\n| --- | --- | --- |\n" + "".join(rows)


def _told(finding: Finding) -> str:
    return cell(f"{finding.message} {finding.help} ({finding.code})")


def cell(text: str) -> str:
    """Text as it stands in a cell of a table in Markdown."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _shown(path: str, folder: Path) -> str:
    """A path in the content folder, from where the command was called."""
    return os.path.normpath(f"{folder.as_posix()}/{path}").replace(os.sep, "/")


def _span(finding: Finding) -> Span:
    assert isinstance(finding.place, Span)
    return finding.place
