"""The JSON report of a discovery, field for field."""

import json

from tests.cli.discovered import JOB, gathered
from vedette.cli.gathered import Gathered
from vedette.cli.output.discovery_report import render


def test_the_report():
    text = render(JOB, gathered())
    assert "\u202e" not in text, "nothing turns the reader's text round"
    report = json.loads(text)
    assert report["schema"] == 1
    assert report["discovery"] == {
        "domains": ["shop.example"], "authorized": "Ann, owner", "verdict": "incomplete",
        "reasons": ["The source crt-sh failed: it did not answer."], "requests": 12, "duration_s": 3.2,
        "coverage": {"queries": 1234},
    }  # fmt: skip
    assert report["sources"] == [{"source": "crt-sh", "domain": "shop.example", "names": 2, "reason": ""}]
    assert report["names"][0]["name"] == "shop.example"
    www = report["services"][1]
    assert (www["url"], www["screenshot"], www["security_headers"]["score"]) == ("https://www.shop.example/", True, "B")
    assert www["description"] == {
        "kind": "openapi", "url": "https://www.shop.example/openapi.json", "operations": 7,
    }  # fmt: skip
    assert www["certificate"]["issuer"] == "CN=Authority"
    assert not {"kind", "at"} & set(www)


def test_one_that_found_nothing():
    report = json.loads(render(JOB, Gathered()))
    assert (report["names"], report["services"], report["discovery"]["verdict"]) == ([], [], "")
