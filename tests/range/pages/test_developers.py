import json

import pytest


def test_an_article_in_json_is_part_of_the_query(visitor):
    assert json.loads(visitor.plant("sqli-stock").text) == {"stock": [{"name": "Mooring rope, 20 m", "left": 24}]}
    broken = visitor.plant("sqli-stock", "HG-101'")
    assert broken.status == 500 and "sqlite3.OperationalError" in broken.text
    assert "abcd" in visitor.plant("sqli-stock", "x' UNION SELECT 'ab' || 'cd', 1 -- ").text


def test_a_nested_colour_is_part_of_the_query(visitor):
    usual = visitor.plant("sqli-catalogue")
    assert "Wool blanket" in usual.text
    assert visitor.plant("sqli-catalogue", "navy' AND '1'='1").whole == usual.whole
    assert visitor.plant("sqli-catalogue", "navy' AND '1'='2").text == visitor.plant("sqli-catalogue", "navy'").text


def test_the_store_in_a_header_is_part_of_the_query(visitor):
    usual = visitor.plant("sqli-hours")
    assert "Quay shop" in usual.text
    assert visitor.plant("sqli-hours", "quay' AND '1'='1").whole == usual.whole
    assert visitor.plant("sqli-hours", "quay' AND '1'='2").text == '{"shops": []}'
    assert visitor.plant("sqli-hours", "quay'").status == 500


@pytest.mark.parametrize("value", ["la'", "la' OR '1'='1", "la\\"])
def test_suggestions_are_bound(visitor, value):
    assert "Storm lamp" in visitor.plant("like-sqli-suggest").text
    assert visitor.plant("like-sqli-suggest", value).text == '{"names": []}'


def test_the_highest_price_is_a_number(visitor):
    assert visitor.plant("like-sqli-most", "100 AND 1=1").status == 422
    big = visitor.ask(
        "POST", "/api/catalogue/query", body='{"filter": {"most": ' + "9" * 400 + "}}", media="application/json"
    )
    assert big.status == 200


def test_the_echo_is_json(visitor):
    answer = visitor.plant("like-xss-echo", "<em>")
    assert json.loads(answer.text) == {"text": "<em>", "length": 4}
    assert answer.header("Content-Type") == "application/json" and answer.header("X-Content-Type-Options") == "nosniff"


def test_any_origin_may_read_the_summary_with_cookies(visitor):
    answer = visitor.get("/api/account/summary", origin="https://elsewhere.example")
    assert answer.header("Access-Control-Allow-Origin") == "https://elsewhere.example"
    assert answer.header("Access-Control-Allow-Credentials") == "true"
    assert json.loads(answer.text)["customer"] == visitor.session[:12]
    assert visitor.plant("cors-summary").header("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "https://till.harbour.example.evil.example"])
def test_points_and_opening_hours_are_shared_with_care(visitor, origin):
    assert visitor.get("/api/account/points", origin=origin).header("Access-Control-Allow-Origin") is None
    assert visitor.plant("like-cors-points").status == 200
    public = visitor.get("/api/public/opening", origin=origin)
    assert public.header("Access-Control-Allow-Origin") == "*"
    assert public.header("Access-Control-Allow-Credentials") is None and visitor.plant("like-cors-public").status == 200


def test_the_tills_own_origin_may_read_the_points(visitor):
    answer = visitor.get("/api/account/points", origin="https://till.harbour.example")
    assert answer.header("Access-Control-Allow-Origin") == "https://till.harbour.example"


def test_what_is_no_json_is_a_bad_request(visitor):
    assert visitor.ask("POST", "/api/stock", body="{", media="application/json").status == 400
    assert visitor.ask("POST", "/api/stock", body='{"sku": {"a": 1}}', media="application/json").text == '{"stock": []}'


def test_the_developers_page_opens(visitor):
    assert visitor.get("/developers").status == 200
