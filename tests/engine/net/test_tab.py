"""A tab: opened, waited for, listened to, filmed."""

import asyncio

from tests.sites.pages import Asked, Page, pages
from vedette.contract.exchange import header

from .lodging import shares_chromium
from .proxying import browsing

BUSY = """<script>
fetch("/api?x=1", {method: "POST", body: "a=1", headers: {"X-Own": "1"}});
const request = new XMLHttpRequest(); request.open("GET", "/late"); request.send();
new EventSource("/stream"); new WebSocket("ws://" + location.host + "/socket");
navigator.sendBeacon("/beacon", "b"); window.open("/popup");
setTimeout(() => document.body.append("shown"), 60);
</script><img src="/image">"""


def upgrade(_: Asked) -> Page:
    return Page("", "101 Switching Protocols", ("Upgrade: websocket", "Connection: Upgrade"), ends=False)


@shares_chromium
async def test_what_a_page_asks_for_is_told_with_what_came_of_it():
    async with (
        pages(
            home=BUSY,
            api=lambda _: Page('{"id": 7}', "201 Created", kind="application/json"),
            late="late",
            stream=lambda _: Page("data: x\n\n", kind="text/event-stream", ends=False),
            socket=upgrade,
            popup="<p>popup</p>",
        ) as site,
        browsing(site.url + "/") as (browser, _),
    ):
        tab = await browser.tab("A")
        assert await tab.goto(site.url + "/") == ""
        await tab.settle()
        told = {}
        async with asyncio.timeout(60):
            while len(told) < 7:
                told |= {one.request.url.partition("://")[2].partition("/")[2]: one for one in tab.drain()}
                await asyncio.sleep(0.05)
        assert set(told) == {"", "api?x=1", "late", "stream", "socket", "beacon", "popup"}
        api = told["api?x=1"]
        assert (api.request.method, api.request.body, api.request.user) == ("POST", b"a=1", "A")
        assert header(api.request.headers, "x-own") == "1"
        assert header(api.request.headers, "referer") == site.url + "/"
        assert (api.status, api.response.text if api.response else "") == (201, '{"id": 7}')
        assert told["stream"].status == 200
        assert told["socket"].request.url.startswith("ws://")
        assert header(told["socket"].request.headers, "sec-websocket-version") == "13"
        names = {name.lower() for one in told.values() for name, _ in one.request.headers}
        assert not names & {"proxy-authorization", "host", "accept-encoding", "x-vedette-scan"}
        assert len(tab.page.context.pages) == 1, "what a page opens is closed again"
        await tab.release()


@shares_chromium
async def test_settling_waits_for_what_is_still_to_come_but_not_for_ever():
    async def slow(_: Asked) -> Page:
        await asyncio.sleep(0.3)
        return Page("<b>slow</b>")

    chain = """<div id=at></div><script>fetch("/slow").then((one) => one.text()).then((text) => {
      setTimeout(() => { at.innerHTML = text; fetch("/second").then((two) => { at.append("done"); }); }, 80); });
    </script>"""
    async with (
        pages(
            home=chain,
            slow=slow,
            second="x",
            forever="<script>setInterval(() => document.body.append('x'), 20)</script>",
        ) as site,
        browsing(site.url + "/") as (browser, _),
    ):
        tab = await browser.tab()
        await tab.goto(site.url + "/")
        await tab.settle(limit_s=30)
        assert await tab.page.inner_text("#at") == "slowdone"
        await tab.goto(site.url + "/forever")
        begun = asyncio.get_running_loop().time()
        await tab.settle(limit_s=0.8)
        assert 0.7 < asyncio.get_running_loop().time() - begun < 60
        await tab.release()


@shares_chromium
async def test_what_cannot_be_opened_has_a_reason():
    away = Page("", "302 Found", ("Location: http://127.0.0.1:18999/",))
    async with pages(home="x", away=lambda _: away) as site:  # noqa: SIM117
        async with browsing(site.url + "/") as (browser, network):
            tab = await browser.tab()
            assert "Only web pages" in await tab.goto("file:///etc/hostname")
            assert "out of scope" in await tab.goto("http://127.0.0.1:18999/")
            assert await tab.goto(site.url + "/away") != ""
            assert [one.error for one in tab.drain()][-1] == "refused"
            network.stop()
            assert "stopping" in await tab.goto(site.url + "/")
            await tab.release()


@shares_chromium
async def test_dialogs_are_dismissed_and_remembered():
    home = "<script>alert('one'); document.title = confirm('two') ? 'yes' : 'no'</script>"
    async with pages(home=home) as site:  # noqa: SIM117
        async with browsing(site.url + "/") as (browser, _):
            tab = await browser.tab()
            assert await tab.goto(site.url + "/") == ""
            assert (tab.dialogs, await tab.page.title()) == (["one", "two"], "no")
            await tab.release()


@shares_chromium
async def test_cookies_of_the_browser_become_the_sessions():
    def give(asked: Asked) -> Page:
        return Page(
            "<script>document.cookie = 'js=from-script-0123456789'</script>",
            more=("Set-Cookie: sid=0123456789abcdef; HttpOnly",),
        )

    async with pages(home=give, see="x") as site, browsing(site.url + "/") as (browser, network):
        tab = await browser.tab("A")
        await tab.goto(site.url + "/")
        assert network.session("A").cookies == []
        await tab.cookies_to_session()
        session = network.session("A")
        assert (session.value("sid"), session.value("js")) == ("0123456789abcdef", "from-script-0123456789")
        assert session.placed["sid"] == [site.url + "/"]
        assert "0123456789abcdef" not in network.masker.text("x 0123456789abcdef y")
        await tab.release()
        tab = await browser.tab("A")
        await tab.goto(site.url + "/see")
        assert "js=from-script" in site.asked[-1].headers.get("cookie", "") or site.asked[-1].path == "/favicon.ico"
        session.adopt([], site.url)
        await tab.release()
        tab = await browser.tab("A")
        assert await tab.page.context.cookies() == [], "what the session lost the browser loses too"
        await tab.release()


@shares_chromium
async def test_a_filmed_tab_gives_a_film_that_browsers_play():
    async with (
        pages(
            home="<h1>one</h1><script>setTimeout(() => document.body.style.background = 'red', 300)</script>"
        ) as site,
        browsing(site.url + "/") as (browser, _),
    ):
        tab = await browser.tab(video=True)
        await tab.goto(site.url + "/")
        await tab.page.wait_for_function("document.body.style.background == 'red'")
        await tab.release()
        film = await tab.video()
        other = await browser.tab()
        assert await other.video() == b""
        await other.goto(site.url + "/")
        length = await other.page.evaluate(
            """(bytes) => new Promise((done) => {
                  const video = document.createElement("video");
                  video.onloadeddata = () => done([video.videoWidth, video.duration]);
                  video.onerror = () => done(video.error.message);
                  video.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: "video/webm" }));
                })""",
            list(film),
        )
        assert length[0] == 1280 and length[1] > 0.2
        await other.release()
