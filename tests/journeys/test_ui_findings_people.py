"""Findings, people, keys and the first set-up, as somebody does them in a browser."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Visit, chromium, needs_chromium, running, visiting

PASSWORD = "correct horse battery 7"


def query(visit: Visit) -> str:
    """The query of the page's address."""
    return urlsplit(visit.page.url).query


def titles(visit: Visit) -> list[str]:
    """What the list shows."""
    return [text.strip() for text in visit.page.locator("[data-row] .main-line > a").all_inner_texts()]


pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    """A platform whose one organisation has findings, and what its filling told."""
    with running(tmp_path_factory.mktemp("acme"), "found") as platform:
        yield platform


def test_findings_are_narrowed_decided_and_exported(browser, acme):
    made, told = acme
    with visiting(browser, made.url, told["session"]) as visit:
        narrow_down(visit)
        look_aside(visit)
        decide_about_two(visit)
        work_on_one(visit, told["ids"][3])
    with visiting(browser, made.url, told["session"], size="narrow", theme="dark") as visit:
        for path in ("/ui/findings/", f"/ui/findings/{told['ids'][0]}/", "/ui/settings/roles/new/"):
            visit.go(path)
            visit.narrow()


def narrow_down(visit: Visit) -> None:
    """Filters stand in the address, and the address is the filter."""
    page = visit.page
    visit.go("/ui/findings/")
    assert len(titles(visit)) == 5
    assert titles(visit)[0].startswith("SQL injection")
    page.select_option("select[name=severity]", "high")
    expect(page.locator("[data-row]")).to_have_count(3)
    assert query(visit) == "state=notfixed&severity=high"
    page.fill("#finding-filters input[name=q]", "q1")
    expect(page.locator("[data-row]")).to_have_count(1)
    assert "q=q1" in query(visit)
    page.click("text=Severity: High")
    page.wait_for_load_state("load")
    assert query(visit) == "q=q1&state=notfixed"
    page.click("#save")
    page.fill("#dialog-body input[name=name]", "Parameter q1")
    page.click("#dialog-body button[type=submit]")
    page.wait_for_selector(".views >> text=Parameter q1")
    assert page.locator(".views [aria-current]").inner_text().strip() == "Parameter q1"
    page.click("text=Clear all")
    page.click("th >> text=Finding")
    page.wait_for_selector("th[aria-sort=descending] >> text=Finding")
    assert titles(visit)[0].startswith("Weak")
    with page.expect_download() as download:
        page.click("#export")
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert [row["title"] for row in rows] == titles(visit)


def look_aside(visit: Visit) -> None:
    """The side panel follows the rows by keyboard."""
    page = visit.page
    visit.go("/ui/findings/?state=all")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#peek-body h2 >> text=SQL injection")
    page.keyboard.press("j")
    page.wait_for_selector("#peek-body h2 >> text=Reflected")
    assert page.locator("#peek-body .evidence mark").first.inner_text() == "<b>proof of it</b>"
    page.keyboard.press("Escape")
    assert page.locator("#peek").is_hidden()


def decide_about_two(visit: Visit) -> None:
    """Two at once; a reason is asked for."""
    page = visit.page
    visit.go("/ui/findings/?severity=high")
    boxes = page.locator("[data-row] input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    assert page.locator(".bulk-bar output").inner_text() == "2 selected"
    page.click(".bulk-bar >> text=Accept risk")
    page.wait_for_selector("#dialog-body >> text=2 findings")
    page.click("#dialog-body button[type=submit]")
    page.wait_for_selector("#dialog-body .errors")
    page.fill("#dialog-body textarea", "Behind the wall.")
    page.click("#dialog-body button[type=submit]")
    page.wait_for_selector(".toast-item >> text=2 findings")
    assert page.locator("[data-row] >> text=Accepted").count() == 2
    assert query(visit) == "severity=high"  # nothing has to be filtered again


def work_on_one(visit: Visit, finding: str) -> None:
    """Everything that the page of a finding does."""
    page = visit.page
    visit.go(f"/ui/findings/{finding}/")
    assert page.locator(".evidence mark").first.inner_text() == "<b>proof of it</b>"
    assert page.locator("[data-copy]").first.get_attribute("data-copy").startswith("curl ")
    steps = (
        ("Severity…", lambda: page.check("#dialog-body input[value='20']"), "Severity changed."),
        ("Assign…", lambda: page.select_option("#dialog-body select", label="Ada Example"), "Assigned."),
        ("Labels…", lambda: page.fill("#dialog-body input[name=new_label]", "backlog"), "Labels changed."),
    )
    for word, fill, done in steps:
        page.click("details.menu >> text=Decide")
        page.click(f".menu-list >> text={word}")
        page.wait_for_selector("#dialog-body form")
        fill()
        page.click("#dialog-body button[type=submit]")
        page.wait_for_selector(f".toast-item >> text={done}")
    facts = page.locator(".kv").first.inner_text()
    assert "Ada Example" in facts and "backlog" in facts and "Critical" in facts  # what the scanner said
    page.click(".tabs >> text=Notes")
    page.fill("textarea[name=comment]", "Ask the shop.\nThen fix.")
    page.click("text=Save note")
    page.wait_for_selector(".toast-item >> text=Note saved")
    page.click(".tabs >> text=History")
    history = page.locator(".history").inner_text()
    for told in ("Noted by Ada Example", "Severity: Critical → Medium", "Labels: backlog", "Found for the first time"):
        assert told in history.replace("\n", " ").replace("  ", " "), history
    page.click(".tabs >> text=Identity")
    assert "GET /sqli-error" in page.locator(".kv").first.inner_text()
    page.click(".tabs >> text=Fix")
    page.wait_for_selector("text=Use prepared statements")


def test_people_are_invited_keys_made_and_the_log_holds(browser, acme):
    made, told = acme
    with visiting(browser, made.url, told["session"]) as visit:
        link = invite(visit)
        make_key(visit, told["password"])
        visit.go("/ui/settings/audit/")
        visit.page.click("text=Verify the chain")
        visit.page.wait_for_selector("text=Chain verified.")
    with visiting(browser, made.url) as visit:
        visit.go(urlsplit(link).path)
        join(visit)
    with visiting(browser, made.url) as visit:
        closed(visit, urlsplit(link).path)


def closed(visit: Visit, path: str) -> None:
    """A link that was used opens nothing."""
    visit.allowed.add(404)
    visit.expected.append("status of 404")
    visit.go(path)
    assert "does not open anything" in visit.page.inner_text("h1")


def invite(visit: Visit) -> str:
    """The link of an invitation, shown once."""
    page = visit.page
    visit.go("/ui/settings/people/")
    page.click("text=Invite")
    page.fill("#dialog-body input[name=email]", "new@example.org")
    page.select_option("#dialog-body select[name=role]", label="Developer")
    page.click("#dialog-body button[type=submit]")
    link = page.locator("#dialog-body .copy-line code").inner_text()
    page.click("#dialog-body >> text=Done")
    page.wait_for_selector("section >> text=new@example.org")
    assert link not in page.content()
    return link


def make_key(visit: Visit, password: str) -> None:
    """Who makes a key shows again who they are; the secret stands there once and opens the API."""
    page = visit.page
    visit.go("/ui/settings/keys/")
    page.click("text=New key")
    page.fill("input[type=password]", password)
    page.click("button >> text=Confirm")
    page.fill("input[name=name]", "Pipeline")
    page.click("text=Create key")
    secret = page.locator(".copy-line code").inner_text()
    assert re.fullmatch(r"vdt_p\w{43}", secret)
    answer = page.request.get(f"{visit.home}/findings/", headers={"Authorization": f"JWT {secret}"})
    assert answer.status == 200 and answer.json()["count"] == 5
    page.click("text=I have copied it")
    assert secret not in page.content() and secret[:11] in page.content()
    page.click("button >> text=Revoke")
    page.click("#confirm button[value=yes]")
    page.wait_for_selector("td >> text=Revoked")
    answer = page.request.get(f"{visit.home}/findings/", headers={"Authorization": f"JWT {secret}"})
    assert answer.status == 401


def join(visit: Visit) -> None:
    """Whoever was invited chooses a password and is in, with the rights of the role."""
    page = visit.page
    page.fill("input[name=password]", "another long horse 9")
    page.fill("input[name=again]", "another long horse 8")
    page.click("button >> text=Join")
    page.wait_for_selector("text=The two passwords differ.")
    for name in ("password", "again"):
        page.fill(f"input[name={name}]", "another long horse 9")
    page.click("button >> text=Join")
    page.wait_for_selector("nav.rail")
    visit.go("/ui/findings/?state=all")
    assert len(titles(visit)) == 5
    visit.go("/ui/settings/")
    assert page.locator(".settings nav >> text=Audit log").count() == 0


def test_the_first_person_sets_the_instance_up_once(tmp_path, browser):
    with running(tmp_path, "fresh") as (made, told):
        path = f"/ui/setup/{told['setup_token']}/"
        with visiting(browser, made.url) as visit:
            visit.go(path)
            set_up(visit)
        with visiting(browser, made.url, size="narrow") as visit:
            closed(visit, path)
            sign_in(visit)


def set_up(visit: Visit) -> None:
    """A weak password is refused with a reason; then one is in, and chooses a theme."""
    page = visit.page
    page.fill("input[name=organisation_name]", "Acme")
    page.fill("input[name=name]", "Ada")
    page.fill("input[name=email]", "ada@example.org")
    for password in ("short", PASSWORD):
        for name in ("password", "again"):
            page.fill(f"input[name={name}]", password)
        page.click("button >> text=Begin")
        page.wait_for_selector(".errors, nav.rail")
    assert urlsplit(page.url).path == "/ui/"
    assert "Acme" in page.inner_text(".topbar")
    visit.go("/ui/profile/")
    page.select_option("select[name=theme]", "dark")
    page.click("button >> text=Save")
    page.wait_for_selector("html[data-bs-theme=dark]")


def sign_in(visit: Visit) -> None:
    """By password, as everybody does."""
    visit.go("/ui/findings/")
    page = visit.page
    page.fill("input[name=login]", "ada@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("form >> text=Sign in")
    page.wait_for_selector("text=No open findings")
    visit.narrow()
