"""The state on other sites: a page for an iframe, and a script that shows a banner.

Both are read between two builds. ``messages.json`` therefore says from and until when each
message holds; the page is kept right by the script of our own pages, and says of what moment
it is to those without. The banner asks ``messages.json`` of another origin, which the host must
allow: GitHub Pages does, and so does ``_headers``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from statusgen import civil
from statusgen.artifact import Artifact
from statusgen.json_file import json_file
from statusgen.outputs.edition import Edition, addresses
from statusgen.outputs.tones import TONES
from statusgen.views.embed import Message
from statusgen.views.home import Standing
from statusgen.views.phases import Phase
from statusgen.views.site import SiteView
from statusgen.views.viewpoint import Words

AHEAD = timedelta(hours=24)
"""So long before a maintenance the banner begins to tell of it."""

_TONES = "".join(
    f".{name}{{--c:light-dark({tone.colour},{tone.light})}}" for name, tone in TONES.items()
)
STYLE = Markup(
    ":root{color-scheme:light dark}"
    "*{box-sizing:border-box;margin:0;padding:0}"
    "body{padding:.75rem;background:light-dark(#fff,#181c20);color:light-dark(#16191d,#eceff2);"
    "font:1rem/1.45 system-ui,sans-serif;overflow-wrap:anywhere}"
    "ul{list-style:none}h1{font-size:1.1rem}h1::first-letter{text-transform:uppercase}h2{margin-top:.75rem;font-size:.9rem}"
    "li,footer{margin-top:.5rem;font-size:.9rem}"
    "small,footer{color:light-dark(#5d6670,#9aa4ae)}small{display:block}"
    "a{color:inherit}a:focus-visible{outline:3px solid light-dark(#2f66c4,#82aaff)}"
    "svg{width:.9em;height:.9em;margin-right:.4em;vertical-align:-.08em;fill:var(--c)}"
    "[hidden]{display:none}" + _TONES
)
POLICY = Markup(
    "default-src 'none'; script-src 'self'; style-src 'sha256-{}'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'"
).format(base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode())
"""Of the page: it may stand in any other, so it says nothing of its ancestors."""

_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}" data-site="{title}">\n<head>\n'
    '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width,initial-scale=1">\n'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    "<title>{title}</title>\n"
    '<meta name="robots" content="noindex">\n'
    "<style>{style}</style>\n"
    '<script src="{root}{script}" defer></script>\n'
    "</head>\n<body>\n<main data-live>\n{standing}"
    "{going_on}{coming}"
    '<footer><time datetime="{made}">{as_of}</time> · '
    '<a href="{root}{prefix}" target="_blank" rel="noopener">{more}</a></footer>\n'
    "</main>\n</body>\n</html>\n"
)
_HEADLINE = Markup('<h1 class="{tone}"{held}>{icon}{text}</h1>\n')
_ITEM = Markup(
    '<li class="{tone}"{held}>{icon}{state}'
    '<a href="{url}" target="_blank" rel="noopener"{lang}>{title}</a> <small>{when}</small></li>\n'
)
_COMING = Markup("<section{held}>\n<h2>{title}</h2>\n<ul>\n{items}</ul>\n</section>\n")


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """The script of the banner, and what that reads."""
    yield Artifact("embed/script.js", _banner())
    messages = {site.frame.language: _messages(site) for site in edition.sites}
    yield json_file("embed/messages.json", messages)


def in_language(edition: Edition, site: SiteView) -> Iterator[Artifact]:
    """The page."""
    script = addresses(edition.assets)["status.js"]
    yield Artifact(f"{site.embed.path}index.html", _page(site, script).encode())


def _banner() -> bytes:
    """The script without its comments and indentation, which every visitor would load."""
    lines = (files("statusgen.outputs") / "banner.js").read_text("utf-8").splitlines()
    kept = [line.strip() for line in lines if not line.lstrip().startswith("//")]
    return "\n".join([*kept, ""]).encode()


def _messages(site: SiteView) -> dict[str, Any]:
    """What the banner says in one language: what users notice, and in which time."""
    told = [_told(site, m) for m in site.embed.messages if m.is_noticed and _is_timely(m)]
    return {"label": site.embed.label, "hide": site.embed.hide, "messages": told}


def _is_timely(message: Message) -> bool:
    """What begins so late that its beginning is not told ahead, is not told yet."""
    return message.phase.end is not None or not message.is_to_come


def _told(site: SiteView, message: Message) -> dict[str, str | None]:
    early = message.started_at - AHEAD if message.is_to_come else message.started_at
    return {
        "key": message.key,
        "tone": message.tone,
        "from": message.phase.start or civil.iso(early),
        "until": message.phase.end,
        "state": message.phase.value,
        "title": message.title.text,
        "lang": message.title.lang or site.frame.language,
        "when": message.when,
        "url": f"{site.frame.url}{message.path}",
    }


def _page(site: SiteView, script: str) -> Markup:
    view, frame = site.embed, site.frame
    return _PAGE.format(
        language=frame.language,
        policy=POLICY,
        title=view.label,
        style=STYLE,
        root=_root(site),
        script=script,
        standing=_joined(map(_headline, view.standing)),
        going_on=_going_on(site),
        coming=_coming(site),
        made=site.made.moment.iso,
        as_of=view.as_of,
        more=view.more,
        prefix=frame.prefix,
    )


def _root(site: SiteView) -> str:
    return "../" * site.embed.path.count("/")


def _headline(phase: Phase[Standing]) -> Markup:
    tone, text = phase.value.tone, phase.value.headline
    return _HEADLINE.format(tone=tone, held=_held(phase), icon=_icon(tone), text=text)


def _going_on(site: SiteView) -> Markup:
    items = [_item(site, message) for message in site.embed.messages if not message.is_to_come]
    return Markup("<ul>\n{}</ul>\n").format(_joined(items)) if items else Markup()


def _coming(site: SiteView) -> Markup:
    """What is to come; its heading goes with the last of it."""
    found = [message for message in site.embed.messages if message.is_to_come]
    if not found:
        return Markup()
    ends = [message.phase.end for message in found]
    last = None if None in ends else max(filter(None, ends))
    items = _joined(_item(site, message) for message in found)
    return _COMING.format(title=site.embed.to_come, held=_held(Phase("", end=last)), items=items)


def _item(site: SiteView, message: Message) -> Markup:
    # The heading says of all that is to come that it is planned.
    said = Markup() if message.is_to_come else Markup("<b>{}</b> ").format(message.phase.value)
    return _ITEM.format(
        tone=message.tone,
        held=_held(message.phase),
        icon=_icon(message.tone),
        state=said,
        url=f"{_root(site)}{message.path}",
        lang=_lang(message.title),
        title=message.title,
        when=message.when,
    )


def _held(phase: Phase[Any]) -> Markup:
    """When it holds, as the script of our pages reads it."""
    start = Markup(' data-from="{}"').format(phase.start) if phase.start else Markup()
    end = Markup(' data-until="{}"').format(phase.end) if phase.end else Markup()
    return start + end + (Markup() if phase.holds else Markup(" hidden"))


def _icon(tone: str) -> Markup:
    return Markup(
        '<svg viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd" d="{}"/></svg>'
    ).format(TONES[tone].shape)


def _lang(words: Words) -> Markup:
    return Markup(' lang="{}"').format(words.lang) if words.lang else Markup()


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup().join(parts)
