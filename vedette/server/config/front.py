"""What is decided about a request before anybody looks at its path: the host it names, and whom it comes from."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host

LOCAL = ("localhost", "127.0.0.1", "[::1]")
ANY = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
_HEALTH = ("/healthz", "/readyz", "/metrics")


def names(*, listed: Collection[str], bound: str, machine: str) -> tuple[str, ...]:
    """The hosts that requests may name: those that the operator listed, else the machine's own name and the bound
    address; the loopback ones always. A leading dot stands for all subdomains."""
    own = tuple(listed) or (machine, _bracketed(bound))
    return (*LOCAL, *(name.lower() for name in own if name not in ANY))


def admits(host: str, allowed: Collection[str], *, any_address: bool) -> bool:
    """Whether a `Host` header may be answered. `any_address` admits plain addresses: who binds all of them cannot know
    by which one a request comes, and a page elsewhere can only be made to look like ours through a name."""
    domain, _ = split_domain_port(host)
    return bool(domain) and (validate_host(domain, allowed) or (any_address and _is_address(domain)))


def client(address: str, forwarded: str, proxies: int) -> str:
    """The client's address: the connection's own, or what the outermost of so many trusted proxies has seen. What is
    further to the left was written by whoever asked."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if not proxies or len(hops) < proxies:
        return address
    seen = hops[-proxies]
    return seen if _is_address(seen) else address


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


class FrontMiddleware:
    """Refuses foreign hosts, and puts the client's address where everybody looks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        chosen = settings.VEDETTE
        self._get_response = get_response
        self._proxies = chosen.trusted_proxies
        self._any_address = not chosen.hosts and chosen.host in ANY
        self._allowed = names(listed=chosen.hosts, bound=chosen.host, machine=socket.gethostname())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Raises DisallowedHost, which reads as a bad request in the dialect of the path."""
        meta = request.META
        meta["REMOTE_ADDR"] = client(
            str(meta.get("REMOTE_ADDR", "")), str(meta.get("HTTP_X_FORWARDED_FOR", "")), self._proxies
        )
        # Monitors ask by whatever address they find the process at, and hear nothing that depends on it.
        host = str(meta.get("HTTP_HOST") or meta.get("SERVER_NAME", ""))
        if request.path_info not in _HEALTH and not admits(host, self._allowed, any_address=self._any_address):
            raise DisallowedHost("A host was named that is not this platform's; VEDETTE_HOSTS lists its names.")
        return self._get_response(request)
