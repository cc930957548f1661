"""Content encodings undone within a bound, the same way for every lane."""

from __future__ import annotations

import zlib

ACCEPTED = "gzip, deflate"
"""What the lanes offer: the encodings that can be undone here step by step."""

_MAX_LAYERS = 3


def decoded(body: bytes, encodings: str, limit: int) -> tuple[bytes, bool]:
    """The body with its Content-Encoding undone, at most `limit` bytes of it, and whether something is missing.

    A body that is not what its header says, or an encoding not known here, is left as it came.
    """
    layers = [name for name in (part.strip().lower() for part in encodings.split(",")) if name not in ("", "identity")]
    if len(layers) > _MAX_LAYERS:
        return body[:limit], True
    cut = False
    for layer in reversed(layers):
        if layer in ("gzip", "x-gzip"):
            undone = _inflate(body, 16 + zlib.MAX_WBITS, limit)
        elif layer == "deflate":
            # Servers send either the zlib form or the bare one under this name.
            undone = _inflate(body, zlib.MAX_WBITS, limit) or _inflate(body, -zlib.MAX_WBITS, limit)
        else:
            break
        if undone is None:
            break
        body, cut = undone[0], cut or undone[1]
    return body[:limit], cut or len(body) > limit


def _inflate(data: bytes, window: int, limit: int) -> tuple[bytes, bool] | None:
    inflater = zlib.decompressobj(window)
    try:
        # One byte more than allowed tells a body that fits exactly from one that was cut.
        out = inflater.decompress(data, limit + 1)
    except zlib.error:
        return None
    return out[:limit], len(out) > limit or not inflater.eof
