import time

import pytest

from vedette.engine.parse import scripts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('fetch("/api/v1/items?page=3")', ["/api/v1/items?page=3"]),
        ("x = `/api/users/${user.id}/posts`", ["/api/users/1/posts"]),
        ("u = '/a/' + v + '/b?c=' + d", ["/a/1/b?c=1", "/b?c=1"]),
        ('a = "https://cdn.test/x.js"', ["https://cdn.test/x.js"]),
        ('a = "//cdn.test/x.js"', ["//cdn.test/x.js"]),
        ("import('./chunk-1.js')", ["./chunk-1.js"]),
        ('location.href = "next?id=4"', ["next?id=4"]),
        ("window.open('popup')", ["popup"]),
        ("load('items.php')", ["items.php"]),
        ("load('data/list.json?x=1')", ["data/list.json?x=1"]),
        ("get('api/things')", ["api/things"]),
        ('a = "\\/escaped\\/path"', []),
        ("const base = '/api'; get(base + '/users')", ["/api", "/api/users"]),
        ("var d = 'http://s.test/'; var p = 'a/b'; var u = d + p;", ["http://s.test/", "http://s.test/a/b"]),
        ("const v = 'v2'; load(`/api/${v}/users/${id}`)", ["/api/v2/users/1"]),
        ("function f(v) { load('/api/' + v) } const v = 'x'", ["/api/1"]),
        ("const c = {api: {root: '/r'}}; load(c.api.root + '/x')", ["/r", "/r/x"]),
        ("let u = '/a'; u += '/b'; load(u + '?c=1')", ["/a", "/b", "/a/b?c=1"]),
        ("this.base = '/s/'; load(this.base + 'list')", ["/s/", "/s/list"]),
        ("load(location.origin + '/x/y')", ["/x/y"]),
        ("load(location.protocol + '//' + location.host + '/ws/a')", ["/ws/a"]),
        ("new WebSocket('wss://s.test/live')", ["https://s.test/live"]),
        ("load(['/a', 'b', id].join('/'))", ["/a/b/1"]),
        ("load('/a'.concat('/b/', id))", ["/a/b/1"]),
        ("load((x ? '/yes/' : '/no/') + 'z')", ["/yes/", "/no/", "/yes/z"]),
        ("load(unknown + '/tail/x')", ["/tail/x"]),
        ("load(`${unknown}/tail/${id}`)", ["/tail/1"]),
        (
            "r = [{path: 'shop', children: [{path: 'item/:id', component: I}]}, {path: '**', component: N}]",
            ["/shop", "/shop/item/1"],
        ),
        ("r = [{path: '/', children: [{path: 'about', component: A}]}, {path: 'x'}]", ["/about"]),
        ("app.get('/users/:id/posts')", ["/users/1/posts"]),
        ("// see http://s.test/old and /admin/tools.\nx()", ["http://s.test/old", "/admin/tools"]),
        ("x()\n//# sourceMappingURL=app.js.map", ["app.js.map"]),
        ('a = "caf\u00e9"; b = "/\u00fc/x" + "/y"', ["/\u00fc/x/y"]),
        ("var a = a + '/x'; load(a)", ["/x"]),
    ],
)
def test_finds_addresses_in_strings(text, expected):
    assert scripts.endpoints(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"text/html"',
        '"application/json"',
        "/ab+c/.test(x)",
        'a = "a / b"',
        '"//"',
        "'/^x$/'",
        "a = b / c / d",
        '"lodash/fp"',
        "a = /[\"']\\/path\\/x/.test(b)",
        "alert('Hello ' + name + ' and welcome')",
        "width + 'px'",
        "// divide a/b by c/d",
    ],
)
def test_passes_over_what_is_no_address(text):
    assert scripts.endpoints(text) == []


def test_names_of_request_headers():
    text = """
    xhr.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    fetch("/a", {headers: {"X-CSRF-Token": t, 'x-requested-with': "y"}});
    axios.defaults.headers.common['X-App'] = 'k';
    new Request(u, {headers: new Headers({"X-Api-Version": "2"})});
    h = headers.append('X-Trace', id); if (headers["Accept"] == 1) {}
    """
    assert scripts.header_names(text) == ["X-Requested-With", "X-App", "X-Trace", "X-CSRF-Token", "X-Api-Version"]


@pytest.mark.parametrize(
    "bomb",
    [
        '"' * 400_000,
        '"/' * 200_000,
        '"/a\\' * 60_000,
        "'/a'+((" * 30_000,
        "`/${" * 60_000,
        "'/a'+" * 100_000,
        "a='/x'+a;" * 60_000,
        "{path:'a',children:[" * 40_000,
        "// /a/b\n" * 90_000,
        '"a/b\\' * 60_000,
    ],
)
def test_hostile_scripts_cost_bounded_time(bomb):
    started = time.process_time()
    scripts.endpoints(bomb)
    scripts.header_names(bomb)
    assert time.process_time() - started < 12


def test_results_are_bounded():
    assert len(scripts.endpoints(";".join(f'"/p/{number}"' for number in range(2_000)))) == scripts.MAX_ENDPOINTS


def test_long_bundles_are_read_at_a_good_pace():
    piece = 'function f%d(e,t){const n="/api/v1/items/%d";return r.get(n+"/"+e.id).then(x=>({path:"p%d",a:x?1:2}))}'
    text = "\n".join(piece % (number, number, number) for number in range(4_000))
    started = time.process_time()
    assert len(scripts.endpoints(text)) == scripts.MAX_ENDPOINTS
    assert time.process_time() - started < 9


def test_what_lies_beyond_the_tree_is_read_as_literals():
    text = "/* " + "x" * scripts.MAX_SOURCE + " */ load('/far/away')"
    assert scripts.endpoints(text) == ["/far/away"]
