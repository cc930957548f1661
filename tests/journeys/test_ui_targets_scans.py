"""Overview, targets and scans in a real browser: a site is added, shown to be ours, scanned, watched and looked at; and
no page is wider than a phone, whatever a site wrote."""

from __future__ import annotations

import contextlib
import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import chromium, filled, needs_chromium, running, visiting
from tests.journeys.platform import TOKEN, Platform, practice_shop
from vedette.server.web.target_sections import NAMES


@needs_chromium
def test_a_site_is_added_scanned_and_looked_at(tmp_path):
    with practice_shop() as shop, working(tmp_path, shop.url) as (made, told), chromium() as browser:
        with visiting(browser, made.url, told["session"]) as visit:
            _overview(visit)
            _add(visit, shop.url)
            _verify(visit, made, shop.url.removeprefix("http://"))
            _start(visit)
            _watch(visit)
            _result(visit)
            _list(visit)
        with visiting(browser, made.url, told["session"], size="narrow", theme="dark") as visit:
            for path in ("/ui/", "/ui/targets/", "/ui/targets/new/", "/ui/scans/", "/ui/scans/?show=trouble"):
                visit.go(path)
                visit.narrow()


@contextlib.contextmanager
def working(folder, site):
    """A platform with findings, web process and worker, and what its filling told."""
    made = Platform(folder, allow=site.removeprefix("http://"))
    try:
        told = filled(made, "found")
        made.narrow(["headers", "xss-reflected"])
        made.start()
        yield made, told
    finally:
        made.stop()


def _overview(visit):
    visit.go("/ui/")
    page = visit.page
    expect(page.locator(".tile").first).to_contain_text("in 7 days")
    expect(page.locator(".chart canvas").first).to_be_visible()
    page.get_by_text("Show as table").first.click()
    expect(page.get_by_role("rowheader").first).to_be_visible()
    page.get_by_role("link", name="Add a target").click()


def _add(visit, url):
    page = visit.page
    page.get_by_label("Address").fill("http://127.0.0.1:9/")
    page.get_by_role("button", name="Check the address").click()
    expect(page.locator(".errors")).to_contain_text("loopback")
    page.get_by_label("Address").fill(url + "/")
    page.get_by_label("Name").fill("Practice site")
    page.get_by_role("button", name="Check the address").click()
    page.wait_for_url("**/begin/")
    expect(page.locator("input[value=normal]")).to_be_disabled()
    expect(page.get_by_role("button", name="Start the scan")).to_be_enabled()


def _verify(visit, made, host):
    page = visit.page
    page.get_by_role("button", name="Look for it now").first.click()
    expect(page.locator("#ownership [role=alert]")).to_contain_text("not found")
    made.write("UPDATE server_domain SET token=? WHERE hostname=?", uuid.UUID(TOKEN).hex, host)
    page.get_by_role("button", name="Look for it now").first.click()
    expect(page.locator("#own .chip").first).to_have_text("Shown")
    page.get_by_label("I am authorised").check()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#authorise")).to_contain_text("Ada Example")


def _start(visit):
    page = visit.page
    page.locator("input[value=normal]").check()
    page.get_by_role("button", name="Start the scan").click()
    page.wait_for_url(re.compile(r"/ui/scans/\w{12}/$"))


def _watch(visit):
    """The page follows by itself: nothing here loads it anew."""
    page = visit.page
    page.evaluate("window.__same = true")
    expect(page.locator("#live .chip").first).to_have_text("Running")
    expect(page.locator(".stage[aria-current]")).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#live .chip").first).to_have_text("Paused")
    page.get_by_role("button", name="Resume").click()
    page.evaluate("window.__same = true")
    expect(page.locator("#live table tbody tr").first).to_be_visible()
    assert page.evaluate("window.__same")
    expect(page.locator(".verdict-line")).to_be_visible()


def _result(visit):
    page = visit.page
    expect(page.locator(".verdict-line strong")).to_have_text("Findings")
    assert page.locator(".stage.is-done").count() == page.locator(".stage").count()
    page.get_by_role("link", name="Coverage", exact=True).click()
    page.get_by_role("link", name="Flaw found").click()
    page.locator("details summary", has_text="found a flaw").first.click()
    page.locator("details.menu summary", has_text="Coverage").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    for tab in ("Checks", "Settings", "Result"):
        page.get_by_role("navigation", name="Scan").get_by_role("link", name=tab).click()
        expect(page.get_by_role("navigation", name="Scan").locator("[aria-current]")).to_have_text(tab)


def _list(visit):
    page = visit.page
    visit.go("/ui/targets/?q=Practice")
    page.locator("summary[aria-label^='Actions']").click()
    pause = page.get_by_role("button", name="Pause")
    expect(pause).to_have_attribute("aria-disabled", "true")
    expect(pause).to_contain_text("No scan is running")
    page.get_by_role("button", name="Scan with…").click()
    expect(page.get_by_role("dialog").get_by_role("radio", name="Lightning")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.locator("[data-row] input[type=checkbox]").check()
    page.get_by_label("Label to add").fill("practice")
    page.get_by_role("button", name="Add label").click()
    expect(page.locator(".toast-item")).to_contain_text("1 target labelled.")
    page.get_by_role("link", name="practice", exact=True).click()
    expect(page.locator("[data-row]")).to_have_count(1)


@pytest.mark.long
@needs_chromium
def test_no_page_is_wider_than_a_phone(tmp_path):
    with (
        running(tmp_path, "hostile") as (made, told),
        chromium() as browser,
        visiting(browser, made.url, told["session"], size="narrow") as visit,
    ):
        for path in list(_pages(visit)):
            visit.go(path)
            visit.narrow()


def _of(visit, path, pattern):
    """The addresses of a kind that a page links to, each once."""
    visit.go(path)
    links = visit.page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    return list(dict.fromkeys(link for link in links if re.fullmatch(pattern, link)))


def _pages(visit):
    targets = _of(visit, "/ui/targets/", r"/ui/targets/\w{12}/")
    scans = _of(visit, "/ui/scans/", r"/ui/scans/\w{12}/")
    assert (len(targets), len(scans)) == (2, 2)
    tabs = ["", "scans/", "coverage/", "begin/"]
    yield from ("/ui/", "/ui/targets/", "/ui/scans/", "/ui/schedules/", "/ui/schedules/list/", "/ui/schedules/new/")
    schedules = _of(visit, "/ui/schedules/list/", r"/ui/schedules/\w{12}/")
    yield from (f"{schedules[0]}{tab}" for tab in ("", "change/"))
    chosen = targets[0].rstrip("/").rpartition("/")[2]
    yield from (f"/ui/schedules/?target={chosen}", "/ui/settings/blackout/")
    yield from (f"{target}{tab}" for target in targets for tab in tabs)
    yield from (f"{targets[0]}settings/{section}/" for section in NAMES)
    yield from (f"{scan}{tab}" for scan in scans for tab in ("", "coverage/", "checks/", "settings/"))
