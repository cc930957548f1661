"""Protections are switched on only once they are set up."""

from __future__ import annotations

from vedette.server.targets import protections

SET_UP = {"mtls": {"enabled": False, "subject": "CN=a"}, "x": 1}


def test_a_switch_needs_what_it_switches():
    assert [name for name, _ in protections.faults({}, {"is_mtls_active": True})] == ["is_mtls_active"]
    assert protections.faults({}, {"is_mtls_active": False}) == []
    assert protections.faults(SET_UP, {"is_mtls_active": True}) == []
    assert all(map(protections.missing, protections.BLOCKS))
    assert set(protections.SWITCHES.values()) == set(protections.BLOCKS)


def test_switches_leave_the_rest_alone():
    on = protections.switched(SET_UP, {"is_mtls_active": True, "name": "x"})
    assert on == {"mtls": {"enabled": True, "subject": "CN=a"}, "x": 1}
    assert protections.is_on(on, "mtls") and not protections.is_on(SET_UP, "mtls")
    assert protections.switched({}, {"is_mtls_active": True}) == {}
    assert protections.switched(SET_UP, {}) == SET_UP and protections.of({}, "mtls") == {}
