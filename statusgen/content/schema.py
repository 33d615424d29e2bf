"""JSON Schema (draft-07) of each kind of document, for editors: made from the documents.

A schema takes whatever the reader takes. It refuses what has the wrong form; what keys mean
together, and what lies in other files, only ``check`` can judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from pydantic import BaseModel, RootModel

from statusgen.content import channels, monitoring
from statusgen.content.event_documents import (
    BackupsDocument,
    IncidentDocument,
    MaintenanceDocument,
    ScheduleDocument,
)
from statusgen.content.explanations import EXPLANATIONS
from statusgen.content.pages import PageHeader
from statusgen.content.site_documents import AgreementDocument, ComponentsDocument, SiteDocument

Schema = dict[str, Any]
FOLDER = ".schema"
"""Where schemas lie in a content folder: reading passes over it, and files there find them."""


class Kind(Struct, frozen=True):
    """A kind of document: the title of its schema, its class, and the files that are one."""

    title: str
    document: type[BaseModel]
    files: str


KINDS: Mapping[str, Kind] = {
    "site": Kind("The site", SiteDocument, "site.yaml"),
    "sla": Kind("The agreement", AgreementDocument, "sla.yaml"),
    "components": Kind("The components", ComponentsDocument, "components.yaml"),
    "incident": Kind("An incident", IncidentDocument, "incidents/**/*.yaml"),
    "maintenance": Kind("A maintenance", MaintenanceDocument, "maintenance/**/*.yaml"),
    "schedule": Kind("A schedule", ScheduleDocument, "schedules/**/*.yaml"),
    "backups": Kind("A log of backups", BackupsDocument, "backups/**/*.yaml"),
    "monitoring": Kind(
        "How the service is watched", monitoring.MonitoringDocument, "monitoring.yaml"
    ),
    "notify": Kind("Who is told what is new", channels.NotifyDocument, "notify.yaml"),
    "page": Kind("The header of a page", PageHeader, "pages/**/*.md"),
}


def schema(name: str) -> Schema:
    """The schema of the kind called ``name``, a key of ``KINDS``; it refers to no other."""
    kind = KINDS[name]
    made = kind.document.model_json_schema()
    whole = _for_editors(made, made.pop("$defs", {}))
    if issubclass(kind.document, RootModel):
        whole = _or_nothing(whole)  # An empty log is one without runs.
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": kind.title}
    return {**head, **whole, "description": f"statusgen: {kind.files}"}


def kind_of(path: str) -> str | None:
    """The kind of document at a path in the content folder; None where there is none."""
    for name, kind in KINDS.items():
        folder, _, ending = kind.files.partition("/**/*")
        in_folder = ending and path.startswith(f"{folder}/") and path.endswith(ending)
        if in_folder or path == kind.files:
            return name
    return None


def modeline(path: str) -> str:
    """The comment on the first line of a file that leads an editor to its schema in FOLDER.

    Raises ValueError for a path at which no document lies that is YAML as a whole.
    """
    kind = kind_of(path)
    if kind is None or not path.endswith(".yaml"):
        raise ValueError(f"no document lies at {path}")
    return f"# yaml-language-server: $schema={'../' * path.count('/')}{FOLDER}/{kind}.json"


_NOT_SHOWN = ("title", "default", "propertyNames")


def _for_editors(made: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """What pydantic made, with nothing to look up elsewhere in it and every key explained.

    Editors tell little of what fails in a choice of schemas: here each value has one.
    """
    if "anyOf" in made:  # Its other form is null, which `_mapping` allows wherever it can.
        return _for_editors({**made["anyOf"][0], "default": made.get("default")}, definitions)
    if "$ref" in made:
        named = {**definitions[made["$ref"].rpartition("/")[2]], "default": made.get("default")}
        del named["description"]  # The class says what it is to programmers.
        return _for_editors(named, definitions)
    found = {key: value for key, value in made.items() if key not in _NOT_SHOWN}
    if isinstance(made.get("default"), (str, bool, int)):
        found["default"] = made["default"]
    if "const" in made:
        found["enum"] = [found.pop("const")]
    if "items" in made:
        found["items"] = _for_editors(made["items"], definitions)
    if made.get("type") == "object":
        found |= _mapping(made, definitions)
    return found


def _mapping(made: Schema, definitions: Mapping[str, Schema]) -> Schema:
    if "properties" in made:
        return _document(made, definitions)
    closed = {"additionalProperties": False}
    for pattern, value in made.get("patternProperties", {}).items():
        return {**closed, "patternProperties": {pattern: _for_editors(value, definitions)}}
    known = _for_editors(made["propertyNames"], definitions)["enum"]
    value = _for_editors(made["additionalProperties"], definitions)
    return {**closed, "properties": dict.fromkeys(known, value)}


def _document(made: Schema, definitions: Mapping[str, Schema]) -> Schema:
    explained = EXPLANATIONS[made["title"]]
    required = made.get("required", [])
    properties = {}
    for key, value in made["properties"].items():
        form = _for_editors(value, definitions)
        words = [explained[key], form.get("description", "")]
        form["description"] = " ".join(filter(None, words))
        properties[key] = form if key in required else _or_nothing(form)
    return {"properties": properties}


def _or_nothing(form: Schema) -> Schema:
    """The form, or no value: that counts as left out."""
    types = form["type"] if isinstance(form["type"], list) else [form["type"]]
    found = {**form, "type": [*types, "null"]}
    if "enum" in form:
        found["enum"] = [*form["enum"], None]
    return found
