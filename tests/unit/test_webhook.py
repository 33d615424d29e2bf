from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from statusgen.delivery import posting, webhook
from statusgen.delivery.message import Failure, Message, NotDelivered, NotSetUp, Tone
from statusgen.model.channels import Shape, Webhook
from tests.loopback import dripping_server, endless_server, half_open_server, trusted, web_server

CANARY = "canary-5f0c2d"
MESSAGE = Message(
    id="tag:status.voorbeeld.example,2026:nl/incidents/a/1",
    title="Onderzoek: <!channel> **traag** & meer",
    text="We kijken [hier](https://x.example).\n\nStraks meer.",
    at=datetime(2026, 11, 24, 12, tzinfo=UTC),
    tone=Tone.MAJOR,
    url="https://status.voorbeeld.example/incidents/a/",
    data={"component": "server"},
)


def send(url: str, shape: Shape = Shape.JSON, message: Message = MESSAGE) -> None:
    channel = Webhook("HOOK", shape)
    with webhook.opened(channel, {"HOOK": url}) as sending:
        for recipient in webhook.recipients(channel, {"HOOK": url}):
            sending(message, recipient)


def sent(shape: Shape, message: Message = MESSAGE) -> tuple[dict[str, Any], Mapping[str, str]]:
    with web_server() as server:
        send(f"{server.url}/{CANARY}", shape, message)
    (posted,) = server.posted
    assert posted.path == f"/{CANARY}"
    assert posted.headers["Content-Type"] == "application/json"
    body: dict[str, Any] = json.loads(posted.body)
    return body, posted.headers


def test_json_has_all_there_is_to_know() -> None:
    body, headers = sent(Shape.JSON)
    assert body == {
        "id": MESSAGE.id,
        "title": MESSAGE.title,
        "text": MESSAGE.text,
        "url": MESSAGE.url,
        "at": "2026-11-24T12:00:00+00:00",
        "tone": "major",
        "data": {"component": "server"},
    }
    assert headers["Idempotency-Key"] == f'"{MESSAGE.id}"'


def test_slack_is_sent_text_that_mentions_nobody() -> None:
    body, headers = sent(Shape.SLACK)
    assert body["text"] == "Onderzoek: &lt;!channel&gt; **traag** &amp; meer"
    head, section, context = body["blocks"]
    plain = {"type": "plain_text", "emoji": False}
    assert head == {"type": "header", "text": {**plain, "text": MESSAGE.title}}
    assert section == {"type": "section", "text": {**plain, "text": MESSAGE.text}}
    assert context["elements"] == [{"type": "mrkdwn", "text": MESSAGE.url}]
    assert headers["Idempotency-Key"] == f'"{MESSAGE.id}"'


def test_teams_is_sent_an_adaptive_card_of_text_that_is_no_markdown() -> None:
    body, headers = sent(Shape.TEAMS)
    (attachment,) = body["attachments"]
    assert body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert card["type"] == "AdaptiveCard"
    blocks = card["body"]
    assert [block["type"] for block in blocks] == ["RichTextBlock", "RichTextBlock"]
    runs = [run for block in blocks for run in block["inlines"]]
    assert [(run["type"], run["text"]) for run in runs] == [
        ("TextRun", MESSAGE.title),
        ("TextRun", MESSAGE.text),
    ]
    assert runs[0]["color"] == "attention"
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "status.voorbeeld.example", "url": MESSAGE.url}
    ]
    assert headers["Idempotency-Key"] == f'"{MESSAGE.id}"'


@pytest.mark.parametrize("shape", [Shape.SLACK, Shape.TEAMS])
def test_long_words_are_cut_to_what_a_service_takes(shape: Shape) -> None:
    long = Message("id", "é" * 4000, "\U0001f525" * 20_000, MESSAGE.at)
    body, _ = sent(shape, long)
    assert len(json.dumps(body, ensure_ascii=False).encode()) < 28_000
    if shape is Shape.SLACK:
        head, section = body["blocks"]
        assert (len(head["text"]["text"]), len(section["text"]["text"])) == (150, 3000)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, Failure.PERMANENT),
        (422, Failure.PERMANENT),
        (302, Failure.CHANNEL),
        (401, Failure.CHANNEL),
        (404, Failure.CHANNEL),
        (429, Failure.CHANNEL),
        (503, Failure.CHANNEL),
    ],
)
def test_an_answer_that_is_not_good_is_a_failure(status: int, failure: Failure) -> None:
    with web_server() as server:
        server.answers = [status]
        with pytest.raises(NotDelivered, match=f"status {status}") as failed:
            send(server.url)
    assert failed.value.failure is failure
    assert len(server.posted) == 1


def test_over_tls_only_a_trusted_certificate_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_server(tls=True) as server:
        with pytest.raises(NotDelivered, match="certificate") as failed:
            send(server.url)
        assert failed.value.failure is Failure.CHANNEL
        assert server.posted == []
        monkeypatch.setenv("SSL_CERT_FILE", trusted(tmp_path))
        send(server.url)
        assert len(server.posted) == 1


def test_a_server_that_never_answers_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.05)
    with half_open_server() as port, pytest.raises(NotDelivered, match="in time"):
        send(f"http://127.0.0.1:{port}/")


def test_an_answer_that_never_ends_is_not_read() -> None:
    with endless_server() as url:
        send(url)


def test_a_server_that_is_never_done_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LONGEST", 0.3)
    with dripping_server() as url, pytest.raises(NotDelivered, match="did not answer in time"):
        send(url)


def test_nobody_there_is_a_failure() -> None:
    with half_open_server() as port:
        pass
    with pytest.raises(NotDelivered, match="cannot be reached"):
        send(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "the variable HOOK is not set"),
        ({"HOOK": " "}, "the variable HOOK is not set"),
        ({"HOOK": CANARY}, "the variable HOOK holds no web address"),
        ({"HOOK": f"ftp://{CANARY}/"}, "the variable HOOK holds no web address"),
        ({"HOOK": f"https://[{CANARY}"}, "the variable HOOK holds no web address"),
    ],
)
def test_an_address_that_is_not_there_is_told(environment: dict[str, str], said: str) -> None:
    with pytest.raises(NotSetUp) as wrong:
        webhook.recipients(Webhook("HOOK"), environment)
    assert str(wrong.value).startswith(said)
    assert CANARY not in str(wrong.value)


@pytest.mark.parametrize("url", [f"https://127.0.0.1:1/{CANARY}", f"https://x.invalid/{CANARY}"])
def test_the_address_is_in_no_error_and_no_log(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NotDelivered) as failed:
        send(url)
    with web_server() as server:
        send(f"{server.url}/{CANARY}")
    assert CANARY not in repr(failed.value) + failed.value.reason + caplog.text
