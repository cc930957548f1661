"""What a scan of the practice site finds, a retest finds again, cheaply, and through any kill."""

from __future__ import annotations

import random

import pytest

from tests.engine.scan.knowing import known_of, outcomes
from tests.engine.scan.scanning import job_for, ran, sayer
from vedette.contract import events as kinds
from vedette.contract.job import JobKind, Scope
from vedette.engine.net.browser_process import UNCONFINED, missing
from vedette.engine.scan import Control

FEW = ("xss", "crlf", "headers", "cookies")
FAMILIES = ("xss", "sqli", "crlf", "redirect", "file", "headers", "cookies", "disclosure", "files", "-sqli-time")
PER_FINDING = 60
REST = Scope(exclude=("*/browse*",))  # the catalogue that never ends is most of the site


@pytest.mark.parametrize(
    ("families", "browser"),
    [
        (FEW, False),
        pytest.param(FAMILIES, False, marks=pytest.mark.long),
        pytest.param(FAMILIES, True, marks=pytest.mark.long),
    ],
)
async def test_all_that_was_found_is_seen_again(shop, families, browser):
    first = await ran(job_for(f"{shop.url}/", checks=families, browser=browser, scope=REST))
    known = known_of(first)
    assert len(known) > 20
    before = len(shop.log)
    again = await ran(job_for(f"{shop.url}/", checks=(), kind=JobKind.RETEST, known=known, browser=browser))
    assert outcomes(again) == dict.fromkeys((one.id for one in known), "seen")
    assert again.finished.verdict == "findings"
    if browser and not missing():
        assert set(again.finished.reasons) <= {UNCONFINED}
        scripts = {level for key, level in again.proven().items() if key[0].startswith("xss")}
        assert scripts == {"confirmed"}
    assert len(shop.log) - before < PER_FINDING * len(known) / 2
    assert shop.sprung == []

    rng, killed, epoch = random.Random(5), None, 0
    while not (killed and killed.of(kinds.ScanFinished)):
        epoch += 1
        control = Control()
        say, kill = sayer(control, "yield", rng.randrange(5, 50)), rng.randrange(5, 50) if epoch % 2 else 0
        job = job_for(f"{shop.url}/", checks=(), kind=JobKind.RETEST, known=known)
        killed = await ran(job, control=control, epoch=epoch, before=killed, kill_after=kill, on_batch=say)
        assert epoch < 60
    assert epoch >= 3
    assert outcomes(killed) == outcomes(again)


async def test_one_finding_costs_little(shop):
    known = known_of(await ran(job_for(f"{shop.url}/", checks=("xss-reflected",), scope=REST)))
    for one in known[:5]:
        before = len(shop.log)
        again = await ran(job_for(f"{shop.url}/", checks=(), kind=JobKind.RETEST, known=(one,)))
        assert outcomes(again) == {one.id: "seen"}
        assert len(shop.log) - before < PER_FINDING
