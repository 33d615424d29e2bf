"""Components are asked over a real network: loopback, with servers that misbehave."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Lock
from typing import Any

import pytest
import trustme

from statusgen import clock
from statusgen.model.components import Component
from statusgen.model.monitoring import Monitoring
from statusgen.model.observations import Observation, Outcome
from statusgen.model.probes import DnsProbe, HttpProbe, JsonField, Probe, TcpProbe
from statusgen.model.text import Text
from statusgen.monitor import asking
from statusgen.monitor.answers import MAX_BODY
from statusgen.monitor.asking import CutOff, observe
from tests.answering import Answer, Server, says, served

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ONCE = Monitoring(retries=0)
IMPATIENT = Monitoring(retries=0, timeout=timedelta(milliseconds=300))


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever proxy the machine of the tests has."""
    monkeypatch.setenv("NO_PROXY", "*")


def seen(
    *probes: Probe, settings: Monitoring = ONCE, at: datetime = AT, **more: Any
) -> list[Observation]:
    name = Text((("nl", "Deel"),))
    parts = [Component(f"part-{n}", name, probe=probe) for n, probe in enumerate(probes)]
    return observed(parts, settings, "here", at, pause=timedelta(), **more)


def observed(*args: Any, **more: Any) -> list[Observation]:
    """In a thread of its own: a browser of other tests may have a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(observe, *args, **more).result()


def told(probe: Probe, **more: Any) -> tuple[str, str]:
    """Outcome and reason of one."""
    (one,) = seen(probe, **more)
    assert (one.took is None) == (one.outcome is Outcome.BAD)
    return one.outcome.value, one.why


def waits(link: socket.socket, server: Server) -> None:
    """Half open: takes the request and says nothing."""
    server.over.wait(30)


# What an answer is held against


OK = ("good", "")


@pytest.mark.parametrize(
    ("answer", "wanted", "expected"),
    [
        (says(), {}, ("good", "")),
        (says(status="503 Gone Wrong"), {}, ("bad", "status 503")),
        (says(status="503 Wanted"), {"status": 503}, ("good", "")),
        (says(b"all is ok here"), {"contains": "ok"}, ("good", "")),
        (says(b"all is well"), {"contains": "ok"}, ("bad", "text")),
        (
            says("één".encode("latin-1"), headers={"Content-Type": "text/html; charset=latin1"}),
            {"contains": "één"},
            ("good", ""),
        ),
        (says(b""), {"contains": "ok"}, ("bad", "text")),
        (says(b"ok", headers={"Content-Type": "text/html; charset=hex"}), {"contains": "ok"}, OK),
        (says(b"ok", headers={"Content-Type": "text/html; charset=idna"}), {"contains": "ok"}, OK),
        (says(b"ok", headers={"Content-Type": "text/html; charset=none"}), {"contains": "ok"}, OK),
    ],
)
def test_an_answer_is_good_when_it_has_the_status_and_the_text(
    answer: Answer, wanted: dict[str, Any], expected: tuple[str, str]
) -> None:
    with served(answer) as server:
        assert told(HttpProbe(server.url, **wanted)) == expected
    assert server.asked == ["GET / HTTP/1.1"]


@pytest.mark.parametrize(
    ("body", "field", "value", "why"),
    [
        (b'{"status": {"indicator": "none"}}', "status.indicator", "none", ""),
        (b'{"parts": [{"up": true}, {"up": false}]}', "parts.1.up", "false", ""),
        (b'{"left": 3}', "left", "3", ""),
        (b'{"left": null}', "left", "null", ""),
        (b'{"left": 3}', "right", "3", "json"),
        (b'{"left": 3}', "left.of", "3", "json"),
        (b'{"left": [3]}', "left.first", "3", "json"),
        (b'{"left": [3]}', "left.1", "3", "json"),
        (b'{"left": 4}', "left", "3", "json"),
        (b"ok", "left", "3", "json"),
        (b"[" * 200_000, "0", "3", "json"),
        (b"\xff\xfe", "left", "3", "json"),
    ],
)
def test_a_field_of_json_has_the_value_that_is_wanted(
    body: bytes, field: str, value: str, why: str
) -> None:
    with served(says(body)) as server:
        probe = HttpProbe(server.url, field=JsonField(tuple(field.split(".")), value))
        assert told(probe) == ("bad" if why else "good", why)


def redirects(link: socket.socket, server: Server) -> None:
    """/old leads to /new by way of /middle, /round to itself, /home to the top."""
    path = server.asked[-1].split()[1]
    to = {"/old": "/middle", "/middle": "/new", "/round": "/round", "/home": "/"}.get(path)
    answer = says(status="301 Moved", headers={"Location": to}) if to else says()
    answer(link, server)


@pytest.mark.parametrize(
    ("path", "end", "expected", "asked"),
    [
        ("/old", None, ("bad", "redirect"), 1),
        ("/old", "/new", ("good", ""), 3),
        ("/old", "/elsewhere", ("bad", "redirect"), 3),
        ("/home", "", ("good", ""), 2),
        ("/new", "/old", ("bad", "redirect"), 1),
        ("/round", "/new", ("bad", "redirect"), 6),
    ],
)
def test_a_redirect_is_followed_only_to_where_it_must_end(
    path: str, end: str | None, expected: tuple[str, str], asked: int
) -> None:
    with served(redirects) as server:
        probe = HttpProbe(server.url + path, redirect=None if end is None else server.url + end)
        assert told(probe) == expected
    assert len(server.asked) == asked


def test_a_redirect_that_is_itself_wanted_is_not_followed() -> None:
    with served(redirects) as server:
        assert told(HttpProbe(server.url + "/old", status=301)) == ("good", "")
    assert len(server.asked) == 1


# Servers that are slow, broken or never done


def test_an_answer_that_takes_longer_than_it_may_is_slow() -> None:
    def late(link: socket.socket, server: Server) -> None:
        server.over.wait(0.2)
        says()(link, server)

    with served(late) as server:
        (one,) = seen(HttpProbe(server.url, within=timedelta(milliseconds=50)))
        (other,) = seen(HttpProbe(server.url, within=timedelta(seconds=20)))
    assert (one.outcome, one.why) == (Outcome.SLOW, "slow")
    assert one.took is not None
    assert one.took > timedelta(milliseconds=150)
    assert other.outcome is Outcome.GOOD


def drips(link: socket.socket, server: Server) -> None:
    """A body that never ends, a character at a time."""
    link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not server.over.wait(0.01):
        link.sendall(b".")


def pours(link: socket.socket, server: Server) -> None:
    """A body that never ends, as fast as it is taken."""
    link.sendall(b"HTTP/1.1 200 OK\r\n\r\nok")
    while not server.over.is_set():
        link.sendall(b"." * 65_536)


def breaks(link: socket.socket, server: Server) -> None:
    """Says that more is to come, and goes."""
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok")


def hangs_up(link: socket.socket, server: Server) -> None:
    """Goes without a word."""


def babbles(link: socket.socket, server: Server) -> None:
    """Speaks no HTTP."""
    link.sendall(b"220 mail.voorbeeld.example ESMTP\r\n")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (waits, "timeout"),
        (drips, "timeout"),
        (breaks, "broken"),
        (hangs_up, "broken"),
        (babbles, "broken"),
    ],
)
def test_a_server_that_never_answers_as_it_should_is_bad_in_time(answer: Answer, why: str) -> None:
    with served(answer) as server:
        assert told(HttpProbe(server.url), settings=IMPATIENT) == ("bad", why)


def test_of_a_body_that_never_ends_the_start_is_judged() -> None:
    with served(pours) as server:
        assert told(HttpProbe(server.url, contains="ok")) == ("good", "")
        assert told(HttpProbe(server.url, contains="end")) == ("bad", "text")


def test_what_stands_past_the_bound_is_not_read() -> None:
    with served(says(b"." * MAX_BODY + b"ok")) as server:
        assert told(HttpProbe(server.url, contains="ok")) == ("bad", "text")
    with served(says(b"." * (MAX_BODY - 2) + b"ok")) as server:
        assert told(HttpProbe(server.url, contains="ok")) == ("good", "")


def test_nobody_there_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert told(HttpProbe(f"http://127.0.0.1:{port}/")) == ("bad", "connect")
    assert told(TcpProbe("127.0.0.1", port)) == ("bad", "connect")


def test_a_port_that_takes_connections_is_good() -> None:
    with served(waits) as server:
        assert told(TcpProbe("127.0.0.1", server.port)) == ("good", "")


# Tries


class Moody:
    """Answers badly so many times before it answers well."""

    def __init__(self, bad: int) -> None:
        self.left, self.lock = bad, Lock()

    def __call__(self, link: socket.socket, server: Server) -> None:
        with self.lock:
            self.left -= 1
            answer = says(status="500 Oops") if self.left >= 0 else says()
        answer(link, server)


@pytest.mark.parametrize(
    ("bad", "expected", "asked"),
    [
        (0, ("good", ""), 1),
        (1, ("good", ""), 2),
        (2, ("good", ""), 3),
        (3, ("bad", "status 500"), 3),
    ],
)
def test_one_bad_answer_is_no_outage_but_three_are(
    bad: int, expected: tuple[str, str], asked: int
) -> None:
    with served(Moody(bad)) as server:
        assert told(HttpProbe(server.url), settings=Monitoring(retries=2)) == expected
    assert len(server.asked) == asked


def test_all_components_are_asked_at_once() -> None:
    """No server answers before all have been asked."""
    count = 12
    together = Barrier(count)

    def answer(link: socket.socket, server: Server) -> None:
        together.wait(30)
        says()(link, server)

    with served(answer) as server:
        found = seen(*(HttpProbe(f"{server.url}/{n}") for n in range(count)))
    assert [one.outcome for one in found] == [Outcome.GOOD] * count
    assert [one.component for one in found] == [f"part-{n}" for n in range(count)]
    assert {(one.at, one.vantage) for one in found} == {(AT, "here")}


def test_components_without_a_probe_are_passed_over() -> None:
    plain = Component("plain", Text((("nl", "Deel"),)))
    assert observed([plain], ONCE, "here", AT) == []


# Certificates


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """One that this machine trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def shown(certificate: trustme.LeafCert) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(tls)
    return tls


def over_tls(server: Server, **wanted: Any) -> HttpProbe:
    return HttpProbe(f"https://127.0.0.1:{server.port}/", **wanted)


def test_a_certificate_that_is_trusted_is_good(authority: trustme.CA) -> None:
    with served(says(), shown(authority.issue_cert("127.0.0.1"))) as server:
        assert told(over_tls(server)) == ("good", "")


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (lambda _: trustme.CA().issue_cert("127.0.0.1"), "tls untrusted"),
        (lambda authority: authority.issue_cert("elders.example"), "tls name"),
        (lambda authority: authority.issue_cert("127.0.0.2"), "tls name"),
        (
            lambda authority: authority.issue_cert(
                "127.0.0.1",
                not_before=datetime(2020, 1, 1, tzinfo=UTC),
                not_after=datetime(2021, 1, 1, tzinfo=UTC),
            ),
            "tls expired",
        ),
    ],
)
def test_a_wrong_certificate_is_told_by_its_fault(
    authority: trustme.CA, certificate: Callable[[trustme.CA], trustme.LeafCert], why: str
) -> None:
    with served(says(), shown(certificate(authority))) as server:
        assert told(over_tls(server)) == ("bad", why)
    assert server.asked == []


def test_a_server_without_tls_is_told(authority: trustme.CA) -> None:
    with served(babbles) as server:
        assert told(over_tls(server), settings=IMPATIENT) == ("bad", "tls")


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(days=15), ("good", "")),
        (timedelta(days=14, seconds=1), ("good", "")),
        (timedelta(days=13, hours=23), ("slow", "certificate 13 days")),
        (timedelta(hours=1), ("slow", "certificate 0 days")),
        (timedelta(hours=-1), ("slow", "certificate 0 days")),
    ],
)
def test_a_certificate_that_ends_soon_is_told_before_it_does(
    authority: trustme.CA, left: timedelta, expected: tuple[str, str]
) -> None:
    ends = clock.now() + timedelta(days=60)
    certificate = authority.issue_cert("127.0.0.1", not_after=ends)
    with served(says(), shown(certificate)) as server:
        probe = over_tls(server, certificate=timedelta(days=14))
        assert told(probe, at=ends - left) == expected


# Proxies


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(says()) as proxy:
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert told(HttpProbe("http://www.voorbeeld.example/health")) == ("good", "")
    assert proxy.asked == ["GET http://www.voorbeeld.example/health HTTP/1.1"]


@pytest.mark.parametrize("scheme", ["socks5", "gopher"])
def test_a_proxy_of_another_kind_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://me:secret@127.0.0.1:1")
    with pytest.raises(OSError, match="proxy") as caught:
        told(HttpProbe("http://www.voorbeeld.example/"))
    assert "secret" not in str(caught.value)


# Names


def addresses(*found: str) -> Callable[..., list[Any]]:
    return lambda *_, **__: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in found
    ]


def unknown(*_: Any, **__: Any) -> list[Any]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.fixture
def _connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a network, whatever machine this is."""
    monkeypatch.setattr(asking, "_ROUTES", ((socket.AF_INET, "127.0.0.1"),))


@pytest.mark.parametrize(
    ("found", "address", "expected"),
    [
        (addresses("192.0.2.7"), None, ("good", "")),
        (addresses("192.0.2.7", "192.0.2.8"), "192.0.2.8", ("good", "")),
        (addresses("192.0.2.7"), "192.0.2.8", ("bad", "address")),
        (unknown, None, ("bad", "dns")),
    ],
)
@pytest.mark.usefixtures("_connected")
def test_a_name_must_have_an_address(
    found: asking.LookUp, address: str | None, expected: tuple[str, str]
) -> None:
    assert told(DnsProbe("www.voorbeeld.example", address), look_up=found) == expected


@pytest.mark.usefixtures("_connected")
@pytest.mark.parametrize(
    "probe", [HttpProbe("http://www.voorbeeld.example/"), TcpProbe("db.voorbeeld.example", 5432)]
)
def test_a_name_that_nobody_knows_is_told(probe: Probe) -> None:
    assert told(probe, look_up=unknown) == ("bad", "dns")


def test_a_real_resolver_knows_this_machine() -> None:
    assert told(DnsProbe("localhost")) == ("good", "")


@pytest.mark.parametrize(
    "address", [f"http://{'a' * 64}.example/", "http://xn--a.example/", "http://a..b.example/"]
)
@pytest.mark.usefixtures("_connected")
def test_a_name_that_cannot_be_is_told(address: str) -> None:
    assert told(HttpProbe(address), look_up=unknown) == ("bad", "dns")


@pytest.fixture
def stuck() -> Iterator[Event]:
    """Set when the test is over."""
    over = Event()
    yield over
    over.set()


def test_a_resolver_that_hangs_holds_up_nobody_else(stuck: Event) -> None:
    """More names hang than a loop has threads, and none is waited for at the end."""
    answered = []

    def hangs(host: str, *_: Any, **__: Any) -> list[Any]:
        if host != "www.voorbeeld.example":
            stuck.wait(60)
        answered.append(host)
        return addresses("192.0.2.7")()

    probes = [DnsProbe(f"hangt-{n}.voorbeeld.example") for n in range(50)]
    found = seen(*probes, DnsProbe("www.voorbeeld.example"), settings=IMPATIENT, look_up=hangs)
    assert [one.why for one in found] == ["timeout"] * 50 + [""]
    assert answered == ["www.voorbeeld.example"]


# A machine that is cut off


def test_a_machine_without_a_network_saw_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_ROUTES", ())
    with pytest.raises(CutOff):
        seen(DnsProbe("a.example"), DnsProbe("b.example"), look_up=unknown)


def test_who_reaches_one_component_has_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_ROUTES", ())
    with served(says()) as server:
        found = seen(DnsProbe("a.example"), HttpProbe(server.url), look_up=unknown)
    assert [one.why for one in found] == ["dns", ""]
