"""WebM files made of still pictures: a lossy WebP picture is a key frame of VP8, which WebM holds as it is."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_CLUSTER_MS = 30_000
_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675


def key_frame(picture: bytes) -> bytes:
    """The VP8 frame of a lossy WebP picture without transparency; empty when it is none."""
    if picture[:4] != b"RIFF" or picture[8:12] != b"WEBP":
        return b""
    at = 12
    while at + 8 <= len(picture):
        size = int.from_bytes(picture[at + 4 : at + 8], "little")
        if picture[at : at + 4] == b"VP8 ":
            return picture[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return b""


def size_of(frame: bytes) -> tuple[int, int]:
    """Width and height of a VP8 key frame in pixels."""
    return int.from_bytes(frame[6:8], "little") & 0x3FFF, int.from_bytes(frame[8:10], "little") & 0x3FFF


def film(frames: Sequence[tuple[int, bytes]], length_ms: int) -> bytes:
    """The film of these key frames, each with the millisecond at which it is first seen; empty without frames."""
    if not frames:
        return b""
    width, height = size_of(frames[0][1])
    head = _element(
        _EBML,
        _number(0x4286, 1) + _number(0x42F7, 1) + _number(0x42F2, 4) + _number(0x42F3, 8)
        + _element(0x4282, b"webm") + _number(0x4287, 2) + _number(0x4285, 2),
    )  # fmt: skip
    clock = _number(0x2AD7B1, 1_000_000) + _element(0x4489, _double(length_ms))
    info = _element(_INFO, clock + _element(0x4D80, b"Vedette") + _element(0x5741, b"Vedette"))
    picture = _element(0xE0, _number(0xB0, width) + _number(0xBA, height))
    track = _number(0xD7, 1) + _number(0x73C5, 1) + _number(0x83, 1) + _element(0x86, b"V_VP8") + picture
    tracks = _element(_TRACKS, _element(0xAE, track))
    return head + _element(_SEGMENT, info + tracks + b"".join(_clusters(frames)))


def _clusters(frames: Sequence[tuple[int, bytes]]) -> list[bytes]:
    made: list[bytes] = []
    start, blocks = frames[0][0], b""
    for at, frame in frames:
        if at - start > _CLUSTER_MS:
            made.append(_element(_CLUSTER, _number(0xE7, start) + blocks))
            start, blocks = at, b""
        # Track 1, time within the cluster, a key frame.
        blocks += _element(0xA3, b"\x81" + (at - start).to_bytes(2, "big", signed=True) + b"\x80" + frame)
    made.append(_element(_CLUSTER, _number(0xE7, start) + blocks))
    return made


def _element(name: int, content: bytes) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + (0x01 << 56 | len(content)).to_bytes(8, "big") + content


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _double(value: float) -> bytes:
    return struct.pack(">d", value)
