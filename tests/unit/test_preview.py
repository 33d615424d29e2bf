from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from statusgen.build import build
from statusgen.preview.server import Server
from statusgen.preview.showing import Preview, read_source
from tests.unit.test_cli import COMPONENTS, PLAN, SLA, write
from tests.unit.test_cli import SITE as DEFAULT_SITE

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
SITE = DEFAULT_SITE + "theme: plain\n"
BROKEN = PLAN + 'stort: "<script>alert(1)</script>"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    write(folder, {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS})
    write(folder, {"maintenance/2026/werk.yaml": PLAN})
    return folder


class Clock:
    """The present, as the test has it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def preview(folder: Path, clock: Clock) -> Preview:
    preview = Preview(folder, clock)
    assert preview.refresh()
    return preview


# What is shown


def test_the_pages_are_those_of_a_build(preview: Preview, folder: Path) -> None:
    source = read_source(folder)
    built = build(source.tree.files, source.themes, NOON)
    assert preview.at(None).pages == {a.path: a.content for a in built.artifacts}


def test_nothing_is_built_where_nothing_changed(preview: Preview, folder: Path) -> None:
    turn = preview.turn
    (folder / "site.yaml").touch()
    assert preview.refresh() is None
    assert preview.turn == turn


def test_a_change_is_another_turn(preview: Preview, folder: Path) -> None:
    turn = preview.turn
    write(folder, {"site.yaml": SITE.replace("Proef", "Anders")})
    shown = preview.refresh()
    assert shown
    assert b"Anders" in shown.pages["index.html"]
    assert preview.turn != turn


def test_a_theme_of_the_site_is_part_of_it(preview: Preview, tmp_path: Path) -> None:
    write(tmp_path / "themes/plain", {"home.html": "our home"})
    shown = preview.refresh()
    assert shown
    assert shown.pages["index.html"] == b"our home"


def test_with_errors_the_last_good_pages_stay(preview: Preview, folder: Path) -> None:
    good = preview.at(None).pages
    write(folder, {"maintenance/2026/werk.yaml": BROKEN})
    shown = preview.refresh()
    assert shown
    assert shown.pages == good
    assert [finding.code for finding in shown.findings] == ["unknown-key"]
    assert shown.texts["maintenance/2026/werk.yaml"] == BROKEN.encode()

    write(folder, {"maintenance/2026/werk.yaml": PLAN})
    mended = preview.refresh()
    assert mended
    assert (mended.pages, mended.findings) == (good, [])


def test_with_errors_other_moments_are_of_the_last_good_content(
    preview: Preview, folder: Path
) -> None:
    write(folder, {"site.yaml": "x: y"})
    preview.refresh()
    during = preview.at(datetime(2026, 11, 26, 20, 30, tzinfo=UTC))
    assert "Er is onderhoud bezig" in during.pages["index.html"].decode()
    assert during.findings


def test_the_clock_changes_what_is_shown(preview: Preview, clock: Clock) -> None:
    due = preview.at(None).changes_at
    clock.now = due - timedelta(seconds=1)
    assert preview.refresh() is None
    clock.now = due
    shown = preview.refresh()
    assert shown
    assert shown.at == due < shown.changes_at


def test_the_clock_goes_on_while_the_content_is_broken(
    preview: Preview, clock: Clock, folder: Path
) -> None:
    write(folder, {"site.yaml": "x: y"})
    preview.refresh()
    clock.now = datetime(2026, 11, 26, 20, 30, tzinfo=UTC)
    shown = preview.refresh()
    assert shown
    assert "Er is onderhoud bezig" in shown.pages["index.html"].decode()
    assert preview.refresh() is None


def test_a_folder_that_went_away_leaves_the_last_good_pages(preview: Preview, folder: Path) -> None:
    good = preview.at(None).pages
    folder.rename(folder.with_name("elsewhere"))
    shown = preview.refresh()
    assert shown
    assert shown.pages == good
    assert {finding.code for finding in shown.findings} == {"missing-file"}
    folder.with_name("elsewhere").rename(folder)
    back = preview.refresh()
    assert back
    assert back.findings == []


def test_only_some_moments_are_kept_ready(preview: Preview) -> None:
    for hour in range(18):
        preview.at(NOON + timedelta(hours=hour))
    assert len(preview._shown) <= 16
    assert None in preview._shown


def test_a_finding_in_a_theme_has_its_line(preview: Preview, tmp_path: Path) -> None:
    write(tmp_path / "themes/plain", {"home.html": "<p>\n{% for x in %}"})
    shown = preview.refresh()
    assert shown
    assert shown.texts["../themes/plain/home.html"].splitlines()[1] == b"{% for x in %}"


# How it is served


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Served:
    port: int

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return Answer(answer.status, dict(answer.getheaders()), text)

    def at(self, path: str, wall: str) -> Answer:
        return self.get(path, Cookie=f"other=1; statusgen-{self.port}={wall}")


@contextmanager
def serving(preview: Preview, folder: Path) -> Iterator[Served]:
    with Server(preview, folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Served(server.server_port)
        preview.close()
        server.shutdown()
        thread.join()


@pytest.fixture
def served(preview: Preview, folder: Path) -> Iterator[Served]:
    with serving(preview, folder) as served:
        yield served


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A preview of what nobody changes."""
    folder = tmp_path_factory.mktemp("steady") / "content"
    write(folder, {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS})
    write(folder, {"maintenance/2026/werk.yaml": PLAN})
    preview = Preview(folder, lambda: NOON)
    preview.refresh()
    with serving(preview, folder) as served:
        yield served


def test_pages_are_served_with_script_style_and_panel(steady: Served) -> None:
    page = steady.get("/")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Cache-Control"] == "no-store"
    assert '<script src="/.preview/preview.js"' in page.text
    assert '<link rel="stylesheet" href="/.preview/preview.css">' in page.text
    assert '<aside id="statusgen-preview"' in page.text
    assert "data-moment" not in page.text
    assert "EventSource" in steady.get("/.preview/preview.js").text
    assert "#statusgen-preview" in steady.get("/.preview/preview.css").text


def test_what_is_no_page_is_served_as_it_is(served: Served, preview: Preview) -> None:
    feed = served.get("/feed.xml")
    assert feed.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert feed.text.encode() == preview.at(None).pages["feed.xml"]
    style = served.get("/assets/plain.css?1234")
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"


def test_nothing_of_the_preview_is_in_what_is_published(preview: Preview) -> None:
    assert not any(b"preview" in content for content in preview.at(None).pages.values())


def test_a_head_has_no_body(steady: Served) -> None:
    head = steady.get("/", method="HEAD")
    assert (head.status, head.text) == (200, "")
    assert int(head.headers["Content-Length"]) > 1000
    assert steady.get("/.preview/changes?turn=x", method="HEAD").text == ""


@pytest.mark.parametrize("path", ["/nope", "/nope/", "/en/nope", "/../content/site.yaml", "/%00"])
def test_an_unknown_path_is_the_page_for_that(steady: Served, path: str) -> None:
    page = steady.get(path)
    assert page.status == 404
    assert "Deze pagina is er niet" in page.text


def test_an_unknown_file_of_the_preview_is_not_there(steady: Served) -> None:
    assert steady.get("/.preview/panel.html").status == 404
    assert steady.get("/.preview/../site.yaml").status == 404


def test_a_folder_without_its_slash_leads_to_the_page(steady: Served) -> None:
    answer = steady.get("/maintenance/werk")
    assert (answer.status, answer.headers["Location"]) == (302, "/maintenance/werk/")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example:8000", 403),
        ("evil.example#localhost", 403),
        ("", 403),
    ],
)
def test_other_names_for_this_machine_are_refused(steady: Served, host: str, status: int) -> None:
    for path in ("/", "/.preview/changes?turn=x" if status == 403 else "/feed.xml"):
        answer = steady.get(path, Host=host)
        assert answer.status == status
        assert ("Proef" in answer.text) == (status == 200)


def test_a_site_below_a_path_is_served_there(preview: Preview, folder: Path) -> None:
    below = SITE.replace("voorbeeld.example/", "voorbeeld.example/onze%20status/")
    write(folder, {"site.yaml": below})
    preview.refresh()
    with serving(preview, folder) as served:
        for path in ("/", "/onze%20status"):
            answer = served.get(path)
            assert (answer.status, answer.headers["Location"]) == (302, "/onze%20status/")
        assert served.get("/onze%20status/").status == 200
        assert served.get("/onze%20status/en/").status == 200
        lost = served.get("/maintenance/werk/")
        assert (lost.status, "Deze pagina is er niet" in lost.text) == (404, True)
        assert served.get("/.preview/preview.js").status == 200


@pytest.mark.parametrize(
    ("wall", "said"),
    [
        ("2026-11-26T21:30", "Er is onderhoud bezig"),
        ("2026-11-27T12:00", "Alles werkt normaal"),
    ],
)
def test_the_site_is_shown_at_a_moment_in_its_zone(steady: Served, wall: str, said: str) -> None:
    page = steady.at("/", wall)
    assert said in page.text
    assert f'value="{wall}"' in page.text
    assert "data-moment=" in page.text


@pytest.mark.parametrize(
    "wall",
    ["", "soon", "2026-02-30T10:00", "1800-01-01T00:00", "9999-12-31T23:59", "2026-11-26T21:30Z"],
)
def test_a_moment_that_makes_no_sense_is_now(steady: Served, wall: str) -> None:
    page = steady.at("/", wall)
    assert page.status == 200
    assert "data-moment" not in page.text


def test_a_moment_that_the_clock_skips_is_shown_after_the_gap(steady: Served) -> None:
    assert 'data-moment="2026-03-29T01:30:00Z"' in steady.at("/", "2026-03-29T02:30").text


def test_findings_are_shown_with_their_way_out(
    preview: Preview, folder: Path, served: Served
) -> None:
    write(folder, {"maintenance/2026/werk.yaml": BROKEN})
    preview.refresh()
    page = served.get("/").text
    assert f"{folder}/maintenance/2026/werk.yaml:6:1" in page
    assert "`stort` is no key of this." in page
    assert "Way out: Did you mean `start`?" in page
    assert "<mark>stort</mark>: &#34;&lt;script&gt;alert(1)&lt;/script&gt;&#34;" in page
    assert "1 error: this is the last good page" in page
    assert "<script>alert" not in page
    assert "Alles werkt normaal" in page


def test_without_any_good_page_there_are_only_findings(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    write(folder, {"site.yaml": "name: [x"})
    preview = Preview(folder, lambda: NOON)
    preview.refresh()
    with serving(preview, folder) as served:
        page = served.get("/")
        assert page.status == 503
        assert "no page to show yet" in page.text
        assert "preview.js" in page.text
        write(folder, {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS})
        preview.refresh()
        assert served.get("/").status == 200


def test_a_page_without_a_head_has_the_panel_too(preview: Preview, tmp_path: Path) -> None:
    write(tmp_path / "themes/plain", {"home.html": "our home"})
    preview.refresh()
    with serving(preview, tmp_path / "content") as served:
        page = served.get("/").text
        assert page.startswith("our home<script")
        assert '<aside id="statusgen-preview"' in page


def test_changes_are_told_to_whoever_waits(preview: Preview, folder: Path, served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.request("GET", f"/.preview/changes?turn={preview.turn}")
    answer = connection.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    for name in ("Anders", "Nog anders"):
        write(folder, {"site.yaml": SITE.replace("Proef", name)})
        preview.refresh()
        assert answer.readline() == f"data: {preview.turn}\n".encode()
        assert answer.readline() == b"\n"
    preview.close()
    assert answer.read() == b""
    connection.close()


def test_a_page_of_an_earlier_preview_is_told_at_once(preview: Preview, served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.request("GET", "/.preview/changes?turn=1234-1")
    assert connection.getresponse().readline() == f"data: {preview.turn}\n".encode()
    connection.close()
