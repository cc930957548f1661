import json
from urllib.parse import quote, quote_plus

import pytest

from vedette.agent.masking import masked

SECRET = "p@ss w'ör\"d\n%/1"


@pytest.mark.parametrize(
    "form",
    [str, lambda v: repr(v)[1:-1], lambda v: json.dumps(v)[1:-1], lambda v: quote(v, safe=""), quote_plus],
)
def test_a_secret_is_replaced_in_every_dress(form):
    assert masked(f"before {form(SECRET)} after", {"key": SECRET}) == "before ‹secret:key› after"


def test_the_longer_secret_wins():
    secrets = {"short": "abcd", "long": "abcdefgh"}
    assert masked("abcdefgh abcd", secrets) == "‹secret:long› ‹secret:short›"


def test_the_lines_of_a_long_secret_are_secret_too():
    key = "-----BEGIN-----\nMIIBVgIBADANBgkq\nxyz\n-----END KEY-----"
    assert masked("got 'MIIBVgIBADANBgkq' and xyz", {"pem": key}) == "got '‹secret:pem›' and xyz"


def test_short_secrets_are_replaced_where_they_stand_alone():
    assert masked("pin=12 in 1234 12", {"pin": "12"}) == "pin=‹secret:pin› in 1234 ‹secret:pin›"


def test_without_secrets_nothing_changes():
    assert masked("text", {}) == "text"
    assert masked("text", {"empty": ""}) == "text"


def test_what_cannot_be_encoded_is_masked_as_well():
    assert masked("a\udcffbcd", {"odd": "a\udcffbcd"}) == "‹secret:odd›"
