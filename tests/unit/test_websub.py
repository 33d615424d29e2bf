from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from statusgen.delivery.outbox import Report
from statusgen.notify.telling import tell
from tests.loopback import file_server, half_open_server, websub_hub
from tests.sites import NOW, only
from tests.unit.test_notify import HOUR, MORE, SITE, content, publish

FEEDS = only("rss", "atom", "jsonfeed", "history")


def site(files: Mapping[str, str], url: str, hub: str) -> dict[str, str]:
    """The site as it is served here, told to a hub and to nobody else."""
    lines = [line for line in files["site.yaml"].splitlines() if line[:4] not in ("url:", "outp")]
    told = {name: text for name, text in files.items() if name != "notify.yaml"}
    head = "\n".join(lines)
    return {**told, "site.yaml": f"{head}\nurl: {url}\nhub: {hub}\nid_host: x.example\n{FEEDS}"}


def test_a_hub_that_verifies_is_told_of_each_feed_that_changed_once(tmp_path: Path) -> None:
    output, environment = tmp_path / "public", {"STATUSGEN_STATE": str(tmp_path / "state")}
    with websub_hub() as hub, file_server(output) as url:
        old, new = site(SITE, url, hub.url), site(MORE, url, hub.url)
        tell(publish(output, old), content(old), environment, NOW)
        assert hub.fetched == {}
        publish(output, new, NOW + HOUR)
        assert tell(output, content(new), environment, NOW).report == Report(sent=16)
        changed = {
            f"{url}{language}{feed}"
            for language in ("", "en/")
            for feed in (
                *("feed.xml", "feed.atom", "feed.json", "history.rss", "history.atom"),
                *(f"components/server/feed.{ending}" for ending in ("xml", "atom", "json")),
            )
        }
        assert hub.fetched.keys() == changed
        for topic, (fetched,) in hub.fetched.items():
            assert fetched == (output / topic.removeprefix(url)).read_bytes()
        assert tell(output, content(new), environment, NOW).report == Report()


def test_a_hub_that_cannot_fetch_a_feed_yet_is_told_again(tmp_path: Path) -> None:
    output, environment = tmp_path / "public", {"STATUSGEN_STATE": str(tmp_path / "state")}
    served = tmp_path / "served"
    with websub_hub() as hub, file_server(served) as url:
        old, new = site(SITE, url, hub.url), site(MORE, url, hub.url)
        tell(publish(output, old), content(old), environment, NOW)
        publish(output, new, NOW + HOUR)
        report = tell(output, content(new), environment, NOW).report
        assert (report.sent, len(report.waiting), report.given_up) == (0, 16, ())
        assert {one.reason for one in report.waiting} == {"the answer was status 400"}
        publish(served, new, NOW + HOUR)
        later = tell(output, content(new), environment, NOW + timedelta(minutes=1))
    assert later.report == Report(sent=16)


def test_a_hub_that_is_away_is_told_later(tmp_path: Path) -> None:
    output, environment = tmp_path / "public", {"STATUSGEN_STATE": str(tmp_path / "state")}
    with half_open_server() as port:
        pass
    away = f"http://127.0.0.1:{port}/"
    old, new = (site(files, "https://x.example/", away) for files in (SITE, MORE))
    tell(publish(output, old), content(old), environment, NOW)
    publish(output, new, NOW + HOUR)
    waiting = tell(output, content(new), environment, NOW).report.waiting
    assert {one.reason for one in waiting} == {"it cannot be reached"}
    assert {one.again_at for one in waiting} == {NOW + timedelta(minutes=1)}
