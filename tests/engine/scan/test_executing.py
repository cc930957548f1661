"""The browser as checks see it, within a scan."""

import os

import pytest

from tests.engine.net.lodging import shares_chromium
from tests.engine.scan.scanning import job_for, ran, scan_of
from tests.sites.pages import Asked, Page, pages
from vedette.contract import events as kinds
from vedette.contract.exchange import Request
from vedette.contract.job import Job
from vedette.engine.attack.probe import ProbeStop
from vedette.engine.net.browser_process import NO_CHROMIUM, UNCONFINED
from vedette.engine.scan.executing import NOT_WANTED, veto_for

URL = "http://127.0.0.1:9/"
HOME = '<a href="/open?q=tea">one</a> <a href="/guarded?q=tea">two</a> <a href="/safe?q=tea">three</a>'
POLICY = ("Content-Security-Policy: script-src 'none'; object-src 'none'; base-uri 'none'",)


def site():
    def shown(asked: Asked, more: tuple[str, ...] = ()) -> Page:
        return Page(f"<!doctype html><title>x</title><p>You said {asked.fields.get('q', '')}</p>", more=more)

    def safe(asked: Asked) -> Page:
        return Page(f"<!doctype html><p>You said {asked.fields.get('q', '').replace('<', '&lt;')}</p>")

    return pages(home=HOME, open=shown, guarded=lambda asked: shown(asked, POLICY), safe=safe)


@shares_chromium
async def test_scripts_that_run_are_confirmed_and_others_are_not():
    async with site() as shop:
        result = await ran(job_for(shop.url + "/", ("xss",), browser=True))
    proven = {key[1:3]: level for key, level in result.proven().items()}
    assert sorted(proven.values()) == ["confirmed", "firm"]
    assert [level for key, level in proven.items() if "/open" in str(key)] == ["confirmed"]
    assert [level for key, level in proven.items() if "/guarded" in str(key)] == ["firm"]
    assert ((UNCONFINED,) if os.geteuid() == 0 else ()) == result.finished.reasons
    asked = [one for one in shop.asked if one.headers.get("sec-fetch-mode") == "navigate"]
    assert asked and all(one.headers["x-vedette-scan"] == "t" for one in asked)
    assert result.finished.requests == len(shop.asked)
    parts = result.of(kinds.Progress)[-1].parts
    assert sum(part.requests for part in parts.values()) == len(shop.asked)


@pytest.mark.parametrize(("changes", "reason"), [({"browser": False}, NOT_WANTED), ({"browser": True}, NO_CHROMIUM)])
async def test_without_a_browser_the_verdict_says_so(monkeypatch, changes, reason):
    monkeypatch.setenv("VEDETTE_CHROMIUM", "/no/such/chromium")
    async with site() as shop:
        result = await ran(job_for(shop.url + "/", ("xss",), **changes))
    assert sorted(result.proven().values()) == ["firm", "firm"]
    assert result.finished.verdict == "findings"
    assert (result.finished.reasons == (reason,)) or reason.startswith("Playwright")


async def test_nothing_is_noted_when_no_browser_was_needed():
    made = scan_of(job_for(URL, browser=False))
    assert made.browser is None and made.tally.notes == []
    assert await made.browsing.opened() is None
    assert await made.browsing.opened() is None
    assert made.tally.notes == [NOT_WANTED]


async def test_what_the_end_of_the_scan_cut_off_is_tested_again():
    made = scan_of(job_for(URL, browser=True))
    made.control.say("cancel")
    made.network.stop()
    with pytest.raises(ProbeStop, match="stopped"):
        await made.proofs.executes(Request("GET", URL), "tok")
    assert made.tally.notes == []


async def test_loads_that_write_count_as_writing():
    made = scan_of(job_for(URL, browser=False, limits={"form_posts": 1}))
    request = Request("POST", URL, (), b"a=1")
    assert await made.proofs.executes(request, "tok") is None
    with pytest.raises(ProbeStop, match="spent"):
        await made.proofs.executes(request, "tok")


def test_pages_do_no_harm_by_themselves():
    job = Job(id="t", start_urls=(URL,))
    veto = veto_for(job)
    assert veto(Request("GET", URL + "shop")) == ""
    assert "harm" in veto(Request("GET", URL + "logout"))
    assert "harm" in veto(Request("DELETE", URL + "item/1"))
    permitted = veto_for(Job(id="t", start_urls=(URL,), allow_actions=("log-out", "logout", "delete")))
    assert permitted(Request("DELETE", URL + "item/1")) == ""
