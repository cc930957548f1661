"""An HTTPS host accepts weak ciphers.

What it looks for
Cipher suites that the server takes and that give little protection: none at all, anonymous, export grade, RC4, DES,
triple DES, MD5.

Why it matters
Traffic under such a cipher can be read, or changed, by somebody who records it and has time. A client can be led to use
one although it knows better ones.

How it is confirmed
A handshake that offers nothing but weak ciphers was tried and succeeded; the finding names what the server chose. One
finding per host.

How to fix it
nginx: `ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;`
Apache: the same list in `SSLCipherSuite`. HAProxy: `ssl-default-bind-ciphers`. OpenSSL in general: `HIGH:!aNULL:!3DES`.
Best offer TLS 1.3 only, where the list is safe by itself.

When it may be wrong
A host that must serve very old devices may keep one on purpose.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Candidate, Probe, Proof, Site, TlsFacts

INFO = CheckInfo(
    id="tls-cipher-weak",
    title="Weak cipher accepted",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(326, 327),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:A/AC:H/AT:P/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A02:2021",
    references=("https://www.rfc-editor.org/rfc/rfc9325",),
    tags=("tls",),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)


def _answers(request: Request) -> Response:
    return Response(200, (), b"hello")


EXAMPLES = (
    Example(
        name="triple DES",
        vulnerable=True,
        handler=_answers,
        tls=TlsFacts(accepted=("TLSv1.2",), cipher="ECDHE-RSA-AES128-GCM-SHA256", weak_ciphers=("DES-CBC3-SHA",)),
    ),
    Example(
        name="none accepted",
        vulnerable=False,
        handler=_answers,
        tls=TlsFacts(accepted=("TLSv1.3",), cipher="TLS_AES_128_GCM_SHA256"),
    ),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """A candidate when the handshake with weak ciphers succeeded."""
    if not site.origin.startswith("https:"):
        return []
    facts = await probe.handshake(site.origin)
    found = Candidate(check=INFO.id, url=site.start_url, data={"origin": site.origin})
    return [found] if facts.weak_ciphers else []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The facts looked up again, with a page of the host as evidence."""
    facts = await probe.handshake(str(candidate.data["origin"]))
    if not facts.weak_ciphers:
        return None
    detail = f"The server accepts {', '.join(facts.weak_ciphers[:8])}."
    exchange = await probe.fetch(Request("GET", candidate.url))
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=(Step("a page of the host", exchange, note=detail),))
