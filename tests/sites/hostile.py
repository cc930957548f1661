"""A site that means harm to whoever reads it: bombs, floods, drips, broken framing, payloads wherever a report looks.

Serves on loopback from threads of this process. Each page is one way to be nasty; the home page links to the chosen
ones. No page has a flaw of its own, so a finding about an input is a false alarm unless the page echoes it unescaped.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import html
import itertools
import random
import socket
import socketserver
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

ESCAPES = "\x1b[2J\x1b[31mRED\x07\x1b]0;title\x07\u202e\u0000\x9b1m"
SCRIPT = "</script></style></title>\"'><script>alert(1)</script><img src=x onerror=alert(1)>]]>&lt;--"
NASTY = SCRIPT + ESCAPES


@dataclass(slots=True)
class Asked:
    """One request as read from the wire."""

    method: str
    target: str
    raw: bytes
    wait: Callable[[float], bool]

    @property
    def fields(self) -> dict[str, str]:
        """The query's fields, the last of each name."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


Page = Callable[[Asked], Iterable[bytes]]
PAGES: dict[str, Page] = {}


def page(path: str) -> Callable[[Page], Page]:
    """Puts a page at a path, and at every path below it when it ends with a slash."""

    def put(function: Page) -> Page:
        PAGES[path] = function
        return function

    return put


def answer(
    body: bytes | str, *headers: tuple[str, str | bytes], status: str = "200 OK", kind: str = "text/html"
) -> Iterator[bytes]:
    """A whole answer, correctly framed."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}".encode(), f"Content-Type: {kind}".encode(), b"Content-Length: %d" % len(data)]
    for name, value in headers:
        lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
    yield b"\r\n".join(lines) + b"\r\nConnection: close\r\n\r\n"
    yield data


def raw(*pieces: bytes) -> Iterator[bytes]:
    """Bytes as they are."""
    return iter(pieces)


# Bodies that do not end, or end too late.


@functools.cache
def zeros(size: int) -> bytes:
    """A gzip stream of so many zero bytes, but for its trailer."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"\0" * (1 << 20)
    first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    # After a full flush nothing refers to what came before: the same bytes stand for each further block.
    return first + again * ((size >> 20) - 1)


@page("/gzip-bomb")
def gzip_bomb(asked: Asked) -> Iterable[bytes]:
    return answer(zeros(1 << 30), ("Content-Encoding", "gzip"))


@page("/gzip-garbage")
def gzip_garbage(asked: Asked) -> Iterable[bytes]:
    return answer(b"this is not gzip" * 50, ("Content-Encoding", "gzip, br, gzip, deflate"))


@page("/gzip-twice")
def gzip_twice(asked: Asked) -> Iterable[bytes]:
    return answer(gzip.compress(zeros(1 << 28)), ("Content-Encoding", "gzip, gzip"))


@page("/endless")
def endless(asked: Asked) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    block = b"<p>and so on <a href='/endless?x=1'>more</a>" * 500
    while not asked.wait(0):
        yield block


@page("/drip")
def drip(asked: Asked) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Slow"
    while not asked.wait(1):
        yield b"."


@page("/drip-head")
def drip_head(asked: Asked) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nX-Slow: "
    while not asked.wait(1):
        yield b"."


@page("/silent")
def silent(asked: Asked) -> Iterable[bytes]:
    while not asked.wait(1):
        pass
    return raw()


# Pages that are large or deep.


@page("/links")
def links(asked: Asked) -> Iterable[bytes]:
    return answer("".join(f'<a href="/leaf/{n}?a={n}&b=2">{n}</a>\n' for n in range(100_000)))


@page("/deep-tags")
def deep_tags(asked: Asked) -> Iterable[bytes]:
    return answer("<div><form><table><svg><p>" * 40_000 + f"<b>{html.escape(asked.target)}")


@page("/deep-attributes")
def deep_attributes(asked: Asked) -> Iterable[bytes]:
    return answer("<p " + " ".join(f"a{n}='<" for n in range(100_000)) + ">" + "<" * 200_000 + "<!--" * 100_000)


@page("/deep-json")
def deep_json(asked: Asked) -> Iterable[bytes]:
    return answer("[" * 200_000 + "]" * 200_000, kind="application/json")


@page("/deep-object")
def deep_object(asked: Asked) -> Iterable[bytes]:
    return answer('{"a":' * 100_000 + "1" + "}" * 100_000, kind="application/json")


@page("/huge-number")
def huge_number(asked: Asked) -> Iterable[bytes]:
    return answer('{"a":' + "9" * 100_000 + ',"b":1e999999,"c":NaN,"d":"\\ud800"}', kind="application/json")


@page("/deep-xml")
def deep_xml(asked: Asked) -> Iterable[bytes]:
    return answer("<a>" * 100_000 + "</a>" * 100_000, kind="text/xml")


@page("/big-script")
def big_script(asked: Asked) -> Iterable[bytes]:
    chunk = "var a{n}='x',b=\"/api/v{n}?q=\"+a{n};fetch(b,{{method:'POST',body:JSON.stringify({{k:[{n}]}})}});\n"
    return answer("<script>" + "".join(chunk.format(n=n) for n in range(33_000)) + "</script>")


@page("/open-script")
def open_script(asked: Asked) -> Iterable[bytes]:
    text = "fetch(" * 50_000 + "'" + "\\" * 100_001 + "(((((" * 50_000 + "/*" * 50_000 + "`${" * 50_000
    return answer("<script>" + text)


@page("/one-word")
def one_word(asked: Asked) -> Iterable[bytes]:
    return answer("a" * 1_500_000 + " " * 500_000 + "AKIA" * 50_000 + "-" * 200_000 + "=" * 200_000 + "\n" * 200_000)


@page("/many-fields")
def many_fields(asked: Asked) -> Iterable[bytes]:
    inputs = "".join(f'<input name="f{n}" value="{n}" pattern="(a+)+$">' for n in range(3_000))
    return answer(f'<form method="post" action="/many-fields">{inputs}<button>Go</button></form>')


@page("/many-forms")
def many_forms(asked: Asked) -> Iterable[bytes]:
    forms = (
        f'<form action="/leaf/f{n}"><input name="q{n}"><select name=s>{"<option>" * 9}</form>' for n in range(4_000)
    )
    return answer("".join(forms))


# Addresses without end and out of bounds.


@page("/unique/")
def unique(asked: Asked) -> Iterable[bytes]:
    dice = random.Random(asked.target)
    words = [f"{dice.getrandbits(40):x}" for _ in range(60)]
    rows = (f'<a href="/unique/{a}/{b}?{b}={a}&{a}">{a}</a>' for a, b in itertools.pairwise(words))
    return answer("".join(rows))


@page("/leaf/")
def leaf(asked: Asked) -> Iterable[bytes]:
    return answer("<title>Leaf</title><p>Nothing grows here.")


@page("/loop")
def loop(asked: Asked) -> Iterable[bytes]:
    return answer("", ("Location", "/loop?again=1"), status="302 Found")


@page("/growing")
def growing(asked: Asked) -> Iterable[bytes]:
    return answer("", ("Location", asked.target + ("&" if "?" in asked.target else "?") + "x=1"), status="307 More")


@page("/away")
def away(asked: Asked) -> Iterable[bytes]:
    number = int(asked.fields.get("to", "0")) if asked.fields.get("to", "0").isdecimal() else 0
    return answer("", ("Location", AWAY[number % len(AWAY)]), status="302 Found")


AWAY = (
    "file:///etc/passwd", "javascript:alert(1)", "http://169.254.169.254/latest/meta-data/", "http://localhost:22/",
    "http://[::1", "http://127.0.0.1:99999/", "gopher://127.0.0.1:70/_x", "//", "http://", "\\\\evil\\x",
    "data:text/html,x", "http://user:pass@127.0.0.1/", "http://xn--/", "http://" + "a" * 300 + "/", "/" + "b" * 60_000,
    "http://0x7f000001:1/", "\x01\x02", "http://a..b/", "http://127.0.0.1%00.x/",
)  # fmt: skip


@page("/bad-links")
def bad_links(asked: Asked) -> Iterable[bytes]:
    rows = [f'<a href="/away?to={n}">go</a><a href="{html.escape(url)}">x</a>' for n, url in enumerate(AWAY)]
    rows += [f'<img src="{html.escape(url)}"><form action="{html.escape(url)}"><input name=a></form>' for url in AWAY]
    return answer("<base href='http://[::1/'>" + "".join(rows) + '<base href="javascript:x">')


# Heads that are wrong.


@page("/long-header")
def long_header(asked: Asked) -> Iterable[bytes]:
    return answer("<p>long", ("X-Long", "x" * 100_000))


@page("/many-headers")
def many_headers(asked: Asked) -> Iterable[bytes]:
    return answer("<p>many", *((f"X-H{n}", str(n)) for n in range(5_000)))


@page("/many-places")
def many_places(asked: Asked) -> Iterable[bytes]:
    return answer("", ("Location", "/leaf/a"), ("Location", "/leaf/b"), status="302 Found")


@page("/same-headers")
def same_headers(asked: Asked) -> Iterable[bytes]:
    twice = ("Content-Type", "Content-Security-Policy", "Strict-Transport-Security", "Vary", "Server", "Allow",
             "Access-Control-Allow-Origin", "X-Frame-Options", "X-Powered-By", "Refresh", "Link")  # fmt: skip
    return answer("<p>same", *((name, f"{n} {NASTY}".replace("\0", "")) for name in twice for n in range(20)))


@page("/odd-headers")
def odd_headers(asked: Asked) -> Iterable[bytes]:
    odd = [("X-Nul", b"a\0b"), ("X-High", bytes(range(128, 256))), ("X-Ctrl", b"\x01\x1b[31m\x7f"), ("", b"none"),
           ("X Space", b"1"), ("X-Cr", b"a\rb"), ("X-\u00e9", b"1"),
           ("Server", b"\x1b[31m<script>alert(1)</script>/1.0")]  # fmt: skip
    return answer("<p>odd", *odd)


@page("/bad-status")
def bad_status(asked: Asked) -> Iterable[bytes]:
    return raw(b"HTTP/9.9 -20 \x1b[31mNO\r\nX: 1\r\n\r\n<p>bad")


@page("/no-status")
def no_status(asked: Asked) -> Iterable[bytes]:
    return raw(b"\0\xff\x1b[31mhello\r\n\r\n")


@page("/long-status")
def long_status(asked: Asked) -> Iterable[bytes]:
    return raw(b"HTTP/1.1 200 " + b"A" * 200_000 + b"\r\n\r\n<p>long")


@page("/status-999")
def status_999(asked: Asked) -> Iterable[bytes]:
    return answer("<p>what", status="999 " + SCRIPT)


@page("/endless-100")
def endless_100(asked: Asked) -> Iterable[bytes]:
    while not asked.wait(0.001):
        yield b"HTTP/1.1 100 Continue\r\n\r\n"


@page("/negative-length")
def negative_length(asked: Asked) -> Iterable[bytes]:
    return raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -5\r\n\r\n<p>hello")


@page("/two-lengths")
def two_lengths(asked: Asked) -> Iterable[bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\nContent-Length: 90\r\n"
    return raw(head + b"Transfer-Encoding: chunked\r\n\r\n<p>hello")


@page("/huge-length")
def huge_length(asked: Asked) -> Iterable[bytes]:
    return raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999999999999999\r\n\r\n<p>hello")


@page("/bad-chunks")
def bad_chunks(asked: Asked) -> Iterable[bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return raw(head + b"5\r\nhello\r\nZZ;\xff\r\n-1\r\nFFFFFFFFFFFFFFFFF\r\nx")


@page("/early-close")
def early_close(asked: Asked) -> Iterable[bytes]:
    return raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>hel")


@page("/nothing")
def nothing(asked: Asked) -> Iterable[bytes]:
    return raw()


@page("/reset")
def reset(asked: Asked) -> Iterable[bytes]:
    if random.Random(asked.raw).random() < 0.6:
        raise ConnectionResetError
    return answer("<title>Sometimes</title><a href='/reset?n=1'>again</a>")


# Words that are not what they say.


@page("/wrong-charset")
def wrong_charset(asked: Asked) -> Iterable[bytes]:
    name = "".join(char for char in asked.fields.get("c", "zlib_codec") if char.isalnum() or char in "-_.")
    if name == "punycode":
        return answer("<p>a-" + "b9" * 500_000, kind="text/html; charset=punycode")
    body = "<meta charset=idna><meta charset='\x1b[31m'><p>\u00fc\u00fc".encode("utf-16")
    return answer(body, kind=f"text/html; charset={name}")


@page("/charsets")
def charsets(asked: Asked) -> Iterable[bytes]:
    names = ("utf-7", "idna", "punycode", "base64", "rot13", "unicode_escape", "undefined", "mbcs", "..", "a" * 999)
    return answer("".join(f'<a href="/wrong-charset?c={name}">x</a>' for name in names))


@page("/binary")
def binary(asked: Asked) -> Iterable[bytes]:
    return answer(random.Random(1).randbytes(300_000))


@page("/bad-utf8")
def bad_utf8(asked: Asked) -> Iterable[bytes]:
    body = b"<title>\xff\xfe\xc0\xaf</title><a href='/leaf/\xff\xfe?\xe9=\xff&b=%ff%00%zz'>\xed\xa0\x80</a>"
    return answer(
        body + b"<form action='/leaf/\xff'><input name='\xff\0' value='\xc3'></form>", kind="text/html; charset=utf-8"
    )


@page("/lone-surrogates")
def lone_surrogates(asked: Asked) -> Iterable[bytes]:
    return answer(
        "<a href='/leaf/&#xd800;?&#xd800;=&#0;&#x110000;'>x</a>"
        "<form action='/leaf/s'><input name='&#xdfff;' value='\ud800'></form>"
    )


# Floods and bombs beside the pages.


@page("/robots.txt")
def robots(asked: Asked) -> Iterable[bytes]:
    rows = (f"Disallow: /leaf/r{n}*?x={n}\nAllow: {NASTY}" for n in range(25_000))
    return answer(
        "User-agent: *\n" + "\n".join(rows) + "\nSitemap: /sitemap.xml\nSitemap: file:///etc/passwd", kind="text/plain"
    )


@page("/sitemap.xml")
def sitemap(asked: Asked) -> Iterable[bytes]:
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{names}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    host = asked.raw.lower().partition(b"\r\nhost:")[2].partition(b"\r\n")[0].decode("latin-1").strip()
    rows = "".join(f"<url><loc>http://{host}/leaf/s{n}</loc></url>" for n in range(50_000))
    return answer(f"{bomb}<urlset><url><loc>/leaf/&l11;&f;</loc></url>{rows}</urlset>", kind="text/xml")


@page("/cookies")
def cookies(asked: Asked) -> Iterable[bytes]:
    jar = [("Set-Cookie", f"c{n}={n}; Path=/; Max-Age={'9' * (n % 40)}") for n in range(2_000)]
    odd = [("Set-Cookie", "big=" + "x" * 90_000), ("Set-Cookie", NASTY.replace("\0", "")), ("Set-Cookie", "=; ; ;=;"),
           ("Set-Cookie", "d=1; Expires=Thu, 99 Foo 99999 99:99:99 GMT; Domain=.."),
           ("Set-Cookie", b"\xff=\xfe\x01")]  # fmt: skip
    return answer("<p>yum", *jar[:500], *odd, *jar[500:])


@page("/payloads")
def payloads(asked: Asked) -> Iterable[bytes]:
    safe = html.escape(NASTY)
    body = (
        f"<title>{safe}</title><meta name=generator content='{safe}'><a href='/leaf/{safe}?{safe}={safe}'>x</a>"
        f"<form action='/leaf/{safe}' method='{safe}'><input name='{safe}' value='{safe}' type='{safe}'></form>"
    )
    plain = NASTY.replace("\0", "")
    return answer(body, ("Server", plain), ("X-Powered-By", f"PHP/5.1.0{plain}"), ("Set-Cookie", f"{plain}=1"))


@page("/too-many")
def too_many(asked: Asked) -> Iterable[bytes]:
    return answer("<p>later", ("Retry-After", "999999"), status="429 Too Many")


@page("/echo")
def echo(asked: Asked) -> Iterable[bytes]:
    text = html.escape(asked.raw.decode("latin-1"))
    return answer(f"<p>{text}</p>\n" * 1_000 + "<form action='/echo' method=post><input name=q><input name=r></form>")


@dataclass(slots=True)
class Hostile:
    """The running site: its address, and the targets that were asked for, in order."""

    url: str
    log: list[str]


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, pages: Sequence[str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages = pages
        self.closing = threading.Event()
        self.log: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Peers that hang up are no news."""


class Handler(socketserver.BaseRequestHandler):
    server: Server
    request: socket.socket

    def handle(self) -> None:
        self.request.settimeout(10)
        raw = self.read()
        if not raw:
            return
        method, _, rest = raw.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        asked = Asked(method, rest.rpartition(" ")[0], raw, self.server.closing.wait)
        self.server.log.append(f"{asked.method} {asked.target}")
        try:
            for piece in self.route(asked):
                self.request.sendall(piece)
        except ConnectionResetError:
            # Closing with nothing to linger for sends a reset.
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def read(self) -> bytes:
        """The head of a request and as much of the body as it announces."""
        data = b""
        while b"\r\n\r\n" not in data:
            block = self.request.recv(65_536)
            if not block:
                return b""
            data += block
        head, _, body = data.partition(b"\r\n\r\n")
        sizes = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while sizes and len(body) < int(sizes[0]):
            block = self.request.recv(65_536)
            if not block:
                break
            body += block
        return head + b"\r\n\r\n" + body

    def route(self, asked: Asked) -> Iterable[bytes]:
        path = urlsplit("http://x" + asked.target).path if asked.target.startswith("/") else "/none"
        if path == "/":
            return answer(
                "<title>Hostile</title>" + "".join(f'<a href="{html.escape(name)}">x</a>' for name in self.server.pages)
            )
        for name in (path, path[: path.find("/", 1) + 1]):
            if name in PAGES and (name in self.server.pages or name in ("/leaf/", "/away", "/wrong-charset")):
                return PAGES[name](asked)
        return answer("<title>None</title><p>There is no such page.", status="404 Not Found")


@contextlib.contextmanager
def hostile(pages: Sequence[str] = tuple(PAGES)) -> Iterator[Hostile]:
    """The site while the block runs, with only these of its pages."""
    server = Server(pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Hostile(f"http://127.0.0.1:{server.server_address[1]}/", server.log)
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
