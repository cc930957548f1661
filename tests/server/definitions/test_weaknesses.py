from __future__ import annotations

from vedette.engine import catalog
from vedette.server.definitions.weaknesses import CWE_NAMES


def test_every_weakness_that_a_check_names_has_a_name_and_none_stands_there_for_nothing():
    named = {cwe for check in catalog.load().checks for cwe in check.info.cwe}
    assert set(CWE_NAMES) == named
