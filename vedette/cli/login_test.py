"""`vedette login-test`: logs in as a scan would, tells each step, and says why it did not work."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.text import Text

from vedette.cli.codes import source
from vedette.cli.entrance import Entrance
from vedette.cli.order import Order, prepare
from vedette.cli.problem import Exit, Problem
from vedette.cli.run import run_job
from vedette.cli.streams import Streams
from vedette.cli.text import printable
from vedette.contract.events import Event, LoginAttempt, LoginStep, LoginVideo, ScanFinished
from vedette.contract.job import JobKind
from vedette.engine.scan import JobRefused


@dataclass(slots=True, kw_only=True)
class Wish:
    """What is to be tested, and where pictures (a folder) and the film (a file) go."""

    url: str
    entrance: Entrance
    header: list[str] = field(default_factory=list)
    cookie: list[str] = field(default_factory=list)
    pictures: Path | None = None
    video: Path | None = None
    insecure: bool = False
    allow_private: list[str] = field(default_factory=list)
    browser: bool = True


def login_test(wish: Wish, streams: Streams) -> Exit:
    """Exit code 0 when the log-in worked, 1 when it did not. Raises Problem for what cannot be meant."""
    order = Order(
        urls=[wish.url],
        header=wish.header,
        cookie=wish.cookie,
        insecure=wish.insecure,
        allow_private=wish.allow_private,
        entrance=wish.entrance,
    )
    prepared = prepare(order)
    if prepared.job.login.kind == "none":
        raise Problem("There is no log-in to test.", "Give --login-user, --login-sequence, --header or the like.")
    login = replace(prepared.job.login, record=wish.video is not None)
    job = replace(prepared.job, kind=JobKind.LOGIN_TEST, login=login, browser=wish.browser)
    teller = Teller(wish, streams)
    codes = source(prompt=wish.entrance.otp_prompt, command=wish.entrance.otp_command)
    try:
        finished = run_job(job, [teller.take], secrets=prepared.secrets, patient=False, codes=codes)
    except JobRefused as error:
        raise Problem(f"The test was not started: {error}.") from None
    if not finished:
        raise Problem("Interrupted before the end.", code=Exit.INTERRUPTED)
    return Exit.PASSED if teller.worked else Exit.FINDINGS


class Teller:
    """Tells the events as they come. `worked`: the log-in did."""

    def __init__(self, wish: Wish, streams: Streams) -> None:
        self.worked = False
        self._wish = wish
        self._streams = streams
        self._steps = 0

    def take(self, event: Event) -> None:
        """One event."""
        if isinstance(event, LoginStep):
            self._step(event)
        elif isinstance(event, LoginVideo) and self._wish.video is not None:
            _write(self._wish.video, event.video)
        elif isinstance(event, LoginAttempt):
            self._attempt(event)
        elif isinstance(event, ScanFinished):
            self.worked = event.verdict == "clean"
            for reason in event.reasons if self.worked else ():
                self._print(reason, "yellow")

    def _step(self, step: LoginStep) -> None:
        self._steps += 1
        where = "  ".join(filter(None, (step.url, step.detail)))
        self._print(f"{self._steps:2} {step.label}  {where}", "")
        if step.picture and self._wish.pictures is not None:
            _write(self._wish.pictures / f"{self._steps:02}.png", step.picture)

    def _attempt(self, attempt: LoginAttempt) -> None:
        who = "Second user: " if attempt.user == "B" else ""
        if attempt.ok:
            self._print(f"{who}Logged in: {attempt.url}", "green")
        else:
            self._print(f"{who}Not logged in: {attempt.reason}", "red")

    def _print(self, text: str, style: str) -> None:
        self._streams.result.print(Text(printable(text, 2000), style=style), soft_wrap=True)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}.") from None
