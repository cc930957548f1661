"""Runs the passive checks on one page."""

from __future__ import annotations

import dataclasses

from vedette.contract.batch import StateChange
from vedette.contract.events import CheckFailed, Event
from vedette.contract.exchange import Exchange, Request
from vedette.engine.attack.point import Point
from vedette.engine.catalog import Check
from vedette.engine.parse.page import Observation, Page
from vedette.engine.scan.context import Scan
from vedette.engine.scan.fault import told
from vedette.engine.scan.findings import from_observation

MAX_OBSERVATIONS = 20
"""Per check and page: each becomes a finding that carries the whole exchange."""


def inspect(
    scan: Scan, page: Page, request: Request, *, point: Point | None = None, tag: str = "", only: str = ""
) -> tuple[list[Event], list[StateChange]]:
    """The events and rows of what passive checks saw; with a tag, only of checks that carry it; with `only`, of the
    check of this id. `request` is the one that was crawled, `point` the input whose odd value gave the page."""
    events: list[Event] = []
    rows: list[StateChange] = []
    masked: Exchange | None = None
    told: Request | None = None
    scan.catalogue.passive_patterns.scan(page)
    for check in scan.passive:
        if (tag and tag not in check.info.tags) or (only and check.info.id != only):
            continue
        seen, failure = _run(check, page)
        if failure is not None:
            scan.tally.crash(check.info.id)
            events.append(failure)
        if len(seen) > MAX_OBSERVATIONS:
            scan.tally.remark(
                f"{check.info.id} saw {len(seen)} flaws in one answer; {MAX_OBSERVATIONS} of them are told."
            )
        for observation in seen[:MAX_OBSERVATIONS]:
            masked = masked or scan.masker.mask(page.exchange)
            told = told or scan.masked_request(request)
            text = scan.masker.text
            shown = dataclasses.replace(observation, mark=text(observation.mark), detail=text(observation.detail))
            finding = from_observation(check.info, page, shown, masked, told, point)
            more_events, more_rows = scan.findings.add(check.info, finding)
            events += more_events
            rows += more_rows
    return events, rows


def _run(check: Check, page: Page) -> tuple[list[Observation], CheckFailed | None]:
    try:
        return list(check.inspect(page)), None
    except Exception as error:  # noqa: BLE001 - the check runner's border: a broken check must not end the scan
        return [], CheckFailed(check=check.info.id, unit=page.url, reason=told(error))
