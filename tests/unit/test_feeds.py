"""What holds for a feed of any form."""

from __future__ import annotations

from statusgen.content.reading import read
from statusgen.i18n import Language
from statusgen.views.channels import channels
from statusgen.views.viewpoint import Viewpoint
from tests.feeds import FILES, is_feed
from tests.sites import NOW, published


def test_the_ways_to_follow_are_files_of_the_site() -> None:
    built = published(FILES)
    content = read({name: text.encode() for name, text in FILES.items()}).content
    assert content
    view = Viewpoint(content, Language.load("en"), "en/", NOW)
    whole, one = channels(view), channels(view, "app")
    assert [channel.path for channel in whole if is_feed(channel.path)] == [
        *("en/feed.xml", "en/feed.atom", "en/feed.json", "en/history.rss", "en/history.atom"),
    ]
    assert [channel.path for channel in one if is_feed(channel.path)] == [
        *("en/components/app/feed.xml", "en/components/app/feed.atom"),
        "en/components/app/feed.json",
    ]
    paths = {channel.path for channel in (*whole, *one)}
    assert {f"{path}index.html" if path.endswith("/") else path for path in paths} <= built.keys()
    # A reader that found the history too would tell everything twice.
    assert not [c for c in whole if c.is_feed and "history" in c.path]
