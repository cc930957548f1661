from __future__ import annotations

import pytest

from vedette.server.api.probely.shapes import warning
from vedette.server.api.probely.shapes.parts import CRAWLER_WARNINGS
from vedette.server.kernel.errors import NotFound


def test_kinds():
    assert len(warning.ALL) == 13
    assert set(CRAWLER_WARNINGS) <= set(warning.ALL)
    assert warning.by_id("local_ip") == {"id": "local_ip", "name": warning.ALL["local_ip"]}
    with pytest.raises(NotFound):
        warning.by_id("rain")
