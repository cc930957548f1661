"""The reader of the OpenAPI documents works in a browser, offline and under its policy."""

from __future__ import annotations

import pytest

from tests.journeys.browser import chromium, needs_chromium, visiting
from vedette.server.config.openapi import documented

pytestmark = pytest.mark.django_db(transaction=True)


@needs_chromium
def test_every_document_is_shown(live_server):
    with chromium() as browser, visiting(browser, live_server.url) as visit:
        for dialect in documented():
            visit.go(f"/openapi/{dialect}/")
            visit.page.wait_for_selector(".opblock")
            assert visit.page.locator(".opblock").count() > 0
            assert "Vedette" in visit.page.inner_text(".info .title")
