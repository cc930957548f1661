import pytest

from vedette.engine.net.cookies import MAX_COOKIES, MAX_PER_DOMAIN, Cookie, Jar, parse
from vedette.engine.net.origin import split

NOW = 1_767_225_600.0


def sent(jar: Jar, url: str, now: float = NOW) -> list[str]:
    return [f"{cookie.name}={cookie.value}" for cookie in jar.fitting(*split(url), now)]


def jar_with(*lines: str, url: str = "http://www.shop.example/app/page") -> Jar:
    jar = Jar()
    for line in lines:
        jar.take(line, *split(url), NOW)
    return jar


def test_a_plain_cookie_goes_back_to_its_host_and_folder_only():
    jar = jar_with("a=1")
    assert sent(jar, "http://www.shop.example/app/other?x") == ["a=1"]
    assert sent(jar, "http://www.shop.example/app") == ["a=1"]
    assert sent(jar, "http://www.shop.example/apple") == []
    assert sent(jar, "http://www.shop.example/") == []
    assert sent(jar, "http://shop.example/app/") == []
    assert sent(jar, "http://x.www.shop.example/app/") == []
    assert sent(jar, "https://www.shop.example:8443/app/") == ["a=1"]


def test_a_domain_cookie_goes_to_the_domain_and_below():
    jar = jar_with("a=1; Domain=.Shop.Example; Path=/")
    assert sent(jar, "http://shop.example/") == ["a=1"]
    assert sent(jar, "http://api.shop.example/") == ["a=1"]
    assert sent(jar, "http://evilshop.example/") == []


@pytest.mark.parametrize("domain", ["example", "other.example", "x.www.shop.example", "op.example"])
def test_a_site_may_not_set_for_others(domain):
    assert parse(f"a=1; Domain={domain}", *split("http://www.shop.example/"), NOW) is None


def test_addresses_have_no_subdomains():
    assert parse("a=1; Domain=0.0.1", *split("http://127.0.0.1/"), NOW) is None
    cookie = parse("a=1; Domain=127.0.0.1", *split("http://127.0.0.1/"), NOW)
    assert cookie.host_only


def test_secure_cookies_go_over_tls_only():
    jar = jar_with("a=1; SECURE; Path=/", url="https://shop.example/")
    assert sent(jar, "https://shop.example/") == ["a=1"]
    assert sent(jar, "http://shop.example/") == []


@pytest.mark.parametrize(
    ("attribute", "seconds"),
    [
        ("Max-Age=60", 60),
        ("max-age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 60),
        ("Expires=Thu, 01 Jan 2026 00:01:00 GMT", 60),
        ("expires=Thu, 01-Jan-2026 00:01:00 GMT", 60),
    ],
)
def test_cookies_expire(attribute, seconds):
    jar = jar_with(f"a=1; Path=/; {attribute}")
    assert sent(jar, "http://www.shop.example/", NOW + seconds - 1) == ["a=1"]
    assert sent(jar, "http://www.shop.example/", NOW + seconds + 1) == []


@pytest.mark.parametrize(
    "attribute",
    ["Max-Age=0", "Max-Age=-1", "Expires=Thu, 01 Jan 1970 00:00:00 GMT", "Expires=Mon, 01 Jan 2024 00:00:00 GMT"],
)
def test_a_cookie_in_the_past_takes_the_stored_one_away(attribute):
    jar = jar_with("a=1; Path=/", f"a=; Path=/; {attribute}")
    assert len(jar) == 0


@pytest.mark.parametrize("attribute", ["Expires=nonsense", "Max-Age=soon", "Max-Age=", "Expires="])
def test_an_unreadable_date_means_the_session(attribute):
    assert sent(jar_with(f"a=1; Path=/; {attribute}"), "http://www.shop.example/", NOW + 1e9) == ["a=1"]


def test_the_same_name_domain_and_path_is_replaced_others_stay():
    jar = jar_with("a=1; Path=/", "a=2; Path=/app", "a=3; Path=/")
    assert sent(jar, "http://www.shop.example/app/") == ["a=2", "a=3"]
    assert jar.value("a") == "3"
    assert jar.value("b") == ""


def test_longer_paths_go_first_then_the_older():
    jar = jar_with("z=1; Path=/", "b=2; Path=/app/page", "y=3; Path=/")
    assert sent(jar, "http://www.shop.example/app/page") == ["b=2", "z=1", "y=3"]


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ('a="q, r"', ("a", '"q, r"')),
        ("a=b=c", ("a", "b=c")),
        ("  a  =  b  ", ("a", "b")),
        ("novalue", ("", "novalue")),
        ("a=", ("a", "")),
    ],
)
def test_odd_pairs_are_read_as_browsers_do(line, pair):
    cookie = parse(line, *split("http://h/"), NOW)
    assert (cookie.name, cookie.value) == pair


@pytest.mark.parametrize("line", ["", "=", ";", "a=" + "x" * 5000])
def test_empty_and_huge_cookies_are_refused(line):
    assert parse(line, *split("http://h/"), NOW) is None


@pytest.mark.parametrize(("target", "path"), [("/", "/"), ("/a", "/"), ("/a/b?x=/c/d", "/a"), ("/a/b/", "/a/b")])
def test_the_default_path_is_the_folder(target, path):
    assert parse("a=1; Path=relative", *split("http://h" + target), NOW).path == path


def test_one_site_cannot_fill_the_jar():
    jar = Jar()
    jar.put(Cookie("mine", "v", "other"))
    for number in range(MAX_PER_DOMAIN + 5):
        jar.put(Cookie(f"n{number}", "v", "h"))
    jar.put(Cookie("n9", "changed", "h"))
    assert len(jar) == MAX_PER_DOMAIN + 1
    assert (jar.value("mine"), jar.value("n4"), jar.value("n5"), jar.value("n9")) == ("v", "", "v", "changed")


def test_a_jar_is_bounded_and_survives_a_snapshot():
    jar = Jar()
    for number in range(MAX_COOKIES + 5):
        jar.put(Cookie(f"n{number}", "v", f"h{number // 100}"))
    assert len(jar) == MAX_COOKIES
    assert jar.value("n0") == ""
    other = Jar()
    other.restore(jar.snapshot())
    assert other.snapshot() == jar.snapshot()


def test_a_jar_can_be_emptied():
    jar = Jar()
    jar.put(Cookie("a", "1", "x.test"))
    assert [cookie.name for cookie in jar.cookies] == ["a"]
    jar.clear()
    assert (len(jar), jar.cookies) == (0, [])
