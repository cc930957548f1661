"""What is shown of protections."""

from tests.server import factories
from vedette.server.targets import protections
from vedette.server.web import protection_shapes as shape


def test_each_kind_is_shown(db):
    target = factories.target(factories.organisation())
    rows = shape.shown(target)
    assert [row.block for row in rows] == list(protections.BLOCKS)
    assert not any(row.known or row.facts for row in rows)


def test_an_expired_certificate_is_told_so(db):
    target = factories.target(factories.organisation())
    for ends, word in (
        ("2020-01-02T00:00:00+00:00", "expired on 2020-01-02"),
        ("2099-01-02T00:00:00+00:00", "expires"),
    ):
        target.settings = {"mtls": {"enabled": True, "subject": "CN=a", "expires": ends}}
        row = shape.shown(target)[0]
        assert row.facts[0] == ("Issued to", "CN=a") and row.facts[1][1].startswith(word)
