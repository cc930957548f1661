import pytest


def names(answer):
    return [text for text in ("Storm lamp", "Galley kettle", "Wool blanket", "Quay boots") if text in answer.text]


def test_the_start_page_and_the_floor_show_goods(visitor):
    assert "Storm lamp" in visitor.get("/").text
    assert visitor.get("/shop").text.count('class="item"') == 18


def test_the_search_shows_the_databases_error_and_lets_rows_be_joined(visitor):
    assert names(visitor.plant("sqli-search")) == ["Storm lamp"]
    broken = visitor.plant("sqli-search", "lamp'")
    assert broken.status == 500 and "sqlite3.OperationalError" in broken.text
    joined = visitor.plant("sqli-search", "none' UNION SELECT 1, 'to' || 'gether', 2, 3, 4 -- ")
    assert "together" in joined.text
    assert names(visitor.plant("sqli-search", "lamp%' AND 6 * 7 = 42 AND '1%' = '1")) == ["Storm lamp"]
    assert names(visitor.plant("sqli-search", "lamp%' AND 6 * 7 = 43 AND '1%' = '1")) == []


def test_the_search_escapes_its_words(visitor):
    answer = visitor.plant("like-xss-search", '<b title="x">lamp</b>')
    assert "b" not in answer.page.tags() and '<b title="x">' in answer.page.words


def test_the_product_number_is_part_of_the_query(visitor):
    usual = visitor.plant("sqli-product")
    assert names(usual) == ["Galley kettle"]
    assert visitor.plant("sqli-product", "7 AND 21 = 20 + 1").body == usual.body
    assert visitor.plant("sqli-product", "6+1").body == usual.body
    assert visitor.plant("sqli-product", "7 AND 21 = 20 + 2").status == 404
    assert visitor.plant("sqli-product", "7 AND (").status == 404


def test_the_recent_cookie_is_part_of_the_query(visitor):
    assert names(visitor.plant("sqli-recent")) == ["Storm lamp", "Galley kettle"]
    assert names(visitor.plant("sqli-recent", "11,7) AND (4 = 2 + 2")) == ["Storm lamp", "Galley kettle"]
    assert names(visitor.plant("sqli-recent", "11,7) AND (4 = 2 + 3")) == []
    assert names(visitor.plant("sqli-recent", "11,7) AND (")) == []


def test_the_recent_cookie_follows_the_visitor(visitor):
    visitor.get("/product/7")
    assert visitor.get("/product/3").header("Set-Cookie") == "recent=3%2C7; Path=/recent; HttpOnly; SameSite=Lax"
    assert "recent=11%2C7" in (visitor.get("/recent").header("Set-Cookie") or "")


def test_the_names_of_the_finders_parameters_are_part_of_the_query(visitor):
    usual = visitor.plant("sqli-finder")
    assert names(usual) == ["Wool blanket"]
    assert visitor.plant("sqli-finder", "colour' AND 'ab' = 'a' || 'b").body == usual.body
    assert names(visitor.plant("sqli-finder", "colour' AND 'ab' = 'a' || 'c")) == []
    assert "sqlite3.OperationalError" in visitor.plant("sqli-finder", "colour'").text


def test_the_values_of_the_finder_are_bound(visitor):
    assert "Nothing matches" in visitor.get("/finder?colour=navy'").text


@pytest.mark.parametrize("value", ["3 AND 1=2", "3'", "3)", "3 OR 1=1", "3-1"])
def test_a_category_is_a_number(visitor, value):
    assert visitor.plant("like-sqli-category", value).whole == visitor.plant("like-sqli-category").whole
    assert visitor.plant("like-sqli-category", "2").body != visitor.plant("like-sqli-category").body


def test_deals_are_filtered_and_bound(visitor):
    assert "10 per cent" in visitor.plant("like-sqli-deals").text
    blocked = [visitor.plant("like-sqli-deals", value) for value in ("SPRING10' AND '1'='1", "x OR y", "€")]
    assert [answer.status for answer in blocked] == [403, 403, 403]
    assert "do not know" in visitor.plant("like-sqli-deals", "SPRING10--").text


def test_today_is_another_page_each_time_and_binds_its_mood(visitor, naps):
    pages = {visitor.plant("like-sqli-today", value).body for value in ("calm", "calm", "calm'", "calm' AND sleep(2)")}
    assert len(pages) == 4 and naps == []
    assert all(b"sqlite3" not in body for body in pages)


def test_a_missing_product_is_missing(visitor):
    assert visitor.get("/product/99").status == 404
