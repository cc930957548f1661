"""An HTTPS host accepts outdated protocol versions.

What it looks for
Handshakes that succeed with SSL 2, SSL 3, TLS 1.0 or TLS 1.1.

Why it matters
These versions have known weaknesses (POODLE, BEAST, SHA-1 in their handshakes) and lack the ciphers of today.
Browsers have dropped them; a host that accepts them lets old or tricked clients speak them, and fails the rules of card
payments.

How it is confirmed
A handshake in each version was tried; the finding names those that the server took. One finding per host and version;
SSL is rated high, the old TLS versions low.

How to fix it
nginx: `ssl_protocols TLSv1.2 TLSv1.3;`. Apache: `SSLProtocol -all +TLSv1.2 +TLSv1.3`.
HAProxy: `ssl-default-bind-options ssl-min-ver TLSv1.2`. IIS: switch the versions off in the registry below
`SCHANNEL\\Protocols`. Java: `jdk.tls.disabledAlgorithms`. Load balancers: choose a current TLS policy.

When it may be wrong
A host that must serve very old devices may keep TLS 1.0 on purpose.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Candidate, Probe, Proof, Site, TlsFacts

INFO = CheckInfo(
    id="tls-protocol-outdated",
    title="Outdated TLS version accepted",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(326, 327),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A02:2021",
    references=("https://www.rfc-editor.org/rfc/rfc8996", "https://www.rfc-editor.org/rfc/rfc7568"),
    tags=("tls",),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

OUTDATED = {
    "ssl2": ("SSL 2", Severity.HIGH),
    "ssl3": ("SSL 3", Severity.HIGH),
    "tls1": ("TLS 1.0", Severity.LOW),
    "tls1.0": ("TLS 1.0", Severity.LOW),
    "tls1.1": ("TLS 1.1", Severity.LOW),
}


def _answers(request: Request) -> Response:
    return Response(200, (), b"hello")


def _example(name: str, vulnerable: bool, *accepted: str) -> Example:
    return Example(name=name, vulnerable=vulnerable, handler=_answers, tls=TlsFacts(accepted=accepted))


EXAMPLES = (
    _example("old versions beside new ones", True, "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
    _example("SSL 3", True, "SSLv3"),
    _example("current versions only", False, "TLSv1.2", "TLSv1.3"),
    _example("no handshake at all", False),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """One candidate per outdated version."""
    if not site.origin.startswith("https:"):
        return []
    names = _outdated(await probe.handshake(site.origin))
    return [Candidate(check=INFO.id, url=site.start_url, identity=name, data={"origin": site.origin}) for name in names]


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The version looked up again, with a page of the host as evidence."""
    facts = await probe.handshake(str(candidate.data["origin"]))
    severity = _outdated(facts).get(candidate.identity)
    if severity is None:
        return None
    detail = f"A handshake with {candidate.identity} succeeds (accepted: {', '.join(facts.accepted)})."
    exchange = await probe.fetch(Request("GET", candidate.url))
    step = Step("a page of the host", exchange, note=detail)
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=(step,), severity=severity)


def _outdated(facts: TlsFacts) -> dict[str, Severity]:
    """Names of outdated versions that were accepted, with their rating."""
    words = [re.sub(r"[\s_v]", "", version.lower()) for version in facts.accepted]
    return {OUTDATED[word][0]: OUTDATED[word][1] for word in words if word in OUTDATED}
