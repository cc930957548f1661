"""What is shown of protections."""

from tests.server import factories
from vedette.server.targets import protections, signatures
from vedette.server.web import protection_shapes as shape


def test_each_kind_is_shown(db):
    target = factories.target(factories.organisation())
    rows = shape.shown(target, protections.BLOCKS)
    assert [row.block for row in rows] == list(protections.BLOCKS)
    assert not any(row.known or row.facts for row in rows)


def test_an_expired_certificate_is_told_so(db):
    target = factories.target(factories.organisation())
    for ends, word in (
        ("2020-01-02T00:00:00+00:00", "expired on 2020-01-02"),
        ("2099-01-02T00:00:00+00:00", "expires"),
    ):
        target.settings = {"mtls": {"enabled": True, "subject": "CN=a", "expires": ends}}
        row = shape.shown(target, protections.BLOCKS)[0]
        assert row.facts[0] == ("Issued to", "CN=a") and row.facts[1][1].startswith(word)


def test_a_signature_is_told_by_what_matters_to_its_method(db):
    target = factories.target(factories.organisation())
    base = {"enabled": True, **signatures.DEFAULTS, "algorithm": "x", "key_id": "k"}
    for method, names in (
        ("xpay", ["Method", "Key"]),
        ("http-v1", ["Method", "Key", "Signed headers"]),
        ("jwt-v1", ["Method", "Key", "Header"]),
    ):
        target.settings = {"signature": {**base, "signature_method": method}}
        assert [name for name, _ in shape.shown(target, protections.BLOCKS)[1].facts] == names


def test_a_folder_is_told_with_its_variables(db):
    target = factories.target(factories.organisation(), kind="api", api_scan_settings={"api_schema_type": "postman"})
    known = {"postman_auth_folder": "Auth", "postman_auth_var_mapping": {"t": "x.y"}, "fail_fast": True}
    target.settings = {**target.settings, "postman_authentication": {"enabled": True, **known}}
    (row,) = shape.shown(target, shape.of_api(target))
    assert row.facts == [("Folder", "Auth"), ("Variable t", "x.y"), ("A refused request", "ends the log-in")]
    assert shape.of_api(factories.target(target.organisation)) == ()


def test_encryption_is_told_with_its_addresses(db):
    target = factories.target(factories.organisation())
    known = {"enabled": True, "key_id": "k", "content_encryption": "A128GCM", "scope": []}
    target.settings = {"mle": known}
    (row,) = shape.shown(target, ("mle",))
    assert row.facts == [("Key", "k"), ("Content", "A128GCM"), ("Addresses", "the whole site")]
