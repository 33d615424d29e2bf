"""A theme is a folder: templates, and the assets that pages load.

It has the templates of ``PAGES`` (more for its own use as it likes) and a folder
``assets/``. A site lays files of its own over a theme by placing them in
``themes/<name>/`` beside its content folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from statusgen.artifact import Artifact
from statusgen.store import Store

if TYPE_CHECKING:
    from jinja2 import BytecodeCache
    from jinja2.bccache import Bucket

PAGES = (
    *("home.html", "event.html", "list.html", "sla.html", "report.html", "page.html"),
    "search.html",
)


class Theme(Struct, frozen=True):
    """``templates`` by file name, ``assets`` by path below ``assets/``.

    ``own`` are the templates that the site laid over it, ``refused`` the files that
    cannot be used: (path in the theme, why).
    """

    name: str
    templates: Mapping[str, str]
    assets: Mapping[str, bytes]
    own: frozenset[str] = frozenset()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def missing(self) -> list[str]:
        """The pages that it has no template for."""
        return [page for page in PAGES if page not in self.templates]

    def parts(self) -> Iterator[bytes]:
        """Every name and content in it: two themes of the same parts make the same pages."""
        yield self.name.encode()
        for name, text in sorted(self.templates.items()):
            yield from (name.encode(), text.encode())
        for name, content in sorted(self.assets.items()):
            yield from (name.encode(), content)
        yield from (name.encode() for name in sorted(self.own))
        yield repr(self.refused).encode()


class BrokenTheme(Exception):
    """A template that cannot be used: its file, line and what is wrong."""

    def __init__(self, template: str, line: int, message: str) -> None:
        # All of it, or it could not be told by the process that met it.
        super().__init__(template, line, message)
        self.template, self.line, self.message = template, line, message

    def __str__(self) -> str:
        return self.message


def load(site_folder: Path) -> dict[str, Theme]:
    """Every theme by its name: those that come along, and the site's own laid over them.

    ``site_folder`` is the folder that holds the content folder. A template of the site can
    extend the one that it is laid over by its longer name: ``default/home.html``.
    """
    shipped, own = _shipped(), site_folder / "themes"
    scripts = _scripts()
    themes = {
        path.name: _laid_over(Theme(path.name, {}, scripts), path) for path in _folders(shipped)
    }
    # In a checkout of statusgen itself the two are one.
    for path in _folders(own) if own.resolve() != shipped.resolve() else ():
        below = themes.get(path.name, Theme(path.name, {}, scripts))
        if not path.resolve().is_relative_to(site_folder.resolve() / "themes"):
            themes[path.name] = replace(below, refused=((".", "it is a link to elsewhere"),))
            continue
        theme = _laid_over(below, path)
        written = frozenset(name.name for name in path.glob("*.html"))
        themes[path.name] = replace(theme, own=written & theme.templates.keys())
    return themes


def folders(site_folder: Path) -> list[Path]:
    """Where themes are looked for, beside the program itself."""
    return [_shipped(), site_folder / "themes"]


def _scripts() -> dict[str, bytes]:
    """What keeps pages right while they are read: among the assets of every theme."""
    folder = Path(__file__).parent / "scripts"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.js"))}


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return [p for p in sorted(parent.iterdir()) if p.is_dir() and not p.name.startswith(".")]


def _shipped() -> Path:
    package = Path(__file__).parent
    # In a wheel themes lie in the package, in a checkout beside it.
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def _laid_over(below: Theme, folder: Path) -> Theme:
    templates: dict[str, str] = {}
    assets: dict[str, bytes] = {}
    refused: list[tuple[str, str]] = []
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_template = "/" not in name and name.endswith(".html")
        if path.is_dir() or not (is_template or name.startswith("assets/")) or "/." in f"/{name}":
            continue
        try:
            if not path.is_file() or not path.resolve().is_relative_to(root):
                raise ValueError("it is no plain file of the theme")
            if is_template:
                templates[name] = path.read_text("utf-8")
            else:
                assets[name.removeprefix("assets/")] = Artifact(name, path.read_bytes()).content
        except ValueError as error:
            refused.append((name, str(error)))
    return Theme(
        name=below.name,
        templates={**below.templates, **_by_longer_name(below), **templates},
        assets={**below.assets, **assets},
        refused=tuple(refused),
    )


def _by_longer_name(theme: Theme) -> dict[str, str]:
    return {f"{theme.name}/{name}": text for name, text in theme.templates.items()}


_compiled: dict[str, bytes] = {}
"""What was compiled in this process, by its text: a preview fills the same templates again and
again, and compiling them takes as long as filling them."""


def _bytecode(store: Store | None, key: str) -> BytecodeCache:
    """Templates as they were compiled, in this process or before by a program of that key."""
    from jinja2 import BytecodeCache

    class Compiled(BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            # It says itself of which version of Python and Jinja it is.
            found = _compiled.get(bucket.key + bucket.checksum)
            if found is None and store:
                found = store.load(f"templates/{bucket.key}", key + bucket.checksum)
            if found:
                bucket.bytecode_from_string(found)

        def dump_bytecode(self, bucket: Bucket) -> None:
            made = _compiled[bucket.key + bucket.checksum] = bucket.bytecode_to_string()
            if store:
                store.keep(f"templates/{bucket.key}", key + bucket.checksum, made)

    return Compiled()


class Renderer:
    """Fills the templates of one theme; everything placed in them is escaped."""

    def __init__(self, theme: Theme, store: Store | None = None, key: str = "") -> None:
        from jinja2 import DictLoader, StrictUndefined

        from statusgen.fragments import Once
        from statusgen.templates import Templates

        self.environment = Templates(
            autoescape=True,
            undefined=StrictUndefined,
            loader=DictLoader(theme.templates),
            auto_reload=False,
            bytecode_cache=_bytecode(store, key),
            extensions=[Once],
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def __call__(self, template: str, values: Mapping[str, Any]) -> str:
        """The page; raises BrokenTheme for a mistake in a template."""
        try:
            return self.environment.get_template(template).render(values)
        except Exception as error:
            # Templates are a site's own code: whatever they raise is told of as theirs.
            raise _broken(template, error) from error

    def mistake_in(self, template: str) -> BrokenTheme | None:
        """What keeps a template from being read at all."""
        try:
            self.environment.get_template(template)
        except Exception as error:
            return _broken(template, error)
        return None


def _broken(template: str, error: Exception) -> BrokenTheme:
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return BrokenTheme(error.name or template, error.lineno, str(error.message))
    if isinstance(error, TemplateNotFound):
        return BrokenTheme(template, _line_in(error), f"there is no template {error.message}")
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return BrokenTheme(template, _line_in(error), said)


def _line_in(error: Exception) -> int:
    """The last line of a template in the traceback."""
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith((".html", "<template>")):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
