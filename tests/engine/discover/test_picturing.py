"""Pictures of services, as small as they must be, and none where there is no browser."""

from tests.engine.net.lodging import shares_chromium
from tests.engine.net.proxying import browsing
from tests.sites.pages import pages
from vedette.engine.discover import picturing
from vedette.engine.discover.picturing import picture, veto


@shares_chromium
async def test_a_page_is_pictured_and_writes_nothing(monkeypatch):
    home = "<h1>Shop</h1><script>fetch('/count', {method: 'POST'}); fetch('/read')</script>"
    async with pages(home=home) as site, browsing(site.url + "/", veto=veto) as (browser, _):
        taken = await picture(browser, site.url + "/")
        assert {one.method for one in site.asked} == {"GET"}
        assert "GET /read" in site.paths()
        assert (taken.media_type, taken.data[:4], taken.data[8:12]) == ("image/webp", b"RIFF", b"WEBP")
        monkeypatch.setattr(picturing, "MAX_SCREENSHOT", 10)
        assert await picture(browser, site.url + "/") is None
        assert await picture(browser, "http://elsewhere.example/") is None


async def test_without_a_browser_there_is_none(monkeypatch):
    monkeypatch.setattr("vedette.engine.net.browser.missing", lambda: "There is no browser.")
    async with browsing("http://127.0.0.1:1/") as (browser, _):
        assert await picture(browser, "http://127.0.0.1:1/") is None
