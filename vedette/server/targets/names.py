"""Whose part of the name system a host name lies in: public suffixes, and domains at which anybody gets a mailbox."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from publicsuffixlist import PublicSuffixList

PUBLIC_MAIL = frozenset(Path(__file__).with_name("public_mail.txt").read_text(encoding="ascii").split())
"""Domains at which anybody can have a mailbox: one there says nothing about who owns the domain."""


def registrable(name: str) -> str:
    """The part of a host name (lower-case ASCII) that somebody registered: one label more than its public suffix. Empty
    for a public suffix itself, and for addresses."""
    if name.startswith("[") or name.rpartition(".")[2].isdigit():
        return ""
    return _suffixes().privatesuffix(name) or ""


def lies_below(name: str, above: str) -> bool:
    """Whether `name` is a name below `above`, with no public suffix between or above: the two have one owner."""
    own = registrable(name)
    return bool(own) and name.endswith("." + above) and (above == own or above.endswith("." + own))


def is_public_mail(name: str) -> bool:
    """Whether people who have nothing to do with one another may have mailboxes at this domain: that of a provider, one
    below it, or a public suffix."""
    own = registrable(name)
    return not own or own in PUBLIC_MAIL or name in PUBLIC_MAIL


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # Read on first use: commands that ask for no name should not wait for it.
    return PublicSuffixList()
