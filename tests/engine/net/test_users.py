import pytest

from vedette import __version__
from vedette.contract.exchange import Exchange, Request, Response, header, header_all
from vedette.contract.job import HostSettings, Job, Login, Setting
from vedette.engine.net.masking import Masker
from vedette.engine.net.users import MAX_REMEMBERED, Users

URL = "http://shop.example/x"


def users(masker: Masker | None = None, secrets=None, **fields) -> Users:
    job = Job(id="scan7", start_urls=("http://shop.example/",), **fields)
    return Users(job, secrets or {}, masker or Masker({}))


def test_every_request_says_whose_it_is():
    headers = users().dress(Request("GET", URL)).headers
    assert headers == (
        ("X-Vedette-Scan", "scan7"),
        ("User-Agent", f"Vedette/{__version__}"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate"),
    )


def test_what_the_request_brings_stays_first_and_as_it_is():
    given = (("user-agent", "x"), ("B", "1"), ("b", "2"), ("ACCEPT", ""))
    headers = users().dress(Request("GET", URL, given)).headers
    assert headers[:4] == given
    assert [name for name, _ in headers[4:]] == ["X-Vedette-Scan", "Accept-Encoding"]


def test_body_method_and_user_are_kept():
    dressed = users().dress(Request("PUT", URL, (), b"body", "B"))
    assert (dressed.method, dressed.url, dressed.body, dressed.user) == ("PUT", URL, b"body", "B")


def test_settings_go_with_everyone_without_a_login():
    everyone = users(
        headers=(Setting(name="X-Key", value="k"), Setting(name="User-Agent", value="mine")),
        cookies=(Setting(name="lang", value="en"),),
    )
    for user in ("", "A", "B"):
        headers = everyone.dress(Request("GET", URL, user=user)).headers
        assert header(headers, "x-key") == "k"
        assert header_all(headers, "user-agent") == ("mine",)
        assert header(headers, "cookie") == "lang=en"


def test_with_a_static_login_they_are_the_first_users():
    apart = users(headers=(Setting(name="Authorization", value="Bearer t"),), login=Login(kind="static"))
    assert header(apart.dress(Request("GET", URL, user="A")).headers, "authorization") == "Bearer t"
    for user in ("", "B"):
        assert header(apart.dress(Request("GET", URL, user=user)).headers, "authorization") == ""


def test_one_cookie_header_with_the_requests_own_first():
    everyone = users(cookies=(Setting(name="sid", value="1"), Setting(name="lang", value="en")))
    headers = everyone.dress(Request("GET", URL, (("Cookie", "lang='"),))).headers
    assert header_all(headers, "cookie") == ("lang='; sid=1",)


def test_secrets_are_put_in_by_name_and_masked():
    masker = Masker({})
    secret = users(
        masker,
        {"api": "Bearer very-secret-token"},
        headers=(Setting(name="Authorization", secret="api"),),
        cookies=(Setting(name="PHPSESSID", value="0123456789abcdef"), Setting(name="lang", value="en")),
    )
    headers = secret.dress(Request("GET", URL)).headers
    assert header(headers, "authorization") == "Bearer very-secret-token"
    assert masker.text("Bearer very-secret-token") == "‹secret:api›"
    assert masker.text("token=very-secret-token") == "token=‹secret:api›"
    assert masker.text("0123456789abcdef en") == "‹secret:PHPSESSID› en"


def test_a_missing_secret_is_an_error_at_once():
    with pytest.raises(KeyError, match="api"):
        users(headers=(Setting(name="X", secret="api"),))


def test_cookies_are_kept_for_the_user_who_got_them_and_masked():
    masker = Masker({})
    apart = users(masker)
    response = Response(200, (("Set-Cookie", "sid=abcdefgh12345678; Path=/"),))
    apart.absorb(Exchange(Request("GET", URL, user="A"), response))
    assert header(apart.dress(Request("GET", URL, user="A")).headers, "cookie") == "sid=abcdefgh12345678"
    assert header(apart.dress(Request("GET", URL)).headers, "cookie") == ""
    assert apart.session("A").placed == {"sid": [URL]}
    assert masker.text("abcdefgh12345678") == "‹secret:sid›"


def test_what_is_remembered_of_headers_is_bounded():
    many = users()
    for number in range(2 * MAX_REMEMBERED + 10):
        many.dress(Request("GET", URL, (("X", str(number)),)))
    assert len(many._dressed) <= MAX_REMEMBERED


def test_settings_of_a_host_stay_with_it_and_those_whom_the_settings_are_for():
    host = HostSettings(
        origin="http://api.example",
        headers=(Setting(name="X-Key", secret="k"),),
        cookies=(Setting(name="c", value="1"),),
    )
    masker = Masker({})
    made = users(masker, {"k": "key-of-the-api"}, hosts=(host,), login=Login(kind="static"))
    there = made.dress(Request("GET", "http://api.example/x", user="A")).headers
    assert (header(there, "x-key"), header(there, "cookie")) == ("key-of-the-api", "c=1")
    assert header(made.dress(Request("GET", "http://api.example/x", user="B")).headers, "x-key") == ""
    assert header(made.dress(Request("GET", URL, user="A")).headers, "x-key") == ""
    assert masker.text("key-of-the-api") == "‹secret:k›"


def test_what_a_log_in_gave_is_masked_and_stays_with_its_user():
    masker = Masker({})
    known = users(masker, login=Login(kind="api", url=URL))
    known.adopt("A", URL, (("Authorization", "Bearer abcdef123456"),), (("session_token", "0123456789abcdef"),))
    assert header(known.dress(Request("GET", URL, user="A")).headers, "authorization") == "Bearer abcdef123456"
    assert header(known.dress(Request("GET", URL, user="B")).headers, "authorization") == ""
    assert header(known.dress(Request("GET", URL)).headers, "authorization") == ""
    assert masker.text("abcdef123456 and 0123456789abcdef") == (
        "‹secret:session-authorization› and ‹secret:session_token›"
    )


def test_what_authenticates_one_user_is_not_sent_for_another():
    made = users(
        Masker({}),
        {"a": "key-of-ann", "b": "key-of-bob"},
        headers=(Setting(name="X-Key", secret="a", authenticates=True), Setting(name="X-Tenant", value="north")),
        cookies=(Setting(name="sid", value="ann", authenticates=True),),
        second_headers=(Setting(name="X-Key", secret="b"),),
        second_cookies=(Setting(name="sid", value="bob"),),
        login=Login(kind="static"),
        second_login=Login(kind="static"),
    )

    def sent(user):
        headers = made.dress(Request("GET", URL, user=user)).headers
        return tuple(header(headers, name) for name in ("x-key", "cookie", "x-tenant"))

    assert sent("A") == ("key-of-ann", "sid=ann", "north")
    assert sent("B") == ("key-of-bob", "sid=bob", "north")
    assert sent("") == ("", "", "north")
