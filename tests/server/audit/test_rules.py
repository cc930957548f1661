"""Kinds, sentences, what is hidden, how values become JSON, how rows are linked."""

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.server.audit import rules
from vedette.server.tenancy.models import Organisation

CANARY = "canary-7f3a91"
ROOMS = {
    "organisation", "stop_all", "person", "session", "key", "role", "team", "label",
    "target", "credential", "domain", "extra_host", "profile", "scan", "finding",
    "sequence", "logout_detector", "reduced_scope", "api_description", "blackout", "schedule", "discovery",
    "attestation", "connector",
}  # fmt: skip


def test_kinds_are_well_formed_and_tell_a_sentence():
    for kind, text in rules.KINDS.items():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", kind)
        assert len(kind) <= 60
        told = rules.sentence(kind, actor="Ann", object_name="the thing")
        assert told[0].isupper() or told.startswith("the thing")
        assert "{" not in told
        assert text.count("{actor}") <= 1
    assert {kind.partition(".")[0] for kind in rules.KINDS} == ROOMS


def test_names_cannot_break_a_sentence():
    told = rules.sentence("target.created", actor="{object}{0}", object_name="{actor.__class__}")
    assert told == "{object}{0} added the target {actor.__class__}"
    assert rules.sentence("target.created", actor="", object_name="x") == "Vedette added the target x"
    assert rules.sentence("future.kind", actor="Ann", object_name="x") == "future.kind"


SECRET_NAMES = [
    "password", "newPassword", "Authorization", "X-Api-Key", "api_key", "apiKey", "client_secret", "otp_seed",
    "session_token", "cookies", "Set-Cookie", "headers", "private_key", "data_key", "key_hash", "recovery_codes",
    "passphrase", "credentials", "totp", "sealed", "basic_auth_password", "PASSWD", "pin",
]  # fmt: skip
PLAIN_NAMES = [
    "name", "url", "max_api_key_days", "limit_api_key_days", "token_id", "cookie_names", "password_required", "prefix",
    "expires_at", "key", "role", "profile", "authentication", "has_otp_enabled", "spin", "keys", "headers_count",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET_NAMES)
@pytest.mark.parametrize("value", [CANARY, 123456, [CANARY], {"a": CANARY}, CANARY.encode()])
def test_what_is_named_like_a_secret_is_hidden(name, value):
    assert rules.redact({"outer": [{name: value}]}) == {"outer": [{name: rules.HIDDEN}]}


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_whether_there_is_a_secret_may_be_told(name):
    assert rules.redact({name: True, "x": 1}) == {name: True, "x": 1}
    assert rules.redact({name: None}) == {name: None}


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_other_names_are_kept(name):
    assert rules.redact({name: "value"}) == {name: "value"}


def test_pairs_of_name_and_value_are_told_by_the_name():
    pairs = [{"name": "Authorization", "value": CANARY}, {"name": "Accept", "value": "*/*"}]
    assert rules.redact({"sent": pairs}) == {
        "sent": [{"name": "Authorization", "value": rules.HIDDEN}, {"name": "Accept", "value": "*/*"}]
    }


@pytest.mark.parametrize(
    "text",
    [
        f"vdt_p{'a' * 43}",
        f"Bearer {CANARY}",
        "Authorization: Basic dXNlcjpjYW5hcnktN2YzYTkx",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl",
        f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
        f"https://ann:{CANARY}@shop.test/x",
        f"https://shop.test/?a=1&access_token={CANARY}&b=2",
        f"https://shop.test/?apikey={CANARY}",
    ],
)
def test_what_has_the_form_of_a_secret_is_hidden_in_any_text(text):
    shown = rules.redact({"note": f"see {text} there"})["note"]
    assert shown.startswith("see ")
    assert rules.HIDDEN in shown
    for secret in (CANARY, "a" * 20, "dXNlcjpj", "c2lnbmF0"):
        assert secret not in shown


def test_the_rest_of_an_address_is_kept():
    shown = rules.clean_text("https://shop.test/?a=1&token=x&b=2#c")
    assert shown == f"https://shop.test/?a=1&token={rules.HIDDEN}&b=2#c"
    assert rules.clean_text("https://shop.test:8443/a@b") == "https://shop.test:8443/a@b"


def test_half_a_secret_at_the_cut_is_not_shown():
    text = "x" * 250 + "vdt_p" + "a" * 43
    assert "aaaa" not in rules.clean_text(text, 255)


class Colour(Enum):
    RED = "red"


def test_values_become_json():
    organisation = Organisation(name="Shop")
    given_values = {
        "at": datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2))),
        "on": date(2026, 3, 1),
        "id": UUID(int=1),
        "score": Decimal("9.80"),
        "colour": Colour.RED,
        "tags": {"b", "a"},
        "pair": (1, 2.5),
        "raw": b"\x00",
        "whole": 1e22,
        "endless": float("inf"),
        "row": organisation,
        7: "number as name",
    }
    assert rules.redact(given_values) == {
        "at": "2026-03-01T10:00:00.000000Z",
        "on": "2026-03-01",
        "id": "00000000-0000-0000-0000-000000000001",
        "score": "9.80",
        "colour": "red",
        "tags": ["a", "b"],
        "pair": [1, 2.5],
        "raw": rules.HIDDEN,
        "whole": 10**22,
        "endless": "inf",
        "row": organisation.public_id,
        "7": "number as name",
    }


def test_what_is_no_data_is_an_error():
    with pytest.raises(TypeError, match="object"):
        rules.redact({"x": object()})


def test_size_and_depth_are_bounded():
    deep: dict = {}
    for _ in range(50):
        deep = {"in": deep}
    big = rules.redact(
        {"text": "x" * 10**6, "items": list(range(10**5)), "deep": deep, "many": dict.fromkeys(range(10**4))}
    )
    assert len(json.dumps(big)) < 20_000
    assert len(big["text"]) == rules.MAX_TEXT


def test_signs_that_databases_refuse_are_replaced():
    cleaned = rules.clean_text("a\x00b\ud800c")
    assert "\x00" not in cleaned
    assert cleaned.encode()


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


@given(VALUES)
def test_what_is_stored_reads_back_with_the_same_digest(value):
    clean = rules.redact(value)
    assert rules.digest(json.loads(json.dumps(clean))) == rules.digest(clean)
    assert rules.redact(clean) == clean or rules.HIDDEN in json.dumps(clean)


def test_the_canonical_form_does_not_depend_on_order():
    assert rules.canonical({"b": 1, "a": ["é"]}) == '{"a":["é"],"b":1}'.encode()
    assert rules.digest({"b": 1, "a": 2}) == rules.digest({"a": 2, "b": 1})


def test_a_link_depends_on_its_key_and_on_all_that_came_before():
    assert rules.link(b"k", "", ["x"]) != rules.link(b"k", "0", ["x"])
    assert rules.link(b"k", "", ["x"]) != rules.link(b"k", "", ["y"])
    assert rules.link(b"k", "", ["x"]) != rules.link(b"l", "", ["x"])
    assert len(rules.link(b"k", "", ["x"])) == 64


def test_moments_have_six_digits():
    assert rules.moment(datetime(2026, 3, 1, tzinfo=UTC)) == "2026-03-01T00:00:00.000000Z"
