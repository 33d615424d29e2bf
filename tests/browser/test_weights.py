"""The home page stays light: within the first round trip, with little beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.weights import ALL, FIRST_ROUND_TRIP, REQUESTS, weights


@pytest.mark.browser
@pytest.mark.parametrize("place", ["", "en/"])
def test_the_home_page_is_light(browser: Browser, place: str) -> None:
    found = weights(browser, place)

    assert found[0].compressed <= FIRST_ROUND_TRIP
    assert sum(weight.compressed for weight in found) <= ALL
    assert 2 <= len(found) <= REQUESTS
