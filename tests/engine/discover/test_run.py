"""The steps in their order, and round again for names that services brought up."""

from vedette.contract.events import NameFound
from vedette.engine.discover.run import run


async def test_names_from_certificates_and_redirects_are_looked_up_too(company, search, noted):
    phases = []

    async def enter(phase):
        phases.append(phase)

    await run(search, enter)
    assert phases == ["sources", "names", "services", "names", "services"]
    found = {event.name: event for event in noted.of(NameFound)}
    assert set(found) == company.names
    assert found["hidden-c1.shop.example"].sources == ("certificate",)
    assert found["landed-r1.shop.example"].sources == ("redirect",)


async def test_it_ends_when_told(search, noted):
    phases = []

    async def enter(phase):
        phases.append(phase)
        noted.over = phase == "names"

    await run(search, enter)
    assert phases == ["sources", "names"]
