"""Names beside known ones: likely ones first, bounded, and never out of the domain."""

from vedette.engine.discover.variants import variants


def of(*names, limit=10_000):
    return variants(names, "shop.example", limit)


def test_numbers_nearby():
    found = of("node-09.shop.example")
    assert {f"node-{number}.shop.example" for number in ("07", "08", "10", "11")} <= set(found)
    assert "node-09.shop.example" not in found


def test_first_numbers_where_there_is_none():
    assert {"api1.shop.example", "api2.shop.example"} <= set(of("api.shop.example"))


def test_stages_in_place_of_others_and_beside():
    found = of("pay-dev.eu.shop.example")
    assert {"pay-test.eu.shop.example", "pay-dev-old.eu.shop.example", "new-pay-dev.eu.shop.example"} <= set(found)


def test_each_once_in_an_order_of_their_own_and_no_more_than_asked_for():
    names = ["b1.shop.example", "a.shop.example", "b2.shop.example"]
    found = of(*names)
    assert len(found) == len(set(found))
    assert found == of(*reversed(names))
    assert of(*names, limit=5) == found[:5]


def test_the_domain_itself_and_others_have_none():
    assert of("shop.example", "a.elsewhere.example") == ()


def test_labels_stay_labels():
    assert all(len(name.partition(".")[0]) <= 63 for name in of("a" * 62 + ".shop.example"))


def test_long_numbers_are_no_numbers():
    assert not any(
        "20260101" in name.partition(".")[0].replace("20260101120000", "")
        for name in of("at-20260101120000.shop.example")
    )
    assert "at-20260101120001.shop.example" not in of("at-20260101120000.shop.example")
