"""What is shown of a protection holds no key."""

from vedette.server.api.probely.shapes import protections as shape
from vedette.server.targets.models import Target


def test_a_protection_is_shown_by_its_state():
    row = Target(settings={"mtls": {"enabled": False, "subject": "CN=a"}})
    assert shape.state(row, "mtls") == {"configured": True, "enabled": False}
    assert shape.state(Target(), "mtls") == {"configured": False, "enabled": False}
