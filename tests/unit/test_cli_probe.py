"""`statusgen probe`: one round, told and kept."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app
from statusgen.content.measurements import series
from statusgen.model.monitoring import Monitoring
from tests.answering import says, served

SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl]
"""
NOW = {"SOURCE_DATE_EPOCH": "1795521600", "NO_PROXY": "*"}  # 2026-11-24T12:00:00Z


def site(folder: Path, *probes: str, **more: str) -> Path:
    """A content folder with a component for each probe; ``more`` by the stems of files."""
    parts = "".join(
        f"      - {{id: part-{n}, name: Deel, probe: {probe}}}\n" for n, probe in enumerate(probes)
    )
    files = {
        "site": SITE,
        "sla": "title: Afspraken\n",
        "components": "groups:\n  - id: all\n    name: Alles\n    components:\n"
        f"      - {{id: plain, name: Zonder}}\n{parts}",
        "monitoring": "retries: 0\ntimeout: 5s\n",
        **more,
    }
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def probe(folder: Path, *options: str) -> Result:
    return CliRunner(env=NOW).invoke(app, ["probe", str(folder), *options])


def kept(folder: Path) -> dict[str, str]:
    root = folder / "measurements"
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_a_round_in_which_all_is_well_is_told_and_kept(tmp_path: Path) -> None:
    with served(says()) as server:
        folder = site(tmp_path, f"{{url: {server.url}}}", f"{{tcp: '127.0.0.1:{server.port}'}}")
        done = probe(folder)
    assert done.exit_code == 0, done.output
    first, second = done.stdout.splitlines()
    assert first.split()[:2] == ["part-0", "good"]
    assert second.split()[:2] == ["part-1", "good"]
    (text,) = kept(folder).values()
    assert list(kept(folder)) == ["main/2026-11-24.jsonl"]
    line = json.loads(text)
    assert line["at"] == "2026-11-24T12:00:00Z"
    assert [entry[0] for entry in line["seen"].values()] == ["good", "good"]


def test_what_is_bad_is_told_with_its_reason_and_status_1(tmp_path: Path) -> None:
    with served(says(status="503 Oops")) as server:
        folder = site(tmp_path, f"{{url: {server.url}}}", f"{{tcp: '127.0.0.1:{closed_port()}'}}")
        done = probe(folder)
    assert done.exit_code == 1
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["part-0", "bad", "status", "503"],
        ["part-1", "bad", "connect"],
    ]
    assert json.loads(kept(folder)["main/2026-11-24.jsonl"])["seen"] == {
        "part-0": ["bad", None, "status 503"],
        "part-1": ["bad", None, "connect"],
    }


def test_programs_get_json(tmp_path: Path) -> None:
    with served(says()) as server:
        folder = site(tmp_path, f"{{url: {server.url}}}", f"{{tcp: '127.0.0.1:{closed_port()}'}}")
        done = probe(folder, "--format", "json", "--vantage", "elders")
    said = json.loads(done.stdout)
    took = said["components"][0].pop("took_ms")
    assert 0 <= took < 5000
    assert said == {
        "at": "2026-11-24T12:00:00Z",
        "vantage": "elders",
        "components": [
            {"id": "part-0", "outcome": "good", "why": None},
            {"id": "part-1", "outcome": "bad", "took_ms": None, "why": "connect"},
        ],
    }
    assert list(kept(folder)) == ["elders/2026-11-24.jsonl"]


def test_what_is_slow_is_no_failure(tmp_path: Path) -> None:
    with served(lambda link, server: (server.over.wait(1.2), says()(link, server))[1]) as server:
        folder = site(tmp_path, f"{{url: {server.url}, expect: {{within: 1s}}}}")
        done = probe(folder)
    assert (done.exit_code, done.stdout.split()[1]) == (0, "slow")


def test_days_that_are_over_are_added_up(tmp_path: Path) -> None:
    folder = site(tmp_path, f"{{tcp: '127.0.0.1:{closed_port()}'}}")
    earlier = folder / "measurements/main/2026-11-20.jsonl"
    earlier.parent.mkdir(parents=True)
    earlier.write_text('{"at":"2026-11-20T12:00:00Z","seen":{"part-0":["good",7]}}\n')
    assert probe(folder).exit_code == 1
    files = kept(folder)
    assert list(files) == ["main/2026-11-24.jsonl", "main/2026-11.json"]
    fresh = Monitoring().stale_after
    (one,) = series({path: text.encode() for path, text in files.items()}, fresh)
    assert [stretch.outcome for stretch in one.stretches] == ["good", "bad"]


def test_a_mistake_in_an_announcement_does_not_stop_the_watching(tmp_path: Path) -> None:
    with served(says()) as server:
        folder = site(tmp_path, f"{{url: {server.url}}}", **{"incidents/storing": "titel: x"})
        assert probe(folder).exit_code == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"monitoring": "retries: many\n"}, "monitoring.yaml:1:10: error"),
        ({"components": "groups: []\n"}, "components.yaml:1:9: error"),
    ],
)
def test_what_cannot_be_probed_is_told_with_status_2(
    tmp_path: Path, more: dict[str, str], said: str
) -> None:
    folder = site(tmp_path, "{tcp: '127.0.0.1:1'}", **more)
    done = probe(folder)
    assert done.exit_code == 2
    assert said in done.stderr
    assert kept(folder) == {}


def test_where_nothing_has_a_probe_the_way_out_is_told(tmp_path: Path) -> None:
    done = probe(site(tmp_path))
    assert done.exit_code == 2
    assert "No component in" in done.stderr
    assert "probe: {url:" in done.stderr


@pytest.mark.parametrize("name", ["../elders", "Elders", "", "con"])
def test_a_vantage_point_has_the_name_of_a_folder(tmp_path: Path, name: str) -> None:
    done = probe(site(tmp_path, "{tcp: '127.0.0.1:1'}"), "--vantage", name)
    assert done.exit_code == 2
    assert "lower-case letters" in done.stderr
    assert kept(tmp_path) == {}


def test_a_round_that_cannot_be_kept_is_told_all_the_same(tmp_path: Path) -> None:
    folder = site(tmp_path, f"{{tcp: '127.0.0.1:{closed_port()}'}}")
    (folder / "measurements").write_text("a file\n")
    done = probe(folder)
    assert done.exit_code == 3
    assert done.stdout.split() == ["part-0", "bad", "connect"]
    assert "measurements" in done.stderr


def alone() -> list[str]:
    """What runs a command without any network; nothing where that is not let."""
    words = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        return []
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return [] if tried.returncode else words


def test_without_a_network_nothing_is_kept(tmp_path: Path) -> None:
    """In a real one that has no way out."""
    words = alone()
    if not words:
        pytest.skip("this machine gives nobody a network of their own")
    folder = site(tmp_path, "{url: https://a.voorbeeld.example/}", "{tcp: '192.0.2.1:80'}")
    done = subprocess.run(
        [*words, sys.executable, "-m", "statusgen", "probe", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "statusgen: This machine has no network: nothing was observed.\n"
    assert kept(folder) == {}
