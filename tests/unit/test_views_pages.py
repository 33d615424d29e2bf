"""What pages say of a site with little in it, or with more languages: read from the pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from lxml import html

from statusgen import i18n
from tests.sites import NOW, all_themes
from tests.unit.small_site import COMPONENTS, FILES, PLAN, QUIET, SITE, published

ONE = {
    **QUIET,
    "components.yaml": COMPONENTS.replace(", {id: app, name: {nl: Toepassing, en: App}}", ""),
}
NAMES = {
    "Server",
    "Voorbeeld BV",
    "RSS",
    "Atom",
    "JSON Feed",
    "JSON API",
    "Maintnote",
    "Statuspage API",
}
"""What is called the same in each language."""
CANCELLED = PLAN + (
    "updates:\n"
    "  - {at: 2026-11-24 10:00, status: cancelled, text: {nl: Gaat niet door., en: Off.}}\n"
)


def page(site: Mapping[str, bytes], path: str) -> html.HtmlElement:
    return html.fromstring(site[f"{path}index.html"])


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_of_one_component_nothing_is_counted() -> None:
    site = published(ONE)
    (now,) = page(site, "en/").find_class("now")
    assert words(now) == "Everything works normally Server: Operational."


def test_a_component_of_which_nothing_was_told_says_so() -> None:
    (earlier,) = page(published(ONE), "en/components/server/").xpath(
        "//section[@aria-labelledby='earlier']"
    )
    assert words(earlier) == "Earlier Nothing has happened yet. Full history"


@pytest.mark.parametrize("theme", sorted(all_themes()))
def test_work_that_is_called_off_is_said_to_be_and_not_put_in_calendars(theme: str) -> None:
    site = published(
        {
            **FILES,
            "site.yaml": f"{SITE}theme: {theme}\n",
            "maintenance/2026/werk.yaml": CANCELLED,
        }
    )
    for path in ("en/", "en/maintenance/", "en/maintenance/werk/"):
        assert "Cancelled" in words(page(site, path)), path
        assert page(site, path).xpath("//a[@download]") == [], path
    # Calendars that hold it have to hear of it.
    assert b"STATUS:CANCELLED" in site["en/maintenance/werk.ics"]


def test_work_goes_into_calendars_until_it_is_done() -> None:
    ahead, during, after = (
        page(published(now=NOW + timedelta(hours=hours)), "en/maintenance/werk/")
        for hours in (0, 33, 35)
    )
    assert [words(link) for link in ahead.xpath("//a[@download]")] == ["Add to your calendar"]
    assert during.xpath("//a[@download]") != []
    assert after.xpath("//a[@download]") == []


def test_the_home_page_offers_what_people_can_follow_without_a_program_of_their_own() -> None:
    (offered,) = page(published(), "en/").find_class("channels")
    assert [words(link) for link in offered.iter("b")] == ["RSS", "Calendar", "Embed"]


@pytest.mark.parametrize(
    ("off", "explained"),
    [
        ("", ["RSS", "Calendar", "Embed"]),
        ("rss", ["Calendar", "Embed"]),
        ("ics, embed", ["RSS"]),
        ("rss, ics, embed", None),
    ],
)
def test_what_is_switched_off_is_not_explained(off: str, explained: list[str] | None) -> None:
    outputs = ", ".join(f"{name}: false" for name in off.split(", ") if name)
    site = published({**FILES, "site.yaml": f"{SITE}outputs: {{{outputs}}}\n"})
    how = page(site, "en/subscribe/").xpath("//section[@aria-labelledby='how']")
    assert [[words(name) for name in section.iter("strong")] for section in how] == (
        [explained] if explained else []
    )


@pytest.fixture
def third_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A language that is nothing but a catalog: the Dutch one, each of its words marked."""
    for file in Path(str(i18n.CATALOGS)).iterdir():
        shutil.copy(file, tmp_path)
    with (tmp_path / "nl.po").open("rb") as source:
        catalog = read_po(source, locale="nl")
    for message in catalog:
        if message.id and message.context != "pattern":
            said = message.string
            one = isinstance(said, str)
            message.string = f"¤{said}" if one else tuple(f"¤{form}" for form in said or ())
    with (tmp_path / "fr.po").open("wb") as target:
        write_po(target, catalog)
    monkeypatch.setattr(i18n, "CATALOGS", tmp_path)
    monkeypatch.setattr(i18n, "_loaded", {})
    return "fr"


@pytest.mark.parametrize("theme", sorted(all_themes()))
def test_a_third_language_is_a_catalog_and_no_code(third_language: str, theme: str) -> None:
    languages = SITE.replace("[nl, en]", f"[nl, en, {third_language}]")
    site = published({**FILES, "site.yaml": f"{languages}theme: {theme}\n"})
    paths = {path.removeprefix("en/") for path in site if path.startswith("en/")}
    assert {path.removeprefix("fr/") for path in site if path.startswith("fr/")} == paths

    for path in (path for path in paths if path.endswith(".html")):
        english, shown = (html.fromstring(site[f"{prefix}/{path}"]) for prefix in ("en", "fr"))
        assert shown.get("lang") == "fr"
        assert {text for text in said(shown) if text in set(said(english))} <= NAMES, path
    home = page(site, "fr/")
    assert [words(link) for link in home.xpath("//a[@hreflang]")] == ["Nederlands", "English"]
    assert words(home.xpath("//h1/span")[0]) == "¤Server niet beschikbaar"


def said(shown: html.HtmlElement) -> Iterator[str]:
    """All that a reader may see or hear as words of the page's own language."""
    own = "text()[not(ancestor::code or ancestor::*[@lang][not(self::html)])]"
    found = shown.xpath(f"//body//{own} | //@aria-label | //@data-title")
    yield from (
        text for text in (text.strip(" ·\n") for text in found) if any(map(str.isalpha, text))
    )
