from __future__ import annotations

from collections.abc import Iterator

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


@pytest.fixture(autouse=True, scope="session")
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests build and tell is kept nowhere else than where tests write."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATUSGEN_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("STATUSGEN_STATE", str(tmp_path_factory.mktemp("state")))
        yield
