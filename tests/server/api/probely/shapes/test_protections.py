"""What is shown of a protection holds no key."""

from vedette.server.api.probely.shapes import protections as shape
from vedette.server.targets.models import Target


def test_a_protection_is_shown_by_its_state():
    row = Target(settings={"mtls": {"enabled": False, "subject": "CN=a"}})
    assert shape.state(row, "mtls") == {"configured": True, "enabled": False}
    assert shape.state(Target(), "mtls") == {"configured": False, "enabled": False}


def test_a_signature_is_shown_without_its_key():
    row = Target(settings={"signature": {"enabled": True, "signature_method": "xpay", "algorithm": "hmac-sha256"}})
    shown = shape.signature(row)
    assert (shown["configured"], shown["signature_method"], shown["key_id"]) == (True, "xpay", None)
    assert "secret" not in shown


def test_a_folder_is_shown_with_its_defaults():
    shown = shape.folder_login(
        Target(settings={"postman_authentication": {"enabled": True, "postman_auth_folder": "A"}})
    )
    assert (shown["postman_auth_folder"], shown["fail_fast"], shown["postman_authentication_enabled"]) == (
        "A",
        False,
        True,
    )


def test_encryption_is_shown_without_keys():
    shown = shape.encryption(Target(settings={"mle": {"enabled": True, "key_id": "k", "scope": []}}))
    assert (shown["enabled"], shown["key_id"], shown["scope"]) == (True, "k", [])
