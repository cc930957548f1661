"""The certificate of an HTTPS host does not let browsers trust it.

What it looks for
Certificates that have expired or are not valid yet, do not name the host, are signed by themselves or by an authority
that nobody knows, have a short key, or a signature by SHA-1 or MD5; and, as a hint, those that expire within two weeks.

Why it matters
Browsers warn, visitors learn to click warnings away, and then a stranger in the middle who shows a certificate of his
own is let through as well. Programs that check fail altogether; those that do not check are open to anybody.

How it is confirmed
The certificate shown in a real handshake is decoded; names, dates, key and signature are read from it, and the
result of checking the chain with the system's authorities is taken from the TLS library. One finding per host and
fault.

How to fix it
Get a certificate from a public authority and renew it by machine: `certbot --nginx -d shop.example`, Caddy and Traefik
do it by themselves. Send the intermediate certificates as well (nginx: `ssl_certificate fullchain.pem;`, Apache:
`SSLCertificateFile fullchain.pem`). Keys: RSA with 2048 bits or more, or P-256.

When it may be wrong
Internal hosts may use an authority that only the organisation's own machines know.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Candidate, Probe, Proof, Site, TlsFacts

INFO = CheckInfo(
    id="tls-certificate-untrusted",
    title="Certificate not trustworthy",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(295, 298),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:A/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N",
    owasp="A02:2021",
    references=("https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html",),
    tags=("tls",),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

SOON = timedelta(days=14)
MIN_RSA = 2048
MIN_CURVE = 224


@dataclass(frozen=True, slots=True)
class Fault:
    """`word` is the fault's stable name."""

    word: str
    sentence: str
    severity: Severity = Severity.MEDIUM


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """One candidate per fault of the certificate."""
    if not site.origin.startswith("https:"):
        return []
    faults, _ = await _look(probe, site.origin, site.start_url)
    return [
        Candidate(check=INFO.id, url=site.start_url, identity=fault.word, data={"origin": site.origin})
        for fault in faults
    ]


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The fault read again, with a page of the host as evidence."""
    faults, exchange = await _look(probe, str(candidate.data["origin"]), candidate.url)
    for fault in faults:
        if fault.word == candidate.identity:
            step = Step("a page of the host", exchange, note=fault.sentence)
            return Proof(level=ProofLevel.FIRM, detail=fault.sentence, steps=(step,), severity=fault.severity)
    return None


async def _look(probe: Probe, origin: str, url: str) -> tuple[list[Fault], Exchange]:
    facts = await probe.handshake(origin)
    exchange = await probe.fetch(Request("GET", url))
    if not facts.certificate:
        return [], exchange
    try:
        certificate = x509.load_der_x509_certificate(facts.certificate)
    except ValueError:
        return [Fault("unreadable", "The certificate cannot be decoded.")], exchange
    host = urlsplit(origin).hostname or ""
    return faults_of(certificate, facts, host, _now(exchange)), exchange


def faults_of(certificate: x509.Certificate, facts: TlsFacts, host: str, now: datetime | None) -> list[Fault]:
    """What is wrong with a certificate shown for `host` at `now` (None: unknown)."""
    found = [*_date_faults(certificate, facts, now)]
    names = _names(certificate)
    if host and not any(_matches(name, host) for name in names):
        shown = ", ".join(names[:5]) or "no host"
        found.append(Fault("wrong-host", f"The certificate names {shown}, not {host}."))
    own = certificate.issuer == certificate.subject
    reason = facts.chain_error.lower()
    if own and reason:
        found.append(Fault("self-signed", "The certificate is signed by itself."))
    elif reason and not any(word in reason for word in ("expired", "not yet valid", "hostname", "ip address mismatch")):
        found.append(Fault("unknown-authority", f"The chain cannot be checked: {facts.chain_error}."))
    return [*found, *_strength_faults(certificate, own)]


def _date_faults(certificate: x509.Certificate, facts: TlsFacts, now: datetime | None) -> list[Fault]:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if "expired" in facts.chain_error.lower() or (now is not None and now > end):
        return [Fault("expired", f"The certificate expired on {end:%Y-%m-%d}.")]
    if now is not None and now < start:
        return [Fault("not-yet-valid", f"The certificate is not valid before {start:%Y-%m-%d}.")]
    if now is not None and end - now < SOON:
        return [Fault("expires-soon", f"The certificate expires on {end:%Y-%m-%d}.", Severity.INFO)]
    return []


def _strength_faults(certificate: x509.Certificate, own: bool) -> list[Fault]:
    found = []
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA:
        found.append(Fault("short-key", f"The RSA key has only {key.key_size} bits."))
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < MIN_CURVE:
        found.append(Fault("short-key", f"The elliptic curve has only {key.curve.key_size} bits."))
    algorithm = certificate.signature_hash_algorithm
    # Nobody checks the signature of a certificate that signs itself.
    if isinstance(algorithm, hashes.SHA1 | hashes.MD5) and not own:
        found.append(Fault("weak-signature", f"The certificate is signed with {algorithm.name.upper()}."))
    return found


def _names(certificate: x509.Certificate) -> list[str]:
    """Host names and addresses of the extension; browsers ignore the common name."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    hosts = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    return [*hosts, *(str(address) for address in names.get_values_for_type(x509.IPAddress))]


def _matches(name: str, host: str) -> bool:
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:] and bool(host.partition(".")[0])
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(host)
    except ValueError:
        return name == host.lower()


def _now(exchange: Exchange) -> datetime | None:
    """When the answer came: by our clock, else by the server's own."""
    if exchange.sent_at:
        return datetime.fromtimestamp(exchange.sent_at, UTC)
    try:
        return parsedate_to_datetime(exchange.response.header("date")) if exchange.response else None
    except ValueError:
        return None


def _made(names: tuple[str, ...], start: datetime, end: datetime) -> bytes:
    """A certificate for examples, on a key that is the same in every run."""
    key = ec.derive_private_key(0x5EED_0F_A_CE47, ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(start).not_valid_after(end)
    alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    certificate = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.DER)


_START = datetime(2024, 1, 1, tzinfo=UTC)
_END = datetime(2025, 1, 1, tzinfo=UTC)


def _example(name: str, vulnerable: bool, date: str, names: tuple[str, ...], chain_error: str = "") -> Example:
    def handler(request: Request) -> Response:
        return Response(200, (("Date", date),), b"hello")

    facts = TlsFacts(accepted=("TLSv1.3",), certificate=_made(names, _START, _END), chain_error=chain_error)
    return Example(name=name, vulnerable=vulnerable, handler=handler, tls=facts)


JUNE, NEXT_YEAR = "Sat, 01 Jun 2024 00:00:00 GMT", "Sun, 01 Jun 2025 00:00:00 GMT"

EXAMPLES = (
    _example("expired", True, NEXT_YEAR, ("site.example",)),
    _example("of another host", True, JUNE, ("shop.example",)),
    _example("from an unknown authority", True, JUNE, ("site.example",), "unable to get local issuer certificate"),
    _example("in order", False, JUNE, ("site.example", "www.site.example")),
    _example("in order by a wildcard", False, JUNE, ("*.example",)),
)
