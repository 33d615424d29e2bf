"""A year of a status page, told with the commands that people have.

Each step is a moment: what somebody does then, or only the clock, and what is different after it
for those who read the pages, follow a feed or a calendar, or ask the API. The content lies in a
repository: each step is held against the one before (`check --since HEAD`), committed, and built.
What is refused is put back, and shown to nobody.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar
from lxml import html

from statusgen.cli.app import app
from tests.feeds import Entry, entries

ZONE = ZoneInfo("America/New_York")
FINE = "Everything works normally"
GONE = "gone"
GONE = "gone"


@dataclass(frozen=True)
class Edit:
    """What somebody does in an editor; an empty ``old`` adds to the end of the file."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Rename:
    """What somebody does in a file manager."""

    path: str
    to: str


@dataclass(frozen=True)
class Step:
    """What happens at a moment (wall time of the site), and what is different after it.

    ``exit`` and what it ``said`` are of the last command in ``does``. With errors (an exit other
    than 0, or found by `check --since HEAD`) the step is ``refused``: nothing is committed or
    shown. ``findings`` are the rules that found nothing before.

    ``home`` is the headline, ``service`` what the Statuspage API says of the whole. Of the rest,
    what is other than after the step before: ``api``, the events that it lists with their
    status; ``pages`` with title and how it stands; items of the feeds that are ``new``,
    ``changed`` or ``gone``; events of the ``calendar`` with sequence and status.
    """

    at: str
    happens: str
    does: tuple[str | Edit | Rename, ...] = ()
    exit: int = 0
    said: str = ""
    findings: frozenset[str] | set[str] = frozenset()
    refused: bool = False
    home: str = FINE
    service: str = "All Systems Operational"
    api: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    new: frozenset[str] | set[str] = frozenset()
    changed: frozenset[str] | set[str] = frozenset()
    gone: frozenset[str] | set[str] = frozenset()
    calendar: Mapping[str, str] = field(default_factory=dict)


UPGRADE = "2026-01-20-database-upgrade"
DISKS = "2026-02-03-replace-disks"
SERIES = "security-updates"
MOVED = "changes: {2026-05-02: {start: 2026-05-09 22:00}}"
LOGIN = "2026-06-15-logging-in-fails"
CALAMITY = "2026-09-07-data-centre-lost"
RESTORE = "2026-09-09-orders-put-back"
MOVE = "2026-11-18-move-to-new-servers"
SEARCH = "2026-12-04-new-search"

STORY = [
    Step(
        "2026-01-05 09:30",
        "the samples of a new site are removed, and it is published",
        does=(
            Edit("site.yaml", "notice:", "# notice:"),
            "check",
        ),
    ),
    Step(
        "2026-01-12 10:00",
        "work is announced",
        does=(
            "new maintenance --title 'Database upgrade' --component website,api"
            " --start '2026-01-20 21:00' --duration 2h --effect partial_outage"
            " --text 'The website is awya for ten minutes.'",
        ),
        api={"Database upgrade": "scheduled"},
        pages={f"maintenance/{UPGRADE}": "Database upgrade: Planned"},
        calendar={UPGRADE: "0 CONFIRMED"},
        new={f"maintenance/{UPGRADE}/plan_announced"},
    ),
    Step(
        "2026-01-14 11:00",
        "a typo in it is mended",
        does=(Edit(f"maintenance/2026/{UPGRADE}.yaml", "awya", "away"),),
        changed={f"maintenance/{UPGRADE}/plan_announced"},
    ),
    Step(
        "2026-01-16 09:00",
        "it is moved without a word",
        does=(Edit(f"maintenance/2026/{UPGRADE}.yaml", "01-20 21:00", "01-21 21:00"),),
        findings={"moved-without-update"},
        refused=True,
    ),
    Step(
        "2026-01-16 09:05",
        "it is moved, and that is told",
        does=(
            Edit(f"maintenance/2026/{UPGRADE}.yaml", "01-20 21:00", "01-21 21:00"),
            f"update {UPGRADE} --status scheduled --text 'A day later.'",
        ),
        calendar={UPGRADE: "3 CONFIRMED"},
        new={f"maintenance/{UPGRADE}/20260116t140500z"},
        changed={f"maintenance/{UPGRADE}/plan_announced"},
    ),
    Step(
        "2026-01-21 21:00",
        "the clock starts it",
        home="Maintenance in progress",
        service="Service Under Maintenance",
        api={"Database upgrade": "in_progress"},
        pages={f"maintenance/{UPGRADE}": "Database upgrade: In progress"},
        calendar={UPGRADE: "4 CONFIRMED"},
        new={f"maintenance/{UPGRADE}/plan_in_progress_20260122t020000z"},
    ),
    Step(
        "2026-01-21 22:20",
        "it is done before its time",
        does=(f"resolve {UPGRADE} --text 'All is well.'",),
        api={"Database upgrade": GONE},
        pages={f"maintenance/{UPGRADE}": "Database upgrade: Completed"},
        calendar={UPGRADE: "7 CONFIRMED"},
        new={f"maintenance/{UPGRADE}/20260122t032000z"},
    ),
    Step("2026-01-22 08:00", "its planned end has passed, which is no news"),
    Step(
        "2026-02-02 09:00",
        "work is planned in office hours, which the agreement refuses",
        does=(
            "new maintenance --title 'Replace disks' --component api"
            " --start '2026-02-03 12:00' --duration 1h",
        ),
        said="--start '2026-02-03 20:00'",
        exit=1,
        refused=True,
    ),
    Step(
        "2026-02-02 09:10",
        "it cannot wait: somebody answers for an exception",
        does=(
            "new maintenance --title 'Replace disks' --component api"
            " --start '2026-02-03 12:00' --duration 1h --effect partial_outage"
            " --override 'A second disk is failing.' --approved-by 'The duty manager'",
        ),
        said="git commit -m 'Maintenance: Replace disks'",
        findings={"maintenance-outside-window"},
        api={"Replace disks": "scheduled"},
        pages={f"maintenance/{DISKS}": "Replace disks: Planned"},
        calendar={DISKS: "0 CONFIRMED"},
        new={f"maintenance/{DISKS}/plan_announced"},
    ),
    Step(
        "2026-02-03 12:30",
        "the exception runs",
        home="Maintenance in progress",
        service="Service Under Maintenance",
        api={"Replace disks": "in_progress"},
        pages={f"maintenance/{DISKS}": "Replace disks: In progress"},
        calendar={DISKS: "1 CONFIRMED"},
        new={f"maintenance/{DISKS}/plan_in_progress_20260203t170000z"},
    ),
    Step(
        "2026-02-03 13:30",
        "the exception has ended by the clock",
        api={"Replace disks": GONE},
        pages={f"maintenance/{DISKS}": "Replace disks: Completed"},
        calendar={DISKS: "2 CONFIRMED"},
        new={f"maintenance/{DISKS}/plan_completed_20260203t180000z"},
    ),
    Step(
        "2026-03-02 09:00",
        "work that recurs is announced; that the clocks change in between is no matter",
        does=(
            "new schedule --title 'Security updates' --component website"
            " --every monthly --on 1sat --at 22:00 --duration 1h",
        ),
        api={"Security updates": "scheduled"},
        pages={
            f"maintenance/{SERIES}": "Security updates: ",
            f"maintenance/{SERIES}-2026-03-07": "Security updates: Planned",
            f"maintenance/{SERIES}-2026-04-04": "Security updates: Planned",
        },
        calendar={f"{SERIES}-2026-03-07": "0 CONFIRMED", f"{SERIES}-2026-04-04": "0 CONFIRMED"},
        new={f"maintenance/{SERIES}-2026-03-07/plan_announced"},
    ),
    Step(
        "2026-03-10 09:00",
        "one occurrence has been, another has come in sight",
        pages={
            f"maintenance/{SERIES}-2026-03-07": "Security updates: Completed",
            f"maintenance/{SERIES}-2026-05-02": "Security updates: Planned",
        },
        calendar={f"{SERIES}-2026-03-07": "2 CONFIRMED", f"{SERIES}-2026-05-02": "0 CONFIRMED"},
        new={
            f"maintenance/{SERIES}-2026-03-07/plan_completed_20260308t040000z",
            f"maintenance/{SERIES}-2026-03-07/plan_in_progress_20260308t030000z",
            f"maintenance/{SERIES}-2026-04-04/plan_announced",
            f"maintenance/{SERIES}-2026-05-02/plan_announced",
        },
    ),
    Step(
        "2026-03-30 09:05",
        "one is called off, and that is told",
        does=(f"cancel {SERIES}-2026-04-04 --text 'Nothing to do.'",),
        pages={f"maintenance/{SERIES}-2026-04-04": "Security updates: Cancelled"},
        calendar={UPGRADE: GONE, f"{SERIES}-2026-04-04": "3 CANCELLED"},
        new={f"maintenance/{SERIES}-2026-04-04/20260330t130500z"},
    ),
    Step(
        "2026-03-30 09:10",
        "one that is not in sight yet is left out",
        does=(f"cancel {SERIES}-2026-07-04",),
        said="left out Sat 2026-07-04 22:00 - 23:00",
    ),
    Step(
        "2026-04-20 09:00",
        "one is moved without a word",
        does=(Edit(f"schedules/{SERIES}.yaml", "", f"{MOVED}\n"),),
        findings={"moved-without-update"},
        refused=True,
    ),
    Step(
        "2026-04-20 09:05",
        "one is moved, and that is told",
        does=(
            Edit(f"schedules/{SERIES}.yaml", "", f"{MOVED}\n"),
            f"update {SERIES}-2026-05-02 --text 'A week later.'",
        ),
        pages={f"maintenance/{SERIES}-2026-06-06": "Security updates: Planned"},
        calendar={
            DISKS: GONE,
            f"{SERIES}-2026-05-02": "6 CONFIRMED",
            f"{SERIES}-2026-06-06": "0 CONFIRMED",
        },
        new={
            f"maintenance/{SERIES}-2026-05-02/20260420t130500z",
            f"maintenance/{SERIES}-2026-06-06/plan_announced",
        },
        changed={f"maintenance/{SERIES}-2026-05-02/plan_announced"},
    ),
    Step(
        "2026-06-15 03:05",
        "at three in the morning something breaks",
        does=(
            "new incident --title 'Logging in fails' --component website=major_outage"
            " --started 02:50 --ticket ACME-7 --text 'Nobody can log in. We look fro the cause.'",
        ),
        home="Website unavailable",
        service="Partial System Outage",
        api={"Logging in fails": "investigating"},
        pages={
            f"incidents/{LOGIN}": "Logging in fails: Investigating",
            f"maintenance/{SERIES}-2026-05-02": "Security updates: Completed",
            f"maintenance/{SERIES}-2026-06-06": "Security updates: Completed",
            f"maintenance/{SERIES}-2026-08-01": "Security updates: Planned",
        },
        calendar={
            f"{SERIES}-2026-03-07": GONE,
            f"{SERIES}-2026-04-04": GONE,
            f"{SERIES}-2026-05-02": "8 CONFIRMED",
            f"{SERIES}-2026-06-06": "2 CONFIRMED",
            f"{SERIES}-2026-08-01": "0 CONFIRMED",
        },
        new={
            f"incident/{LOGIN}/20260615t070500z",
            f"maintenance/{SERIES}-2026-05-02/plan_completed_20260510t030000z",
            f"maintenance/{SERIES}-2026-05-02/plan_in_progress_20260510t020000z",
            f"maintenance/{SERIES}-2026-06-06/plan_completed_20260607t030000z",
            f"maintenance/{SERIES}-2026-06-06/plan_in_progress_20260607t020000z",
            f"maintenance/{SERIES}-2026-08-01/plan_announced",
        },
    ),
    Step(
        "2026-06-15 03:25",
        "the cause is known, and a part works again",
        does=(
            f"update {LOGIN} --status identified --component website=partial_outage"
            " --text 'A certificate has expired.'",
        ),
        home="Website partly unavailable",
        service="Minor Service Outage",
        api={"Logging in fails": "identified"},
        pages={f"incidents/{LOGIN}": "Logging in fails: Cause found"},
        new={f"incident/{LOGIN}/20260615t072500z"},
    ),
    Step(
        "2026-06-15 03:30",
        "a typo in what was published is mended",
        does=(Edit(f"incidents/2026/{LOGIN}.yaml", "look fro", "look for"),),
        home="Website partly unavailable",
        service="Minor Service Outage",
        changed={f"incident/{LOGIN}/20260615t070500z"},
    ),
    Step(
        "2026-06-15 04:10",
        "it is over",
        does=(f"resolve {LOGIN} --text 'The certificate is renewed.'",),
        api={"Logging in fails": GONE},
        pages={f"incidents/{LOGIN}": "Logging in fails: Resolved"},
        new={f"incident/{LOGIN}/20260615t081000z"},
    ),
    Step(
        "2026-06-15 09:00",
        "somebody tidies up, and takes back what subscribers have read",
        does=(
            Edit(
                f"incidents/2026/{LOGIN}.yaml",
                "  - at: 2026-06-15 03:25\n    status: identified\n"
                "    components: {website: partial_outage}\n    text: A certificate has expired.\n",
                "",
            ),
        ),
        findings={"update-removed"},
        refused=True,
    ),
    Step(
        "2026-06-15 09:05",
        "somebody corrects a moment, by which the update would be another one",
        does=(Edit(f"incidents/2026/{LOGIN}.yaml", "06-15 03:25", "06-15 03:20"),),
        findings={"update-removed"},
        refused=True,
    ),
    Step(
        "2026-06-15 09:10",
        "the moment is corrected, and the update keeps its id",
        does=(
            Edit(
                f"incidents/2026/{LOGIN}.yaml",
                "06-15 03:25\n",
                "06-15 03:20\n    id: 20260615t072500z\n",
            ),
        ),
        changed={f"incident/{LOGIN}/20260615t072500z"},
    ),
    Step(
        "2026-06-16 10:00",
        "what was learnt of it is added",
        does=(
            Edit(
                f"incidents/2026/{LOGIN}.yaml", "", "postmortem: Certificates are renewed sooner.\n"
            ),
        ),
    ),
    Step(
        "2026-06-16 11:00",
        "something that was forgotten is told among what was read already, which is a warning",
        does=(
            Edit(
                f"incidents/2026/{LOGIN}.yaml",
                "  - at: 2026-06-15 04:10",
                "  - at: 2026-06-15 03:50\n    status: monitoring\n  - at: 2026-06-15 04:10",
            ),
        ),
        findings={"update-backdated"},
        new={f"incident/{LOGIN}/20260615t075000z"},
    ),
    Step(
        "2026-07-01 09:00",
        "an event gets a nicer file name, under which nobody would find it",
        does=(
            Rename(
                f"incidents/2026/{LOGIN}.yaml", "incidents/2026/2026-06-15-expired-certificate.yaml"
            ),
        ),
        findings={"announcement-removed"},
        refused=True,
    ),
    Step(
        "2026-09-07 13:00",
        "a calamity: the other data centre takes over",
        does=(
            "new calamity --title 'Data centre lost' --component website,api"
            " --failover declared --text 'We move to the other data centre.'",
        ),
        home="Website and API unavailable",
        service="Major System Outage",
        api={"Data centre lost": "investigating"},
        pages={
            f"incidents/{CALAMITY}": "Data centre lost: Investigating",
            f"maintenance/{SERIES}-2026-08-01": "Security updates: Completed",
            f"maintenance/{SERIES}-2026-09-05": "Security updates: Completed",
            f"maintenance/{SERIES}-2026-10-03": "Security updates: Planned",
        },
        calendar={
            f"{SERIES}-2026-05-02": GONE,
            f"{SERIES}-2026-06-06": GONE,
            f"{SERIES}-2026-08-01": "2 CONFIRMED",
            f"{SERIES}-2026-09-05": "2 CONFIRMED",
            f"{SERIES}-2026-10-03": "0 CONFIRMED",
        },
        new={
            f"incident/{CALAMITY}/20260907t170000z",
            f"maintenance/{SERIES}-2026-08-01/plan_completed_20260802t030000z",
            f"maintenance/{SERIES}-2026-08-01/plan_in_progress_20260802t020000z",
            f"maintenance/{SERIES}-2026-09-05/plan_announced",
            f"maintenance/{SERIES}-2026-09-05/plan_completed_20260906t030000z",
            f"maintenance/{SERIES}-2026-09-05/plan_in_progress_20260906t020000z",
            f"maintenance/{SERIES}-2026-10-03/plan_announced",
        },
    ),
    Step(
        "2026-09-07 13:40",
        "the fail-over has started",
        does=(f"update {CALAMITY} --failover started --text 'The API is first.'",),
        home="Website and API unavailable",
        service="Major System Outage",
        new={f"incident/{CALAMITY}/20260907t174000z"},
    ),
    Step(
        "2026-09-07 14:20",
        "the fail-over is complete",
        does=(
            f"update {CALAMITY} --status monitoring --failover completed"
            " --component website=operational,api=degraded_performance"
            " --text 'Both work from the other data centre.'",
        ),
        home="API slower than normal",
        service="Partially Degraded Service",
        api={"Data centre lost": "monitoring"},
        pages={f"incidents/{CALAMITY}": "Data centre lost: Monitoring"},
        new={f"incident/{CALAMITY}/20260907t182000z"},
    ),
    Step(
        "2026-09-08 15:10",
        "back where it was",
        does=(f"resolve {CALAMITY} --text 'We are back, and all is well.'",),
        findings={"calamity-silent"},
        api={"Data centre lost": GONE},
        pages={f"incidents/{CALAMITY}": "Data centre lost: Resolved"},
        new={f"incident/{CALAMITY}/20260908t191000z"},
    ),
    Step(
        "2026-09-08 16:00",
        "what was lost is put back from a backup",
        does=(
            "new restore --title 'Orders put back' --component api"
            " --start '2026-09-09 21:00' --duration 1h --recovery-point '2026-09-07 12:00'",
        ),
        api={"Orders put back": "scheduled"},
        pages={f"maintenance/{RESTORE}": "Orders put back: Planned"},
        calendar={RESTORE: "0 CONFIRMED"},
        new={f"maintenance/{RESTORE}/plan_announced"},
    ),
    Step(
        "2026-09-09 22:30",
        "the restore has been",
        api={"Orders put back": GONE},
        pages={
            f"maintenance/{RESTORE}": "Orders put back: Completed",
            f"maintenance/{SERIES}-2026-11-07": "Security updates: Planned",
        },
        calendar={RESTORE: "2 CONFIRMED", f"{SERIES}-2026-11-07": "0 CONFIRMED"},
        new={
            f"maintenance/{RESTORE}/plan_completed_20260910t020000z",
            f"maintenance/{RESTORE}/plan_in_progress_20260910t010000z",
            f"maintenance/{SERIES}-2026-11-07/plan_announced",
        },
    ),
    Step(
        "2026-11-09 09:00",
        "a large plan is announced",
        does=(
            "new maintenance --title 'Move to new servers' --component website,api"
            " --start '2026-11-18 20:00' --duration 6h --effect major_outage",
        ),
        api={"Move to new servers": "scheduled"},
        pages={
            f"maintenance/{MOVE}": "Move to new servers: Planned",
            f"maintenance/{SERIES}-2026-10-03": "Security updates: Completed",
            f"maintenance/{SERIES}-2026-11-07": "Security updates: Completed",
            f"maintenance/{SERIES}-2026-12-05": "Security updates: Planned",
            f"maintenance/{SERIES}-2027-01-02": "Security updates: Planned",
        },
        calendar={
            RESTORE: GONE,
            MOVE: "0 CONFIRMED",
            f"{SERIES}-2026-08-01": GONE,
            f"{SERIES}-2026-09-05": GONE,
            f"{SERIES}-2026-10-03": "2 CONFIRMED",
            f"{SERIES}-2026-11-07": "2 CONFIRMED",
            f"{SERIES}-2026-12-05": "0 CONFIRMED",
            f"{SERIES}-2027-01-02": "0 CONFIRMED",
        },
        new={
            f"maintenance/{MOVE}/plan_announced",
            f"maintenance/{SERIES}-2026-10-03/plan_completed_20261004t030000z",
            f"maintenance/{SERIES}-2026-10-03/plan_in_progress_20261004t020000z",
            f"maintenance/{SERIES}-2026-11-07/plan_completed_20261108t040000z",
            f"maintenance/{SERIES}-2026-11-07/plan_in_progress_20261108t030000z",
            f"maintenance/{SERIES}-2026-12-05/plan_announced",
            f"maintenance/{SERIES}-2027-01-02/plan_announced",
        },
    ),
    Step(
        "2026-11-17 16:00",
        "it is called off",
        does=(f"cancel {MOVE} --text 'The servers have not come.'",),
        api={"Move to new servers": GONE},
        pages={f"maintenance/{MOVE}": "Move to new servers: Cancelled"},
        calendar={MOVE: "3 CANCELLED"},
        new={f"maintenance/{MOVE}/20261117t210000z"},
    ),
    Step("2026-11-18 21:00", "what was called off does not begin"),
    Step(
        "2026-12-02 21:00",
        "a plan was lying about, and is committed when its notice is over",
        does=(
            "new maintenance --title 'New search' --component website"
            " --announced '2026-12-01 09:00' --start '2026-12-03 20:00' --duration 1h",
        ),
        findings={"committed-late"},
        refused=True,
    ),
    Step(
        "2026-12-02 21:05",
        "it is planned a day later",
        does=(
            "new maintenance --title 'New search' --component website"
            " --start '2026-12-04 20:00' --duration 1h",
        ),
        api={"New search": "scheduled"},
        pages={f"maintenance/{SEARCH}": "New search: Planned"},
        calendar={SEARCH: "0 CONFIRMED"},
        new={f"maintenance/{SEARCH}/plan_announced"},
    ),
    Step(
        "2026-12-31 12:00",
        "the year adds up: an hour of the exception, and eighty minutes of the calamity",
        does=("sla --year 2026",),
        said="99.91%  kept    down 140 of 156240 min",
        api={"New search": GONE},
        pages={
            f"maintenance/{SEARCH}": "New search: Completed",
            f"maintenance/{SERIES}-2026-12-05": "Security updates: Completed",
            f"maintenance/{SERIES}-2027-02-06": "Security updates: Planned",
        },
        calendar={
            MOVE: GONE,
            SEARCH: "2 CONFIRMED",
            f"{SERIES}-2026-10-03": GONE,
            f"{SERIES}-2026-12-05": "2 CONFIRMED",
            f"{SERIES}-2027-02-06": "0 CONFIRMED",
        },
        new={
            f"maintenance/{SEARCH}/plan_completed_20261205t020000z",
            f"maintenance/{SEARCH}/plan_in_progress_20261205t010000z",
            f"maintenance/{SERIES}-2026-12-05/plan_completed_20261206t040000z",
            f"maintenance/{SERIES}-2026-12-05/plan_in_progress_20261206t030000z",
            f"maintenance/{SERIES}-2027-02-06/plan_announced",
        },
        gone={f"maintenance/{UPGRADE}/20260116t140500z", f"maintenance/{UPGRADE}/plan_announced"},
    ),
]


@dataclass(frozen=True)
class Shown:
    """What a built site shows."""

    home: str
    service: str
    api: Mapping[str, str]
    pages: Mapping[str, str]
    items: Mapping[str, Entry]
    calendar: Mapping[str, str]


@dataclass(frozen=True)
class Seen:
    """What came of a step; ``shown`` is that of the step before where it was refused."""

    exit: int
    said: str
    findings: frozenset[str]
    refused: bool
    before: Shown
    shown: Shown


NOTHING = Shown("", "", {}, {}, {}, {})


class Operator:
    """Somebody at a terminal, in the folder of the repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown = NOTHING
        self.known: frozenset[str] = frozenset()

    def live(self, step: Step) -> Seen:
        before = self.shown
        done = [self.do(doing, step.at) for doing in step.does]
        last = done[-1] if done else None
        exit, said = (last.exit_code, last.output) if last else (0, "")
        checked = self.run("check --since HEAD --format json", step.at)
        found = frozenset(finding["code"] for finding in json.loads(checked.stdout)["findings"])
        refused = bool(exit or checked.exit_code)
        if refused:
            self.git(step.at, "stash", "--include-untracked", "--quiet")
        else:
            self.git(step.at, "add", "--all")
            self.git(step.at, "commit", "--quiet", "--allow-empty", "--message", step.happens)
            self.shown = self.build(step.at)
        fresh = found - self.known
        self.known = self.known if refused else found
        return Seen(exit, said, fresh, refused, before, self.shown)

    def do(self, doing: str | Edit | Rename, at: str) -> Result | None:
        if isinstance(doing, str):
            return self.run(doing, at)
        path = self.folder / "content" / doing.path
        if isinstance(doing, Rename):
            path.rename(self.folder / "content" / doing.to)
            return None
        if isinstance(doing, Rename):
            path.rename(self.folder / "content" / doing.to)
            return None
        text = path.read_text("utf-8")
        assert text.count(doing.old) == 1 or not doing.old, doing
        new = text.replace(doing.old, doing.new) if doing.old else text + doing.new
        path.write_text(new, "utf-8")
        return None

    def run(self, words: str, at: str) -> Result:
        return CliRunner().invoke(app, [*shlex.split(words), "--now", at])

    def build(self, at: str) -> Shown:
        """By the variable, as reproducible builds give the moment, not by the flag."""
        epoch = str(int(moment(at).timestamp()))
        built = CliRunner(env={"SOURCE_DATE_EPOCH": epoch}).invoke(app, ["build"])
        assert built.exit_code == 0, built.output
        return shown(self.folder / "public")

    def git(self, at: str, *words: str) -> None:
        who = [f"GIT_{role}_{key}" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")]
        dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), moment(at).isoformat())
        env = {**os.environ, **dict.fromkeys(who, "proef"), **dates}
        subprocess.run(["git", *words], cwd=self.folder, env=env, check=True, capture_output=True)


def moment(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=ZONE)


def shown(site: Path) -> Shown:
    summary = json.loads((site / "api/v2/summary.json").read_text("utf-8"))
    listed = summary["incidents"] + summary["scheduled_maintenances"]
    home = html.parse(site / "index.html")
    return Shown(
        home=words(home.xpath("//h1/span[not(@hidden)]")[0]),
        service=summary["status"]["description"],
        api={event["name"]: event["status"] for event in listed},
        pages={
            path.parent.relative_to(site).as_posix(): standing(path)
            for family in ("incidents", "maintenance")
            for path in site.glob(f"{family}/*/index.html")
        },
        items=items(site),
        calendar={
            str(event["uid"]).partition("@")[0]: f"{event['sequence']} {event['status']}"
            for event in Calendar.from_ical((site / "calendar.ics").read_bytes()).events
        },
    )


def standing(path: Path) -> str:
    """The title of an event and how it stands, as somebody reads them who has no script."""
    page = html.parse(path)
    found = page.xpath("//p[@class='standing']/span[not(@hidden)]")
    return f"{words(page.xpath('//h1')[0])}: {', '.join(words(state) for state in found)}"


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def items(site: Path) -> dict[str, Entry]:
    """By event and update; the feeds of all forms have the same."""
    forms = [
        {entry.id.partition(":en/")[2]: entry for entry in entries(name, path.read_bytes())}
        for name in ("feed.json", "feed.xml", "feed.atom")
        for path in [site / name]
    ]
    assert forms[0].keys() == forms[1].keys() == forms[2].keys()
    return forms[0]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """What came of each step of the story."""
    folder = tmp_path_factory.mktemp("year") / "acme"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
            patch.setenv(name, os.devnull)
        started = CliRunner().invoke(app, [*INIT, str(folder), "--now", "2026-01-05T14:00Z"])
        assert started.exit_code == 0, started.output
        patch.chdir(folder)
        for sample in folder.glob("content/*/2026/*-example.yaml"):
            sample.unlink()
        operator = Operator(folder)
        operator.git(STORY[0].at, "init", "--quiet")
        operator.git(STORY[0].at, "add", "--all")
        operator.git(STORY[0].at, "commit", "--quiet", "--message", "A new site")
        return [operator.live(step) for step in STORY]


INIT = shlex.split(
    "init --name 'Acme Status' --organization Acme --timezone America/New_York --languages en"
)


@pytest.mark.parametrize(
    "number", range(len(STORY)), ids=[f"{step.at}, {step.happens}" for step in STORY]
)
def test_what_each_step_shows(year: list[Seen], number: int) -> None:
    step, seen = STORY[number], year[number]
    assert step.said in seen.said
    assert what_came_of(seen) == {
        "exit": step.exit,
        "refused": step.refused,
        "findings": step.findings,
        "home": step.home,
        "service": step.service,
        "api": step.api,
        "pages": step.pages,
        "new": step.new,
        "changed": step.changed,
        "gone": step.gone,
        "calendar": step.calendar,
    }


def what_came_of(seen: Seen) -> dict[str, object]:
    before, now = seen.before, seen.shown
    kept = before.items.keys() & now.items.keys()
    return {
        "exit": seen.exit,
        "refused": seen.refused,
        "findings": seen.findings,
        "home": now.home,
        "service": now.service,
        "api": other(before.api, now.api),
        "pages": other(before.pages, now.pages),
        "new": now.items.keys() - before.items.keys(),
        "changed": {id for id in kept if before.items[id] != now.items[id]},
        "gone": before.items.keys() - now.items.keys(),
        "calendar": other(before.calendar, now.calendar),
    }


def other(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """What is not as it was, and what is gone."""
    both = before.keys() | now.keys()
    return {key: now.get(key, GONE) for key in both if before.get(key) != now.get(key)}
