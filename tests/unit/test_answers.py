from __future__ import annotations

from datetime import datetime

import click
import pytest

from statusgen import civil
from statusgen.cli import answers
from statusgen.content.values import BadValue

ZONE = civil.zone("Europe/Amsterdam")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("  Wij  zoeken. ", "Wij  zoeken."),
        ("een\r\ntwee\r\n\r\n", "een\ntwee\n"),
        ("een\n\ntwee", "een\n\ntwee\n"),
        ("a\tb", "a   b"),
    ],
)
def test_a_text_keeps_its_lines_and_loses_what_surrounds_them(typed: str, said: str) -> None:
    assert answers.paragraphs(typed) == said


@pytest.mark.parametrize("typed", ["", " \n ", "a\x07b", "a\u2028b", "a\udcffb"])
def test_a_text_that_no_file_may_hold_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        answers.paragraphs(typed)


def test_words_are_given_for_each_language_or_plainly_for_the_first() -> None:
    def read(*given: str) -> dict[str, str]:
        return answers.in_languages("--text", given, ["nl", "en"], answers.line)

    assert read("en=Hello", "nl=Hallo a=b") == {"nl": "Hallo a=b", "en": "Hello"}
    assert list(read("en=Hello", "Hallo")) == ["nl", "en"]
    assert read() == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["de=Hallo"], "`de` is no language of this site: it has nl, en."),
        (["Een", "twee"], "It is given twice in `nl`"),
        (["nl= "], "The text is empty."),
    ],
)
def test_words_in_another_language_twice_or_none_are_wrong_use(given: list[str], said: str) -> None:
    with pytest.raises(click.BadParameter, match=said):
        answers.in_languages("--text", given, ["nl", "en"], answers.line)


def test_components_are_named_with_spaces_or_commas_and_maybe_a_status() -> None:
    known, statuses = ["server", "dashboard"], ["partial_outage"]
    found = answers.components("server, dashboard=partial_outage", known, statuses)
    assert found == {"server": "", "dashboard": "partial_outage"}
    for typed, said in (
        ("servr", "Did you mean `server`"),
        ("server=down", "no status"),
        ("server=partial", "Did you mean `partial_outage`"),
        (" , ", "No component"),
    ):
        with pytest.raises(BadValue) as caught:
            answers.components(typed, known, statuses)
        assert said in f"{caught.value.message} {caught.value.help}"
    with pytest.raises(BadValue, match="says a status"):
        answers.components("server=partial_outage", known, [])


def test_a_time_of_day_is_the_latest_that_has_been_or_the_next_to_come() -> None:
    now = at("2026-11-24T00:05+01:00")
    assert answers.past_moment("23:58", ZONE, now) == at("2026-11-23T23:58+01:00")
    assert answers.past_moment("00:05", ZONE, now) == now
    assert answers.coming_moment("00:05", ZONE, now) == at("2026-11-25T00:05+01:00")
    assert answers.coming_moment("22:00", ZONE, now) == at("2026-11-24T22:00+01:00")
    written = "2026-12-01 22:00"
    assert answers.past_moment(written, ZONE, now) == at("2026-12-01T22:00+01:00")


def test_a_time_of_day_keeps_to_the_clock_where_that_changes() -> None:
    after_gap = at("2026-03-29T12:00+02:00")
    assert answers.past_moment("02:30", ZONE, after_gap) == at("2026-03-28T02:30+01:00")
    between = at("2026-10-25T02:45+02:00")
    assert answers.coming_moment("02:30", ZONE, between) == at("2026-10-25T02:30+01:00")
