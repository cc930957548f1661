"""What a log-in types: the values of its fields, and one-time codes as they are needed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from vedette.contract.job import Login, Otp, Setting
from vedette.engine.crawl.login_fields import PASSWORD, USER, roles_of
from vedette.engine.net.totp import Codes
from vedette.engine.scan.control import Control

WAITS_FOR_CODE = "Waiting for a one-time code from outside"
"""The label of the step in which a log-in waits for somebody to hand in a code."""

HANDED_S = 300.0
"""How long a log-in waits for a code from outside."""

Say = Callable[[str, str], Awaitable[None]]
"""Tells what is going on: a label, and a detail."""


class Values:
    """The values of one user's log-in. Raises ValueError for a key that makes no codes."""

    def __init__(self, login: Login, secrets: Mapping[str, str], control: Control, say: Say, *, used: int = -1) -> None:
        self.names = tuple(one.name for one in login.fields)
        self.by_role = {
            role or one.name: value_of(one, secrets)
            for one, role in zip(login.fields, roles_of(self.names), strict=True)
        }
        self._secrets = secrets
        self._otp = login.otp
        self._control = control
        self._say = say
        self.codes = codes_of(login.otp, secrets, used)

    @property
    def complete(self) -> bool:
        """Whether there are a user's name and a password."""
        return USER in self.by_role and PASSWORD in self.by_role

    def secret(self, name: str) -> str:
        """A secret by its name."""
        return self._secrets[name]

    async def code(self) -> str:
        """A one-time code that was not used before; empty when there is none to be had."""
        if self.codes is not None:
            if self.codes.wait_s:
                await self._say("Waiting for the next one-time code", f"{self.codes.wait_s:.0f} s")
            return await self.codes.take()
        if self._otp is not None and self._otp.kind == "handed":
            await self._say(WAITS_FOR_CODE, f"{HANDED_S:.0f} s at most")
            return await self._control.code(HANDED_S)
        return ""

    @property
    def codeless(self) -> str:
        """Why no code could be had, as a sentence."""
        if self._otp is None:
            return "A second factor is asked for, and the log-in has none."
        return f"No one-time code was handed in within {HANDED_S:.0f} seconds."


def value_of(setting: Setting, secrets: Mapping[str, str]) -> str:
    """The value of a setting, be it plain or a secret."""
    return secrets[setting.secret] if setting.secret else setting.value


def codes_of(otp: Otp | None, secrets: Mapping[str, str], used: int = -1) -> Codes | None:
    """What makes the codes of a log-in, if they are made here. Raises ValueError."""
    return Codes(secrets[otp.secret], otp, used=used) if otp is not None and otp.kind == "totp" else None
