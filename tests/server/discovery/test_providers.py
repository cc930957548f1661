"""Where names come from."""

from vedette.contract.discovery import ACTIVE_TECHNIQUES, TECHNIQUES
from vedette.server.discovery import providers
from vedette.server.discovery.models import DiscoverySource
from vedette.server.discovery.services import settings


def test_all_sources_have_a_name_and_providers_wait_for_leave(home):
    found = providers.sources(home)
    assert [one.id for one in found][: len(TECHNIQUES)] == list(TECHNIQUES)
    assert all(one.name for one in found)
    assert {one.id for one in found if one.active} == set(ACTIVE_TECHNIQUES)
    assert [one.ready for one in found if one.provider] == [False] * len(providers.providers())


def test_a_source_that_is_not_known_reads_as_its_id():
    assert providers.title_of("given") == TECHNIQUES["given"]
    assert providers.title_of("retired-one") == "retired-one"


def test_only_what_is_ready_is_asked(owner, home):
    needing = next(one for one in providers.providers() if one.needs_key and one.url)
    free = next(one for one in providers.providers() if not one.needs_key and one.url)
    settings.set_source(owner, needing.id, enabled=True, key="one")
    settings.set_source(owner, free.id, enabled=True)
    asked = providers.asked(home)
    assert {one.source: one.secret for one in asked.providers} == {
        needing.id: f"discovery {needing.id}",
        free.id: "",
    }
    assert asked.secrets == {f"discovery {needing.id}": "one"}
    settings.set_source(owner, needing.id, enabled=False)
    assert [one.source for one in providers.asked(home).providers] == [free.id]


def test_a_provider_that_the_engine_forgot_is_not_asked(home):
    DiscoverySource.objects.create(organisation=home, source="retired-one", enabled=True)
    assert providers.asked(home) == providers.Asked()
