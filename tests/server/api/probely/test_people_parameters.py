from __future__ import annotations

import pytest

from vedette.server.api.probely import people_parameters as parameters

GROUPS = ("HOLDERS", "KEYS", "GRANTS", "ROLES", "TEAMS", "TARGET_LABELS", "PROFILES", "DOMAINS", "AUDIT")


@pytest.mark.parametrize("group", GROUPS)
def test_each_name_is_declared_once(group):
    names = [one.name for one in getattr(parameters, group)]
    assert names and len(names) == len(set(names))


def test_keys_know_what_people_know_and_their_maker():
    assert {one.name for one in parameters.KEYS} - {one.name for one in parameters.HOLDERS} == {"creator"}
