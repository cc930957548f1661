"""Whole scans of a desk that answers to signed requests alone."""

from __future__ import annotations

import json

import pytest

from tests.engine.scan.scanning import job_for, ran
from tests.sites.signed_desk import desk
from vedette.contract import wire
from vedette.contract.events import FindingSeen, StepReplayed
from vedette.contract.job import JobKind, Known, Signing
from vedette.engine.scan import run
from vedette.engine.scan.run import JobRefused

SECRET = "c4nary-S3CRET-92"
TOKEN = Signing(method="jwt-v1", algorithm="HS256", secret="s")


async def test_every_request_is_signed_and_a_proof_can_be_sent_again():
    async with desk("jwt-v1", secret=SECRET) as site:
        result = await ran(job_for(site.url + "/", ("xss-reflected",), signing=TOKEN), secrets={"s": SECRET})
        assert {"GET /note", "POST /order"} <= set(site.answered) and site.refused == []
        finding = next(event.finding for event in result.of(FindingSeen))
        assert SECRET not in json.dumps([wire.dump(batch) for batch in result.batches])
        known = Known(id=finding.id, check=finding.check, location=finding.location, request=finding.request)
        again = job_for(site.url + "/", kind=JobKind.REPLAY, replay=finding.steps, known=(known,), signing=TOKEN)
        replayed = await ran(again, secrets={"s": SECRET})
        assert replayed.finished.verdict == "findings" and len(replayed.of(StepReplayed)) == len(finding.steps)
        retest = job_for(site.url + "/", ("xss-reflected",), kind=JobKind.RETEST, known=(known,), signing=TOKEN)
        assert (await ran(retest, secrets={"s": SECRET})).of(FindingSeen)
        assert site.refused == []


def test_a_key_that_does_not_do_is_told_at_once():
    job = job_for("http://127.0.0.1:1/", signing=Signing(method="http-v1", algorithm="rsa-sha256", secret="s"))
    with pytest.raises(JobRefused, match="key of the signature"):
        run(job, secrets={"s": SECRET})
    with pytest.raises(JobRefused, match="missing: s"):
        run(job)
