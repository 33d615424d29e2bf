from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statusgen.model.components import Component
from statusgen.model.monitoring import Prometheus
from statusgen.model.observations import Observation, Outcome
from statusgen.model.probes import HttpProbe
from statusgen.model.text import Text
from statusgen.monitor.prometheus import MAX_POINTS, NotAnswered, Refused, Store, pieces

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
APP = Component("app", Text((("en", "App"),)))
Answer = tuple[int, Mapping[str, str], bytes]


def matrix(*series: Mapping[datetime, str], **more: Any) -> Answer:
    result = [
        {"metric": {}, "values": [[at.timestamp(), value] for at, value in values.items()]}
        for values in series
    ]
    said = {"status": "success", "data": {"resultType": "matrix", "result": result}, **more}
    return 200, {}, json.dumps(said).encode()


def error(status: int, text: str) -> Answer:
    return status, {}, json.dumps({"status": "error", "errorType": "x", "error": text}).encode()


class Server(ThreadingHTTPServer):
    """Answers with one answer after another, the last one again and again; keeps what is asked."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = list(answers)
        self.asked: list[tuple[dict[str, str], str | None]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/store/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        place, query = urlsplit(self.path)[2:4]
        assert place == "/store/api/v1/query_range"
        said = {name: values[0] for name, values in parse_qs(query).items()}
        self.server.asked.append((said, self.headers["Authorization"]))
        answers = self.server.answers
        status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


Served = Callable[..., Server]


@pytest.fixture
def served() -> Iterator[Served]:
    started: list[Server] = []

    def start(*answers: Answer) -> Server:
        started.append(Server(*answers))
        return started[-1]

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def store(server: Server, environment: Mapping[str, str] | None = None, **more: Any) -> Store:
    settings = Prometheus(server.url, 'up{job="{component}"}', **more)
    return Store(settings, environment or {}, wait=lambda _: None)


def observed(server: Server, **more: Any) -> list[Observation]:
    with store(server, **more) as asked:
        return asked.observed([APP], AT, AT + timedelta(minutes=2))


def minute(number: int) -> datetime:
    return AT + timedelta(minutes=number)


# Pieces


@example(datetime(2026, 1, 1), 11_000 * 60, 60)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)),
    st.integers(-5, 3_000_000),
    st.integers(60, 3600),
)
def test_pieces_ask_for_every_step_once_and_never_for_too_many(
    start: datetime, seconds: int, step: int
) -> None:
    first, length = start.replace(tzinfo=UTC), timedelta(seconds=step)
    end = first + timedelta(seconds=seconds)
    asked: list[float] = []
    for since, until in pieces(first, end, length):
        count = (until - since) / length
        assert count == int(count) < MAX_POINTS
        asked += [since.timestamp() + n * step for n in range(int(count) + 1)]
    whole = range(int(first.timestamp()) - step, int(end.timestamp()) + step)
    assert asked == [
        at for at in whole if at % step == 0 and first.timestamp() <= at <= end.timestamp()
    ]


# What is asked, and what is made of the answer


def test_each_component_is_asked_for_by_its_id(served: Served) -> None:
    server = served(matrix())
    assert observed(server) == []
    ((said, authorization),) = server.asked
    assert authorization is None
    assert said["query"] == 'up{job="app"}'
    assert float(said["start"]) == AT.timestamp()
    assert float(said["end"]) == minute(2).timestamp()
    assert (float(said["step"]), float(said["timeout"])) == (60, 30)


def test_of_several_series_the_worst_counts_and_what_is_no_number_is_a_gap(served: Served) -> None:
    one = {minute(0): "1", minute(1): "1", minute(2): "NaN"}
    found = observed(served(matrix(one, {minute(1): "0.5"})))
    assert [(o.at, o.outcome, o.why) for o in found] == [
        (minute(0), Outcome.GOOD, ""),
        (minute(1), Outcome.BAD, "value below 1"),
    ]


def test_an_answer_that_took_longer_than_within_is_late(served: Served) -> None:
    values = {minute(n): "1" for n in range(3)}
    took = {minute(0): "0.2", minute(1): "2.5", minute(2): "-1"}
    server = served(matrix(values), matrix(took))
    probe = HttpProbe("https://www.voorbeeld.example/", within=timedelta(seconds=2))
    component = Component("app", APP.name, probe=probe)
    with store(server, durations="time{job='{component}'}") as asked:
        found = asked.observed([component], AT, minute(2))
    assert [(o.outcome, o.took) for o in found] == [
        (Outcome.GOOD, timedelta(milliseconds=200)),
        (Outcome.SLOW, timedelta(seconds=2.5)),
        (Outcome.GOOD, None),
    ]


def test_warnings_are_kept_each_once(served: Served) -> None:
    with store(served(matrix(warnings=["a part did not answer"]))) as asked:
        asked.observed([APP, APP], AT, minute(2))
        assert asked.warnings == ["a part did not answer"]


# Who may ask


def test_a_token_comes_from_the_environment(served: Served) -> None:
    server = served(matrix())
    observed(server, environment={"TOKEN": "s3cret\n"}, token_from="TOKEN")
    assert server.asked[0][1] == "Bearer s3cret"


def test_a_password_comes_from_the_environment(served: Served) -> None:
    server = served(matrix())
    observed(server, environment={"WORD": "sesame"}, user="ali", password_from="WORD")
    assert server.asked[0][1] == "Basic YWxpOnNlc2FtZQ=="


@pytest.mark.parametrize("environment", [{}, {"TOKEN": ""}])
def test_a_secret_that_is_not_there_is_told_by_its_name(
    served: Served, environment: Mapping[str, str]
) -> None:
    server = served(matrix())
    with pytest.raises(Refused, match="The environment has no TOKEN"):
        store(server, environment, token_from="TOKEN")
    assert server.asked == []


@pytest.mark.parametrize("secret", ["ses\name", "s\xe9same", "ses\0ame"])
def test_a_token_that_no_header_can_hold_is_told_by_its_name_alone(
    served: Served, secret: str
) -> None:
    server = served(matrix())
    with pytest.raises(Refused) as refused:
        store(server, {"TOKEN": secret}, token_from="TOKEN")
    assert str(refused.value).startswith("The variable TOKEN holds no token")
    assert server.asked == []


# What goes wrong


@pytest.mark.parametrize("failure", [error(503, "starting"), (500, {}, b"oops"), (429, {}, b"")])
def test_a_server_that_fails_is_asked_again(served: Served, failure: Answer) -> None:
    server = served(failure, failure, failure, matrix({AT: "1"}))
    assert [seen.outcome for seen in observed(server)] == [Outcome.GOOD]
    assert len(server.asked) == 4


def test_a_server_that_goes_on_failing_is_given_up(served: Served) -> None:
    server = served(error(503, "starting"))
    with pytest.raises(NotAnswered, match=r"It fails \(HTTP status 503\): starting"):
        observed(server)
    assert len(server.asked) == 4


def test_between_tries_it_waits_longer_each_time(served: Served) -> None:
    waited: list[float] = []
    server = served(error(500, ""))
    asked = Store(Prometheus(server.url, "{component}"), {}, wait=waited.append)
    with asked, pytest.raises(NotAnswered):
        asked.observed([APP], AT, minute(2))
    assert waited == sorted(set(waited))
    assert len(waited) == 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error(400, "parse error"), 'It refuses `up{job="app"}`: parse error'),
        (error(422, "too many samples"), "too many samples"),
        ((401, {}, b""), "does not let us in"),
        (error(403, "no"), "does not let us in"),
        ((302, {"Location": "https://elders.example/"}, b""), "sends us on"),
        ((200, {}, b"<html>"), "is no Prometheus"),
        ((200, {}, b"[]"), "is no Prometheus"),
        ((404, {}, b"not found"), "is no Prometheus"),
        ((200, {}, b'{"status": "success"}'), "no matrix"),
        (
            (200, {}, b'{"status": "success", "data": {"result": [{"values": [["x", "1"]]}]}}'),
            "no matrix",
        ),
    ],
)
def test_what_another_try_does_not_help_is_told_at_once(
    served: Served, answer: Answer, said: str
) -> None:
    server = served(answer)
    with pytest.raises(Refused) as refused:
        observed(server)
    assert said in str(refused.value)
    assert len(server.asked) == 1


def test_an_answer_without_end_is_not_read_to_its_end(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("statusgen.monitor.prometheus._MAX_BYTES", 1000)
    with pytest.raises(Refused, match="one series a component"):
        observed(served((200, {}, b" " * 100_000)))


def test_nobody_there_is_told(served: Served) -> None:
    server = served(matrix())
    server.shutdown()
    server.server_close()
    with pytest.raises(NotAnswered, match="cannot be reached"):
        observed(server)


def test_one_that_never_comes_to_an_end_is_given_up_in_time(served: Served) -> None:
    class Dripping(Handler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while not released.wait(0.02):
                    self.wfile.write(b" ")

    released = threading.Event()
    threading.Timer(5, released.set).start()
    server = served(matrix())
    server.RequestHandlerClass = Dripping
    with pytest.raises(NotAnswered, match="did not answer in time"):
        observed(server, timeout=timedelta(milliseconds=200))
    assert not released.is_set()
    released.set()


def test_one_that_is_silent_is_given_up_in_time(served: Served) -> None:
    class Silent(Server):
        def finish_request(self, request: Any, client_address: Any) -> None:
            released.wait()

    released = threading.Event()
    server = Silent(matrix())
    try:
        with pytest.raises(NotAnswered, match="did not answer in time"):
            observed(server, timeout=timedelta(milliseconds=50))
    finally:
        released.set()
        server.shutdown()
        server.server_close()
