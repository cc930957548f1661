"""A browser in front of a platform's pages, with alarms on: what our pages must never do fails the test.

    @needs_chromium
    def test_...(tmp_path):
        with running(tmp_path, "findings") as (made, told), chromium() as browser:
            with visiting(browser, made.url, told["session"]) as visit:
                visit.go("/ui/findings/")
                visit.page.click(...)

`running` starts the platform's web process on a data directory that a function of `ui_filling.py` fills first. When a
visit ends, a dialog, a console error, a violation of the content policy, a global that a payload has set, or a request
to anywhere but the server fails the test.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response, expect, sync_playwright

from tests.journeys.platform import Platform

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine; on Debian: apt install chromium")

PATIENCE_MS = 60_000
"""How long anything may take on a busy machine."""
expect.set_options(timeout=PATIENCE_MS)
SIZES = {"wide": (1280, 900), "narrow": (380, 800)}
MARKER = "vedette_was_here"
"""The global that payloads of hostile sites set when they run."""
# A form with faults is answered with 422, which the browser notes on its console as if it were a mishap.
_EXPECTED = "the server responded with a status of 422"
_WATCH = f"""
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(event.violatedDirective + " " + event.blockedURI + " " + (event.sample || "")));
Object.defineProperty(window, "{MARKER}", {{ set() {{ console.error("a payload ran"); }}, get() {{ return 0; }} }});
"""


@dataclass
class Visit:
    """A page with its alarms. `heard` are the sentences of what went wrong; `allowed` are statuses of pages and
    `expected` parts of console lines that belong to the journey."""

    page: Page
    home: str
    heard: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)
    expected: list[str] = field(default_factory=lambda: [_EXPECTED])

    def go(self, path: str) -> Response:
        """Opens a path of the server, its scripts loaded; fails unless it is found."""
        self.settle()
        answer = self.page.goto(self.home + path, wait_until="load")
        assert answer is not None and (answer.status < 400 or answer.status in self.allowed), f"{path}: {answer}"
        return answer

    def settle(self) -> None:
        """Hears what the page itself noted before it is left."""
        if self.page.url.startswith(self.home):
            notes = self.page.evaluate("window.__violations || []")
            self.heard += [f"{self.page.url}: policy: {note}" for note in notes]

    def narrow(self) -> None:
        """Fails when the page is wider than its window."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} pixels too wide"

    def listen(self) -> None:
        """Puts the alarms on."""
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.heard.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        self.heard.append(f"{self.page.url}: dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(text in message.text for text in self.expected):
            self.heard.append(f"{self.page.url}: console: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and not request.url.startswith(self.home + "/"):
            self.heard.append(f"{self.page.url}: request to {request.url}")


@contextlib.contextmanager
def running(folder: Path, filling: str, site: str = "") -> Iterator[tuple[Platform, dict[str, Any]]]:
    """A platform filled by this function of `ui_filling.py`, with what that told. With the address of a site, which the
    function is given, a worker runs too and may scan it."""
    made = Platform(folder, allow=site.removeprefix("http://") or "127.0.0.1:9")
    try:
        told = filled(made, filling, *([site] if site else []))
        made.start(*(("web", "worker") if site else ("web",)))
        yield made, told
    finally:
        made.stop()


def filled(made: Platform, filling: str, *arguments: str) -> dict[str, Any]:
    """Runs a function of `ui_filling.py` in a process of its own, beside the platform's; what it told."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.ui_filling", filling, *arguments],
        env=made.environment | {"PYTHONPATH": str(root)},
        cwd=root,
        stdout=subprocess.PIPE,
        check=True,
        timeout=240,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; several visits may share it."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def visiting(
    browser: Browser, home: str, session: str = "", *, size: str = "wide", theme: str = "light"
) -> Iterator[Visit]:
    """A visit of the server at `home`, signed in when the cookie of a session is given, in one of SIZES."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_WATCH)
    cookies = [("vedette_theme", theme), *([("vedette_session", session)] if session else [])]
    context.add_cookies([{"name": name, "value": value, "url": f"{home}/ui/"} for name, value in cookies])
    visit = Visit(context.new_page(), home)
    visit.listen()
    try:
        yield visit
        visit.settle()
    finally:
        context.close()
    assert not visit.heard, "\n".join(visit.heard)
