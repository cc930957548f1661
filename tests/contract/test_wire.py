"""Everything that travels comes back the same; what is malformed is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.contract import events, wire
from vedette.contract.batch import Batch, StateChange
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.finding import Finding, Identity, Location
from vedette.contract.job import Job, Setting
from vedette.contract.progress import PartProgress

text = st.text(max_size=30)
names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
headers = st.lists(st.tuples(names, names), max_size=3).map(tuple)
requests = st.builds(Request, method=names, url=text, headers=headers, body=st.binary(max_size=40))
responses = st.builds(
    Response, status=st.integers(100, 599), headers=headers, body=st.binary(max_size=40), ttfb_s=st.floats(0, 9)
)
exchanges = st.builds(Exchange, request=requests, response=st.none() | responses, error=names)
findings = st.builds(
    Finding,
    identity=st.builds(Identity, check=names, parts=st.lists(st.tuples(names, names), max_size=3).map(tuple)),
    check=names,
    title=text,
    severity=st.sampled_from(Severity),
    proof=st.sampled_from(ProofLevel),
    location=st.builds(Location, url=text),
    cwe=st.lists(st.integers(1, 2000), max_size=3).map(tuple),
    steps=st.lists(st.builds(Step, label=text, exchange=exchanges, marks=st.tuples(text)), max_size=2).map(tuple),
)


@given(findings)
def test_a_finding_with_its_evidence_survives(finding):
    assert wire.loads(Finding, wire.dumps(finding)) == finding


@given(st.lists(findings, max_size=2), st.none() | text)
def test_a_batch_survives(found, value):
    batch = Batch(2, 7, [events.FindingSeen(finding=item, at=1.5) for item in found], [StateChange("head", "k", value)])
    assert wire.load(Batch, wire.dump(batch)) == batch


@given(st.binary(max_size=60) | text.map(lambda value: ("base64:" + value).encode()))
def test_bytes_survive_whatever_they_hold(body):
    assert wire.loads(Request, wire.dumps(Request("POST", "http://a/", body=body))).body == body


def test_a_job_holds_names_of_secrets_and_not_the_secrets():
    job = Job(id="j", start_urls=("http://a/",), headers=(Setting(name="Authorization", secret="token"),))
    assert wire.loads(Job, wire.dumps(job)) == job


def test_every_event_says_its_kind_and_kinds_are_unique():
    kinds = [cls.kind for cls in events.Event.__subclasses__()]
    assert len(kinds) == len(set(kinds))
    assert all(kinds)


def test_progress_keeps_its_counts():
    part = PartProgress(done=3, host_status_counts={"a": {"200": 2}}, round_trip_ms=1.5)
    event = events.Progress(phase="crawl", percent=1.0, parts={"crawler": part}, requests=3, elapsed_s=1.0)
    assert wire.load_event(wire.dump(event)) == event


def test_an_event_of_a_newer_kind_is_kept_as_it_came():
    raw = {"kind": "teleported", "at": 3, "to": ["b"]}
    event = wire.load_event(raw)
    assert isinstance(event, events.Unknown)
    assert wire.dump(event) == raw


def test_fields_of_a_newer_version_are_ignored():
    raw = wire.dump(events.LimitReached(limit="max-time"))
    assert wire.load_event(raw | {"colour": "red"}) == events.LimitReached(limit="max-time")


@pytest.mark.parametrize(
    ("raw", "names_it"),
    [
        ("[]", "Job: not an object"),
        ('{"id":"x"}', "Job"),
        ('{"id":"x","start_urls":"http://a/"}', "Job.start_urls: not a list"),
        ('{"id":"x","start_urls":[],"profile":"loud"}', "Job.profile"),
        ('{"id":"x","start_urls":[],"seed":true}', "Job.seed"),
        ('{"id":"x","start_urls":[],"limits":{"rate":"fast"}}', "Job.limits.rate"),
        ("{", "not JSON"),
    ],
)
def test_what_is_malformed_is_named(raw, names_it):
    with pytest.raises(wire.WireError, match=names_it.replace(".", r"\.")):
        wire.loads(Job, raw)


def test_an_event_needs_a_kind():
    with pytest.raises(wire.WireError):
        wire.load_event({"at": 1})
