"""How messages are encrypted: keys sealed, told to jobs alone."""

from __future__ import annotations

import pytest

from tests.server.targets.certifying import key_pem, rsa_pair
from vedette.contract.job import Encryption
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets.models import Target, TargetSecret
from vedette.server.targets.services import message_encryption, protections
from vedette.server.targets.services.job_settings import job_settings

PRIVATE, PUBLIC = rsa_pair()


def told():
    return job_settings(Target.objects.get())


def test_it_reaches_jobs_by_name(owner, make):
    target = make()
    given = {"key_id": "k", "scope": ["https://shop.example/pay/"]}
    message_encryption.change(owner, target, given, keys={"key": PUBLIC, "private_key": PRIVATE})
    wanted = Encryption(key="message-key", private_key="message-private-key", key_id="k", scope=tuple(given["scope"]))
    assert told().encryption == wanted
    assert told().secrets == {"message-key": PUBLIC, "message-private-key": PRIVATE}
    assert "BEGIN" not in str(Target.objects.get().settings) and "BEGIN" not in str(list(DomainEvent.objects.values()))
    message_encryption.change(owner, target, {"content_encryption": "A256GCM"}, keys={"private_key": ""})
    assert (told().encryption.private_key, told().encryption.content) == ("", "A256GCM")
    assert list(told().secrets) == ["message-key"] and TargetSecret.objects.count() == 1
    message_encryption.change(owner, target, {}, keys={}, enabled=False)
    assert told().encryption is None and not told().secrets
    protections.switch(owner, target, "mle", enabled=True)
    assert told().encryption.key_id == "k"
    protections.wipe(owner, target, "mle")
    assert not TargetSecret.objects.exists()


def test_saying_nothing_changes_nothing(owner, make):
    target = make()
    message_encryption.change(owner, target, {"key_id": None, "scope": []}, keys={}, enabled=False)
    assert Target.objects.get().settings == {}
    for given, name in (({}, "enabled"), ({"key_id": "k"}, "key")):
        with pytest.raises(Invalid) as error:
            message_encryption.change(owner, target, given, keys={}, enabled=True)
        assert list(error.value.fields) == [name]


def test_keys_that_do_not_do_are_told_in_words(owner, make):
    target, wrong = make(), {"key": "a\0b", "private_key": key_pem().decode()}
    with pytest.raises(Invalid) as error:
        message_encryption.change(owner, target, {"scope": ["x"]}, keys=wrong)
    assert set(error.value.fields) == {"scope", "key", "private_key"} and not TargetSecret.objects.exists()


def test_a_reader_changes_nothing(reader, make):
    with pytest.raises(NotAllowed):
        message_encryption.change(reader, make(), {}, keys={"key": PUBLIC})
