"""Hosted zones, and whether the world is sent to them."""

from datetime import UTC, datetime

import pytest

from tests.server.targets.account import xml
from vedette.server.kernel import clock, delegation
from vedette.server.targets.connectors import route53
from vedette.server.targets.connectors.listing import Asking, Failed, Listing, Refused
from vedette.server.targets.connectors.signing import Key, signed_headers

NOW = datetime(2030, 1, 1, tzinfo=UTC)
KEY = {"access_key": "AKIAEXAMPLEEXAMPLE", "secret_key": "s" * 40}
OURS = ("ns-1.awsdns-01.example", "ns-2.awsdns-02.example")


def listing(*wanted):
    with clock.frozen(NOW):
        return route53.listing(KEY, frozenset(wanted), Asking())


def test_all_pages_are_read_and_each_request_is_signed(account):
    account.aws_zones("shop.example", "bank.example", following="ZNEXT")
    account.aws_zones("third.example", marker="ZNEXT")
    assert listing() == Listing({"shop.example": None, "bank.example": None, "third.example": None}, True)
    paths = [path for path, _ in account.asked]
    assert paths[:2] == ["/hostedzone?maxitems=100", "/hostedzone?maxitems=100&marker=ZNEXT"]
    key = Key(KEY["access_key"], KEY["secret_key"], service="route53", region="us-east-1")
    for path, headers in account.asked:
        assert headers["Authorization"] == dict(signed_headers(account.url + path, key, NOW))["Authorization"]
        assert "s" * 40 not in str(headers)


@pytest.mark.parametrize(
    ("seen", "proven"),
    [
        (OURS, True),
        ((*OURS, "ns.other.example"), True),
        (OURS[:1], False),
        (("ns-9.awsdns-09.example", "ns-8.awsdns-08.example"), False),
        ((), False),
    ],
)
def test_a_zone_counts_when_the_world_is_sent_to_its_own_name_servers(account, served, seen, proven):
    account.aws_zones("shop.example", "bank.example")
    account.aws_servers("shop.example", *(f"{name.upper()}." for name in OURS))
    served["shop.example"] = frozenset(seen)
    assert listing("shop.example", "other.example").zones == {"shop.example": proven, "bank.example": None}


def test_a_zone_without_name_servers_shows_nothing(account, served):
    account.aws_zones("shop.example")
    account.aws_servers("shop.example")
    assert listing("shop.example").zones == {"shop.example": False}


def test_private_zones_are_left_out(account):
    account.aws_zones("shop.example", "inside.example", private=("inside.example",))
    assert set(listing("inside.example").zones) == {"shop.example"}


def test_name_servers_that_cannot_be_asked_for_fail_the_refresh(account, monkeypatch):
    account.aws_zones("shop.example")
    account.aws_servers("shop.example", *OURS)

    def silent(zone):
        raise delegation.NoAnswer("Timeout")

    monkeypatch.setattr(delegation, "name_servers", silent)
    with pytest.raises(Failed, match="name servers of"):
        listing("shop.example")


def test_a_key_without_records_is_told_apart(account):
    account.aws_zones("shop.example")
    account.put("/hostedzone/ZSHOPEXAMPLE/rrset", "", status=403)
    assert listing().can_list_records is False


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_taken(account, status):
    account.put("/hostedzone", xml("ErrorResponse", ""), status=status)
    with pytest.raises(Refused):
        listing()


@pytest.mark.parametrize(("status", "body"), [(400, "Throttling"), (500, ""), (200, ""), (200, "<a>"), (200, "{}")])
def test_answers_that_cannot_be_used(account, status, body):
    account.put("/hostedzone", body, status=status)
    with pytest.raises(Failed):
        listing()


def test_one_that_is_throttled_asks_more_slowly(account, monkeypatch):
    account.put("/hostedzone", xml("ErrorResponse", "<Error><Code>Throttling</Code></Error>"), status=400)
    waited = []

    def pause(asking, seconds):
        waited.append(seconds)
        account.aws_zones("shop.example")

    monkeypatch.setattr(Asking, "pause", pause)
    assert set(listing().zones) == {"shop.example"}
    assert waited == [route53.THROTTLED_S]


def test_what_an_answer_refers_to_is_not_put_in(account, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("canary.example")
    zone = "<HostedZones><HostedZone><Id>/hostedzone/Z1</Id><Name>&file;</Name></HostedZone></HostedZones>"
    body = xml("ListHostedZonesResponse", zone).replace(
        "?>", f'?><!DOCTYPE x [<!ENTITY file SYSTEM "file://{secret}">]>', 1
    )
    account.put("/hostedzone", body)
    assert listing().zones == {}
