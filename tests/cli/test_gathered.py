"""The latest of each name and service, in an order for reading."""

from tests.cli.discovered import WWW, gathered


def test_what_is_told_again_takes_the_place_of_what_was_told():
    made = gathered()
    assert made.services[WWW.url] is WWW
    assert len(made.services) == 2
    assert made.finished.verdict == "incomplete"
    assert made.sources["crt-sh", "shop.example"].names == 2


def test_names_stand_below_their_domain():
    made = gathered()
    assert [name.name for name in made.sorted_names()] == [
        "shop.example", "intra.shop.example", "old.shop.example", "www.shop.example",
    ]  # fmt: skip
    assert [service.name for service in made.sorted_services()] == ["shop.example", "www.shop.example"]
