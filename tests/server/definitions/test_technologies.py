from __future__ import annotations

from vedette.server.definitions import queries, technologies
from vedette.server.kernel.ids import is_id


def test_every_technology_has_an_id_of_its_own():
    found = technologies.all_technologies()
    ids = {one.id for one in found}
    assert len(ids) == len(found) > 50
    assert all(map(is_id, ids))
    assert ids.isdisjoint(one.id for one in queries.all_definitions())


def test_are_found_by_id():
    for one in technologies.all_technologies():
        assert technologies.by_id(one.id) == one
    assert technologies.by_id("2" * 12) is None


def test_ids_do_not_depend_on_case():
    assert technologies.technology_id("PHP") == technologies.technology_id("php")
