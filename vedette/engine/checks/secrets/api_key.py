"""An answer holds the secret key of a service.

What it looks for
Keys whose form is known: Amazon, GitHub, GitLab, npm, Slack, Stripe, SendGrid, Telegram, Shopify, DigitalOcean, PyPI,
Azure storage, Google; and values named `client_secret`, `api_secret` or the like in scripts and data.

Why it matters
Whoever finds the key uses the service in the owner's name: reads mail and code, starts machines, moves money. Keys in
pages are found by automatic searches within hours.

How it is confirmed
The form must fit exactly. Where the service puts a checksum into its keys (GitHub, npm), it must hold. Others must look
random (entropy) and not be placeholders such as `AKIAIOSFODNN7EXAMPLE` or `your-api-key-here`. The key is never tried
out. One finding per host and key.

How to fix it
Revoke the key at the service first: it must be taken as known to others. Then keep it on the server (environment or a
secret store) and let the page call your own server, which calls the service. For browser keys that must be public
(Google maps), restrict them to your addresses and to the one service. Look through old versions of scripts too, and
add a secret scanner to the build.

When it may be wrong
Google browser keys are public by design, which is why they are only a hint. A key may have been revoked already.
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
    id="secrets-api-key",
    title="Secret key of a service in an answer",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.HIGH,
    proof=ProofLevel.FIRM,
    cwe=(798, 312, 200),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A07:2021",
    references=("https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",),
    tags=("secret", "disclosure"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {
    "Amazon access": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    "GitHub fine-grained": r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b",
    "GitLab": r"\bglpat-[A-Za-z0-9_-]{20}\b",
    "npm": r"\bnpm_[A-Za-z0-9]{36}\b",
    "Slack": r"\bxox[abeprs]-\d{9,}-[A-Za-z0-9-]{20,}",
    "Slack webhook": r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{24}",
    "Stripe": r"\b[sr]k_live_[A-Za-z0-9]{24,}\b",
    "SendGrid": r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b",
    "Telegram": r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b",
    "Shopify": r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b",
    "DigitalOcean": r"\bdo[opr]_v1_[0-9a-f]{64}\b",
    "PyPI": r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}",
    "Azure storage": r"AccountKey=[A-Za-z0-9+/]{86}==",
    "Google": r"\bAIza[0-9A-Za-z_-]{35}\b",
    # Only what is called a secret: values that are merely called keys are mostly public ones.
    "named": r"(?i)(?:client_?secret|(?:api|app|consumer|aws)_?secret(?:_?access)?(?:_?key)?|secret_?(?:access_?)?key)"
    r"[\"']?\s*[:=]\s*[\"']([A-Za-z0-9+/_=.-]{20,})[\"']",
}

CHECKSUMMED = frozenset({"GitHub", "npm"})
MIN_ENTROPY = {"Amazon access": 3.0, "Shopify": 2.9, "DigitalOcean": 3.0, "named": 3.6}
USUAL_ENTROPY = 3.3
PUBLIC = frozenset({"Google"})

_KEYS = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}


def _seen(body: str, media: str = "text/javascript") -> Exchange:
    response = Response(200, (("Content-Type", media),), body.encode())
    return Exchange(Request("GET", "https://shop.example/app.js"), response)


# Written in halves so that secret scanners which read this file stay calm.
AMAZON = "AKIA" + "Q3Z7RTWK5NXB2VLP"
GITHUB = "ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"
STRIPE = "sk_live_" + "9fR2kT7wQx4ZbV6nM1pL8sJd"

EXAMPLES = (
    Example(name="Amazon", vulnerable=True, exchange=_seen(f"const id = '{AMAZON}'")),
    Example(name="GitHub with its checksum", vulnerable=True, exchange=_seen(f"token: '{GITHUB}'")),
    Example(name="Stripe in a page", vulnerable=True, exchange=_seen(f"<!-- {STRIPE} -->", "text/html")),
    Example(
        name="a named secret",
        vulnerable=True,
        exchange=_seen('{"client_secret": "q8Zt1LwX0vNc5RbYk2Jd7HsPf4"}', "application/json"),
    ),
    Example(name="the manual's Amazon key", vulnerable=False, exchange=_seen("id = 'AKIAIOSFODNN7EXAMPLE'")),
    Example(name="a checksum that fails", vulnerable=False, exchange=_seen(f"token: '{GITHUB[:-2]}99'")),
    Example(name="a placeholder", vulnerable=False, exchange=_seen("client_secret = 'your-client-secret-goes-here'")),
    Example(name="low entropy", vulnerable=False, exchange=_seen("client_secret = 'aaaaaaaabbbbbbbbaaaaaaaa'")),
    Example(name="a public key", vulnerable=False, exchange=_seen("api_key = 'q8Zt1LwX0vNc5RbYk2Jd7HsPf4'")),
    Example(name="a test key", vulnerable=False, exchange=_seen(f"key = '{STRIPE.replace('live', 'test')}'")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per key that stands the tests."""
    found: dict[str, Observation] = {}
    for name in page.matches.get(INFO.id, ()):
        for key in _KEYS[name].findall(page.text):
            if _real(name, key):
                found.setdefault(key, _observation(name, key))
    return list(found.values())


def _real(name: str, key: str) -> bool:
    if name in CHECKSUMMED:
        return secret.checksum_holds(key)
    if name == "PyPI":
        return not secret.placeholder(key.removeprefix("pypi-AgEIcHlwaS5vcmc"))
    random = re.split(r"[=:/]|[_-]live_|_v1_", key)[-1] if name not in ("Azure storage", "named") else key
    return secret.entropy(random) >= MIN_ENTROPY.get(name, USUAL_ENTROPY) and not secret.placeholder(key)


def _observation(name: str, key: str) -> Observation:
    kind = "value named as a secret" if name == "named" else f"key ({name})"
    return Observation(
        detail=f"The answer holds a {kind} that begins with {key[:8]}.",
        identity=hashlib.sha256(key.encode()).hexdigest()[:12],
        mark=key,
        severity=Severity.INFO if name in PUBLIC else "",
        title=f"Key in an answer: {name}" if name != "named" else "",
    )
