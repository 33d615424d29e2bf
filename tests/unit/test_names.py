from __future__ import annotations

from datetime import date

import pytest

from statusgen.content.names import free_path, id_of, judge_names
from statusgen.content.values import is_id

DAY = date(2026, 11, 23)
SINGLE = ["site.yaml", "sla.yaml", "components.yaml"]


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Dashboard traag", "2026-11-23-dashboard-traag"),
        ("Can't log in: fout #12!", "2026-11-23-cant-log-in-fout-12"),
        ("Één café, Straße & Ærø", "2026-11-23-een-cafe-strasse-aero"),
        ("サーバー", "2026-11-23-incident"),
        ("../../etc/passwd", "2026-11-23-etc-passwd"),
        ("con", "2026-11-23-con"),
        (
            "De server is overbelast en antwoordt daardoor langzamer dan normaal",
            "2026-11-23-de-server-is-overbelast-en-antwoordt-daardoor",
        ),
        ("x" * 300, "2026-11-23-" + "x" * 48),
    ],
)
def test_an_id_is_the_day_and_words_of_the_title(title: str, id: str) -> None:
    assert free_path("incidents", DAY, title, SINGLE) == f"incidents/2026/{id}.yaml"
    assert is_id(id)


def test_an_id_that_is_taken_or_refused_gets_a_number() -> None:
    taken = [*SINGLE, "maintenance/2025/2026-11-23-a.yaml", "schedules/2026-11-23-a-2.yaml"]
    path = free_path("incidents", DAY, "A", taken)
    assert path == "incidents/2026/2026-11-23-a-3.yaml"
    assert free_path("schedules", None, "con", SINGLE) == "schedules/con-2.yaml"


def test_an_id_is_not_that_of_an_occurrence_whichever_came_first() -> None:
    schedule = [*SINGLE, "schedules/2026-11-23-werk.yaml"]
    path = free_path("maintenance", DAY, "Werk 2026-12-24", schedule)
    assert id_of(path) == "2026-11-23-werk-2026-12-24-2"
    event = [*SINGLE, "incidents/2026/werk-2026-12-24.yaml"]
    path = free_path("schedules", None, "Werk", event)
    assert id_of(path) == "werk-2"
    assert list(judge_names([*event, path])) == []
