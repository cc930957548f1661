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
    "bomb", ['"' * 400_000, '"/' * 200_000, '"/a\\' * 60_000, "'/a'+((" * 30_000, "`/${" * 60_000, '"a/b\\' * 60_000]
)
def test_hostile_scripts_cost_bounded_time(bomb):
    started = time.process_time()
    scripts.endpoints(bomb)
    scripts.header_names(bomb)
    assert time.process_time() - started < 4


def test_results_are_bounded():
    assert len(scripts.endpoints(";".join(f'"/p/{number}"' for number in range(2_000)))) == scripts.MAX_ENDPOINTS
