from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from statusgen.content.reading import read
from statusgen.delivery.email import unsubscribe_address
from statusgen.delivery.message import NotSetUp
from statusgen.model.channels import Channel, Email, Webhook
from statusgen.model.content import Content
from statusgen.notify import memory, telling
from statusgen.notify.feeds import NotPublished, published
from statusgen.notify.memory import Known, Memory
from statusgen.notify.news import news
from statusgen.notify.plain import plain
from statusgen.notify.telling import Round, foresee, tell
from tests.loopback import mail_server, web_server
from tests.sites import NOW, only
from tests.unit import small_site
from tests.unit.small_site import FILES, URL

HOUR = timedelta(hours=1)
STORY = "incidents/2026/storing.yaml"
UPDATE = "  - {at: 2026-11-24 13:30, status: identified, text: {nl: Gevonden., en: Found.}}\n"
CHANNELS = """\
channels:
  - webhook: {url_from: HOOK}
  - webhook: {url_from: APP}
    components: [app]
  - email: {sender: status@voorbeeld.example, list_from: READERS}
    language: en
"""
SITE = {**FILES, "site.yaml": FILES["site.yaml"] + only("jsonfeed"), "notify.yaml": CHANNELS}
MORE = {**SITE, STORY: SITE[STORY] + UPDATE}


def content(files: Mapping[str, str] = SITE) -> Content:
    reading = read({name: text.encode() for name, text in files.items()})
    assert reading.findings == []
    assert reading.content
    return reading.content


def publish(output: Path, files: Mapping[str, str] = SITE, now: datetime = NOW) -> Path:
    for path, data in small_site.published(files, now).items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_bytes(data)
    return output


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "readers").write_text("a@voorbeeld.example\nb@voorbeeld.example\n")
    return {
        "STATUSGEN_STATE": str(tmp_path / "state"),
        "HOOK": "http://127.0.0.1:1/",
        "APP": "http://127.0.0.1:1/",
        "READERS": str(tmp_path / "readers"),
        "STATUSGEN_SMTP": "127.0.0.1:1",
        "STATUSGEN_SMTP_TLS": "none",
    }


def said(round: Round) -> list[tuple[str, Channel]]:
    return [(one.message.title, one.channel) for one in round.news]


READERS = Email("status@voorbeeld.example", (), "READERS")
FOUND = [("Oorzaak gevonden: Storing", Webhook("HOOK")), ("Cause found: Outage", READERS)]


# What is new


def test_the_first_time_everything_is_remembered_and_nobody_is_told(
    output: Path, environment: dict[str, str]
) -> None:
    publish(output)
    first = tell(output, content(), environment, NOW)
    assert (first.is_first, first.news) == (True, ())
    again = tell(output, content(), environment, NOW)
    assert (again.is_first, again.news) == (False, ())


def test_an_update_is_told_once_in_the_language_of_each_channel(
    output: Path, environment: dict[str, str]
) -> None:
    tell(publish(output), content(), environment, NOW)
    publish(output, MORE, NOW + HOUR)
    assert said(tell(output, content(), environment, NOW)) == FOUND
    assert said(tell(output, content(), environment, NOW)) == []


def test_a_rebuild_that_changed_nothing_tells_nobody(
    output: Path, environment: dict[str, str]
) -> None:
    hub = {**SITE, "site.yaml": SITE["site.yaml"] + "hub: https://hub.example/\n"}
    tell(publish(output, hub), content(hub), environment, NOW)
    before = files_in(Path(environment["STATUSGEN_STATE"]))
    publish(output, hub, NOW + HOUR / 60)
    assert said(tell(output, content(hub), environment, NOW)) == []
    assert files_in(Path(environment["STATUSGEN_STATE"])) == before


def files_in(folder: Path) -> dict[Path, tuple[bytes, int]]:
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def test_a_word_that_was_mended_is_no_news(output: Path, environment: dict[str, str]) -> None:
    tell(publish(output), content(), environment, NOW)
    mended = {**SITE, STORY: SITE[STORY].replace("We kijken.", "Wij kijken.")}
    publish(output, mended)
    assert said(tell(output, content(), environment, NOW)) == []


def test_what_the_clock_brings_is_told(output: Path, environment: dict[str, str]) -> None:
    tell(publish(output), content(), environment, NOW)
    later = datetime(2026, 11, 25, 20, 30, tzinfo=UTC)
    publish(output, SITE, later)
    assert [title for title, _ in said(tell(output, content(), environment, later))] == [
        "Bezig: Werk",
        "Bezig: Werk",
        "In progress: Work",
    ]


def test_a_channel_for_components_is_told_only_what_affects_them(
    output: Path, environment: dict[str, str]
) -> None:
    tell(publish(output), content(), environment, NOW)
    other = {**MORE, STORY: MORE[STORY].replace("{server: major", "{app: major")}
    publish(output, other, NOW + HOUR)
    told = [channel for _, channel in said(tell(output, content(), environment, NOW))]
    assert Webhook("APP") in told


def test_a_language_that_is_new_is_remembered_first(
    output: Path, environment: dict[str, str]
) -> None:
    only_dutch = {**SITE, "notify.yaml": "channels: [{webhook: {url_from: HOOK}}]\n"}
    tell(publish(output), content(only_dutch), environment, NOW)
    publish(output, MORE, NOW + HOUR)
    assert said(tell(output, content(), environment, NOW)) == FOUND[:1]
    assert said(tell(output, content(), environment, NOW)) == []


def test_what_comes_back_into_sight_is_no_news(
    output: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("statusgen.views.feed.ITEMS", 2)
    monkeypatch.setattr(telling, "ITEMS", 2)
    three = {**SITE, STORY: MORE[STORY] + UPDATE.replace("13:30", "13:31")}
    tell(publish(output, three, NOW + HOUR), content(), environment, NOW)
    tell(publish(output, SITE, NOW + HOUR), content(), environment, NOW)
    assert said(tell(publish(output, SITE, NOW + HOUR), content(), environment, NOW)) == []
    (known,) = {k.floor for k in saved(output, environment).languages.values()}
    assert known == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def saved(output: Path, environment: dict[str, str]) -> Memory:
    (path,) = Path(environment["STATUSGEN_STATE"]).glob("*/notify.json")
    found = memory.load(path)
    assert found
    return found


def test_what_was_taken_away_and_put_back_is_not_told_again(
    output: Path, environment: dict[str, str]
) -> None:
    tell(publish(output, MORE, NOW + HOUR), content(), environment, NOW)
    tell(publish(output, SITE, NOW + HOUR), content(), environment, NOW)
    assert said(tell(publish(output, MORE, NOW + HOUR), content(), environment, NOW)) == []


def test_what_is_dated_back_is_told_as_long_as_the_feed_has_room_for_it(
    output: Path, environment: dict[str, str]
) -> None:
    tell(publish(output), content(), environment, NOW)
    earlier = UPDATE.replace("13:30", "12:59").replace("identified", "investigating")
    files = {**SITE, STORY: SITE[STORY].replace("updates:\n", f"updates:\n{earlier}")}
    publish(output, files, NOW + HOUR)
    assert ("In onderzoek: Storing", Webhook("HOOK")) in said(
        tell(output, content(), environment, NOW)
    )


def test_the_memory_keeps_what_a_full_feed_may_show_and_no_more() -> None:
    known = Known({"old": NOW - HOUR, "new": NOW}, NOW)
    assert not known.is_news("new", NOW)
    assert known.is_news("other", NOW)
    assert not known.is_news("older", NOW - HOUR)


def test_a_memory_is_read_as_it_was_saved(tmp_path: Path) -> None:
    kept = Memory(
        {"nl": Known({"a": NOW}, NOW - HOUR), "en": Known({})}, {"feed.json": "00", "é": "11"}
    )
    memory.save(kept, tmp_path / "notify.json")
    assert memory.load(tmp_path / "notify.json") == kept
    assert memory.load(tmp_path / "other.json") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', '{"format":1,"languages":[]}'])
def test_a_memory_that_makes_no_sense_is_told_and_not_taken_for_none(
    text: str, tmp_path: Path
) -> None:
    (tmp_path / "notify.json").write_text(text)
    with pytest.raises(OSError, match="begins anew"):
        memory.load(tmp_path / "notify.json")


# What is sent


def test_a_message_says_what_was_published(output: Path) -> None:
    before = memory.learned(Memory(), published(publish(output), content()), 50)
    publish(output, MORE, NOW + HOUR)
    found = news(before, published(output, content()), content(), NOW)
    hook, mail = (one.message for one in found)
    assert hook.id == "tag:status.voorbeeld.example,2026:nl/incident/storing/20261124t123000z"
    assert hook.text == "Gevonden."
    assert hook.url == f"{URL}incidents/storing/#update-20261124t123000z"
    assert hook.at == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert hook.data["feed"] == f"{URL}feed.json"
    assert hook.data["item"]["id"] == hook.id
    assert json.dumps(dict(hook.data))
    assert (hook.footer, mail.text) == ("", "Found.")
    assert mail.footer == (
        "You get this mail because you asked for it. To stop it: status@voorbeeld.example"
    )
    assert mail.id == hook.id.replace(":nl/", ":en/")
    assert unsubscribe_address(READERS) == "mailto:status@voorbeeld.example?subject=unsubscribe"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two &amp; <em>three</em>.</p>", "One.\n\nTwo & three."),
        ("<p>A line\nthat was full</p>", "A line that was full"),
        ("<p>One<br>two</p>", "One\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<p>See <a href="https://x.example/">this</a>.</p>', "See this (https://x.example/)."),
        ('<a href="https://x.example/">https://x.example/</a>', "https://x.example/"),
        ('<a href="mailto:a@x.example">us</a>', "us (a@x.example)"),
        ("<pre><code>a\nb</code></pre>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("&lt;script&gt;", "<script>"),
        ('<div lang="nl"><p>Een.</p></div>', "Een."),
        ("", ""),
    ],
)
def test_html_as_plain_text(html: str, text: str) -> None:
    assert plain(html) == text


# The output


def test_what_is_no_published_site_is_told(output: Path) -> None:
    with pytest.raises(NotPublished, match="build the site first"):
        published(output, content())
    output.mkdir()
    with pytest.raises(NotPublished, match="no feeds are in"):
        published(output, content())
    (output / "history.rss").write_text("")
    with pytest.raises(NotPublished, match=re.escape("there is no feed.json in")):
        published(output, content())
    (output / "feed.json").write_text("{}")
    with pytest.raises(NotPublished, match=re.escape(f"{output / 'feed.json'} is no feed")):
        published(output, content())


def test_what_is_not_set_up_is_told_before_anything_is_remembered(
    output: Path, environment: dict[str, str]
) -> None:
    publish(output)
    del environment["APP"]
    with pytest.raises(NotSetUp, match="APP"):
        tell(output, content(), environment, NOW)
    assert not Path(environment["STATUSGEN_STATE"]).exists()


def test_looking_ahead_changes_nothing(output: Path, environment: dict[str, str]) -> None:
    publish(output)
    assert foresee(output, content(), environment, NOW).is_first
    assert not Path(environment["STATUSGEN_STATE"]).exists()
    tell(output, content(), environment, NOW)
    publish(output, MORE, NOW + HOUR)
    before = files_in(Path(environment["STATUSGEN_STATE"]))
    assert said(foresee(output, content(), environment, NOW)) == FOUND
    assert files_in(Path(environment["STATUSGEN_STATE"])) == before
    assert said(tell(output, content(), environment, NOW)) == FOUND


# Sent


def test_what_is_new_arrives_at_real_servers(output: Path, environment: dict[str, str]) -> None:
    tell(publish(output), content(), environment, NOW)
    publish(output, MORE, NOW + HOUR)
    with web_server() as web, mail_server("none") as mail:
        here = {"HOOK": web.url, "STATUSGEN_SMTP": f"127.0.0.1:{mail.port}"}
        round = tell(output, content(), {**environment, **here}, NOW)
    assert (round.report.sent, round.report.waiting) == (3, ())
    assert [json.loads(one.body)["title"] for one in web.posted] == ["Oorzaak gevonden: Storing"]
    assert [(to, told["Subject"]) for to, told in mail.mails] == [
        (["a@voorbeeld.example"], "Cause found: Outage"),
        (["b@voorbeeld.example"], "Cause found: Outage"),
    ]


def test_what_cannot_be_sent_now_is_sent_at_a_later_run(
    output: Path, environment: dict[str, str]
) -> None:
    tell(publish(output), content(), environment, NOW)
    publish(output, MORE, NOW + HOUR)
    assert len(tell(output, content(), environment, NOW).report.waiting) == 3
    with web_server() as web, mail_server("none") as mail:
        here = {"HOOK": web.url, "STATUSGEN_SMTP": f"127.0.0.1:{mail.port}"}
        later = tell(output, content(), {**environment, **here}, NOW + HOUR)
    assert (later.news, later.report.sent, later.report.waiting) == ((), 3, ())
    assert (len(web.posted), len(mail.mails)) == (1, 2)
