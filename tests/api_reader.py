"""A reader of our own API that takes what its schema says, and no key that it does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

FOLDER = "api/statusgen/v1/"


def read_all(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Every file but the schema by its name; AssertionError where one is not as described."""
    content = {path.removeprefix(FOLDER): files[path] for path in files if path.startswith(FOLDER)}
    schema = content.pop("schema.json")
    found = {name.removesuffix(".json"): json.loads(text) for name, text in content.items()}
    for name, values in found.items():
        wrong = mistake(schema, values)
        assert wrong is None, f"{name}: {wrong}"
    return found


def mistake(schema: bytes, values: Any) -> str | None:
    """What is wrong with the file that these values are of."""
    error = best_match(_validator(schema, values["document"]).iter_errors(values))
    return f"{error.json_path}: {error.message[:300]}" if error else None


@cache
def _validator(schema: bytes, kind: str) -> Draft202012Validator:
    return Draft202012Validator(
        {**closed(json.loads(schema)), "oneOf": [{"$ref": f"#/$defs/{kind}"}]}
    )


def closed(schema: Any) -> Any:
    """The schema with no room for what it does not describe.

    For readers it has that room: keys may be added within a version.
    """
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    is_object = schema.get("type") == "object" and "additionalProperties" not in schema
    return {**inner, "unevaluatedProperties": False} if is_object else inner
