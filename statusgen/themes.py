"""A theme is a folder: templates, and the assets that pages load.

It has the templates of ``PAGES`` (more for its own use as it likes) and a folder
``assets/``. A site lays files of its own over a theme by placing them in
``themes/<name>/`` beside its content folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGES = ("home.html", "event.html", "list.html", "sla.html", "report.html", "page.html")


@dataclass(frozen=True, slots=True)
class Theme:
    """``templates`` by file name; ``assets`` by path below ``assets/``."""

    name: str
    templates: Mapping[str, str]
    assets: Mapping[str, bytes]

    @property
    def missing(self) -> list[str]:
        """The pages that it has no template for."""
        return [page for page in PAGES if page not in self.templates]


class BrokenTheme(Exception):
    """A template that cannot be used: its file, line and what is wrong."""

    def __init__(self, template: str, line: int, message: str) -> None:
        super().__init__(message)
        self.template, self.line, self.message = template, line, message


def load(site_folder: Path) -> dict[str, Theme]:
    """Every theme by its name: those that come along, and the site's own laid over them.

    ``site_folder`` is the folder that holds the content folder.
    """
    themes: dict[str, Theme] = {}
    for folder in (_shipped(), site_folder / "themes"):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_dir() and not path.name.startswith("."):
                below = themes.get(path.name, Theme(path.name, {}, {}))
                themes[path.name] = _laid_over(below, path)
    return themes


def _shipped() -> Path:
    package = Path(__file__).parent
    # In a wheel themes lie in the package, in a checkout beside it.
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def _laid_over(below: Theme, folder: Path) -> Theme:
    templates = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}
    assets = {
        path.relative_to(folder / "assets").as_posix(): path.read_bytes()
        for path in sorted((folder / "assets").rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    return Theme(below.name, {**below.templates, **templates}, {**below.assets, **assets})


class Renderer:
    """Fills the templates of one theme; everything placed in them is escaped."""

    def __init__(self, theme: Theme) -> None:
        from jinja2 import DictLoader, Environment, StrictUndefined

        self.environment = Environment(
            autoescape=True,
            undefined=StrictUndefined,
            loader=DictLoader(theme.templates),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def __call__(self, template: str, values: Mapping[str, Any]) -> str:
        """The page; raises BrokenTheme for a mistake in a template."""
        from jinja2 import TemplateError, TemplateSyntaxError

        try:
            return self.environment.get_template(template).render(values)
        except TemplateSyntaxError as error:
            name = error.name or template
            raise BrokenTheme(name, error.lineno, str(error.message)) from error
        except TemplateError as error:
            raise BrokenTheme(template, _line_in(error, template), str(error)) from error


def _line_in(error: Exception, template: str) -> int:
    """The line of the template that raised, where the traceback tells."""
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename in (template, "<template>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
