"""The `own` job: looks on a host for the token that only its owner can have put there.

A host must not pass because it repeats what it is asked, or answers to any name alike. So nothing that whoever asks may
choose goes with the requests (no headers, cookies, certificates, signatures or paths but our own: what a site shows to
one of its clients alone shows no owner), and a form that a host could show by chance is compared with how it answers to
a name that nobody set up. Where a host wants a log-in, its answer is compared too.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from vedette.contract.batch import Batch, ResumeState
from vedette.contract.events import OwnershipChecked
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Job, Login, OwnershipProof, Scope, Setting
from vedette.contract.verdict import Verdict
from vedette.engine.net.dns import Dns, DnsError
from vedette.engine.net.network import Network
from vedette.engine.net.origin import Origin, split
from vedette.engine.parse.document import parse
from vedette.engine.scan.control import Control
from vedette.engine.scan.errand import Outcome, batch, network_for
from vedette.engine.scan.reach import why_not

MAX_PAGE = 512 * 1024
MAX_FILE = 1024
_SHOWN = 200
_HTML = ("text/html", "application/xhtml+xml")
_MARKUP = re.compile(r"<[a-z!/?]", re.IGNORECASE)
_META_NAMES = ("vedette-verification", "probely-verification")
_PREFIXES = ("vedette", "probely")


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for and where: the host's origin, the token, and the means to ask."""

    origin: Origin
    token: str
    network: Network
    dns: Dns
    logged_in: bool = False

    @property
    def control(self) -> str:
        """A token that nobody was given."""
        return str(uuid.uuid5(uuid.UUID(self.token), "control"))

    async def get(self, path: str) -> Exchange:
        """The answer of the host to this path."""
        return await self.network.send(Request("GET", self.origin.url + path), keep_cookies=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look gave: why the host does not show the token (empty: it does), and what was seen, in a line."""

    reason: str
    evidence: str = ""


def own(job: Job, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int) -> AsyncIterator[Batch]:
    """One batch: what the look for the token gave, and a verdict of `clean` or `failed`.

    Raises ValueError for a job that does not say what to look for, or not how it can be.
    """
    del state
    proof = job.ownership
    if proof is None:
        raise ValueError("the job does not say what shows the owner")
    if proof.method not in METHODS:
        raise ValueError(f"no way to show an owner: {proof.method}")
    if not _is_uuid(proof.token):
        raise ValueError("the token is not a UUID")
    split(proof.url)
    Dns(job.resolvers)
    return _own(job, proof, secrets, control, epoch)


async def _own(
    job: Job, proof: OwnershipProof, secrets: Mapping[str, str], control: Control, epoch: int
) -> AsyncIterator[Batch]:
    origin, _ = split(proof.url)
    async with network_for(_bare(job, proof, origin), secrets, control) as network:
        seen = Seen("The check was stopped before it began.")
        if not control.said:
            try:
                look = Look(origin, proof.token, network, Dns(job.resolvers), bool(proof.login))
                seen = await METHODS[proof.method](look)
            except DnsError as error:
                seen = Seen(str(error))
        checked = OwnershipChecked(
            method=proof.method, ok=not seen.reason, reason=seen.reason, evidence=_line(seen.evidence)
        )
        verdict, reasons = (Verdict.FAILED, (seen.reason,)) if seen.reason else (Verdict.CLEAN, ())
        outcome = Outcome([checked], verdict, reasons, network.requests)
    yield batch(job, control, epoch, outcome)


def _bare(job: Job, proof: OwnershipProof, origin: Origin) -> Job:
    """The job with nothing of what its giver may choose, but limits, address rules and the log-in of the host."""
    limits = replace(job.limits, max_body_bytes=min(job.limits.max_body_bytes or MAX_PAGE, MAX_PAGE))
    login = (Setting(name="Authorization", secret=proof.login),) if proof.login else ()
    return replace(
        job, start_urls=(f"{origin.url}/",), scope=Scope(), login=Login(), headers=login, cookies=(), certificate="",
        signing=None, encryption=None, limits=limits,
    )  # fmt: skip


async def _file(look: Look) -> Seen:
    path = f"/vedette-{look.token}.txt"
    exchange = await look.get(path)
    if exchange.response is None:
        return Seen(why_not(exchange))
    seen = _answered(path, exchange)
    if f"Vedette={look.token}" in _plain(exchange.response):
        return await _not_repeated(look, seen) if look.logged_in else Seen("", seen)
    return await _contract_file(look, seen)


async def _not_repeated(look: Look, before: str) -> Seen:
    """A name and a password are chosen by whoever asks: a host that says them anywhere shows nothing."""
    control = await look.get(f"/vedette-{look.control}.txt")
    if control.response is None:
        return Seen(why_not(control), before)
    if look.token in control.response.text:
        return Seen("Token file not found.", f"Files that do not exist are answered alike: {before}")
    return Seen("", before)


async def _contract_file(look: Look, before: str) -> Seen:
    """The word in this file is the same for everybody, so a host that says it at any address shows nothing."""
    path = f"/{look.token}.txt"
    exchange = await look.get(path)
    if exchange.response is None:
        return Seen(why_not(exchange), before)
    seen = _answered(path, exchange)
    if not _is_contract_file(exchange.response):
        return Seen("Token file not found.", f"{before}; {seen}")
    control = await look.get(f"/{look.control}.txt")
    if control.response is None:
        return Seen(why_not(control), seen)
    if _is_contract_file(control.response):
        return Seen("Token file not found.", f"Files that do not exist are answered alike: {seen}")
    return Seen("", seen)


def _is_contract_file(response: Response) -> bool:
    return response.content_type not in _HTML and "Probely" in _plain(response)


def _plain(response: Response) -> str:
    """The text of a small file that is no page; empty for anything else."""
    if response.status != 200 or response.truncated or len(response.body) > MAX_FILE:
        return ""
    text = response.text
    return "" if "\0" in text or _MARKUP.search(text) else text


async def _meta_tag(look: Look) -> Seen:
    exchange = await look.get("/")
    response = exchange.response
    if response is None:
        return Seen(why_not(exchange))
    if response.status == 200 and response.content_type in ("", *_HTML):
        head = parse(response.text).head
        for node in head.iter() if head is not None else ():
            name = (node.attributes.get("name") or "").strip().lower()
            if node.tag == "meta" and name in _META_NAMES and node.attributes.get("content") == look.token:
                return Seen("", f'/ holds <meta name="{name}" content="{look.token}"> in its head')
    return Seen("Meta tag not found.", _answered("/", exchange, with_body=False))


async def _dns_txt(look: Look) -> Seen:
    host = look.origin.host
    if look.origin.literal:
        return Seen(f"{host} is an address: addresses have no TXT records.")
    texts = await look.dns.txt(host)
    for text in texts:
        if text.strip() in (f"Vedette={look.token}", f"Probely={look.token}"):
            return Seen("", f"{host} TXT {text}")
    return Seen("Token not found", f"{host} TXT {'; '.join(texts)}" if texts else f"{host} has no TXT record")


async def _dns_cname(look: Look) -> Seen:
    host = look.origin.host
    if look.origin.literal:
        return Seen(f"{host} is an address: there are no names below it.")
    names = [f"{prefix}-{look.token}.{host}" for prefix in _PREFIXES]
    for name, prefix in zip(names, _PREFIXES, strict=True):
        target = await look.dns.cname(name)
        if not target:
            continue
        if await look.dns.cname(f"{prefix}-{look.control}.{host}"):
            return Seen(f"Every name below {host} is an alias, so this one shows nothing.", f"{name} CNAME {target}")
        return Seen("", f"{name} CNAME {target}")
    return Seen(f"The DNS query name does not exist: {names[0]}.", f"No CNAME record at {' or '.join(names)}")


METHODS: dict[str, Callable[[Look], Awaitable[Seen]]] = {
    "file": _file,
    "meta_tag": _meta_tag,
    "dns_txt": _dns_txt,
    "dns_cname": _dns_cname,
}
"""How to look, by method."""


def _answered(path: str, exchange: Exchange, *, with_body: bool = True) -> str:
    response = exchange.response
    text = f"{path} answered {exchange.status}"
    if response is None:
        return text
    body = response.text[:_SHOWN].strip() if with_body else response.content_type
    return f"{text}: {body}" if body else text


def _line(text: str) -> str:
    """One line without control or direction characters, not endless: it holds what a stranger's host said."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= 3 * _SHOWN else clean[: 3 * _SHOWN] + "…"


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
