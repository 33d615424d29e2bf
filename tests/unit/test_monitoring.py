"""What monitoring.yaml and the probes in components.yaml say, and what is told of mistakes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from statusgen.content.reading import Reading, read
from statusgen.findings import Span
from statusgen.model.channels import Email, Shape, Webhook
from statusgen.model.monitoring import Monitoring, Prometheus
from statusgen.model.probes import DnsProbe, HttpProbe, JsonField, Probe, TcpProbe

SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl]
"""
PROMETHEUS = "url: https://p.example/, query: 'up{a=\"{component}\"}'"
DAYS = timedelta(days=1)


def components(probe: str) -> str:
    server = "{id: server, name: Server" + (f", probe: {probe}" if probe else "") + "}"
    return f"groups: [{{id: all, name: Alles, components: [{server}]}}]\n"


def reading(probe: str = "", monitoring: str | None = None) -> Reading:
    files = {
        "site.yaml": SITE,
        "sla.yaml": "title: Afspraken\n",
        "components.yaml": components(probe),
    }
    if monitoring is not None:
        files["monitoring.yaml"] = monitoring
    return read({path: text.encode() for path, text in files.items()})


def settings(monitoring: str | None) -> Monitoring:
    found = reading(monitoring=monitoring)
    assert found.findings == []
    assert found.content is not None
    return found.content.monitoring


def told(**given: Any) -> list[tuple[str, str]]:
    """Code and message of each finding."""
    return [(finding.code, finding.message) for finding in reading(**given).findings]


# Probes


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{url: https://a.example/health}", HttpProbe("https://a.example/health")),
        (
            "{url: https://a.example/, expect: {status: 204, within: 2s, contains: ok, "
            "json: {field: status.0.indicator, value: none}, "
            "redirect: https://b.example/, certificate: 14d}}",
            HttpProbe(
                "https://a.example/",
                204,
                timedelta(seconds=2),
                "ok",
                JsonField(("status", "0", "indicator"), "none"),
                "https://b.example/",
                14 * DAYS,
            ),
        ),
        ("{tcp: 'db.example:5432'}", TcpProbe("db.example", 5432)),
        (
            "{tcp: '[2001:DB8::0:1]:22', expect: {within: 1s}}",
            TcpProbe("2001:db8::1", 22, timedelta(seconds=1)),
        ),
        (
            "{dns: www.a.example, expect: {address: 2001:DB8::0:1, within: 1s}}",
            DnsProbe("www.a.example", "2001:db8::1", timedelta(seconds=1)),
        ),
    ],
)
def test_a_probe_is_read_as_it_is_written(written: str, expected: Probe) -> None:
    found = reading(written)
    assert found.findings == []
    assert found.content is not None
    assert [component.probe for component in found.content.components] == [expected]


@pytest.mark.parametrize(
    ("written", "keys", "said"),
    [
        ("{expect: {within: 1s}}", "", "here is none"),
        ("{url: https://a.example/, tcp: 'a.example:1'}", "", "here is `url` and `tcp`"),
        ("{tcp: a.example}", "tcp", "no host with a port"),
        ("{tcp: 'a.example:0'}", "tcp", "no host with a port"),
        ("{tcp: 'a.example:65536'}", "tcp", "no host with a port"),
        ("{tcp: 'A_b:1'}", "tcp", "no name of a host"),
        ("{tcp: '[::g]:1'}", "tcp", "no IP address"),
        ("{dns: https://a.example/}", "dns", "no name of a host"),
        ("{dns: a.example, expect: {address: a.example}}", "expect.address", "no IP address"),
        ("{dns: a.example, expect: {status: 200}}", "expect.status", "`dns` has no `status`"),
        ("{tcp: 'a.example:1', expect: {contains: a}}", "expect.contains", "`tcp` has no"),
        (
            "{tcp: 'a.example:1', expect: {json: {field: a, value: b}}}",
            "expect.json",
            "`tcp` has no `json`",
        ),
        ("{url: https://a.example/, expect: {address: 192.0.2.7}}", "expect.address", "`url` has"),
        ("{url: https://me:secret@a.example/}", "url", "no name or password"),
        (
            "{url: https://a.example/, expect: {redirect: https://me@b.example/}}",
            "expect.redirect",
            "no name or password",
        ),
        (
            "{url: http://a.example/, expect: {certificate: 14d}}",
            "expect.certificate",
            "comes without a certificate",
        ),
        ("{url: https://a.example/, expect: {json: {field: a}}}", "expect.json", "is missing"),
        ("{url: ftp://a.example/}", "url", "no web address"),
    ],
)
def test_a_probe_that_cannot_be_is_told_at_its_place(written: str, keys: str, said: str) -> None:
    found = reading(written)
    (finding,) = found.findings
    assert said in finding.message
    assert finding.help
    assert isinstance(finding.place, Span)
    assert finding.place.path == "components.yaml"
    there = components(written)[finding.place.column - 1 :]
    assert there.startswith(_value_at(written, keys))


def _value_at(written: str, keys: str) -> str:
    last = keys.rpartition(".")[2]
    return written.partition(f"{last}: ")[2][:5] if last else written[:5]


def test_a_password_in_an_address_is_not_repeated() -> None:
    assert "secret" not in str(told(probe="{url: https://me:secret@a.example/}"))


# monitoring.yaml


@pytest.mark.parametrize("written", [None, "", "# Nothing yet.\n", "every: 1m\n"])
def test_what_is_not_said_is_as_it_is_by_itself(written: str | None) -> None:
    assert settings(written) == Monitoring()


def test_all_that_can_be_said_is_read() -> None:
    assert settings("""\
every: 5m
timeout: 20s
retries: 0
down_after: 2
up_after: 1
quorum: 2
stale_after: 20m
repeat: never
drafts: {after: 15m, publish: true}
tell:
  - webhook: {url_from: OPS_WEBHOOK, shape: slack}
  - email: {to: [dev@voorbeeld.example], sender: monitor@voorbeeld.example}
prometheus:
  url: https://prometheus.voorbeeld.example/
  query: probe_success{instance="{component}"}
  durations: probe_duration_seconds{instance="{component}"}
  token_from: PROMETHEUS_TOKEN
  step: 30s
  timeout: 1m
""") == Monitoring(
        every=timedelta(minutes=5),
        timeout=timedelta(seconds=20),
        retries=0,
        down_after=2,
        up_after=1,
        quorum=2,
        stale_after=timedelta(minutes=20),
        repeat=None,
        drafts_after=timedelta(minutes=15),
        publish_drafts=True,
        channels=(
            Webhook("OPS_WEBHOOK", Shape.SLACK),
            Email("monitor@voorbeeld.example", ("dev@voorbeeld.example",)),
        ),
        prometheus=Prometheus(
            "https://prometheus.voorbeeld.example/",
            'probe_success{instance="{component}"}',
            'probe_duration_seconds{instance="{component}"}',
            "PROMETHEUS_TOKEN",
            timedelta(seconds=30),
            timedelta(minutes=1),
        ),
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("evry: 1m", "`evry` is no key of this."),
        ("every: 0s", "`0s` is no length of time."),
        ("every: 10m", "Every observation is stale before the next one is made."),
        ("every: 1m\nstale_after: 1m", "Every observation is stale before the next one is made."),
        ("retries: 11", "`11` is no number that fits."),
        ("down_after: 0", "`0` is no number that fits."),
        ("quorum: none", "`none` is no number that fits."),
        ("repeat: always", "`always` is no length of time."),
        ("drafts: {publish: true}", "`after` is missing."),
        (
            "tell: [{}]",
            "A channel is one of `webhook`, `email` and `command`; here is none.",
        ),
        (
            "prometheus: {url: https://p.example/, query: up}",
            "This query is the same for every component.",
        ),
        (
            "prometheus: {url: 'https://a:b@p.example/', query: 'up{a=\"{component}\"}'}",
            "The address of a Prometheus has no name or password in it.",
        ),
        (
            f"prometheus: {{{PROMETHEUS}, user: ali}}",
            "This user has no password.",
        ),
        (
            f"prometheus: {{{PROMETHEUS}, password_from: WORD}}",
            "This is the password of nobody.",
        ),
        (
            f"prometheus: {{{PROMETHEUS}, user: ali, password_from: WORD, token_from: TOKEN}}",
            "Either a token or a password lets us in, not both.",
        ),
        (
            f"stale_after: 5m\nprometheus: {{{PROMETHEUS}, step: 5m}}",
            "Every value is stale before the next one comes.",
        ),
    ],
)
def test_a_mistake_is_told_with_a_way_out(written: str, said: str) -> None:
    (finding,) = reading(monitoring=f"{written}\n").findings
    assert finding.message == said
    assert finding.help
    assert finding.place.path == "monitoring.yaml"


def test_all_mistakes_are_told_at_once() -> None:
    written = "retries: 99\nevery: soon\ntell: [{webhook: {url_from: 'https://x.example/'}}]\n"
    assert len(told(monitoring=written)) == 3


def test_a_site_with_mistakes_in_its_monitoring_is_still_read() -> None:
    found = reading(monitoring="retries: 99\n")
    assert found.content is not None
    assert found.content.monitoring == Monitoring()
