"""From what a person typed to the part of a site that a scan looks at, and the settings of single hosts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vedette.cli.problem import Problem
from vedette.contract.job import HostSettings, Part, Setting

_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:([^\r\n]*)")
_COOKIE = re.compile(r"([^\s,;=]+)=([^\r\n;]*)")


def part(
    only: Iterable[str],
    since: Path | None,
    *,
    duplicates: bool,
    sequences_only: bool = False,
    described_only: bool = False,
) -> Part:
    """The part; `only` are URLs that were checked, `since` the events file or JSON report of an earlier scan. Raises
    Problem."""
    return Part(
        urls=tuple(only),
        incremental=since is not None,
        earlier=earlier(since) if since is not None else {},
        sequences_only=sequences_only,
        described_only=described_only,
        duplicates=duplicates,
    )


def earlier(path: Path) -> dict[str, str]:
    """What the endpoints of an earlier scan answered, by their keys. Raises Problem."""
    hint = "Give the file that --events or --json wrote."
    try:
        text = path.read_text(encoding="utf-8")
        found = {str(row["key"]): str(row["digest"]) for row in _rows(text) if row.get("key") and row.get("digest")}
    except OSError as error:
        raise Problem(f"The earlier scan {path} cannot be read: {error.strerror}.", hint) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Problem(f"{path} is neither an events file nor a JSON report of Vedette.", hint) from None
    if not found:
        raise Problem(f"{path} names no endpoint by which a later scan could tell what is new.", hint)
    return found


def _rows(text: str) -> Iterator[dict[str, Any]]:
    first = text.lstrip().partition("\n")[0]
    if first.startswith(('{"job"', '{"marker"')):
        for line in text.splitlines():
            if '"endpoint_found"' in line:
                yield json.loads(line)
        return
    yield from json.loads(text)["endpoints"]


def changeable(headers: Sequence[str], cookies: Sequence[str]) -> tuple[tuple[Setting, ...], tuple[Setting, ...]]:
    """The headers and cookies that tests may change; they are not secret. Raises Problem."""
    made = [_header(text, f"--test-header number {index}") for index, text in enumerate(headers, 1)]
    pairs = [pair.strip() for text in cookies for pair in text.split(";") if pair.strip()]
    crumbs = [_cookie(pair, f"--test-cookie number {index}") for index, pair in enumerate(pairs, 1)]
    return (
        tuple(Setting(name=name, value=value, testing=True) for name, value in made),
        tuple(Setting(name=name, value=value, testing=True) for name, value in crumbs),
    )


def hosts(headers: Sequence[str], cookies: Sequence[str]) -> tuple[tuple[HostSettings, ...], dict[str, str]]:
    """The settings of single origins, written `ORIGIN Name: value` and `ORIGIN name=value`, with their secrets. Raises
    Problem."""
    secrets: dict[str, str] = {}
    found: dict[str, tuple[list[Setting], list[Setting]]] = {}
    for kind, texts, split in (("header", headers, _header), ("cookie", cookies, _cookie)):
        for index, text in enumerate(texts, 1):
            place, _, rest = text.strip().partition(" ")
            name, value = split(rest.strip(), f"--host-{kind} number {index}")
            secret = f"host-{kind}-{index}"
            secrets[secret] = value
            settings = found.setdefault(_origin(place, f"--host-{kind} number {index}"), ([], []))
            settings[kind == "cookie"].append(Setting(name=name, secret=secret))
    return tuple(
        HostSettings(origin=origin, headers=tuple(plain), cookies=tuple(crumbs))
        for origin, (plain, crumbs) in found.items()
    ), secrets


def _origin(text: str, where: str) -> str:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.username:
        # What was typed may be a secret: it is not repeated.
        raise Problem(f"{where} does not begin with an origin.", "Write it like 'https://api.example Name: value'.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _header(text: str, where: str) -> tuple[str, str]:
    match = _HEADER.fullmatch(text.strip())
    if match is None:
        raise Problem(f"{where} is not a header.", "Write it like 'Name: value'.")
    return match[1], match[2].strip()


def _cookie(text: str, where: str) -> tuple[str, str]:
    match = _COOKIE.fullmatch(text.strip())
    if match is None:
        raise Problem(f"{where} is not a cookie.", "Write it like 'name=value'.")
    return match[1], match[2].strip()
