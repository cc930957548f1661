"""A scanned site that writes script into everything: our pages show it, and stay silent."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import pytest
from playwright.sync_api import APIResponse

from tests.journeys.browser import Visit, chromium, needs_chromium, running, visiting
from tests.journeys.platform import FINAL, eventually
from tests.sites.xss_everywhere import EVIL, PAYLOADS, serving

PER_PATTERN, PER_PATH = 1, 2
MOST = 190
_ID = re.compile(r"(?<=/)[1-9A-HJ-NP-Za-km-z]{12}(?=/|$)")
_FILE = re.compile(r"\.(csv|txt|json)$")
_SKIPPED = ("/ui/static/", "/ui/account/logout/")

LINKS = """() => {
  const names = ["href", "hx-get", "data-peek"];
  return Array.from(document.querySelectorAll("a[href], [hx-get]:not([hx-include]), [data-peek]")).flatMap((one) =>
    names.filter((name) => one.hasAttribute(name)).map((name) => [name, one.getAttribute(name)]));
}"""
"""What a page leads to: attribute and address."""

FAULTS = """() => {
  const found = [];
  const names = "href src srcset action formaction xlink:href poster ping data manifest background data-href data-peek";
  const leads = new Set([...names.split(" "), "data-src", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"]);
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      const bad = /^(on|hx-on)/.test(name) || name === "srcdoc" || name === "http-equiv";
      if (bad) found.push(`${one.tagName} has ${name}`);
      if (!leads.has(name) || value === "") continue;
      const url = new URL(value, location);
      const reference = one.matches("a[rel~=noopener]") && /^https?:$/.test(url.protocol);
      const foreign = url.origin !== location.origin && url.protocol !== "data:" && !reference;
      if (foreign || url.hostname.endsWith("evil.invalid")) found.push(`${one.tagName} ${name} leads to ${url}`);
    }
    if (one.matches("script:not([src]):not([type='application/json'])")) found.push("an inline script");
    if (one.matches("iframe, object, embed, base, style")) found.push(`a ${one.tagName}`);
  }
  return found;
}"""
"""What must never stand in a page, whatever a site wrote."""


class Crawl:
    """Every page that can be reached from another, a few of each kind."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page
        self.waiting: list[tuple[str, str]] = []
        self.seen: set[str] = set()
        self.patterns: Counter[str] = Counter()
        self.files: list[str] = []

    def add(self, attribute: str, path: str) -> None:
        """An address for later, unless enough of its kind are known."""
        here = self.page.url if self.page.url.startswith(self.visit.home) else self.visit.home
        parts = urlsplit(urljoin(here, path))
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        foreign = f"{parts.scheme}://{parts.netloc}" != self.visit.home or not parts.path.startswith("/ui/")
        if foreign or parts.path.startswith(_SKIPPED) or target in self.seen:
            return
        names = ",".join(sorted({name for name, _ in parse_qsl(parts.query)}))
        kind = f"{attribute} {_ID.sub('*', parts.path)}"
        if self.patterns[kind] < PER_PATH and self.patterns[f"{kind}?{names}"] < PER_PATTERN:
            self.patterns.update((kind, f"{kind}?{names}"))
            self.seen.add(target)
            self.waiting.append((attribute, target))

    def run(self) -> None:
        """Opens all of it."""
        self.add("href", "/ui/")
        for text in (PAYLOADS[1], PAYLOADS[8]):
            self.add("href", f"/ui/search/?q={quote(text)}")
            self.add("href", f"/ui/findings/?q={quote(text)}&state=all")
        opened = 0
        while self.waiting:
            attribute, target = self.waiting.pop(0)
            opened += 1
            assert opened <= MOST, "the crawl does not end"
            if _FILE.search(urlsplit(target).path):
                self.files.append(target)
            elif attribute == "href":
                self.visit.go(target)
                self.look(target)
            else:
                self.part(attribute, target)

    def look(self, target: str) -> None:
        """Opens what can be opened on the page, and notes where it leads."""
        self.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        faults = self.page.evaluate(FAULTS)
        assert faults == [], f"{target}: {faults}"
        for attribute, path in self.page.evaluate(LINKS):
            self.add(attribute, path)

    def part(self, attribute: str, target: str) -> None:
        """Loads what htmx would, into the page that is open."""
        if not self.page.evaluate("'htmx' in window"):  # pages before signing in have none
            self.visit.go("/ui/findings/")
        place = "#peek-body" if attribute == "data-peek" else "#dialog-body"
        self.page.evaluate("([url, place]) => htmx.ajax('GET', url, place)", [target, place])
        self.look(target)
        self.page.evaluate("document.querySelectorAll('dialog[open]').forEach((one) => one.close())")


@needs_chromium
def test_what_a_hostile_site_writes_is_shown_and_does_nothing(tmp_path):
    with running(tmp_path, "hostile") as (made, told), chromium() as browser:
        with visiting(browser, made.url, told["session"]) as visit:
            crawl = Crawl(visit)
            crawl.run()
            kinds = {pattern.partition("?")[0] for pattern in crawl.patterns}
            # An empty crawl would be silent too.
            for wanted in MUST_SEE:
                assert wanted in kinds, f"{wanted} was not reached; only {sorted(kinds)}"
            lines = sum(harmless(visit.page.request.get(made.url + path)) for path in crawl.files)
            assert lines > 2 * len(PAYLOADS)
            shown(visit)
        with visiting(browser, made.url, told["session"], size="narrow", theme="dark") as visit:
            for path in ("/ui/", "/ui/findings/?state=all", "/ui/targets/", "/ui/scans/", "/ui/settings/audit/"):
                visit.go(path)
                visit.narrow()


MUST_SEE = (
    "href /ui/",
    "href /ui/targets/",
    "href /ui/targets/*/",
    "href /ui/scans/",
    "href /ui/scans/*/",
    "href /ui/scans/*/coverage/",
    "href /ui/findings/",
    "href /ui/findings/*/",
    "href /ui/findings/*/history/",
    "href /ui/findings/*/identity/",
    "href /ui/findings/*/occurrences/",
    "href /ui/findings/*/response/1.txt",
    "data-peek /ui/findings/*/peek/",
    "hx-get /ui/findings/decide/accept/",
    "hx-get /ui/findings/decide/labels/",
    "href /ui/findings/export.csv",
    "href /ui/settings/people/",
    "href /ui/settings/roles/*/",
    "href /ui/settings/audit/",
    "href /ui/settings/audit/export.csv",
    "href /ui/profile/",
)


@needs_chromium
@pytest.mark.long
def test_a_real_scan_of_such_a_site_fills_quiet_pages(tmp_path):
    with (
        serving() as site,
        running(tmp_path, "scanned", site) as (made, told),
        chromium() as browser,
        visiting(browser, made.url, told["session"]) as visit,
    ):
        page = f"/ui/scans/{told['scan']}/"
        visit.go(page)  # live, polling
        query = "SELECT status FROM server_scan WHERE public_id = ?"
        eventually(lambda: made.rows(query, told["scan"])[0][0] in FINAL, within=120, what="the scan ends")
        assert made.rows("SELECT count(*) FROM server_finding WHERE check_id = 'xss-reflected'")[0][0] > 0
        crawl = Crawl(visit)
        for path in (page, f"{page}coverage/", "/ui/findings/", "/ui/"):
            visit.go(path)
            crawl.look(path)
        shown_match(visit)


def shown_match(visit: Visit) -> None:
    """The proof of the reflected payload, marked; sent again by a worker, it still holds."""
    visit.go("/ui/findings/?state=all&check=xss-reflected")
    visit.page.locator("[data-row] .main-line a").first.click()
    visit.page.wait_for_load_state("load")
    assert visit.page.locator(".evidence mark").count() > 0
    visit.page.click("button >> text=Replay")
    visit.page.click("#confirm button[value=yes]")
    visit.page.wait_for_selector("#replay >> text=The proof holds")


def harmless(answer: APIResponse) -> int:
    """A file is downloaded, never shown, and no cell of it is a formula. How many rows it has as a table."""
    assert answer.status == 200, answer.url
    assert answer.headers["content-disposition"].startswith("attachment;"), answer.url
    assert answer.headers["x-content-type-options"] == "nosniff"
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in ("text/csv", "text/plain", "application/json"), answer.url
    if kind == "text/csv":
        rows = list(csv.reader(io.StringIO(answer.text())))
        assert [cell for cell in cells(rows) if cell.lstrip().startswith(("=", "+", "-", "@"))] == []
        return len(rows) - 1
    if kind == "text/plain":
        assert EVIL in answer.text()
        assert "sandbox" in answer.headers["content-security-policy"]
    return 0


def cells(rows: list[list[str]]) -> Iterator[str]:
    """All cells."""
    for row in rows:
        yield from row


def shown(visit: Visit) -> None:
    """The payload stands there as text, what steers or hides made visible, the match marked."""
    visit.go("/ui/findings/?state=all&sort=-number")
    visit.page.locator("[data-row] .main-line a").first.click()
    visit.page.wait_for_load_state("load")
    text = visit.page.locator(".evidence").first.inner_text()
    assert PAYLOADS[0] in text and "ESC" in text and "U+202E" in text
    assert visit.page.locator(".evidence mark").count() > 1
