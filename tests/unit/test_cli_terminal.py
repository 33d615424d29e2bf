"""The commands that write, asked their questions in a real terminal."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_cli_update import SITE

pexpect = pytest.importorskip("pexpect")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-24T21:30:40+01:00"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with events of every kind."""
    for name, text in SITE.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "content"


def changed(site: Path) -> Mapping[str, str]:
    """The files that are not as the site started with."""
    files = (path for path in site.rglob("*") if path.is_file())
    found = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in files}
    return {path: text for path, text in found.items() if text != SITE.get(path)}


def start(site: Path, *words: str) -> Any:
    """The command in a terminal of its own, called from the folder that the site lies in."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "NO_COLOR": "1"}
    return pexpect.spawn(
        sys.executable,
        ["-m", "statusgen", *words, "--now", NOW],
        cwd=str(site.parent),
        env=environment,
        encoding="utf-8",
        timeout=60,
        dimensions=(60, 200),
        # Whoever runs the tests in the background has told all that come of it to ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def answer(child: Any, question: str, typed: str) -> None:
    child.expect_exact(question)
    child.sendline(typed)


def say(child: Any, question: str, *lines: str) -> None:
    """Type lines of text under a question, and the empty one that ends them."""
    child.expect_exact(f"{question}, ended by an empty line:\r\n")
    for line in (*lines, ""):
        child.expect_exact("  ")
        child.sendline(line)


def end(child: Any) -> tuple[int, str]:
    """(exit status, what was said since the last question)."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, child.before.replace("\r\n", "\n")


def test_an_incident_is_asked_for_from_title_to_start(site: Path) -> None:
    child = start(site, "new", "incident", "--ticket", "INL-1")
    answer(child, "Title (nl): ", "")
    answer(child, "Title (nl): ", "Alles traag")
    answer(child, "Title (en; Enter: left out): ", "All slow")
    child.expect_exact("Which components:")
    child.expect_exact("  2  dashboard  Dashboard")
    answer(child, "Numbers, with spaces between: ", "2 servr")
    child.expect_exact("Did you mean `server`?")
    answer(child, "Numbers, with spaces between: ", "2 server")
    child.expect_exact("How bad is it:")
    answer(child, "Number [3]: ", "2")
    answer(child, "Since when [2026-11-24 21:30]: ", "straks")
    child.expect_exact("`straks` is no moment.")
    answer(child, "Since when [2026-11-24 21:30]: ", "20:58")
    say(child, "What do customers need to know (nl)", "Wij zoeken: #1.", "Later meer.")
    say(child, "What do customers need to know (en; Enter: left out)", "We search.")
    status, said = end(child)
    assert status == 0, said
    path = "incidents/2026/2026-11-24-alles-traag.yaml"
    assert f"Wrote content/{path}\n  started Tue 2026-11-24 20:58 (19:58 UTC)\n" in said
    assert changed(site) == {
        path: """\
title:
  nl: Alles traag
  en: All slow
components: {dashboard: degraded_performance, server: degraded_performance}
started: 2026-11-24 20:58
ticket: INL-1
updates:
  - at: 2026-11-24 21:30
    status: investigating
    text:
      nl: |
        Wij zoeken: #1.
        Later meer.
      en: We search.
"""
    }


def test_a_window_that_is_refused_offers_slots_and_the_one_chosen_is_written(site: Path) -> None:
    child = start(site, "new", "maintenance", "--title", "nl=Werk", "--title", "en=Work")
    answer(child, "Numbers, with spaces between: ", "dashboard")
    answer(child, "How long does it take [2h]: ", "2 uur")
    child.expect_exact("`2 uur` is no length of time.")
    answer(child, "How long does it take [2h]: ", "")
    child.expect_exact("What do users notice meanwhile:")
    answer(child, "Number [1]: ", "")
    say(child, "What do customers need to know (nl; Enter: left out)")
    child.expect_exact("The agreement allows:")
    child.expect_exact("  1  Wed 2026-11-25 21:30 - 23:30 (20:30 - 22:30 UTC)")
    answer(child, "[1]: ", "2026-11-26 16:30")
    child.expect_exact("error: Outside the agreed windows: Thu 2026-11-26 16:30 - 17:30 (1 h).")
    # The other plan for the dashboard is in the way from 21:00 to 23:00.
    child.expect_exact("  1  Thu 2026-11-26 17:30 - 19:30 (16:30 - 18:30 UTC)")
    child.expect_exact("  2  Fri 2026-11-27 17:30 - 19:30 (16:30 - 18:30 UTC)")
    answer(child, "[1]: ", "1")
    status, said = end(child)
    assert (status, "planned Thu 2026-11-26 17:30 - 19:30 (16:30 - 18:30 UTC)" in said) == (0, True)
    text = changed(site)["maintenance/2026/2026-11-26-werk.yaml"]
    assert "start: 2026-11-26 17:30\nduration: 2h\nannounced: 2026-11-24 21:30\n" in text


def test_a_schedule_that_is_refused_offers_the_time_of_the_next_slot(site: Path) -> None:
    words = ("--title", "nl=Werk", "--title", "en=Work", "--component", "server")
    child = start(site, "new", "schedule", *words, "--duration", "1h", "--effect", "none")
    say(child, "What do customers need to know (nl; Enter: left out)")
    answer(child, "Number [2]: ", "")
    answer(child, "On which days (thu, or mon-fri) [thu]: ", "")
    answer(child, "At what time [22:00]: ", "12:00")
    child.expect_exact("error: Outside the agreed windows: Thu 2026-11-26 12:00 - 13:00 (1 h)")
    child.expect_exact("The next slot is Thu 2026-11-26 17:30 - 18:30 (16:30 - 17:30 UTC).")
    answer(child, "At what time [17:30]: ", "")
    status, said = end(child)
    assert status == 0, said
    text = changed(site)["schedules/werk.yaml"]
    assert "rrule: FREQ=WEEKLY;BYDAY=TH\nfirst: 2026-11-26 17:30\n" in text


def test_an_update_is_chosen_from_what_is_open_and_asked_for(site: Path) -> None:
    child = start(site, "update")
    child.expect_exact("Which one:")
    child.expect_exact("  1  uitwijk  Uitwijk  (identified, Tue 2026-11-24 21:00)")
    child.expect_exact("  4  straks  Straks  (scheduled, Thu 2026-11-26 21:00)")
    child.expect_exact("  5  wekelijks-2026-11-27  Wekelijks  (scheduled, Fri 2026-11-27 22:00)")
    answer(child, "Number: ", "50")
    child.expect_exact("`50` is not among them.")
    answer(child, "Number: ", "1")
    child.expect_exact("How far is it:")
    answer(child, "Number [2]: ", "3")
    child.expect_exact("Now server=major_outage.")
    answer(child, "What changes (ID=STATUS; Enter: nothing): ", "server=operational")
    child.expect_exact("What of the fail-over:")
    answer(child, "Number [1]: ", "4")
    say(child, "What is new (nl)", "Hersteld.")
    say(child, "What is new (en; Enter: left out)")
    status, said = end(child)
    assert status == 0, said
    assert "warning: Not there in `en`: updates.1.text." in said
    assert (
        "}, {at: 2026-11-24 21:30, status: monitoring, components: {server: operational}, "
        "failover: completed, text: Hersteld.}]\n"
    ) in changed(site)["incidents/2026/uitwijk.yaml"]


def test_the_only_event_there_is_to_resolve_needs_an_enter(site: Path) -> None:
    for name in ("storing", "uitwijk"):
        (site / f"incidents/2026/{name}.yaml").unlink()
    child = start(site, "resolve")
    answer(child, "Number [1]: ", "")
    say(child, "How did it go (nl; Enter: left out)")
    status, said = end(child)
    assert (status, "completed at Tue 2026-11-24 21:30 (20:30 UTC)" in said) == (0, True)


def test_an_occurrence_is_chosen_to_be_called_off(site: Path) -> None:
    child = start(site, "cancel")
    child.expect_exact("  3  wekelijks-2026-11-27  Wekelijks  (scheduled, Fri 2026-11-27 22:00)")
    answer(child, "Number: ", "3")
    say(child, "Why, and what now (nl)", "Rust.")
    say(child, "Why, and what now (en; Enter: left out)")
    assert end(child)[0] == 0
    assert changed(site)["schedules/wekelijks.yaml"] == (
        SITE["schedules/wekelijks.yaml"]
        + "updates:\n  - at: 2026-11-24 21:30\n    occurrence: 2026-11-27\n"
        "    status: cancelled\n    text: Rust.\n"
    )


def test_an_occurrence_that_is_not_in_sight_needs_no_reason(site: Path) -> None:
    child = start(site, "cancel", "wekelijks-2027-03-05")
    say(child, "Why, and what now (nl; Enter: left out)")
    assert end(child)[0] == 0
    text = SITE["schedules/wekelijks.yaml"].replace("[2026-12-25]", "[2026-12-25, 2027-03-05]")
    assert changed(site) == {"schedules/wekelijks.yaml": text}


def test_paragraphs_can_be_pasted_with_the_empty_lines_between(site: Path) -> None:
    child = start(site, "resolve", "storing")
    child.expect_exact("(nl), ended by an empty line:\r\n")
    child.send("Een.\n\nTwee.\n")
    child.expect_exact("Twee.\r\n")
    child.expect_exact("  ")
    child.sendline("")
    say(child, "What was it, and how does it work now (en; Enter: left out)", "Both.")
    assert end(child)[0] == 0
    text = changed(site)["incidents/2026/storing.yaml"]
    assert "      nl: |\n        Een.\n\n        Twee.\n      en: Both.\n" in text


def test_what_was_typed_is_shown_when_it_is_refused(site: Path) -> None:
    child = start(site, "resolve", "storing", "--at", "19:00")
    say(child, "What was it, and how does it work now (nl)", "Met zorg geschreven.")
    say(child, "What was it, and how does it work now (en; Enter: left out)")
    status, said = end(child)
    assert (status, changed(site)) == (1, {})
    assert "error: This is earlier than the update before it." in said
    assert "This is what it would have been:" in said
    assert "\n+    text: Met zorg geschreven.\n" in said


@pytest.mark.parametrize("how", ["intr", "eof"])
@pytest.mark.parametrize(
    ("words", "question"),
    [
        (("new", "incident"), "Title (nl): "),
        (("resolve", "storing"), "(nl), ended by an empty line:\r\n  "),
        (("update", "storing"), "Number [1]: "),
        (("cancel",), "Number: "),
    ],
)
def test_who_stops_half_way_has_written_nothing(
    site: Path, words: tuple[str, ...], question: str, how: str
) -> None:
    child = start(site, *words)
    child.expect_exact(question)
    press = child.sendintr if how == "intr" else child.sendeof
    # A key that comes before the line is read can be lost: people press it again.
    for _ in range(6):
        press()
        if child.expect(["Stopped. Nothing was written.", pexpect.TIMEOUT], timeout=10) == 0:
            break
    assert end(child)[0] == 130
    assert changed(site) == {}


def test_a_flag_that_cannot_be_read_is_told_before_anything_is_asked(site: Path) -> None:
    for words in (
        ("new", "incident", "--started", "straks"),
        ("new", "incident", "--text", "de=A"),
        ("new", "maintenance", "--component", "servr"),
        ("new", "restore", "--recovery-point", "straks"),
        ("new", "schedule", "--every", "monthly", "--on", "40"),
        ("update", "storing", "--at", "straks"),
    ):
        child = start(site, *words)
        status, said = end(child)
        assert (status, "Usage:" in said) == (2, True)
        assert said.startswith("Usage:")
