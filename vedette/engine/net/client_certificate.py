"""The certificate by which a client shows who it is, given to what opens TLS connections."""

from __future__ import annotations

import ssl
import tempfile


def load_into(context: ssl.SSLContext, pem: str) -> None:
    """Has the context show the certificate in this PEM text, which holds its key too; an empty text changes nothing.
    Raises ValueError, which never holds the text."""
    if not pem:
        return
    # OpenSSL's bindings read a key from a file only: one that nobody else can open, gone when this returns.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".pem") as file:
        file.write(pem)
        file.flush()
        try:
            context.load_cert_chain(file.name)
        except (ssl.SSLError, ValueError):
            raise ValueError("the client certificate cannot be used with its key") from None


def check(pem: str) -> None:
    """Raises ValueError for a text that holds no certificate with its key."""
    load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), pem)
