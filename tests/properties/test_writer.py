"""Whatever way a file is written, an item is only ever inserted, and read back as it was said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from statusgen.content.strict_yaml import parse
from statusgen.content.writer import CannotInsert, Node, appended, document

ROOT = Path(__file__).resolve().parents[2]
PATH = "incidents/2026/storing.yaml"
SAMPLES = [
    path.read_text("utf-8")
    for folder in ("content", "tests/cases/build/one-night/content")
    for kind in ("incidents", "maintenance", "schedules")
    for path in sorted((ROOT / folder / kind).rglob("*.yaml"))
]

# What a file may hold: no controls but a line break, no surrogates.
characters = st.characters(
    exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufffe\uffff", codec="utf-8"
)
tricky = st.sampled_from([*" :#-?'\"|>[]{},&*!%@`\\=~\n", ": ", " #", "\n\n", "\n ", "- "])
texts = st.lists(characters | tricky, max_size=12).map("".join)
words = st.sampled_from(["a", "server", "2026-11-23 15:03", "yes", "12", "partial_outage"])
nodes: st.SearchStrategy[Node] = st.recursive(
    texts | words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["at", "status", "text", "nl", "en"]), inner, max_size=3)
    ),
    max_leaves=6,
)
updates = st.dictionaries(
    st.sampled_from(["at", "status", "components", "text"]), nodes, min_size=1, max_size=4
)

# Lines of a file, in every style that people use.
scalars = st.sampled_from(
    [
        *("", "A", "'A b'", '"A: b"', "A\n{}  more", "'A\n\n{}  b'", "{{x: y}}", "[x,\n{}  y, ]"),
        *("|\n{}  A\n{}  b", "|-\n{}  A\n", ">\n{}  A\n\n\n", "|+\n{}  A\n\n", "|2\n{}    A"),
    ]
)
trails = st.sampled_from(
    ["\n", "   # said by phone\n", "\n\n", "\n# at the edge\n", "\n      # in\n"]
)


@st.composite
def fields(draw: st.DrawFn, indent: str, names: tuple[str, ...]) -> str:
    """Keys with their values, comments and empty lines between."""
    lines = ""
    for name in names:
        value = draw(scalars)
        trail = draw(trails) if "\n" not in value else draw(st.sampled_from(["\n", "\n\n"]))
        lines += f"{indent}{name}: {value.format(*[indent] * 4)}{trail}"
    return lines


@st.composite
def lists(draw: st.DrawFn) -> str:
    """The key ``updates`` with its items, or the key alone, or nothing."""
    style = draw(st.sampled_from(["none", "empty", "block", "edge", "flow", "brackets"]))
    trail = draw(trails)
    if style == "none":
        return ""
    if style == "empty":
        return f"updates:{trail}"
    if style == "brackets":
        return f"updates: []{trail}"
    count = draw(st.integers(1, 3))
    if style == "flow":
        comma = draw(st.sampled_from(["", ", ", "  # c\n  , ", " ,\n  # c\n  "]))
        items = ", ".join(f"{{at: x{n}, text: 'B, c'}}" for n in range(count))
        return f"updates: [{items}{comma}]{trail}"
    dash = draw(st.sampled_from(["  - ", "    -   "])) if style == "block" else "- "
    inside = " " * len(dash)
    found = f"updates:{trail}"
    for number in range(count):
        found += f"{dash}at: x{number}\n" + draw(fields(inside, ("text", "status")))
    return found


@st.composite
def files(draw: st.DrawFn) -> str:
    parts = [draw(fields("", ("title", "kind"))), draw(lists()), draw(fields("", ("postmortem",)))]
    start = draw(st.sampled_from(["", "# about\n", "---\n", "\ufeff"]))
    text = (
        start
        + "".join(draw(st.permutations(parts)))
        + draw(st.sampled_from(["", "# end", "...\n"]))
    )
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def is_inserted(before: str, after: str) -> bool:
    """Whether ``after`` is ``before`` with one stretch put in, and maybe its last line ended."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before)
    )
    rest = len(before) - start
    return before[:start] == after[:start] and (not rest or after.endswith(before[start:]))


def whole(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def check(text: str, node: Any, key: str = "updates") -> None:
    before, findings = parse(text.encode(), PATH)
    assume(not findings and isinstance(before, dict))
    assert isinstance(before, dict)
    try:
        after = appended(text.encode(), PATH, key, node).decode()
    except CannotInsert:
        # Only what is no list, and so says something else, is not added to.
        assert not isinstance(before.get(key, []), list | None)
        return
    assert is_inserted(text, after)
    # A line break that ends the last line can become the last one of a text.
    ended = parse(whole(text).encode(), PATH)[0]
    assert parse(after.encode(), PATH) in [(added(said, key, node), []) for said in (before, ended)]


def added(said: Any, key: str, node: Any) -> Any:
    return {**said, key: [*(said.get(key) or []), node]}


@given(files(), updates)
@example("title: A\ntext: |\n  B", {"at": "x"})
def test_an_update_is_inserted_into_any_file_and_nothing_else_changes(
    text: str, update: dict[str, Node]
) -> None:
    check(text, update)


@given(st.sampled_from(SAMPLES), updates, st.sampled_from(["updates", "except"]))
def test_an_update_is_inserted_into_any_event_that_people_wrote(
    text: str, update: dict[str, Node], key: str
) -> None:
    check(text, update, key)


@given(st.dictionaries(st.sampled_from(["title", "text", "components", "updates"]), nodes))
def test_a_new_file_is_read_back_as_it_was_said(said: dict[str, Node]) -> None:
    assume(said)
    assert parse(document(said), PATH) == (said, [])
