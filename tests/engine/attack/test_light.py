from __future__ import annotations

import html
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.compare import Model
from vedette.engine.attack.example import Handler
from vedette.engine.attack.light import calls_for, light_values, react
from vedette.engine.attack.mutations import with_value
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Reaction
from vedette.engine.attack.reflection import METACHARS
from vedette.engine.attack.rng import Rng


def query_point(value: str = "lamp", path: str = "/search") -> Point:
    return Point(Target(Request("GET", f"http://site.example{path}?q={value}"), path), PointKind.QUERY, "q", value)


def page(body: str, status: int = 200, **headers: str) -> Response:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, (("Content-Type", "text/html"), *pairs), body.encode())


def q_of(request: Request) -> str:
    return parse_qs(urlsplit(request.url).query, keep_blank_values=True).get("q", [""])[0]


def reaction(handler: Handler, point: Point) -> Reaction:
    def send(request: Request) -> Exchange:
        return Exchange(request, handler(request))

    harmless, odd = light_values(point, Rng(1, "test", b"secret"))
    model = Model.learn([send(point.target.request) for _ in range(3)])
    return react(point, model, send(with_value(point, harmless)), send(with_value(point, odd)), harmless, odd)


def signs(handler: Handler, value: str = "lamp") -> set[str]:
    return set(reaction(handler, query_point(value)).signs)


def test_a_site_that_ignores_the_value_is_dull() -> None:
    found = reaction(lambda request: page("<p>Welcome</p>"), query_point())
    assert found.dull
    assert found.signs == frozenset()
    assert reaction(lambda request: page("<p>Welcome</p>"), query_point("7")).signs == {"number-like"}


def test_a_safe_reflection() -> None:
    found = reaction(lambda request: page(f"<p>{html.escape(q_of(request))}</p>"), query_point())
    assert found.signs == {"reflected"}
    assert [item.context for item in found.reflections] == ["text"]
    assert set(found.reflections[0].survived) == set(METACHARS) - set("'\"<>")


def test_an_open_reflection() -> None:
    found = reaction(lambda request: page(f"<p>{q_of(request)}</p>"), query_point())
    assert found.reflections[0].survived == METACHARS


def test_a_value_refused_for_its_characters_is_still_reflected_when_harmless() -> None:
    def handler(request: Request) -> Response:
        value = q_of(request)
        return page(f"<p>{value}</p>") if value.isalnum() else page("<p>Letters only, please</p>", 400)

    found = reaction(handler, query_point())
    assert found.signs == {"reflected", "odd"}
    assert found.reflections[0].survived == ""


def test_a_lookup_changes_with_the_value() -> None:
    assert signs(lambda request: page("<h1>Lamp</h1>" if q_of(request) == "lamp" else "<h1>Nothing</h1>")) == {
        "changed"
    }
    casts = {"7": "<h1>Lamp</h1>"}
    assert signs(lambda request: page(casts.get(q_of(request), "<h1>Nothing</h1>")), "7") == {"changed", "number-like"}


def test_headers_and_redirects() -> None:
    found = reaction(lambda request: page("", 302, Location=f"/go/{q_of(request)[:18]}"), query_point())
    assert found.signs >= {"reflected-header", "reflected-location"}
    cookie = reaction(lambda request: page("", Set_Cookie=f"q={q_of(request)[:12]}"), query_point())
    assert cookie.signs == {"reflected-header"}


@pytest.mark.parametrize(
    ("message", "family"),
    [
        ("You have an error in your SQL syntax", "sql"),
        ("javax.naming.InvalidNameException", "ldap"),
        ("jinja2.exceptions.TemplateSyntaxError", "template"),
    ],
)
def test_errors_give_their_family(message: str, family: str) -> None:
    def handler(request: Request) -> Response:
        return page(f"<pre>{message}</pre>", 500) if "'" in q_of(request) else page("<p>fine</p>")

    assert signs(handler) == {"error", f"error:{family}", "failed", "odd"}


def test_a_site_that_always_fails_did_not_fail_because_of_us() -> None:
    assert signs(lambda request: page("<p>Internal error</p>", 500)) == set()


def test_a_firewall_is_no_oddity() -> None:
    def handler(request: Request) -> Response:
        return page("<h1>Request blocked</h1>", 403) if "'" in q_of(request) else page("<p>fine</p>")

    assert signs(handler) == set()


def path_point(template: str = "/about", value: str = "about") -> Point:
    target = Target(Request("GET", f"http://site.example{template.replace('{}', value)}"), template)
    return Point(target, PointKind.PATH, str(template.count("/") - 1), value)


def only(path: str, elsewhere: Response | None = None) -> Handler:
    return lambda request: page("x") if urlsplit(request.url).path == path else elsewhere or page("no", 404)


@pytest.mark.parametrize("status", [404, 410])
def test_a_path_that_leads_nowhere_is_dull(status: int) -> None:
    found = reaction(only("/about", page("no", status)), path_point())
    assert found.dull
    assert found.signs == {"missing"}


def test_a_segment_known_to_vary_has_selected_something_else() -> None:
    assert reaction(only("/staff/mira"), path_point("/staff/{}", "mira")).signs == {"changed"}


def test_a_page_for_missing_addresses_that_names_them_is_no_reaction() -> None:
    def told(request: Request) -> Response:
        path = unquote(urlsplit(request.url).path)
        return page("x") if path == "/about" else page(f"<p>No {html.escape(path, quote=False)} here</p>", 404)

    found = reaction(told, path_point())
    assert found.dull
    assert found.reflections == ()


def test_a_page_for_missing_addresses_that_repeats_markup_is_one() -> None:
    def told(request: Request) -> Response:
        path = unquote(urlsplit(request.url).path)
        return page("x") if path == "/about" else page(f"<p>No {path} here</p>", 404)

    assert reaction(told, path_point()).signs == {"missing", "reflected"}


def test_a_site_may_say_no_with_an_ordinary_status() -> None:
    point = path_point()
    handler = only("/about", page("<h1>Nothing here</h1>"))
    first, second = (
        Exchange(request, handler(request)) for request in (with_value(point, "a"), with_value(point, "b"))
    )
    model = Model.learn([Exchange(point.target.request, handler(point.target.request))] * 3)
    assert react(point, model, first, second, "a", "b").signs == {"changed"}
    assert react(point, model, first, second, "a", "b", gone=True).signs == {"missing"}


def test_a_server_that_refuses_odd_paths_is_dull() -> None:
    point = Point(Target(Request("GET", "http://site.example/about"), "/about"), PointKind.PATH, "0", "about")

    def handler(request: Request) -> Response:
        return page("x") if request.url.endswith("/about") else page("bad", 400 if "%27" in request.url else 404)

    assert reaction(handler, point).dull


def test_a_missing_parameter_is_no_reaction_to_another_name() -> None:
    point = Point(query_point().target, PointKind.NAME, "q", "q")
    assert reaction(lambda request: page("Lamps" if q_of(request) else "Search what?"), point).dull


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ("lamp", "v"),
        ("", "v"),
        ("7", ""),
        ("2.5", ""),
        ("http://other.example/a?b", "http://other.example/v"),
        ("/home", "/v"),
    ],
)
def test_values_keep_the_type(value: str, start: str) -> None:
    harmless, odd = light_values(query_point(value), Rng(1, "test", b"secret"))
    assert harmless.startswith(start)
    assert odd.startswith(harmless + METACHARS)
    assert harmless != value
    if value == "7":
        assert harmless.isdigit()
    if value == "2.5":
        assert float(harmless) > 0


def test_mail_addresses_stay_mail_addresses() -> None:
    harmless, odd = light_values(query_point("anna@site.example"), Rng(1, "test", b"secret"))
    assert harmless.endswith("@mail.test")
    assert odd.endswith("@mail.test")
    assert METACHARS in odd


def test_values_repeat_with_their_seed() -> None:
    assert light_values(query_point(), Rng(1, "a")) == light_values(query_point(), Rng(1, "a"))
    assert light_values(query_point(), Rng(1, "a")) != light_values(query_point(), Rng(1, "b", b"x"))


@pytest.mark.parametrize(
    ("found", "technologies", "expected"),
    [
        ({"odd"}, set(), True),
        ({"changed"}, set(), False),
        ({"changed"}, {"php"}, True),
        (set(), {"php"}, False),
        ({"number-like"}, {"php"}, False),
        ({"missing"}, {"php"}, False),
        ({"reflected", "number-like"}, {"php"}, True),
        ({"file-like"}, set(), True),
    ],
)
def test_what_calls_for_full_depth(found: set[str], technologies: set[str], expected: bool) -> None:
    info = CheckInfo(
        id="a-b",
        title="",
        kind=Kind.ACTIVE,
        phase=Phase.DETECT,
        severity=Severity.LOW,
        proof=ProofLevel.FIRM,
        cwe=(1,),
        wants=("odd", "php", "file-like"),
    )
    assert calls_for(info, Reaction(frozenset(found)), frozenset(technologies)) is expected


def test_a_path_segment_is_asked_for_in_a_way_that_routers_let_through() -> None:
    """Routers split at slashes, also encoded ones: such a value would never reach the program behind."""

    def user(request: Request) -> Response:
        name = unquote(urlsplit(request.url).path.removeprefix("/users/"))
        if "/" in name or "\\" in name:
            return page("no such page", 404)
        if "'" in name:
            return page('sqlite3.OperationalError: near "x": syntax error', 500)
        return page("<p>Ada</p>") if name == "ada" else page("no such user", 404)

    target = Target(Request("GET", "http://site.example/users/ada"), "/users/ada")
    found = reaction(user, Point(target, PointKind.PATH, "1", "ada"))
    assert "error:sql" in found.signs
