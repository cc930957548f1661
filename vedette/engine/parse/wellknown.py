"""Addresses worth one request on any site."""

from __future__ import annotations

PATHS = (
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/security.txt",
    "/.well-known/openid-configuration",
    "/openapi.json",
    "/swagger.json",
)


def urls(origin: str) -> list[str]:
    """The well-known URLs of an origin, in a fixed order."""
    return [origin + path for path in PATHS]
