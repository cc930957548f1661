"""A log-in by a folder of a Postman collection: its requests in order, variables out of their answers into the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vedette.contract.exchange import Headers, Request, header
from vedette.contract.job import FolderLogin
from vedette.engine.crawl.login_attempt import Attempt
from vedette.engine.crawl.login_signs import complaint, locked
from vedette.engine.crawl.login_trail import Send, follow
from vedette.engine.net.guard import Guard
from vedette.engine.parse import postman_folders as folders
from vedette.engine.parse.operation import request_of
from vedette.engine.parse.page import Page
from vedette.engine.parse.postman_folders import Part
from vedette.engine.parse.postman_scripts import Answered, assigned
from vedette.engine.parse.set_cookie import parse
from vedette.engine.parse.urls import origin
from vedette.engine.scan.login_by_token import at_path
from vedette.engine.scan.login_values import Say
from vedette.engine.scan.obtaining import Text

MAX_VALUE = 16_384
_REFUSED = (400, 401, 403, 422, 423, 429)
_TOKEN = re.compile(r"token|jwt|bearer|auth", re.IGNORECASE)


@dataclass(slots=True)
class Collection:
    """The job's Postman collection: its text, the values that it was given, and the address in place of all hosts.
    `learned` are the variables that the last log-in set, `headers` what they make other requests send."""

    text: Text
    given: Mapping[str, str] = field(repr=False)
    fixed: str = ""
    learned: dict[str, str] = field(default_factory=dict, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)


async def by_folder(
    send: Send, collection: Collection, folder: FolderLogin, user: str, guard: Guard, say: Say
) -> Attempt:
    """One try. What the folder's requests carry stands in the collection: its credentials are those of the first
    user."""
    if collection.text.problem:
        return Attempt(ok=False, reason=collection.text.problem)
    root = folders.parsed(collection.text.text)
    if root is None:
        return Attempt(ok=False, reason="The description is no Postman collection of version 2.")
    parts = folders.parts_of(root, folder.name)
    if not parts:
        known = ", ".join(repr(name) for name in folders.folders(root)[:10])
        what = "has no folder" if parts is None else "has no requests in its folder"
        return Attempt(ok=False, reason=f"The collection {what} {folder.name!r}; it has {known or 'none'}.")
    run = _Run(send, collection, folder, user, guard, say, folders.values_of(root, collection.given))
    attempt = await run.all(parts)
    return attempt if not attempt.ok else run.concluded(root, attempt)


class _Run:
    def __init__(
        self,
        send: Send,
        collection: Collection,
        folder: FolderLogin,
        user: str,
        guard: Guard,
        say: Say,
        values: dict[str, str],
    ) -> None:
        self._send = send
        self._collection = collection
        self._folder = folder
        self._user = user
        self._guard = guard
        self._say = say
        self._values = values
        self._set: dict[str, str] = {}
        self._sent = False

    async def all(self, parts: list[Part]) -> Attempt:
        """The requests in order. Good when the last of them was."""
        last = Attempt(ok=False, reason="The folder has no request that could be sent.")
        for part in parts:
            last = await self._one(part)
            if last.stopped or (not last.ok and self._folder.fail_fast):
                break
        if last.ok and (missing := [one.name for one in self._folder.mapping if one.name not in self._set]):
            reason = f"No answer held what the variable {missing[0]} was to be taken from."
            return Attempt(ok=False, reason=reason, url=last.url, sent=True)
        return last

    async def _one(self, part: Part) -> Attempt:
        self._take(assigned(part.before, Answered(), self._values))
        missing = [name for name in part.needs if name not in self._values]
        if missing:
            names = ", ".join(missing[:5])
            return Attempt(ok=False, sent=self._sent, reason=f"{part.name!r} needs a value of the variable {names}.")
        request = self._request(part)
        if request is None:
            return Attempt(ok=False, sent=self._sent, reason=f"{part.name!r} is no request that can be sent.")
        self._sent = True
        trail = await follow(self._send, request)
        if trail.reason:
            return Attempt(ok=False, reason=f"{part.name!r}: {trail.reason}", sent=True, stopped=trail.stopped)
        page = trail.last
        await self._say(f"Sent {part.name}", page.url)
        for seen in trail.pages:
            self._learn(part, seen)
        return (
            _refusal(part, page)
            if page.response.status >= 400
            else Attempt(ok=True, url=page.url, sent=True, page=page)
        )

    def _request(self, part: Part) -> Request | None:
        base = self._collection.text.base
        operation = part.operation(base, self._values, self._collection.fixed)
        if operation is None:
            return None
        request = request_of(operation, user=self._user)
        if self._guard.refusal(request.url):
            # Collections often name the machine of a developer.
            moved = origin(base) + request.url[len(origin(request.url)) :]
            request = Request(request.method, moved, request.headers, request.body, request.user)
        return request

    def _learn(self, part: Part, page: Page) -> None:
        answer = Answered(page.text, page.response.headers)
        self._take(assigned(part.after, answer, self._values))
        found = {one.name: _at(page, one.value) for one in self._folder.mapping}
        self._take({name: value for name, value in found.items() if value})

    def _take(self, found: Mapping[str, str]) -> None:
        kept = {name: value for name, value in found.items() if len(value) <= MAX_VALUE}
        self._set |= kept
        self._values |= kept

    def concluded(self, root: Any, attempt: Attempt) -> Attempt:
        """A good try, with what its variables make other requests send."""
        made = folders.headers_with(root, self._folder.name, self._set)
        self._collection.learned, self._collection.headers = dict(self._set), made
        spare = "" if made else next((value for name, value in self._set.items() if _TOKEN.search(name)), "")
        spare = spare.removeprefix("Bearer ")
        check = self._check(root, made)
        if self._folder.check_folder and check is None:
            reason = f"The collection has no request that can be sent in its folder {self._folder.check_folder!r}."
            return Attempt(ok=False, reason=reason, url=attempt.url, sent=True)
        headers: Headers = tuple(made.items())
        return Attempt(
            ok=True, url=attempt.url, sent=True, page=attempt.page, headers=headers, spare=spare, check=check
        )

    def _check(self, root: Any, made: Mapping[str, str]) -> Request | None:
        parts = folders.parts_of(root, self._folder.check_folder) if self._folder.check_folder else None
        request = self._request(parts[0]) if parts else None
        if request is None:
            return None
        # What the session sends is left to it: the same is asked for as nobody.
        own = {name.lower() for name in made} | {"authorization"}
        headers = tuple(pair for pair in request.headers if pair[0].lower() not in own)
        return Request(request.method, request.url, headers, request.body)


def _refusal(part: Part, page: Page) -> Attempt:
    status = page.response.status
    said = locked(page) or complaint(page)
    more = f"; the site says “{said}”" if said else ""
    word = "refused" if status in _REFUSED else "answered"
    reason = f"{part.name!r} was {word} with status {status}{more}."
    return Attempt(ok=False, reason=reason, url=page.url, sent=True, refused=status in _REFUSED)


def _at(page: Page, place: str) -> str:
    kind, colon, name = place.partition(":")
    if colon and kind == "header":
        return header(page.response.headers, name.strip())
    if colon and kind == "cookie":
        lines = [value for key, value in page.response.headers if key.lower() == "set-cookie"]
        known = [one for one in map(parse, lines) if one is not None and one.name == name.strip()]
        return known[-1].value if known else ""
    try:
        return at_path(json.loads(page.text), place)
    except (ValueError, RecursionError):
        return ""
