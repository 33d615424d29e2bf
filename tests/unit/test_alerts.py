"""What developers are told of the verdicts, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from statusgen.delivery.message import Message, Tone
from statusgen.model.content import Content
from statusgen.model.monitoring import Monitoring
from statusgen.monitor.alerts import MOST_AN_HOUR, Note, Word, heard, message, running_plans
from tests.sites import NOW
from tests.unit.watching import MINUTE, PLAN, content, found, verdict

SETTINGS = Monitoring(repeat=timedelta(hours=4), stale_after=10 * MINUTE)
BOTH = ("server", "app")


class Telling:
    """Rounds after each other: what each tells."""

    def __init__(self, site: Content | None = None, settings: Monitoring = SETTINGS) -> None:
        self.content, self.settings = site or content(), settings
        self.words: Mapping[str, Word] = {}

    def round(self, minute: int, **states: tuple[str, int]) -> Message | None:
        """Each component by (state, minute since when)."""
        now = NOW + minute * MINUTE
        verdicts = found({c: (s, NOW + since * MINUTE) for c, (s, since) in states.items()})
        self.words, news = heard(self.words, verdicts, self.content, self.settings, now)
        return message(news, [], self.content, self.settings, now)

    def text(self, minute: int, **states: tuple[str, int]) -> str:
        told = self.round(minute, **states)
        return told.text if told else ""


def test_why_is_said_in_words_and_what_was_asked_with_it() -> None:
    components = """\
groups:
  - id: all
    name: {nl: Alles, en: Everything}
    components:
      - {id: server, name: Server, probe: {tcp: "db.voorbeeld.example:5432"}}
      - {id: app, name: {nl: Toepassing, en: App}, probe: {url: "https://www.voorbeeld.example/"}}
"""
    telling = Telling(content(components=components))
    down = {c: verdict("down", NOW, c, w) for c, w in (("server", "connect"), ("app", "text"))}
    _, news = heard({}, down, telling.content, SETTINGS, NOW)
    told = message(news, [], telling.content, SETTINGS, NOW)
    assert told
    assert told.text.splitlines() == [
        "Server is down since Tue 2026-11-24 13:00 (12:00 UTC): nobody takes the connection "
        "(db.voorbeeld.example:5432).",
        "App is down since Tue 2026-11-24 13:00 (12:00 UTC): the wanted text is not in the answer "
        "(https://www.voorbeeld.example/).",
    ]
    assert [(c["why"], c["asked"]) for c in told.data["components"]] == [
        ("connect", "db.voorbeeld.example:5432"),
        ("text", "https://www.voorbeeld.example/"),
    ]


def test_what_was_always_up_is_not_told() -> None:
    telling = Telling()
    assert telling.round(0, server=("unknown", 0)) is None
    assert telling.round(1, server=("up", 0), app=("up", 0)) is None


def test_what_goes_down_is_told_with_what_where_since_when_and_why() -> None:
    told = Telling().round(3, server=("down", 1))
    assert told
    assert told.title == "Server: down (Trial Status)"
    assert told.text == "Server is down since Tue 2026-11-24 13:01 (12:01 UTC): no answer in time."
    assert told.tone is Tone.MAJOR
    assert told.at == NOW + 3 * MINUTE
    assert told.url == "https://status.voorbeeld.example/pad/"
    assert told.data["components"] == [
        {
            "id": "server",
            "name": "Server",
            "news": "changed",
            "state": "down",
            "since": "2026-11-24T12:01:00+00:00",
            "why": "timeout",
        }
    ]


def test_it_is_told_once_and_again_at_the_rhythm_that_was_set() -> None:
    telling = Telling()
    assert telling.round(3, server=("down", 1))
    assert telling.round(4, server=("down", 1)) is None
    assert telling.round(242, server=("down", 1)) is None
    again = telling.round(243, server=("down", 1))
    assert again
    assert again.title == "Server: still down (Trial Status)"
    assert "still down, for 4 h 2 min now, since Tue 2026-11-24 13:01" in again.text
    assert telling.round(244, server=("down", 1)) is None
    third = telling.round(483, server=("down", 1))
    assert third
    assert third.id != again.id
    never = Telling(settings=replace(SETTINGS, repeat=None))
    never.round(3, server=("down", 1))
    assert never.round(10_000, server=("down", 1)) is None


def test_recovery_is_told_once_with_how_long_it_lasted() -> None:
    telling = Telling()
    telling.round(3, server=("down", 1))
    told = telling.round(30, server=("up", 29))
    assert told
    assert told.title == "Server: up again (Trial Status)"
    assert told.tone is Tone.OK
    assert told.text == (
        "Server is up since Tue 2026-11-24 13:29 (12:29 UTC), after 28 min: "
        "it was down since Tue 2026-11-24 13:01."
    )
    assert told.data["components"][0]["failing_seconds"] == 28 * 60
    assert telling.round(31, server=("up", 29)) is None


def test_all_that_changes_in_a_round_is_one_message_with_the_worst_first() -> None:
    telling = Telling()
    told = telling.round(3, app=("degraded", 2), server=("down", 1))
    assert told
    assert told.title == "Server: down; App: degraded (Trial Status)"
    assert len(told.text.splitlines()) == 2
    told = telling.round(9, app=("down", 8), server=("up", 7))
    assert told
    assert (told.title, told.tone) == ("App: down; Server: up again (Trial Status)", Tone.MAJOR)


def test_an_outage_that_gets_worse_or_better_is_one_outage() -> None:
    telling = Telling()
    telling.round(3, server=("degraded", 1))
    assert "Server is down since Tue 2026-11-24 13:05" in telling.text(7, server=("down", 5))
    assert "Server is degraded since" in telling.text(9, server=("degraded", 8))
    assert "after 20 min: it was degraded since Tue 2026-11-24 13:01" in telling.text(
        22, server=("up", 21)
    )


def test_what_comes_and_goes_is_told_four_times_an_hour_and_then_in_one_sentence() -> None:
    telling = Telling()
    texts = [
        telling.text(minute, server=("down" if minute % 2 else "up", minute))
        for minute in range(1, 31)
    ]
    assert [bool(text) for text in texts] == [True] * MOST_AN_HOUR + [False] * 26
    assert "It changes often" not in texts[0]
    quiet = [telling.text(minute, server=("up", 30)) for minute in range(31, 61)]
    assert not any(quiet)
    summary = telling.round(61, server=("up", 30))
    assert summary
    assert summary.title == "Server: comes and goes, now up (Trial Status)"
    assert summary.text == (
        "Server changed 26 times since Tue 2026-11-24 13:04; "
        "it is up since Tue 2026-11-24 13:30 (12:30 UTC)."
    )
    assert telling.round(62, server=("up", 30)) is None


def test_what_lasts_is_told_however_often_it_changed_before() -> None:
    telling = Telling()
    for minute in range(1, 10):
        telling.round(minute, server=("down" if minute % 2 else "up", minute))
    assert telling.round(18, server=("down", 9)) is None
    told = telling.round(19, server=("down", 9))
    assert told
    assert (told.title, told.tone) == (
        "Server: comes and goes, now down (Trial Status)",
        Tone.MAJOR,
    )
    assert "Server changed 5 times since Tue 2026-11-24 13:04; it is down since" in told.text
    assert telling.round(20, server=("down", 9)) is None


def test_the_last_word_within_the_hour_says_what_comes_after_it() -> None:
    telling = Telling()
    warning = "It changes often: from now on only what lasts is told at once, for an hour."
    for minute in range(1, MOST_AN_HOUR):
        state = "down" if minute % 2 else "up"
        assert warning not in telling.text(minute, server=(state, minute))
    assert telling.text(9, server=("up", 9)).endswith(warning)


def test_one_that_comes_and_goes_silences_no_other() -> None:
    telling = Telling()
    for minute in range(1, 20):
        telling.round(minute, server=("down" if minute % 2 else "up", minute), app=("up", 0))
    told = telling.round(20, server=("up", 20), app=("down", 19))
    assert told
    assert told.title == "App: down (Trial Status)"


def test_under_planned_maintenance_it_is_told_as_such_and_no_alarm() -> None:
    telling = Telling(content(maintenance__werk=PLAN))
    told = telling.round(12, server=("down", 11), app=("down", 11))
    assert told
    assert told.title == "App: down; Server: down under planned maintenance (Trial Status)"
    assert (
        "Server is down since Tue 2026-11-24 13:11 (12:11 UTC): no answer in time. It is under "
        in told.text
    )
    assert "planned maintenance (Work): this is an alarm only if it lasts longer." in told.text
    alone = Telling(content(maintenance__werk=PLAN))
    quiet = alone.round(12, server=("down", 11))
    assert quiet
    assert quiet.tone is Tone.MAINTENANCE
    assert alone.round(13, server=("degraded", 12)) is None
    assert alone.round(14, server=("down", 13)) is None


def test_what_outlasts_its_maintenance_is_an_alarm() -> None:
    telling = Telling(content(maintenance__werk=PLAN))
    telling.round(12, server=("down", 11))
    assert telling.round(59, server=("down", 11)) is None
    told = telling.round(60, server=("down", 11))
    assert told
    assert told.title == "Server: still down after planned maintenance (Trial Status)"
    assert told.tone is Tone.MAJOR
    assert "The planned maintenance is over (Work)." in told.text
    assert telling.round(61, server=("down", 11)) is None
    assert "up again" in (telling.round(70, server=("up", 69)) or told).title


def test_recovery_under_maintenance_is_told_and_nothing_after_it() -> None:
    telling = Telling(content(maintenance__werk=PLAN))
    telling.round(12, server=("down", 11))
    assert "Server is up since" in telling.text(30, server=("up", 29))
    assert telling.round(60, server=("up", 29)) is None


def test_an_outage_from_before_the_maintenance_is_not_repeated_during_it() -> None:
    often = replace(SETTINGS, repeat=10 * MINUTE)
    telling = Telling(content(maintenance__werk=PLAN), often)
    telling.round(5, server=("down", 3))
    assert telling.round(20, server=("down", 3)) is None
    assert "still down, for 57 min now" in telling.text(60, server=("down", 3))


def test_only_announced_maintenance_of_that_moment_counts() -> None:
    site = content(maintenance__werk=PLAN)
    assert running_plans(site, NOW + 9 * MINUTE) == {}
    assert running_plans(site, NOW + 10 * MINUTE)["server"].id == "werk"
    assert running_plans(site, NOW + 60 * MINUTE) == {}
    late = PLAN.replace("2026-11-20 10:00", "2026-11-24 13:30")
    site = content(maintenance__werk=late)
    assert running_plans(site, NOW + 20 * MINUTE) == {}
    assert running_plans(site, NOW + 30 * MINUTE).keys() == {"server"}


def test_what_recurs_is_maintenance_too() -> None:
    rhythm = (
        "title: {nl: Werk, en: Work}\ncomponents: [app]\nrrule: FREQ=DAILY\n"
        "first: 2026-11-01 12:30\nduration: 1h\nannounced: 2026-10-20 10:00\n"
    )
    assert running_plans(content(schedules__werk=rhythm), NOW).keys() == {"app"}


def test_a_short_gap_is_not_told_and_what_holds_after_it_is_no_news() -> None:
    telling = Telling()
    telling.round(3, server=("down", 1))
    assert telling.round(14, server=("unknown", 3)) is None
    assert telling.round(20, server=("unknown", 3)) is None
    assert telling.round(23, server=("down", 21)) is None
    assert "after 39 min: it was down since Tue 2026-11-24 13:01" in telling.text(
        41, server=("up", 40)
    )


def test_what_is_not_measured_any_more_is_told_and_when_it_is_again() -> None:
    telling = Telling()
    telling.round(1, server=("up", 0))
    assert telling.round(12, server=("unknown", 1)) is None
    told = telling.round(22, server=("unknown", 1))
    assert told
    assert (told.title, told.tone) == ("Server: not measured (Trial Status)", Tone.NOTE)
    assert told.text.startswith("Nothing is known of Server since Tue 2026-11-24 13:01")
    assert telling.round(23, server=("unknown", 1)) is None
    assert telling.text(40, server=("up", 39)) == (
        "Server is up since Tue 2026-11-24 13:39 (12:39 UTC)."
    )


def test_a_component_that_is_gone_is_forgotten() -> None:
    telling = Telling()
    telling.round(1, server=("down", 0))
    telling.words = {**telling.words, "gone": Word()}
    telling.round(2, server=("down", 0))
    assert telling.words.keys() == {"server"}


def test_the_same_news_has_the_same_id_and_other_news_another() -> None:
    first = Telling().round(3, server=("down", 1))
    again = Telling().round(5, server=("down", 1))
    later = Telling().round(5, server=("down", 2))
    more = Telling().round(3, server=("down", 1), app=("down", 1))
    assert first
    assert again
    assert later
    assert more
    assert first.id == again.id
    assert len({first.id, later.id, more.id}) == 3


def test_a_note_goes_with_the_news_or_alone() -> None:
    site, now = content(), NOW
    note = Note("drafted x", "Draft incident: Server", "It lies in drafts/x.yaml.", {"news": "x"})
    alone = message([], [note], site, SETTINGS, now)
    assert alone
    assert (alone.title, alone.text) == ("Draft incident: Server (Trial Status)", note.text)
    _, news = heard({}, found({"server": ("down", now)}), site, SETTINGS, now)
    both = message(news, [note], site, SETTINGS, now)
    assert both
    assert both.title == "Server: down (Trial Status)"
    assert both.text.endswith("in time.\n\nIt lies in drafts/x.yaml.")
    assert both.data["drafts"] == [{"news": "x"}]


def test_nothing_is_told_of_nothing() -> None:
    now: datetime = NOW
    assert message([], [], content(), SETTINGS, now) is None
