"""The files of a new site, from what somebody says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil
from statusgen.i18n import Language

if TYPE_CHECKING:
    from jinja2 import Environment

_FILES = files("statusgen.starter") / "files"
_AS_THEY_ARE = {
    ".gitignore": "gitignore",
    ".github/workflows/check.yml": "workflows/check.yml",
    ".github/workflows/publish.yml": "workflows/publish.yml",
}
_WEDNESDAY = 2


class Answers(Struct, frozen=True):
    """What is asked of a new site; ``requirement`` is how its workflows install statusgen.

    ``zone`` is a name of the IANA database, each of ``languages`` has a catalog.
    """

    name: str
    url: str
    organization: str
    zone: str
    languages: tuple[str, ...]
    requirement: str


class Samples(Struct, frozen=True):
    """When the two samples happen: an incident of yesterday, and a maintenance that is to come."""

    incident: date
    maintenance: date
    announced_at: datetime

    @property
    def paths(self) -> dict[str, str]:
        """Their files in the content folder."""
        return {
            "incident": f"incidents/{self.incident:%Y}/{self.incident}-example.yaml",
            "maintenance": f"maintenance/{self.maintenance:%Y}/{self.maintenance}-example.yaml",
        }


def site_files(answers: Answers, now: datetime) -> dict[str, bytes]:
    """Every file of the site by its path; the content is in ``content/``."""
    samples = _samples(civil.zone(answers.zone), now)
    values = _values(answers, samples)
    templates = {
        "README.md": "README.md",
        "requirements.txt": "requirements.txt",
        "content/site.yaml": "site.yaml",
        "content/sla.yaml": "sla.yaml",
        "content/components.yaml": "components.yaml",
        f"content/{samples.paths['incident']}": "incident.yaml",
        f"content/{samples.paths['maintenance']}": "maintenance.yaml",
    }
    environment = _environment()
    filled = {
        path: environment.from_string(_text(name)).render(values).encode()
        for path, name in templates.items()
    }
    return {**filled, **{path: _text(name).encode() for path, name in _AS_THEY_ARE.items()}}


def _samples(zone: ZoneInfo, now: datetime) -> Samples:
    today = civil.day_of(now, zone)
    # No clock changes in the middle of a week: the wall times of the plan are there, and once.
    ahead = (_WEDNESDAY - today.weekday()) % 7 + 7
    return Samples(today - timedelta(days=1), today + timedelta(days=ahead), now)


def _values(answers: Answers, samples: Samples) -> dict[str, Any]:
    zone = civil.zone(answers.zone)
    incident = {
        step: _written(civil.recurring(datetime.combine(samples.incident, at), zone), zone)
        for step, at in _COURSE.items()
    }
    start = civil.recurring(datetime.combine(samples.maintenance, time(21)), zone)
    return {
        "name": answers.name,
        "url": answers.url,
        "organization": answers.organization,
        "zone": answers.zone,
        "languages": answers.languages,
        "requirement": answers.requirement,
        "is_wheel": answers.requirement.startswith("./"),
        "holidays": "NL" if answers.zone == "Europe/Amsterdam" else "none",
        "valid_from": samples.incident.replace(day=1),
        "paths": samples.paths,
        "incident": incident,
        "maintenance": {
            "start": _written(start, zone),
            "announced": _written(samples.announced_at, zone),
        },
        "words": _words([Language.load(tag) for tag in answers.languages]),
    }


_COURSE = {
    "started": time(10, 5),
    "reported": time(10, 12),
    "registered": time(10, 14),
    "investigating": time(10, 20),
    "resolved": time(10, 45),
}


def _written(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as content has it: wall time, with its offset where that comes twice."""
    local = civil.to_wall(instant, zone)
    if len(civil.instants(local.replace(tzinfo=None, fold=0), zone)) == 1:
        return f"{local:%Y-%m-%d %H:%M}"
    return local.isoformat(timespec="minutes")


def _words(languages: list[Language]) -> dict[str, dict[str, str]]:
    """What the samples say: by language, since a language is a catalog."""
    told: dict[str, dict[str, str]] = {}
    for language in languages:
        for name, words in _said(language).items():
            told.setdefault(name, {})[language.tag] = words
    return told


def _said(say: Language) -> Mapping[str, str]:
    return {
        "notice": say.text("This site is new. The announcements on it are samples."),
        "agreement": say.text("Service level agreement"),
        "website": say.text("The website, with everything that you do there."),
        "api": say.text("The interface for your own programs."),
        "incident": say.text("Example: website slower than normal"),
        "investigating": say.text(
            "Pages load slower than you are used to. We are looking into the cause."
        ),
        "resolved": say.text("The cause was found and repaired. Pages load normally again."),
        "maintenance": say.text("Example: new version"),
        "work": say.text("The website and the API are unavailable for ten minutes at most."),
    }


def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=False,  # noqa: S701 - the files are YAML and Markdown
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"quoted": _quoted, "text": _text_in_yaml, "line": _line}
    return environment


def _quoted(words: str) -> str:
    """A YAML scalar: plain where nobody could read it as anything else, as JSON otherwise."""
    is_plain = all(c.isalnum() or c in " -_/.:" for c in words) and words[:1].isalnum()
    if is_plain and ": " not in words and not words.endswith((":", " ")) and words != "null":
        return words
    return json.dumps(words, ensure_ascii=False)


def _text_in_yaml(translations: Mapping[str, str]) -> str:
    """The words in each language, or plain where the site has one."""
    if len(translations) == 1:
        return _quoted(*translations.values())
    told = ", ".join(f"{tag}: {json.dumps(words)}" for tag, words in translations.items())
    return f"{{{told}}}"


def _line(words: str) -> str:
    """Words for a line of Markdown."""
    words = " ".join(words.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in words)


def _text(name: str) -> str:
    return _FILES.joinpath(*name.split("/")).read_text("utf-8")
