"""The kinds of value that documents are made of, as pydantic types.

A type takes the plain text that ``strict_yaml`` gives and yields a value of the
model. What it refuses becomes an error whose type is the code of a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from ipaddress import ip_address
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    InstanceOf,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from statusgen import civil
from statusgen.artifact import is_device
from statusgen.content import forms, rules, values
from statusgen.content.context import Context
from statusgen.content.suggestions import nearest
from statusgen.content.values import MAX_ADDRESS, MAX_HOST, MAX_LINE, MAX_TEXT, BadValue
from statusgen.findings import Key, Rule
from statusgen.model.text import Text


class Document(BaseModel):
    """A mapping whose keys are all known; a key without a value counts as left out."""

    # Set up for the first that is read: documents take time, and those inside others took it twice.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_the_empty(cls, value: Any) -> Any:
        if isinstance(value, dict) and None in value.values():
            needed = {f.alias or name for name, f in cls.model_fields.items() if f.is_required()}
            return {k: given for k, given in value.items() if given is not None or k in needed}
        return value


def refusal(
    rule: Rule, message: str, help: str = "", keys: tuple[Key, ...] = (), part: str = "value"
) -> PydanticCustomError:
    """An error that becomes a finding of the rule, at ``keys`` below the field."""
    said = {"message": message, "help": help, "keys": keys, "part": part}
    return PydanticCustomError(rule.code, "{message}", said)


def _text(value: Any) -> str:
    if isinstance(value, str):
        if not value.strip():
            raise refusal(rules.EMPTY_TEXT, "The text is empty.", _SAY_OR_LEAVE)
        return value
    if value is None:
        raise refusal(rules.MISSING_KEY, "There is no value.", _SAY_OR_LEAVE)
    form = "a list" if isinstance(value, list) else "a mapping (`key: value`)"
    raise refusal(rules.WRONG_TYPE, f"This takes text, not {form}.", _NOT_TEXT)


_SAY_OR_LEAVE = "Write it; a key that is not needed can be left out."
_NOT_TEXT = "Text that has `: ` in it, or begins with a bracket or a hyphen, needs quotes."


Read = TypeVar("Read")


def _reading(read: Callable[[str], Read]) -> BeforeValidator:
    def validate(value: Any) -> Read:
        try:
            return read(_text(value))
        except BadValue as error:
            raise refusal(error.rule, error.message, error.help) from None

    return BeforeValidator(validate)


def _words(value: Any, info: ValidationInfo) -> Text:
    """Text in the site's first language, or a mapping of languages to text."""
    languages = _context(info).languages
    if not isinstance(value, dict):
        return Text(((languages[0] if languages else "", _short_enough(_text(value))),))
    for language in value:
        if languages and language not in languages:
            raise refusal(
                rules.UNKNOWN_LANGUAGE,
                f"`{language}` is no language of this site.",
                f"site.yaml lists {', '.join(languages)}.",
                (language,),
                "key",
            )
    order = languages or tuple(value)
    found = tuple((tag, _translation(tag, value[tag])) for tag in order if tag in value)
    if not found:
        raise refusal(rules.EMPTY_TEXT, "The text is there in no language.")
    return Text(found)


def _name(value: Any, info: ValidationInfo) -> Text:
    """A name: plain text is the same in each language, unlike words."""
    if isinstance(value, dict):
        return _words(value, info)
    name = _short_enough(_text(value))
    return Text(tuple((language, name) for language in _context(info).languages or ("",)))


def _translation(language: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise refusal(rules.EMPTY_TEXT, "The text is empty.", _SAY_OR_LEAVE, (language,))
    return _short_enough(value)


def _short_enough(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise refusal(
            rules.TEXT_TOO_LONG,
            f"The text has {len(text):,} characters.",
            rules.TEXT_TOO_LONG.explanation,
        )
    return text


def _line(text: str) -> str:
    if len(text) > MAX_LINE:
        raise BadValue(rules.TEXT_TOO_LONG, f"This takes at most {MAX_LINE} characters.")
    return text


def _context(info: ValidationInfo) -> Context:
    assert isinstance(info.context, Context)
    return info.context


def _instant(value: Any, info: ValidationInfo) -> datetime:
    try:
        return values.instant(_text(value), _context(info).zone)
    except BadValue as error:
        raise refusal(error.rule, error.message, error.help) from None


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        message = f"`{text[:40]}` is neither true nor false."
        raise BadValue(rules.BAD_VALUE, message, "Write `true` or `false`.")
    return text == "true"


def _duration_or_never(text: str) -> timedelta | None:
    return None if text.strip() == "never" else values.duration(text)


def _whole_number(least: int, most: int) -> BeforeValidator:
    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"0|[1-9]\d{0,8}", text.strip(), re.ASCII) else -1
        if not least <= number <= most:
            message = f"`{text[:40]}` is no number that fits."
            raise BadValue(rules.BAD_VALUE, message, f"Write a whole number, {least} to {most}.")
        return number

    return _reading(read)


def _identifier(text: str) -> str:
    if not values.is_id(text):
        raise BadValue(rules.BAD_ID, f"`{text[:90]}` is no id.", rules.BAD_ID.explanation)
    return text


def _ticket(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?", text, re.ASCII):
        message = f"`{text[:40]}` is no ticket number."
        help = "It becomes an address: letters, digits, and hyphens, dots or underscores between."
        raise BadValue(rules.BAD_VALUE, message, help)
    if is_device(text):
        message = f"`{text}` is no ticket number that can be an address."
        help = "Windows has no file of that name. Write something before it: `ticket-{text}`."
        raise BadValue(rules.BAD_VALUE, message, help.format(text=text))
    return text


def _component(value: Any, info: ValidationInfo) -> str:
    if isinstance(value, dict) and len(value) == 1:
        message = "A list of components takes their ids only."
        help = "To give statuses write `components: {dashboard: partial_outage}`, without `- `."
        raise refusal(rules.WRONG_TYPE, message, help)
    name, known = _text(value), _context(info).components
    if known and name not in known:
        message = f"`{name[:40]}` is no component."
        raise refusal(rules.UNKNOWN_COMPONENT, message, nearest(name, known))
    return name


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or re.search(r"[\s<>\"'\\^`{|}]", text) or len(text) > MAX_ADDRESS:
        raise BadValue(
            rules.BAD_VALUE,
            f"`{text[:60]}` is no web address.",
            "Write it whole: `https://www.voorbeeld.example/`.",
        )
    return text


def _contact(text: str) -> str:
    """RFC 9116 takes any URI; these are the two that people use."""
    name, at, host = text.removeprefix("mailto:").rpartition("@")
    if text.startswith("http://"):
        message = f"`{text[:60]}` is no safe way to report a security problem."
        raise BadValue(rules.BAD_VALUE, message, "Give an address that starts with `https://`.")
    if not text.startswith("mailto:"):
        return _address(text)
    if not (name and at and "." in host) or re.search(r"[\s<>\"'\\^`{|}?]", text):
        message = f"`{text[:60]}` is no address to write to."
        raise BadValue(rules.BAD_VALUE, message, "Write `mailto:security@voorbeeld.example`.")
    return text


def _mailbox(text: str) -> str:
    if not values.is_mailbox(text):
        message = f"`{text[:60]}` is no address to mail."
        help = "Write `status@voorbeeld.example` or `Voorbeeld <status@voorbeeld.example>`."
        raise BadValue(rules.BAD_VALUE, message, help)
    return text


def _variable(text: str) -> str:
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,79}", text, re.ASCII):
        message = "This is no name of an environment variable."
        help = "Name the variable that holds it, in capitals; a secret itself never stands here."
        raise BadValue(rules.BAD_VALUE, message, help)
    return text


def _host(text: str) -> str:
    label = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    if not re.fullmatch(rf"{label}(?:\.{label})*", text, re.ASCII) or len(text) > MAX_HOST:
        message = f"`{text[:60]}` is no name of a host."
        help = "Write what stands between `https://` and the next `/`: `status.voorbeeld.example`."
        raise BadValue(rules.BAD_VALUE, message, help)
    return text


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.strip().rpartition(":")
    if not re.fullmatch(r"[1-9]\d{0,4}", port, re.ASCII) or int(port) > 65_535:
        message = f"`{text[:60]}` is no host with a port."
        help = "Write them with a colon between: `db.voorbeeld.example:5432`, `[2001:db8::1]:22`."
        raise BadValue(rules.BAD_VALUE, message, help)
    if host.startswith("[") and host.endswith("]"):
        return _ip_address(host[1:-1]), int(port)
    return _host(host), int(port)


def _ip_address(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        message = f"`{text[:60]}` is no IP address."
        help = "Write it as `192.0.2.7` or `2001:db8::7`."
        raise BadValue(rules.BAD_VALUE, message, help) from None


def _zone(text: str) -> ZoneInfo:
    try:
        return civil.zone(text)
    except KeyError:
        raise BadValue(
            rules.UNKNOWN_VALUE,
            f"`{text[:40]}` is no time zone.",
            "Write an IANA name such as `Europe/Amsterdam`.",
        ) from None


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(?:-[A-Z]{2})?", text, re.ASCII):
        raise BadValue(
            rules.BAD_VALUE, f"`{text[:40]}` is no language tag.", "Write `nl`, `en` or `pt-BR`."
        )
    return text


def _holidays(text: str) -> str:
    if text != "none" and not re.fullmatch("[A-Z]{2}", text, re.ASCII):
        raise BadValue(
            rules.BAD_VALUE,
            f"`{text[:40]}` is no country.",
            "Write its two capitals (`NL`), or `none` when public holidays are working days.",
        )
    return text


def _country(text: str) -> str:
    if not re.fullmatch("[A-Z]{2}", text, re.ASCII):
        raise BadValue(
            rules.BAD_VALUE, f"`{text[:40]}` is no country.", "Write its two capitals: `NL`."
        )
    return text


Words = Annotated[InstanceOf[Text], BeforeValidator(_words), forms.WORDS]
Name = Annotated[InstanceOf[Text], BeforeValidator(_name), forms.NAME]
Line = Annotated[str, _reading(_line), forms.LINE]
Instant = Annotated[InstanceOf[datetime], BeforeValidator(_instant), forms.INSTANT]
WallTime = Annotated[InstanceOf[datetime], _reading(values.wall_time), forms.WALL_TIME]
Day = Annotated[InstanceOf[date], _reading(values.calendar_day), forms.DAY]
TimeOfDay = Annotated[InstanceOf[time], _reading(values.time_of_day), forms.TIME_OF_DAY]
Duration = Annotated[InstanceOf[timedelta], _reading(values.duration), forms.DURATION]
Share = Annotated[InstanceOf[Fraction], _reading(values.share), forms.SHARE]
Weekdays = Annotated[tuple[int, ...], _reading(values.weekdays), forms.WEEKDAYS]
Flag = Annotated[bool, _reading(_flag), forms.FLAG]
HttpStatus = Annotated[int, _whole_number(100, 599), forms.whole_number(100, 599)]
DurationOrNever = Annotated[
    InstanceOf[timedelta] | None, _reading(_duration_or_never), forms.DURATION_OR_NEVER
]
Times = Annotated[int, _whole_number(1, 100), forms.whole_number(1, 100)]
Retries = Annotated[int, _whole_number(0, 10), forms.whole_number(0, 10)]
Places = Annotated[int, _whole_number(1, 100), forms.whole_number(1, 100)]
Identifier = Annotated[str, _reading(_identifier), forms.IDENTIFIER]
ComponentId = Annotated[str, BeforeValidator(_component), forms.COMPONENT]
Ticket = Annotated[str, _reading(_ticket), forms.TICKET]
Address = Annotated[str, _reading(_address), forms.ADDRESS]
Contact = Annotated[str, _reading(_contact), forms.CONTACT]
Mailbox = Annotated[str, _reading(_mailbox), forms.MAILBOX]
Variable = Annotated[str, _reading(_variable), forms.VARIABLE]
Host = Annotated[str, _reading(_host), forms.HOST]
HostAndPort = Annotated[tuple[str, int], _reading(_host_and_port), forms.HOST_AND_PORT]
IpAddress = Annotated[str, _reading(_ip_address), forms.IP_ADDRESS]
Zone = Annotated[InstanceOf[ZoneInfo], _reading(_zone), forms.ZONE]
Language = Annotated[str, _reading(_language), forms.LANGUAGE]
Holidays = Annotated[str, _reading(_holidays), forms.HOLIDAYS]
Country = Annotated[str, _reading(_country), forms.COUNTRY]
