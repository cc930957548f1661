"""A log-in by form without a browser: fetch the page, fill in what it asks for, see what comes of it."""

from __future__ import annotations

from dataclasses import replace

from vedette.contract.exchange import Request
from vedette.contract.job import Login
from vedette.engine.crawl.login_attempt import Attempt, barred_by, judged, missing, no_form, sent_back, unheld
from vedette.engine.crawl.login_between import MOST, by_password, link_only, mails_link, onward_form
from vedette.engine.crawl.login_fields import CODE, PASSWORD, USER
from vedette.engine.crawl.login_form import Plan, has_scripts, plan, request_of
from vedette.engine.crawl.login_trail import Send, Trail, follow
from vedette.engine.parse.page import Page
from vedette.engine.scan.login_values import Say, Values

MAX_STEPS = 5


async def by_form(send: Send, login: Login, user: str, values: Values, say: Say) -> Attempt:
    """One try. Sends the password once at most."""
    trail = await follow(send, Request("GET", login.url, user=user))
    if attempt := _cut(trail, sent=False):
        return attempt
    await say("Opened the log-in page", trail.last.url)
    done: list[str] = []
    asked = 0
    for _ in range(MAX_STEPS):
        page = trail.last
        form = plan(page, values.names)
        if attempt := _settled(page, form, done, values) if not _sent_back(trail, done) else unheld(page):
            return attempt
        if form is None or not _goes_on(form, done):
            between = onward_form(page) if PASSWORD in done and asked < MOST else None
            if between is None:
                break
            asked += 1
            trail = await follow(send, replace(request_of(Plan(between, {}), page, {}), user=user))
            if attempt := _cut(trail, sent=True):
                return attempt
            await say("Went on", trail.last.url)
            continue
        filled = dict(values.by_role)
        if CODE in form.asks and (PASSWORD in done or PASSWORD in form.asks):
            filled[CODE] = await values.code()
            if not filled[CODE]:
                return Attempt(ok=False, reason=values.codeless, url=page.url, sent=PASSWORD in done)
        done += [role for role in (USER, PASSWORD, CODE) if role in form.asks and role in filled]
        trail = await follow(send, replace(request_of(form, page, filled), user=user))
        if attempt := _cut(trail, sent=PASSWORD in done):
            return attempt
        await say(f"Sent {_told(form)}", trail.last.url)
    return _concluded(trail.last, done)


def _goes_on(form: Plan, done: list[str]) -> bool:
    """Whether a form is a step further: after the password only a code can be."""
    return form.asks == {CODE} if PASSWORD in done else True


def _settled(page: Page, form: Plan | None, done: list[str], values: Values) -> Attempt | None:
    """How the log-in has ended already, if it has."""
    if done:
        if attempt := judged(page, done, values.names, form):
            return attempt
        if form is not None and PASSWORD not in done and set(form.asks) <= set(done):
            return Attempt(
                ok=False, reason="The user name was refused: the site asks for it again.", url=page.url, undecided=True
            )
    elif reason := barred_by(page):
        return Attempt(ok=False, reason=reason, url=page.url)
    if form is None:
        return None if PASSWORD in done else no_form(page)
    if form.scripted:
        reason = f"The log-in form of {page.url} is sent by a script."
        return Attempt(ok=False, reason=reason, url=page.url, undecided=True)
    if form.asks == {USER} and mails_link(page, form.form.labels[0] if form.form.labels else "", form.form.labels[1:]):
        others = form.form.labels[1:]
        undecided = has_scripts(page) or by_password(others) >= 0
        return Attempt(ok=False, reason=link_only(page, others), url=page.url, undecided=undecided)
    return None


def _sent_back(trail: Trail, done: list[str]) -> bool:
    return PASSWORD in done and sent_back(trail.pages[1:-1], trail.last)


def _concluded(page: Page, done: list[str]) -> Attempt:
    if PASSWORD not in done:
        return Attempt(ok=False, reason=missing("a password", page), url=page.url, undecided=True)
    return Attempt(ok=True, url=page.url, sent=True, page=page)


def _cut(trail: Trail, *, sent: bool) -> Attempt | None:
    if not trail.reason:
        return None
    url = trail.pages[-1].url if trail.pages else ""
    head = "The log-in was sent away. " if sent and trail.pages else "The log-in page could not be opened. "
    return Attempt(ok=False, reason=head + trail.reason, url=url, sent=sent, stopped=trail.stopped)


def _told(form: Plan) -> str:
    words = {USER: "the user name", PASSWORD: "the password", CODE: "the one-time code"}
    return " and ".join(words[role] for role in (USER, PASSWORD, CODE) if role in form.asks)
