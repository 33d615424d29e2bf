"""How to be told: the page of support, and the page that explains how to follow the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statusgen.model.text import Text
from statusgen.views.channels import channels
from statusgen.views.events import Fact, component_path
from statusgen.views.pages import SUPPORT, PageView
from statusgen.views.sections import ListView, Section
from statusgen.views.support import SupportView, support_view
from statusgen.views.viewpoint import Link, Prose, Viewpoint


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
    language = view.language
    components = tuple(
        Link(str(view.words(component.name)), f"{component_path(view, component.id)}#follow")
        for component in view.content.components
        if channels(view, component.id)
    )
    told = channels(view)
    rest = tuple(channel for channel in told if not channel.is_feed)
    return ListView(
        path=f"{view.prefix}subscribe/",
        title=language.text("Stay informed"),
        sections=(
            Section(
                prose=_said(
                    view,
                    language.text(
                        "You need no account and leave no address: you fetch the news yourself, "
                        "and stop whenever you like."
                    ),
                ),
                channels=tuple(channel for channel in told if channel.is_feed),
            ),
            Section(
                language.text("What is a feed?"),
                "feed",
                prose=_said(
                    view,
                    language.text(
                        "A feed is a list of announcements that a program reads for you. Copy the "
                        "address of one of the links above into a feed reader, Outlook, or a "
                        "channel of Slack or Teams. From then on you see every announcement and "
                        "every update there, once."
                    ),
                ),
            ),
            *(
                [
                    Section(
                        language.text("For programs and your own pages"), "programs", channels=rest
                    )
                ]
                if rest
                else []
            ),
            *(
                [Section(language.text("Only one component"), "components", links=components)]
                if components
                else []
            ),
        ),
    )


def _said(view: Viewpoint, text: str) -> Prose | None:
    return view.prose(Text(((view.language.tag, text),)))
