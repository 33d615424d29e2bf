"""A company's history, made up: the same seed gives the same files on every machine."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

COMPONENTS = [f"part-{number:02}" for number in range(20)]
BEGINNING = datetime(2016, 1, 4)
DAYS = 10 * 365
WORDS = [
    *("pagina", "laden", "langzamer", "dan", "normaal", "herstel", "begonnen", "oorzaak"),
    *("gevonden", "exports", "wachtrij", "gegevens", "bewaard", "controle", "loopt"),
    *("verbinding", "databank", "opgelost", "alles", "werkt", "weer", "server"),
]


def corpus(events: int, seed: int = 1) -> dict[str, bytes]:
    """A content folder (path -> bytes) with that many events over ten years.

    Four in five are incidents of three or four updates, the others maintenance in the
    agreed windows.
    """
    chance = random.Random(seed)
    files = {name: text.encode() for name, text in _SITE.items()}
    for number in range(events):
        day = BEGINNING + timedelta(days=chance.randrange(DAYS))
        if number % 5:
            path = f"incidents/{day.year}/{day:%Y-%m-%d}-incident-{number:06}.yaml"
            files[path] = _incident(chance, day, number).encode()
        else:
            path = f"maintenance/{day.year}/{day:%Y-%m-%d}-work-{number:06}.yaml"
            files[path] = _maintenance(chance, day, number).encode()
    return files


def _incident(chance: random.Random, day: datetime, number: int) -> str:
    at = day + timedelta(minutes=chance.randrange(24 * 60 - 600))
    lines = [
        f"title: {{nl: Storing {number}, en: Incident {number}}}",
        "components:",
        f"  {chance.choice(COMPONENTS)}: {chance.choice(_STATUSES)}",
        f"ticket: INL-{number}",
        f"started: {at:%Y-%m-%dT%H:%M}Z",
        "updates:",
    ]
    for status in ("investigating", "identified", "monitoring", "resolved")[number % 2 :]:
        at += timedelta(minutes=chance.randrange(5, 120))
        lines += [
            f"  - at: {at:%Y-%m-%dT%H:%M}Z",
            f"    status: {status}",
            "    text:",
            f"      nl: {_sentence(chance)}",
            f"      en: {_sentence(chance)}",
        ]
    return "\n".join(lines) + "\n"


def _maintenance(chance: random.Random, day: datetime, number: int) -> str:
    saturday = day + timedelta(days=5 - day.weekday(), hours=8)
    return (
        f"title: {{nl: Onderhoud {number}, en: Work {number}}}\n"
        f"components: [{chance.choice(COMPONENTS)}]\n"
        f"start: {saturday:%Y-%m-%d %H:%M}\n"
        "duration: 2h\n"
        f"announced: {saturday - timedelta(days=7):%Y-%m-%d %H:%M}\n"
        f"text: {{nl: {_sentence(chance)}, en: {_sentence(chance)}}}\n"
    )


def _sentence(chance: random.Random) -> str:
    words = chance.choices(WORDS, k=chance.randrange(6, 20))
    if chance.random() < 0.2:
        words[2] = f"**{words[2]}**"
    return " ".join(words).capitalize() + "."


_STATUSES = ("degraded_performance", "partial_outage", "major_outage")
_SITE = {
    "site.yaml": (
        "name: Benchmark\nurl: https://status.example/\ntimezone: Europe/Amsterdam\n"
        "languages: [nl, en]\n"
    ),
    "sla.yaml": (
        "title: {nl: Afspraken, en: Agreement}\n"
        "availability:\n  target: 90%\n  holidays: NL\n"
        "  hours: {days: mon-fri, from: 08:30, to: 17:30}\n"
        "maintenance:\n  notice: 24h\n  windows:\n"
        "    - {days: mon-thu, from: 17:30, to: 08:30}\n"
        "    - {from: fri 17:30, to: mon 08:30}\n"
    ),
    "components.yaml": "groups:\n  - id: all\n    name: {nl: Alles, en: All}\n    components:\n"
    + "".join(f"      - {{id: {name}, name: {name.title()}}}\n" for name in COMPONENTS),
}
