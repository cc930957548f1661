"""A short word list and sources without a pace: the whole list is tried by the benchmark."""

from dataclasses import replace

import pytest

from tests.engine.discover.searching import FEW, Noted, searching
from tests.sites.estate import estate
from vedette.engine.discover import asking, resolving


@pytest.fixture(autouse=True)
def few_words(monkeypatch):
    monkeypatch.setattr(resolving, "words", lambda: FEW)
    monkeypatch.setattr(resolving, "MAX_VARIANTS", 100)
    monkeypatch.setattr(asking, "RETRY_S", (0.0, 0.0))
    monkeypatch.setattr(asking, "_LIMITS", replace(asking._LIMITS, rate=0.0))


@pytest.fixture
async def company():
    """The company with no common names but the special ones."""
    async with estate(0) as made:
        yield made


@pytest.fixture
def noted():
    """What the search of a test made to last."""
    return Noted()


@pytest.fixture
async def search(company, noted):
    """A search of the company that nothing was done for."""
    async with searching(company, noted=noted) as made:
        yield made
