"""Rounds of watching over a content folder: what is asked, kept, told, and known after a kill."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from statusgen.content.measurements import line
from statusgen.model.observations import Observation, Outcome
from statusgen.monitor import log, memory
from statusgen.monitor.rounds import Round, Rounds
from tests.loopback import WebServer, web_server
from tests.sites import NOW
from tests.unit.small_site import QUIET
from tests.unit.test_cli import write
from tests.unit.watching import MINUTE

MONITORING = """\
every: 1m
timeout: 5s
retries: 0
down_after: 2
up_after: 2
drafts: {after: 5m}
tell: [{webhook: {url_from: OPS}}]
"""
COMPONENTS = """\
groups:
  - id: all
    name: {{nl: Alles, en: Everything}}
    components:
      - {{id: server, name: Server, probe: {{tcp: "127.0.0.1:{port}"}}}}
      - {{id: app, name: {{nl: Toepassing, en: App}}}}
"""


class Service:
    """A component on a port of this machine, and the folder in which it is described."""

    def __init__(self, folder: Path, ops: WebServer) -> None:
        self.folder, self.ops = folder / "content", ops
        self.environment = {"STATUSGEN_STATE": str(folder / "state"), "OPS": ops.url}
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        laid = {"components.yaml": COMPONENTS.format(port=self.port), "monitoring.yaml": MONITORING}
        write(self.folder, {**QUIET, **laid})
        self.rounds = self.watcher()

    def watcher(self, vantage: str = "main") -> Rounds:
        return Rounds(self.folder, vantage, self.environment)

    def stop(self) -> None:
        self._listening.close()

    def start(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))

    def round(self, minute: int) -> Round:
        done = self.rounds.round(NOW + minute * MINUTE)
        self.rounds.outbox.deliver(self.environment, NOW + minute * MINUTE)
        return done

    def told(self, *minutes: int) -> list[str]:
        """The titles of what was told in these rounds."""
        rounds = [self.round(minute) for minute in minutes]
        assert [trouble for done in rounds for trouble in done.troubles] == []
        return [done.message.title for done in rounds if done.message]


@contextmanager
def running(folder: Path) -> Iterator[Service]:
    with web_server() as ops:
        service = Service(folder, ops)
        try:
            yield service
        finally:
            service.stop()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with running(tmp_path) as found:
        yield found


def test_from_a_failure_to_a_draft_and_back(service: Service) -> None:
    assert service.told(0, 1) == []
    service.stop()
    assert service.told(2) == []
    assert service.told(3) == ["Server: down (Trial Status)"]
    assert service.told(4, 5, 6) == []
    assert service.told(7) == ["Draft incident: Server (Trial Status)"]
    assert service.told(8, 9) == []
    service.start()
    assert service.told(10) == []
    assert service.told(11) == ["Server: up again (Trial Status)"]
    draft = (service.folder.parent / "drafts/2026-11-24-1302-server.yaml").read_text()
    assert "status: resolved" in draft
    assert service.told(12) == []
    assert len(service.ops.posted) == 3


def test_what_was_told_is_known_after_a_restart(service: Service) -> None:
    service.told(0, 1)
    service.stop()
    service.told(2, 3)
    service.rounds = service.watcher()
    assert service.told(4, 5) == []
    service.start()
    service.rounds = service.watcher()
    assert service.told(6, 7) == ["Server: up again (Trial Status)"]


def test_what_was_seen_before_a_restart_counts_after_it(service: Service) -> None:
    service.told(0, 1)
    service.stop()
    service.told(2)
    service.rounds = service.watcher()
    assert service.told(3) == ["Server: down (Trial Status)"]


def test_it_is_written_down_and_added_up_when_the_day_is_over(service: Service) -> None:
    service.told(0, 1)
    day = service.folder / "measurements/main/2026-11-24.jsonl"
    assert len(day.read_text().splitlines()) == 2
    service.told(24 * 60)
    assert not day.exists()
    assert day.with_name("2026-11.json").exists()


def test_content_is_read_again_when_it_changes(service: Service) -> None:
    assert service.round(0).findings == []
    path = service.folder / "monitoring.yaml"
    path.write_text(MONITORING.replace("down_after: 2", "down_after: 1"))
    service.stop()
    assert service.told(1) == ["Server: down (Trial Status)"]


def test_with_broken_settings_it_goes_on_with_the_last_good_ones(service: Service) -> None:
    service.round(0)
    (service.folder / "monitoring.yaml").write_text("every: soon\n")
    service.stop()
    (finding,) = service.round(1).findings
    assert finding.place.path == "monitoring.yaml"
    done = service.round(2)
    assert done.findings == []
    assert done.message
    assert len(service.ops.posted) == 1


def test_a_mistake_in_an_announcement_is_no_reason_not_to_watch(service: Service) -> None:
    write(service.folder, {"incidents/2026/storing.yaml": "title: [\n"})
    assert len(service.round(0).findings) == 1
    service.stop()
    assert service.told(1, 2) == ["Server: down (Trial Status)"]


def test_with_the_content_gone_it_goes_on(service: Service) -> None:
    service.round(0)
    service.stop()
    service.folder.rename(service.folder.with_name("away"))
    done = service.round(1)
    assert [trouble.rpartition("; ")[2] for trouble in done.troubles] == ["watching as before"]
    assert service.round(2).message


def test_a_channel_that_lacks_something_is_told_later(service: Service) -> None:
    del service.environment["OPS"]
    service.stop()
    service.round(0)
    done = service.round(1)
    assert done.message
    assert "the variable OPS is not set" in done.troubles[0]
    assert service.ops.posted == []
    service.environment["OPS"] = service.ops.url
    assert service.told(2) == []
    assert done.message.id in service.ops.posted[0].body.decode()
    assert service.told(3) == []
    assert len(service.ops.posted) == 1


def test_killed_between_knowing_and_telling_it_tells(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.stop()
    service.told(0)
    with monkeypatch.context() as patch:
        patch.setattr(service.rounds.outbox, "add", _killed)
        with pytest.raises(KeyboardInterrupt):
            service.round(1)
    service.rounds = service.watcher()
    assert service.told(2) == []
    assert len(service.ops.posted) == 1


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_cannot_be_remembered_is_told_when_it_can(service: Service) -> None:
    service.stop()
    service.told(0)
    (service.rounds.state / ".monitor.json").mkdir()
    with pytest.raises(OSError, match=r"monitor\.json"):
        service.round(1)
    assert service.ops.posted == []
    (service.rounds.state / ".monitor.json").rmdir()
    assert service.told(2) == ["Server: down (Trial Status)"]


def test_a_memory_that_was_spoilt_is_told_of_and_made_anew(service: Service) -> None:
    service.stop()
    service.told(0, 1)
    (service.rounds.state / "monitor.json").write_text('{"words": 1}')
    done = service.round(2)
    assert "what goes wrong is told anew" in done.troubles[0]
    first, again = (posted.body.decode() for posted in service.ops.posted)
    assert done.message
    assert done.message.id in first
    assert done.message.id in again
    assert memory.load(service.rounds.state).words["server"].state == "down"


def test_a_disk_that_is_full_of_measurements_silences_nobody(service: Service) -> None:
    service.stop()
    (service.folder / "measurements").write_text("in the way")
    done = service.round(0)
    assert any("not written down" in trouble for trouble in done.troubles)
    assert service.round(1).message


def test_two_vantage_points_decide_together(service: Service) -> None:
    (service.folder / "monitoring.yaml").write_text(f"{MONITORING}quorum: 2\n")
    service.stop()
    assert service.told(0, 1, 2) == []
    for minute in (0, 1, 2):
        other = Observation(
            "server", NOW + minute * MINUTE, "elsewhere", Outcome.BAD, None, "timeout"
        )
        log.append(service.folder / "measurements", [other])
    assert service.told(3) == ["Server: down (Trial Status)"]


def test_what_another_saw_while_a_round_took_long_is_judged_in_the_next(service: Service) -> None:
    (service.folder / "monitoring.yaml").write_text(f"{MONITORING}quorum: 2\n")
    service.stop()
    for minute in range(2):
        at = NOW + minute * MINUTE + timedelta(seconds=20)
        other = Observation("server", at, "elsewhere", Outcome.BAD, None, "connect")
        log.append(service.folder / "measurements", [other])
        assert service.told(minute) == []
    assert service.told(2) == ["Server: down (Trial Status)"]


def test_what_another_is_writing_is_read_when_it_is_whole(service: Service) -> None:
    (service.folder / "monitoring.yaml").write_text(f"{MONITORING}quorum: 2\n")
    service.stop()
    service.told(0, 1)
    seen = [
        line([Observation("server", NOW + n * MINUTE, "elsewhere", Outcome.BAD, None, "timeout")])
        for n in range(2)
    ]
    path = service.folder / "measurements/elsewhere/2026-11-24.jsonl"
    path.parent.mkdir()
    path.write_bytes(seen[0] + seen[1][:20])
    assert service.told(2) == []
    path.write_bytes(seen[0] + seen[1])
    assert service.told(3) == ["Server: down (Trial Status)"]


def test_measurements_of_another_that_cannot_be_read_harm_nobody(service: Service) -> None:
    (service.folder / "measurements/elsewhere/2026-11-24.jsonl").mkdir(parents=True)
    service.stop()
    assert "2026-11-24.jsonl: " in service.round(0).troubles[0]
    assert service.round(1).message


def test_a_component_without_a_probe_any_more_is_not_missed(service: Service) -> None:
    service.told(0, 1)
    path = service.folder / "components.yaml"
    path.write_text(path.read_text().replace(f', probe: {{tcp: "127.0.0.1:{service.port}"}}', ""))
    assert service.told(2, 30, 60) == []


def test_a_draft_ends_with_what_of_it_is_still_probed(service: Service) -> None:
    path = service.folder / "components.yaml"
    alone, probe = path.read_text(), f', probe: {{tcp: "127.0.0.1:{service.port}"}}}}'
    path.write_text(alone.replace("en: App}}", f"en: App}}{probe}"))
    service.told(0, 1)
    service.stop()
    assert service.told(2, 3, 4, 5, 6, 7)[-1] == "Draft incident: Server, App (Trial Status)"
    path.write_text(alone)
    service.start()
    service.told(8, 9)
    draft = (service.folder.parent / "drafts/2026-11-24-1302-app.yaml").read_text()
    assert "status: resolved" in draft
    service.stop()
    titles = service.told(*range(20, 30))
    assert "Draft incident: Server (Trial Status)" in titles


def test_a_message_that_nobody_could_be_told_for_a_day_is_let_go(service: Service) -> None:
    del service.environment["OPS"]
    service.stop()
    service.round(0)
    service.round(1)
    assert len(memory.load(service.rounds.state).telling) == 1
    service.rounds.round(NOW + timedelta(days=1, minutes=2))
    told = [message.title for message, _ in memory.load(service.rounds.state).telling]
    assert told == []
