from __future__ import annotations

import pytest

from vedette.server.api.probely.shapes import scan_profile as shape
from vedette.server.definitions import queries as definitions
from vedette.server.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("given", "seconds", "shown"),
    [
        (None, None, None),
        ("", None, None),
        (750, 750, "750s"),
        ("750s", 750, "750s"),
        ("25m", 1500, "25m"),
        ("120m", 7200, "2h"),
        (" 2H ", 7200, "2h"),
        ("1d", 86_400, "1d"),
        ("0", 0, "0d"),
    ],
)
def test_run_times_are_read_and_shown(given, seconds, shown):
    assert shape.seconds(given) == seconds
    assert shape.duration(seconds) == shown


@pytest.mark.parametrize("given", [True, -1, "1w", "1.5h", "soon", [], {}])
def test_other_run_times_are_refused(given):
    with pytest.raises(Invalid):
        shape.seconds(given)


def test_definitions_become_checks():
    public_id = definitions.for_check("xss-reflected").id
    assert shape.checks([{"id": public_id, "name": "any"}, public_id]) == ["xss-reflected"]
    assert shape.checks([]) == []
    for wrong in ("2" * 12, None, {}, {"id": []}):
        with pytest.raises(Invalid):
            shape.checks([wrong])


def test_null_means_the_default():
    assert shape.fields({"speed": None, "methods": "", "description": None, "max_urls": None}) == {
        "speed": 20,
        "methods": "all",
        "description": "",
        "max_urls": 5000,
    }
    assert shape.fields({"delay": None}) == {"delay": None}


def test_what_sends_no_payload_stands_on_lightning():
    assert shape.fields({"can_scan_unverified": True})["base"] == "lightning"
    assert shape.fields({"can_scan_unverified": False})["base"] == "normal"
    assert "base" not in shape.fields({"name": "x"})
