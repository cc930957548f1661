"""Films of pages."""

from tests.sites.pages import pages
from vedette.engine.net.film import Film
from vedette.engine.net.webm import film as made

from .lodging import shares_chromium
from .proxying import browsing


@shares_chromium
async def test_pictures_that_are_the_same_are_kept_once():
    async with pages(home="<h1>still</h1>") as site, browsing(site.url + "/") as (browser, _):
        tab = await browser.tab()
        await tab.goto(site.url + "/")
        await tab.settle()
        film = Film(tab.page)
        film.start()
        first = await film.stop()
        film.start()
        second = await film.stop()
        assert first.startswith(b"\x1a\x45\xdf\xa3") and b"V_VP8" in first
        assert first.count(b"\x9d\x01\x2a") == second.count(b"\x9d\x01\x2a") == 1
        await tab.page.close()
        assert (await film.stop()).count(b"\x9d\x01\x2a") == 1, "a page that is gone ends the film, no more"
        await tab.release()


@shares_chromium
async def test_a_page_that_is_gone_at_once_has_no_film():
    async with pages(home="x") as site, browsing(site.url + "/") as (browser, _):
        tab = await browser.tab()
        film = Film(tab.page)
        await tab.page.close()
        film.start()
        assert await film.stop() == made([], 0) == b""
        await tab.release()
