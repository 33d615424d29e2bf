from __future__ import annotations

import pytest
from hypothesis import settings

# A busy machine may be slow; no property asserts how long an example takes. Under CI this builds
# on the profile that Hypothesis itself chooses there, which draws the same examples every time.
settings.register_profile("statusgen", settings(), deadline=None)
settings.load_profile("statusgen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="take what comes out of the build cases as expected"
    )
