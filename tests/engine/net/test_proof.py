"""A script runs, or it does not: seen by a real browser under the page's own policy."""

from urllib.parse import quote

from tests.sites.pages import Asked, Page, pages
from vedette.contract.exchange import Request

from .lodging import shares_chromium
from .proxying import browsing

CALL = "console.log(/tok/)"
IMAGE = f"<img src=x onerror={CALL}>"
SLOW = f"<script>setTimeout(() => {{ document.body.innerHTML = '{IMAGE}' }}, 150)</script>"

RUNS = {
    "image": IMAGE,
    "script": f"<script>{CALL}</script>",
    "template": "<script>console.log(RegExp`tok`)</script>",
    "dialog": "<script>confirm('tok')</script>",
    "click": f"<b onclick={CALL}>text",
    "hover": f"<b onmouseover={CALL}>text</b>",
    "focus": f"<input onfocus={CALL}>",
    "key": f"<input onkeydown={CALL}>",
    "link": f"<a href=javascript:{CALL}>text</a>",
    "form": f"<form action=javascript:{CALL}><input name=a></form>",
    "button": f"<form><button formaction=javascript:{CALL}>go</button></form>",
    "frame": f'<iframe srcdoc="{IMAGE}"></iframe>',
    "later": SLOW,
}
SILENT = {
    "text": "&lt;img src=x onerror=console.log(/tok/)&gt;",
    "written": "<script>console.log('/tok/', 'console.log(/tok/)')</script>",
    "warned": "<script>console.warn(`<img onerror=console.log(/tok/)>`)</script>",
    "other dialog": "<script>alert('you said <img onerror=console.log(/tok/)>')</script>",
    "hidden": f"<input type=hidden onclick={CALL}>",
    "not shown": f"<b style='display:none' onclick={CALL}>text</b>",
    "disabled": f"<button disabled onclick={CALL}>text</button>",
    "never fires": f"<b onerror={CALL} onload={CALL}>text</b>",
    "template": f"<template>{IMAGE}</template>",
    "other pattern": "<script>console.log(/tok2/)</script>",
}


@shares_chromium
async def test_what_runs_is_told_from_what_looks_so():
    async with pages(page=lambda asked: Page(asked.fields.get("q", ""))) as site:  # noqa: SIM117
        async with browsing(site.url + "/") as (browser, _):
            for name, text in {**RUNS, **SILENT}.items():
                step = await browser.executes(Request("GET", f"{site.url}/page?q={quote(text)}"), "tok")
                assert (step is not None) == (RUNS.get(name) == text), name


POLICIES = {
    "script-src 'self'": False,
    "default-src 'none'; img-src *": False,
    "script-src 'nonce-abc' 'unsafe-inline'": False,
    "script-src 'unsafe-inline'": True,
    "img-src 'none'": True,
    "sandbox": False,
    "sandbox allow-scripts": True,
}


@shares_chromium
async def test_the_policy_of_the_page_decides():
    def page(asked: Asked) -> Page:
        return Page(f"{IMAGE}<b onclick={CALL}>text", more=(f"Content-Security-Policy: {asked.fields['p']}",))

    async with pages(page=page) as site, browsing(site.url + "/") as (browser, _):
        for policy, runs in POLICIES.items():
            step = await browser.executes(Request("GET", f"{site.url}/page?p={quote(policy)}"), "tok")
            assert (step is not None) is runs, policy


@shares_chromium
async def test_any_request_is_loaded_as_it_is_and_is_the_evidence():
    def echo(asked: Asked) -> Page:
        values = (asked.headers.get("referer", ""), asked.headers.get("cookie", ""), asked.fields.get("q", ""))
        return Page("|".join(values), more=("X-Seen: 1",))

    async with pages(echo=echo) as site, browsing(site.url + "/") as (browser, network):
        network.session("A").adopt([], site.url)
        form = (("Content-Type", "application/x-www-form-urlencoded"),)
        url = site.url + "/echo"
        posted = await browser.executes(Request("POST", url, form, b"q=" + quote(IMAGE).encode(), "A"), "tok")
        assert posted is not None
        sent = posted.exchange.request
        assert (sent.method, sent.url, sent.user) == ("POST", url, "A")
        assert sent.body == b"q=" + quote(IMAGE).encode()
        assert (posted.exchange.status, posted.marks, posted.control) == (200, ("tok",), False)
        assert posted.exchange.response is not None and IMAGE in posted.exchange.response.text
        assert "policy" in posted.note and "console.log(/tok/)" in posted.note
        for name in ("Referer", "Cookie"):
            value = f"{site.url}/{IMAGE}" if name == "Referer" else f"a={IMAGE}"
            step = await browser.executes(Request("GET", url, ((name, value),)), "tok")
            assert step is not None, name
            assert (name, value) in step.exchange.request.headers
        assert await browser.executes(Request("GET", url), "tok") is None, "what one load brought is gone with it"
        names = {name.lower() for one in site.asked for name in one.headers}
        assert not any("lent" in name for name in names)
