"""One request to each start URL before a scan, so that a wrong address ends in a sentence, not in an empty report."""

from __future__ import annotations

from dataclasses import replace

from vedette.cli.order import Prepared
from vedette.cli.problem import Exit, Problem
from vedette.cli.run import run_job
from vedette.contract.events import EndpointFound, Event, ScanFinished
from vedette.contract.job import JobKind, Login
from vedette.engine.scan import JobRefused


def reach(prepared: Prepared) -> list[str]:
    """Remarks on what the start URLs answered. Raises Problem when one cannot be reached or must not be, or when a
    person interrupts."""
    reasons: list[str] = []
    remarks: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, ScanFinished) and event.verdict == "failed":
            reasons.extend(event.reasons)
        if isinstance(event, EndpointFound) and (remark := _remark(event.url, event.status)):
            remarks.append(remark)

    # Without a log-in, the headers and cookies given go with these requests too.
    job = replace(prepared.job, kind=JobKind.REACH, login=Login())
    try:
        finished = run_job(job, [note], secrets=prepared.secrets, patient=False)
    except JobRefused as error:
        raise Problem(f"The scan was not started: {error}.") from None
    if not finished:
        raise Problem("Interrupted before the scan began.", code=Exit.INTERRUPTED)
    if reasons:
        raise Problem(reasons[0], hint(reasons[0]))
    return remarks


def _remark(url: str, status: int) -> str:
    if 300 <= status < 400:
        return f"{url} only sends on (status {status}): if to another site, or from http to https, scan that address."
    if status in (401, 403, 407):
        return f"{url} refuses us (status {status}): if it wants a log-in, give --header or --cookie."
    return ""


def hint(reason: str) -> str:
    """What to do about a reason that the engine gives for not reaching a start URL."""
    if "scope" in reason or reason.endswith("excluded."):
        return "Check --scope and --exclude against the start URL."
    if "must not be requested" in reason:
        return "Private ranges need --allow-private CIDR; loopback is allowed by naming it in the URL."
    if "TLS" in reason:
        return "For a certificate you trust anyway, add --insecure."
    if "does not resolve" in reason:
        return "Check how the name is spelt, and that this machine can resolve names."
    return "Check the address and the port, and that the site is running."
