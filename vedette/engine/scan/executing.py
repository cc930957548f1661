"""The browser as the checks see it: it shows that a script runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vedette.contract.exchange import Request, Step
from vedette.contract.job import Job
from vedette.engine.attack.probe import ProbeStop
from vedette.engine.crawl.harm import allowed, harm
from vedette.engine.net.browser import Browser
from vedette.engine.scan.control import Control
from vedette.engine.scan.health import Tally

NOT_WANTED = "The scan was not to use a browser: what only scripts of pages do was not seen."


class Browsing:
    """Hands out the one browser of a slice, and notes for the verdict why there is none when one was needed."""

    def __init__(self, browser: Browser | None, tally: Tally, control: Control) -> None:
        self.browser = browser
        self._tally = tally
        self._control = control

    async def opened(self) -> Browser | None:
        """The browser, running; None when there is none."""
        if self.browser is None:
            self._tally.remark(NOT_WANTED)
            return None
        reason = await self.browser.start()
        if reason and not self._control.said and not self._tally.limits:
            self._tally.remark(f"No browser was used from some point on. {reason}" if self.browser.ran else reason)
        for remark in self.browser.remarks:
            self._tally.remark(remark)
        return None if reason else self.browser


class Proofs:
    """A `probe.Browser`. `over` tells whether the scan ends; `writes` is told of each request, and raises ProbeStop
    when its address was written to often enough."""

    def __init__(
        self,
        opened: Callable[[], Awaitable[Browser | None]],
        over: Callable[[], bool],
        writes: Callable[[Request], None],
    ) -> None:
        self._opened = opened
        self._over = over
        self._writes = writes

    async def executes(self, request: Request, token: str) -> Step | None:
        """Loads the request; the step in which a dialog or console call carried the token, else None. Raises
        ProbeStop when the scan ends meanwhile."""
        self._writes(request)
        browser = await self._opened()
        step = await browser.executes(request, token) if browser is not None else None
        if step is None and self._over():
            raise ProbeStop("stopped")  # what was cut off says nothing of the target
        return step


def veto_for(job: Job) -> Callable[[Request], str]:
    """What pages must not ask for by themselves: what may do harm and is not permitted."""

    def veto(request: Request) -> str:
        kind = harm(request)
        return "" if allowed(kind, job) else f"may do harm: {kind}"

    return veto
