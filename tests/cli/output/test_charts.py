"""Charts say in words what they draw."""

from vedette.cli.output.charts import bars, donut


def test_a_donut_names_every_share():
    html = donut({"high": 3, "low": 1}, "By severity").html
    assert 'aria-label="By severity: high 3, low 1"' in html
    assert ">4</text>" in html


def test_nothing_to_draw_is_no_error():
    assert ">0</text>" in donut({"high": 0}, "x").html
    assert bars([], "x").html == "<p>Nothing.</p>"
    assert "<svg" in bars([("a", 0)], "x").html


def test_bars_are_as_long_as_their_numbers():
    html = bars([("a", 10), ("b", 5)], "x").html
    assert 'width="215"' in html
    assert 'width="108"' in html


def test_names_from_a_site_stay_text():
    assert "<b>" not in bars([("<b>", 1)], "<i>").html
