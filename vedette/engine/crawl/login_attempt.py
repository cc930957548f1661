"""What became of one try to log in, judged by the page that came after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vedette.contract.exchange import Request
from vedette.engine.crawl.login import names_login, refused
from vedette.engine.crawl.login_between import wordless
from vedette.engine.crawl.login_fields import CODE, PASSWORD, USER
from vedette.engine.crawl.login_form import Plan, has_scripts, plan
from vedette.engine.crawl.login_signs import captcha, complaint, locked, token_refused
from vedette.engine.parse.page import Page

CAPTCHA_SEEN = "A captcha was seen, which is there to keep programs out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How a try ended. `sent`: the password was sent. `refused`: it was refused, so that it must not be sent again.
    `undecided`: a browser may do better. `stopped`: we were told to end. `page` is where a good one ended,
    `headers` and `cookies` what it gave beside what answers set, `by_origin` headers that belong to one origin each,
    `spare` a token that may be needed, if nothing else shows the session, `check` a request that tells whether it is
    there."""

    ok: bool
    reason: str = ""
    url: str = ""
    sent: bool = False
    refused: bool = False
    undecided: bool = False
    stopped: bool = False
    page: Page | None = None
    by_origin: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict, repr=False)
    spare: str = field(default="", repr=False)
    check: Request | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def no_form(page: Page) -> Attempt:
    """There is nothing to fill in on the first page."""
    status = page.response.status
    if status == 401 and page.response.header("www-authenticate"):
        return Attempt(ok=False, url=page.url, reason=by_http(page.url))
    if status >= 400:
        return Attempt(ok=False, url=page.url, reason=f"The log-in page {page.url} answered {status}.")
    return Attempt(ok=False, url=page.url, reason=missing("a user name or password", page), undecided=page.is_html)


def by_http(url: str) -> str:
    """That a page asks for the password itself, where a form would be filled in, as a sentence."""
    return f"{url} has no form: it asks for HTTP authentication, which a header of the target gives."


def missing(what: str, page: Page) -> str:
    """That a field was not found, as a sentence, and one more on why, if the page tells."""
    return f"No field for {what} was found on {page.url}. {wordless(page)}".strip()


def barred_by(page: Page) -> str:
    """Why a page must not be filled in at all, as a sentence; empty when it may."""
    return CAPTCHA_SEEN if captcha(page) else ""


def judged(page: Page, sent: Sequence[str], names: Sequence[str] = (), plan_on: Plan | None = None) -> Attempt | None:
    """What the page after sending says; `sent` are the roles that were filled in on the way, the last ones last. None
    when nothing on it speaks against a session. `plan_on` is the form that the page shows, when known."""
    shown = plan_on or plan(page, names)
    again = shown is not None and PASSWORD in shown.asks and PASSWORD in sent
    # In two steps, a refusal leads back to the first; other forms that ask for a name say nothing of the kind.
    again = again or (shown is not None and PASSWORD in sent and USER in shown.asks and bool(complaint(page)))
    status = page.response.status
    if word := locked(page) if again or status in (401, 403, 423, 429) else "":
        return _refusal(page, f"The site says that there were too many attempts or that the account is locked: {word}.")
    if token_refused(page):
        return _failure(page, "The site refused the form itself: its anti-CSRF token was not accepted.")
    if CODE in sent and ((shown is not None and CODE in shown.asks) or (status in (401, 403) and not again)):
        return _refusal(page, f"The second factor was refused{_said(page)}.")
    if again or status in (401, 403, 422):
        if captcha(page):
            return _failure(page, CAPTCHA_SEEN)
        said = _said(page)
        # A form that comes back without a word may be one whose script does what we did not.
        unsure = not said and has_scripts(page) and status < 400
        reason = (
            f"The user name or password was refused{said}."
            if said or status >= 400
            else ("The user name or password was refused: the site shows the log-in form again.")
        )
        return _refusal(page, reason, unsure=unsure)
    if status >= 500 or status in (400, 404, 405):
        return _failure(page, f"The log-in was answered with status {status}.", undecided=status < 500)
    return None


def sent_back(passed: Sequence[Page], last: Page) -> bool:
    """Whether a password was taken, and a page that it led to asked for a log-in all the same. `passed` are the pages
    on the way from the answer, which is not among them, to the last one."""
    return not complaint(last) and any(refused(page) and not names_login(page.url) for page in passed)


def unheld(page: Page) -> Attempt:
    """The session was gone as soon as it was there."""
    reason = "The log-in went through, but the session did not hold: the next page asked for a log-in again."
    return Attempt(ok=False, reason=reason, url=page.url, sent=True, undecided=True)


def _said(page: Page) -> str:
    words = complaint(page)
    return f"; the site says “{words}”" if words else ""


def _refusal(page: Page, reason: str, *, unsure: bool = False) -> Attempt:
    return Attempt(ok=False, reason=reason, url=page.url, sent=True, refused=not unsure, undecided=unsure)


def _failure(page: Page, reason: str, *, undecided: bool = False) -> Attempt:
    return Attempt(ok=False, reason=reason, url=page.url, sent=True, undecided=undecided)
