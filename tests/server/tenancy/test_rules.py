"""Permissions, built-in roles, ranks, secrets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.server.tenancy import rules

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SETS = st.frozensets(st.sampled_from(sorted(rules.PERMISSIONS)))


def test_built_in_roles_hold_known_permissions_and_have_texts():
    assert list(rules.BUILTIN_ROLES) == ["owner", "admin", "analyst", "developer", "auditor", "scanner"]
    for permissions in rules.BUILTIN_ROLES.values():
        assert permissions <= rules.ALL
    assert set(rules.ROLE_DESCRIPTIONS) == set(rules.BUILTIN_ROLES)


def test_what_the_roles_may_not_do():
    roles = rules.BUILTIN_ROLES
    assert roles["owner"] - roles["admin"] == {"organisation.own"}
    assert not roles["developer"] & {"findings.triage", "findings.severity", "targets.create", "findings.replay"}
    assert {"findings.triage", "findings.severity", "targets.create", "profiles.change"} <= roles["analyst"]
    assert all(name.endswith(".view") or name == "findings.evidence" for name in roles["auditor"])
    assert roles["scanner"] == {
        "targets.view",
        "scans.view",
        "scans.start",
        "scans.control",
        "findings.view",
        "profiles.view",
    }
    for key in ("analyst", "developer", "auditor", "scanner"):
        assert not {name for name in roles[key] if name.startswith(("people.", "keys.", "roles."))} & {
            "people.change",
            "keys.change",
            "roles.change",
        }


@given(SETS, SETS)
def test_nobody_may_grant_what_they_do_not_hold(held, wanted):
    assert rules.may_grant(held, wanted) == (not wanted - held)
    assert rules.may_grant(held, held)


@given(SETS, SETS, SETS)
def test_granting_cannot_be_chained_upwards(first, second, third):
    if rules.may_grant(first, second) and rules.may_grant(second, third):
        assert rules.may_grant(first, third)


@given(SETS, SETS)
def test_rank_follows_inclusion(less, more):
    assert rules.rank(less) <= rules.rank(less | more)
    if "organisation.own" in more and "organisation.own" not in less:
        assert rules.rank(more) > rules.rank(less)


@pytest.mark.parametrize("kind", sorted(rules.KEY_LETTERS))
def test_secrets_have_a_form_that_scanners_can_find(kind):
    secret = rules.new_secret(kind)
    assert rules.is_secret(secret)
    assert secret.startswith(f"vdt_{rules.KEY_LETTERS[kind]}")
    assert len(secret) == 48
    assert len(rules.prefix_of(secret)) <= 16
    assert secret.startswith(rules.prefix_of(secret))
    assert rules.new_secret(kind) != secret


@pytest.mark.parametrize("text", ["", "vdt_p", "vdt_x" + "a" * 43, "vdt_p" + "a" * 42, " vdt_p" + "a" * 43, "é" * 48])
def test_other_texts_are_no_secrets(text):
    assert not rules.is_secret(text)


def test_the_hash_is_that_of_the_bytes():
    assert rules.hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(rules.hash_of("\ud800")) == 64


@pytest.mark.parametrize(
    ("kind", "days", "limited", "expected"),
    [
        ("probely", None, True, 90),
        ("probely", 30, True, 30),
        ("probely", 90, True, 90),
        ("probely", None, False, None),
        ("probely", 400, False, 400),
        ("invicti", None, True, None),
        ("cloneguard_access", None, True, None),
        ("cloneguard_app", None, True, None),
    ],
)
def test_the_end_of_a_key_follows_the_policy_of_its_kind(kind, days, limited, expected):
    end, fault = rules.key_expiry(kind, days, limited=limited, max_days=90, now=NOW)
    assert fault == ""
    assert end == (None if expected is None else NOW + timedelta(days=expected))


@pytest.mark.parametrize(
    ("kind", "days", "limited"),
    [
        ("probely", 0, False),
        ("probely", -1, True),
        ("probely", 91, True),
        ("probely", 10**9, False),
        ("invicti", 5, True),
    ],
)
def test_wishes_against_the_policy_are_refused(kind, days, limited):
    end, fault = rules.key_expiry(kind, days, limited=limited, max_days=90, now=NOW)
    assert end is None
    assert fault
