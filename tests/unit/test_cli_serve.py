from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from statusgen import clock
from statusgen.cli import serve
from statusgen.preview.showing import Preview
from tests.unit.test_cli import COMPONENTS, NOW, PLAN, ROOT, SITE, SLA, run, write


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    plain = SITE + "theme: plain\n"
    write(folder, {"site.yaml": plain, "sla.yaml": SLA, "components.yaml": COMPONENTS})
    write(folder, {"maintenance/2026/werk.yaml": PLAN})
    return folder


class Served:
    """The program at work, with what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        address = self.until("shows")
        self.port = int(address.partition("127.0.0.1:")[2].partition("/")[0])

    def until(self, words: str) -> str:
        """All that is said up to a line with those words in it."""
        assert self.process.stdout
        told = ""
        for line in self.process.stdout:
            told += line
            if words in line:
                return told
        raise AssertionError(f"no line with {words!r} in {told}")


@contextmanager
def serving(site: Path, *words: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "statusgen", "serve", str(site), "--now", NOW, *words]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Served(process)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_though_somebody_waits(site: Path, number: int) -> None:
    with serving(site, "--port", "0") as served:
        waiting = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        waiting.request("GET", "/.preview/changes?turn=x")
        assert waiting.getresponse().readline().startswith(b"data: ")
        served.process.send_signal(number)
        assert served.process.stdout
        assert served.process.stdout.read() == ""
        assert served.process.wait(timeout=60) == 0
        waiting.close()


def test_new_findings_are_told_once_in_the_terminal(site: Path) -> None:
    with serving(site, "--port", "0") as served:
        write(site, {"maintenance/2026/werk.yaml": PLAN + "stort: 1\n"})
        told = served.until("last good page")
        assert f"{site}/maintenance/2026/werk.yaml:6:1: error: `stort` is no key" in told
        assert "    6 | stort: 1\n" in told
        assert "way out: Did you mean `start`?" in told

        write(site, {"components.yaml": COMPONENTS + "x: 1\n"})
        told = served.until("last good page")
        assert "`x` is no key" in told
        assert "`stort`" not in told

        write(site, {"components.yaml": COMPONENTS, "maintenance/2026/werk.yaml": PLAN})
        told = served.until("Shown anew in ")
        assert "error:" not in told


def test_the_next_free_port_is_taken(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(serve, "_PORTS", range(port, port + 1))
        refused = run("serve", site, "--now", NOW)
        assert refused.exit_code == 3
        assert "are all taken" in refused.stderr
        refused = run("serve", site, "--now", NOW, "--port", port)
        assert refused.exit_code == 3
        assert f"port {port} is taken. Without --port" in refused.stderr

        monkeypatch.setattr(serve, "_PORTS", range(port, 65536))
        preview = Preview(site, clock.now)
        with serve._open(preview, site, None) as server:
            assert server.server_port > port


def test_without_content_there_is_nothing_to_serve(tmp_path: Path) -> None:
    refused = run("serve", tmp_path / "nothing")
    assert refused.exit_code == 2
    assert "There is no folder" in refused.stderr
