"""Certificates with which the guard proxy poses as an https site towards our own browser, and towards nobody else.

The key is made when the proxy starts, is never stored for longer than a call takes, and the browser is told its
fingerprint alone: no other program trusts it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import ipaddress
import ssl
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

MAX_HOSTS = 500
_DAYS = 7
_NAME = "Vedette guard proxy"


class Certificates:
    """One key, and a certificate for each host that was asked for. `pin` is the fingerprint of the key as Chromium's
    switch wants it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.pin = base64.b64encode(hashlib.sha256(public).digest()).decode()
        self._contexts: dict[str, ssl.SSLContext] = {}

    def context(self, host: str) -> ssl.SSLContext:
        """What answers a handshake as this host, in HTTP/1.1 only."""
        context = self._contexts.get(host)
        if context is None:
            if len(self._contexts) >= MAX_HOSTS:
                self._contexts.pop(next(iter(self._contexts)))
            context = self._contexts[host] = self._made(host)
        return context

    def _made(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        secret = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # The library reads certificates from files only; this one is ours alone and gone with the block.
        with tempfile.NamedTemporaryFile(prefix="vedette-posing-") as file:
            file.write(self._certificate(host) + secret)
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def _certificate(self, host: str) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
        now = dt.datetime.now(dt.UTC)
        try:
            shown: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            shown = x509.DNSName(host)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=_DAYS))
            .add_extension(x509.SubjectAlternativeName([shown]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return made.public_bytes(Encoding.PEM)
