"""The Chromium that tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.engine.net.lodging import Guest, House
from vedette.engine.net import browser, guard_proxy


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium_house() -> AsyncIterator[House]:
    """Nothing is started before a test opens a page."""
    house = House()
    yield house
    await house.close()


@pytest.fixture
def shared_chromium(chromium_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers of the test are contexts of the one that runs."""
    monkeypatch.setattr(browser, "BrowserProcess", lambda: Guest(chromium_house))
    monkeypatch.setattr(guard_proxy, "Certificates", lambda: chromium_house.certificates)
