"""What a page is made of, apart from its words; and a fingerprint of the words that changes little when they do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest

from vedette.engine.parse.page import Page

LANES = 64
_LANE_BITS = 16
_ONES = int("0001" * LANES, 16)
_HALF = 1 << (_LANE_BITS - 1)
_TOP_BYTES = bytes.maketrans(bytes(range(256)), b"0" * 128 + b"1" * 128)
_DIGITS = str.maketrans("", "", "0123456789")
MAX_TOKENS = 20_000
_UNSEEN = frozenset(("script", "style"))
MAX_SCRIPTS = 200
MAX_JSON_NODES = 20_000


def skeleton(page: Page) -> str:
    """Sixteen hexadecimal digits, equal for pages built alike: for HTML the different tags with their classes,
    ids and names in order of first appearance, digits removed; for JSON the key paths; for anything else the media
    type."""
    if page.is_html:
        return _digest(html_outline(page))
    text = page.text
    if text[:64].lstrip()[:1] in ("{", "["):
        try:
            return _digest("json\n" + "\n".join(json_paths(json.loads(text))))
        except (ValueError, RecursionError):
            pass
    return _digest(page.response.content_type)


def html_outline(page: Page) -> str:
    """The text that an HTML skeleton hashes: a line per different element."""
    rows = dict.fromkeys(
        [
            (tag, known.get("class"), known.get("id"), known.get("name")) if known else (tag, None, None, None)
            for tag, known, _ in page.elements
        ]
    )
    lines = "\n".join(f"{tag}.{names or ''}#{mark or ''}@{name or ''}" for tag, names, mark, name in rows)
    # Numbers in ids and classes are mostly those of records: a list of ten must look like a list of twelve.
    return "\n".join(dict.fromkeys(lines.translate(_DIGITS).split("\n")))


def json_paths(value: Any) -> list[str]:
    """The different key paths with the type at their end, sorted; list items share the segment `[]`."""
    found: set[str] = set()
    stack: list[tuple[str, Any]] = [("", value)]
    for _ in range(MAX_JSON_NODES):
        if not stack:
            break
        path, item = stack.pop()
        if isinstance(item, dict):
            stack += [(f"{path}/{key}", child) for key, child in item.items()]
        elif isinstance(item, list):
            stack += [(path + "/[]", child) for child in item]
        else:
            found.add(f"{path}:{type(item).__name__}")
            continue
        if not item:
            found.add(path)
    return sorted(found)


def visible_text(page: Page) -> str:
    """The text of an HTML page without scripts, styles and comments, words of different elements apart."""
    root = page.tree.root
    if root is None:
        return ""
    text = root.text(separator=" ")
    unseen = [node for tag, _, node in page.elements if tag in _UNSEEN]
    for node in unseen[:MAX_SCRIPTS]:
        text = text.replace(node.text() or " ", " ", 1)
    return text


def text_tokens(page: Page) -> list[str]:
    """The words that a reader sees, in order; of anything but HTML the words of the body. At most `MAX_TOKENS`."""
    text = visible_text(page) if page.is_html else page.text
    return text.split(None, MAX_TOKENS)[:MAX_TOKENS]


class _Lanes(dict[str, int]):
    """Token -> its hash with every bit in a lane of its own, so that one addition counts all 64 bits."""

    def __missing__(self, token: str) -> int:
        if len(self) > 40_000:
            self.clear()
        lanes = int("000".join(f"{xxh3_64_intdigest(token.encode('utf-8', 'replace')):064b}"), 16)
        self[token] = lanes
        return lanes


_lanes = _Lanes()


def simhash(tokens: Iterable[str]) -> int:
    """A 64-bit similarity hash of the different tokens: few differing bits for similar texts. 0 for no token."""
    # The order of the set does not matter: a sum is the same in any order.
    different = set(tokens)
    count = len(different)
    if not count:
        return 0
    total = sum(map(_lanes.__getitem__, different))
    # Lifts every lane so that its top bit says whether more than half of the tokens have this bit.
    lifted = total + _ONES * (_HALF - 1 - count // 2)
    tops = lifted.to_bytes(LANES * _LANE_BITS // 8, "big")[::2]
    return int(tops.translate(_TOP_BYTES), 2)


def distance(left: int, right: int) -> int:
    """In how many of the 64 bits two similarity hashes differ."""
    return (left ^ right).bit_count()


def _digest(text: str) -> str:
    return xxh3_64_hexdigest(text.encode("utf-8", "replace"))
