"""Log-ins of clubs, and whole scans of what lies behind."""

from __future__ import annotations

import contextlib
from typing import Any

from tests.engine.scan.scanning import job_for
from tests.sites.login_club import Club
from tests.sites.login_lodge import Lodge
from vedette.contract.events import Event, LoginStep
from vedette.contract.job import Job, Login, Otp, Setting, TokenLogin
from vedette.engine.net.network import Network
from vedette.engine.scan.control import Control
from vedette.engine.scan.logging_in import Entry

SECRETS = "password", "key", "payload"


def form_login(club: Club, **more: Any) -> Login:
    """User, password and address: nothing else is known."""
    fields = (Setting(name="username", value=club.user), Setting(name="password", secret="password"))
    return Login(kind="form", url=club.url + "/login", **{"fields": fields, **more})


def lodge_login(site: Lodge, **more: Any) -> Login:
    """User, password and address of a lodge."""
    fields = (Setting(name="username", value=site.user), Setting(name="password", secret="word"))
    return Login(kind="form", url=site.url + "/login", **{"fields": fields, **more})


def otp_of(club: Club, **more: Any) -> Otp:
    """The second factor of a club."""
    habits = club.habits
    return Otp(secret="key", algorithm=habits.algorithm, digits=habits.digits, period_s=habits.period, **more)


def token_login(club: Club, **more: Any) -> Login:
    """Posts name and password, takes the token."""
    token = TokenLogin(payload="payload", field="data.token", prefix="Bearer", **more)
    return Login(kind="api", url=club.url + "/api/login", token=token)


def secrets_of(club: Club) -> dict[str, str]:
    """What belongs to the names in these log-ins."""
    payload = f'{{"name": "{club.user}", "secret": "{club.password}"}}'
    return {"password": club.password, "key": club.key, "payload": payload}


def job_of(club: Club | Lodge, login: Login, **more: Any) -> Job:
    """A scan of the club's outside and inside."""
    return job_for(club.url + "/", login=login, **{"checks": ("xss",), "browser": False, **more})


class Entering:
    """One way in, with the steps that were told on it."""

    def __init__(self, secrets: dict[str, str], network: Network, job: Job, **more: Any) -> None:
        self.steps: list[LoginStep] = []
        self.control = Control()
        self.entry = Entry(job, secrets, network, self.control, note=self._note, **more)

    async def _note(self, event: Event) -> None:
        if isinstance(event, LoginStep):
            self.steps.append(event)


@contextlib.asynccontextmanager
async def entering(site: Club | Lodge, login: Login, secrets: dict[str, str] | None = None, **more: Any) -> Any:
    """An entry with a network of its own."""
    job = job_of(site, login)
    known = secrets_of(site) if isinstance(site, Club) else secrets or {}
    async with Network(job, known) as network:
        yield Entering(known, network, job, **more)
