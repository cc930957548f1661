import json
import sys

import pytest

from tests.range.conftest import Visitor
from vedette.range.manifest import FLAWS, LOOKALIKES, TRAPS
from vedette.range.site import Site
from vedette.range.web import Request

VALUES = (
    None,
    "",
    "x'\"\\)(*&|<>{}[]$;`#%\0\r\n",
    "../../../../etc/passwd",
    "1 UNION SELECT load_extension('x'), readfile('/etc/passwd')",
    "'; ATTACH DATABASE '/tmp/x' AS x; --",
    "; cat /etc/passwd | sh; echo x > /tmp/x; sleep 1; ping -c 1 192.0.2.1",
    "__import__('os').system('id')",
    "open('/etc/passwd').read()",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}${7*7}<%= `id` %>",
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY g SYSTEM "http://192.0.2.1/">]><x>&f;&g;</x>',
    'O:8:"stdClass":1:{s:1:"a";O:8:"stdClass":0:{}}',
    "x" * 3000,
)


def test_a_visitor_gets_one_session(site):
    visitor = Visitor(site)
    first = visitor.get("/")
    assert first.header("Set-Cookie") == f"hg_session={visitor.session}; Path=/"
    assert visitor.get("/").header("Set-Cookie") is None
    visitor.session = "unknown"
    assert "hg_session=" in (visitor.get("/").header("Set-Cookie") or "")


def test_a_missing_page_and_a_wrong_method(visitor):
    missing = visitor.get("/nothing/<b>")
    assert missing.status == 404 and "/nothing/&lt;b&gt;" in missing.text
    wrong = visitor.ask("POST", "/search")
    assert wrong.status == 405 and wrong.header("Allow") == "GET, HEAD, OPTIONS"
    assert visitor.ask("DELETE", "/newsletter").header("Allow") == "GET, HEAD, OPTIONS, POST"


def test_options_tells_the_methods(visitor):
    answer = visitor.ask("OPTIONS", "/api/orders/1")
    assert (answer.status, answer.header("Allow")) == (204, "DELETE, OPTIONS")
    assert visitor.ask("OPTIONS", "/nothing").status == 404


def test_head_is_answered_like_get(visitor):
    assert visitor.ask("HEAD", "/").status == visitor.get("/").status == 200


def test_malformed_input_is_a_bad_request(visitor):
    assert visitor.ask("POST", "/contact", body="x", media="multipart/form-data").status == 400
    assert visitor.get("/search?" + "&".join("q=1" for _ in range(300))).status == 400
    assert visitor.ask("POST", "/api/notify", body="[]").status == 400


def test_extra_files_are_published_at_the_root():
    site = Site(serve={"proof.txt": "mine <b>"})
    visitor = Visitor(site)
    assert visitor.get("/proof.txt").text == "mine <b>"
    assert visitor.get("/proof.txt").header("Content-Type") == "text/plain; charset=utf-8"
    assert visitor.get("/proof").status == 404 and visitor.ask("POST", "/proof.txt").status == 404
    site.close()


def test_the_user_of_a_request_is_known(site, visitor):
    visitor.get("/")
    request = Request(method="GET", path="/", headers={"cookie": f"hg_session={visitor.session}"})
    assert site.user_of(request) == ""
    visitor.ask("POST", "/account/login", body="login=demo&password=harbour")
    assert site.user_of(request) == "demo" and site.user_of(Request(method="GET", path="/")) == ""


def run(site):
    visitor = Visitor(site)
    spots = (*FLAWS, *LOOKALIKES)
    answers = [visitor.plant(spot.id, value) for spot in spots for value in (None, "x'")]
    return [(answer.whole, answer.headers) for answer in answers if b"It is " not in answer.body]


def test_two_runs_answer_the_same():
    first, second, third = Site(nap=lambda _: None), Site(nap=lambda _: None), Site(seed=2, nap=lambda _: None)
    assert run(first) == run(second) != run(third)
    for site in (first, second, third):
        site.close()


class Watch:
    """Notes what the interpreter is asked to do while it looks."""

    def __init__(self):
        self.looking = False
        self.seen = []
        sys.addaudithook(self.hook)

    def hook(self, event, arguments):
        if not self.looking:
            return
        first = arguments[0] if arguments else None
        outside = event.startswith(
            ("open", "os.", "subprocess.", "socket.", "shutil.", "urllib.", "ctypes.", "pty.", "tempfile.")
        )
        database = event == "sqlite3.connect" and first != ":memory:"
        # Reading text as a syntax tree is "compile"; running it would be "exec".
        if outside or database or event in ("import", "exec"):
            self.seen.append((event, str(arguments)[:200]))


@pytest.fixture(scope="module")
def watch():
    return Watch()


def test_nothing_leaves_the_process_whatever_is_sent(watch, visitor, naps):
    spots = (*FLAWS, *LOOKALIKES)
    for spot in spots:
        visitor.plant(spot.id)
    watch.looking = True
    try:
        for spot in spots:
            for value in VALUES:
                assert visitor.plant(spot.id, value).status in range(200, 600)
        for trap in TRAPS:
            visitor.spring(trap)
    finally:
        watch.looking = False
    assert watch.seen == []


def test_the_watch_sees_a_file_being_opened(watch):
    watch.seen.clear()
    watch.looking = True
    with open(__file__):
        watch.looking = False
    assert watch.seen and watch.seen[0][0] == "open"
    watch.seen.clear()


@pytest.mark.parametrize("spot", [*FLAWS, *LOOKALIKES], ids=lambda spot: spot.id)
def test_odd_bodies_are_answered(visitor, spot):
    for body in ("", "{", "[]", "{}", json.dumps({"filter": [], "mail": 3, "document": {"path": []}}), "\ufffd" * 10):
        for media in (spot.media, "", "multipart/form-data; boundary=x"):
            assert visitor.ask("POST", spot.url, body=body, media=media).status < 600
