"""The reference, made from the program itself: `python -m tests.docs` writes it anew."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from inspect import cleandoc, getdoc
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import click
from msgspec import Struct

from statusgen.build import all_rules
from statusgen.cli.app import SECTIONS, app
from statusgen.content.schema import KINDS, schema
from statusgen.findings import Rule
from statusgen.outputs import OUTPUTS
from statusgen.outputs.html import PageAddress
from statusgen.views.events import EventView
from statusgen.views.home import HomeView
from statusgen.views.pages import PageView
from statusgen.views.report import ReportView
from statusgen.views.search import SearchView
from statusgen.views.sections import ListView
from statusgen.views.site import Frame, Made
from statusgen.views.sla import SlaView

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / ".github" / "docs" / "reference.md"
HEAD = """\
# Reference

Made from the program by `make docs`; a test holds it to what the program says.

[Commands](#commands) · [Fields](#fields) · [Rules](#rules) · [Outputs](#outputs) · \
[Values of templates](#values-of-templates)
"""
VALUES = {
    "frame": Frame,
    "here": PageAddress,
    "made": Made,
    "home": HomeView,
    "event": EventView,
    "list": ListView,
    "sla": SlaView,
    "report": ReportView,
    "page": PageView,
    "search": SearchView,
}
"""What templates are given that has parts of its own, by the name that they know it by."""


def reference() -> str:
    """The text of the reference."""
    parts = [HEAD, *_commands(), *_fields(), *_rules(), *_outputs(), *_values()]
    return "\n".join(parts)


# Commands


def _commands() -> Iterator[str]:
    yield f"## Commands\n\n{cleandoc(str(app.epilog))}\n"
    context = click.Context(app, info_name="statusgen")
    for names in SECTIONS.values():
        for name in names:
            command = app.get_command(context, name)
            assert command
            yield from _command(command, context, name)


def _command(command: click.Command, above: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=above)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"### {context.command_path}\n\n`{context.command_path} {usage}`\n"
    yield f"{_paragraphs(command.help or '')}\n"
    if isinstance(command, click.Group):
        for kind in command.list_commands(context):
            yield from _command(command.commands[kind], context, kind)
    else:
        yield _table(("option", "what it does"), _options(command, context))


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for option in command.params:
        record = option.get_help_record(context)
        if record and isinstance(option, click.Option):
            yield f"`{record[0]}`", record[1]


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in cleandoc(text).split("\n\n"))


# Fields


def _fields() -> Iterator[str]:
    yield "## Fields\n\nA key that is needed is **bold**; `[]` is an item of a list.\n"
    for name, kind in KINDS.items():
        yield f"### {name}\n\n{kind.title}: `{kind.files}`.\n"
        yield _table(("key", "what it is"), _keys(schema(name), ""))


def _keys(form: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """Each key below a schema with the way to it, and what it is."""
    if "items" in form:
        yield from _keys(form["items"], f"{at}[]")
    for value in form.get("patternProperties", {}).values():
        yield from _keys(value, f"{at}.<key>")
    if _alike(form):
        yield from _keys(next(iter(form["properties"].values())), f"{at}.<key>")
        return
    needed = form.get("required", [])
    for key, value in form.get("properties", {}).items():
        way = f"{at}.{key}".lstrip(".")
        yield f"**`{way}`**" if key in needed else f"`{way}`", _explained(value)
        yield from _keys(value, way)


def _alike(form: dict[str, Any]) -> list[str]:
    """The keys of a mapping that takes the same for each of them."""
    first, *others = form.get("properties", {}).values() or [None]
    return list(form["properties"]) if others and all(o == first for o in others) else []


def _explained(form: dict[str, Any]) -> str:
    of_each: dict[str, Any] = form.get("items") or next(
        iter(form.get("patternProperties", {}).values()), {}
    )
    if _alike(form):
        of_each = next(iter(form["properties"].values()))
    words = [form.get("description", "")]
    if of_each.get("description", "") not in words[0]:
        words.append(of_each["description"])
    choices = [choice for choice in form.get("enum") or of_each.get("enum") or [] if choice]
    for start, said in (("One of", choices), ("For each of", _alike(form))):
        words.append(f"{start} {', '.join(f'`{one}`' for one in said)}." if said else "")
    return " ".join(filter(None, words))


# Rules and outputs


def _rules() -> Iterator[str]:
    yield "## Rules\n\nAn error stops a build, a warning is only told: `statusgen rules CODE`.\n"
    yield from (_rule(rule) for rule in all_rules())


def _rule(rule: Rule) -> str:
    clause = f", clause {rule.clause}" if rule.clause else ""
    said = f"{rule.summary} {rule.explanation} ({rule.severity}{clause})"
    return f"### {rule.code}\n\n{said}\n\n```text\n{rule.example}\n```\n"


def _outputs() -> Iterator[str]:
    yield "## Outputs\n\n`outputs: {NAME: false}` in `site.yaml` switches one off.\n"
    modules = ((name, sys.modules[f"statusgen.outputs.{name}"]) for name in OUTPUTS)
    rows = ((f"`{name}`", _paragraphs(getdoc(m) or "").split("\n\n")[0]) for name, m in modules)
    yield _table(("name", "what it makes"), rows)


# Values


def _values() -> Iterator[str]:
    yield "## Values of templates\n"
    yield "[Theming](theming.md) tells which template is given what.\n"
    known: dict[type, None] = {}
    for shape in VALUES.values():
        _reach(shape, known)
    names = {shape: name for name, shape in VALUES.items()}
    for kind in known:
        given = f" (`{names[kind]}`)" if kind in names else ""
        yield f"### {kind.__name__}{given}\n\n{_paragraphs(getdoc(kind) or '')}\n"
        yield _table(("value", "type"), _parts(kind))


def _reach(shape: Any, known: dict[type, None]) -> None:
    """Gather every shape that the value and its parts can have."""
    for part in (get_origin(shape), *get_args(shape)):
        _reach(part, known) if part else None
    if isinstance(shape, type) and issubclass(shape, Struct) and shape not in known:
        known[shape] = None
        for hint in get_type_hints(shape).values():
            _reach(hint, known)


def _parts(shape: Any) -> Iterator[tuple[str, str]]:
    for name, kind in shape.__annotations__.items():
        yield f"`{name}`", f"`{kind}`"
    for name, value in vars(shape).items():
        if isinstance(value, property):
            yield f"`{name}`", getdoc(value) or ""


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [head, ("---", "---"), *rows]
    said = (" | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) for row in lines)
    return "\n".join(f"| {line} |" for line in said) + "\n"


if __name__ == "__main__":
    REFERENCE.write_text(reference(), "utf-8")
    print(REFERENCE.relative_to(ROOT))
