"""What of a site a scan looks at: the whole, some addresses, what is new or changed, what its sequences visit."""

from __future__ import annotations

import dataclasses

from xxhash import xxh3_64_hexdigest

from vedette.contract.exchange import Request, header
from vedette.contract.job import Job, Setting
from vedette.engine.attack.point import Target
from vedette.engine.crawl.frontier import Item, key_of
from vedette.engine.parse.bodyshape import shape
from vedette.engine.parse.urls import normalise, origin, query_pairs, split

SEQUENCE, START, PART = "sequence", "start", "scope"
"""Where an item of the crawl came from: a recorded sequence, a start URL, the part of the site to look at."""

Testing = dict[tuple[str, str], Setting]


class Partial:
    """Answers for one job. Without a part, everything is looked at."""

    def __init__(self, job: Job) -> None:
        self._part = job.part
        self.urls = tuple(normalise(url) for url in job.part.urls)
        self.duplicates = job.part.duplicates
        self.sequences_only = job.part.sequences_only
        self._crawls_nothing = job.part.sequences_only or job.part.described_only

    def inside(self, url: str) -> bool:
        """Whether a URL is one of the part's or lies below one: all are when it names none."""
        return not self.urls or any(_under(url, one) for one in self.urls)

    def crawls(self, item: Item) -> bool:
        """Whether an item may be fetched: the start URLs always, to see that the site is there."""
        return item.source == START or self.looks_at(item)

    def looks_at(self, item: Item) -> bool:
        """Whether the answer to an item of the crawl counts, and what it leads to. What a description tells is no such
        item."""
        if self._crawls_nothing and item.source != SEQUENCE:
            return False
        return self.inside(item.request.url)

    def unchanged(self, key: str, digest: str) -> bool:
        """Whether an earlier scan had the same answer to the same endpoint, in a scan of what is new or changed."""
        return self._part.incremental and bool(digest) and self._part.earlier.get(key) == digest


def endpoint_key(request: Request, described: str = "", template: str = "") -> str:
    """By what an endpoint is known in a later scan: method and address with what its body is made of. Of a described
    operation the template counts, as the values in it differ from scan to scan."""
    if not described:
        return key_of(dataclasses.replace(request, user=""))
    names = ",".join(sorted(name for name, _ in query_pairs(request.url)))
    body = shape(header(request.headers, "content-type"), request.body)
    parts = (request.method, origin(request.url), template, names, body, described)
    return xxh3_64_hexdigest("\x1f".join(parts).encode("utf-8", "replace"))


def settings_of(job: Job) -> tuple[Testing, frozenset[tuple[str, str]]]:
    """Headers and cookies of the job by kind and name: those that tests may change, and those that they must not."""
    groups = [("header", job.headers), ("cookie", job.cookies)]
    for host in job.hosts:
        groups += [("header", host.headers), ("cookie", host.cookies)]
    named = [((kind, one.name), one) for kind, settings in groups for one in settings]
    testing = {key: one for key, one in named if one.testing}
    never = frozenset((kind, name.lower()) for (kind, name), _ in named)
    return testing, never - {(kind, name.lower()) for kind, name in testing}


def sent_with(job: Job, target: Target) -> list[tuple[str, str, str]]:
    """Kind, name and value of the headers and cookies that tests of a target may change. A secret's value is left to
    the session."""
    groups = [("header", job.headers), ("cookie", job.cookies)]
    for host in job.hosts:
        if origin(host.origin) == origin(target.request.url):
            groups += [("header", host.headers), ("cookie", host.cookies)]
    return [(kind, one.name, one.value) for kind, settings in groups for one in settings if one.testing]


def _under(url: str, start: str) -> bool:
    root, path, query = split(url)
    base, first, wanted = split(start)
    if root != base:
        return False
    if wanted:
        return path == first and (query == wanted or query.startswith(wanted + "&"))
    return path == first or path.startswith(first.rstrip("/") + "/")
