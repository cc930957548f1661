"""The facts of a certificate, and the host names that it tells. Pure."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from vedette.contract.discovery import CertificateFacts

MAX_NAMES = 500
MAX_TEXT = 300
_BROKEN = (ValueError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


def facts(der: bytes, distrust: str = "") -> CertificateFacts | None:
    """The facts of a certificate in DER; None for what cannot be read as one."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return CertificateFacts(
            subject=_text(certificate.subject),
            issuer=_text(certificate.issuer),
            names=_names(certificate),
            not_before=certificate.not_valid_before_utc.timestamp(),
            not_after=certificate.not_valid_after_utc.timestamp(),
            sha256=certificate.fingerprint(hashes.SHA256()).hex(),
            distrust=distrust,
        )
    except _BROKEN:
        return None


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        found = extension.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        found = []
    commons = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    found += [str(common.value) for common in commons if "." in str(common.value)]
    return tuple(sorted({name.lower()[:MAX_TEXT] for name in found}))[:MAX_NAMES]


def _text(name: x509.Name) -> str:
    return name.rfc4514_string()[:MAX_TEXT]
