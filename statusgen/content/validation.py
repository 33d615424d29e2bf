"""From the plain value of a file to its document, with every error as a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from statusgen.content import rules
from statusgen.content.context import Context
from statusgen.content.strict_yaml import Value
from statusgen.content.suggestions import nearest
from statusgen.findings import Finding, Key, Place, Rule

_BY_CODE = {rule.code: rule for rule in rules.RULES}
_Document = TypeVar("_Document", bound=BaseModel)


def validate(
    kind: type[_Document], value: Value, path: str, context: Context
) -> tuple[_Document | None, list[Finding]]:
    """The document in ``value``, or None with all that is wrong with it."""
    if value is None:
        value = [] if issubclass(kind, RootModel) else {}
        if isinstance(value, dict) and (needed := _needed(kind)):
            help = f"It needs {', '.join(f'`{key}:`' for key in needed)}."
            return None, [rules.MISSING_KEY.found(Place(path), "The file is empty.", help)]
    try:
        return kind.model_validate(value, context=context), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_finding(kind, detail, path) for detail in details]


def _needed(kind: type[BaseModel]) -> list[str]:
    return [f.alias or name for name, f in kind.model_fields.items() if f.is_required()]


def _finding(kind: type[BaseModel], error: ErrorDetails, path: str) -> Finding:
    # The tags of a union and pydantic's mark for a key are no keys of the file.
    keys = tuple(key for key in error["loc"] if key not in ("<list>", "<mapping>", "[key]"))
    place = Place(path, keys, "key" if "[key]" in error["loc"] else "value")
    context: Mapping[str, Any] = error.get("ctx", {})
    if error["type"] in _BY_CODE:
        return _own(_BY_CODE[error["type"]], place, context)
    return _pydantic(kind, error["type"], place, error.get("input"), context)


def _own(rule: Rule, place: Place, context: Mapping[str, Any]) -> Finding:
    if context["keys"]:
        place = Place(place.path, (*place.keys, *context["keys"]), context["part"])
    return rule.found(place, context["message"], context["help"])


def _pydantic(
    kind: type[BaseModel], error: str, place: Place, given: Any, context: Mapping[str, Any]
) -> Finding:
    last = place.keys[-1] if place.keys else ""
    if error == "missing":
        return rules.MISSING_KEY.found(
            Place(place.path, place.keys[:-1]), f"`{last}` is missing.", f"Add `{last}:` here."
        )
    if error == "extra_forbidden":
        known = _keys_at(kind, place.keys[:-1])
        return rules.UNKNOWN_KEY.found(
            Place(place.path, place.keys, "key"),
            f"`{last}` is no key of this.",
            nearest(str(last), known),
        )
    if error in ("enum", "literal_error") and isinstance(given, str):
        known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return rules.UNKNOWN_VALUE.found(
            place, f"`{given[:40]}` is not among the choices.", nearest(given, known)
        )
    if error == "too_short":
        return rules.BAD_VALUE.found(place, "At least one is needed here.", "Add one.")
    if error == "too_long":
        most = context.get("max_length")
        return rules.BAD_VALUE.found(place, f"At most {most} are taken here.", "Leave some out.")
    form, example = _FORMS.get(error, ("another form", "{}: ..."))
    return rules.WRONG_TYPE.found(
        place, f"This takes {form}.", f"Write it as `{example.format(_key_of(place))}`."
    )


_MAPPING = ("a mapping", "{}: {{key: value}}")
_FORMS = {
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "list_type": ("a list", "{}: [one, another]"),
    "enum": ("one word", "{}: word"),
    "literal_error": ("one word", "{}: word"),
}


def _key_of(place: Place) -> str:
    """The nearest key above the place that has a name."""
    return next((key for key in reversed(place.keys) if isinstance(key, str)), "key")


def _keys_at(kind: type[BaseModel], keys: tuple[Key, ...]) -> list[str]:
    """The keys that the mapping at these keys takes."""
    model = kind
    for key in keys:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if key in fields:
            model = _model_in(fields[str(key)].annotation) or model
        elif "root" in fields:
            model = _model_in(fields["root"].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The document class in list[X], dict[..., X], X | None or X."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [_model_in(argument) for argument in get_args(annotation)]
    return next((model for model in found if model), None)
