"""Print how long things take, each beside a plain loop over the same files.

``python -m tests.benchmarks 1000 10000 100000`` says for which numbers of events. Processor time
stands beside the time that went by: on a machine that others use too it says more.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from statusgen.content.measurements import (
    Month,
    day_of_file,
    fold,
    joined,
    month_bytes,
    series,
)
from tests.benchmarks.corpus import corpus
from tests.benchmarks.measurements import a_month

NOW = "2026-01-05T12:00:00Z"
LATER = "2026-01-05T12:05:00Z"
STATUSGEN = [sys.executable, "-m", "statusgen"]
UPDATE = """\
  - at: 2026-01-05T11:50Z
    status: resolved
    text: {nl: Nog een woord., en: One more word.}
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds that went by, seconds of processor, and MiB at its peak."""

    seconds: float
    processor: float
    memory: float


def main() -> None:
    """Start-up, check and builds, for growing numbers of events."""
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000]
    bare = _median(lambda: _run([sys.executable, "-c", "pass"]), 9)
    version = _median(lambda: _run([*STATUSGEN, "--version"]), 9)
    print(f"start of a bare interpreter       {bare * 1000:7.0f} ms")
    print(
        f"statusgen --version               {version * 1000:7.0f} ms  {version / bare:5.2f} x bare"
    )
    _measure_measurements(20)
    before: dict[str, float] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            before = _measure(size, Path(folder), before)


def _measure(size: int, folder: Path, before: dict[str, float]) -> dict[str, float]:
    """Print the rows of a size; gives the processor time of each per event."""
    files = corpus(size)
    _write(files, folder / "content")
    title = f"{size:,} events"
    print(f"\n{title:38} {'seconds':>10} {'x loop':>10} {'CPU s':>8} {'x loop':>8}", end="")
    print(f" {'MiB':>9}", "   CPU per event, x the size before" if before else "")
    loop = _run([sys.executable, "-c", _LOOP, str(folder / "content")])
    per_event: dict[str, float] = {}

    def row(what: str, cost: Cost) -> None:
        per_event[what] = cost.processor / size
        growth = f"{per_event[what] / before[what]:8.2f}" if what in before else ""
        print(
            f"  {what:36} {cost.seconds:10.2f} {cost.seconds / loop.seconds:10.2f}"
            f" {cost.processor:8.2f} {cost.processor / loop.processor:8.2f}"
            f" {cost.memory:9.0f} {growth}",
            flush=True,
        )

    row("plain loop: YAML, Markdown, Jinja", loop)
    row("check, first", _statusgen("check", folder))
    row("check, again", _statusgen("check", folder))
    row("sla, a year of it", _statusgen("sla", folder, "--year", "2025"))
    row("build, first", _statusgen("build", folder))
    row("build, nothing changed", _statusgen("build", folder))
    _add_update(files, folder / "content", 1)
    # Publishing begins to keep the site before, to make the next one of.
    row("build, first update added", _statusgen("build", folder))
    _add_update(files, folder / "content", 2)
    row("build, one update added", _statusgen("build", folder))
    row("build, five minutes later", _statusgen("build", folder, now=LATER))
    _print_size(folder / "public")
    return per_event


def _measure_measurements(components: int) -> None:
    """Print how long a month of a round a minute takes to read, from lines and added up."""
    files = a_month(components)
    fresh = timedelta(minutes=10)
    start = time.perf_counter()
    sums = joined((fold(data, fresh) for data in files.values()), fresh)
    lines = time.perf_counter() - start
    days = frozenset(named[1] for path in files if (named := day_of_file(path)))
    added_up = month_bytes(Month(days, sums))
    start = time.perf_counter()
    series({"main/2026-11.json": added_up}, fresh)
    month = time.perf_counter() - start
    size = sum(map(len, files.values())) / 1024 / 1024
    print(
        f"a month of {components} components       {lines * 1000:7.0f} ms of lines, {size:.1f} MiB"
    )
    print(
        f"the same, added up               {month * 1000:7.0f} ms, {len(added_up) / 1024:.0f} KiB"
    )


def _add_update(files: dict[str, bytes], folder: Path, number: int) -> None:
    """One more word, on one of the newest incidents."""
    name = sorted(name for name in files if name.startswith("incidents/"))[-number]
    (folder / name).write_bytes(files[name] + UPDATE.encode())


def _print_size(output: Path) -> None:
    files = [path for path in output.rglob("*") if path.is_file()]
    total = sum(path.stat().st_size for path in files) / 1024 / 1024
    print(f"  {'output':36} {total:10.1f} MiB in {len(files):,} files")


def _statusgen(command: str, folder: Path, *options: str, now: str = NOW) -> Cost:
    output = ["--output", str(folder / "public")] if command == "build" else []
    words = [command, str(folder / "content"), "--now", now, *output, *options]
    return _run([*STATUSGEN, *words], {"STATUSGEN_CACHE": str(folder / "cache")})


# What anyone would write first, in one process of its own.
_LOOP = """
import pathlib, sys, tempfile
import jinja2, markdown, yaml
page = jinja2.Environment(autoescape=True).from_string(
    "<!doctype html><title>{{ e.title.nl }}</title><h1>{{ e.title.nl }}</h1>"
    "{% for text in texts %}<section>{{ text | safe }}</section>{% endfor %}")
convert = markdown.Markdown()
with tempfile.TemporaryDirectory() as out:
    for number, path in enumerate(sorted(pathlib.Path(sys.argv[1]).glob("*/*/*.yaml"))):
        event = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
        updates = event.get("updates") or [event]
        texts = [convert.reset().convert(u["text"][tag]) for u in updates for tag in ("nl", "en")]
        pathlib.Path(out, f"{number}.html").write_text(page.render(e=event, texts=texts))
"""


def _median(work: Callable[[], Cost], times: int) -> float:
    return median(work().seconds for _ in range(times))


def _run(command: Sequence[str], variables: dict[str, str] | None = None) -> Cost:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(variables or {})}
    # As installed: compiled once, and not anew for each run.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        said.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(command[:4])} ended badly: {said.read().decode()[-2000:]}")
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _write(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
