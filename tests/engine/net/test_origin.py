import pytest

from vedette.engine.net.origin import Origin, UrlError, split


def test_cuts_a_url_into_origin_and_target():
    origin, target = split("https://Example.COM:8443/a/b?x=1#part")
    assert origin == Origin("https", "example.com", 8443, "example.com:8443", "https://example.com:8443", literal=False)
    assert target == "/a/b?x=1"


@pytest.mark.parametrize(
    "path", ["/a/../b/./c//d%2e%2e/%41;x=1", "/?q=%3C&r=[]|\\{}&z=%zz", '/<">^` x', "/é", "/a//b", "/.."]
)
def test_path_and_query_stay_byte_for_byte(path):
    assert split("http://h" + path)[1] == path


@pytest.mark.parametrize(("url", "target"), [("http://h", "/"), ("http://h?x=1", "/?x=1"), ("http://h#f", "/")])
def test_a_target_has_at_least_a_slash(url, target):
    assert split(url)[1] == target


@pytest.mark.parametrize("url", ["http://h:80/", "HTTP://H/", "http://h./", "http://h:/", "http://h:0080/"])
def test_spellings_of_one_origin_are_one(url):
    assert split(url)[0] == split("http://h/")[0]


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "0x7F000001", "127.0.0.1."])
def test_odd_spellings_of_an_address_are_dotted(host):
    origin = split(f"http://{host}:81/")[0]
    assert (origin.host, origin.authority, origin.literal) == ("127.0.0.1", "127.0.0.1:81", True)


def test_ipv6_is_shortened_and_bracketed():
    origin = split("http://[0:0:0:0:0:0:0:1]:8080/")[0]
    assert (origin.host, origin.url, origin.literal) == ("::1", "http://[::1]:8080", True)


def test_international_names_become_ascii():
    assert split("http://BÜCHER.example/")[0].host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://good@evil/", "credentials"),
        ("http://host:80@evil/", "credentials"),
        ("http://good%40evil/", "unusual"),
        ("http://good\\@evil/", "backslash"),
        ("http://good\\.evil/", "backslash"),
        ("http://a b/", "unusual"),
        ("http://a,b/", "unusual"),
        ("http://h:99999/", "not a port"),
        ("http://h:0/", "not a port"),
        ("http://h:8٠/", "unusual"),
        ("http://h:80:81/", "unusual"),
        ("http://[::1/", "unusual"),
        ("http://[fe80::1%25eth0]/", "unusual"),
        ("http://[1:2]/", "IPv6"),
        ("http://1.2.3.4.5/", "IPv4"),
        ("http://1.2.3.999/", "IPv4"),
        ("http:///x", "unusual"),
        ("http://./", "host name"),
        ("http://a..b/", "host name"),
        ("http://fa\u00df.example/", "ambiguous"),
        ("http://evil\u3002example/", "ambiguous"),
        ("http://\u2488.example/", "ambiguous"),
        ("ftp://h/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "absolute"),
        ("//h/x", "absolute"),
        ("/x", "absolute"),
        ("http:/h/x", "absolute"),
        (" http://h/", "absolute"),
        ("http://h/a\r\nX: 1", "control"),
        ("http://h/a\x00", "control"),
        ("http://h\t/", "unusual"),
    ],
)
def test_what_programs_read_differently_is_refused(url, reason):
    with pytest.raises(UrlError, match=reason):
        split(url)
