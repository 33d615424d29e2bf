"""How to be told: the page of support, and the page that explains how to follow the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statusgen.model.text import Text
from statusgen.views.channels import Channel, channels
from statusgen.views.events import Fact, component_path
from statusgen.views.pages import SUPPORT, PageView
from statusgen.views.sections import ListView, Section
from statusgen.views.support import SupportView, support_view
from statusgen.views.viewpoint import Link, Prose, Viewpoint, Words


def support_list(view: Viewpoint, pages: Sequence[PageView]) -> list[ListView]:
    """The page of support, with what the site itself writes about it; none without either."""
    panel = support_view(view)
    written = next((page for page in pages if page.slug == SUPPORT), None)
    if panel is None and written is None:
        return []
    sections = []
    if panel:
        sections.append(Section(facts=tuple(_support_facts(view, panel))))
    if written:
        sections.append(Section(prose=written.prose))
    return [
        ListView(
            path=f"{view.prefix}{SUPPORT}/",
            title=written.title if written else view.language.text("Support"),
            name=Words(written.title, written.prose.lang) if written else None,
            sections=tuple(sections),
            standing=panel.standing if panel else (),
            is_current=bool(panel and panel.standing),
        )
    ]


def _support_facts(view: Viewpoint, panel: SupportView) -> Iterator[Fact]:
    if panel.hours:
        yield Fact(view.language.text("Reachable"), panel.hours)
    for channel in panel.channels:
        yield Fact(channel.label, channel.text, href=channel.href)
    if panel.excluded:
        yield Fact(view.language.text("Not covered"), panel.excluded)


def subscribe_list(view: Viewpoint) -> ListView:
    """The page that explains the ways to follow the site."""
    language, told = view.language, channels(view)
    about = language.text(
        "You need no account and leave no address: you fetch the news yourself, and stop "
        "whenever you like."
    )
    people = tuple(channel for channel in told if channel.for_people)
    programs = tuple(channel for channel in told if not channel.for_people)
    sections = [Section(prose=_said(view, about), channels=people)]
    if people:
        heading = language.text("How does it work?")
        sections.append(Section(heading, "how", prose=_said(view, _how(view, people))))
    if components := tuple(_components(view)):
        heading = language.text("Only one component")
        sections.append(Section(heading, "components", links=components))
    if programs:
        heading = language.text("For programs and your own pages")
        sections.append(Section(heading, "programs", channels=programs))
    return ListView(
        path=f"{view.prefix}subscribe/",
        title=language.text("Stay informed"),
        sections=tuple(sections),
    )


def _how(view: Viewpoint, people: Sequence[Channel]) -> str:
    """What to do with the addresses, as Markdown."""
    first = view.language.text(
        "You give the address of a link above to a program, which then looks there for you. Copy "
        "it with the right mouse button, or by pressing the link for a while."
    )
    rss = view.language.text(
        "**RSS**: add the address to a feed reader, or to a channel of Slack or Teams. You see "
        "every announcement and every update there, once."
    )
    calendar = view.language.text(
        "**Calendar**: choose “Subscribe from web” in Outlook, “From URL” in Google Calendar or "
        "“New Calendar Subscription” in Apple Calendar. What changes in a plan, changes in your "
        "calendar."
    )
    embed = view.language.text(
        "**Embed**: on your own page, place the address in a frame; or load `{script}`, a script "
        "that shows a banner, only when there is something to say.",
        script=f"{view.content.site.url}embed/script.js",
    )
    said = {"application/rss+xml": rss, "text/calendar": calendar, "text/html": embed}
    known = (said[channel.media_type] for channel in people if channel.media_type in said)
    return "\n- ".join((f"{first}\n", *known))


def _components(view: Viewpoint) -> Iterator[Link]:
    for component in view.content.components:
        if channels(view, component.id):
            path = f"{component_path(view, component.id)}#follow"
            yield Link(str(view.words(component.name)), path)


def _said(view: Viewpoint, text: str) -> Prose | None:
    return view.prose(Text(((view.language.tag, text),)))
