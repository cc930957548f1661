"""Reads query parameters as this vendor's clients write them: names in any case, and some run together."""

from __future__ import annotations

from rest_framework.request import Request


def text(request: Request, name: str) -> str:
    """A text; empty when absent. Names match whatever their case."""
    wanted = name.lower()
    found = next((value for key, value in request.query_params.items() if key.lower() == wanted), "")
    return str(found).replace("\0", "").strip()


def number(request: Request, name: str, default: int) -> int:
    """A whole number from 1; what is none reads as the default."""
    raw = text(request, name)
    return int(raw) if raw.isascii() and raw.isdigit() and 0 < len(raw) < 10 and int(raw) > 0 else default
