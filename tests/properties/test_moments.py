from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from statusgen import civil
from statusgen.i18n import Language
from statusgen.model.agreement import Agreement
from statusgen.model.content import Content
from statusgen.model.site import Site
from statusgen.model.text import Text
from statusgen.views.viewpoint import Moment, Viewpoint

ENGLISH = Language.load("en")
ZONES = [
    *("Europe/Amsterdam", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "UTC"),
    *("Australia/Lord_Howe", "America/Havana", "Pacific/Apia"),
]
# Clocks go back and forth; the year ends; Apia leaves out a day.
EDGES = [
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
]
near_edges = st.builds(
    lambda edge, minutes: edge + timedelta(minutes=minutes),
    st.sampled_from(EDGES),
    st.sampled_from([-60, -30, -1, 0, 1, 29, 30, 59, 60]) | st.integers(-1500, 1500),
)
anywhere = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))
instants = near_edges | anywhere


def seen_from(zone: ZoneInfo, now: datetime) -> Viewpoint:
    title = Text((("en", "A"),))
    site = Site(title, "https://a.example/", zone, ("en",))
    return Viewpoint(Content(site, Agreement(title), ()), ENGLISH, "", now)


def said(instant: datetime, zone: ZoneInfo, now: datetime) -> str:
    local = instant.astimezone(zone)
    name = local.tzname() or ""
    abbreviation = f"UTC{name}" if name[0] in "+-" else name
    day, time = f"{local:%a} {local.day} {local:%b}", f"{local:%H:%M}"
    if local.year == now.astimezone(zone).year:
        return f"{day} {time}"
    return f"{day} {local.year} {time} {abbreviation}"


@given(st.sampled_from(ZONES).map(civil.zone), instants, st.lists(instants, max_size=8))
@example(
    civil.zone("Europe/Amsterdam"),
    datetime(2027, 6, 1, tzinfo=UTC),
    [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)],
)
def test_each_instant_is_told_as_the_clock_of_the_site_shows_it(
    zone: ZoneInfo, now: datetime, told: list[datetime]
) -> None:
    view = seen_from(zone, now)
    for instant in [*told, *reversed(told)]:
        machine = instant.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert view.moment(instant) == Moment(said(instant, zone, now), machine)


@given(st.sampled_from(ZONES).map(civil.zone), st.lists(instants, min_size=2, max_size=4))
def test_the_same_instant_is_told_anew_in_another_year(
    zone: ZoneInfo, moments: list[datetime]
) -> None:
    instant, *nows = moments
    for now in nows:
        assert seen_from(zone, now).moment(instant).text == said(instant, zone, now)
