from vedette.engine.parse import wellknown
from vedette.engine.parse.urls import normalise


def test_a_short_fixed_list_of_absolute_urls():
    found = wellknown.urls("http://site.test:8080")
    assert "http://site.test:8080/robots.txt" in found
    assert found == [normalise(url) for url in found]
    assert len(found) == len(set(found)) <= 8
