"""What a report masks comes back from what is given, and only from that."""

import pytest

from vedette.cli.fill import Filling, fill
from vedette.cli.order import Order, prepare
from vedette.cli.problem import Problem
from vedette.contract.exchange import Request


def filling(spot=("query", "q"), **options):
    return Filling.of(prepare(Order(urls=["http://127.0.0.1/"], **options)), spot)


def test_masked_headers_and_cookies_are_left_to_the_network():
    headers = (("Authorization", "‹secret:header-1›"), ("Cookie", "a=1; sid=‹secret:cookie-1›"), ("X-A", "b"))
    sent = fill(Request("GET", "http://127.0.0.1/", headers), filling())
    assert sent.headers == (("Cookie", "a=1"), ("X-A", "b"))


def test_a_cookie_header_of_masks_alone_goes():
    headers = (("Cookie", "sid=‹secret:cookie-1›"),)
    assert fill(Request("GET", "http://127.0.0.1/", headers), filling()).headers == ()


def test_our_own_marking_of_an_earlier_scan_goes():
    headers = (("X-Vedette-Scan", "abc"), ("User-Agent", "x"))
    assert fill(Request("GET", "http://127.0.0.1/", headers), filling()).headers == (("User-Agent", "x"),)


def test_masks_in_url_and_body_are_filled_by_name():
    given = filling(header=["X-Key: a b/c"], cookie=["csrf=t0ken"])
    body = b"t=" + "‹secret:csrf›".encode() + b"&x=\xff"
    masked = Request("POST", "http://127.0.0.1/?k=‹secret:header-1›", (), body)
    sent = fill(masked, given)
    assert sent.url == "http://127.0.0.1/?k=a%20b%2Fc"
    assert sent.body == b"t=t0ken&x=\xff"


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "http://127.0.0.1/?k=‹secret:header-1›"),
        Request("POST", "http://127.0.0.1/", (), "k=‹secret:PHPSESSID›".encode()),
    ],
)
def test_a_mask_that_nothing_fills_is_a_problem(request_):
    with pytest.raises(Problem, match="masked value") as caught:
        fill(request_, filling())
    assert "--cookie" in caught.value.hint


def test_what_is_given_anew_replaces_what_was():
    given = filling(header=["X-Key: new"], cookie=["sid=new"])
    headers = (("X-Key", "old"), ("Cookie", "sid=old; theme=dark"))
    assert fill(Request("GET", "http://127.0.0.1/", headers), given).headers == (("Cookie", "theme=dark"),)


@pytest.mark.parametrize(
    ("spot", "kept"), [(("header", "X-Key"), ("X-Key", "' or 1")), (("cookie", "sid"), ("Cookie", "sid=' or 1"))]
)
def test_the_input_that_the_finding_is_about_goes_as_it_was(spot, kept):
    given = filling(spot, header=["X-Key: new"], cookie=["sid=new"])
    headers = (("X-Key", "' or 1"), ("Cookie", "sid=' or 1"))
    assert fill(Request("GET", "http://127.0.0.1/", headers), given).headers == (kept,)
