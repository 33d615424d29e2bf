"""What the reader takes the schemas take, however an editor types it; a wrong form they refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import TypeAdapter, ValidationError

from statusgen import civil
from statusgen.content import fields
from statusgen.content.context import Context
from statusgen.content.pages import header_of
from statusgen.content.schema import KINDS, kind_of, schema
from statusgen.content.strict_yaml import parse
from statusgen.content.validation import validate
from statusgen.findings import Finding

TESTS = Path(__file__).resolve().parents[1]
SAMPLE = TESTS.parent / "content"
INVALID = TESTS / "cases" / "invalid"
VALIDATORS = {name: Draft7Validator(schema(name)) for name in KINDS}

FORM = {"unknown-key", "missing-key", "wrong-type", "unknown-value", "empty-text", "bad-id"}
"""What a schema must refuse too: the rules on form, whatever the value means."""

BEYOND = {
    "bad-value/counts-that-fall": "values are compared",
    "bad-value/day-that-is-not": "the calendar",
    "bad-value/holidays-open-without-country": "keys are compared",
    "bad-value/address-with-a-query": "only the address of a site has none",
    "bad-value/language-twice": "items are compared",
    "unknown-value/zone": "the zones that there are",
    "bad-value/channel-of-no-kind": "keys are compared",
    "bad-value/channel-of-two-kinds": "keys are compared",
    "bad-value/window": "a window is read whole, by whether it has days",
}
"""Cases that only `check` can refuse, though their rule is also one of form."""


# How an editor sees a scalar that is not quoted.

_NULL = re.compile(r"~|null|Null|NULL|")
_CORE = (
    (_NULL, lambda _: None),
    (re.compile("true|True|TRUE"), lambda _: True),
    (re.compile("false|False|FALSE"), lambda _: False),
    (re.compile("[-+]?[0-9]+"), int),
    (re.compile("0o[0-7]+"), lambda text: int(text, 8)),
    (re.compile("0x[0-9a-fA-F]+"), lambda text: int(text, 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda _: float("inf")),
    (re.compile(r"\.(nan|NaN|NAN)"), lambda _: float("nan")),
)
_YAML_1_1 = (
    (_NULL, lambda _: None),
    (re.compile("yes|Yes|YES|true|True|TRUE|on|On|ON|y|Y"), lambda _: True),
    (re.compile("no|No|NO|false|False|FALSE|off|Off|OFF|n|N"), lambda _: False),
    (re.compile("[-+]?0[0-7_]+"), lambda text: int(text.replace("_", ""), 8)),
    (re.compile("[-+]?(0|[1-9][0-9_]*)"), lambda text: int(text.replace("_", ""))),
    (re.compile("[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+"), lambda text: _base_60(text)),
    (re.compile(r"[-+]?[0-9][0-9_]*\.[0-9_]*"), lambda text: float(text.replace("_", ""))),
)
TYPINGS = {"1.2": _CORE, "1.1": _YAML_1_1}


def _base_60(text: str) -> int:
    number = 0
    for part in text.replace("_", "").split(":"):
        number = 60 * number + int(part)
    return number


@dataclass(frozen=True)
class Scalar:
    """Text with or without quotes."""

    text: str
    plain: bool = True

    def read(self) -> str | None:
        return None if self.plain and _NULL.fullmatch(self.text) else self.text

    def typed(self, version: str) -> Any:
        for form, convert in TYPINGS[version] if self.plain else ():
            if form.fullmatch(self.text):
                return convert(self.text)
        return self.text


def tree(data: bytes) -> Any:
    """A file as a tree of scalars."""
    return _tree(yaml.compose(data.decode(), Loader=yaml.CSafeLoader))


def _tree(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _tree(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_tree(item) for item in node.value]
    return Scalar(node.value, not node.style) if node else Scalar("")


def seen(tree: Any, scalar: Callable[[Scalar], Any]) -> Any:
    if isinstance(tree, dict):
        return {key: seen(value, scalar) for key, value in tree.items()}
    if isinstance(tree, list):
        return [seen(item, scalar) for item in tree]
    return scalar(tree)


def refused_by_schema(kind: str, tree: Any, version: str) -> str:
    said = VALIDATORS[kind].iter_errors(seen(tree, lambda scalar: scalar.typed(version)))
    return "; ".join(error.message for error in said)


def refused_by_reader(kind: str, tree: Any) -> list[Finding]:
    value = seen(tree, Scalar.read)
    return validate(KINDS[kind].document, value, "a.yaml", CONTEXT)[1]


def documents(folder: Path) -> Iterator[tuple[str, Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        kind = kind_of(name) if path.is_file() else None
        if kind:
            data = path.read_bytes()
            yield kind, path, header_of(data) if kind == "page" else data


def found(key: str, tree: Any) -> Iterator[Scalar]:
    """The scalars behind a key, wherever in a tree it is."""
    for container, name in spots(tree):
        if name == key:
            yield container[name]


def spots(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Each container in a tree with each of its keys."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from spots(tree[key])


SOUND = [
    *documents(SAMPLE),
    *documents(TESTS / "cases" / "base"),
    *documents(TESTS / "cases" / "build" / "one-night" / "content"),
]


IDS = {scalar.text for _, _, data in SOUND for scalar in found("id", tree(data))}
COMPONENTS = (*sorted(IDS), "1", "2041", "no", "1e5", "010")
CONTEXT = Context(ZoneInfo("Europe/Amsterdam"), ("nl", "en"), COMPONENTS)


@pytest.mark.parametrize("version", TYPINGS)
def test_content_in_order_is_taken(version: str) -> None:
    assert {kind for kind, _, _ in SOUND} == set(KINDS)
    for kind, path, data in SOUND:
        assert refused_by_schema(kind, tree(data), version) == "", path


@pytest.mark.parametrize(
    "case", sorted({path.parent for path in INVALID.rglob("expected.json")}), ids=lambda c: c.name
)
def test_a_case_is_refused_for_its_form_by_both_and_for_its_meaning_by_check_alone(
    case: Path,
) -> None:
    name = case.relative_to(INVALID).as_posix()
    broken = False
    for kind, path, data in documents(case):
        if parse(data, path.name)[1]:
            continue  # No editor gets as far as a schema.
        codes = {finding.code for finding in refused_by_reader(kind, tree(data))}
        for version in TYPINGS:
            said = refused_by_schema(kind, tree(data), version)
            broken |= bool(said)
            assert codes or not said, said
            assert said or not codes & FORM or name in BEYOND, codes
    if case.parent.name == "bad-value" and name not in BEYOND:
        assert broken


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_beyond_the_schemas_is_a_case_that_they_take(name: str) -> None:
    files = list(documents(INVALID / name))
    assert files
    assert all(not refused_by_schema(kind, tree(data), "1.2") for kind, _, data in files)


def like(pattern: str) -> st.SearchStrategy[str]:
    """Text in which more fits than a form should take, and nearly all that it should."""
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)


DATE = r" ?(20\d\d|0?1999|21999)-(0[1-9]|1[0-3])-([0-2]\d|3[0-2])"
CLOCK = r"\d{1,2}:\d\d(:\d\d)?"
WORD = r" ?[a-zA-Z0-9]{1,3}([-._ ][a-zA-Z0-9]{1,3})? ?|no|NO|on|1e5|0x1f|0o17|010|con|lpt1"
DAYS = "(mon|TUE|Wed|sun|x)"
FIELDS: dict[str, tuple[Any, st.SearchStrategy[str]]] = {
    "words": (fields.Words, like(r"[ \n]*[a-z0-9é]?|no|1_0|\.inf|\.nan|1e5|17:30|-0")),
    "name": (fields.Name, like(r"[ \n]*[a-z0-9é]?|no|1_0|\.inf|\.nan|1e5|17:30|-0")),
    "line": (fields.Line, like(r"[ \n]*[a-z0-9é]?|no|1_0|\.inf|\.nan|1e5|17:30|-0")),
    "instant": (fields.Instant, like(rf"{DATE}[T ]{CLOCK} ?(Z|[+-][01]\d:[0-6]\d)? ?")),
    "wall time": (fields.WallTime, like(rf"{DATE}[T ]{CLOCK} ?Z? ?")),
    "day": (fields.Day, like(rf"{DATE} ?")),
    "time of day": (fields.TimeOfDay, like(r" ?[0-2]?\d:[0-6]\d ?|24:00")),
    "duration": (
        fields.Duration,
        like(r" ?(\d+d)? ?(\d+h)? ?(\d{1,7}m)? ?(\d+s)? ?| ?P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)? ?"),
    ),
    "share": (fields.Share, like(r" ?[01]?\d{1,3}(\.\d{0,10})? ?%? ?|[01]0?")),
    "weekdays": (fields.Weekdays, like(rf" ?{DAYS} ?(- ?{DAYS})? ?(, ?{DAYS} ?- ?{DAYS} ?)?")),
    "flag": (fields.Flag, like(" ?(true|false|True|yes|1|on) ?")),
    "status": (fields.HttpStatus, like(r" ?[0-6]?\d{2,3} ?|2_00|\+200")),
    "places": (fields.Places, like(r" ?\d{1,3} ?")),
    "identifier": (fields.Identifier, like(WORD)),
    "component": (fields.ComponentId, st.sampled_from(COMPONENTS)),
    "ticket": (fields.Ticket, like(WORD)),
    "address": (fields.Address, like(r"[hH]tt[pP]s?://?[a-zé.:0-9/?#@-]{0,9}[ <`\\]?")),
    "contact": (fields.Contact, like(r"(mailto:|https://)?[a-zé]{1,3}@?[a-z]\.[a-z ?@]{0,3}")),
    "host": (fields.Host, like(r"[a-z0-9]{1,2}(-?[a-z0-9])?(\.[a-zA-Z0-9-]{1,2})?|no|1e5|010")),
    "zone": (fields.Zone, st.sampled_from([*sorted(civil.zone_names()), "Mars", "no"])),
    "language": (fields.Language, like("[a-z]{2,3}(-[A-Z]{2})?|no|NO|[A-Z]{2}")),
    "holidays": (fields.Holidays, like("[A-Z]{2}|none|NO|no")),
    "country": (fields.Country, like("[A-Z]{2}|none|NO|no")),
}


@pytest.mark.parametrize("name", FIELDS)
def test_what_a_field_takes_its_form_takes(name: str) -> None:
    field, likely = FIELDS[name]
    adapter: TypeAdapter[Any] = TypeAdapter(field)
    form = Draft7Validator(adapter.json_schema())
    taken = 0

    @given(st.builds(Scalar, likely, st.booleans()))
    @settings(max_examples=100)
    def agree(scalar: Scalar) -> None:
        nonlocal taken
        try:
            adapter.validate_python(scalar.read(), context=CONTEXT)
        except ValidationError:
            return
        taken += 1
        for version in TYPINGS:
            assert form.is_valid(scalar.typed(version)), scalar

    agree()
    assert taken >= 4


texts = st.one_of(*(likely for _, likely in FIELDS.values()))
scalars = st.builds(Scalar, texts, st.booleans())
values = st.recursive(
    scalars,
    lambda below: st.one_of(
        st.lists(below, max_size=2),
        st.dictionaries(st.one_of(texts, st.sampled_from(["nl", "en", "at", "from"])), below),
    ),
    max_leaves=4,
)


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, Any]:
    """A sound document with a few values put in, taken out or called otherwise."""
    kind, _, data = draw(st.sampled_from(SOUND))
    whole = deepcopy(tree(data))
    for _ in range(draw(st.integers(1, 3))):
        found = list(spots(whole))
        container, key = draw(st.sampled_from(found)) if found else (None, None)
        what = draw(st.sampled_from(["put", "put", "put", "take", "call"]))
        if container is None:
            whole = draw(values)
        elif what == "put":
            container[key] = draw(values)
        elif what == "take" or isinstance(container, list):
            del container[key]
        else:
            container[draw(texts)] = container.pop(key)
    return kind, whole


@given(changed())
@example(("incident", [Scalar("x")]))
@example(("backups", Scalar("")))
@example(("schedule", Scalar("~")))
@settings(max_examples=200)
def test_the_reader_and_the_schemas_agree(document: tuple[str, Any]) -> None:
    kind, whole = document
    findings = refused_by_reader(kind, whole)
    form = [f for f in findings if f.code in FORM and "time zone" not in f.message]
    for version in TYPINGS:
        said = refused_by_schema(kind, whole, version)
        assert findings or not said, said
        assert said or not form, form
