"""Print how long things take, each beside a plain loop over the same files."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.corpus import corpus

NOW = "2026-01-05T12:00:00Z"
STATUSGEN = [sys.executable, "-m", "statusgen"]


def main() -> None:
    """Start-up, check and build, for growing numbers of events."""
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000]
    bare = _median(lambda: _run([sys.executable, "-c", "pass"]), 9)
    version = _median(lambda: _run([*STATUSGEN, "--version"]), 9)
    print(f"start of a bare interpreter       {bare * 1000:7.0f} ms")
    print(
        f"statusgen --version               {version * 1000:7.0f} ms  {version / bare:5.2f} x bare"
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _measure(size, Path(folder))


def _measure(size: int, folder: Path) -> None:
    _write(corpus(size), folder / "content")
    print(f"\n{size:,} events")
    loop = _row("plain loop: YAML, Markdown, Jinja", lambda: _plain_loop(folder / "content"), None)
    _row("statusgen check", lambda: _statusgen("check", folder), loop)
    _row("statusgen sla, a year of it", lambda: _statusgen("sla", folder, "--year", "2025"), loop)
    _row("statusgen build, first", lambda: _statusgen("build", folder), loop)
    _row("statusgen build, nothing changed", lambda: _statusgen("build", folder), loop)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    files = [path for path in (folder / "public").rglob("*") if path.is_file()]
    total = sum(path.stat().st_size for path in files) / 1024 / 1024
    print(f"  {'peak memory of any command':34} {peak:7.0f} MiB")
    print(f"  {'output':34} {total:7.1f} MiB in {len(files):,} files")


def _statusgen(command: str, folder: Path, *options: str) -> None:
    output = ["--output", str(folder / "public")] if command == "build" else []
    _run([*STATUSGEN, command, str(folder / "content"), "--now", NOW, *output, *options])


def _plain_loop(folder: Path) -> None:
    """What anyone would write first, in one process of its own."""
    _run([sys.executable, "-c", _LOOP, str(folder)])


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


def _row(what: str, work: Callable[[], None], loop: float | None) -> float:
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    ratio = f"{took / loop:5.2f} x the loop" if loop else ""
    print(f"  {what:34} {took:7.2f} s    {ratio}", flush=True)
    return took


def _median(work: Callable[[], None], times: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return median(once() for _ in range(times))


def _run(command: Sequence[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} ended with {done.returncode}: {done.stderr.decode()}")


def _write(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
