"""Client hello messages of our own: ask a server for one protocol version or cipher that local libraries refuse."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

VERSIONS = {"SSLv3": 0x0300, "TLSv1.0": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
"""Version names and their numbers on the wire, oldest first."""

WEAK_CIPHERS = {
    0x0001: "TLS_RSA_WITH_NULL_MD5",
    0x0002: "TLS_RSA_WITH_NULL_SHA",
    0x003B: "TLS_RSA_WITH_NULL_SHA256",
    0xC006: "TLS_ECDHE_ECDSA_WITH_NULL_SHA",
    0xC010: "TLS_ECDHE_RSA_WITH_NULL_SHA",
    0x0003: "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
    0x0006: "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5",
    0x0008: "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
    0x0014: "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",
    0x0004: "TLS_RSA_WITH_RC4_128_MD5",
    0x0005: "TLS_RSA_WITH_RC4_128_SHA",
    0xC007: "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    0xC011: "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    0x0009: "TLS_RSA_WITH_DES_CBC_SHA",
    0x0015: "TLS_DHE_RSA_WITH_DES_CBC_SHA",
    0x000A: "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    0x0016: "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA",
    0xC008: "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",
    0xC012: "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    0x0018: "TLS_DH_anon_WITH_RC4_128_MD5",
    0x001B: "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA",
    0x0034: "TLS_DH_anon_WITH_AES_128_CBC_SHA",
    0x003A: "TLS_DH_anon_WITH_AES_256_CBC_SHA",
    0x006C: "TLS_DH_anon_WITH_AES_128_CBC_SHA256",
    0x00A6: "TLS_DH_anon_WITH_AES_128_GCM_SHA256",
    0xC015: "TLS_ECDH_anon_WITH_NULL_SHA",
    0xC016: "TLS_ECDH_anon_WITH_RC4_128_SHA",
    0xC018: "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
    0xC019: "TLS_ECDH_anon_WITH_AES_256_CBC_SHA",
}
"""Cipher suites without encryption, without authentication or with broken ciphers, by number."""

_SOUND_CIPHERS = (
    0x1301, 0x1302, 0x1303,
    0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009E, 0x009F, 0xCCAA,
    0xC023, 0xC027, 0xC024, 0xC028, 0xC009, 0xC013, 0xC00A, 0xC014, 0x0033, 0x0039, 0x0067, 0x006B,
    0x009C, 0x009D, 0x003C, 0x003D, 0x002F, 0x0035, 0x0041, 0x0084,
)  # fmt: skip

ALL_CIPHERS = (*_SOUND_CIPHERS, *WEAK_CIPHERS)

_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202)
_ALERT, _HANDSHAKE, _SERVER_HELLO = 21, 22, 2


@dataclass(frozen=True, slots=True)
class ServerHello:
    """The version and cipher that a server chose, by number."""

    version: int
    cipher: int


def client_hello(version: int, ciphers: tuple[int, ...], host: str, random: bytes) -> bytes:
    """A hello that offers exactly this version and these ciphers. `random` is 64 fresh bytes: the nonce and a public
    key, whose secret half nobody needs, since the handshake is never finished."""
    legacy = min(version, VERSIONS["TLSv1.2"])
    modern = version == VERSIONS["TLSv1.3"]
    session = _vector(1, random[:32] if modern else b"")
    suites = _vector(2, b"".join(struct.pack("!H", cipher) for cipher in ciphers))
    body = struct.pack("!H", legacy) + random[:32] + session + suites + b"\x01\x00"
    if version > VERSIONS["SSLv3"]:
        body += _vector(2, _extensions(version, host, random[32:64]))
    message = b"\x01" + struct.pack("!I", len(body))[1:] + body
    return struct.pack("!BH", _HANDSHAKE, min(version, VERSIONS["TLSv1.0"])) + _vector(2, message)


def server_hello(data: bytes) -> ServerHello | None:
    """The server's choice in what it sent so far; None while it is incomplete. Raises ValueError when the server
    refused or does not speak TLS."""
    message = b""
    while len(data) >= 5:
        kind, length = data[0], int.from_bytes(data[3:5], "big")
        if kind == _ALERT:
            raise ValueError("refused by an alert")
        if kind != _HANDSHAKE:
            raise ValueError("not TLS")
        message += data[5 : 5 + length]
        if len(message) >= 4:
            size = int.from_bytes(message[1:4], "big")
            if message[0] != _SERVER_HELLO:
                raise ValueError("no server hello")
            if len(message) >= 4 + size:
                return _choice(message[4 : 4 + size])
        data = data[5 + length :]
    return None


def _choice(body: bytes) -> ServerHello:
    try:
        version = int.from_bytes(body[:2], "big")
        at = 35 + body[34]
        cipher = int.from_bytes(body[at : at + 2], "big")
        at += 5
        while at + 4 <= len(body):
            kind, length = struct.unpack_from("!HH", body, at)
            if kind == 43 and length == 2:
                version = int.from_bytes(body[at + 4 : at + 6], "big")
            at += 4 + length
    except IndexError:
        raise ValueError("broken server hello") from None
    return ServerHello(version, cipher)


def _extensions(version: int, host: str, key: bytes) -> bytes:
    out = b""
    if not _is_address(host):
        out += _extension(0, _vector(2, b"\x00" + _vector(2, host.encode("ascii", "ignore"))))
    out += _extension(10, _vector(2, b"".join(struct.pack("!H", group) for group in _GROUPS)))
    out += _extension(11, b"\x01\x00")
    if version >= VERSIONS["TLSv1.2"]:
        out += _extension(13, _vector(2, b"".join(struct.pack("!H", scheme) for scheme in _SIGNATURES)))
    if version == VERSIONS["TLSv1.3"]:
        out += _extension(43, _vector(1, struct.pack("!H", version)))
        out += _extension(51, _vector(2, struct.pack("!H", 0x001D) + _vector(2, key)))
    return out + _extension(0xFF01, b"\x00")


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack("!H", kind) + _vector(2, data)


def _vector(width: int, data: bytes) -> bytes:
    return len(data).to_bytes(width, "big") + data


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
