"""Descriptions of APIs: read, and their operations called in order before the crawl takes over."""

from __future__ import annotations

import base64
import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

from vedette.contract.batch import StateChange
from vedette.contract.exchange import Exchange, Request, header, with_header
from vedette.contract.job import Description, Profile
from vedette.engine.attack.point import Target
from vedette.engine.crawl.frontier import Item
from vedette.engine.crawl.harm import allowed, harm
from vedette.engine.parse.operation import Operation, Reading, Secured, request_of
from vedette.engine.parse.urls import origin
from vedette.engine.scan.context import Scan
from vedette.engine.scan.crawling import Crawler
from vedette.engine.scan.learning import PREFIX, ROOM, Chooser, Learned, good, learn, token_in
from vedette.engine.scan.obtaining import Text, read, text_of, told, values_of
from vedette.engine.scan.ordering import DELETE, ENTER, JOIN, Plan, deletes, plan, stage_of
from vedette.engine.scan.prober import throttled
from vedette.engine.scan.rows import row, rows_with
from vedette.engine.scan.survey import named_headers

AGAIN = (400, 409, 422)
"""Answers after which a call is made once more with only what is required, and with the description's own values."""

_OWN_OBJECTS = ("delete", "password", "e-mail")
"""Kinds of harm that are none where the thing that is changed was made by the scan itself."""

_SITE_BOUND = ("har", "requests")


class Called(NamedTuple):
    """One call with what came of it."""

    request: Request
    exchange: Exchange
    chooser: Chooser


class Describer:
    """Calls what the job's descriptions tell. What is learned lasts in the resume state; so does which operations are
    done: a killed scan goes on with the next."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        rows = rows_with(scan.state, ROOM, PREFIX)
        self._texts: dict[str, Any] = {key[5:]: value for key, value in rows.items() if key.startswith("text:")}
        self._done: set[str] = {key[5:] for key in rows if key.startswith("done:")}
        self._entries: dict[str, Any] = {key[6:]: value for key, value in rows.items() if key.startswith("enter:")}
        self._told: set[str] = {key[5:] for key in rows if key.startswith("told:")}
        own = {key[4:]: value for key, value in rows.items() if key.startswith("own:")}
        seen = {key[5:]: value for key, value in rows.items() if key.startswith("seen:")}
        self.learned = Learned(own, seen)
        self._renewals = 0
        self._opened = {setting.name.lower() for setting in scan.job.headers}

    async def run(self, crawler: Crawler) -> None:
        """All operations of all descriptions, each description's in its own order."""
        if self.scan.partial.sequences_only:
            return
        for number, described in enumerate(self.scan.job.descriptions):
            reading = await self._read(number, described)
            made = plan(reading.operations)
            for index in made.order:
                self.scan.check_limits()
                if self.scan.over:
                    return
                if f"{number}:{index}" not in self._done:
                    await self._call(crawler, number, made, index)

    async def enter_again(self) -> None:
        """Makes the call once more that gave the session its token: sessions are never stored."""
        for number, described in enumerate(self.scan.job.descriptions):
            entered = self._entries.get(str(number))
            if entered is None or self.scan.over:
                continue
            made = plan((await self._read(number, described)).operations)
            if entered in made.order and await self._enter(made, entered):
                self.scan.renewal.by(functools.partial(self._enter, made, entered))

    async def enter(self) -> None:
        """Makes the calls alone that give the session its token: for who calls nothing else."""
        for number, described in enumerate(self.scan.job.descriptions):
            made = plan((await self._read(number, described)).operations)
            for index in (one for one in made.order if made.stages[one] in (JOIN, ENTER)):
                request, chooser = self._request(made, index, self.learned, lean=False, unique="")
                if self.scan.over or self._barred(made.operations[index], request, chooser):
                    continue
                called = await self._ask(made, index, self.learned, lean=False)
                self.scan.ledger.add(state=self._note(number, made, index, called))

    async def _enter(self, made: Plan, index: int) -> bool:
        """Makes the call once more that gives a token; an account that exists cannot be made again, so another one."""
        self._renewals += 1
        unique = "" if made.stages[index] == ENTER else f"-{self.scan.elapsed:.0f}-{self._renewals}"
        called = await self._ask(made, index, self.learned, lean=False, unique=unique)
        if unique and good(made.operations[index], called.exchange):
            self._note_written(called)
        return self._take_token(made, index, called.exchange)

    async def _read(self, number: int, described: Description) -> Reading:
        key = str(number)
        if key in self._texts:
            text = Text(*self._texts[key])
        else:
            text = await text_of(described, self.scan.job, self.scan.network, self.scan.user)
            if described.url and not text.problem:
                self.scan.ledger.add(state=[row(ROOM, f"{PREFIX}text:{key}", list(text))])
        values = values_of(described, self.scan.secrets) | self._learned(described)
        reading = read(described, text, values)
        self._leave_to_session(described, reading)
        if key not in self._told:
            for problem in reading.problems[:5]:
                self.scan.tally.remark(problem)
        if not reading.operations:
            problem = reading.problems[0] if reading.problems else "It tells of none."
            self.scan.fail_early(f"A description of the API gives nothing to call. {problem}")
        self._move_in_scope(described, reading)
        self._open(reading, values)
        if key not in self._told:
            self._told.add(key)
            self.scan.tally.count("operations", len(reading.operations))
            event = told(described, reading)
            await self.scan.commit(event, state=[row(ROOM, f"{PREFIX}told:{key}", True)])
        return reading

    def _learned(self, described: Description) -> dict[str, str]:
        """The variables that a log-in by a folder of this collection set."""
        collection = self.scan.entries["A"].collection
        return collection.learned if collection is not None and described.kind == "postman" else {}

    def _leave_to_session(self, described: Description, reading: Reading) -> None:
        """Takes out the requests of a log-in by folder (tests of them would lock the account that they open), and the
        headers that the session sends by itself: what a log-in gave changes with the next one."""
        folder = self.scan.job.login.folder
        if folder is None or described.kind != "postman":
            return
        inside = folder.name.strip("/") + "/"
        reading.operations[:] = [one for one in reading.operations if not f"{one.name}/".startswith(inside)]
        collection = self.scan.entries["A"].collection
        names = {name.lower() for name in collection.headers} if collection is not None else set()
        for index, one in enumerate(reading.operations):
            headers = tuple(pair for pair in one.headers if pair[0].lower() not in names)
            parameters = tuple(p for p in one.parameters if p.place != "header" or p.name.lower() not in names)
            reading.operations[index] = dataclasses.replace(one, headers=headers, parameters=parameters)

    def _move_in_scope(self, described: Description, reading: Reading) -> None:
        """Operations at an address out of scope are called at the site that is scanned: descriptions often name the
        machine of a developer. Recorded requests of other sites are left alone."""
        site, kept, left = origin(self.scan.job.start_urls[0]), [], 0
        moved: dict[str, None] = {}
        for operation in reading.operations:
            outside = bool(self.scan.network.guard.refusal(request_of(operation).url))
            if outside and described.kind in _SITE_BOUND:
                left += 1
                continue
            if outside and origin(operation.url) != site:
                moved.setdefault(origin(operation.url))
                operation = dataclasses.replace(operation, url=site + operation.path)
            kept.append(operation)
        reading.operations[:] = kept
        if left:
            reading.problems.append(f"{left} requests go out of scope and were left out.")
        for name in list(moved)[:5]:
            reading.problems.append(f"{name or 'An address'} is out of scope: its operations are called at {site}.")

    def _open(self, reading: Reading, values: Mapping[str, str]) -> None:
        """Keys, tokens and passwords that were given by the name of what asks for them go with the session."""
        network, user = self.scan.network, self.scan.user
        for operation in reading.operations:
            for one in operation.secured:
                value = values.get(one.scheme) or values.get(one.name)
                if value and one.place == "header":
                    network.adopt(user, operation.url, ((one.name, header_value(one, value)),))
                    self._opened.add(one.name.lower())

    async def _call(self, crawler: Crawler, number: int, made: Plan, index: int) -> None:
        operation = made.operations[index]
        done = row(ROOM, f"{PREFIX}done:{number}:{index}", True)
        learned: Learned | None = self.learned
        request, chooser = self._request(made, index, self.learned, lean=False, unique="")
        why = self._barred(operation, request, chooser)
        if not why and made.stages[index] == DELETE and chooser.owns:
            learned = await self._spare(made, index)
            why = "" if learned is not None else "there is nothing to delete but what the tests need"
        if why or learned is None:
            crawler.leave(request, operation.kind, why)
            await crawler.store([done])
            return
        called = await self._ask(made, index, learned, lean=False)
        if throttled(called.exchange):
            called = await self._ask(made, index, learned, lean=False)
        if called.exchange.status in AGAIN:
            again = await self._ask(made, index, learned, lean=True)
            called = again if good(operation, again.exchange) else called
        if called.exchange.error in ("stopped", "budget") or not await crawler.fetcher.know_missing([called.exchange]):
            return
        rows = [done, *self._note(number, made, index, called)]
        target = self._target(operation, called)
        crawler.hear(_item(operation, called.request), called.exchange, target)
        await crawler.store([*rows, *(self._carried(operation, target) if target is not None else [])])

    def _carried(self, operation: Operation, target: Target) -> list[StateChange]:
        """The headers and cookies of an operation are input, but for those that open it."""
        keys = {one.name.lower() for one in operation.secured}
        rows: list[StateChange] = []
        for one in operation.parameters:
            if one.place in ("header", "cookie") and one.name.lower() not in keys:
                value = header(target.request.headers, one.name) if one.place == "header" else str(one.value)
                rows += self.scan.facts.learn_extra(target, one.place, one.name, value)
        for name, value in named_headers(target.request, None):
            if name.lower() not in keys:
                rows += self.scan.facts.learn_extra(target, "header", name, value)
        return rows

    async def _ask(self, made: Plan, index: int, learned: Learned, *, lean: bool, unique: str = "") -> Called:
        request, chooser = self._request(made, index, learned, lean=lean, unique=unique)
        send = functools.partial(self.scan.network.send, part=self.scan.meter.parts["crawler"], keep_cookies=False)
        renewed = made.stages[index] not in (JOIN, ENTER)
        if renewed:
            send = functools.partial(self.scan.renewal.exchange, send=send)
        exchange = await self.scan.watch.exchange(request, send)
        return Called(request, exchange, chooser)

    def _request(self, made: Plan, index: int, learned: Learned, *, lean: bool, unique: str) -> tuple[Request, Chooser]:
        rng = self.scan.rng(f"description{unique}")
        chooser = Chooser(made, index, learned, None if lean else lambda name: rng.token("name", 8))
        request = request_of(made.operations[index], chooser, lean=lean, user=self.scan.user)
        return self._without_credentials(request), chooser

    def _without_credentials(self, request: Request) -> Request:
        """Recorded credentials go into the session, where they are masked and never stored."""
        token = header(request.headers, "authorization")
        if not token:
            return request
        self.scan.network.adopt(self.scan.user, request.url, (("Authorization", token),))
        return dataclasses.replace(request, headers=with_header(request.headers, "Authorization", None))

    async def _spare(self, made: Plan, index: int) -> Learned | None:
        """Knowledge of something of the scan's own to delete, beside what the tests go on with; None when no more could
        be made."""
        for maker in made.creators[index][:1]:
            spare = self.learned.copy()
            called = await self._ask(made, maker, spare, lean=False, unique="-spare")
            if good(made.operations[maker], called.exchange):
                self._note_written(called)
                learn(made, maker, called.chooser, called.exchange, spare)
                return spare if spare.own != self.learned.own else None
        return None

    def _barred(self, operation: Operation, request: Request, chooser: Chooser) -> str:
        """Why an operation is not called; empty when it is."""
        scan = self.scan
        if reason := scan.network.guard.refusal(request.url):
            return f"out of scope: {reason}"
        if not scan.partial.inside(request.url):
            return "outside the part of the site that is looked at"
        reads = operation.kind == "graphql" and not operation.tags
        if operation.writes and not reads and scan.job.profile in (Profile.LIGHTNING, Profile.SAFE):
            return "the profile sends nothing that may write"
        kind = harm_of(operation, request)
        if allowed(kind, scan.job) or (kind in _OWN_OBJECTS and chooser.owns):
            return ""
        return f"may do harm: {kind}"

    def _note(self, number: int, made: Plan, index: int, called: Called) -> list[StateChange]:
        """What a call taught, as rows."""
        operation, scan = made.operations[index], self.scan
        scan.tally.count("operations_called", 1)
        if not good(operation, called.exchange):
            return []
        scan.tally.count("operations_answered", 1)
        if made.stages[index] != ENTER and operation.writes and (operation.kind != "graphql" or operation.tags):
            self._note_written(called)
        rows: list[StateChange] = []
        if not deletes(operation):
            rows = learn(made, index, called.chooser, called.exchange, self.learned)
        if self._take_token(made, index, called.exchange):
            self._entries[str(number)] = index
            scan.renewal.by(functools.partial(self._enter, made, index))
            rows.append(row(ROOM, f"{PREFIX}enter:{number}", index))
        return rows

    def _note_written(self, called: Called) -> None:
        events, rows = self.scan.written(called.request)
        self.scan.ledger.add(*events, state=rows)

    def _take_token(self, made: Plan, index: int, exchange: Exchange) -> bool:
        """Whether the answer gave a token for the operations that ask for one. A log-in of the job has its own."""
        scan = self.scan
        asked = [one for operation in made.operations for one in operation.secured if one.kind == "bearer"]
        if not asked or scan.job.login.kind != "none" or asked[0].name.lower() in self._opened:
            return False
        if made.stages[index] not in (JOIN, ENTER):
            return False
        token = token_in(exchange, tuple(one.scheme for one in asked if one.scheme))
        if token:
            scan.masker.learn("token", token)
            scan.network.adopt(scan.user, exchange.request.url, ((asked[0].name, f"Bearer {token}"),))
        return bool(token)

    def _target(self, operation: Operation, called: Called) -> Target | None:
        """What is worth testing of an operation. Values sent to what deletes could delete anything: it is tested only
        where that is wanted."""
        status, job = called.exchange.status, self.scan.job
        if status in (405, 501) or (status in (404, 410) and not operation.holes):
            return None
        kind = harm_of(operation, called.request)
        if kind == "delete" and not allowed(kind, job) and job.profile != Profile.FULL:
            return None
        # The path of what may do harm keeps naming what is our own.
        steady = not allowed(kind, job)
        return Target(called.request, operation.template, described=operation.name, steady=steady)


def harm_of(operation: Operation, request: Request) -> str:
    """The kind of harm that an operation may do; of GraphQL its name tells."""
    if deletes(operation):
        return "delete"
    if stage_of(operation) in (JOIN, ENTER):
        return ""
    if operation.kind == "graphql" and not operation.tags:
        return ""
    return harm(request, operation.tags if operation.kind == "graphql" else ())


def header_value(secured: Secured, value: str) -> str:
    """What opens an operation, as its header says it: a password is given as `user:password`."""
    if secured.kind == "basic":
        return "Basic " + (base64.b64encode(value.encode()).decode() if ":" in value else value.removeprefix("Basic "))
    return f"Bearer {value.removeprefix('Bearer ')}" if secured.kind == "bearer" else value


def _item(operation: Operation, request: Request) -> Item:
    return Item(request, 1, operation.kind, "", (operation.name,))
