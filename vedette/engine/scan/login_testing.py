"""The `login_test` job: logs in as a scan would, shows each step, and says in a sentence what became of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Mapping

from vedette import __version__
from vedette.contract.batch import Batch, ResumeState
from vedette.contract.events import Event, LoginAttempt, LoginStep, ScanFinished, ScanStarted, SliceEnded
from vedette.contract.job import Job
from vedette.contract.verdict import Verdict
from vedette.engine.crawl.login import LoginResult
from vedette.engine.net.browser import Browser
from vedette.engine.net.network import Network
from vedette.engine.scan.control import Control
from vedette.engine.scan.errand import network_for
from vedette.engine.scan.executing import veto_for
from vedette.engine.scan.ledger import Ledger
from vedette.engine.scan.logging_in import Entry

UNSHOWN = "Nothing was found that only somebody who is logged in gets: give a check page or a pattern to be sure."


async def login_test(
    job: Job, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int
) -> AsyncIterator[Batch]:
    """Batches as the log-in goes on, the steps with pictures where there is a browser; at the end the verdict `clean`
    or `failed`. A test that was told to end is begun again by whoever takes it up."""
    del state
    ledger = Ledger(epoch, time.time)
    async with network_for(job, secrets, control) as network:
        test = LoginTest(job, secrets, control, network, ledger)
        async with contextlib.aclosing(ledger.batches(test.work())) as batches:
            async for batch in batches:
                batch.events = [network.masker.event(event) for event in batch.events]
                yield batch


class LoginTest:
    """One test of the log-ins of a job, of A's and of B's if there is one."""

    def __init__(
        self, job: Job, secrets: Mapping[str, str], control: Control, network: Network, ledger: Ledger
    ) -> None:
        self._job = job
        self._secrets = secrets
        self._control = control
        self._network = network
        self._ledger = ledger
        self._reasons: list[str] = []
        self._remarks: list[str] = []

    async def work(self) -> None:
        """From the first event to the last."""
        job = self._job
        await self._note(
            ScanStarted(
                job=job.id,
                version=__version__,
                catalogue="",
                profile=job.profile.value,
                start_urls=job.start_urls,
                authorized=job.authorized,
            )
        )
        browser = Browser(self._network, veto=veto_for(job)) if job.browser else None
        try:
            await self._users(browser)
        finally:
            if browser is not None:
                self._remarks += browser.remarks
                await browser.close()
        await self._note(self._end())

    async def _users(self, browser: Browser | None) -> None:
        for user, login in (("A", self._job.login), ("B", self._job.second_login)):
            if login.kind == "none" or self._control.said:
                continue
            entry = Entry(
                self._job,
                self._secrets,
                self._network,
                self._control,
                user=user,
                part=self._network.part,
                note=self._note,
                browser=browser,
                shown=True,
            )
            result = await self._held(entry, await entry.establish())
            await self._note(LoginAttempt(ok=result.ok, url=result.url, reason=result.reason, user=user))
            if not result.ok:
                self._reasons.append(result.reason if user == "A" else f"That of the second user: {result.reason}")

    async def _held(self, entry: Entry, result: LoginResult) -> LoginResult:
        """Asks once more: some sessions end with the first page."""
        if not result.ok:
            return result
        if await entry.check.holds(entry.send) is False:
            reason = f"The session did not hold: {result.url} asked for a log-in the second time."
            return LoginResult(ok=False, reason=reason, url=result.url)
        await self._note(LoginStep(label="Checked the session", url=result.url))
        if not result.shown:
            self._remarks.append(UNSHOWN)
        return result

    async def _note(self, event: Event) -> None:
        self._ledger.add(event)
        await self._ledger.committed()

    def _end(self) -> Event:
        word = self._control.word
        if word not in ("", "cancel"):
            return SliceEnded(reason=word)
        verdict = Verdict.FAILED if self._reasons or word else Verdict.CLEAN
        return ScanFinished(
            verdict=verdict.value,
            reasons=(*self._reasons, *self._remarks),
            requests=self._network.requests,
            cancelled=word == "cancel",
        )
