"""An answer holds the address of a service with its password.

What it looks for
Addresses of databases, queues, caches, mail and file servers with user and password
(`postgres://user:password@host/name` and the like), and the same of HTTP services.

Why it matters
Whoever finds it logs in to the database or service, as far as the network lets him; and passwords are used twice.

How it is confirmed
Scheme, user, password and host must all be there; placeholders (`user:password`, `${PASSWORD}`, names that say example)
do not count. The password is never tried out. One finding per host and address.

How to fix it
Change the password first. Then keep the address on the server, in the environment or a secret store, and find out
why it reached the page: debugging output, a settings file in the web folder, a script built with server settings.

When it may be wrong
A made-up address in a manual that does not look made up.
"""

from __future__ import annotations

import hashlib
import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse import secret
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="secrets-connection-string",
    title="Service address with password in an answer",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.HIGH,
    proof=ProofLevel.FIRM,
    cwe=(522, 200),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A07:2021",
    references=("https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",),
    tags=("secret", "disclosure"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

SCHEMES = r"(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|ldaps?|smtps?|s?ftps?|https?)"
PATTERNS = {"address": rf"{SCHEMES}(?:\+\w+)?://[^\s:/@\"'<>?#]+:[^\s/@\"'<>?#]+@[\w.-]+"}

_ADDRESS = re.compile(rf"({SCHEMES})(?:\+\w+)?://([^\s:/@\"'<>?#]{{1,80}}):([^\s/@\"'<>?#]{{1,120}})@([\w.-]{{1,200}})")
WEAK_WORDS = frozenset(
    {"password", "passwd", "pass", "pwd", "pw", "secret", "user", "username", "test", "p", "x", "abc"}
)
MIN_LENGTH = 5


def _seen(body: str, media: str = "text/html") -> Exchange:
    response = Response(200, (("Content-Type", media),), body.encode())
    return Exchange(Request("GET", "https://shop.example/"), response)


EXAMPLES = (
    Example(
        name="a database", vulnerable=True, exchange=_seen("<!-- postgres://shop:Tr0ub4dor&3@db.internal/shop -->")
    ),
    Example(
        name="in data", vulnerable=True, exchange=_seen('{"q":"amqp://app:9xK2pQ7w@10.0.0.3:5672"}', "application/json")
    ),
    Example(name="a manual", vulnerable=False, exchange=_seen("<p>postgres://user:password@localhost/name</p>")),
    Example(name="a template", vulnerable=False, exchange=_seen("<p>mysql://shop:${DB_PASSWORD}@db/shop</p>")),
    Example(
        name="a port and a path", vulnerable=False, exchange=_seen("<a href='http://shop.example:8080/@home'>x</a>")
    ),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per address whose password is not a placeholder."""
    if not page.matches.get(INFO.id):
        return []
    found: dict[str, Observation] = {}
    for scheme, user, password, host in _ADDRESS.findall(page.text):
        if len(password) < MIN_LENGTH or password.lower() in WEAK_WORDS or password.lower() == user.lower():
            continue
        if secret.placeholder(password) or host.endswith((".example", "example.com", "example.org")):
            continue
        identity = hashlib.sha256(f"{scheme}{user}{password}{host}".encode()).hexdigest()[:12]
        detail = f"The answer holds a {scheme} address of {host} with the password of {user}."
        found[identity] = Observation(detail=detail, identity=identity, mark=f"{user}:{password}@{host}")
    return list(found.values())
