"""Ports and addresses that a search may use."""

from vedette.contract.discovery import UNVERIFIED_PORTS, DiscoveryDomain


async def test_only_verified_domains_are_asked_on_other_ports(search):
    search.discovery = type(search.discovery)(ports=(80, 8080))
    assert search.ports(DiscoveryDomain(name="shop.example", verified=True, ports=(8123, 80))) == (8123, 80, 8080)
    assert search.ports(DiscoveryDomain(name="shop.example", ports=(8123,))) == (8123, *UNVERIFIED_PORTS)


async def test_refused_are_addresses_of_which_none_may_be_reached(company, search):
    domain = company.domain()
    assert (
        search.refusal(["10.0.0.1", "10.0.0.2"], domain)
        == "10.0.0.1 is a private address; 10.0.0.2 is a private address"
    )
    assert search.refusal(["10.0.0.1", "127.0.0.1"], domain) == "", (
        "the policy of the tests allows its ports on loopback"
    )
    assert search.refusal([], domain) == ""
