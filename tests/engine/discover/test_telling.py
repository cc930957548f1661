"""What others tell of a domain: in scope only, each source once."""

from tests.engine.discover.searching import searching
from tests.sites.estate import DOMAIN, HERE, OPEN
from vedette.contract.discovery import DiscoveryDomain, Provider
from vedette.contract.events import SourceAsked
from vedette.engine.discover.telling import tell


def told(noted):
    return {event.source: (event.names, event.reason) for event in noted.of(SourceAsked)}


async def test_records_and_sources_are_asked(company, search, noted):
    await tell(search)
    assert told(noted) == {"records": (3, ""), "lines": (7, ""), "transfer": (0, "")}
    known = set(search.inventory.names)
    assert known >= company.expected["records"] | company.expected["lines"] | {DOMAIN}
    assert all(name == DOMAIN or name.endswith("." + DOMAIN) for name in known)
    assert f"the-f9.{DOMAIN}" in known, "a wildcard names the level above it"


async def test_nothing_is_asked_twice(company, search, noted):
    await tell(search)
    before = len(company.server.log), len(company.plain.asked)
    async with searching(company, noted=noted) as again:
        await tell(again)
        assert set(again.inventory.names) == set(search.inventory.names)
    assert (len(company.server.log), len(company.plain.asked)) == before


async def test_a_zone_that_is_handed_out(company, noted):
    async with searching(company, company.job(company.domain(OPEN), providers=()), noted) as search:
        await tell(search)
        assert told(noted)["transfer"] == (71, "")
        assert f"zone-69k.{OPEN}" in search.inventory.names
        assert search.remarks == [f"The name servers of {OPEN} hand out the whole zone to anybody."]


async def test_what_is_not_verified_is_not_asked_for_its_zone(company, noted):
    async with searching(company, company.job(company.domain(OPEN, verified=False), providers=()), noted) as search:
        await tell(search)
        assert "transfer" not in told(noted)
    assert not any(line.startswith("AXFR") for line in company.server.log)


async def test_name_servers_are_under_the_address_rules_too(company, noted):
    company.server.zone[f"ns-q7.{DOMAIN}", "A"] = ["192.0.2.1"]
    async with searching(company, company.job(company.domain(OPEN), providers=()), noted) as search:
        await tell(search)
        assert told(noted)["transfer"] == (0, "")


async def test_a_failure_is_told_and_the_others_go_on(company, noted):
    broken = Provider(source="crt-sh", url=f"http://{HERE}:1/")
    job = company.job(providers=(broken, *company.job().discovery.providers))
    async with searching(company, job, noted) as search:
        await tell(search)
        names, reason = told(noted)["crt-sh"]
        assert (names, reason.partition(":")[0]) == (0, "it did not answer")
        assert list(search.inventory.failed) == [f"crt-sh for {DOMAIN}"]
        assert told(noted)["lines"] == (7, "")


async def test_an_address_has_no_records(company, noted):
    async with searching(company, company.job(DiscoveryDomain(name=HERE, verified=True)), noted) as search:
        await tell(search)
        assert list(search.inventory.names) == [HERE]
        assert noted.events == []
    assert company.server.log == []


async def test_once_over_nothing_is_noted(company, search, noted):
    noted.over = True
    await tell(search)
    assert noted.events == []
    assert noted.state == {}
