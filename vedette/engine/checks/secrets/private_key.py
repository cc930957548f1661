"""An answer holds a private key.

What it looks for
PEM blocks of private keys (RSA, EC, DSA, PKCS #8, OpenSSH) in answers of any type.

Why it matters
The key lets its finder log in to servers, sign in the owner's name, or read and change traffic that the matching
certificate protects.

How it is confirmed
The block is decoded: its bytes must be an ASN.1 sequence of exactly its own length, or carry OpenSSH's opening bytes.
Shortened or invented blocks, as manuals print them, do not pass. One finding per host and key.

How to fix it
Take the key out of use first: revoke the certificate, remove the public key from all `authorized_keys`. Then remove the
file from the web folder, and serve only a folder made for it. nginx: `location ~ \\.(pem|key)$ { deny all; }`.
Apache: `<FilesMatch "\\.(pem|key)$"> Require all denied </FilesMatch>`.

When it may be wrong
Key pairs of test suites and manuals are real keys that guard nothing.
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
    id="secrets-private-key",
    title="Private key in an answer",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.HIGH,
    proof=ProofLevel.FIRM,
    cwe=(321, 312),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A07:2021",
    references=("https://www.rfc-editor.org/rfc/rfc7468",),
    tags=("secret", "disclosure"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"pem": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"}

_BLOCK = re.compile(r"-----BEGIN ((?:[A-Z]+ )*PRIVATE KEY)-----.{60,20000}?-----END \1-----", re.DOTALL)


def _seen(body: str, media: str = "text/plain") -> Exchange:
    response = Response(200, (("Content-Type", media),), body.encode())
    return Exchange(Request("GET", "https://shop.example/deploy.txt"), response)


# A key made for this example, on a small curve; it guards nothing.
_BODY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n"
    "OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n"
    "1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G"
)
KEY = f"-----BEGIN PRIVATE KEY-----\n{_BODY}\n-----END PRIVATE KEY-----\n"
CUT = KEY.replace("1RTwjmYSi9R", "[...]")

EXAMPLES = (
    Example(name="a whole key", vulnerable=True, exchange=_seen(KEY)),
    Example(
        name="inside JSON",
        vulnerable=True,
        exchange=_seen('{"key": "' + KEY.replace("\n", "\\n") + '"}', "application/json"),
    ),
    Example(name="shortened in a manual", vulnerable=False, exchange=_seen(CUT)),
    Example(name="a public key", vulnerable=False, exchange=_seen(KEY.replace("PRIVATE", "PUBLIC"))),
    Example(name="only the heading", vulnerable=False, exchange=_seen("It begins with -----BEGIN PRIVATE KEY-----.")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per key that decodes."""
    if not page.matches.get(INFO.id):
        return []
    found = {}
    for block in _BLOCK.finditer(page.text):
        if secret.private_key(block.group()):
            identity = hashlib.sha256(block.group().encode()).hexdigest()[:12]
            detail = f"The answer holds a whole {block.group(1).lower()}."
            found[identity] = Observation(detail=detail, identity=identity, mark=f"-----BEGIN {block.group(1)}-----")
    return list(found.values())
