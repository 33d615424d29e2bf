"""Print the software bill of materials, in CycloneDX 1.6, of what a release is made of.

It lists what requirements.lock pins, each by its version and hashes; what only builds and tests
is `excluded`, as that standard calls it. Run it with the Python of .venv, which knows what needs
what. There is no time and no random number in it: the same lock gives the same bytes.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

from statusgen import __version__

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+?))?\s*\\$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(lock: str, version: str, needed: frozenset[str]) -> dict[str, Any]:
    """The bill of a version that runs with what is `needed`.

    Raises ValueError for a line of the lock that pins nothing.
    """
    components = [_component(entry, needed) for entry in _entries(lock)]
    itself = {
        "type": "application",
        "bom-ref": "statusgen",
        "name": "statusgen",
        "version": version,
        "purl": f"pkg:pypi/statusgen@{version}",
        "licenses": [{"license": {"id": "MIT"}}],
    }
    uses = [found["bom-ref"] for found in components if found["scope"] != "excluded"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": itself},
        "components": components,
        "dependencies": [{"ref": "statusgen", "dependsOn": uses}],
    }


def needed_by(dependencies: Iterable[str]) -> frozenset[str]:
    """The names of what these need to run, and of what that needs in turn."""
    found: set[str] = set()
    waiting = [_name(dependency) for dependency in dependencies]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [_name(further) for further in _requires(name) if "extra ==" not in further]
    return frozenset(found)


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # for another system than this one
        return []


def _name(dependency: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", dependency)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""


def _entries(lock: str) -> list[str]:
    lines = [line for line in lock.splitlines() if line.strip() and not line.startswith("#")]
    entries: list[str] = []
    for line in lines:
        if line.startswith((" ", "\t")) and entries:
            entries[-1] += f"\n{line}"
        else:
            entries.append(line)
    return entries


def _component(entry: str, needed: frozenset[str]) -> dict[str, Any]:
    pin, hashes = _PIN.match(entry), _HASH.findall(entry)
    if pin is None or not hashes:
        raise ValueError(f"this pins no version by its hash: {entry.splitlines()[0]}")
    name, version, marker = pin.groups()
    purl = f"pkg:pypi/{_name(name)}@{version}"
    where = [{"name": "statusgen:where", "value": marker}] if marker else []
    hashed = [{"name": "statusgen:sha256", "value": digest} for digest in sorted(hashes)]
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "scope": "required" if _name(name) in needed else "excluded",
        "properties": [*where, *hashed],
    }


def main() -> None:
    """Print the bill of this checkout."""
    root = Path(__file__).resolve().parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    needed = needed_by(project["dependencies"])
    lock = (root / "requirements.lock").read_text("utf-8")
    print(json.dumps(bill(lock, __version__, needed), indent=2, sort_keys=True))


if __name__ == "__main__":
    main()
