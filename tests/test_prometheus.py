"""Measurements are taken over from a real Prometheus, filled by its blackbox exporter.

Both are Debian's, each started here on a free port of this machine with a set-up of its own.
What was long ago is made by `promtool`, so that no test waits for time to pass.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app
from statusgen.content.measurement_files import read_measurements
from statusgen.content.measurements import series
from statusgen.model.components import Component
from statusgen.model.monitoring import Prometheus
from statusgen.model.observations import Outcome
from statusgen.model.text import Text
from statusgen.monitor.prometheus import Store

PROGRAMS = ("prometheus", "promtool", "prometheus-blackbox-exporter")
PATIENCE = 60
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# More than eight days: more than one answer has room for.
BEGINNING = datetime(2026, 11, 16, tzinfo=UTC)
SITE = {
    "site.yaml": "name: Proef\nurl: https://status.voorbeeld.example/\n"
    "timezone: Etc/UTC\nlanguages: [nl]\n",
    "sla.yaml": "title: Afspraken\nvalid_from: 2026-11-16\navailability:\n  target: 90%\n"
    "  hours: {days: mon-sun, from: 00:00, to: 24:00}\n",
    "components.yaml": "groups:\n  - id: all\n    name: Alles\n    components:\n"
    "      - id: server\n        name: Server\n"
    "        probe: {url: https://www.voorbeeld.example/, expect: {within: 2s}}\n"
    "      - {id: app, name: App}\n      - {id: chat, name: Chat}\n",
}
MONITORING = """\
prometheus:
  url: {url}
  query: last_over_time(probe_success{{component="{{component}}"}}[59s])
  durations: last_over_time(probe_duration_seconds{{component="{{component}}"}}[59s])
"""
# "open sesame", as Prometheus wants it in its own set-up.
BASIC = "basic_auth_users: {ali: $2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy}\n"


@pytest.fixture(scope="module", autouse=True)
def _programs() -> None:
    """Debian's packages. Where nobody watches, a test that cannot run has failed."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        reason = f"There is no {' and no '.join(missing)} on the PATH to measure with."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


# The programs


@contextmanager
def running(command: Sequence[str], ready: str, auth: tuple[str, str] | None = None) -> Any:
    """A program, from when it says that it is ready until it is let go of."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as program:
        said: list[bytes] = []
        assert program.stderr
        threading.Thread(target=said.extend, args=(program.stderr,), daemon=True).start()
        try:
            deadline = time.monotonic() + PATIENCE
            while not answers(ready, auth):
                assert program.poll() is None, said
                assert time.monotonic() < deadline, said
            yield
        finally:
            program.kill()


def answers(url: str, auth: tuple[str, str] | None) -> bool:
    try:
        return httpx.get(url, auth=auth, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def free_address() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{found.getsockname()[1]}"


@contextmanager
def prometheus(
    folder: Path, scraping: str = "", web: str = "", auth: tuple[str, str] | None = None
) -> Iterator[str]:
    """The address of a Prometheus that has what is in ``folder / "data"``."""
    folder.mkdir(exist_ok=True)
    (folder / "prometheus.yml").write_text(scraping)
    (folder / "web.yml").write_text(web)
    address = free_address()
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--web.config.file={folder / 'web.yml'}",
        f"--web.listen-address={address}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
    ]
    with running(command, f"http://{address}/-/ready", auth):
        yield f"http://{address}"


Samples = Mapping[str, Mapping[datetime, float]]
"""By component, of one metric."""


def fill(folder: Path, metrics: Mapping[str, Samples]) -> None:
    """Make what a Prometheus knows of earlier days."""
    lines = []
    for metric, samples in metrics.items():
        lines.append(f"# TYPE {metric} gauge\n")
        for component, values in samples.items():
            for at, value in values.items():
                written = f"{value} {at.timestamp():.0f}"
                lines.append(f'{metric}{{component="{component}"}} {written}\n')
    text = folder / "samples.txt"
    text.write_text("".join([*lines, "# EOF\n"]))
    command = [
        "promtool",
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        str(text),
        str(folder / "data"),
    ]
    subprocess.run(command, check=True, capture_output=True)


# What it knows


def day(number: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, number, hour, minute, tzinfo=UTC)


GAP = (day(18, 2), day(18, 4))
DOWN = (day(20, 10, 5), day(20, 10, 31))
LATE = (day(21, 12), day(21, 12, 10))
NEW = day(23, 0)


def lies(at: datetime, span: tuple[datetime, datetime]) -> bool:
    return span[0] <= at < span[1]


def known() -> dict[str, Samples]:
    """Eight days and a half of a server, and of an app that was added later."""
    count = (NOW - BEGINNING) // timedelta(minutes=1)
    minutes = [BEGINNING + timedelta(minutes=n) for n in range(count + 1)]
    seen = [at for at in minutes if not lies(at, GAP)]
    return {
        "probe_success": {
            "server": {at: 0 if lies(at, DOWN) else 1 for at in seen},
            "app": {at: 1 for at in seen if at >= NEW},
        },
        "probe_duration_seconds": {
            "server": {at: 3 if lies(at, LATE) else 0.123 for at in seen},
        },
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus that knows all that."""
    folder = tmp_path_factory.mktemp("prometheus")
    fill(folder, known())
    with prometheus(folder) as url:
        yield url


@pytest.fixture
def content(tmp_path: Path, store: str) -> Path:
    return content_of(tmp_path / "content", store)


def content_of(folder: Path, url: str, more: str = "") -> Path:
    folder.mkdir()
    for name, text in SITE.items():
        (folder / name).write_text(text)
    (folder / "monitoring.yaml").write_text(MONITORING.format(url=url) + more)
    return folder


def measure(content: Path, now: datetime = NOW, **environment: str) -> Result:
    environment["SOURCE_DATE_EPOCH"] = f"{now.timestamp():.0f}"
    return CliRunner().invoke(app, ["measure", str(content)], env=environment)


def stretches(content: Path, component: str) -> list[tuple[datetime, datetime, Outcome]]:
    found = series(read_measurements(content), timedelta(minutes=10))
    return [
        (stretch.start, stretch.end, stretch.outcome)
        for one in found
        if one.component == component
        for stretch in one.stretches
    ]


# Tests


def test_what_it_knows_is_taken_over_to_the_minute(content: Path) -> None:
    result = measure(content)
    assert result.exit_code == 0, result.output
    assert "Nothing is measured of chat." in result.stderr
    last = NOW - timedelta(minutes=2)
    good, slow, bad = Outcome.GOOD, Outcome.SLOW, Outcome.BAD
    assert stretches(content, "server") == [
        (BEGINNING, GAP[0] - timedelta(minutes=1), good),
        (GAP[1], DOWN[0], good),
        (*DOWN, bad),
        (DOWN[1], LATE[0], good),
        (*LATE, slow),
        (LATE[1], last, good),
    ]
    assert stretches(content, "app") == [(NEW, last, good)]


def test_again_adds_nothing_and_in_two_goes_is_as_in_one(content: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(content, whole)
    measure(whole)
    once = files_in(whole)
    assert "0 observations added" in measure(whole).output
    assert files_in(whole) == once
    for now in (day(18, 2, 30), day(18, 3, 30), day(20, 10, 12), NOW):
        assert measure(content, now).exit_code == 0
    assert stretches(content, "server") == stretches(whole, "server")
    assert files_in(content) == once


def files_in(content: Path) -> dict[str, bytes]:
    return read_measurements(content)


def test_what_was_taken_over_is_in_the_figures_of_the_site(content: Path, tmp_path: Path) -> None:
    measure(content)
    out = str(tmp_path / "public")
    command = ["build", str(content), "--output", out, "--now", NOW.isoformat()]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "public/api/statusgen/v1/sla/2026-11.json").read_bytes())
    server = next(c for c in report["measured"]["components"] if c["id"] == "server")
    assert server["guaranteed_minutes"] == (NOW - BEGINNING) // timedelta(minutes=1)
    assert (server["bad_minutes"], server["slow_minutes"]) == (26, 10)
    # After the last value before the gap, and the last of all, nobody looked.
    assert server["gap_minutes"] == 121 + 2
    unreported = report["measured"]["disagreements"]
    assert [(d["component"], d["minutes"], d["event"]) for d in unreported] == [
        ("server", 26, None)
    ]
    times = {each["day"]: each for each in report["response_times"]["server"]}
    assert times["2026-11-17"] == {
        "day": "2026-11-17",
        "answers": 1440,
        "median_milliseconds": 120,
        "p95_milliseconds": 120,
    }


def test_a_query_that_it_refuses_is_told_with_its_reason(content: Path) -> None:
    wrong = "prometheus: {url: %s, query: 'rate({component}'}\n"
    url = (content / "monitoring.yaml").read_text().split("url: ")[1].split("\n")[0]
    (content / "monitoring.yaml").write_text(wrong % url)
    result = measure(content)
    assert result.exit_code == 2
    assert "It refuses `rate(server`: " in result.stderr
    assert "unclosed" in result.stderr
    assert read_measurements(content) == {}


def test_a_password_lets_us_in_and_is_never_told(tmp_path: Path) -> None:
    with prometheus(tmp_path / "closed", web=BASIC, auth=("ali", "open sesame")) as url:
        more = "  user: ali\n  password_from: SESAME\n"
        content = content_of(tmp_path / "content", url, more)
        assert measure(content, SESAME="open sesame").exit_code == 0
        shut = measure(content, SESAME="open barley")
        assert shut.exit_code == 2
        assert "does not let us in (HTTP status 401)" in shut.stderr
        assert "barley" not in shut.output
        missing = measure(content)
        assert missing.exit_code == 2
        assert "The environment has no SESAME" in missing.stderr


def test_the_blackbox_exporter_sees_a_server_go(tmp_path: Path) -> None:
    config = tmp_path / "blackbox.yml"
    config.write_text("modules: {http_2xx: {prober: http, timeout: 1s}}\n")
    exporter, app = free_address(), Component("app", Text((("nl", "App"),)))
    command = [
        "prometheus-blackbox-exporter",
        f"--config.file={config}",
        f"--web.listen-address={exporter}",
    ]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Well)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    target = f"http://127.0.0.1:{server.server_port}/"
    scraping = f"""\
global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}
scrape_configs:
  - job_name: blackbox
    metrics_path: /probe
    params: {{module: [http_2xx], target: ["{target}"]}}
    static_configs: [{{targets: ["{exporter}"], labels: {{component: app}}}}]
"""
    with (
        running(command, f"http://{exporter}/-/healthy"),
        prometheus(tmp_path / "prometheus", scraping) as url,
    ):
        settings = Prometheus(
            url,
            'probe_success{component="{component}"}',
            'probe_duration_seconds{component="{component}"}',
            step=timedelta(seconds=1),
        )
        with Store(settings, {}) as store:
            assert last_of(store, app, Outcome.GOOD).took
            server.shutdown()
            server.server_close()
            assert last_of(store, app, Outcome.BAD).took is None


class Well(BaseHTTPRequestHandler):
    """Answers well, and says nothing of it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def last_of(store: Store, component: Component, outcome: Outcome) -> Any:
    """The newest observation, once it is that."""
    deadline = time.monotonic() + PATIENCE
    while True:
        now = datetime.fromtimestamp(time.time() // 1, UTC)
        seen = store.observed([component], now - timedelta(seconds=2), now)
        if seen and seen[-1].outcome is outcome:
            return seen[-1]
        assert time.monotonic() < deadline, seen
