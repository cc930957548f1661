import json

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.net.cookies import Cookie
from vedette.engine.net.session import MAX_NAMES, MAX_PLACES, Session

ORIGIN = "http://shop.example"


def answered(url: str, *set_cookies: str) -> Exchange:
    headers = tuple(("Set-Cookie", line) for line in set_cookies)
    return Exchange(Request("GET", url), Response(200, (("Content-Type", "text/html"), *headers)))


def test_given_headers_and_cookies_go_with_requests():
    session = Session(
        "A", headers=(("Authorization", "Bearer x"),), cookies={"sid": "1", "lang": "en"}, origins=(ORIGIN,)
    )
    assert session.headers_for(ORIGIN + "/x") == (("Authorization", "Bearer x"), ("Cookie", "sid=1; lang=en"))
    assert session.headers_for("http://api.example/") == (("Authorization", "Bearer x"),)


def test_what_the_request_brings_wins_by_name():
    session = Session(
        "A", headers=(("Authorization", "Bearer x"),), cookies={"sid": "1", "lang": "en"}, origins=(ORIGIN,)
    )
    given = (("authorization", "none"), ("cookie", "lang=<payload>; mine=2"))
    assert session.headers_for(ORIGIN, given) == (("Cookie", "lang=<payload>; mine=2; sid=1"),)
    assert session.headers_for(ORIGIN, (("Cookie", "sid=a; lang=b"), ("Authorization", ""))) == ()


def test_whether_a_request_carried_the_whole_session():
    session = Session("A", headers=(("Authorization", "Bearer x"),), cookies={"sid": "1"}, origins=(ORIGIN,))

    def sent(cookie, token="Bearer x"):
        return Request("GET", ORIGIN + "/x", (("Authorization", token), ("Cookie", cookie)))

    assert session.whole_in(sent("sid=1"))
    assert session.whole_in(sent("theme=<payload>; sid=1"))
    assert not session.whole_in(sent("sid=<payload>"))
    assert not session.whole_in(sent("sid=1", "Bearer <payload>"))
    assert not session.whole_in(Request("GET", ORIGIN + "/x"))
    session.renew()
    session.absorb(answered(ORIGIN + "/", "sid=2; Path=/"))
    assert not session.whole_in(sent("sid=1")), "the session before"


def test_set_cookies_are_kept_and_where_they_came_from_is_known():
    session = Session("")
    stored = session.absorb(answered(ORIGIN + "/login?x=1", "sid=abc; Path=/; HttpOnly", "csrf=tok"))
    assert [cookie.name for cookie in stored] == ["sid", "csrf"]
    session.absorb(answered(ORIGIN + "/other", "sid=def; Path=/"))
    assert session.headers_for(ORIGIN + "/a") == (("Cookie", "sid=def; csrf=tok"),)
    assert session.value("sid") == "def"
    assert session.placed == {"sid": [ORIGIN + "/login?x=1", ORIGIN + "/other"], "csrf": [ORIGIN + "/login?x=1"]}


def test_given_cookies_are_not_placed_by_the_site_but_it_may_replace_and_remove_them():
    session = Session("A", cookies={"sid": "given"}, origins=(ORIGIN,))
    assert session.placed == {}
    session.absorb(answered(ORIGIN + "/", "sid=new; Path=/"))
    assert session.headers_for(ORIGIN) == (("Cookie", "sid=new"),)
    session.absorb(answered(ORIGIN + "/", "sid=; Path=/; Max-Age=0"))
    assert session.headers_for(ORIGIN) == ()


def test_time_passes_in_a_session():
    moment = [100.0]
    session = Session("", wall=lambda: moment[0])
    session.absorb(answered(ORIGIN + "/", "a=1; Max-Age=10"))
    assert session.headers_for(ORIGIN) == (("Cookie", "a=1"),)
    moment[0] = 111.0
    assert session.headers_for(ORIGIN) == ()


def test_exchanges_without_cookies_or_response_change_nothing():
    session = Session("")
    assert session.absorb(Exchange(Request("GET", ORIGIN), error="timeout")) == []
    assert session.absorb(answered(ORIGIN)) == []
    assert session.absorb(answered("not a url", "a=1")) == []
    assert session.headers_for("not even a url") == ()


def test_places_are_bounded():
    session = Session("")
    for number in range(MAX_PLACES + 5):
        session.absorb(answered(f"{ORIGIN}/{number}", "a=1"))
    assert len(session.placed["a"]) == MAX_PLACES


def test_a_site_that_makes_up_names_without_end_is_noted_so_far():
    session = Session("")
    for number in range(MAX_NAMES + 5):
        session.absorb(answered(f"{ORIGIN}/{number}", f"n{number}=1", "n0=1"))
    assert len(session.placed) == MAX_NAMES
    assert len(session.placed["n0"]) == MAX_PLACES


def test_a_snapshot_restores_the_session():
    session = Session("A", headers=(("X", "y"),), cookies={"c": "d"}, origins=(ORIGIN,))
    session.absorb(answered(ORIGIN + "/p", "sid=1; Path=/"))
    state = json.loads(json.dumps(session.snapshot()))
    other = Session("A", headers=(("X", "y"),))
    other.restore(state)
    assert other.headers_for(ORIGIN) == session.headers_for(ORIGIN)
    assert other.placed == session.placed


def test_a_cookie_without_a_name_goes_as_its_value():
    session = Session("")
    session.absorb(answered(ORIGIN + "/", "bare"))
    assert session.headers_for(ORIGIN) == (("Cookie", "bare"),)


def test_what_is_bound_goes_to_one_origin_and_no_other():
    session = Session("A", headers=(("X-Key", "general"), ("X-All", "1")))
    session.bind("http://api.example:81", "x-key", "first")
    session.bind("http://api.example:81/", "X-Key", "bound")
    session.bind_cookie("http://api.example:81", "sid", "1")
    at_home = dict(session.headers_for("http://api.example:81/x"))
    assert at_home == {"X-All": "1", "X-Key": "bound", "Cookie": "sid=1"}
    for other in ("http://api.example/x", "https://api.example:81/x", "http://shop.example/"):
        assert dict(session.headers_for(other)) == {"X-Key": "general", "X-All": "1"}
    assert session.value("sid") == "1"


def test_a_site_may_replace_a_bound_cookie_and_a_request_bring_its_own():
    session = Session("A")
    session.bind_cookie("http://shop.example", "sid", "1")
    session.bind("http://shop.example", "X-Key", "bound")
    assert session.headers_for("http://shop.example/", (("Cookie", "sid=own"), ("X-Key", "own"))) == ()
    session.absorb(answered("http://shop.example/", "sid=2; Path=/"))
    assert dict(session.headers_for("http://shop.example/"))["Cookie"] == "sid=2"


def test_what_a_log_in_gave_goes_to_its_origin_and_in_place_of_what_was_before():
    session = Session("A", headers=(("X-Given", "1"), ("Authorization", "old")), cookies={"c": "1"}, origins=(ORIGIN,))
    session.take_up(ORIGIN + "/login", (("authorization", "Bearer t1"),), (("sid", "s1"),))
    session.take_up(ORIGIN + "/login", (("Authorization", "Bearer t2"),))
    headers = session.headers_for(ORIGIN + "/x")
    assert headers == (("X-Given", "1"), ("Authorization", "Bearer t2"), ("Cookie", "c=1; sid=s1"))
    assert session.headers_for("http://elsewhere.example/") == (("X-Given", "1"), ("Authorization", "old"))
    assert session.headers_for(ORIGIN, (("Authorization", "mine"),))[0] == ("X-Given", "1")


def test_a_new_log_in_begins_with_what_the_job_gave():
    session = Session("A", cookies={"c": "1"}, origins=(ORIGIN,))
    session.absorb(answered(ORIGIN + "/", "sid=s1", "c=2; Path=/"))
    session.take_up(ORIGIN, (("Authorization", "t"),))
    session.renew()
    assert session.headers_for(ORIGIN) == (("Cookie", "c=1"),)
    assert session.placed["sid"] == [ORIGIN + "/"], "where cookies come from stays known"


def test_a_browsers_cookies_replace_those_of_the_session():
    session = Session("A")
    site = "http://127.0.0.1:9/in"
    assert session.adopt([Cookie("sid", "1", "127.0.0.1"), Cookie("lang", "en", "127.0.0.1")], site)
    changed = session.adopt([Cookie("sid", "2", "127.0.0.1")], site + "/again")
    assert [(cookie.name, cookie.value) for cookie in changed] == [("sid", "2")]
    assert [cookie.name for cookie in session.cookies] == ["sid"]
    assert session.placed == {"sid": [site, site + "/again"], "lang": [site]}
    assert session.adopt(session.cookies, site) == []
