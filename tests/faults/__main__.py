"""Disturb a thousand builds, or as many as is said, and print what came of them."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.faults.rounds import DISK_ROUNDS, ROUNDS, Course, a_small_disk
from tests.faults.scene import Scene


def main() -> None:
    """Ends with an AssertionError at the first site that is broken."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    print(f"{count:,} builds disturbed, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as disk:
        rounds = ROUNDS
        try:
            disk.enter_context(a_small_disk(Path(folder) / "www"))
            rounds += DISK_ROUNDS
        except (subprocess.CalledProcessError, FileNotFoundError):
            print("only root may mount a small disk: no real full and read-only disk")
        course = Course(Scene.set_up(Path(folder)), random.Random(seed))
        for number in range(count):
            course.chance.choice(rounds)(course)
            if sys.stderr.isatty():
                print(f"\r{number + 1:,}", end="", file=sys.stderr, flush=True)
    for outcome, times in sorted(course.told.items()):
        print(f"{times:6,}  {outcome}")
    print(f"{course.told.total():6,}  and no broken site, nothing left behind")


if __name__ == "__main__":
    main()
