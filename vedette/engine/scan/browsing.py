"""The crawl's part in the browser: which pages are opened there, and driving each through its states.

What is seen goes to the frontier of the crawl by `Harvest`; nothing here decides what is fetched or tested.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from vedette.contract.exchange import Exchange
from vedette.contract.job import Job, Profile
from vedette.engine.crawl.actions import refusal
from vedette.engine.crawl.states import Graph
from vedette.engine.net.browser import Browser
from vedette.engine.net.browser_process import BrowserTrouble
from vedette.engine.net.exploring import Act, Explorer, Look, Taken
from vedette.engine.net.tab import Tab
from vedette.engine.parse.fill import value_for
from vedette.engine.parse.forms import Field
from vedette.engine.parse.samplefile import sample_for

PAGE_S = 60.0
"""For each address that a page's script shows."""

TRIES = 2
"""How often a page is tried of which nothing at all was seen."""

MAX_LOST = 20
"""How many tabs one page may cost, the whole browser counting as one."""

MAX_FRUITLESS = 3
"""How many of them in a row without an action done in between."""

FEW = 4
"""How many actions may well be to blame for tabs that were lost; when it is more, something else is."""

LIVES = 2
"""How many times its time a page may take over all tabs, but for what the last one takes."""

MAX_RESTARTS = 30
MAX_DETOUR = 12


@dataclass
class Harvest:
    """What one page gave: what it held after each step, what the browser asked for, the addresses of its states, what
    was left alone and why, and (when it has not `ended` as it should) its graph. `lost` says that the browser did not
    last, `seconds` how long it was driven, `suspects` are the actions over which a tab was lost."""

    taken: list[Taken] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    addresses: dict[str, None] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    graph: dict[str, Any] | None = None
    ended: bool = False
    seconds: float = 0.0
    trouble: str = ""
    lost: bool = False
    suspects: Counter[str] = field(default_factory=Counter)
    states: int = 0
    acts: int = 0


class Exploration:
    """One page, from the moment it is opened until nothing is left to be done on it, or its time is up."""

    def __init__(
        self,
        tab: Tab,
        explorer: Explorer,
        job: Job,
        over: Callable[[], bool],
        url: str,
        raw: dict[str, Any],
        harvest: Harvest,
    ) -> None:
        self.harvest = harvest
        self._tab = tab
        self._explorer = explorer
        self._job = job
        self._over = over
        self._url = url
        self._graph = Graph.load(raw)
        self._started = time.monotonic()
        self._at = -1
        self._look = Look("", (), ())
        self._churn: frozenset[str] = frozenset()
        self._starts = 0
        self._shut_out = False
        self._held: set[tuple[str, str, str]] = set()

    @property
    def lost(self) -> bool:
        """Whether the tab, or the browser, ended or hung before the page was done."""
        return self._tab.lost or self._explorer.hung

    async def run(self) -> None:
        """Explores; unless it comes to the page's own end, the harvest holds the graph to go on with."""
        ended = False
        try:
            await self._explore()
            if not self.lost:
                await self._tab.cookies_to_session()
            # A browser that died in the last moment may have cut something off.
            ended = not (self._over() or self.lost or self._shut_out)
        finally:
            self.harvest.exchanges += self._tab.drain()
            self.harvest.states, self.harvest.acts = len(self._graph.states), self._graph.performed
            self.harvest.seconds += time.monotonic() - self._started
            self.harvest.ended, self.harvest.graph = ended, None if ended else self._graph.dump()

    async def _explore(self) -> None:
        await self._open()
        await self._drive()
        while await self._late():
            await self._drive()

    async def _late(self) -> bool:
        """Waits for what came later than it was waited for; whether that brought something to do."""
        if self._at < 0 or self._finished():
            return False
        await self._tab.settle()
        step = await self._explorer.step()
        self._gather(step.taken)
        if not self._same_document(step.look):
            return False
        self._arrive(step.look)
        return self._at >= 0 and self._graph.open(self._at)

    async def _drive(self) -> None:
        while self._at >= 0 and not self._finished():
            act = self._graph.choose(self._at, self._look.acts)
            if self._graph.sooner(act):
                if await self._elsewhere(new=True):
                    continue
                self._graph.lose()
                if self._at < 0:
                    break
                act = self._graph.choose(self._at, self._look.acts)
            if act is None:
                if not await self._elsewhere():
                    break
                continue
            chosen = next(one for one in self._look.acts if one.key == act.key)
            await self._do(chosen)

    def _finished(self) -> bool:
        return (
            self._over()
            or self.lost
            or self._graph.spent
            or time.monotonic() - self._started > PAGE_S * self._graph.places
            or self.harvest.seconds > LIVES * PAGE_S * self._graph.places
        )

    async def _open(self) -> None:
        """Loads the page anew: state 0."""
        self._at = -1
        self._starts += 1
        if self._starts > MAX_RESTARTS or self.lost:
            return
        trouble = await self._tab.goto(self._url)
        self._shut_out = bool(trouble)
        if trouble:
            self.harvest.trouble = self.harvest.trouble or trouble
            return
        step = await self._explorer.step()
        self._gather(step.taken)
        if self._starts == 1:
            again = await self._explorer.look()
            self._churn = frozenset(step.look.lines) ^ frozenset(again.lines)
        self._arrive(step.look)

    def _arrive(self, look: Look, origin: int = -1, key: str = "") -> bool:
        """Notes the state that the page is in; whether more than churning texts changed."""
        before, self._look = self._look, look
        self.harvest.addresses.setdefault(look.url)
        self._graph.visit(look.url)
        lines = [line for line in look.lines if line not in self._churn]
        self._at = self._graph.enter(lines, look.acts, origin, key)
        return bool(frozenset(before.lines) ^ frozenset(look.lines) - self._churn) or before.elements != look.elements

    async def _do(self, act: Act) -> None:
        """One action in the present state, once more while it brings more of the same."""
        origin = self._at
        act = self._bare(act)
        if why := refusal(act, self._url, self._job) or self._unwanted(act):
            self.harvest.refused.setdefault(f"{act.kind} {act.label}".strip(), why)
            self._graph.done(origin, act.key, counts=False)
            return
        while True:
            step = await self._explorer.step(act, _values(act))
            self._gather(step.taken)
            if self.lost:
                self._interrupted(origin, act)
                return
            self._graph.done(origin, act.key, counts=step.performed)
            look = step.look
            if not self._same_document(look):
                await self._open()
                if self.lost or self._shut_out:
                    self._interrupted(origin, act)
                return
            changed = self._arrive(look, origin, act.key)
            if not (changed or step.asked or self._at != origin):
                self._graph.idle(act)
            if self._at < 0:
                await self._open()  # one state too many: back to where the known ones are
                return
            again = next((one for one in look.acts if one.key == act.key), None)
            if again is None or self._finished() or not self._graph.again(origin, act.key, changed and step.performed):
                return
            act = again

    def _interrupted(self, origin: int, act: Act) -> None:
        """The tab was lost over an action: once more in the next, when all else is done, and never again when that goes
        too. Where tabs are lost over one thing after another, it is less likely to be the action: once more then."""
        suspects = self.harvest.suspects
        suspects[act.key] += 1
        if suspects[act.key] >= (2 if len(suspects) <= FEW else 3):
            self._graph.shun(act.key)
        else:
            self._graph.undone(origin, act.key)

    def _bare(self, act: Act) -> Act:
        """What is done by pressing a button, without what would be filled in around it where nothing may be."""
        lightning = self._job.profile is Profile.LIGHTNING
        return dataclasses.replace(act, fields=()) if lightning and act.kind == "click" else act

    def _unwanted(self, act: Act) -> str:
        # The profile that sends no payload enters nothing either.
        return "the profile enters nothing" if act.fields and self._job.profile is Profile.LIGHTNING else ""

    def _same_document(self, look: Look) -> bool:
        """Whether the page is still the one that was opened; its script may have changed the address it shows."""
        return bool(look.lines or look.acts) and not self._tab.page.is_closed() and look.url.startswith("http")

    async def _elsewhere(self, *, new: bool = False) -> bool:
        """Goes to the nearest state that holds something to do, with `new` something that was done nowhere; False when
        there is none."""
        if self._graph.all_done:
            return False
        steps = self._graph.way(self._at, new=new)
        if steps is None or len(steps) > MAX_DETOUR:
            await self._open()
            if self._at < 0:
                return False
            steps = [] if self._graph.open(self._at, new=new) else self._graph.way(self._at, new=new)
        if steps is None:
            return False
        for origin, key in steps:
            if self._finished():
                return False
            act = next((one for one in self._look.acts if one.key == key), None)
            if act is None:
                self._graph.broken(origin, key)
                return self._at >= 0
            expected = self._graph.states[origin].edges.get(key, -1)
            act = self._bare(act)
            step = await self._explorer.step(act, _values(act))
            self._gather(step.taken)
            if self.lost:
                return False  # the way is as good as it was
            look = step.look
            if not self._same_document(look):
                await self._open()
                if self._at >= 0:
                    self._graph.broken(origin, key)
                return self._at >= 0
            self._arrive(look)
            if self._at != expected:
                self._graph.broken(origin, key)
                return self._at >= 0
        return True

    def _gather(self, taken: Taken) -> None:
        """Keeps what the page gave."""
        fresh = tuple(row for row in taken.documents if row not in self._held)
        self._held.update(fresh)
        self.harvest.taken.append(Taken(fresh, taken.storage, taken.noted))
        self.harvest.exchanges += self._tab.drain()


def _values(act: Act) -> Sequence[Any]:
    return [_value(one) for one in act.fields]


def _value(raw: dict[str, Any]) -> Any:
    """What a sensible visitor would enter, in the form that the page's script takes."""
    field_ = Field(**{**raw, "options": tuple(raw["options"])})
    if field_.kind == "file":
        name, kind, content = sample_for(field_)
        return {"name": name, "type": kind, "content": content.decode("latin-1")}
    return value_for(field_)


class Pilot:
    """The tab in which pages are explored, made when the first one is. It is not given back for other uses: what was
    put into it to see its pages stays there."""

    def __init__(self, browser: Browser, user: str, refused: str) -> None:
        self._browser = browser
        self._user = user
        self._refused = refused
        self._tab: Tab | None = None
        self._explorer: Explorer | None = None

    async def explore(self, job: Job, over: Callable[[], bool], url: str, raw: dict[str, Any]) -> Harvest:
        """Explores one page until the scan is `over`; the harvest says so when there is no browser any more."""
        harvest = Harvest(graph=raw)
        fruitless = 0
        for _ in range(MAX_LOST):
            harvest.trouble, before = "", harvest.acts
            try:
                tab, explorer = await self._ready()
                await Exploration(tab, explorer, job, over, url, harvest.graph or {}, harvest).run()
            except BrowserTrouble as trouble:
                harvest.trouble = harvest.trouble or str(trouble)
            fruitless = 0 if harvest.acts > before else fruitless + 1
            if over() or harvest.ended or fruitless >= (MAX_FRUITLESS if harvest.taken else TRIES):
                break
            # Nothing at all: the tab may be to blame, and with it the browser. Another one is worth a try, and one
            # that was lost is followed by another that goes on from the states of the first.
            await self.close()
        harvest.lost = not harvest.ended
        if not over():
            harvest.graph = None
        return harvest

    async def close(self) -> None:
        """Ends the tab."""
        tab, self._tab = self._tab, None
        if tab is not None:
            tab.spoiled = True
            with contextlib.suppress(BrowserTrouble):
                await tab.release()

    async def _ready(self) -> tuple[Tab, Explorer]:
        if self._tab is not None and self._explorer is not None and not self._tab.spoiled:
            return self._tab, self._explorer
        await self.close()
        self._tab = await self._browser.tab(self._user)
        self._explorer = Explorer(self._tab, self._refused)
        await self._explorer.install()
        return self._tab, self._explorer
