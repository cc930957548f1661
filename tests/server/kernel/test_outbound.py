import datetime as dt
import http.server
import ipaddress
import socket
import ssl
import threading
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vedette.contract.addresses import Policy
from vedette.server.kernel import outbound
from vedette.server.kernel.outbound import OutboundFailed, OutboundRefused, OutboundRequest, place

PUBLIC = "93.184.216.34"
NOTHING = Policy()

HOSTILE_ADDRESSES = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.1.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::a00:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd12:3456:789a::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
ODD_FORMS = [
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0X7F000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "0177.0x0.0.1",
    "127.1",
    "127.0.1",
    "127.0.0.01",
    "127.000.000.001",
    "127.0.0.1.",
    "127.0.0.1..",
    "0",
    "00",
    "0x",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.1.1.256",
    "4294967296",
    "public.0x7f",
    "public.127",
    "localhost.",
    "public.example.",
    "public..example",
    ".public.example",
    "-public.example",
    "public-.example",
    "x" * 64 + ".example",
    "x." * 127 + "example",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "１２７.0.0.1",
    "loc\u00adalhost",
    "ⓛocalhost",
    "münchen.example",
    "%31%32%37.0.0.1",
    "public.example%00.evil.example",
    "127.0.0.1%2f",
    "[::1%lo]",
    "[fe80::1%25eth0]",
    "[::1].",
    "[::1]x",
    "[::1",
    "::1",
    "[127.0.0.1]",
    "[::ffff:0x7f.1]",
    "[::ffff:127.1]",
    "[v1.x]",
    "[]",
    "",
    "*.example",
    "a,b.example",
    "{public}.example",
    "public.example:0",
    "public.example:65536",
    "public.example:99999999999",
    "public.example:-1",
    "public.example:+443",
    "public.example:0443",
    "public.example:４４３",
    "public.example:443:443",
    "public.example:",
    "public.example:0x1bb",
    "public.example@127.0.0.1",
    "user:secret@public.example",
    "@public.example",
    "public.example:443@127.0.0.1",
    "127.0.0.1\\@public.example",
    "public.example\\.evil.example",
    "public.example\t",
    "public.example\r\nHost: evil",
    "public.example\x00",
    " public.example",
]
ODD_URLS = [
    "",
    "https",
    "https:",
    "https:/public.example/",
    "https:public.example",
    "https:///public.example/",
    "https:\\\\public.example\\",
    "//public.example/",
    "/path",
    " https://public.example/",
    "https://public.example/ x",
    "https://public.example/\n",
    "https://public.example/é",
    "https://public.example/<x>",
    "https://public.example/\\..\\x",
    "\thttps://public.example/",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "ftp://public.example/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:11211/stats",
    "ldap://127.0.0.1/",
    "smtp://127.0.0.1/",
    "ws://public.example/",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "javascript:alert(1)",
    "data:text/plain,x",
    "jar:https://public.example!/",
    "https+http://public.example/",
]


def never(host, port):
    raise AssertionError(f"{host} was looked up")


def names(**table):
    """A resolver that knows these hosts (dots written as underscores); each gives its answers in turn, the last for
    ever."""
    answers = {host.replace("_", "."): list(given) for host, given in table.items()}
    asked = []

    def resolver(host, port):
        asked.append(host)
        if host not in answers:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        given = answers[host]
        return given.pop(0) if len(given) > 1 else given[0]

    resolver.asked = asked
    return resolver


def get(url, *, headers=(), **options):
    return outbound.send(OutboundRequest("GET", url, headers), **{"policy": NOTHING, "timeout_s": 5.0, **options})


@pytest.fixture
def sockets(monkeypatch):
    """The addresses' families for which a socket was wanted; none is given."""
    wanted = []

    def refuse(family=-1, *_):
        wanted.append(family)
        raise OSError("no sockets in this test")

    monkeypatch.setattr(socket, "socket", refuse)
    return wanted


class Site:
    """A server on one loopback address whose pages are functions of the handler; counts connections."""

    def __init__(self, address="127.0.0.1", tls=None):
        site = self
        self.pages = {}
        self.connections = 0
        self.requests = []
        self.stopping = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                site.connections += 1
                super().setup()

            def answer(self):
                size = int(self.headers.get("Content-Length", 0))
                site.requests.append((self.command, self.path, list(self.headers.items()), self.rfile.read(size)))
                site.pages.get(self.path.partition("?")[0], page(404))(self)
                self.close_connection = True

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A client that breaks off is what many of these tests are about."""

        self.server = Server((address, 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.address, self.port = self.server.server_address
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def policy(self):
        return Policy(allow=(f"{self.address}:{self.port}",))

    def url(self, path="/", host=None, scheme="http"):
        return f"{scheme}://{host or self.address}:{self.port}{path}"

    def headers(self, index=-1):
        return {name.lower(): value for name, value in self.requests[index][2]}

    def close(self):
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def page(status=200, body=b"", **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return answer


def to(location, status=302):
    return page(status, Location=location)


@pytest.fixture
def sites():
    made = []

    def make(*arguments):
        made.append(Site(*arguments))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def site(sites):
    return sites()


class TestHostile:
    def test_the_table_is_long_enough(self):
        assert len(HOSTILE_ADDRESSES) + len(ODD_FORMS) + len(ODD_URLS) > 100

    @pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
    def test_an_address_that_is_not_public(self, address, sockets):
        host = f"[{address}]" if ":" in address else address
        with pytest.raises(OutboundRefused, match="address"):
            get(f"https://{host}/", resolver=never)
        assert sockets == []

    @pytest.mark.parametrize("address", [*HOSTILE_ADDRESSES, "fe80::1%eth0", "", "localhost", "127.1"])
    def test_a_name_of_such_an_address(self, address, sockets):
        with pytest.raises(OutboundRefused, match="address"):
            get("https://public.example/", resolver=names(public_example=[[address]]))
        assert sockets == []

    @pytest.mark.parametrize("answers", [[PUBLIC, "10.0.0.1"], ["10.0.0.1", PUBLIC], [PUBLIC, "::1"]])
    def test_a_name_with_one_bad_address_among_good_ones(self, answers, sockets):
        with pytest.raises(OutboundRefused, match="address"):
            get("https://public.example/", resolver=names(public_example=[answers]))
        assert sockets == []

    @pytest.mark.parametrize("host", ODD_FORMS)
    @pytest.mark.parametrize("scheme", ["https", "http"])
    def test_a_host_that_programs_read_differently(self, scheme, host, sockets):
        with pytest.raises(OutboundRefused):
            get(f"{scheme}://{host}/", resolver=never, policy=Policy(allow=("0.0.0.0/0:80", "0.0.0.0/0:443")))
        assert sockets == []

    @pytest.mark.parametrize("url", ODD_URLS)
    def test_what_is_not_a_web_address(self, url, sockets):
        with pytest.raises(OutboundRefused):
            get(url, resolver=never)
        assert sockets == []

    @pytest.mark.parametrize(
        "url",
        [f"http://{PUBLIC}/", f"http://{PUBLIC}:443/", f"https://{PUBLIC}:80/", "https://public.example:8443/"]
        + [f"https://{PUBLIC}:{port}/" for port in (22, 25, 6379, 9200, 11211, 65535)],
    )
    def test_other_ports_and_plain_http(self, url, sockets):
        with pytest.raises(OutboundRefused, match="only https on port 443"):
            get(url, resolver=names(public_example=[[PUBLIC]]))
        assert sockets == []

    @pytest.mark.parametrize("url", [f"https://{PUBLIC}/", f"https://{PUBLIC}:443/x?y#z", "HTTPS://Public.Example"])
    def test_what_is_public_may_go_out(self, url, sockets):
        with pytest.raises(OutboundFailed, match="connection failed"):
            get(url, resolver=names(public_example=[[PUBLIC]]))
        assert sockets == [socket.AF_INET]


class TestPolicy:
    def test_an_exact_entry_opens_its_port_to_http(self, site):
        site.pages["/"] = page(body=b"hello")
        assert get(site.url(), policy=site.policy).body == b"hello"

    def test_it_opens_no_other_port(self, site, sites):
        other = sites()
        with pytest.raises(OutboundRefused, match="loopback address"):
            get(other.url(), policy=site.policy)
        assert other.connections == 0

    def test_a_range_without_a_port_means_https_on_443(self, sockets):
        policy = Policy(allow=("10.0.0.0/8",))
        for url in ("http://10.0.0.1/", "https://10.0.0.1:8443/", "http://10.0.0.1:443/"):
            with pytest.raises(OutboundRefused, match="only https on port 443"):
                get(url, policy=policy)
        assert sockets == []
        with pytest.raises(OutboundFailed):
            get("https://10.0.0.1/", policy=policy)
        assert sockets == [socket.AF_INET]

    def test_a_range_with_a_port_opens_that_port_in_it(self, sockets):
        policy = Policy(allow=("10.0.0.0/8:8080",))
        for url in ("http://10.0.0.1:8081/", "http://11.0.0.1:8080/", "http://10.0.0.1/"):
            with pytest.raises(OutboundRefused):
                get(url, policy=policy)
        assert sockets == []
        with pytest.raises(OutboundFailed):
            get("http://10.0.0.1:8080/", policy=policy)
        assert sockets == [socket.AF_INET]

    def test_a_mapped_form_counts_as_the_address_it_carries(self, sockets):
        with pytest.raises(OutboundFailed):
            get("http://[::ffff:10.0.0.1]:8080/", policy=Policy(allow=("10.0.0.0/8:8080",)))
        assert sockets == [socket.AF_INET6]

    def test_no_range_opens_the_metadata_service(self, sockets):
        with pytest.raises(OutboundRefused, match="metadata"):
            get("http://169.254.169.254/latest/", policy=Policy(allow=("169.254.0.0/16", "0.0.0.0/0:80")))
        assert sockets == []

    def test_without_a_policy_the_operators_holds(self, site, settings):
        site.pages["/"] = page(body=b"inside")
        settings.VEDETTE = replace(settings.VEDETTE, outbound_allow=())
        with pytest.raises(OutboundRefused):
            outbound.send(OutboundRequest("GET", site.url()))
        settings.VEDETTE = replace(settings.VEDETTE, outbound_allow=site.policy.allow)
        assert outbound.send(OutboundRequest("GET", site.url())).body == b"inside"

    def test_the_platform_itself_stays_closed(self, site, settings):
        settings.VEDETTE = replace(settings.VEDETTE, outbound_allow=site.policy.allow, host="127.0.0.1", port=site.port)
        with pytest.raises(OutboundRefused, match="own address"):
            outbound.send(OutboundRequest("GET", site.url()))
        assert site.connections == 0


class TestRebinding:
    """127.0.0.1 with its port plays the public address here, 127.0.0.2 the one inside."""

    def test_a_name_is_resolved_once_and_pinned(self, site, sites):
        inside = sites("127.0.0.2")
        site.pages["/"] = page(body=b"outside")
        resolver = names(rebinding_example=[["127.0.0.1"], ["127.0.0.2"]])
        assert get(site.url(host="rebinding.example"), policy=site.policy, resolver=resolver).body == b"outside"
        assert resolver.asked == ["rebinding.example"]
        assert (site.connections, inside.connections) == (1, 0)

    def test_a_redirect_to_the_same_name_is_judged_anew(self, site):
        inside = socket.create_server(("127.0.0.2", site.port))
        inside.setblocking(False)
        site.pages["/"] = to("/again")
        resolver = names(rebinding_example=[["127.0.0.1"], ["127.0.0.2"]])
        with inside:
            with pytest.raises(OutboundRefused, match="loopback"):
                get(site.url(host="rebinding.example"), policy=site.policy, resolver=resolver, redirects=3)
            with pytest.raises(BlockingIOError):
                inside.accept()
        assert resolver.asked == ["rebinding.example"] * 2

    def test_the_connection_is_vetoed_when_it_leads_elsewhere(self):
        there = place("http://rebinding.example:8080/")
        policy = Policy(allow=("127.0.0.0/8:8080", "[::/0]:8080", "127.0.0.0/8:8081"))
        transfer = outbound._Transfer(OutboundRequest("GET", there.url), there, ["127.0.0.1"], policy, 100)
        elsewhere = [("127.0.0.2", 8080), ("127.0.0.1", 8081), ("::1", 8080, 0, 0), ("", 8080), b"/socket"]
        for where in elsewhere:
            opened = transfer._open(0, (socket.AF_INET, socket.SOCK_STREAM, 0, where))
            assert not isinstance(opened, socket.socket), where
        with transfer._open(0, (socket.AF_INET, socket.SOCK_STREAM, 0, ("127.0.0.1", 8080))) as pinned:
            assert isinstance(pinned, socket.socket)

    def test_the_next_address_is_tried_when_one_is_dead(self, site):
        site.pages["/"] = page(body=b"second")
        policy = Policy(allow=(f"127.0.0.3:{site.port}", f"127.0.0.1:{site.port}"))
        resolver = names(two_example=[["127.0.0.3", "127.0.0.1"]])
        assert get(site.url(host="two.example"), policy=policy, resolver=resolver).body == b"second"


class TestRedirects:
    def test_none_is_followed_unless_asked_for(self, site):
        site.pages["/"] = to("/next")
        response = get(site.url(), policy=site.policy)
        assert (response.status, response.header("LOCATION")) == (302, "/next")
        assert len(site.requests) == 1

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_up_to_three_are_followed(self, site, status):
        site.pages |= {"/": to("/1", status), "/1": to("/2", status), "/2": to("/3?x=1", status), "/3": page(body=b"!")}
        assert get(site.url(), policy=site.policy, redirects=3).body == b"!"
        assert [request[1] for request in site.requests] == ["/", "/1", "/2", "/3?x=1"]

    @pytest.mark.parametrize(("redirects", "requests"), [(1, 2), (3, 4), (100, 4)])
    def test_a_longer_chain_is_given_up(self, site, redirects, requests):
        site.pages["/"] = to("/")
        with pytest.raises(OutboundFailed, match="too many redirects"):
            get(site.url(), policy=site.policy, redirects=redirects)
        assert len(site.requests) == requests

    def test_no_number_of_redirects_is_none(self, site):
        site.pages["/"] = to("/")
        assert get(site.url(), policy=site.policy, redirects=-1).status == 302

    @pytest.mark.parametrize(
        "location",
        [
            "http://127.0.0.2/",
            "http://127.1/",
            "http://2130706434/",
            "https://10.0.0.1/",
            "https://[::1]/",
            "//169.254.169.254/latest/meta-data/",
            "http://user:pw@127.0.0.1/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "http://inside.example/",
            "https://inside.example/",
            "http:\\\\127.0.0.2\\",
            "/a b",
            "/\xe9",
        ],
    )
    def test_a_chain_that_ends_inside(self, site, location):
        site.pages |= {"/": to("/1"), "/1": to("/2"), "/2": to(location)}
        resolver = names(inside_example=[["127.0.0.2"]])
        with pytest.raises(OutboundRefused):
            get(site.url(), policy=site.policy, resolver=resolver, redirects=3)
        assert len(site.requests) == 3

    def test_an_empty_or_missing_location_is_the_answer(self, site):
        site.pages |= {"/": page(302), "/empty": page(302, Location="")}
        assert get(site.url(), policy=site.policy, redirects=3).status == 302
        assert get(site.url("/empty"), policy=site.policy, redirects=3).status == 302

    def test_credentials_stay_with_their_host(self, sites):
        first, second = sites(), sites()
        first.pages |= {"/": to("/same"), "/same": to(second.url("/other"))}
        second.pages["/other"] = page(body=b"!")
        headers = (
            ("Authorization", "Bearer canary"),
            ("Cookie", "s=canary"),
            ("X-Api-Key", "canary"),
            ("Accept", "text/plain"),
        )
        policy = Policy(allow=(*first.policy.allow, *second.policy.allow))
        get(first.url(), headers=headers, policy=policy, redirects=3)
        assert first.headers(1)["x-api-key"] == first.headers(1)["authorization"].removeprefix("Bearer ") == "canary"
        assert second.headers()["accept"] == "text/plain"
        assert "canary" not in str(second.requests)

    def test_a_body_stays_with_its_host(self, sites):
        first, second = sites(), sites()
        first.pages["/"] = to(second.url(), 307)
        policy = Policy(allow=(*first.policy.allow, *second.policy.allow))
        with pytest.raises(OutboundRefused, match="body"):
            outbound.send(OutboundRequest("POST", first.url(), body=b"canary"), policy=policy, redirects=1)
        assert second.connections == 0

    @pytest.mark.parametrize(
        ("status", "method", "then"),
        [
            (301, "POST", "GET"),
            (302, "POST", "GET"),
            (303, "POST", "GET"),
            (303, "PUT", "GET"),
            (302, "PUT", "PUT"),
            (307, "POST", "POST"),
            (308, "PATCH", "PATCH"),
            (303, "HEAD", "HEAD"),
        ],
    )
    def test_the_method_follows_the_standard(self, site, status, method, then):
        site.pages |= {"/": to("/next", status), "/next": page()}
        body = b"" if method == "HEAD" else b"{}"
        request = OutboundRequest(method, site.url(), (("Content-Type", "application/json"),), body)
        outbound.send(request, policy=site.policy, redirects=1)
        assert (site.requests[1][0], site.requests[1][3]) == (then, body if then == method else b"")
        assert ("content-type" in site.headers(1)) == (then == method)


class TestLimits:
    def test_a_body_of_the_limit_is_whole(self, site):
        site.pages["/"] = page(body=b"x" * 5000)
        assert len(get(site.url(), policy=site.policy, max_bytes=5000).body) == 5000

    def test_a_larger_one_is_an_error(self, site):
        site.pages["/"] = page(body=b"x" * 5001)
        with pytest.raises(OutboundFailed, match="too large"):
            get(site.url(), policy=site.policy, max_bytes=5000)

    def test_a_body_without_end_is_given_up(self, site):
        def endless(handler):
            handler.send_response(200)
            handler.end_headers()
            while not site.stopping.is_set():
                handler.wfile.write(b"x" * 65536)

        site.pages["/"] = endless
        with pytest.raises(OutboundFailed, match="too large"):
            get(site.url(), policy=site.policy)

    def test_a_head_without_end_is_given_up(self, site):
        def endless(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not site.stopping.is_set():
                handler.wfile.write(b"X-Line: " + b"x" * 8000 + b"\r\n")

        site.pages["/"] = endless
        with pytest.raises(OutboundFailed):
            get(site.url(), policy=site.policy)

    def test_a_compressed_body_is_not_unpacked(self, site):
        site.pages["/"] = page(body=b"\x1f\x8bpacked", Content_Encoding="gzip")
        assert get(site.url(), policy=site.policy).body == b"\x1f\x8bpacked"
        assert "accept-encoding" not in site.headers()

    def test_a_slow_body_ends_with_the_time(self, site):
        def slow(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000000")
            handler.end_headers()
            while not site.stopping.wait(0.02):
                handler.wfile.write(b"x")

        site.pages["/"] = slow
        with pytest.raises(OutboundFailed, match="timeout"):
            get(site.url(), policy=site.policy, timeout_s=0.2)

    def test_a_silent_server_ends_with_the_time(self, site):
        site.pages["/"] = lambda handler: site.stopping.wait()
        with pytest.raises(OutboundFailed, match="timeout"):
            get(site.url(), policy=site.policy, timeout_s=0.2)

    def test_a_slow_chain_shares_one_time(self, site):
        def slow(handler):
            site.stopping.wait(0.15)
            to("/")(handler)

        site.pages["/"] = slow
        with pytest.raises(OutboundFailed, match="timeout"):
            get(site.url(), policy=site.policy, timeout_s=0.25, redirects=3)
        assert len(site.requests) == 2

    def test_a_slow_resolver_ends_with_the_time(self):
        done = threading.Event()

        def slow(host, port):
            done.wait(60)
            return [PUBLIC]

        with pytest.raises(OutboundFailed, match="timeout while resolving"):
            get("https://public.example/", resolver=slow, timeout_s=0.1)
        done.set()

    @pytest.mark.parametrize("answer", [[], None])
    def test_a_name_that_nobody_knows(self, answer, sockets):
        resolver = names() if answer is None else names(public_example=[answer])
        with pytest.raises(OutboundFailed, match="cannot be resolved"):
            get("https://public.example/", resolver=resolver)

    def test_a_closed_port(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with pytest.raises(OutboundFailed, match="connection failed"):
            get(f"http://127.0.0.1:{port}/", policy=Policy(allow=(f"127.0.0.1:{port}",)))

    def test_what_is_no_http_is_a_failure(self, site):
        site.pages["/"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")
        with pytest.raises(OutboundFailed):
            get(site.url(), policy=site.policy)


class TestRequest:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    def test_method_body_and_headers_arrive(self, site, method):
        site.pages["/hook"] = page(201, b"made", X_Trace="1")
        body = b'{"a": 1}\x00\xff' if method not in ("GET", "HEAD") else b""
        headers = (("Content-Type", "application/json"), ("X-Signature", "v1=ab"), ("X-Empty", ""))
        request = OutboundRequest(method, site.url("/hook?a=%2F..&b"), headers, body)
        response = outbound.send(request, policy=site.policy)
        assert (response.status, response.header("x-trace")) == (201, "1")
        assert response.body == (b"" if method == "HEAD" else b"made")
        assert (site.requests[0][:2], site.requests[0][3]) == ((method, "/hook?a=%2F..&b"), body)
        sent = site.headers()
        assert (sent["x-signature"], sent["x-empty"], sent["host"]) == ("v1=ab", "", f"127.0.0.1:{site.port}")

    def test_nothing_is_added_but_who_we_are(self, site):
        site.pages["/"] = page()
        outbound.send(OutboundRequest("POST", site.url(), body=b"x" * 2_000_000), policy=site.policy)
        assert set(site.headers()) == {"host", "user-agent", "content-length"}
        assert site.headers()["user-agent"] == "vedette"

    def test_an_empty_post_has_a_length(self, site):
        site.pages["/"] = page()
        outbound.send(OutboundRequest("POST", site.url()), policy=site.policy)
        assert site.headers()["content-length"] == "0"

    def test_the_path_goes_out_as_it_was_given(self, site):
        site.pages["/a/../b"] = page(body=b"!")
        assert get(site.url("/a/../b#fragment"), policy=site.policy).body == b"!"

    @pytest.mark.parametrize(
        "header",
        [
            ("X-A", "a\r\nX-B: b"),
            ("X-A", "a\nb"),
            ("X-A", "a\x00"),
            ("X-A", "snow\u2603"),
            ("X A", "a"),
            ("X-A:", "a"),
            ("", "a"),
            ("X-A\r\nX-B", "a"),
            ("Host", "inside.example"),
            ("hOsT", "inside.example"),
            ("Content-Length", "0"),
            ("Transfer-Encoding", "chunked"),
            ("Connection", "keep-alive"),
            ("Expect", "100-continue"),
            ("Upgrade", "h2c"),
            ("Proxy-Authorization", "Basic x"),
        ],
    )
    def test_headers_that_could_split_or_reroute_are_refused(self, site, header):
        with pytest.raises(OutboundRefused, match="header"):
            get(site.url(), headers=(header,), policy=site.policy)
        assert site.connections == 0

    @pytest.mark.parametrize("method", ["", "get", "CONNECT", "TRACE", "OPTIONS", "GET / HTTP/1.1\r\nX: y"])
    def test_other_methods_are_refused(self, site, method):
        with pytest.raises(OutboundRefused, match="method"):
            outbound.send(OutboundRequest(method, site.url()), policy=site.policy)
        assert site.connections == 0

    def test_the_headers_of_an_interim_answer_do_not_count(self, site):
        def interim(handler):
            handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLocation: /wrong\r\n\r\n")
            page(200, b"x", X_Right="1")(handler)

        site.pages["/"] = interim
        response = get(site.url(), policy=site.policy)
        assert (response.status, response.header("location"), response.header("x-right")) == (200, "", "1")

    def test_proxies_of_the_environment_are_not_used(self, site, sites, monkeypatch):
        proxy = sites()
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        site.pages["/"] = page(body=b"direct")
        assert get(site.url(), policy=site.policy).body == b"direct"
        assert proxy.connections == 0

    def test_a_netrc_file_is_not_read(self, site, tmp_path, monkeypatch):
        (tmp_path / ".netrc").write_text("default login canary password canary\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        site.pages["/"] = page()
        get(site.url(), policy=site.policy)
        assert "authorization" not in site.headers()

    def test_secrets_stand_in_no_repr_and_no_error(self, site):
        request = OutboundRequest("POST", site.url("/canary?canary"), (("X-Key", "canary"),), b"canary")
        site.pages["/canary"] = page(200, b"canary", X_Secret="canary")
        said = [repr(request), repr(outbound.send(request, policy=site.policy)), repr(place(request.url))]
        for url in ("http://127.0.0.2/canary", "https://canary:canary@public.example/", "https://x/canary\n"):
            with pytest.raises(OutboundRefused) as caught:
                outbound.send(replace(request, url=url), policy=site.policy, resolver=never)
            said += [str(caught.value), repr(caught.value), caught.value.reason]
        assert "canary" not in " ".join(said)


class TestPlace:
    @pytest.mark.parametrize(
        ("url", "host", "port", "canonical"),
        [
            ("https://Hook.Example", "hook.example", 443, "https://hook.example/"),
            ("HTTPS://hook.example:443/A?b=C#d", "hook.example", 443, "https://hook.example/A?b=C"),
            ("https://hook.example?x", "hook.example", 443, "https://hook.example/?x"),
            ("http://hook.example:8080/", "hook.example", 8080, "http://hook.example:8080/"),
            ("http://hook.example/", "hook.example", 80, "http://hook.example/"),
            ("https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example", 443, "https://xn--mnchen-3ya.example/"),
            ("https://a_b.host1/", "a_b.host1", 443, "https://a_b.host1/"),
            ("https://93.184.216.34/", PUBLIC, 443, "https://93.184.216.34/"),
            ("https://[2606:2800:0:0::1]/", "2606:2800::1", 443, "https://[2606:2800::1]/"),
            ("https://public.example#@127.0.0.1/", "public.example", 443, "https://public.example/"),
        ],
    )
    def test_a_url_has_one_reading(self, url, host, port, canonical):
        read = place(url)
        assert (read.host, read.port, read.url) == (host, port, canonical)
        assert read.literal == (host in (PUBLIC, "2606:2800::1"))


class TestTls:
    @pytest.fixture
    def tls(self, tmp_path, monkeypatch):
        """A certificate for hook.example and 127.0.0.1 which the machine trusts."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook.example")])
        alternatives = [x509.DNSName("hook.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (tmp_path / "both.pem").write_bytes(key.private_bytes(*form) + pem)
        (tmp_path / "trusted.pem").write_bytes(pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "both.pem")
        return context

    def test_a_name_is_pinned_and_its_certificate_checked(self, sites, tls):
        site = sites("127.0.0.1", tls)
        site.pages["/"] = page(body=b"sealed")
        resolver = names(hook_example=[["127.0.0.1"]])
        url = site.url(host="hook.example", scheme="https")
        assert get(url, policy=site.policy, resolver=resolver).body == b"sealed"
        assert site.headers()["host"] == f"hook.example:{site.port}"

    def test_the_certificate_of_another_name_is_refused(self, sites, tls):
        site = sites("127.0.0.1", tls)
        resolver = names(other_example=[["127.0.0.1"]])
        with pytest.raises(OutboundFailed, match="TLS"):
            get(site.url(host="other.example", scheme="https"), policy=site.policy, resolver=resolver)
        assert site.requests == []

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, sites, tls, monkeypatch):
        site = sites("127.0.0.1", tls)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(OutboundFailed, match="TLS"):
            get(site.url(scheme="https"), policy=site.policy)
        assert site.requests == []

    def test_no_redirect_leads_from_https_to_http(self, sites, tls):
        site, plain = sites("127.0.0.1", tls), sites()
        site.pages["/"] = to(plain.url())
        policy = Policy(allow=(*site.policy.allow, *plain.policy.allow))
        with pytest.raises(OutboundRefused, match="https to http"):
            get(site.url(scheme="https"), policy=policy, redirects=3)
        assert plain.connections == 0
