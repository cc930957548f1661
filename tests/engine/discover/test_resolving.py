"""Names that are there, with where they lead; words and variants below verified domains only."""

from tests.engine.discover.searching import searching
from tests.sites.estate import DOMAIN, HERE
from vedette.contract.discovery import DiscoveryDomain
from vedette.contract.events import NameFound, SourceAsked
from vedette.engine.discover import resolving
from vedette.engine.discover.resolving import Resolver
from vedette.engine.discover.telling import tell
from vedette.engine.discover.wildcards import Wildcard


async def resolved(search):
    await tell(search)
    await Resolver(search).run()


def names(noted):
    return {event.name: event for event in noted.of(NameFound)}


async def test_everything_that_is_there_is_found_and_nothing_else(company, search, noted):
    await resolved(search)
    found = names(noted)
    later = company.expected["certificate"] | company.expected["redirect"]
    assert set(found) == company.names - later
    assert not company.traps & set(found)
    assert found[f"www.{DOMAIN}"].sources == ("brute-force",)
    assert found[f"node-8x.{DOMAIN}"].sources == ("permutation",)
    assert found[DOMAIN].addresses == (HERE,)
    asked = {event.source: event.names for event in noted.of(SourceAsked)}
    assert (asked["brute-force"], asked["permutation"]) == (6, 2)


async def test_refused_addresses_and_aliases_are_told(search, noted):
    await resolved(search)
    assert names(noted)[f"intranet.{DOMAIN}"].refused == "10.0.0.5 is a private address"
    status = names(noted)[f"status.{DOMAIN}"]
    assert (status.aliases, status.addresses) == (("pages.elsewhere.example",), ("127.0.0.99",))


async def test_unverified_domains_are_left_to_what_others_tell(company, noted):
    async with searching(company, company.job(company.domain(verified=False)), noted) as search:
        await resolved(search)
    assert set(names(noted)) == company.expected["given"] | company.expected["records"] | company.expected["lines"]
    asked = {line.rpartition(" ")[2] for line in company.server.log}
    assert f"www.{DOMAIN}" not in asked


async def test_what_a_source_told_below_a_wildcard_is_kept_and_marked(company, search, noted):
    company.told.append(f"told.any.{DOMAIN}")
    await resolved(search)
    found = names(noted)
    assert found[f"told.any.{DOMAIN}"].wildcard
    assert not found[f"known.any.{DOMAIN}"].wildcard
    assert f"www.any.{DOMAIN}" not in found


async def test_aliases_within_the_domain_are_names_too(company, search, noted):
    company.server.zone[f"mobile.{DOMAIN}", "CNAME"] = [f"front-w2.{DOMAIN}."]
    company.server.zone[f"front-w2.{DOMAIN}", "A"] = [HERE]
    await resolved(search)
    assert names(noted)[f"front-w2.{DOMAIN}"].sources == ("records",)


async def test_an_alias_that_leads_nowhere_is_told(company, search, noted):
    company.server.zone[f"beta.{DOMAIN}", "CNAME"] = ["gone.elsewhere.example."]
    await resolved(search)
    beta = names(noted)[f"beta.{DOMAIN}"]
    assert (beta.aliases, beta.addresses) == (("gone.elsewhere.example",), ())


async def test_a_search_goes_on_where_it_ended(company, noted, monkeypatch):
    monkeypatch.setattr(resolving, "CHUNK", 5)

    async def slice_of(notes):
        async with searching(company, noted=noted) as search:
            left = notes

            async def note(*events, state=()):
                nonlocal left
                await noted(*events, state=state)
                left -= 1
                noted.over = left <= 0

            search.note = note
            noted.over = False
            await resolved(search)
            return left

    slices = 1
    while await slice_of(6) <= 0:
        slices += 1
    assert slices > 3
    later = company.expected["certificate"] | company.expected["redirect"]
    assert set(names(noted)) == company.names - later
    told = [event.name for event in noted.of(NameFound)]
    assert len(told) == len(set(told)), "what was stored is not found again"


async def test_a_restless_wildcard_is_not_fought(company, search, noted, monkeypatch):
    async def restless(self, level):
        return Wildcard(restless=True)

    monkeypatch.setattr(resolving.Wildcards, "at", restless)
    await resolved(search)
    assert {event.names for event in noted.of(SourceAsked) if event.source == "brute-force"} == {0}
    assert not any(line.endswith(f" www.{DOMAIN}") for line in company.server.log)


async def test_where_nothing_is_there_nothing_is_tried(company, noted):
    company.server.rcode = 5
    async with searching(company, company.job(providers=()), noted) as search:
        await resolved(search)
    assert noted.of(NameFound) == []
    assert not any(line.endswith(f" www.{DOMAIN}") for line in company.server.log)


async def test_too_many_names_are_said(company, noted):
    async with searching(company, company.job(max_names=4), noted) as search:
        await resolved(search)
        assert len(names(noted)) == 4
        assert search.inventory.limits["max-names"] > 0


async def test_a_domain_without_an_address_is_there_all_the_same(company, search, noted):
    del company.server.zone[DOMAIN, "A"]
    company.told.append(DOMAIN)
    await resolved(search)
    assert (names(noted)[DOMAIN].addresses, names(noted)[DOMAIN].sources) == ((), ("given", "lines"))
    assert f"www.{DOMAIN}" in names(noted)


async def test_trouble_is_counted_and_told(company, search, noted):
    await resolved(search)
    assert search.inventory.counts["troubled"] == 1
    assert search.trouble == f"The name servers gave no usable answer for lame-z1.{DOMAIN}."


async def test_an_address_is_its_own(company, noted):
    async with searching(company, company.job(DiscoveryDomain(name=HERE, verified=True)), noted) as search:
        await resolved(search)
    assert names(noted)[HERE].addresses == (HERE,)
    assert company.server.log == []
