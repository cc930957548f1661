"""`vedette discover`: the names and web services of a domain, without a server."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vedette.cli.gathered import Gathered
from vedette.cli.order import DEFAULT_RATE, seconds
from vedette.cli.output import discovery_report, discovery_table
from vedette.cli.problem import Exit, Problem
from vedette.cli.reports import check_paths
from vedette.cli.run import run_job
from vedette.cli.streams import STDOUT, Streams
from vedette.cli.text import printable
from vedette.contract.addresses import Policy
from vedette.contract.discovery import Discovery, DiscoveryDomain, Provider
from vedette.contract.events import Event, PhaseStarted, SourceAsked
from vedette.contract.job import Job, JobKind, Limits
from vedette.engine.discover.scope import clean_domain
from vedette.engine.discover.source import load
from vedette.engine.scan import JobRefused

PHASES = {
    "sources": "Asking what others know",
    "names": "Looking up names",
    "services": "Looking for web services",
}


@dataclass(slots=True, kw_only=True)
class Wish:
    """What is to be searched, how, and where the outcome goes. `source` entries are `ID` or `ID=URL`, `key_env` ones
    `ID=VARIABLE`."""

    domains: list[str]
    active: bool = False
    authorized: str = ""
    source: list[str] = field(default_factory=list)
    key_env: list[str] = field(default_factory=list)
    resolver: list[str] = field(default_factory=list)
    port: list[int] = field(default_factory=list)
    rate: float = DEFAULT_RATE
    dns_rate: float = 100.0
    name_server_port: int = 53
    max_names: int = 5000
    max_time: str = ""
    allow_private: list[str] = field(default_factory=list)
    json: Path | None = None
    pictures: Path | None = None


def discover(wish: Wish, streams: Streams, variables: Mapping[str, str] = os.environ) -> Exit:
    """Exit code 0 when all was looked at, 3 when the verdict says that something is missing. Raises Problem for what
    cannot be meant."""
    check_paths({"json": wish.json} if wish.json else {})
    job, secrets = order(wish, variables)
    gathered = Gathered()

    def tell(event: Event) -> None:
        gathered.take(event)
        words = _words(event)
        if words:
            streams.talk.print(printable(words, 500), style="dim", markup=False, soft_wrap=True)

    try:
        run_job(job, [tell], secrets=secrets)
    except JobRefused as error:
        raise Problem(f"Nothing was asked: {error}.", "`vedette discover --help` tells what can be given.") from None
    discovery_table.show(gathered, streams.result)
    _write(wish, job, gathered)
    if gathered.finished is None or gathered.finished.cancelled:
        return Exit.INTERRUPTED
    return Exit.PASSED if gathered.finished.verdict == "clean" else Exit.NOT_RELIABLE


def order(wish: Wish, variables: Mapping[str, str]) -> tuple[Job, dict[str, str]]:
    """The job and its secrets. Raises Problem."""
    if wish.active and not wish.authorized.strip():
        raise Problem(
            "--active tries names and ports of the domain, which needs a word on who allows it.",
            'Add --authorized "who, why".',
        )
    providers, secrets = _providers(wish, variables)
    try:
        Policy(allow=tuple(wish.allow_private))
        names = dict.fromkeys(clean_domain(text) for text in wish.domains)
    except ValueError as error:
        raise Problem(f"{error}.".capitalize(), "For example: vedette discover shop.example") from None
    wanted = Discovery(
        domains=tuple(DiscoveryDomain(name=name, verified=wish.active, ports=tuple(wish.port)) for name in names),
        providers=providers,
        max_names=wish.max_names,
        queries_per_second=wish.dns_rate,
        name_server_port=wish.name_server_port,
        screenshots=wish.pictures is not None,
    )
    job = Job(
        id=uuid.uuid4().hex[:12],
        start_urls=(),
        kind=JobKind.DISCOVER,
        discovery=wanted,
        limits=Limits(rate=wish.rate, max_time_s=seconds(wish.max_time), slice_s=0.0),
        resolvers=tuple(entry for text in wish.resolver for entry in text.replace(",", " ").split()),
        allow_private=tuple(wish.allow_private),
        authorized=wish.authorized,
        browser=wish.pictures is not None,
    )
    return job, secrets


def _providers(wish: Wish, variables: Mapping[str, str]) -> tuple[tuple[Provider, ...], dict[str, str]]:
    keys: dict[str, str] = {}
    for text in wish.key_env:
        source, _, variable = text.partition("=")
        if not variable or not variables.get(variable):
            raise Problem(f"--key-env {text} names no variable that holds a key.", "Write it like ID=VARIABLE.")
        keys[source] = variables[variable]
    providers: list[Provider] = []
    for text in wish.source:
        source, _, url = text.partition("=")
        if source not in load():
            raise Problem(f"There is no source named {printable(source)}.", f"There are {', '.join(load())}.")
        providers.append(Provider(source=source, url=url, secret=source if source in keys else ""))
    unused = set(keys) - {provider.source for provider in providers}
    if unused:
        raise Problem(f"--key-env names a source that is not asked: {', '.join(sorted(unused))}.", "Add --source ID.")
    return tuple(providers), keys


def _words(event: Event) -> str:
    if isinstance(event, PhaseStarted):
        return f"{PHASES.get(event.phase, event.phase)} …"
    if isinstance(event, SourceAsked):
        failed = f", and failed: {event.reason}" if event.reason else ""
        return f"  {event.source} told {event.names:,} names of {event.domain}{failed}"
    return ""


def _write(wish: Wish, job: Job, gathered: Gathered) -> None:
    if wish.json == STDOUT:
        sys.stdout.write(discovery_report.render(job, gathered))
        sys.stdout.flush()
    elif wish.json is not None:
        _file(wish.json, discovery_report.render(job, gathered).encode("utf-8", "backslashreplace"))
    if wish.pictures is not None:
        for service in gathered.sorted_services():
            if service.screenshot is not None:
                place = service.url.split("/")[2].replace(":", "-").replace("[", "").replace("]", "")
                scheme = service.url.partition(":")[0]
                _file(wish.pictures / f"{scheme}-{place}.webp", service.screenshot.data)


def _file(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}.") from None
