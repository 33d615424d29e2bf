"""What keeps the package easy to find one's way in: who may import, read the clock and write.

Each rule is a function from a module to the breaches in it, tried first on a source that breaks
it and then on the package. `python -m tests.unit.test_architecture` prints the shape.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# High to low. A module imports what stands on a lower line, or lies in its own folder.
LAYERS = (
    ("cli",),
    ("preview",),
    ("build",),
    ("making",),
    (
        *("publish", "cache", "parts", "monitor", "notify", "importers"),
        *("revisions", "watch", "starter"),
    ),
    ("delivery",),
    ("themes", "outputs"),
    ("views", "keys"),
    ("markup", "i18n"),
    ("content", "policy", "history"),
    ("model",),
    ("civil", "json_file", "publishing", "glance"),
    ("disk",),
    (
        *("findings", "clock", "intervals", "artifact", "progress"),
        *("digests", "store", "forked", "fragments", "templates", "dialect", "cldr"),
    ),
)
HEIGHT = {name: -row for row, names in enumerate(LAYERS) for name in names}

READS_CLOCK = {"statusgen.clock"}
CLOCK = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}

# The publisher, the maker of new sites, what saves content, what must outlast a crash, and the
# summary of a step that GitHub asks to be appended to.
WRITES_FILES = {
    *("statusgen.publish", "statusgen.publishing.beside", "statusgen.publishing.staging"),
    *("statusgen.publishing.swap", "statusgen.starter.folder"),
    *("statusgen.content.saving", "statusgen.cache", "statusgen.delivery.state"),
    *("statusgen.cli.report", "statusgen.monitor.log"),
}
WRITERS = {
    *(f"os.{name}" for name in ("chmod", "link", "makedirs", "mkdir", "mkfifo")),
    *(f"os.{name}" for name in ("remove", "removedirs", "rename", "renames", "replace", "rmdir")),
    *(f"os.{name}" for name in ("symlink", "truncate", "unlink", "utime")),
    *(f"os.{name}" for name in ("O_APPEND", "O_CREAT", "O_RDWR", "O_TRUNC", "O_WRONLY")),
    *(f"shutil.{name}" for name in ("copy", "copy2", "copyfile", "copytree", "move", "rmtree")),
    *(f"tempfile.{name}" for name in ("NamedTemporaryFile", "SpooledTemporaryFile")),
    *(f"tempfile.{name}" for name in ("TemporaryDirectory", "TemporaryFile", "mkdtemp", "mkstemp")),
}
WRITING_METHODS = {
    *("hardlink_to", "mkdir", "rename", "rmdir", "symlink_to", "touch", "unlink"),
    *("write_bytes", "write_text"),
}

LONGEST_FUNCTION = 60
LONGEST_MODULE = 500

# `statusgen --version` starts without any of these.
HEAVY = {
    *("babel", "dateutil", "feedgen", "holidays", "httpx", "icalendar", "jinja2", "lxml"),
    *("markdown", "nh3", "pydantic", "watchdog", "yaml"),
}


@dataclass(frozen=True)
class Module:
    """One source file, by its dotted name."""

    name: str
    source: str
    is_package: bool = False

    @property
    def tree(self) -> ast.Module:
        return parsed(self.source)

    @property
    def package(self) -> str:
        return self.name if self.is_package else self.name.rpartition(".")[0]


@cache
def parsed(source: str) -> ast.Module:
    return ast.parse(source)


@cache
def package() -> dict[str, Module]:
    modules = {}
    for path in sorted((ROOT / "statusgen").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        modules[name] = Module(name, path.read_text(encoding="utf-8"), is_package)
    return modules


# Imports


def imported(module: Module, known: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that a module imports, wherever in it the import stands.

    `from package import name` is the module `package.name` where that is known, else `package`.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = import_base(module, node)
            for alias in node.names:
                name = f"{base}.{alias.name}"
                yield node.lineno, name if name in known else base


def import_base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    above = module.package.split(".")[: 1 - node.level or None]
    return ".".join([*above, *filter(None, [node.module])])


def top(name: str) -> str:
    """The file or folder that a module lies in: `model` of `statusgen.model.site`."""
    return ".".join(name.split(".")[1:2])


def import_breaches(module: Module, known: Iterable[str]) -> list[str]:
    here = top(module.name)
    if here in ("", "__main__"):
        return []
    if here not in HEIGHT:
        return [f"{module.name}: `{here}` has no layer in this test"]
    breaches = []
    for line, name in imported(module, known):
        there = top(name) if name.split(".")[0] == "statusgen" else ""
        if there and there != here and not HEIGHT.get(there, 0) < HEIGHT[here]:
            breaches.append(f"{module.name}:{line} imports {name}, which is not beneath it")
    return breaches


def import_cycle(modules: Mapping[str, Module]) -> list[str]:
    """The names around one cycle of imports, or nothing."""
    graph = {
        module.name: {name for _, name in imported(module, modules)} & modules.keys()
        for module in modules.values()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize(
    ("name", "source", "breach"),
    [
        ("statusgen.model", "from statusgen.content import read", "statusgen.content"),
        ("statusgen.model.site", "import statusgen.views.home", "statusgen.views.home"),
        ("statusgen.policy.rules", "import statusgen.history", "statusgen.history"),
        ("statusgen.findings", "from statusgen import intervals", "statusgen.intervals"),
        ("statusgen.model", "def read():\n    import statusgen.build", "statusgen.build"),
        ("statusgen.model", "if TYPE_CHECKING:\n    import statusgen.cli", "statusgen.cli"),
        ("statusgen.model.site", "from ..content import reader", "statusgen.content"),
        ("statusgen.model.site", "from .. import build", "statusgen.build"),
        ("statusgen.model", "import statusgen.helpers", "statusgen.helpers"),
        ("statusgen.helpers", "", "no layer"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_a_breach(
    name: str, source: str, breach: str
) -> None:
    known = {"statusgen.intervals", "statusgen.build"}
    assert [breach in found for found in import_breaches(Module(name, source), known)] == [True]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("statusgen.cli.build", "from statusgen.build import build"),
        ("statusgen.cli.build", "from statusgen.cli import messages"),
        ("statusgen.model.site", "from .agreement import Agreement"),
        ("statusgen.outputs.rss", "from statusgen import __version__"),
        ("statusgen.outputs.rss", "import feedgen"),
        ("statusgen.__main__", "from statusgen.cli import main"),
    ],
)
def test_an_import_of_what_lies_beneath_or_beside_is_none(name: str, source: str) -> None:
    assert import_breaches(Module(name, source), {"statusgen.build", "statusgen.cli"}) == []


def test_a_cycle_of_imports_is_found() -> None:
    sources = {
        "statusgen.a": "from statusgen import b",
        "statusgen.b": "def later():\n    from statusgen.c import thing",
        "statusgen.c": "import statusgen.a",
        "statusgen.d": "import statusgen.a",
    }
    cycle = import_cycle({name: Module(name, source) for name, source in sources.items()})
    assert set(cycle) == {"statusgen.a", "statusgen.b", "statusgen.c"}


def test_imports_go_one_way() -> None:
    modules = package()
    assert [breach for m in modules.values() for breach in import_breaches(m, modules)] == []


def test_no_imports_go_round() -> None:
    assert import_cycle(package()) == []


# Clock and disk


def names_used(module: Module) -> Iterator[tuple[ast.expr, str]]:
    """Each name or dotted name in a module, with its imported head written out in full."""
    origin = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                head = alias.name.split(".")[0]
                origin[alias.asname or head] = alias.name if alias.asname else head
        elif isinstance(node, ast.ImportFrom):
            base = import_base(module, node)
            origin |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            head, dot, rest = ast.unparse(node).partition(".")
            if head in origin:
                yield node, f"{origin[head]}{dot}{rest}"


def clock_breaches(module: Module) -> list[str]:
    return [
        f"{module.name}:{node.lineno} reads the clock: {name}"
        for node, name in names_used(module)
        if name in CLOCK and module.name not in READS_CLOCK
    ]


def write_breaches(module: Module) -> list[str]:
    if module.name in WRITES_FILES:
        return []
    found = [(node.lineno, name) for node, name in names_used(module) if name in WRITERS]
    found += [
        (node.lineno, ast.unparse(node.func))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and (opens_to_write(node) or calls_a_writing_method(node))
    ]
    return [f"{module.name}:{line} writes files: {what}" for line, what in sorted(set(found))]


def opens_to_write(call: ast.Call) -> bool:
    """Whether this is `open(path, mode)` or `path.open(mode)` with a mode that may write."""
    if isinstance(call.func, ast.Name) and call.func.id == "open":
        positional = call.args[1:2]
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "open":
        positional = call.args[:2]
    else:
        return False
    modes = [*positional, *(word.value for word in call.keywords if word.arg == "mode")]
    return any(may_write(mode) for mode in modes)


def may_write(mode: ast.expr) -> bool:
    text = mode.value if isinstance(mode, ast.Constant) else None
    return isinstance(text, str) and set(text) <= set("rwxabt+") and bool(set(text) & set("wxa+"))


def calls_a_writing_method(call: ast.Call) -> bool:
    """Whether a method is called that only paths have.

    `replace` with one argument is a path's: text takes two, a date or a dataclass takes words.
    """
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "replace":
        return len(call.args) == 1 and not call.keywords
    return call.func.attr in WRITING_METHODS


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now(UTC)",
        "from datetime import datetime as moment\nfield(default_factory=moment.now)",
        "import datetime as dt\ndt.datetime.utcnow()",
        "import datetime\ndatetime.date.today()",
        "def f():\n    import time\n    return time.time()",
        "from time import time\ntime()",
    ],
)
def test_reading_the_clock_is_a_breach(source: str) -> None:
    assert len(clock_breaches(Module("statusgen.build", source))) == 1
    assert clock_breaches(Module("statusgen.clock", source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "path.write_text('x')",
        "path.replace(other)",
        "path.open('w')",
        "open(path, 'ab')",
        "open(path, mode='r+')",
        "import os\nos.replace(a, b)",
        "import os\nos.open(path, os.O_RDONLY | os.O_CREAT)",
        "from shutil import rmtree\nrmtree(path)",
        "import tempfile\ntempfile.mkdtemp()",
    ],
)
def test_writing_a_file_is_a_breach(source: str) -> None:
    assert len(write_breaches(Module("statusgen.build", source))) == 1
    assert write_breaches(Module("statusgen.publish", source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.monotonic()",
        "from datetime import datetime\ndatetime.fromisoformat(text)",
        "import os\nos.open(path, os.O_RDONLY | os.O_NOFOLLOW)",
        "open('wax')",
        "path.open('rb')",
        "text.replace('a', 'b')",
        "moment.replace(tzinfo=None)",
        "import dataclasses\ndataclasses.replace(plan, start=start)",
    ],
)
def test_reading_a_file_or_measuring_time_is_none(source: str) -> None:
    module = Module("statusgen.build", source)
    assert clock_breaches(module) + write_breaches(module) == []


def test_one_module_reads_the_clock() -> None:
    assert [breach for module in package().values() for breach in clock_breaches(module)] == []


def test_one_module_writes_files() -> None:
    assert [breach for module in package().values() for breach in write_breaches(module)] == []


# Size


def functions(module: Module) -> Iterator[tuple[int, str]]:
    """Length in lines and place of each function."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield length, f"{module.name}:{node.lineno} {node.name}"


def length(module: Module) -> int:
    return len(module.source.splitlines())


def size_breaches(module: Module) -> list[str]:
    breaches = [
        f"{place} has {lines} lines"
        for lines, place in functions(module)
        if lines > LONGEST_FUNCTION
    ]
    if length(module) > LONGEST_MODULE:
        breaches.append(f"{module.name} has {length(module)} lines")
    return breaches


def test_a_function_or_module_that_is_too_long_is_a_breach() -> None:
    body = "    pass\n"
    fits = Module("statusgen.build", "def f():\n" + body * (LONGEST_FUNCTION - 1))
    long = Module("statusgen.build", "async def f():\n" + body * LONGEST_FUNCTION)
    assert size_breaches(fits) == []
    assert size_breaches(long) == [f"statusgen.build:1 f has {LONGEST_FUNCTION + 1} lines"]

    fits = Module("statusgen.build", "pass\n" * LONGEST_MODULE)
    long = Module("statusgen.build", "pass\n" * (LONGEST_MODULE + 1))
    assert size_breaches(fits) == []
    assert size_breaches(long) == [f"statusgen.build has {LONGEST_MODULE + 1} lines"]


def test_functions_and_modules_are_short() -> None:
    assert [breach for module in package().values() for breach in size_breaches(module)] == []


# Start


def heavy_after(code: str) -> set[str]:
    """The heavy libraries that are loaded after a program has run in a bare interpreter."""
    report = "print(*sys.modules, sep='\\n', file=sys.stderr)"
    program = f"import sys\ntry:\n    {code}\nfinally:\n    {report}"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return HEAVY & set(ran.stderr.splitlines())


def test_a_heavy_import_is_found() -> None:
    assert heavy_after("import json") == set()
    assert heavy_after("import yaml") == {"yaml"}


@pytest.mark.skipif("statusgen.cli" not in package(), reason="there is no command line yet")
def test_the_version_is_told_without_heavy_imports() -> None:
    run = "sys.argv = ['statusgen', '--version']; from statusgen.cli import main; main()"
    assert heavy_after(run) == set()


@pytest.mark.parametrize("command", ["check", "agenda", "sla"])
def test_files_that_were_read_before_are_read_without_heavy_imports(
    command: str, tmp_path: Path
) -> None:
    """Not even the documents are set up, which takes longer than all else."""
    cache = f"import os; os.environ['STATUSGEN_CACHE'] = {str(tmp_path)!r}"
    words = f"sys.argv = ['statusgen', {command!r}, 'content', '--now', '2026-11-24T12:00Z']"
    run = f"{cache}; {words}; from statusgen.cli.app import app; app()"
    assert "pydantic" in heavy_after(run)
    assert "pydantic" not in heavy_after(run)


def shape() -> str:
    modules = package().values()
    longest = max(modules, key=length)
    lines, place = max(found for module in modules for found in functions(module))
    cycle = " > ".join(import_cycle(package())) or "none"
    return (
        f"{len(modules)} modules; longest {longest.name}, {length(longest)} lines; "
        f"longest function {place}, {lines} lines; import cycles: {cycle}"
    )


if __name__ == "__main__":
    print(shape())
