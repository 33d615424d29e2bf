from __future__ import annotations

import pytest

from statusgen.content.strict_yaml import parse
from statusgen.content.writer import CannotInsert, Node, appended, document, item

PATH = "incidents/2026/storing.yaml"
UPDATE: dict[str, Node] = {
    "at": "2026-11-23 15:42",
    "status": "identified",
    "text": {"nl": "Oorzaak: bekend", "en": "One\nTwo\n"},
}
BLOCK = """\
  - at: 2026-11-23 15:42
    status: identified
    text:
      nl: "Oorzaak: bekend"
      en: |
        One
        Two
"""
FLOW = (
    '{at: 2026-11-23 15:42, status: identified, text: {nl: "Oorzaak: bekend", en: "One\\nTwo\\n"}}'
)


def written(text: str, key: str = "updates", node: Node | None = None) -> str:
    return appended(text.encode(), PATH, key, UPDATE if node is None else node).decode()


def test_a_new_file_has_its_fields_in_order_words_in_brackets_and_long_text_in_blocks() -> None:
    fields: dict[str, Node] = {
        "title": {"nl": "Storing: login", "en": "Disruption"},
        "components": {"dashboard": "partial_outage", "server": "operational"},
        "started": "2026-11-23 14:58",
        "updates": [UPDATE],
    }
    assert document(fields).decode() == (
        "title:\n"
        '  nl: "Storing: login"\n'
        "  en: Disruption\n"
        "components: {dashboard: partial_outage, server: operational}\n"
        "started: 2026-11-23 14:58\n"
        f"updates:\n{BLOCK}"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # No list yet: at the end, whatever ends the file.
        ("title: A\n", f"title: A\nupdates:\n{BLOCK}"),
        ("title: A", f"title: A\nupdates:\n{BLOCK}"),
        ("text: |\n  A\n\n\n", f"text: |\n  A\nupdates:\n{BLOCK}\n\n"),
        ("text: |+\n  A\n\n", f"text: |+\n  A\n\nupdates:\n{BLOCK}"),
        ("title: A\n# bye\n", f"title: A\nupdates:\n{BLOCK}# bye\n"),
        ("---\ntitle: A\n...\n", f"---\ntitle: A\nupdates:\n{BLOCK}...\n"),
        ("{title: A}\n", f"{{updates: [{FLOW}], title: A}}\n"),
        ("{ # c\n  title: A}\n", f"{{updates: [{FLOW}],  # c\n  title: A}}\n"),
        # A list without items, or with none but its key.
        ("updates:   # first\ntitle: A\n", f"updates:   # first\n{BLOCK}title: A\n"),
        ("updates:", f"updates:\n{BLOCK}"),
        ("updates: [] # c\ntitle: A\n", f"updates: [{FLOW}] # c\ntitle: A\n"),
        ("{updates: , title: A}\n", f"{{updates: [{FLOW}], title: A}}\n"),
        # Behind the last item, what belongs to it, and before what follows.
        (
            "updates:\n  - at: x\n    text: B  # said\n    # by phone\n  # next\n\ntitle: A\n",
            f"updates:\n  - at: x\n    text: B  # said\n    # by phone\n{BLOCK}"
            "  # next\n\ntitle: A\n",
        ),
        (
            "updates:\n  - text: |\n      B\n\n    # by phone\n\ntitle: A\n",
            f"updates:\n  - text: |\n      B\n\n    # by phone\n{BLOCK}\ntitle: A\n",
        ),
        ("updates:\n  - {at: x}\n", f"updates:\n  - {{at: x}}\n{BLOCK}"),
        ("updates:\n  - text: B\n      C", f"updates:\n  - text: B\n      C\n{BLOCK}"),
        (
            "updates:\n  - text: 'B\n\n      C'  # c\n",
            f"updates:\n  - text: 'B\n\n      C'  # c\n{BLOCK}",
        ),
        # In brackets, with and without a comma behind the last.
        ("updates: [{at: x}]\n", f"updates: [{{at: x}}, {FLOW}]\n"),
        ("updates: [{at: x},\n]\n", f"updates: [{{at: x}}, {FLOW},\n]\n"),
        (
            "updates: [{at: x}  # c\n  , {at: y} # d\n]\n",
            f"updates: [{{at: x}}  # c\n  , {{at: y}}, {FLOW} # d\n]\n",
        ),
    ],
)
def test_an_update_is_put_in_and_every_line_stays(before: str, after: str) -> None:
    assert written(before) == after


def test_a_list_at_the_edge_and_a_file_that_is_indented_keep_their_columns() -> None:
    edge = "updates:\n- at: x\n"
    assert written(edge, node={"at": "y z"}) == "updates:\n- at: x\n- at: y z\n"
    indented = "  title: A\n  updates:\n     - at: x\n"
    assert written(indented, node={"at": "y z"}) == indented + "     - at: y z\n"
    assert written("  title: A\n", node={"at": "y z"}) == "  title: A\n  updates:\n    - at: y z\n"


def test_lines_that_end_as_on_windows_go_on_so_and_a_byte_order_mark_stays() -> None:
    before = "\ufefftitle: A\r\nupdates:\r\n  - at: x\r\n    text: |\r\n      B\r\n"
    assert written(before) == before + BLOCK.replace("\n", "\r\n")


def test_days_are_added_to_exceptions() -> None:
    assert written("except: [2026-12-24]   # c\n", "except", "2026-12-31") == (
        "except: [2026-12-24, 2026-12-31]   # c\n"
    )
    assert written("title: A\n", "except", "2026-12-31") == "title: A\nexcept: [2026-12-31]\n"
    assert written("except:\n  - 2026-12-24\n", "except", "2026-12-31") == (
        "except:\n  - 2026-12-24\n  - 2026-12-31\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "updates: ~\n",
        "updates: null\n",
        "updates: later\n",
        "updates: {at: x}\n",
        "? updates\ntitle: A\n",
        "- title: A\n",
        "",
        "updates: [{at: x}\n",
    ],
)
def test_what_could_only_be_changed_is_refused(text: str) -> None:
    with pytest.raises(CannotInsert):
        written(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Zie ticket #2041", "a: b", "- a", "yes", "null", "~", "1e3", "0x1F", "12:30", "[a]"),
        *("{a}", "&a", "*a", "!a", "%a", "@a", "`a", '"a"', "'a'", "a ", " a", "a:", "?", "---"),
        *("\\n", "😀 ok", "é", "a, b", "<<", "=", "3.14", "2026-11-23", "|", ">", "a # b"),
        *("a\nb", "a\nb\n", "\n a\nb\n\n", "  a\n  b", "- a\n- b\n", "# a\n", "a\n\n\nb", "a  \nb"),
    ],
)
def test_any_text_is_read_back_as_it_was_said(text: str) -> None:
    said: dict[str, Node] = {"text": text, "list": [text, {"text": text}], "flow": {"a": text}}
    value, findings = parse(document(said), PATH)
    assert (value, findings) == (said, [])
    inline, findings = parse(written("a: []\n", "a", said).encode(), PATH)
    assert (inline, findings) == ({"a": [said]}, [])


def test_text_that_other_readers_would_take_for_a_number_or_a_word_of_yaml_is_quoted() -> None:
    fields: dict[str, Node] = {"a": "yes", "b": "12", "c": "2026-11-23", "d": "2h", "e": "12:30"}
    assert document(fields).decode() == 'a: "yes"\nb: "12"\nc: 2026-11-23\nd: 2h\ne: "12:30"\n'


def test_an_item_to_copy_by_hand_looks_as_in_a_file() -> None:
    assert item(UPDATE) + "\n" == BLOCK
