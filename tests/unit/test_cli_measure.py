from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app
from statusgen.content.measurement_files import read_measurements
from tests.unit.small_site import FILES
from tests.unit.test_prometheus import Answer, Server, error, matrix, served

__all__ = ["served"]

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statusgen.monitor.prometheus._WAITS", (0.0,))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    for name in ("site.yaml", "sla.yaml", "components.yaml"):
        (folder / name).write_text(FILES[name], "utf-8")
    return folder


def asks(content: Path, server: Server) -> Server:
    """The content with that server as its Prometheus."""
    (content / "monitoring.yaml").write_text(
        f'prometheus:\n  url: {server.url}\n  query: up{{job="{{component}}"}}\n'
    )
    return server


def measure(content: Path, *more: str, now: datetime = NOW) -> Result:
    environment = {"SOURCE_DATE_EPOCH": f"{now.timestamp():.0f}"}
    return CliRunner().invoke(app, ["measure", str(content), *more], env=environment)


def values(*minutes: int) -> Answer:
    return matrix({NOW - timedelta(minutes=n): "1" for n in minutes})


def moments(content: Path) -> list[str]:
    lines = b"".join(read_measurements(content).values()).splitlines()
    return [json.loads(line)["at"] for line in lines]


def test_what_was_not_there_yet_is_added(content: Path, served: type[Server]) -> None:
    server = asks(content, served(values(3, 2), values(), values(1), values()))
    today = measure(content, "--since", "2026-11-24").output
    assert "2 observations added, up to 2026-11-24T11:58:00Z" in today
    assert "1 observations added" in measure(content, now=NOW + timedelta(minutes=5)).output
    assert moments(content) == [f"2026-11-24T11:{minute}:00Z" for minute in (57, 58, 59)]
    starts = [float(said["start"]) for said, _ in server.asked]
    ends = [float(said["end"]) for said, _ in server.asked]
    # What may be on its way still is asked for the next time.
    assert ends[0] == (NOW - timedelta(minutes=2)).timestamp()
    assert starts[-1] == (NOW - timedelta(minutes=1)).timestamp()


def test_the_first_time_goes_back_as_far_as_is_asked(content: Path, served: type[Server]) -> None:
    server = asks(content, served(values(3)))
    measure(content, "--since", "2026-11-24 12:00")
    assert float(server.asked[0][0]["start"]) == datetime(2026, 11, 24, 11, tzinfo=UTC).timestamp()


def test_what_came_before_it_failed_is_kept(content: Path, served: type[Server]) -> None:
    long_ago = NOW - timedelta(days=8)
    first = matrix({long_ago + timedelta(minutes=1): "1"})
    asks(content, served(first, first, error(503, "full"), error(503, "full"), values(3)))
    since = ("--since", f"{long_ago:%Y-%m-%dT%H:%MZ}")
    result = measure(content, *since)
    assert result.exit_code == 3
    assert "It fails (HTTP status 503): full" in result.stderr
    assert moments(content) == ["2026-11-16T12:01:00Z"]
    assert measure(content, *since).exit_code == 0


def test_what_comes_late_of_a_day_that_is_over_is_not_lost(
    content: Path, served: type[Server]
) -> None:
    evening = NOW - timedelta(hours=18)
    early, late = (matrix({evening + timedelta(minutes=n): "1"}) for n in (0, 5))
    asks(content, served(early, early, late, late, matrix()))
    measure(content, "--since", "2026-11-23")
    measure(content)
    assert moments(content) == ["2026-11-23T18:00:00Z", "2026-11-23T18:05:00Z"]


def test_two_at_once_take_nothing_over_twice(content: Path) -> None:
    class Together(Server):
        """Answers the first who asks when another has asked as well, if one does."""

        def finish_request(self, request: Any, client_address: Any) -> None:
            with suppress(threading.BrokenBarrierError):
                both.wait(1)
            super().finish_request(request, client_address)

    both = threading.Barrier(2)
    server = asks(content, Together(values(3, 2)))
    command = [sys.executable, "-m", "statusgen", "measure", str(content)]
    command += ["--since", "2026-11-24"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": f"{NOW.timestamp():.0f}"}
    runs = [subprocess.Popen(command, env=environment, cwd=ROOT) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    server.shutdown()
    server.server_close()
    assert len(moments(content)) == len(set(moments(content)))


def test_warnings_are_told(content: Path, served: type[Server]) -> None:
    asks(content, served(matrix({NOW - timedelta(minutes=3): "1"}, warnings=["one part is gone"])))
    result = measure(content)
    assert result.exit_code == 0
    assert result.stderr == "Prometheus warns: one part is gone\n"


def test_nothing_measured_is_told_of_each_component_it_lacks(
    content: Path, served: type[Server]
) -> None:
    asks(content, served(values(3), values()))
    assert measure(content).stderr == "Nothing is measured of app.\n"


def test_a_site_without_a_prometheus_says_how_to_name_one(content: Path) -> None:
    result = measure(content)
    assert result.exit_code == 2
    assert "names no Prometheus. Add `prometheus:`" in result.stderr
    assert not (content / "measurements").exists()


def test_a_store_that_refuses_is_a_matter_of_set_up(content: Path, served: type[Server]) -> None:
    server = asks(content, served(error(400, "parse error")))
    result = measure(content)
    assert result.exit_code == 2
    assert f"{server.url}: It refuses `up" in result.stderr
