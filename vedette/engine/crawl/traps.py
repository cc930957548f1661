"""Addresses that lead a crawler in circles, and the one form of an address that its variants share."""

from __future__ import annotations

import re
from collections import Counter

from vedette.engine.parse.urls import normalise

MAX_URL = 2_000
MAX_SEGMENTS = 24
MAX_PARAMETERS = 40
MAX_SAME_SEGMENT = 4
MAX_SAME_PARAMETER = 8
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|sid|phpsessid|cfid|cftoken)=[^/?;]*", re.IGNORECASE)
_SUSPECT = re.compile(r"(?:^|&)(?:\w*sess|j?sid|cf|utm_|fbclid|gclid|_ga|mc_|zenid|oscsid|asp)", re.IGNORECASE)
_SESSION = re.compile(
    r"(?:phpsessid|jsessionid|asp\.net_sessionid|aspsessionid\w*|cfid|cftoken|sessionid|session_id|sess(?:ion)?|sid"
    r"|zenid|oscsid)=[0-9a-zA-Z\-_,.]{16,}|(?:utm_\w+|fbclid|gclid|_ga|mc_[ce]id)(?:=.*)?",
    re.IGNORECASE,
)

_MEDIA = frozenset(
    (
        *("jpg", "jpeg", "png", "gif", "webp", "avif", "ico", "bmp", "tif", "tiff", "woff", "woff2", "ttf", "eot"),
        *(
            "otf",
            "mp3",
            "mp4",
            "m4a",
            "m4v",
            "webm",
            "ogg",
            "ogv",
            "wav",
            "avi",
            "mov",
            "wmv",
            "flac",
            "iso",
            "dmg",
            "exe",
        ),
        *("zip", "gz", "tgz", "bz2", "xz", "7z", "rar", "msi", "deb", "rpm", "apk"),
    )
)


def is_media(url: str) -> bool:
    """Whether a URL names a picture, font, film, sound or archive: nothing to crawl in, and large. One with a query
    may be a program's and is none."""
    # No name of a kind has more than five letters: a dot further away is that of a folder or host.
    dot = url.rfind(".", -6)
    return dot >= 0 and url[dot + 1 :].lower() in _MEDIA


def canonical(url: str) -> str:
    """The address under which a URL counts as seen: no session id, no tracking, parameters sorted by name.

    Only for comparison: what is requested is the URL as it was found.
    """
    url = normalise(url)
    path, mark, query = url.partition("?")
    if ";" in path:
        path = _SESSION_IN_PATH.sub("", path)
    if not mark:
        return path
    parts = [part for part in query.split("&") if part]
    if _SUSPECT.search(query):
        parts = [part for part in parts if not _SESSION.fullmatch(part)]
    if len(parts) > 1:
        # Sorting keeps the order of equal names: the first and the last of two values are often read differently.
        parts.sort(key=_name)
    return f"{path}?{'&'.join(parts)}" if parts else path


def _name(part: str) -> str:
    return part.partition("=")[0]


def trap(url: str, referer: str = "") -> str:
    """Why a URL is taken for a trap, in a few words; empty when it is not."""
    path, _, query = url.partition("://")[2].partition("?")
    segments = path.split("/")[1:]
    if len(url) > MAX_URL:
        return "very long address"
    if len(segments) > MAX_SEGMENTS:
        return "very deep path"
    if reason := _repeating(segments):
        return reason
    return _growing(query, referer.partition("?")[2]) if query else ""


def _repeating(segments: list[str]) -> str:
    named = [segment for segment in segments if segment]
    if len(set(named)) == len(named):
        return ""
    if max(Counter(named).values()) >= MAX_SAME_SEGMENT:
        return "repeating path segment"
    # A run such as a/b/a/b/a/b: the last piece stands three times in a row.
    for size in range(1, len(named) // 3 + 1):
        tail = named[-3 * size :]
        if tail == tail[:size] * 3:
            return "repeating path"
    return ""


def _growing(query: str, referer_query: str) -> str:
    if query.count("&") < 2:
        return ""
    names = [_name(part) for part in query.split("&")]
    if len(names) > MAX_PARAMETERS:
        return "very many parameters"
    same = max(Counter(names).values())
    if same > MAX_SAME_PARAMETER:
        return "repeating parameter"
    # Each visit adds the same parameter once more to what was there before.
    if same > 2 and referer_query and len(query) > len(referer_query):
        before = Counter(_name(part) for part in referer_query.split("&"))
        after = Counter(names)
        if all(after[name] >= count for name, count in before.items()) and set(after) == set(before):
            return "growing query"
    return ""
