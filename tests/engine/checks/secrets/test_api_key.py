"""Every kind of key: one that looks real is reported, its placeholder and its near misses are not."""

from __future__ import annotations

import string
import zlib

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine import catalog, testkit
from vedette.engine.attack.example import Example
from vedette.engine.attack.rng import Rng
from vedette.engine.parse.page import Observation
from vedette.engine.parse.secret import BASE62

CHECK = catalog.load().by_id["secrets-api-key"]
RANDOM = Rng(5, "keys")
MIXED = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def some(alphabet: str, length: int) -> str:
    return "".join(RANDOM.choice(list(alphabet)) for _ in range(length))


def checked(prefix: str) -> str:
    """A token of the form that ends in its own checksum."""
    random, number, digits = some(MIXED, 30), 0, ""
    number = zlib.crc32(random.encode())
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return prefix + random + digits.rjust(6, "0")


KEYS = {
    "Amazon access": "AKIA" + some("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
    "GitHub": checked("ghp_"),
    "GitHub fine-grained": f"github_pat_{some(MIXED, 22)}_{some(MIXED, 59)}",
    "GitLab": "glpat-" + some(MIXED, 20),
    "npm": checked("npm_"),
    "Slack": f"xoxb-{some('2468013579', 12)}-{some(MIXED, 24)}",
    "Slack webhook": f"hooks.slack.com/services/T{some('ABCD2468', 8)}/B{some('EFGH1357', 8)}/{some(MIXED, 24)}",
    "Stripe": "sk_live_" + some(MIXED, 24),
    "SendGrid": f"SG.{some(MIXED, 22)}.{some(MIXED, 43)}",
    "Telegram": f"704218365:AA{some(MIXED, 33)}",
    "Shopify": "shpat_" + some(HEX, 32),
    "DigitalOcean": "dop_v1_" + some(HEX, 64),
    "PyPI": "pypi-AgEIcHlwaS5vcmc" + some(MIXED, 60),
    "Azure storage": f"AccountKey={some(MIXED, 86)}==",
    "Google": "AIza" + some(MIXED, 35),
}


def inspect(body: str) -> list[Observation]:
    response = Response(200, (("Content-Type", "text/javascript"),), body.encode())
    exchange = Exchange(Request("GET", "https://shop.example/app.js"), response)
    return testkit.inspect(CHECK, Example(name="x", vulnerable=True, exchange=exchange))


def test_every_kind_of_key_is_here() -> None:
    assert set(KEYS) | {"named"} == set(CHECK.patterns)


@pytest.mark.parametrize(("name", "key"), KEYS.items(), ids=KEYS.keys())
def test_a_key_is_reported_once(name: str, key: str) -> None:
    (seen,) = inspect(f"a('{key}'); b('{key}')")
    assert name in seen.title
    assert seen.mark in key
    assert seen.severity == ("info" if name == "Google" else "")
    assert key not in seen.detail, "the detail names the beginning only"


@pytest.mark.parametrize(("name", "key"), KEYS.items(), ids=KEYS.keys())
def test_its_placeholder_is_not(name: str, key: str) -> None:
    start = key[:10] if name not in ("PyPI", "Azure storage") else key[:20]
    assert inspect(f"a('{start + 'X' * (len(key) - len(start))}')") == []


@pytest.mark.parametrize("name", ["GitHub", "npm"])
def test_a_wrong_checksum_is_not(name: str) -> None:
    key = KEYS[name]
    assert inspect(f"a('{key[:-1]}{'A' if key[-1] != 'A' else 'B'}')") == []


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ('clientSecret: "q8Zt1LwX0vNc5RbYk2Jd7HsPf4"', True),
        ('client_secret = "q8Zt1LwX0vNc5RbYk2Jd7HsPf4"', True),
        ('"apiSecret":"q8Zt1LwX0vNc5RbYk2Jd7HsPf4"', True),
        ('aws_secret_access_key = "q8Zt1LwX0vNc5RbYk2Jd7HsPf4aa+/Qe9uTzX1m2"', True),
        ('aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"', False),
        ('apiKey: "q8Zt1LwX0vNc5RbYk2Jd7HsPf4"', False),
        ('siteKey: "q8Zt1LwX0vNc5RbYk2Jd7HsPf4"', False),
        ('client_secret = "short"', False),
        ('client_secret = "insert-your-secret-here-please"', False),
        ("client_secret = process.env.CLIENT_SECRET_VALUE", False),
    ],
)
def test_named_secrets(text: str, reported: bool) -> None:
    assert bool(inspect(text)) is reported
