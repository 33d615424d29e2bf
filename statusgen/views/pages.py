"""Further pages: Markdown of the site, and "not found"."""

from __future__ import annotations

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from statusgen import markup
from statusgen.model.content import Content, Page
from statusgen.model.text import Text
from statusgen.views.viewpoint import Prose, Viewpoint

SUPPORT = "support"
"""The page of that name becomes part of the site's own page of support."""


class PageView(Struct, frozen=True):
    """A page of text."""

    slug: str
    path: str
    title: str
    prose: Prose


def page_views(view: Viewpoint) -> tuple[PageView, ...]:
    """Every page, by its slug."""
    return tuple(_page(view, page) for page in _in_language(view.content, view.language.tag))


def not_found(view: Viewpoint) -> PageView:
    """What is shown where there is no page."""
    language = view.language
    text = language.text("This page is not here. It may have been moved or never have been.")
    prose = view.prose(Text(((language.tag, text),)))
    assert prose
    return PageView("", f"{view.prefix}404.html", language.text("Not found"), prose)


def _in_language(content: Content, tag: str) -> list[Page]:
    """Each page in this language, or in the first one that has it."""
    slugs = dict.fromkeys(page.slug for page in content.pages)
    found: list[Page] = []
    for slug in slugs:
        versions = {page.language: page for page in content.pages if page.slug == slug}
        first = next(versions[t] for t in content.site.languages if t in versions)
        found.append(versions.get(tag, first))
    return found


def _page(view: Viewpoint, page: Page) -> PageView:
    prose = view.prose(Text(((page.language, page.text),)))
    assert prose
    prose = replace(prose, html=Markup(markup.raised(prose.html)))
    return PageView(page.slug, f"{view.prefix}{page.slug}/", page.title, prose)
