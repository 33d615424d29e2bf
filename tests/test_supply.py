"""What the program is made of: pinned, listed, and built the same every time."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PINNED = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", LOCK, re.MULTILINE)


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bill", ROOT / ".ci" / "bill.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def printed(**environment: str) -> bytes:
    command = [sys.executable, str(ROOT / ".ci" / "bill.py")]
    given = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, check=True, capture_output=True, env=given).stdout


def test_everything_is_pinned_by_hash() -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", LOCK.partition("make lock\n")[2])
    assert len(entries) == len(PINNED) > 40
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert makefile.count("--require-hashes") == makefile.count("--requirement ") == 2


def test_the_bill_lists_all_that_is_pinned_and_what_of_it_runs() -> None:
    made = json.loads(printed())
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert [(found["name"], found["version"]) for found in made["components"]] == PINNED
    references = [found["bom-ref"] for found in made["components"]]
    assert len(set(references)) == len(references)
    hashes = [p["value"] for c in made["components"] for p in c["properties"]
              if p["name"] == "statusgen:sha256"]  # fmt: skip
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", LOCK))
    scopes = {found["name"]: found["scope"] for found in made["components"]}
    required = {name for name, scope in scopes.items() if scope == "required"}
    assert required >= {"click", "pyyaml", "pydantic-core", "httpcore"}
    assert {scopes[name] for name in ("pytest", "mypy", "playwright")} == {"excluded"}
    runs = made["dependencies"][0]["dependsOn"]
    assert runs == [f["bom-ref"] for f in made["components"] if f["scope"] == "required"]


def test_the_bill_is_the_same_every_time() -> None:
    assert printed(PYTHONHASHSEED="1", TZ="Asia/Tokyo") == printed(PYTHONHASHSEED="2", TZ="UTC")


@pytest.mark.parametrize("line", ["click>=8", "click==8.1", "click @ https://x.example/a.whl"])
def test_a_line_that_pins_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="pins no version"):
        script().bill(f"{line}\n", "1", frozenset())


def test_the_wheel_is_the_same_every_time(tmp_path: Path) -> None:
    """Whatever the folder, the time of its files, the mode that files get, and the time zone."""
    wheels = []
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        checkout = tmp_path / f"checkout-{number}"
        checkout.mkdir()
        for name in ("statusgen", "themes"):
            shutil.copytree(
                ROOT / name,
                checkout / name,
                copy_function=shutil.copyfile,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(ROOT / name, checkout / name)
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(number)}
        environment["SOURCE_DATE_EPOCH"] = "1795521600"
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
        subprocess.run(
            command, cwd=checkout, check=True, capture_output=True, env=environment,
            umask=(0o022, 0o077)[number],
        )  # fmt: skip
        wheels += [path.read_bytes() for path in (checkout / "dist").glob("*.whl")]
    assert len(wheels) == 2
    assert wheels[0] == wheels[1]
