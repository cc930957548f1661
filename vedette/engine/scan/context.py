"""Everything the phases of one slice share."""

from __future__ import annotations

import functools
import json
import re
import secrets as randomness
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from vedette.contract.addresses import Policy
from vedette.contract.batch import ResumeState, StateChange
from vedette.contract.checkinfo import Kind
from vedette.contract.events import Event, LoginAttempt, LoginStep, TargetBlocked, TargetSlowed, Written
from vedette.contract.exchange import Exchange, Request, Step
from vedette.contract.job import Job, Known
from vedette.contract.progress import PartProgress
from vedette.engine import catalog
from vedette.engine.attack.mutations import cookie_point
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import ProbeStop, Reaction, TlsFacts
from vedette.engine.attack.rng import Rng
from vedette.engine.crawl.frontier import key_of
from vedette.engine.crawl.login import LoginResult
from vedette.engine.crawl.soft404 import Soft404
from vedette.engine.net.browser import Browser
from vedette.engine.net.network import Network
from vedette.engine.scan.control import Control
from vedette.engine.scan.coverage import Coverage
from vedette.engine.scan.door import Door
from vedette.engine.scan.executing import Browsing, Proofs, veto_for
from vedette.engine.scan.facts import Facts
from vedette.engine.scan.findings import Findings
from vedette.engine.scan.freshening import Freshener
from vedette.engine.scan.health import Tally
from vedette.engine.scan.ledger import Ledger
from vedette.engine.scan.logging_in import Entry, Failures
from vedette.engine.scan.login_values import WAITS_FOR_CODE
from vedette.engine.scan.meter import Meter
from vedette.engine.scan.partial import Partial, settings_of
from vedette.engine.scan.patience import PATIENCE_S, Patience
from vedette.engine.scan.prober import FULL_BUDGET, Baselines, UnitProbe
from vedette.engine.scan.recalling import PLACEHOLDER, recalled, request_of
from vedette.engine.scan.rechecks import Rechecks
from vedette.engine.scan.renewing import Renewal
from vedette.engine.scan.rows import read, row, rows_with
from vedette.engine.scan.session_watch import SessionWatch
from vedette.engine.scan.session_watches import SessionWatches
from vedette.engine.scan.watching import WatchedProbe

MAX_COOKIE_PAGES = 50
ENDED = "The session that the target's headers or cookies give has ended during the scan."

KNOWN_BUDGET = 4 * FULL_BUDGET
"""A test that is to show that a flaw is gone must not end for want of requests."""


class Scan:
    """One slice of one scan. Made from the job, its secrets and the resume state; phases read and write through it."""

    def __init__(self, job: Job, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int) -> None:
        self.job = job
        self.control = control
        self.resumed = bool(state.get("head"))
        self.catalogue = catalog.load()
        self.checks = self.catalogue.select(job.profile, job.checks)
        self.rechecks = Rechecks(job, self.catalogue, state) if job.known else None
        retested = self.rechecks if self.rechecks is not None and self.rechecks.only else None
        if retested is not None:
            self.checks = tuple(check for check in self.checks if check.info.id in retested.checks)
        self.chosen = frozenset(check.info.id for check in self.checks)
        self.facts = Facts(state)
        self.partial = Partial(job)
        self.facts.never = settings_of(job)[1]
        self.facts.every = self.partial.duplicates
        self.findings = Findings(state, retested.ids if retested is not None else None)
        self.coverage = Coverage(state, self.rechecks.kept if self.rechecks is not None else frozenset())
        if self.rechecks is not None:
            self.facts.always = self.rechecks.concerns
            self.facts.supposed = self.rechecks.technologies()
            self.facts.first_sinks = frozenset(key_of(self.rechecks.sink(known)) for known in self.rechecks.stored())
        self.meter = Meter(time.monotonic)
        self.tally = Tally(state, job)
        self._epoch = epoch
        self.ledger = Ledger(epoch, time.time, self._stamp)
        self.login_page = ""
        self.phase: int = read(state, "head", "phase", 0)
        self.soft404 = Soft404.load(state.get("identity", {}))
        self.state = state
        self.passive = tuple(check for check in self.checks if check.info.kind == Kind.PASSIVE)
        self.suspicions: dict[str, dict[str, Any]] = rows_with(state, "verify", "")
        self.secret = bytes.fromhex(read(state, "tokens", "secret") or randomness.token_hex(16))
        self.network = Network(
            job,
            secrets,
            policy=Policy(allow=job.allow_private),
            on_slow=self._slowed,
            on_block=self._blocked,
            already_spent=self.tally.requests,
        )
        self.masker = self.network.masker
        self.browser = Browser(self.network, veto=veto_for(job), part=self._part) if job.browser else None
        self.browsing = Browsing(self.browser, self.tally, control)
        self.cookie_pages: list[str] = read(state, "head", "cookie-pages", [])
        self.entries = {user: self._entry(user, secrets, state) for user in ("A", "B")}
        self.login = self.entries["A"].check
        self.fresh = Freshener(functools.partial(self.network.send, part=self.meter.parts["crawler"]))
        self.watches = SessionWatches({user: self._watch(user) for user in self.entries}, self._barred)
        self.watch = self.watches.of("A")
        self.renewal = Renewal()
        self.door = Door(self.network, self.meter, job.limits.form_posts, self.watches, self.fresh, self.renewal)
        self.proofs = Proofs(self.browsing.opened, lambda: self.over, self.door.writes)
        self.baselines = Baselines(self.door, self.watches.unless_held)
        self.queue = 0
        self.user = "" if job.login.kind == "none" else "A"
        self.secrets = secrets
        self._patience = Patience()
        self._trouble = ""
        self._written = set(state.get("clean-up", {}))
        self._started = time.monotonic()

    def _entry(self, user: str, secrets: Mapping[str, str], state: ResumeState) -> Entry:
        failures = Failures(self.tally.logins.get(user))
        return Entry(
            self.job,
            secrets,
            self.network,
            self.control,
            user=user,
            part=self.meter.parts["crawler"],
            note=self._waits,
            failures=failures,
            used=read(state, "session", f"code:{user}", -1),
            browser=self.browser,
        )

    def _watch(self, user: str) -> SessionWatch:
        async def revisit() -> None:
            if user == "A":  # nobody crawls as the other
                await self.revisit()

        told = functools.partial(self.logged_in, user=user)
        return SessionWatch(self.entries[user], self.tally, told, revisit, self.fail_early)

    def _barred(self, user: str) -> bool:
        """Tests in the first user's name go on without his session, as nobody's; what a second one may do they can
        not tell then."""
        return user == "B" and (self.job.second_login.kind == "none" or bool(self.tally.second_login_failed))

    async def _waits(self, event: Event) -> None:
        """Of the steps of a log-in only one that waits for somebody is worth an event in a scan."""
        if not isinstance(event, LoginStep) or event.label == WAITS_FOR_CODE:
            self.ledger.add(event)

    def logged_in(self, result: LoginResult, user: str = "A") -> None:
        """Takes note of how a log-in went; stored with what is committed next."""
        entry = self.entries[user]
        part = self.meter.parts["crawler"]
        part.last_logins = [result.url]
        part.login_errors += not result.ok
        self.tally.logins[user] = entry.failures.dump()
        rows = []
        if entry.values.codes is not None:
            rows.append(row("session", f"code:{user}", entry.values.codes.used))
        self.ledger.add(LoginAttempt(ok=result.ok, url=result.url, reason=result.reason, user=user), state=rows)

    async def revisit(self) -> None:
        """Asks once more for what belongs to a session beside the log-in: the cookies that pages set, and the tokens
        of forms."""
        for url in self.cookie_pages[:MAX_COOKIE_PAGES]:
            await self.entries["A"].send(Request("GET", url, user=self.user))
        self.fresh.learn(self.facts.targets.values())
        await self.fresh.renew()

    @property
    def elapsed(self) -> float:
        """Seconds spent on the scan, earlier slices included."""
        return self.tally.elapsed_before + time.monotonic() - self._started

    def _stamp(self) -> list[StateChange]:
        self.tally.take(self.network)
        return [row("head", "spent", self.tally.spent(self.elapsed))]

    def _slowed(self, host: str, reason: str, wait_s: float, concurrency: int) -> None:
        self._trouble = reason
        self.ledger.add(TargetSlowed(host=host, reason=reason, wait_s=wait_s, concurrency=concurrency))

    def _blocked(self, host: str, reason: str, is_open: bool) -> None:
        self._trouble = reason
        self.ledger.add(TargetBlocked(host=host, reason=reason, open=is_open))

    def _part(self) -> PartProgress:
        return self.meter.parts["crawler" if self.meter.phase == "crawl" else "scanner"]

    def state_of(self, room: str) -> dict[str, str]:
        """The rows of one room as they were when the slice began, handed out once."""
        return self.state.pop(room, {})

    def keep_cookies(self, exchange: Exchange) -> list[StateChange]:
        """Takes what an answer of the crawl set into the session that asked. Sessions are never stored; the rows name
        the pages to ask again for cookies that were new."""
        session = self.network.session(exchange.request.user)
        before = len(session.placed)
        self.network.keep_cookies(exchange)
        if len(session.placed) == before or exchange.request.method != "GET":
            return []
        self.cookie_pages.append(exchange.request.url)
        return [row("head", "cookie-pages", self.cookie_pages)]

    def harmless_value(self, cookie: str) -> str:
        """The value of a cookie of the session, to start from; empty for one that stands for a log-in."""
        value = self.network.session(self.user).value(cookie)
        return value if self.masker.text(value) == value else ""

    def live(self, point: Point) -> Point:
        """The point with the value that its cookie has now: values of a session are never stored, and end with it."""
        if point.kind != PointKind.COOKIE or (point.value and self.masker.text(point.value) == point.value):
            return point
        return cookie_point(point.target, point.name, self.network.session(self.user).value(point.name))

    def guarded(self, raw: Any) -> Any:
        """JSON-able data with secrets and session values replaced by placeholders, fit to be stored."""
        return json.loads(self.masker.text(json.dumps(raw, ensure_ascii=False)))

    def revived(self, raw: Any) -> Any:
        """Guarded data with the placeholders of the site's own cookies replaced by their values of now."""
        session = self.network.session(self.user)

        def value(match: re.Match[str]) -> str:
            name = match[1]
            return json.dumps(session.value(name))[1:-1] if name in session.placed else match[0]

        return json.loads(PLACEHOLDER.sub(value, json.dumps(raw, ensure_ascii=False)))

    def recall(self, known: Known) -> Request | None:
        """The request of a known finding as it is to be sent now; None when a secret in it is not known any more."""
        request = request_of(known, self.user)
        session = self.network.session(request.user)

        def value(name: str) -> str | None:
            return self.secrets.get(name) or (session.value(name) if name in session.placed else None)

        return recalled(request, value)

    def masked_request(self, request: Request) -> Request:
        """The request with known secrets and session values replaced, fit to leave the engine."""
        return self.masker.mask(Exchange(request)).request

    def rng(self, unit: str) -> Rng:
        """The unit's own source of randomness."""
        return Rng(self.job.seed, unit, self.secret)

    def probe(
        self,
        unit: str,
        url: str,
        *,
        full: bool,
        budget: int = FULL_BUDGET,
        verifying: bool = False,
        reaction: Reaction | None = None,
        watched: bool = False,
    ) -> UnitProbe:
        """A probe for one unit on the host of `url`; a WatchedProbe with `watched`."""
        build = WatchedProbe if watched else UnitProbe
        return build(
            sender=self.door,
            baselines=self.baselines,
            tls=self.handshake,
            # A proof cut off may have left its tokens on the target: its successor needs others to tell its own.
            rng=self.rng(f"{unit}|{self._epoch}" if verifying else unit),
            reaction=reaction or Reaction(),
            technologies=self.facts.technologies_of(urlsplit(url).netloc),
            full=full,
            budget=budget,
            sinks=self.facts.sinks_of,
            verifying=verifying,
            browser=self.proofs,
        )

    async def handshake(self, origin: str) -> TlsFacts:
        """TLS facts of an origin; the network takes them once."""
        report = await self.network.handshake(origin)
        if self.over:
            raise ProbeStop("stopped")  # what was cut off says nothing of the target
        return TlsFacts(
            accepted=report.accepted,
            certificate=report.certificate,
            chain_error=report.chain_error,
            cipher=report.cipher,
            weak_ciphers=report.weak_ciphers,
            error=report.error,
        )

    def written(self, request: Request) -> tuple[list[Event], list[StateChange]]:
        """The event and row of something that may now stand on the target; nothing when already listed."""
        key = f"{request.method} {request.url}"
        if key in self._written:
            return [], []
        self._written.add(key)
        mark = self.rng("").mark
        return [Written(method=request.method, url=request.url, marker=mark)], [row("clean-up", key, mark)]

    def masked(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The steps with known secrets and session values replaced, fit to leave the engine."""
        text = self.masker.text
        return tuple(
            Step(
                step.label,
                self.masker.mask(step.exchange),
                tuple(map(text, step.marks)),
                text(step.note),
                step.control,
                tuple(map(text, step.request_marks)),
            )
            for step in steps
        )

    async def commit(self, *events: Event, state: list[StateChange] | None = None) -> None:
        """Adds and waits until it is stored."""
        self.ledger.add(*events, state=state or [])
        await self.ledger.committed()

    @property
    def over(self) -> bool:
        """Whether nothing more may be begun: a word was said, a limit is spent, or the scan has failed fast."""
        return self.control.said or bool(self.tally.limits) or bool(self.tally.ended_early)

    async def ask_for_given(self) -> None:
        """Sees whether a session that came with the job still holds. Nobody can make it anew: what is done from then
        on is nobody's, and the verdict says so."""
        for user, login in (("A", self.job.login), ("B", self.job.second_login)):
            if login.kind == "static" and not self.tally.failed_login(user) and not await self._still_given(user):
                self.tally.fail_login(ENDED, user)
                self.fail_early(f"The log-in failed: {self.tally.failed_login(user)}")

    async def _still_given(self, user: str) -> bool:
        entry = self.entries[user]
        for _ in range(2):  # one answer may be of the moment
            if await entry.check.holds(entry.send) is not False:
                return True
        return False

    def fail_early(self, reason: str) -> None:
        """Ends the scan for a reason, a sentence, if it is to fail fast and nothing else ends it."""
        if self.job.fail_fast and not self.over:
            self.tally.ended_early = reason
            self.network.stop()

    def check_limits(self) -> None:
        """Notes a spent limit or a target that stays away; phases look at `over` afterwards."""
        limits = self.job.limits
        if limits.max_time_s and self.elapsed >= limits.max_time_s:
            self.tally.limit("max-time")
            self.network.stop()
        if limits.max_requests and self.network.requests >= limits.max_requests:
            self.tally.limit("max-requests")
        if self._patience.ends(self.meter.answered, self.network.troubled):
            sign = f" The last sign: {self._trouble}." if self._trouble else ""
            self.fail_early(f"The target has not answered for {PATIENCE_S:.0f} seconds.{sign}")
