from __future__ import annotations

import re
from collections import defaultdict

from lxml import html

from tests.unit.small_site import FILES, SITE, URL, published


def rules(text: str) -> dict[str, dict[str, str]]:
    """The rules as hosts read them: a line with a path, then its headers, indented."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        assert len(line) <= 2000
        if line.startswith("/"):
            found[line] = headers = {}
        elif line:
            assert line.startswith("  ")
            name, _, value = line.strip().partition(": ")
            headers[name] = value
    return found


def sent(site: dict[str, bytes], address: str) -> dict[str, list[str]]:
    """What a host sends at an address: the headers of every rule that fits, by name."""
    found = defaultdict(list)
    for rule, headers in rules(site["_headers"].decode()).items():
        pattern = re.sub(r":[a-z]+", "[^/]+", rule).replace("*", ".*")
        if re.fullmatch(pattern, address):
            for name, value in headers.items():
                found[name].append(value)
    return found


def test_each_page_comes_with_its_own_policy_and_stands_in_no_other_page() -> None:
    site = published()
    seen = 0
    for path, content in site.items():
        if not path.endswith("index.html") or "embed/" in path:
            continue
        seen += 1
        (own,) = html.fromstring(content.decode()).xpath(
            "//meta[@http-equiv='Content-Security-Policy']/@content"
        )
        policies = sent(site, f"/{path.removesuffix('index.html')}")["Content-Security-Policy"]
        assert set(policies) == {f"{own}; frame-ancestors 'none'"}, path
    assert seen >= 20


def test_the_embedded_page_may_stand_anywhere() -> None:
    site = published()
    for address in ("/embed/", "/en/embed/", "/embed/script.js", "/embed/messages.json"):
        headers = sent(site, address)
        assert "Content-Security-Policy" not in headers
        assert "X-Frame-Options" not in headers


def test_every_file_may_be_read_by_programs_in_browsers() -> None:
    site = published()
    for path in ("", "feed.xml", "badge.svg", "en/badge.json", "embed/messages.json"):
        headers = sent(site, f"/{path}")
        assert headers["Access-Control-Allow-Origin"] == ["*"]
        assert headers["Cross-Origin-Resource-Policy"] == ["cross-origin"]
        assert headers["X-Content-Type-Options"] == ["nosniff"]
        assert headers["Referrer-Policy"] == ["no-referrer"]
        assert "Cache-Control" not in headers
    assert sent(site, "/assets/theme.css")["Cache-Control"] != []


def test_no_header_but_the_policy_is_sent_twice() -> None:
    site = published()
    for path in site:
        for name, values in sent(site, f"/{path}").items():
            assert len(values) == 1 or name == "Content-Security-Policy"


def test_paths_begin_where_the_folder_does_whatever_the_address_of_the_site() -> None:
    root = SITE.replace(URL, "https://status.voorbeeld.example/")
    assert published({**FILES, "site.yaml": root})["_headers"] == published()["_headers"]


def test_rules_stay_few_with_many_languages() -> None:
    assert len(rules(published()["_headers"].decode())) + 18 < 100


def test_github_pages_is_told_to_leave_the_files_alone() -> None:
    assert published()[".nojekyll"] == b""
