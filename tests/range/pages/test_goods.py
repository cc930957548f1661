from vedette.range.pages.goods import first_visit, keep_cookie, kept_cookie, money, picture, tiles
from vedette.range.web import Request, Response


def test_prices_are_read_as_prices():
    assert [money(value) for value in (9.5, 3, "ab", None)] == ["€ 9.50", "€ 3.00", "ab", ""]


def test_tiles_survive_any_row():
    assert "&lt;i&gt;" in tiles([(None, "<i>", None, "<b>", "x")])
    assert "#anchor" in picture("nothing", 9) and 'class="picture c1"' in picture("mug", 9)


def test_a_cookie_is_set_on_the_first_visit_only():
    first = Request(method="GET", path="/")
    later = Request(method="GET", path="/", headers={"cookie": "shade=r%C3%B6d"})
    assert kept_cookie(first, "shade", "navy") == "navy" and kept_cookie(later, "shade", "navy") == "röd"
    assert first_visit(first, Response(), "shade", "a b", "/x").headers == [
        ("Set-Cookie", "shade=a%20b; Path=/x; HttpOnly; SameSite=Lax")
    ]
    assert first_visit(later, Response(), "shade", "navy", "/x").headers == []


def test_keeping_a_cookie_encodes_it():
    assert keep_cookie(Response(), "a", "1,\r\n2", "/").headers[0][1].startswith("a=1%2C%0D%0A2; ")
