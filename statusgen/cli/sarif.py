"""Findings as SARIF 2.1.0, the OASIS standard by which tools for code pass them on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from statusgen import __version__
from statusgen.findings import Finding, Rule, Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def sarif(findings: Sequence[tuple[Finding, str]], rules: Sequence[Rule]) -> dict[str, Any]:
    """A log of one run: each finding with the path that it is shown at, and the rules there are."""
    numbers = {rule.code: number for number, rule in enumerate(rules)}
    driver = {
        "name": "statusgen",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, path, numbers) for finding, path in findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    clause = {"properties": {"clause": rule.clause}} if rule.clause else {}
    return {
        "id": rule.code,
        "shortDescription": {"text": _text(rule.summary)},
        "fullDescription": {"text": _text(rule.explanation)},
        "help": {
            "text": _text(f"{rule.explanation}\n\nRefused:\n{rule.example}"),
            "markdown": _text(f"{rule.explanation}\n\nRefused:\n\n```yaml\n{rule.example}\n```"),
        },
        "defaultConfiguration": {"level": rule.severity},
        **clause,
    }


def _result(finding: Finding, path: str, numbers: dict[str, int]) -> dict[str, Any]:
    where = {
        "artifactLocation": {"uri": quote(_from_here(path)), "uriBaseId": "%SRCROOT%"},
        "region": _region(finding),
    }
    return {
        "ruleId": finding.code,
        "ruleIndex": numbers[finding.code],
        "level": finding.severity,
        "message": {"text": _text(f"{finding.message} {finding.help}".strip())},
        "locations": [{"physicalLocation": where}],
        "properties": {"data": dict(finding.data)},
    }


def _text(text: str) -> str:
    """Section 3.11.5: braces mark what is filled in, and stand for themselves when doubled."""
    return text.replace("{", "{{").replace("}", "}}")


def _from_here(path: str) -> str:
    """Relative to the folder the command was called from: the root of a checkout, as a rule."""
    return os.path.relpath(path).replace(os.sep, "/")


def _region(finding: Finding) -> dict[str, int]:
    span = finding.place
    assert isinstance(span, Span)
    region = {"startLine": span.line, "startColumn": span.column}
    # What concerns a file as a whole has no end.
    if (span.end_line, span.end_column) > (span.line, span.column):
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
    return region
