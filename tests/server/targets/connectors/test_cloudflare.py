"""Cloudflare's zones, page by page."""

import pytest

from vedette.server.targets.connectors import cloudflare
from vedette.server.targets.connectors.listing import Asking, Failed, Listing, Refused

TOKEN = "t0ken-" + "x" * 34


def listing():
    return cloudflare.listing({"token": TOKEN}, frozenset(), Asking())


def test_all_pages_are_read_with_the_token(account):
    account.cloudflare_zones("shop.example", "bank.example", pages=2)
    account.cloudflare_zones("third.example", page=2, pages=2)
    found = listing()
    assert found == Listing({"shop.example": True, "bank.example": True, "third.example": True}, True)
    paths = [path for path, _ in account.asked]
    assert paths[0] == "/zones?status=active&per_page=50&page=1"
    assert len(paths) == 3
    assert {headers["Authorization"] for _, headers in account.asked} == {f"Bearer {TOKEN}"}


def test_a_zone_that_is_not_active_shows_nothing(account):
    account.cloudflare_zones("shop.example", status="pending")
    assert listing() == Listing({}, None)


def test_a_token_without_records_is_told_apart(account):
    account.cloudflare_zones("shop.example")
    account.put("/zones/z0/dns_records", {"success": False}, status=403)
    assert listing() == Listing({"shop.example": True}, False)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_token_that_is_not_taken(account, status):
    account.put("/zones", {"success": False}, status=status, page="1")
    with pytest.raises(Refused):
        listing()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, {}),
        (500, {}),
        (302, {}),
        (200, "not json"),
        (200, "[" * 100_000),
        (200, []),
        (200, {"success": False}),
        (200, {"success": True, "result": "x"}),
        (200, {"success": True, "result": ["x"]}),
    ],
)
def test_answers_that_cannot_be_used(account, status, body):
    account.put("/zones", body, status=status, page="1")
    with pytest.raises(Failed):
        listing()


def test_pages_without_end_come_to_one(account, monkeypatch):
    monkeypatch.setattr(cloudflare, "MAX_ZONES", 150)
    for page in range(1, 5):
        account.cloudflare_zones(f"a{page}.example", page=page, pages=10**9)
    assert set(listing().zones) == {"a1.example", "a2.example", "a3.example"}


def test_names_and_ids_come_from_outside(account):
    rows = [{"id": "../../user", "name": "shop.example", "status": "active"}, {"name": "a b", "status": "active"}]
    account.put("/zones", {"success": True, "result": rows}, page="1")
    assert listing() == Listing({"shop.example": True}, None)
