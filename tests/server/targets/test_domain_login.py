"""Basic authentication of a host: sealed, obfuscated, and sent with the look for its owner alone."""

from __future__ import annotations

import base64

import pytest

from vedette.contract.events import OwnershipChecked
from vedette.contract.job import secret_names
from vedette.server.targets import domain_login, ownership
from vedette.server.targets.models import Domain


@pytest.fixture
def domain(owner):
    return ownership.domain_for(owner, "shop.example")


def given(username, password):
    return {"basic_auth_username": username, "basic_auth_password": password}


def test_it_is_sealed_shown_obfuscated_and_taken_away(domain):
    assert domain_login.shown(domain) == given(None, None)
    assert domain_login.secrets(domain) == {}
    assert domain_login.fill(domain, given("ann", "c4nary")) == {}
    domain.save()
    again = Domain.objects.get(pk=domain.pk)
    assert b"c4nary" not in bytes(again.basic_password) and domain_login.password(again) == "c4nary"
    shown = domain_login.shown(again)
    assert shown["basic_auth_username"] == "ann" and shown["basic_auth_password"].startswith("OBFUSCATED_")
    assert domain_login.fill(again, shown) == {} and domain_login.password(again) == "c4nary"
    assert domain_login.fill(again, given(None, "")) == {}
    assert domain_login.shown(again) == given(None, None)


@pytest.mark.parametrize("text", ["a\nb", "x" * 256, "credentials://222222222222", "OBFUSCATED_" + "0" * 24, 7])
def test_what_cannot_be_sent_is_refused_without_repeating_it(domain, text):
    faults = domain_login.fill(domain, {"basic_auth_password": text})
    assert list(faults) == ["basic_auth_password"] and str(text) not in str(faults)


def test_nobody_logs_in_by_the_token(domain):
    held = f"Vedette={str(domain.token).upper()}"
    assert sorted(domain_login.fill(domain, given(held, held))) == ["basic_auth_password", "basic_auth_username"]
    assert list(domain_login.fill(domain, {"basic_auth_username": "a:b"})) == ["basic_auth_username"]


def test_a_look_sends_it_apart_from_its_job(owner, domain, worker):
    domain_login.fill(domain, given("ann.of.test", "p\u00e4ss"))
    domain.save()
    worker.events = [OwnershipChecked(method="file", ok=True)]
    ownership.start_check(owner, domain, "file")
    (job,) = worker.jobs
    assert secret_names(job) == (domain_login.SECRET,)
    header = domain_login.secrets(domain)[domain_login.SECRET]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == "ann.of.test:p\u00e4ss"
    assert "ann.of.test" not in str(job)
