from __future__ import annotations

from vedette.engine import catalog
from vedette.server.definitions import queries


def test_every_check_has_a_whole_definition():
    found = queries.all_definitions()
    assert {one.check_id for one in found} == {check.id for check in catalog.load().checks}
    assert [one.name.lower() for one in found] == sorted(one.name.lower() for one in found)
    for one in found:
        assert one.known
        assert one.name and one.desc and one.fix and one.cwe_id and one.cwe_name
        assert one.severity in (0, 10, 20, 30, 40)
        assert one.changed.utcoffset() is not None
        assert queries.by_id(one.id) is one


def test_definitions_say_what_the_check_says():
    one = queries.for_check("sqli-error")
    assert (one.severity, one.cwe_id, one.cvss_score, one.passive) == (40, 89, 9.8, False)
    assert "SQL" in one.cwe_name
    assert queries.for_check("headers-csp-missing").passive


def test_an_unknown_id_names_nothing():
    assert queries.by_id("111111111111") is None


def test_a_check_that_is_gone_still_has_a_name():
    one = queries.for_check("old-check", title="Something old")
    assert (one.name, one.known, one.fix) == ("Something old", False, "")
    assert queries.for_check("old-check").name == "Old check"
    assert one.id == queries.for_check("old-check").id


def test_the_fix_is_chosen_by_technology():
    whole = queries.fix_for("headers-csp-missing")
    own = queries.fix_for("headers-csp-missing", ["nginx 1.25"])
    assert "Apache" in whole and "Rails" in whole
    assert "- nginx" in own and "Apache" not in own
    assert queries.fix_for("old-check", ["nginx"]) == ""
