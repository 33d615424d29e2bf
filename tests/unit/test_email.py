from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from statusgen.delivery import email
from statusgen.delivery.message import Failure, Message, NotDelivered, NotSetUp
from statusgen.model.channels import Email
from tests.loopback import MailServer, half_open_server, mail_server, trusted

CANARY = "canary-5f0c2d"
MESSAGE = Message(
    id="tag:status.voorbeeld.example,2026:nl/incidents/a/1",
    title="Onderzoek: traag “hier”\r\nBcc: all@voorbeeld.example",
    text="We kijken.\n.\nEen é, en een heel lange regel: " + "woord " * 400,
    at=datetime(2026, 11, 24, 12, tzinfo=UTC),
    url="https://status.voorbeeld.example/incidents/a/",
    footer="Afmelden: hier",
)
CHANNEL = Email("J. Störing B.V. <status@voorbeeld.example>", ("Ops <ops@voorbeeld.example>",))
LIST = Email("status@voorbeeld.example", (), "READERS")


@pytest.fixture(autouse=True)
def _trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", trusted(tmp_path))


def at(server: MailServer, tls: str = "starttls", **more: str) -> dict[str, str]:
    return {"STATUSGEN_SMTP": f"127.0.0.1:{server.port}", "STATUSGEN_SMTP_TLS": tls, **more}


def readers(tmp_path: Path, text: str) -> str:
    (tmp_path / "readers").write_text(text, "utf-8")
    return str(tmp_path / "readers")


def send(
    environment: Mapping[str, str], channel: Email = CHANNEL, *messages: Message
) -> list[NotDelivered]:
    """What was not delivered."""
    failed = []
    with email.opened(channel, environment) as sending:
        for message in messages or (MESSAGE,):
            for recipient in email.recipients(channel, environment):
                try:
                    sending(message, recipient)
                except NotDelivered as failure:
                    failed.append(failure)
    return failed


@pytest.mark.parametrize("tls", ["starttls", "tls", "none"])
def test_a_mail_arrives_as_it_was_written(tls: str) -> None:
    with mail_server(tls) as server:
        assert send(at(server, tls)) == []
    ((to, mail),) = server.mails
    assert to == ["ops@voorbeeld.example"]
    assert mail["From"] == '"J. Störing B.V." <status@voorbeeld.example>'
    assert mail["To"] == "Ops <ops@voorbeeld.example>"
    assert mail["Subject"] == "Onderzoek: traag “hier” Bcc: all@voorbeeld.example"
    assert mail["Bcc"] is None
    assert mail["Date"].datetime == MESSAGE.at
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == (
        f"{MESSAGE.text}\n\n{MESSAGE.url}\n\nAfmelden: hier\n"
    )


def test_the_same_message_has_the_same_id_wherever_it_goes() -> None:
    with mail_server() as server:
        send(at(server))
        send(at(server), Email("other@voorbeeld.example", ("x@voorbeeld.example",)))
        send(at(server), CHANNEL, Message("another", "T", "", MESSAGE.at))
    first, again, other = (mail["Message-ID"] for _, mail in server.mails)
    assert first == again != other
    assert first.endswith("@voorbeeld.example>")


def test_each_reader_of_a_list_gets_a_mail_apart_and_is_told_how_to_leave(tmp_path: Path) -> None:
    listed = readers(
        tmp_path,
        "\ufeff# our readers\na@voorbeeld.example\n\n  Bé <b@voorbeeld.example>  # since May\n"
        "A@VOORBEELD.example\n",
    )
    with mail_server() as server:
        assert send(at(server, READERS=listed), LIST) == []
        assert server.connections == 1
    assert [to for to, _ in server.mails] == [["A@VOORBEELD.example"], ["b@voorbeeld.example"]]
    assert [mail["To"] for _, mail in server.mails] == [
        "A@VOORBEELD.example",
        "Bé <b@voorbeeld.example>",
    ]
    leave = "<mailto:status@voorbeeld.example?subject=unsubscribe>"
    assert [mail["List-Unsubscribe"] for _, mail in server.mails] == [leave, leave]


def test_a_server_that_takes_a_few_mails_a_connection_gets_them_all_once(tmp_path: Path) -> None:
    listed = readers(tmp_path, "\n".join(f"reader-{n}@voorbeeld.example" for n in range(5)))
    with mail_server() as server:
        server.mails_a_connection = 2
        assert send(at(server, READERS=listed), LIST) == []
    assert [to for to, _ in server.mails] == [[f"reader-{n}@voorbeeld.example"] for n in range(5)]
    assert server.connections == 3


def test_readers_leave_where_the_site_says(tmp_path: Path) -> None:
    channel = Email(LIST.sender, (), "READERS", "https://www.voorbeeld.example/afmelden")
    with mail_server() as server:
        send(at(server, READERS=readers(tmp_path, "a@voorbeeld.example")), channel)
    ((_, mail),) = server.mails
    assert mail["List-Unsubscribe"] == "<https://www.voorbeeld.example/afmelden>"


def test_one_reader_that_is_refused_keeps_nobody_else_from_the_mail(tmp_path: Path) -> None:
    listed = readers(tmp_path, "\n".join(f"{name}@voorbeeld.example" for name in "abc"))
    with mail_server() as server:
        server.refused = {"a@voorbeeld.example": 550, "b@voorbeeld.example": 451}
        failed = send(at(server, READERS=listed), LIST)
    assert [to for to, _ in server.mails] == [["c@voorbeeld.example"]]
    assert [(one.failure, one.reason) for one in failed] == [
        (Failure.PERMANENT, "the mail server refuses this address: status 550"),
        (Failure.PASSING, "the mail server refuses this address: status 451"),
    ]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [("554 no", Failure.PERMANENT), ("451 later", Failure.PASSING)],
)
def test_a_mail_that_is_refused_is_a_failure(answer: str, failure: Failure) -> None:
    with mail_server() as server:
        server.answers = [answer]
        (failed,) = send(at(server))
        assert failed.failure is failure
        assert send(at(server)) == []


def test_a_name_and_password_are_given_over_tls_only_and_told_to_nobody() -> None:
    login = {"STATUSGEN_SMTP_USER": "me", "STATUSGEN_SMTP_PASSWORD": CANARY}
    with mail_server(password=CANARY) as server:
        assert send(at(server, **login)) == []
        assert server.logins == [("me", CANARY)]
    wrong = {**login, "STATUSGEN_SMTP_PASSWORD": f"{CANARY}-old"}
    with mail_server(password=CANARY) as server:
        (failed,) = send(at(server, **wrong))
    assert failed.failure is Failure.CHANNEL
    assert failed.reason == "the mail server refuses the name and password"
    assert CANARY not in repr(failed)


def test_a_server_without_tls_is_given_nothing() -> None:
    login = {"STATUSGEN_SMTP_USER": "me", "STATUSGEN_SMTP_PASSWORD": CANARY}
    with mail_server("none") as server:
        (failed,) = send(at(server, "starttls", **login))
    assert failed.reason == "the mail server offers no TLS"
    assert (server.mails, server.logins) == ([], [])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_is_not_trusted_is_given_nothing(
    tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(tls) as server:
        (failed,) = send(at(server, tls))
    assert "certificate is not trusted" in failed.reason
    assert failed.failure is Failure.CHANNEL
    assert server.mails == []


def test_a_server_that_is_not_there_or_says_nothing_is_a_failure_of_the_channel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(email, "TIMEOUT", 0.05)
    with half_open_server() as port:
        for tls in ("starttls", "tls", "none"):
            (failed,) = send(at(MailServer(port), tls))
            assert failed.reason == "the mail server cannot be reached"
            assert failed.failure is Failure.CHANNEL
    (failed,) = send(at(MailServer(port)))
    assert failed.reason == "the mail server cannot be reached"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"STATUSGEN_SMTP": ""}, "the variable STATUSGEN_SMTP names no mail server"),
        ({"STATUSGEN_SMTP": f"me:{CANARY}@host"}, "the variable STATUSGEN_SMTP names no mail"),
        ({"STATUSGEN_SMTP_TLS": "ssl"}, "the variable STATUSGEN_SMTP_TLS takes starttls, tls"),
        ({"STATUSGEN_SMTP_TLS": "none"}, "STATUSGEN_SMTP_TLS=none is for a mail server on this"),
        ({"STATUSGEN_SMTP": "mail..example"}, "the variable STATUSGEN_SMTP names no mail server"),
        ({"STATUSGEN_SMTP": f"{'m' * 64}.example"}, "the variable STATUSGEN_SMTP names no mail"),
        (
            {"STATUSGEN_SMTP_USER": "me", "STATUSGEN_SMTP_PASSWORD": f"{CANARY}\xe9"},
            "STATUSGEN_SMTP_USER and STATUSGEN_SMTP_PASSWORD can hold ASCII only",
        ),
        ({"STATUSGEN_SMTP_PASSWORD": CANARY}, "of STATUSGEN_SMTP_USER and STATUSGEN_SMTP_PASS"),
        ({"READERS": ""}, "the variable READERS is not set: it names a file of addresses"),
        ({"READERS": "/no/such/file"}, "the file that READERS names cannot be read"),
    ],
)
def test_what_is_not_set_up_is_told(environment: dict[str, str], said: str) -> None:
    whole = {"STATUSGEN_SMTP": "mail.example", "READERS": "/no/such/file"}
    with pytest.raises(NotSetUp) as wrong:
        email.recipients(LIST, {**whole, **environment})
    assert str(wrong.value).startswith(said)
    assert CANARY not in str(wrong.value)


def test_lines_of_a_list_that_are_no_address_are_told_by_number_and_not_shown(
    tmp_path: Path,
) -> None:
    listed = readers(tmp_path, f"a@voorbeeld.example\n{CANARY}\n# {CANARY}\na b@c, d@e\n")
    with pytest.raises(NotSetUp, match="no address is on line 2, 4$") as wrong:
        email.recipients(LIST, {"STATUSGEN_SMTP": "mail.example", "READERS": listed})
    assert CANARY not in str(wrong.value)


@pytest.mark.parametrize(
    ("said", "tls", "server"),
    [
        ("mail.example", "starttls", ("mail.example", 587)),
        ("mail.example", "tls", ("mail.example", 465)),
        ("localhost", "none", ("localhost", 25)),
        ("mail.example:2525", "starttls", ("mail.example", 2525)),
        ("[::1]:2525", "none", ("::1", 2525)),
    ],
)
def test_a_server_is_a_host_with_or_without_a_port(
    said: str, tls: str, server: tuple[str, int]
) -> None:
    found = email.server_in({"STATUSGEN_SMTP": said, "STATUSGEN_SMTP_TLS": tls})
    assert (found.host, found.port) == server
