"""What a record masks comes back from what the job gives, and only from that."""

import pytest

from vedette.contract.exchange import Request
from vedette.contract.finding import Location
from vedette.contract.job import Job, Known, Setting
from vedette.engine.scan.filling import Filling, MaskedError, fill

URL = "http://127.0.0.1/"


def filling(spot=("query", "q"), header=(), cookie=()):
    """From headers and cookies given as (name, value), their secrets named `header-1` and so on."""
    secrets = {f"header-{index}": value for index, (_, value) in enumerate(header, 1)}
    secrets |= {f"cookie-{index}": value for index, (_, value) in enumerate(cookie, 1)}
    job = Job(
        id="t",
        start_urls=(URL,),
        headers=tuple(Setting(name=name, secret=f"header-{index}") for index, (name, _) in enumerate(header, 1)),
        cookies=tuple(Setting(name=name, secret=f"cookie-{index}") for index, (name, _) in enumerate(cookie, 1)),
        known=(Known(id="f", check="c", location=Location(url=URL, kind=spot[0], parameter=spot[1])),),
    )
    return Filling.of(job, secrets)


def test_masked_headers_and_cookies_are_left_to_the_network():
    headers = (("Authorization", "‹secret:header-1›"), ("Cookie", "a=1; sid=‹secret:cookie-1›"), ("X-A", "b"))
    assert fill(Request("GET", URL, headers), filling()).headers == (("Cookie", "a=1"), ("X-A", "b"))


def test_a_cookie_header_of_masks_alone_goes():
    headers = (("Cookie", "sid=‹secret:cookie-1›"),)
    assert fill(Request("GET", URL, headers), filling()).headers == ()


def test_our_own_marking_of_an_earlier_scan_goes():
    headers = (("X-Vedette-Scan", "abc"), ("User-Agent", "x"))
    assert fill(Request("GET", URL, headers), filling()).headers == (("User-Agent", "x"),)


def test_masks_in_url_and_body_are_filled_by_name():
    given = filling(header=[("X-Key", "a b/c")], cookie=[("csrf", "t0ken")])
    body = b"t=" + "‹secret:csrf›".encode() + b"&x=\xff"
    sent = fill(Request("POST", f"{URL}?k=‹secret:header-1›", (), body, "A"), given)
    assert sent == Request("POST", f"{URL}?k=a%20b%2Fc", (), b"t=t0ken&x=\xff", "A")


def test_plain_settings_fill_masks_by_their_own_name():
    job = Job(id="t", start_urls=(URL,), headers=(Setting(name="X-Api-Key", value="k3y"),))
    given = Filling.of(job, {})
    assert fill(Request("GET", f"{URL}?k=‹secret:X-Api-Key›"), given).url == f"{URL}?k=k3y"
    assert given.spot == ("", "")


@pytest.mark.parametrize(
    "request_",
    [Request("GET", f"{URL}?k=‹secret:header-1›"), Request("POST", URL, (), "k=‹secret:PHPSESSID›".encode())],
)
def test_a_mask_that_nothing_fills_is_an_error(request_):
    with pytest.raises(MaskedError, match="masked value"):
        fill(request_, filling())


def test_what_is_given_anew_replaces_what_was():
    given = filling(header=[("X-Key", "new")], cookie=[("sid", "new")])
    headers = (("X-Key", "old"), ("Cookie", "sid=old; theme=dark"))
    assert fill(Request("GET", URL, headers), given).headers == (("Cookie", "theme=dark"),)


@pytest.mark.parametrize(
    ("spot", "kept"), [(("header", "X-Key"), ("X-Key", "' or 1")), (("cookie", "sid"), ("Cookie", "sid=' or 1"))]
)
def test_the_input_that_the_finding_is_about_goes_as_it_was(spot, kept):
    given = filling(spot, header=[("X-Key", "new")], cookie=[("sid", "new")])
    headers = (("X-Key", "' or 1"), ("Cookie", "sid=' or 1"))
    assert fill(Request("GET", URL, headers), given).headers == (kept,)
