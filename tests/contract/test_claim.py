"""What worker and master say to each other."""

import dataclasses
import inspect

import pytest

from vedette.contract import claim
from vedette.contract.claim import Answer, Grant, Master, Worker
from vedette.contract.job import Job


def test_a_worker_is_silent_before_its_lease_is_over_and_beats_often_enough():
    assert claim.HEARTBEAT_S * 3 <= claim.SILENCE_S < claim.LEASE_S


def test_answers_are_of_no_consequence_unless_they_say_so():
    assert Answer() == Answer(stale=False, control="")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Answer().stale = True


def test_grants_share_nothing():
    job = Job(id="j", start_urls=("http://127.0.0.1/",))
    first, second = Grant(run="r", epoch=1, job=job), Grant(run="r", epoch=2, job=job)
    first.secrets["k"] = "v"
    first.state["room"] = {"key": b"value"}
    assert (second.secrets, second.state, second.batch) == ({}, {}, 1)


def test_a_worker_serves_the_usual_pool_and_nothing_private():
    worker = Worker(name="host:1")
    assert (worker.pools, worker.allow_private) == (("default",), ())


def test_a_master_has_four_calls():
    calls = [name for name, _ in inspect.getmembers(Master, inspect.isfunction) if not name.startswith("_")]
    assert calls == ["claim", "commit", "heartbeat", "release"]
