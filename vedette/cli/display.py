"""What a person sees while a scan runs: a live panel on a terminal, plain lines elsewhere."""

from __future__ import annotations

from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from vedette.cli.collector import Collector
from vedette.cli.text import printable, where
from vedette.contract import events as kinds
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.events import Event
from vedette.contract.finding import Finding

STYLES = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "cyan",
    "info": "dim",
}
MARKS = {"critical": "‼", "high": "▲", "medium": "◆", "low": "●", "info": "·"}
PHASES = {
    "crawl": "crawling",
    "host": "looking at hosts",
    "light": "probing inputs",
    "detect": "testing",
    "stored": "looking for stored input",
    "verify": "proving",
    "timing": "measuring time",
    "verify-timing": "proving by time",
}
LINE_EVERY_S = 30.0
"""Seconds of a scan between two lines on how far it is, where no panel can be shown."""


class Display(Protocol):
    """Shows events as they come. Use as a context manager."""

    def __enter__(self) -> Display: ...

    def __exit__(self, *_: object) -> None: ...

    def take(self, event: Event) -> None:
        """Shows one event, after the collector has taken it."""

    def say(self, line: str) -> None:
        """Shows a remark of our own."""


def make(console: Console, scan: Collector, *, quiet: bool) -> Display:
    """The display that fits the place: nothing, a live panel, or lines."""
    if quiet:
        return Silent()
    live = console.is_terminal and not console.is_dumb_terminal
    return LivePanel(console, scan) if live else Lines(console, scan)


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def take(self, event: Event) -> None:
        """Nothing."""

    def say(self, line: str) -> None:
        """Nothing."""


class News:
    """Tells from the events which are worth a line of their own: a finding only when it is new or surer than before."""

    def __init__(self) -> None:
        self._seen: dict[str, ProofLevel] = {}

    def line(self, event: Event) -> Text | None:
        """The line; None for what belongs to the numbers."""
        if not isinstance(event, kinds.FindingSeen):
            return trouble_line(event)
        finding = event.finding
        before = self._seen.get(finding.id)
        self._seen[finding.id] = finding.proof
        if finding.severity == Severity.INFO or finding.proof == ProofLevel.TENTATIVE:
            return None
        return finding_line(finding) if before in (None, ProofLevel.TENTATIVE) else None


class Pace:
    """Requests a second, between the last two reports on progress."""

    def __init__(self) -> None:
        self._last = (0, 0.0)
        self.rate = 0.0

    def take(self, progress: kinds.Progress) -> None:
        """Takes the newest report."""
        requests, elapsed = self._last
        self._last = (progress.requests, progress.elapsed_s)
        if progress.elapsed_s > elapsed:
            self.rate = max(0.0, (progress.requests - requests) / (progress.elapsed_s - elapsed))


class Lines(Silent):
    """One line for each thing worth knowing."""

    def __init__(self, console: Console, scan: Collector) -> None:
        self._console = console
        self._scan = scan
        self._news = News()
        self._pace = Pace()
        self._next = LINE_EVERY_S

    def __enter__(self) -> Lines:
        return self

    def take(self, event: Event) -> None:
        """Prints phases, new findings, trouble, and now and then how far we are."""
        line = self._line(event)
        if line is not None:
            self._console.print(line, soft_wrap=True)

    def say(self, line: str) -> None:
        """Prints it."""
        self._console.print(line, style="yellow", markup=False, soft_wrap=True)

    def _line(self, event: Event) -> Text | None:
        match event:
            case kinds.PhaseStarted():
                return Text(f"{PHASES.get(event.phase, event.phase)} …", style="dim")
            case kinds.Progress():
                self._pace.take(event)
                if event.elapsed_s < self._next:
                    return None
                self._next = event.elapsed_s + LINE_EVERY_S
                return Text(f"{event.percent:.0f} %  {numbers(self._scan, self._pace.rate)}", style="dim")
            case _:
                return self._news.line(event)


class LivePanel(Silent):
    """A panel that stays at the bottom while findings scroll by above it."""

    def __init__(self, console: Console, scan: Collector) -> None:
        self._console = console
        self._scan = scan
        self._phase = "starting"
        self._news = News()
        self._pace = Pace()
        # Drawn by the clock and not by events: a fast site must not make us draw a thousand times a second.
        self._live = Live(get_renderable=self.panel, console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> LivePanel:
        self._live.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._live.stop()

    def take(self, event: Event) -> None:
        """Takes the numbers; new findings and trouble are printed above the panel."""
        if isinstance(event, kinds.PhaseStarted):
            self._phase = PHASES.get(event.phase, event.phase)
        elif isinstance(event, kinds.Progress):
            self._pace.take(event)
        elif (line := self._news.line(event)) is not None:
            self._console.print(line, soft_wrap=True)

    def say(self, line: str) -> None:
        """Prints it above the panel, and names it as what is being done."""
        self._phase = "stopping"
        self._console.print(line, style="yellow", markup=False, soft_wrap=True)

    def panel(self) -> Group:
        """The panel of now: a bar and a line of numbers, cut to the width of the terminal."""
        percent = self._scan.progress.percent if self._scan.progress else 0.0
        width = max(10, min(60, self._console.width - 40))
        head = Table.grid(padding=(0, 2))
        head.add_column(width=width)
        head.add_column(no_wrap=True, overflow="ellipsis")
        head.add_row(
            ProgressBar(total=100, completed=percent, width=width),
            Text.assemble(f"{percent:.0f} %  ", (self._phase, "bold")),
        )
        line = Text(numbers(self._scan, self._pace.rate), no_wrap=True, overflow="ellipsis")
        return Group(Text(""), head, line)


def numbers(scan: Collector, rate: float) -> str:
    """The counts of now in one line."""
    progress = scan.progress
    parts = [
        f"{progress.requests if progress else 0} requests",
        f"{rate:.0f}/s",
        f"queue {progress.queue if progress else 0}",
        f"{len(scan.endpoints)} endpoints",
        f"{scan.shown} findings",
        left(progress.eta_s) if progress else "",
    ]
    return "   ".join(part for part in parts if part)


def left(eta_s: float) -> str:
    """The time left in words; empty when unknown."""
    if eta_s <= 0:
        return ""
    return f"about {max(1, round(eta_s))} s left" if eta_s < 90 else f"about {eta_s / 60:.0f} min left"


def finding_line(finding: Finding) -> Text:
    """A finding in one line: severity by word, sign and colour; then where. What came from the site is plain text."""
    severity = finding.severity.value
    return Text.assemble(
        (f"{MARKS[severity]} {severity:<8}", STYLES[severity]),
        " ",
        (f"{finding.proof.value:<9}", "green" if finding.proof == ProofLevel.CONFIRMED else ""),
        " ",
        (printable(finding.title), "bold"),
        "  ",
        (printable(where(finding.location)), "dim"),
    )


def trouble_line(event: Event) -> Text | None:
    """A line for what slows, blocks or breaks a scan."""
    match event:
        case kinds.TargetSlowed():
            return Text(f"! {printable(event.host)} slows us down: {printable(event.reason)}", style="yellow")
        case kinds.TargetBlocked():
            state = "does not answer" if event.open else "answers again"
            return Text(f"! {printable(event.host)} {state}: {printable(event.reason)}", style="yellow")
        case kinds.CheckFailed():
            return Text(f"! the check {event.check} failed: {printable(event.reason)}", style="red")
        case kinds.LimitReached():
            return Text(f"! the limit {event.limit} was reached", style="yellow")
        case kinds.DescriptionRead() if event.problems:
            more = f" (and {len(event.problems) - 1} more)" if len(event.problems) > 1 else ""
            return Text(f"! {printable(event.source)}: {printable(event.problems[0])}{more}", style="yellow")
        case kinds.LoginAttempt() if not event.ok:
            return Text(f"! the log-in failed: {printable(event.reason)}", style="red")
        case _:
            return None
