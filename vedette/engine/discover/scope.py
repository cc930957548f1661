"""Names in one form, and whether they belong to a domain."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

MAX_NAME = 253
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?\.)+(?!\d+\Z)[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?")


def clean(text: str) -> str:
    """A host name in lower case, in its `xn--` form, without the last dot and without a leading `*.`; empty for what is
    none."""
    name = text.strip().lower().removesuffix(".")
    while name.startswith("*."):
        name = name[2:]
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return name if len(name) <= MAX_NAME and _NAME.fullmatch(name) else ""


def clean_domain(text: str) -> str:
    """A domain as it stands in a job: a clean name, or an address. Raises ValueError for what is neither."""
    literal = text.strip().strip("[]")
    try:
        return str(ipaddress.ip_address(literal))
    except ValueError:
        pass
    name = clean(text)
    if not name or text.strip().startswith("*"):
        raise ValueError(f"not a domain: {text[:MAX_NAME]}")
    return name


def is_address(text: str) -> bool:
    """Whether it is an address and no name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def inside(name: str, domain: str) -> bool:
    """Whether a clean name is the domain or stands below it."""
    return name == domain or name.endswith(f".{domain}")


def kept(texts: Iterable[str], domain: str) -> tuple[str, ...]:
    """The clean names of these that are inside the domain, sorted, each once."""
    return tuple(sorted({name for text in texts if inside(name := clean(text), domain)}))


def parent(name: str) -> str:
    """The name without its first label; empty for a single label."""
    return name.partition(".")[2]


def levels(names: Iterable[str], domain: str) -> tuple[str, ...]:
    """The domain and every name between it and one of these names, sorted: where further names may stand."""
    found = {domain}
    for name in names:
        while inside(name := parent(name), domain):
            found.add(name)
    return tuple(sorted(found, key=lambda level: (level.count("."), level)))
