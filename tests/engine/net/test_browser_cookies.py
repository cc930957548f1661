"""Cookies between session and browser."""

from vedette.engine.net.browser_cookies import for_browser, from_browser
from vedette.engine.net.cookies import Cookie


def test_cookies_go_to_the_browser_and_come_back_the_same():
    cookies = [
        Cookie("sid", "a1", "shop.example"),
        Cookie("all", "b", "shop.example", "/x", host_only=False, secure=True, expires=2_000_000_000.0),
    ]
    rows = for_browser([*cookies, Cookie("", "nameless", "shop.example")])
    assert [row["domain"] for row in rows] == ["shop.example", ".shop.example"]
    assert rows[0]["expires"] == -1
    assert from_browser(rows) == cookies
