"""What the value of an attribute holds, by its name."""

from __future__ import annotations

NOTHING, REFERENCE, LIST, SRCSET, STYLE, DATA, EVENT, OTHER = range(8)

_KNOWN = dict.fromkeys(
    ("href", "src", "data", "poster", "background", "cite", "longdesc", "manifest", "xlink:href", "codebase", "lowsrc"),
    REFERENCE,
)
_KNOWN |= dict.fromkeys(
    ("class", "id", "name", "action", "formaction", "content", "pattern", "placeholder", "alt", "title", "label", "d",
     "points", "integrity", "nonce", "datetime", "srcdoc", "aria-label", "prefix", "vocab", "itemtype"),
    NOTHING,
)  # fmt: skip
_KNOWN |= {"ping": LIST, "archive": LIST, "srcset": SRCSET, "imagesrcset": SRCSET, "style": STYLE}


class _Kinds(dict[str, int]):
    """Attribute name -> what its value holds."""

    def __missing__(self, name: str) -> int:
        if len(self) > 4_096:
            self.clear()
        kind = DATA if name.startswith("data-") else EVENT if name.startswith("on") else OTHER
        if name.startswith("xmlns"):
            kind = NOTHING
        self[name] = kind = _KNOWN.get(name, kind)
        return kind


kinds = _Kinds()
"""Attribute name -> one of the numbers above."""
