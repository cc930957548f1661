"""A whole scan of a till that speaks in encrypted messages alone."""

from __future__ import annotations

import json

import pytest

from tests.engine.scan.scanning import job_for, ran
from tests.sites.sealed_till import till
from vedette.contract import wire
from vedette.contract.events import FindingSeen
from vedette.contract.job import Description, Encryption
from vedette.engine.scan import run
from vedette.engine.scan.run import JobRefused

ENCRYPTION = Encryption(key="k", private_key="p", key_id="till-1")
SCHEMA = {
    "openapi": "3.0.0",
    "info": {"title": "Till", "version": "1"},
    "paths": {
        "/api/price": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"item": {"type": "string", "example": "pen"}}}
                        }
                    }
                },
                "responses": {"200": {"description": "The price."}},
            }
        }
    },
}


async def test_inputs_within_messages_are_tested():
    async with till() as site:
        described = (Description(kind="openapi", text=json.dumps(SCHEMA), base=site.url),)
        job = job_for(site.url + "/", ("sqli-error",), encryption=ENCRYPTION, descriptions=described)
        result = await ran(job, secrets={"k": site.public_pem, "p": site.client_pem})
        (event,) = result.of(FindingSeen)
        assert (event.finding.check, event.finding.location.parameter) == ("sqli-error", "item")
        assert site.refused == [] and {"item": "pen"} in site.clear
        told = json.dumps([wire.dump(batch) for batch in result.batches])
        assert "encData" not in told and "PRIVATE KEY" not in told


def test_a_key_that_does_not_do_is_told_at_once():
    with pytest.raises(JobRefused, match="key of the encryption"):
        run(job_for("http://127.0.0.1:1/", encryption=ENCRYPTION), secrets={"k": "x", "p": "y"})
