"""How requests are signed: the key sealed, told to jobs alone."""

from __future__ import annotations

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets.models import Target, TargetSecret
from vedette.server.targets.services import protections, signatures
from vedette.server.targets.services.job_settings import job_settings

SECRET = "c4nary-S3CRET-93"


def told():
    return job_settings(Target.objects.get())


def test_it_reaches_jobs_by_name(owner, make):
    target = make("https://shop.example/vdp/v1")
    signatures.change(owner, target, {"signature_method": "xpay"}, secret=SECRET)
    given = told()
    assert (given.signing.method, given.signing.algorithm, given.signing.base_path) == (
        "xpay",
        "hmac-sha256",
        "/vdp/v1",
    )
    assert given.secrets[given.signing.secret] == SECRET
    assert SECRET not in str(Target.objects.get().settings) and SECRET not in str(list(DomainEvent.objects.values()))
    signatures.change(owner, target, {"base_path": "/vdp"}, enabled=False)
    assert told().signing is None and not told().secrets
    protections.switch(owner, target, "signature", enabled=True)
    assert told().signing.base_path == "/vdp"
    signatures.change(owner, target, {"signature_method": "jwt-v1", "header_name": "Authorization"})
    assert (told().signing.algorithm, told().signing.header) == ("HS256", "Authorization")
    assert told().secrets[told().signing.secret] == SECRET and TargetSecret.objects.count() == 1


def test_saying_nothing_changes_nothing(owner, make):
    target = make()
    signatures.change(owner, target, {})
    signatures.change(owner, target, {"key_id": None}, enabled=False)
    assert Target.objects.get().settings == {} and not DomainEvent.objects.filter(kind="target.changed").exists()
    with pytest.raises(Invalid) as error:
        signatures.change(owner, target, {}, enabled=True)
    assert list(error.value.fields) == ["enabled"]


@pytest.mark.parametrize(
    ("given", "secret", "name"),
    [
        ({"signature_method": "xpay"}, None, "secret"),
        ({"signature_method": "jwt-v1", "algorithm": "RS256"}, SECRET, "secret"),
        ({"signature_method": "jwt-v1"}, "a\0b", "secret"),
        ({"signature_method": "http-v1"}, SECRET, "key_id"),
    ],
)
def test_faults_are_told_under_their_names(owner, make, given, secret, name):
    with pytest.raises(Invalid) as error:
        signatures.change(owner, make(), given, secret=secret)
    assert list(error.value.fields) == [name] and not TargetSecret.objects.exists()


def test_a_key_must_fit_a_new_algorithm(owner, make):
    target = make()
    signatures.change(owner, target, {"signature_method": "http-v1", "key_id": "k"}, secret=SECRET)
    with pytest.raises(Invalid) as error:
        signatures.change(owner, target, {"algorithm": "rsa-sha256"})
    assert list(error.value.fields) == ["secret"] and told().signing.algorithm == "hmac-sha256"


def test_a_reader_changes_nothing(reader, make):
    with pytest.raises(NotAllowed):
        signatures.change(reader, make(), {}, secret=SECRET)
