"""Live numbers start at nothing and are not shared between parts."""

from vedette.contract.progress import PartProgress


def test_parts_do_not_share_their_counts():
    one, other = PartProgress(), PartProgress()
    one.status_counts["200"] = 1
    one.last_endpoints.append("/a")
    assert other == PartProgress()
