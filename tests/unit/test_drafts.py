"""Drafts of incidents: what they say, where they lie, and whose word they never touch."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from statusgen.build import check
from statusgen.content.tree import read_tree
from statusgen.findings import errors_in
from statusgen.model.content import Content
from statusgen.model.incidents import IncidentStatus
from statusgen.model.monitoring import Monitoring
from statusgen.monitor import drafts, filing
from statusgen.monitor.alerts import Note
from statusgen.monitor.drafts import Draft
from statusgen.monitor.filing import Files
from statusgen.monitor.verdicts import Verdict
from tests.sites import NOW, all_themes
from tests.unit.small_site import INCIDENT, QUIET
from tests.unit.test_cli import write
from tests.unit.watching import MINUTE, PLAN, content, found, verdict

SETTINGS = Monitoring(drafts_after=15 * MINUTE)
OUTAGE = [
    verdict("down", NOW - 15 * MINUTE),
    verdict("down", NOW - 3 * MINUTE, "app", "status 503"),
]
NAME = "2026-11-24-1245-server.yaml"
PATH = f"incidents/2026/{NAME}"


def due(states: dict[str, tuple[str, datetime]], site: Content, *there: Draft) -> list[str]:
    outage = drafts.due(found(states), there, site, SETTINGS, NOW)
    return [verdict.component for verdict in outage]


def test_what_has_been_down_for_long_enough_takes_what_else_is_down_along() -> None:
    site = content()
    early, late = NOW - 15 * MINUTE, NOW - 3 * MINUTE
    assert due({"server": ("down", early), "app": ("down", late)}, site) == ["server", "app"]
    assert due({"server": ("down", early), "app": ("degraded", early)}, site) == ["server"]
    assert due({"server": ("down", early + timedelta(seconds=1))}, site) == []
    assert due({"server": ("up", early)}, site) == []
    never = replace(SETTINGS, drafts_after=None)
    assert drafts.due(found({"server": ("down", early)}), [], site, never, NOW) == []


def test_what_is_told_of_already_needs_no_draft() -> None:
    down = {"server": ("down", NOW - 20 * MINUTE), "app": ("down", NOW - 20 * MINUTE)}
    assert due(down, content(incidents__storing=INCIDENT)) == ["app"]
    assert due(down, content(), Draft(PATH, ("app",), NOW)) == ["server"]
    work = PLAN.replace("13:10", "12:30")
    assert due(down, content(maintenance__werk=work)) == ["app"]


def test_a_draft_is_the_same_whoever_finds_the_outage_and_when() -> None:
    first = drafts.drafted(OUTAGE, content(), NOW)
    later = drafts.drafted(OUTAGE, content(), NOW + MINUTE)
    assert first.path == later.path == PATH
    assert first.id == "2026-11-24-1245-server"
    assert first.components == ("server", "app")


def test_a_long_id_still_makes_a_name() -> None:
    long = [Verdict("a" * 59 + "-" + "b" * 20, OUTAGE[0].state, OUTAGE[0].since)]
    assert drafts.drafted(long, content(), NOW).name == f"2026-11-24-1245-{'a' * 59}.yaml"


def test_it_says_what_was_measured_in_every_language() -> None:
    assert (
        drafts.written(OUTAGE, content(), NOW).decode()
        == """\
# Written by `statusgen monitor`; see whether it is true and complete. Measured:
#   server: down since Tue 2026-11-24 12:45: no answer in time
#   app: down since Tue 2026-11-24 12:57: status 503
title:
  nl: "Server en Toepassing: niet beschikbaar"
  en: "Server and App: not available"
components: {server: major_outage, app: major_outage}
started: 2026-11-24 12:45
updates:
  - at: 2026-11-24 13:00
    status: investigating
    text:
      nl: Onze bewaking krijgt geen goed antwoord van Server en Toepassing. Wij zoeken de oorzaak.
      en: Our monitoring gets no good answer from Server and App. We are looking for the cause.
"""
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "content", QUIET)
    return tmp_path / "content"


def files(folder: Path) -> Files:
    return Files(folder, read_tree(folder).files)


def opened(folder: Path, *, publish: bool = False) -> tuple[Draft, Note]:
    return filing.opened(files(folder), OUTAGE, content(), NOW, publish=publish)


def ended(folder: Path, draft: Draft) -> Note:
    return filing.ended(files(folder), draft, content(), NOW + 5 * MINUTE)


def findings(folder: Path) -> int:
    return errors_in(check(read_tree(folder).files, all_themes(), NOW + 10 * MINUTE).findings)


def incident_status(folder: Path) -> IncidentStatus:
    site = check(read_tree(folder).files, all_themes(), NOW).content
    assert site
    (incident,) = site.incidents
    return incident.status(NOW + 10 * MINUTE)


def publish_by_hand(folder: Path, draft: Draft) -> Path:
    target = folder / draft.path
    target.parent.mkdir(parents=True)
    return (folder.parent / "drafts" / draft.name).rename(target)


def commands(note: Note) -> list[str]:
    return [line.strip() for line in note.text.splitlines() if line.startswith("  ")]


def in_git(word: str, path: Path) -> list[str]:
    subject = f"'{word}: {path.stem}'"
    return [f"git add {path}", f"git commit -m {subject} -- {path}", "git push"]


def test_it_lies_beside_the_content_until_somebody_moves_it(folder: Path) -> None:
    draft, note = opened(folder)
    lies = folder.parent / "drafts" / NAME
    assert f"mv {lies} {folder / PATH}" in note.text
    assert note.title == "Draft incident: Server, App"
    assert lies.is_file()
    before = read_tree(folder).files
    assert not any(path.startswith("incidents/") for path in before)
    publish_by_hand(folder, draft)
    assert findings(folder) == 0
    assert incident_status(folder) is IncidentStatus.INVESTIGATING


@pytest.mark.parametrize("name", ["content", ".", "../content", "../link"])
def test_the_commands_name_what_is_there_from_wherever_it_watches(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "link").symlink_to(folder)
    stands = {"content": folder.parent, ".": folder}.get(name, folder.parent / "elsewhere")
    monkeypatch.chdir(stands)
    draft, note = opened(Path(name))
    (move,) = [line for line in note.text.splitlines() if line.startswith("  mv ")]
    assert Path(move.split()[1]).samefile(folder.parent / "drafts" / NAME)
    publish_by_hand(folder, draft)
    (folder / draft.path).write_text(INCIDENT)
    there = "" if name == "content" else f" --content {name}"
    assert f"statusgen resolve{there} {draft.id}" in ended(Path(name), draft).text


def test_what_is_there_is_never_written_over(folder: Path) -> None:
    write(folder.parent / "drafts", {NAME: "by a person"})
    draft, note = opened(folder)
    assert (folder.parent / "drafts" / NAME).read_text() == "by a person"
    assert str(folder.parent / "drafts" / NAME) in note.text
    (folder.parent / "drafts" / NAME).unlink()
    write(folder, {f"incidents/elders/{NAME}": INCIDENT})
    assert opened(folder)[0] == draft
    assert not (folder.parent / "drafts" / NAME).exists()


def test_a_link_is_not_followed_out(folder: Path, tmp_path: Path) -> None:
    (folder.parent / "drafts").mkdir()
    (folder.parent / "drafts" / NAME).symlink_to(tmp_path / "elsewhere")
    opened(folder)
    assert not (tmp_path / "elsewhere").exists()


def test_when_it_is_over_a_last_update_is_proposed_in_the_draft(folder: Path) -> None:
    draft, _ = opened(folder)
    lies = folder.parent / "drafts" / NAME
    lies.write_text("# By hand.\n" + lies.read_text())
    note = ended(folder, draft)
    assert note.title == "Draft incident, over: Server, App"
    assert "ends with a proposed last update" in note.text
    assert lies.read_text().startswith("# By hand.\n")
    assert lies.read_text().endswith(
        "  - at: 2026-11-24 13:05\n    status: resolved\n    text:\n"
        "      nl: Onze bewaking krijgt weer goede antwoorden van Server en Toepassing. "
        "Het probleem is voorbij.\n"
        "      en: Our monitoring gets good answers from Server and App again. "
        "The problem is over.\n"
    )
    whole = lies.read_bytes()
    assert ended(folder, draft) == note
    assert lies.read_bytes() == whole
    publish_by_hand(folder, draft)
    assert findings(folder) == 0
    assert incident_status(folder) is IncidentStatus.RESOLVED


def test_what_a_person_published_is_left_to_that_person(folder: Path) -> None:
    draft, _ = opened(folder)
    published = publish_by_hand(folder, draft)
    published.write_text(published.read_text() + "ticket: INL-1\n")
    before = published.read_bytes()
    assert ended(folder, draft).text == (
        f"Add the last update: statusgen resolve --content {folder} 2026-11-24-1245-server"
    )
    assert published.read_bytes() == before


def test_what_was_published_as_it_was_drafted_is_ended_and_how_to_keep_that_is_told(
    folder: Path,
) -> None:
    draft, note = opened(folder)
    assert commands(note)[3:] == in_git("Incident", folder / PATH)
    publish_by_hand(folder, draft)
    assert commands(ended(folder, draft)) == in_git("Resolved", folder / PATH)
    assert incident_status(folder) is IncidentStatus.RESOLVED


def test_what_was_taken_away_stays_away(folder: Path) -> None:
    draft, _ = opened(folder)
    (folder.parent / "drafts" / NAME).unlink()
    assert ended(folder, draft).text == "Its draft was taken away: nothing is published of it."
    assert list((folder.parent / "drafts").iterdir()) == []


def test_what_was_made_something_else_of_is_left_alone(folder: Path) -> None:
    draft, _ = opened(folder)
    lies = folder.parent / "drafts" / NAME
    lies.write_text("updates: later")
    assert "could not be added to" in ended(folder, draft).text
    assert lies.read_text() == "updates: later"


def test_a_site_may_say_that_it_is_published_at_once(folder: Path) -> None:
    draft, note = opened(folder, publish=True)
    assert note.title == "Incident opened: Server, App"
    assert commands(note) == in_git("Incident", folder / PATH)
    assert not (folder.parent / "drafts").exists()
    assert findings(folder) == 0
    assert incident_status(folder) is IncidentStatus.INVESTIGATING
    over = ended(folder, draft)
    assert "see whether it is true" in over.text
    assert commands(over) == in_git("Resolved", folder / PATH)
    assert findings(folder) == 0
    assert incident_status(folder) is IncidentStatus.RESOLVED
    # Killed before it could be remembered, it finds the same.
    assert ended(folder, draft) == over


def test_it_is_over_when_all_of_it_is_up() -> None:
    draft = Draft(PATH, ("server", "app"), NOW)
    up, later = NOW + MINUTE, NOW + 2 * MINUTE
    assert drafts.over([draft], found({"server": ("up", up), "app": ("down", NOW)})) == []
    assert drafts.over([draft], found({"server": ("up", up)})) == []
    both = found({"server": ("up", up), "app": ("up", later)})
    assert drafts.over([draft], both) == [(draft, later)]


def test_the_last_update_never_comes_before_the_first() -> None:
    draft = Draft(PATH, ("server",), NOW)
    data = drafts.written(OUTAGE[:1], content(), NOW)
    early = drafts.resolved(data, draft, content(), NOW - MINUTE)
    assert b"at: 2026-11-24 13:00\n    status: resolved" in early
