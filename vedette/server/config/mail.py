"""The mail server that the operator named, read from one URL, as Django's settings say it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

_LOOKS = "VEDETTE_MAIL must look like smtp://user:password@host:587/?from=vedette@example.org"
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class MailServer:
    """How to reach it: `starttls`, `tls` (from the first byte) or neither. `sender` is the address that mails have as
    theirs. Without a host nothing is sent."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    sender: str = "vedette@localhost"

    @property
    def backend(self) -> str:
        """The name of Django's class that sends."""
        return f"django.core.mail.backends.{'smtp' if self.host else 'dummy'}.EmailBackend"

    def __repr__(self) -> str:
        return f"<MailServer {self.host}:{self.port}>"


NO_MAIL = MailServer()
"""Nothing is sent, and nobody is told that it was not."""


def mail_server(url: str) -> MailServer:
    """The mail server of a URL, `smtp` (with STARTTLS), `smtps` or `smtp+plain`; NO_MAIL for an empty one. Raises
    ValueError with a text for the operator."""
    if not url:
        return NO_MAIL
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise ValueError(_LOOKS) from None
    senders = parse_qs(parts.query).get("from", [])
    if not parts.hostname or len(senders) != 1 or not _is_address(senders[0]):
        raise ValueError(_LOOKS)
    return MailServer(
        parts.hostname,
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        starttls=parts.scheme == "smtp",
        tls=parts.scheme == "smtps",
        sender=senders[0],
    )


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and text.isprintable() and not any(one in text for one in ' ,;<>"')
