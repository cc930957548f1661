"""The published schema accepts what we write and refuses what we would not read."""

import jsonschema
import pytest

from vedette.contract import events, wire
from vedette.contract.batch import Batch, StateChange
from vedette.contract.job import Job
from vedette.contract.schema import schema_of


def check(cls, value):
    jsonschema.Draft202012Validator(schema_of(cls)).validate(value)


def test_schemas_are_schemas():
    for cls in (Job, Batch):
        jsonschema.Draft202012Validator.check_schema(schema_of(cls))


def test_what_we_write_fits():
    check(Job, wire.dump(Job(id="x", start_urls=("http://a/",))))
    started = events.PhaseStarted(phase="crawl", at=1.0)
    check(Batch, wire.dump(Batch(1, 1, [started], [StateChange("head", "phase", None)])))


@pytest.mark.parametrize("change", [{"id": 5}, {"profile": "loud"}, {"start_urls": "x"}, {"limits": {"rate": "a"}}])
def test_what_does_not_fit_is_refused(change):
    with pytest.raises(jsonschema.ValidationError):
        check(Job, wire.dump(Job(id="x", start_urls=("http://a/",))) | change)


def test_an_event_without_its_fields_is_refused():
    with pytest.raises(jsonschema.ValidationError):
        check(Batch, {"epoch": 1, "batch": 1, "events": [{"kind": "phase_started"}], "state": []})
