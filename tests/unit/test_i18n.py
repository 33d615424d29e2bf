from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from string import Formatter
from typing import get_args

import jinja2
import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import nodes

from statusgen import civil, i18n
from statusgen.cldr import Conventions
from statusgen.content.site_documents import ChannelDocument
from statusgen.fragments import Once
from statusgen.i18n import Language, available_languages
from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import (
    ExclusionGround,
    FailoverPhase,
    Impact,
    IncidentKind,
    IncidentStatus,
    Priority,
    SupportLine,
)
from statusgen.model.maintenance import MaintenanceKind, MaintenanceStatus

ROOT = Path(__file__).resolve().parents[2]
NL, EN = Language.load("nl"), Language.load("en")
AMSTERDAM = civil.zone("Europe/Amsterdam")


def local(year: int, month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, fold=fold, tzinfo=AMSTERDAM)


# Languages


def test_languages() -> None:
    assert {"en", "nl"} <= set(available_languages())
    assert list(available_languages()) == sorted(available_languages())
    assert (NL.name, EN.name) == ("Nederlands", "English")
    assert Language.load("nl") is NL


@pytest.mark.parametrize("tag", ["xx", "", "NL", "../catalogs/nl", "nl.po"])
def test_a_language_without_a_catalog_is_refused(tag: str) -> None:
    with pytest.raises(KeyError):
        Language.load(tag)


def test_a_language_is_a_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pt-BR.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "{count} day"\nmsgid_plural "{count} days"\n'
        'msgstr[0] "{count} dia"\nmsgstr[1] "{count} dias"\n\n'
        'msgctxt "pattern"\nmsgid "month"\nmsgstr "LLLL \'de\' y"\n',
        encoding="utf-8",
    )
    (tmp_path / "notes.txt").touch()
    monkeypatch.setattr(i18n, "CATALOGS", tmp_path)
    assert available_languages() == ("pt-BR",)
    language = Language.load("pt-BR")
    assert language.name == "Português (Brasil)"
    assert language.date(date(2026, 11, 24), "month") == "novembro de 2026"
    assert language.duration(timedelta(days=3)) == "3 dias"
    assert language.percent(1, 3) == "33,33%"
    assert language.join(["a", "b", "c"]) == "a, b e c"


def test_the_locale_of_the_process_changes_nothing() -> None:
    program = (
        "import datetime as dt\nfrom statusgen.i18n import Language\n"
        "say = Language.load('nl')\n"
        "print(say.date(dt.date(2026, 11, 24), 'long'), say.number(1234), say.percent(1, 3))"
    )
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "LANG": "fr_FR",
        "LC_ALL": "C",
    }
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "dinsdag 24 november 2026 1.234 33,33%\n"


def test_listing_the_languages_loads_no_babel() -> None:
    program = (
        "import sys\nfrom statusgen.i18n import available_languages\n"
        "available_languages()\nprint('babel' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"


# Words


def test_a_sentence_is_filled_in() -> None:
    assert EN.text("less than a minute") == "less than a minute"
    assert NL.text("less than a minute") == "minder dan een minuut"
    assert NL.text("{count} hr", count=3) == "3 u"


def test_a_sentence_without_translation_is_english() -> None:
    assert NL.text("No such sentence about {name}.", name="<b>") == "No such sentence about <b>."
    assert NL.plural("{count} such", "{count} suches", 1234) == "1.234 suches"


def test_a_sentence_takes_any_name() -> None:
    assert EN.text("{self} {message} {count}", self=1, message=2, count=3) == "1 2 3"
    assert EN.plural("{one}", "{many}", 2, one=1, many=4) == "4"


@pytest.mark.parametrize(
    ("count", "dutch", "english"),
    [
        (0, "0 dagen", "0 days"),
        (1, "1 dag", "1 day"),
        (2, "2 dagen", "2 days"),
        (1234, "1.234 dagen", "1,234 days"),
    ],
)
def test_plurals(count: int, dutch: str, english: str) -> None:
    assert NL.plural("{count} day", "{count} days", count) == dutch
    assert EN.plural("{count} day", "{count} days", count) == english


def test_plurals_for_a_script_that_counts_later() -> None:
    assert NL.plural_forms("{count} day", "{count} days") == {
        "one": "{count} dag",
        "other": "{count} dagen",
    }
    polish = i18n.Language("pl", Conventions.of(Locale("pl"), {}), NL.translations)
    assert list(polish.plural_forms("{count} day", "{count} days")) == ["few", "many", "one"]


def test_words_of_the_model() -> None:
    assert NL.word("incident status", IncidentStatus.IDENTIFIED) == "Oorzaak gevonden"
    assert EN.word("incident status", "identified") == "Cause found"
    assert NL.word("failover", "completed") != NL.word("maintenance status", "completed")
    assert NL.word("incident status", "no such") == "no such"


def test_enumerations() -> None:
    names = ["Server", "Dashboard", "Account"]
    assert [NL.join(names[:n]) for n in range(4)] == [
        "",
        "Server",
        "Server en Dashboard",
        "Server, Dashboard en Account",
    ]
    assert EN.join(names) == "Server, Dashboard, and Account"


# Dates and times


@pytest.mark.parametrize(
    ("style", "dutch", "english"),
    [
        ("day", "di 24 nov", "Tue 24 Nov"),
        ("day_year", "di 24 nov 2026", "Tue 24 Nov 2026"),
        ("long", "dinsdag 24 november 2026", "Tuesday 24 November 2026"),
        ("month", "november 2026", "November 2026"),
        ("weekday", "di 24", "Tue 24"),
    ],
)
def test_dates(style: i18n.DateStyle, dutch: str, english: str) -> None:
    day = date(2026, 11, 24)
    assert (NL.date(day, style), EN.date(day, style)) == (dutch, english)


def test_months_have_no_dots() -> None:
    months = [date(2026, month, 1) for month in range(1, 13)]
    dutch = " ".join(NL.date(month, "day").split()[2] for month in months)
    english = " ".join(EN.date(month, "day").split()[2] for month in months)
    assert dutch == "jan feb mrt apr mei jun jul aug sep okt nov dec"
    assert english == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def test_a_year_is_that_of_the_day_and_not_of_its_week() -> None:
    assert NL.date(date(2027, 1, 1), "day_year") == "vr 1 jan 2027"
    assert NL.date(date(2024, 12, 30), "day_year") == "ma 30 dec 2024"


def test_weekdays() -> None:
    assert NL.weekdays == ("ma", "di", "wo", "do", "vr", "za", "zo")
    assert EN.weekdays == ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def test_times() -> None:
    assert NL.time(local(2026, 11, 24, 15, 3)) == EN.time(time(15, 3)) == "15:03"
    assert NL.time(time(0, 0)) == "00:00"
    assert NL.times(time(21), local(2026, 11, 24, 23)) == "21:00 – 23:00"


@pytest.mark.parametrize(
    ("moment", "short", "full"),
    [
        (local(2026, 11, 24, 15, 3), "di 24 nov 15:03", "di 24 nov 2026 15:03 CET"),
        (local(2026, 7, 1, 0, 0), "wo 1 jul 00:00", "wo 1 jul 2026 00:00 CEST"),
        (local(2026, 10, 25, 2, 30), "zo 25 okt 02:30", "zo 25 okt 2026 02:30 CEST"),
        (local(2026, 10, 25, 2, 30, fold=1), "zo 25 okt 02:30", "zo 25 okt 2026 02:30 CET"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "do 31 dec 23:59", "do 31 dec 2026 23:59 UTC"),
        (
            datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "do 1 jan 09:00",
            "do 1 jan 2026 09:00 UTC+05:30",
        ),
        (
            datetime(2026, 1, 1, 9, tzinfo=civil.zone("America/Sao_Paulo")),
            "do 1 jan 09:00",
            "do 1 jan 2026 09:00 UTC-03",
        ),
    ],
)
def test_moments(moment: datetime, short: str, full: str) -> None:
    assert (NL.moment(moment), NL.moment_full(moment)) == (short, full)


def test_moments_in_english() -> None:
    moment = local(2026, 11, 24, 15, 3)
    assert EN.moment(moment) == "Tue 24 Nov 15:03"
    assert EN.moment_full(moment) == "Tue 24 Nov 2026 15:03 CET"


def test_a_moment_in_full_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        NL.moment_full(datetime(2026, 11, 24, 15, 3))


@pytest.mark.parametrize(
    ("start", "end", "short", "full"),
    [
        pytest.param(
            local(2026, 11, 25, 21),
            local(2026, 11, 25, 23),
            "wo 25 nov 21:00 – 23:00",
            "wo 25 nov 2026 21:00 – 23:00 CET",
            id="one day",
        ),
        pytest.param(
            local(2026, 11, 25, 21),
            local(2026, 11, 26, 8, 30),
            "wo 25 nov 21:00 – do 26 nov 08:30",
            "wo 25 nov 2026 21:00 – do 26 nov 2026 08:30 CET",
            id="over midnight",
        ),
        pytest.param(
            local(2026, 11, 25, 21),
            local(2026, 11, 26, 0),
            "wo 25 nov 21:00 – do 26 nov 00:00",
            "wo 25 nov 2026 21:00 – do 26 nov 2026 00:00 CET",
            id="to midnight",
        ),
        pytest.param(
            local(2026, 11, 25, 21),
            local(2026, 12, 25, 23),
            "wo 25 nov 21:00 – vr 25 dec 23:00",
            "wo 25 nov 2026 21:00 – vr 25 dec 2026 23:00 CET",
            id="a month",
        ),
        pytest.param(
            local(2026, 12, 31, 22),
            local(2027, 1, 1, 2),
            "do 31 dec 22:00 – vr 1 jan 02:00",
            "do 31 dec 2026 22:00 – vr 1 jan 2027 02:00 CET",
            id="over the end of the year",
        ),
        pytest.param(
            local(2026, 10, 25, 1),
            local(2026, 10, 25, 4),
            "zo 25 okt 01:00 CEST – 04:00 CET",
            "zo 25 okt 2026 01:00 CEST – 04:00 CET",
            id="the clock goes back",
        ),
        pytest.param(
            local(2026, 10, 25, 2, 30),
            local(2026, 10, 25, 2, 15, fold=1),
            "zo 25 okt 02:30 CEST – 02:15 CET",
            "zo 25 okt 2026 02:30 CEST – 02:15 CET",
            id="within the hour that comes twice",
        ),
        pytest.param(
            local(2026, 3, 27, 17, 30),
            local(2026, 3, 30, 8, 30),
            "vr 27 mrt 17:30 CET – ma 30 mrt 08:30 CEST",
            "vr 27 mrt 2026 17:30 CET – ma 30 mrt 2026 08:30 CEST",
            id="the clock goes forward",
        ),
    ],
)
def test_spans(start: datetime, end: datetime, short: str, full: str) -> None:
    assert (NL.span(start, end), NL.span_full(start, end)) == (short, full)


def test_spans_in_english() -> None:
    start, end = local(2026, 11, 25, 21), local(2026, 11, 26, 8, 30)
    assert EN.span(start, end) == "Wed 25 Nov 21:00 – Thu 26 Nov 08:30"
    assert EN.span_full(start, end) == "Wed 25 Nov 2026 21:00 – Thu 26 Nov 2026 08:30 CET"


# Figures


@pytest.mark.parametrize(
    ("length", "dutch", "english"),
    [
        (timedelta(), "0 min", "0 min"),
        (timedelta(seconds=59), "minder dan een minuut", "less than a minute"),
        (timedelta(seconds=119), "1 min", "1 min"),
        (timedelta(minutes=42), "42 min", "42 min"),
        (timedelta(hours=1), "1 uur", "1 hour"),
        (timedelta(hours=2), "2 uur", "2 hours"),
        (timedelta(hours=1, minutes=12), "1 u 12 min", "1 hr 12 min"),
        (timedelta(hours=17, minutes=47), "17 u 47 min", "17 hr 47 min"),
        (timedelta(hours=24), "24 uur", "24 hours"),
        (timedelta(hours=47, minutes=59), "47 u 59 min", "47 hr 59 min"),
        (timedelta(days=2), "2 dagen", "2 days"),
        (timedelta(days=2, hours=3), "2 dagen 3 u", "2 days 3 hr"),
        (timedelta(days=2, minutes=1), "2 dagen 1 min", "2 days 1 min"),
        (timedelta(days=63, hours=1, minutes=5), "63 dagen 1 u 5 min", "63 days 1 hr 5 min"),
    ],
)
def test_durations(length: timedelta, dutch: str, english: str) -> None:
    assert (NL.duration(length), EN.duration(length)) == (dutch, english)


def test_a_duration_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        NL.duration(timedelta(minutes=-1))


@pytest.mark.parametrize(
    ("numerator", "denominator", "dutch", "english"),
    [
        (1, 1, "100%", "100%"),
        (11_340, 11_340, "100%", "100%"),
        (9_941, 10_000, "99,41%", "99.41%"),
        (89_999, 100_000, "89,99%", "89.99%"),
        (9, 10, "90,00%", "90.00%"),
        (10**12 - 1, 10**12, "99,99%", "99.99%"),
        (2, 3, "66,66%", "66.66%"),
        (0, 540, "0,00%", "0.00%"),
    ],
)
def test_measured_percentages(numerator: int, denominator: int, dutch: str, english: str) -> None:
    assert NL.percent(numerator, denominator) == dutch
    assert EN.percent(numerator, denominator) == english


def test_promised_percentages() -> None:
    promises = [(9, 10), (1, 1), (9995, 10_000), (99_999, 100_000)]
    assert [NL.exact_percent(*promise) for promise in promises] == [
        "90%",
        "100%",
        "99,95%",
        "99,999%",
    ]


def test_numbers() -> None:
    assert (NL.number(1_234_567), EN.number(1_234_567)) == ("1.234.567", "1,234,567")


# Catalogs

WORDS: dict[str, set[str]] = {
    "pattern": {"time", *get_args(i18n.DateStyle)},
    "component status": {*ComponentStatus},
    "legend": {*ComponentStatus},
    "effect": {*ComponentStatus} - {ComponentStatus.UNDER_MAINTENANCE},
    "incident status": {*IncidentStatus},
    "maintenance status": {*MaintenanceStatus},
    "kind": {*IncidentKind, *MaintenanceKind},
    "impact": {*Impact},
    "priority": {*Priority},
    "line": {*SupportLine},
    "failover": {*FailoverPhase},
    "exclusion": {*ExclusionGround},
    "counted": {"counted", "status-not-counted", *ExclusionGround},
    "region": {"EEA"},
    "nth": {"1", "2", "3", "4", "5", "-1"},
    "channel": {*get_args(ChannelDocument.model_fields["kind"].annotation), "emergency"},
}
"""The terms that are shown in words, by context."""

METHODS = {"text": 1, "plural": 2, "plural_forms": 2, "word": 1}
"""How many arguments of a call must stand there in so many words."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """A call of one of `METHODS`; `literals` is None for each that is computed."""

    place: str
    method: str
    literals: tuple[str | None, ...]
    names: frozenset[str]


def calls_in_python(source: str, place: str) -> Iterator[Call]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method = node.func.attr
            if method in METHODS:
                given = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
                names = frozenset(keyword.arg or "**" for keyword in node.keywords)
                yield from call(f"{place}:{node.lineno}", method, given, names)


def calls_in_template(source: str, place: str) -> Iterator[Call]:
    templates = jinja2.Environment(autoescape=True, extensions=[Once])
    for node in templates.parse(source).find_all(nodes.Call):
        function = node.node
        method = getattr(function, "name", None) or getattr(function, "attr", "")
        if method in METHODS:
            given = [a.value if isinstance(a, nodes.Const) else None for a in node.args]
            names = frozenset(keyword.key for keyword in node.kwargs)
            yield from call(f"{place}:{node.lineno}", method, given, names)


def call(place: str, method: str, given: Sequence[object], names: frozenset[str]) -> Iterator[Call]:
    texts = [value if isinstance(value, str) else None for value in given]
    yield Call(place, method, tuple(texts[: METHODS[method]]), names)


def calls() -> list[Call]:
    found: list[Call] = []
    for path in sorted((ROOT / "statusgen").rglob("*.py")):
        found += calls_in_python(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "themes").rglob("*.html")):
        found += calls_in_template(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    return found


def sentences(found: list[Call]) -> dict[Key, str]:
    """The sentences of those calls, each with the place that says it first."""
    said: dict[Key, str] = {}
    for call in found:
        if call.method != "word":
            said.setdefault(tuple(filter(None, call.literals)), call.place)
    return said


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def call_breaches(call: Call) -> Iterator[str]:
    """What is wrong with the call by itself."""
    if len(call.literals) < METHODS[call.method] or None in call.literals:
        yield f"{call.place}: the words of `{call.method}` are computed, so nobody can find them"
    elif call.method == "word":
        if call.literals[0] not in WORDS:
            yield f"{call.place}: no words are known in the context {call.literals[0]!r}"
    elif "**" not in call.names:
        counted = {"count"} if call.method.startswith("plural") else set()
        needed = set().union(*(fields(text or "") for text in call.literals)) - counted
        yield from (f"{call.place}: no value for {{{name}}}" for name in needed - call.names)
        yield from (f"{call.place}: no place for {name}" for name in call.names - needed)


def catalog_breaches(catalog: Catalog, said: Mapping[Key, str]) -> Iterator[str]:
    """What a catalog lacks, holds in vain, or says with other placeholders."""
    entries = {
        key(message.id): message.string for message in catalog if message.id and not message.context
    }
    terms = {
        (message.context, message.id): message.string for message in catalog if message.context
    }
    known = {(context, str(term)) for context, terms in WORDS.items() for term in terms}
    yield from (f"no word: {term}" for term in sorted(known - terms.keys()))
    yield from (f"no term: {term}" for term in sorted(terms.keys() - known))
    yield from (f"empty: {term}" for term, string in sorted(terms.items()) if not string)
    yield from (f"fuzzy: {message.id}" for message in catalog if message.fuzzy and message.id)
    needed = {} if str(catalog.locale) == "en" else said
    yield from (
        f"not translated: {entry(words)}" for words in needed if not all(forms(entries.get(words)))
    )
    yield from (f"not used: {words}" for words in entries.keys() - needed.keys())
    for words, string in entries.items():
        yield from (
            f"other placeholders: {form}" for form in forms(string) if not fits(form, words)
        )


def key(message_id: str | tuple[str, ...] | list[str]) -> Key:
    return (message_id,) if isinstance(message_id, str) else tuple(message_id)


def forms(string: object) -> tuple[str, ...]:
    return key(string) if string else ("",)  # type: ignore[arg-type]


def fits(form: str, words: Key) -> bool:
    """Whether a translation has the placeholders of its sentence; one may be said without count."""
    if len(words) == 1:
        return fields(form) == fields(words[0])
    return fields(form) | {"count"} == fields(words[1]) | {"count"}


def entry(words: Key) -> str:
    """The entry to add to a catalog."""
    if len(words) == 1:
        return f'\nmsgid "{words[0]}"\nmsgstr ""\n'
    return f'\nmsgid "{words[0]}"\nmsgid_plural "{words[1]}"\nmsgstr[0] ""\nmsgstr[1] ""\n'


def read(tag: str) -> Catalog:
    with (ROOT / f"statusgen/catalogs/{tag}.po").open("rb") as source:
        return read_po(source, locale=Locale.parse(tag, sep="-"), abort_invalid=True)


def test_catalogs_are_complete() -> None:
    found = calls()
    assert [breach for call in found for breach in call_breaches(call)] == []
    for tag in available_languages():
        breaches = list(catalog_breaches(read(tag), sentences(found)))
        assert not breaches, f"{tag}.po\n" + "\n".join(breaches)


@pytest.mark.parametrize(
    ("python", "breach"),
    [
        ('say.text("Hello {name}", name=1)', ""),
        ('say.text("Hello " "{name}", **values)', ""),
        ('say.plural("{count} a", "{count} {b}", n, b=1)', ""),
        ('say.word("kind", event.kind)', ""),
        ("say.text(sentence)", "computed"),
        ('say.text(f"Hello {name}")', "computed"),
        ('say.plural("a", b, n)', "computed"),
        ("say.word(context, key)", "computed"),
        ('say.word("no such", key)', "no such"),
        ('say.text("Hello {name}")', "no value for {name}"),
        ('say.text("Hello", name=1)', "no place for name"),
    ],
)
def test_calls_are_found_in_python(python: str, breach: str) -> None:
    (call,) = calls_in_python(python, "x.py")
    breaches = list(call_breaches(call))
    assert [breach in found for found in breaches] == ([True] if breach else [])


@pytest.mark.parametrize(
    ("template", "breach"),
    [
        ('<p title="{{ text("Hello {name}", name=x) }}">', ""),
        ('{% if a %}{{ language.plural("{count} a", "{count} b", n) }}{% endif %}', ""),
        ("{% macro m() %}{{ word('kind', event.kind) }}{% endmacro %}", ""),
        ("{{ text(sentence) }}", "computed"),
        ('{{ text("Hello {name}") }}', "no value for {name}"),
    ],
)
def test_calls_are_found_in_templates(template: str, breach: str) -> None:
    (call,) = calls_in_template(template, "x.html")
    breaches = list(call_breaches(call))
    assert [breach in found for found in breaches] == ([True] if breach else [])


def test_a_breach_in_a_catalog_is_found() -> None:
    catalog = read("nl")
    said = sentences(
        list(calls_in_python('s.text("Hi {name}")\ns.plural("{count} a", "{count} b", n)', "x"))
    )
    for message in [m for m in catalog if m.id and not m.context]:
        catalog.delete(message.id)
    catalog.delete("resolved", "incident status")
    catalog.add("no such", "x", context="kind")
    maintenance = catalog.get("maintenance", "kind")
    assert maintenance
    maintenance.string = ""
    catalog.add("Hi {name}", "Dag {naam}")
    catalog.add("Bye", "Doei", flags=["fuzzy"])
    assert sorted(breach.split(":")[0] for breach in catalog_breaches(catalog, said)) == [
        "empty",
        "fuzzy",
        "no term",
        "no word",
        "not translated",
        "not used",
        "other placeholders",
    ]
