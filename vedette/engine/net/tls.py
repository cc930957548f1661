"""What a TLS service shows from outside: versions, certificate, trust, ciphers."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

from vedette.engine.net.hello import (
    ALL_CIPHERS,
    VERSIONS,
    WEAK_CIPHERS,
    ServerHello,
    client_hello,
    server_hello,
)

MAX_WEAK = 12
READ = 4096
_SILENT = "no answer in time"

Turn = Callable[[], Awaitable[None]]
"""Awaited before each connection, so that inspecting keeps the host's pace."""


@dataclass(frozen=True, slots=True)
class TlsReport:
    """Facts of one service. `accepted` are version names, oldest first; `certificate` is DER; `chain_error` says why
    the certificate would not be trusted, empty when it would; `cipher` and `weak_ciphers` are suite names; `error`
    tells why no handshake succeeded."""

    accepted: tuple[str, ...] = ()
    certificate: bytes = b""
    chain_error: str = ""
    cipher: str = ""
    weak_ciphers: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Service:
    host: str
    address: str
    port: int
    timeout_s: float
    turn: Turn | None


async def inspect(
    host: str, address: str, port: int, timeout_s: float, *, cafile: str = "", turn: Turn | None = None
) -> TlsReport:
    """Asks the service at the address, which must be one that may be reached, under the host's name. Connections are
    made one after another, each within `timeout_s` seconds. Never raises for what the service does."""
    service = _Service(host, address, port, timeout_s, turn)
    if not address:
        return TlsReport(error="no address")
    shown, cipher, trouble = await _handshake(service, _trusting())
    if trouble == _SILENT:
        return TlsReport(error=trouble)  # each further question would take its full time too
    accepted = [name for name, number in VERSIONS.items() if await _accepts(service, number)]
    if not shown and not accepted:
        return TlsReport(error=trouble or "no TLS")
    _, _, chain_error = await _handshake(service, _trusted(cafile))
    return TlsReport(
        accepted=tuple(accepted),
        certificate=shown,
        chain_error=chain_error if shown else "",
        cipher=cipher,
        weak_ciphers=await _weak(service, accepted),
        error="" if shown else trouble,
    )


async def certificate(
    host: str, address: str, port: int, timeout_s: float, *, cafile: str = "", turn: Turn | None = None
) -> TlsReport:
    """As `inspect`, but for versions and weak ciphers: two connections instead of many."""
    service = _Service(host, address, port, timeout_s, turn)
    if not address:
        return TlsReport(error="no address")
    shown, cipher, trouble = await _handshake(service, _trusting())
    if not shown:
        return TlsReport(error=trouble or "no TLS")
    _, _, chain_error = await _handshake(service, _trusted(cafile))
    return TlsReport(certificate=shown, chain_error=chain_error, cipher=cipher)


async def _handshake(service: _Service, context: ssl.SSLContext) -> tuple[bytes, str, str]:
    """Certificate, cipher and, when the handshake failed, the reason."""
    try:
        writer = await _connect(service, context)
    except ssl.SSLCertVerificationError as error:
        return b"", "", error.verify_message or str(error)
    except TimeoutError:
        return b"", "", _SILENT
    except (OSError, ValueError) as error:
        return b"", "", str(error)
    session = writer.get_extra_info("ssl_object")
    found = session.getpeercert(binary_form=True) or b"", session.cipher()[0], ""
    writer.transport.abort()
    return found


async def _connect(service: _Service, context: ssl.SSLContext) -> asyncio.StreamWriter:
    if service.turn is not None:
        await service.turn()
    async with asyncio.timeout(service.timeout_s):
        _, writer = await asyncio.open_connection(
            service.address, service.port, ssl=context, server_hostname=service.host
        )
    return writer


async def _accepts(service: _Service, version: int) -> bool:
    answer = await _ask(service, version, ALL_CIPHERS)
    return answer is not None and answer.version == version


async def _weak(service: _Service, accepted: list[str]) -> tuple[str, ...]:
    """Weak suites one by one: each that the server chooses is left out of the next offer."""
    older = [VERSIONS[name] for name in accepted if VERSIONS[name] < VERSIONS["TLSv1.3"]]
    offered = dict(WEAK_CIPHERS)
    found: list[str] = []
    while older and offered and len(found) < MAX_WEAK:
        answer = await _ask(service, max(older), tuple(offered))
        if answer is None or answer.cipher not in offered:
            break
        found.append(offered.pop(answer.cipher))
    return tuple(found)


async def _ask(service: _Service, version: int, ciphers: tuple[int, ...]) -> ServerHello | None:
    """The server's answer to one hello of our own; None when it refuses."""
    try:
        if service.turn is not None:
            await service.turn()
        async with asyncio.timeout(service.timeout_s):
            reader, writer = await asyncio.open_connection(service.address, service.port)
            try:
                writer.write(client_hello(version, ciphers, service.host, os.urandom(64)))
                return await _answer(reader)
            finally:
                writer.transport.abort()
    except (OSError, ValueError):
        return None


async def _answer(reader: asyncio.StreamReader) -> ServerHello | None:
    data = b""
    while chunk := await reader.read(READ):
        data += chunk
        answer = server_hello(data)
        if answer is not None or len(data) > 4 * READ:
            return answer
    return None


@lru_cache(maxsize=4)
def _trusted(cafile: str) -> ssl.SSLContext:
    """Takes what browsers would; reading all authorities anew for each host would hold up the others."""
    return ssl.create_default_context(cafile=cafile or None)


def _trusting() -> ssl.SSLContext:
    """Takes any certificate and whatever version and cipher the local library can speak."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return context
