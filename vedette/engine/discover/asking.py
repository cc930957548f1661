"""Asks passive sources, each through a network of its own that reaches that source's host and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from vedette.contract.discovery import Provider
from vedette.contract.exchange import Exchange, Request
from vedette.contract.job import Job, Limits, Login, Scope
from vedette.engine.discover import source as sources
from vedette.engine.discover.source import Query, Source
from vedette.engine.net.masking import Masker
from vedette.engine.net.network import Network

MAX_PAGES = 50
TIMEOUT_S = 60.0
MAX_ANSWER = 32 * 1024 * 1024
RETRY_S = (2.0, 5.0)
_LIMITS = Limits(rate=2.0, concurrency=1, timeout_s=TIMEOUT_S, max_body_bytes=MAX_ANSWER)
_WORDS = {
    401: "it refuses the key",
    403: "it refuses the key",
    429: "it wants to be asked less often",
}
_BUSY = (502, 503, 504)

Attach = Callable[[Network], None]
"""Told of each network while it is in use, so that it ends with the search."""


class SourceFailed(Exception):  # noqa: N818 - the source is at fault, not the engine
    """The source told nothing, or not all; the text is a reason without a full stop."""

    def __init__(self, reason: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.names = names


def check(provider: Provider) -> tuple[Source, str]:
    """The source of a provider and the address at which it is asked. Raises ValueError for what cannot be asked."""
    source = sources.load().get(provider.source)
    if source is None:
        raise ValueError(f"there is no source named {provider.source}; there are {', '.join(sources.load())}")
    url = provider.url or source.info.url
    if not url:
        raise ValueError(f"the source {provider.source} needs an address")
    if source.info.needs_key and not provider.secret:
        raise ValueError(f"the source {provider.source} needs a key")
    return source, url


async def ask(provider: Provider, domain: str, job: Job, secrets: Mapping[str, str], attach: Attach) -> tuple[str, ...]:
    """All that the source tells of the domain, as it wrote it. Raises SourceFailed, with what came before that."""
    source, url = check(provider)
    key = secrets[provider.secret] if provider.secret else ""
    query = Query(domain, url, key)
    bare = replace(
        job, start_urls=(source.ask(query).url,), scope=Scope(), login=Login(), discovery=None, limits=_LIMITS,
        headers=(), cookies=(), second_login=Login(), second_headers=(), second_cookies=(), hosts=(), certificate="",
    )  # fmt: skip
    names: list[str] = []
    async with Network(bare, {}, masker=Masker(secrets)) as network:
        attach(network)
        request: Request | None = source.ask(query)
        for _ in range(MAX_PAGES):
            if request is None:
                return tuple(names)
            exchange = await _answered(network, request)
            if exchange.status == 404:
                return tuple(names)
            reason = _why_not(exchange)
            if reason or exchange.response is None:
                raise SourceFailed(reason, tuple(names))
            try:
                told = await asyncio.to_thread(source.read, query, request, exchange.response.body)
            except (ValueError, RecursionError):
                raise SourceFailed("its answer cannot be read", tuple(names)) from None
            names += told.names
            request = told.more
    raise SourceFailed(f"it has more than the {MAX_PAGES} pages that are read", tuple(names))


async def _answered(network: Network, request: Request) -> Exchange:
    """The answer, asked for again where it is likely to be another soon: some public sources often are too busy."""
    exchange = await network.send(request, keep_cookies=False)
    for seconds in RETRY_S:
        if network.stopped or (exchange.status not in _BUSY and exchange.error != "timeout"):
            break
        await asyncio.sleep(seconds)
        exchange = await network.send(request, keep_cookies=False)
    return exchange


def _why_not(exchange: Exchange) -> str:
    response = exchange.response
    if response is None:
        return f"it did not answer: {exchange.detail or exchange.error}"
    if response.status != 200:
        return _WORDS.get(response.status, f"it answered {response.status}")
    return "its answer is longer than what is read" if response.truncated else ""
