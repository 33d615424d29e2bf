"""How an editor checks and explains each kind of value: the JSON Schema of the field types.

The reader keeps every scalar as the text that was written, and an editor types it by its
looks: ``17:30`` can reach it as text or, in YAML 1.1, as the number 1050, ``2041`` as a number
and ``NO`` (Norway) as false. Each form takes what the reader may see written that way; it never
refuses what the reader takes. Patterns are those of ECMA-262 that Python reads alike.
"""

from __future__ import annotations

from typing import Any

from pydantic import WithJsonSchema

from statusgen.content.values import MAX_ADDRESS, MAX_HOST, MAX_ID, MAX_LINE, MAX_TEXT
from statusgen.model.components import ComponentStatus

_SCALAR = ["string", "number", "boolean"]
_DATE = "[0-9]{4,6}-[0-9]{2}-[0-9]{2}"
_CLOCK = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
_DAY_NAME = (
    "([Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]|[Ss][Uu][Nn])"
)
_DEVICE = "([Cc][Oo][Nn]|[Pp][Rr][Nn]|[Aa][Uu][Xx]|[Nn][Uu][Ll]|([Cc][Oo][Mm]|[Ll][Pp][Tt])[0-9])"
_ID = "(?!(con|prn|aux|nul|(com|lpt)[0-9])$)[a-z0-9]+(-[a-z0-9]+)*"
_DURATION = (
    "(?=[^0-9]*[0-9])([0-9]{1,6}d)? ?([0-9]{1,6}h)? ?([0-9]{1,6}m)? ?([0-9]{1,6}s)?"
    "|P([0-9]{1,6}D)?(T([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}S)?)?"
)
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_IN_ADDRESS = r"""[^\s<>"'\\^`{|}]"""
_ADDRESS = f"[Hh][Tt][Tt][Pp][Ss]?://{_IN_ADDRESS}+"
_MAIL = "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*"
LANGUAGE_TAG = "^[a-z]{2,3}(-[A-Z]{2})?$"
ID_PATTERN = f"^{_ID}$"


def _form(description: str, *examples: Any, **schema: Any) -> WithJsonSchema:
    told = {"examples": list(examples)} if examples else {}
    return WithJsonSchema({**schema, "description": description, **told})


def whole_number(least: int, most: int) -> WithJsonSchema:
    """A number in a range; digits as they are read, since an editor may type ``010`` as 8."""
    return _form(
        f"A whole number from {least} to {most}.",
        type=["integer", "string"],
        minimum=least,
        maximum=most,
        pattern=_spaced("[1-9][0-9]{0,8}" if least else "0|[1-9][0-9]{0,8}"),
    )


def _spaced(pattern: str) -> str:
    """The pattern with room around it, which the reader passes over."""
    return rf"^\s*({pattern})\s*$"


_TEXT = {"minLength": 1, "maxLength": MAX_TEXT, "pattern": r"\S"}
_WORDS = {
    "type": [*_SCALAR, "object"],
    **_TEXT,
    "minProperties": 1,
    "patternProperties": {LANGUAGE_TAG: {"type": _SCALAR, **_TEXT}},
    "additionalProperties": False,
}

WORDS = _form(
    "In the site's first language, or a mapping with a text for each language.",
    "Database-upgrade",
    {"nl": "Database-upgrade", "en": "Database upgrade"},
    **_WORDS,
)
NAME = _form(
    "The same in every language, or a mapping with one for each.",
    "Dashboard",
    {"nl": "Datacenter", "en": "Data centre"},
    **_WORDS,
)
LINE = _form("One line.", type=_SCALAR, minLength=1, maxLength=MAX_LINE, pattern=r"\S")
INSTANT = _form(
    "Wall time of the site's zone, or a moment with an offset.",
    "2026-11-23 15:03",
    "2026-11-23T15:03+01:00",
    "2026-11-23T14:03Z",
    type="string",
    pattern=_spaced(f"{_DATE}[T ]{_CLOCK} ?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?"),
)
WALL_TIME = _form(
    "Without an offset, since it recurs on the site's clock.",
    "2026-01-08 22:00",
    type="string",
    pattern=_spaced(f"{_DATE}[T ]{_CLOCK} ?"),
)
DAY = _form("A date alone.", "2026-12-24", type="string", pattern=_spaced(_DATE))
TIME_OF_DAY = _form(
    "Hours and minutes; 24:00 is midnight.",
    "08:30",
    type=["string", "integer"],
    pattern=_spaced("([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00"),
    minimum=0,
    maximum=24 * 60,
)
DURATION = _form(
    "Days, hours, minutes and seconds.",
    "2h",
    "90m",
    "1d 4h",
    "PT2H",
    type="string",
    pattern=_spaced(_DURATION),
)
DURATION_OR_NEVER = _form(
    "Days, hours, minutes and seconds, or never.",
    "4h",
    "never",
    type="string",
    pattern=_spaced(f"never|{_DURATION}"),
)
SHARE = _form(
    "A percentage, or a number from 0 to 1.",
    "90%",
    "99.95%",
    0.9,
    type=["string", "number"],
    pattern=_spaced(r"[0-9]{1,3}(\.[0-9]{1,9})? ?%?"),
    minimum=0,
    maximum=1,
)
WEEKDAYS = _form(
    "From and to, or a list.",
    "mon-fri",
    "sat, sun",
    type="string",
    pattern=_spaced(rf"{_DAY_NAME}(\s*-\s*{_DAY_NAME})?(\s*,\s*{_DAY_NAME}(\s*-\s*{_DAY_NAME})?)*"),
)
FLAG = _form("Written true or false.", type=["boolean", "string"], pattern="^(true|false)$")
IDENTIFIER = _form(
    "Lower-case letters, digits and single hyphens, at most 80.",
    "dashboard",
    type=_SCALAR,
    maxLength=MAX_ID,
    pattern=ID_PATTERN,
)
COMPONENT = _form(
    "Ids of components.yaml.",
    "dashboard",
    type=_SCALAR,
    maxLength=MAX_ID,
    pattern=ID_PATTERN,
)
AFFECTED = _form(
    "Ids of components.yaml; with `id: status` each has its own status, "
    "in a plain list all have the one that fits the impact.",
    ["server", "dashboard"],
    {"dashboard": "degraded_performance"},
    type=["array", "object"],
    items=COMPONENT.json_schema,
    minItems=1,
    minProperties=1,
    patternProperties={ID_PATTERN: {"enum": [status.value for status in ComponentStatus]}},
    additionalProperties=False,
)
TICKET = _form(
    "Letters, digits, and hyphens, dots or underscores between.",
    "INL-2041",
    type=_SCALAR,
    pattern=f"^(?!{_DEVICE}([.]|$))[A-Za-z0-9]([A-Za-z0-9._-]{{0,38}}[A-Za-z0-9])?$",
)
ADDRESS = _form(
    "A web address, from https:// on.",
    "https://www.voorbeeld.example/",
    type="string",
    maxLength=MAX_ADDRESS,
    pattern=f"^{_ADDRESS}$",
)
CONTACT = _form(
    "A web address, or an address to write to.",
    "mailto:security@voorbeeld.example",
    type="string",
    pattern=f"^({_ADDRESS}|mailto:{_IN_ADDRESS}+@{_IN_ADDRESS}*[.]{_IN_ADDRESS}*)$",
)
MAILBOX = _form(
    "An address, or a name with an address.",
    "status@voorbeeld.example",
    "Voorbeeld <status@voorbeeld.example>",
    type="string",
    maxLength=MAX_HOST,
    pattern=f'^({_MAIL}|[^<>"\\\\,;:@\\x00-\\x1f\\x7f]{{1,80}} <{_MAIL}>)$',
)
VARIABLE = _form(
    "The name of an environment variable, in capitals.",
    "OPS_WEBHOOK",
    type="string",
    pattern="^[A-Z_][A-Z0-9_]{0,79}$",
)
HOST = _form(
    "What stands between https:// and the next slash.",
    "status.voorbeeld.example",
    type=_SCALAR,
    maxLength=MAX_HOST,
    pattern=f"^{_LABEL}([.]{_LABEL})*$",
)
HOST_AND_PORT = _form(
    "A host and a port, with a colon between.",
    "db.voorbeeld.example:5432",
    "[2001:db8::1]:22",
    type="string",
    pattern=_spaced(rf"({_LABEL}([.]{_LABEL})*|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{{0,4}}"),
)
IP_ADDRESS = _form(
    "An IP address.",
    "192.0.2.7",
    "2001:db8::7",
    type="string",
    pattern=_spaced("[0-9A-Fa-f:.]+"),
)
ZONE = _form(
    "An IANA name.",
    "Europe/Amsterdam",
    type="string",
    pattern="^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$",
)
LANGUAGE = _form(
    "The tag of a language.",
    "nl",
    "en",
    "pt-BR",
    type=["string", "boolean"],
    pattern=LANGUAGE_TAG,
)
HOLIDAYS = _form(
    "Two capitals, or none.",
    "NL",
    "none",
    type=["string", "boolean"],
    pattern="^(none|[A-Z]{2})$",
)
COUNTRY = _form("Two capitals.", "NL", type=["string", "boolean"], pattern="^[A-Z]{2}$")
