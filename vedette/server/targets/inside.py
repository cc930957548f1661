"""Would a scan of a target ask for this URL? The same answer that the engine gives, in a sentence."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from vedette.server.targets import rules, scope
from vedette.server.targets.models import Target
from vedette.server.targets.values import FieldError


@dataclass(frozen=True, slots=True)
class ScopeAnswer:
    """Whether the URL is in scope; `reason` says by what, `url` is its normal form (empty when it is no URL)."""

    inside: bool
    reason: str
    url: str = ""


def answer(target: Target, url: object) -> ScopeAnswer:
    """Judges a URL by the target's settings as they are now."""
    try:
        given = rules.site_url(url)
    except FieldError as error:
        return ScopeAnswer(False, str(error))
    starts = scope.start_urls(target.url, target.whitelist, target.blacklist)
    hosts = target.extra_hosts.select_related("domain").filter(include=True, domain__verified=True).order_by("id")
    others = [origin for host in hosts for origin in rules.extra_origins(host.host)]
    forms = (given, _resolved(given))
    included = [one for one in scope.includes(target.url, starts, others) if all(scope.within(f, one) for f in forms)]
    if not included:
        return ScopeAnswer(False, _outside(target, given), given)
    if any(scope.excludes(target.blacklist, form) for form in forms):
        return ScopeAnswer(False, "An exclusion keeps the scan away from it.", given)
    return ScopeAnswer(True, f"It lies under {included[0]}", given)


def _outside(target: Target, url: str) -> str:
    host = rules.host_of(url)
    if host == target.host:
        if rules.origin_of(url) != rules.origin_of(target.url):
            return "The target is asked for with the other scheme."
        return "It lies outside the path of the target and of every start path."
    if any(rules.hostname_of(row.host) == host for row in target.extra_hosts.all()):
        return "The extra host is switched off, or nobody has shown yet that it is yours."
    return "The host belongs neither to the target nor to one of its extra hosts."


def _resolved(url: str) -> str:
    """The URL as the most eager server would read its path: escapes undone, dots resolved."""
    origin = rules.origin_of(url)
    path, mark, query = url[len(origin) :].partition("?")
    plain = unquote(path).replace("\\", "/")
    resolved = posixpath.normpath(plain).replace("//", "/", 1)
    slash = "/" if plain.endswith("/") and resolved != "/" else ""
    return f"{origin}{resolved}{slash}{mark}{query}"
