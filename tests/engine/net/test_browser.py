"""The browser as a whole: no way past the network, users kept apart, crashes survived."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.sites.hostile_page import TRIED, hostile_page
from tests.sites.pages import Page, pages
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Limits, Scope, Setting
from vedette.engine.net.browser import Browser
from vedette.engine.net.browser_process import NO_CHROMIUM, UNCONFINED, BrowserTrouble
from vedette.engine.net.cookies import Cookie

from .conftest import answer
from .lodging import shares_chromium
from .proxying import browsing, kill, needs_chromium

PAYLOAD = "<img src=x onerror=console.log(/tok/)>"


async def visited(site, browser: Browser) -> None:
    tab = await browser.tab()
    assert await tab.goto(site.url) == ""
    await asyncio.wait_for(site.done.wait(), 60)
    await tab.settle()
    await tab.release()


@needs_chromium
async def test_a_page_that_tries_every_way_out_finds_none():
    async with hostile_page() as site, browsing(site.url) as (browser, network):
        await visited(site, browser)
        refused, elsewhere = browser.refused, network.part.out_of_scope_hosts
    assert site.said.split(" ") == " ".join(TRIED).split(" ")
    assert site.outside.visits == 0
    assert refused >= 30
    assert list(elsewhere) == ["127.0.0.1"], "the browser itself asks for nothing"


@shares_chromium
async def test_the_same_page_gets_out_where_that_is_in_scope():
    async with hostile_page() as site:
        outside = f"http://127.0.0.1:{site.outside.port}/"
        async with browsing(site.url, outside, scope=Scope()) as (browser, _):
            await visited(site, browser)
    assert site.outside.connections >= 30, "the listener hears and the page really tries"


@shares_chromium
async def test_users_have_their_own_cookies_headers_and_storage():
    headers = (Setting(name="X-Key", secret="key"),)
    async with pages(home="<script>document.title = localStorage.name || 'none'</script>") as site:  # noqa: SIM117
        async with browsing(site.url + "/", headers=headers) as (browser, network):
            for user in ("A", "B"):
                line = (("Set-Cookie", f"sid={user}-session-value; Path=/"),)
                network.keep_cookies(exchange(site.url + "/", user, line))
                tab = await browser.tab(user)
                await tab.goto(site.url + "/")
                assert await tab.page.title() == "none"
                await tab.page.evaluate(f"localStorage.name = '{user}'")
                await tab.release()
            tab = await browser.tab("A")
            await tab.goto(site.url + "/")
            assert await tab.page.title() == "A"
            asked = [one for one in site.asked if one.path == "/"]
            assert [one.headers["cookie"] for one in asked] == [f"sid={name}-session-value" for name in "ABA"]
            assert {one.headers["x-key"] for one in asked} == {"secret-value-1234"}
            assert {one.headers["x-vedette-scan"] for one in asked} == {"scan7"}
            assert "x-key" not in str(tab.drain()).lower(), "what the scan adds is no part of what the page asked for"


def exchange(url: str, user: str, headers):
    return Exchange(Request("GET", url, (), b"", user), Response(200, headers))


@shares_chromium
async def test_a_cookie_that_browsers_refuse_keeps_no_other_out():
    async with pages(home="x") as site, browsing(site.url + "/") as (browser, network):
        host = "127.0.0.1"
        odd = [
            Cookie("__Host-a", "1", host, "/path", secure=False),
            Cookie("b\x01", "\x02", host),
            Cookie("", "n", host),
        ]
        network.session("A").adopt([Cookie("first", "1", host), *odd, Cookie("last", "2", host)], site.url)
        tab = await browser.tab("A")
        assert await tab.goto(site.url + "/") == ""
        assert "first=1; last=2" in next(one for one in site.asked if one.path == "/").headers["cookie"]
        await tab.release()


@needs_chromium
async def test_https_sites_are_opened_and_judged_request_by_request(serve, certify):
    def handler(received):
        if received.target == b"/hop":
            return answer(b"", "Location: /leave", status="302 Found")
        page = b"<script>fetch('/hop').catch(() => fetch('/told'))</script>"
        return answer(page if received.target == b"/" else b"ok", "Content-Type: text/html")

    server = await serve(handler, certify().context())
    scope = Scope(include=(server.origin,), exclude=("*/leave",))
    async with browsing(server.origin + "/", insecure=True, scope=scope) as (browser, network):
        tab = await browser.tab()
        assert await tab.goto(server.origin + "/") == ""
        async with asyncio.timeout(60):
            while b"/told" not in [got.target for got in server.received]:
                await asyncio.sleep(0.02)
        assert b"/leave" not in [got.target for got in server.received], "a redirect is a request like any other"
        assert (browser.refused, network.requests) == (1, len(server.received))
        await tab.release()
    async with browsing(server.origin + "/") as (browser, _):
        tab = await browser.tab()
        assert "certificate" in await tab.goto(server.origin + "/")
        await tab.release()


@shares_chromium
async def test_at_most_two_tabs_are_open_and_they_are_used_again():
    async with pages(home="x") as site, browsing(site.url + "/") as (browser, _):
        first, second = await browser.tab(), await browser.tab()
        third = asyncio.ensure_future(browser.tab())
        await asyncio.sleep(0)
        assert not third.done()
        page = first.page
        await first.release()
        await first.release()
        assert (await third).page is page
        await second.release()


@shares_chromium
async def test_a_script_that_runs_is_proven_and_one_that_the_policy_stops_is_not():
    policy = ("Content-Security-Policy: script-src 'none'",)
    async with (
        pages(
            open=lambda asked: Page(asked.fields["q"]),
            guarded=lambda asked: Page(asked.fields["q"], more=policy),
            plain=lambda asked: Page(asked.fields["q"], kind="text/plain"),
        ) as site,
        browsing(site.url + "/") as (browser, network),
    ):
        query = "?q=" + PAYLOAD.replace(" ", "%20")
        step = await browser.executes(Request("GET", site.url + "/open" + query), "tok")
        assert step is not None
        assert (step.exchange.status, step.marks) == (200, ("tok",))
        for path in ("/guarded", "/plain"):
            assert await browser.executes(Request("GET", site.url + path + query), "tok") is None
        assert await browser.executes(Request("GET", "http://127.0.0.1:9/" + query), "tok") is None
        assert (UNCONFINED in browser.remarks) == (os.geteuid() == 0)
        assert network.requests == len(site.asked)


@needs_chromium
async def test_a_browser_that_dies_is_started_again_and_given_up_when_it_does_so_all_the_time(monkeypatch):
    monkeypatch.setattr("vedette.engine.net.browser.MAX_STARTS", 2)
    async with pages(home="x", echo=lambda asked: Page(asked.fields["q"])) as site:  # noqa: SIM117
        async with browsing(site.url + "/") as (browser, _):
            tab = await browser.tab()
            kill(browser)
            assert await tab.goto(site.url + "/") != ""
            await tab.release()
            request = Request("GET", site.url + "/echo?q=" + PAYLOAD.replace(" ", "%20"))
            assert await browser.executes(request, "tok") is not None
            kill(browser)
            while len(browser.pids) > 1:  # the driver stays
                await asyncio.sleep(0.01)
            assert await browser.executes(request, "tok") is None
            assert "2 times" in await browser.start()
            with pytest.raises(BrowserTrouble, match="2 times"):
                await browser.tab()


@needs_chromium
async def test_a_page_that_hangs_holds_nothing_up():
    async with pages(home="x", hang="<script>for (;;) {}</script>") as site:  # noqa: SIM117
        async with browsing(site.url + "/", limits=Limits(rate=0, timeout_s=0.7)) as (browser, _):
            tab = await browser.tab()
            assert "did not come in time" in await tab.goto(site.url + "/hang")
            await asyncio.wait_for(tab.release(), 20)
            tab = await browser.tab()
            assert await tab.goto(site.url + "/") == ""
            await tab.release()


@needs_chromium
async def test_nothing_is_left_after_close_also_when_it_is_cut_off():
    async with pages(home="x") as site, browsing(site.url + "/") as (browser, _):
        assert browser.pids == ()
        await browser.tab()
        pids = browser.pids
        assert len(pids) >= 4
        closing = asyncio.ensure_future(browser.close())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        async with asyncio.timeout(60):
            while any(runs(pid) for pid in pids):
                await asyncio.sleep(0.01)
        assert "closed" in await browser.start()


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_without_chromium_there_is_a_sentence_and_nothing_else(monkeypatch):
    monkeypatch.setenv("VEDETTE_CHROMIUM", "/no/such/chromium")
    async with browsing("http://127.0.0.1:9/") as (browser, _):
        assert await browser.start() == NO_CHROMIUM
        assert await browser.executes(Request("GET", "http://127.0.0.1:9/"), "tok") is None
        with pytest.raises(BrowserTrouble, match="no Chromium"):
            await browser.tab()
        assert (browser.ran, browser.remarks, browser.pids) == (False, (), ())


async def test_a_scan_that_ends_starts_no_browser():
    async with browsing("http://127.0.0.1:9/") as (browser, network):
        network.stop()
        assert await browser.executes(Request("GET", "http://127.0.0.1:9/"), "tok") is None
        assert browser.pids == ()


async def test_the_veto_may_change():
    async with browsing("http://127.0.0.1:9/", veto=lambda request: "no") as (browser, _):
        assert browser.veto is not None
        browser.veto = None
        assert browser.veto is None
