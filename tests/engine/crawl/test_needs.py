import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.crawl.needs import behaviour
from vedette.engine.parse.page import Page


def digest(body, kind="text/html", status=200, url="http://site.test/a"):
    answer = Response(status, (("Content-Type", kind),), body.encode())
    return behaviour(Page(Exchange(Request("GET", url), answer)), lambda url: "cdn.invalid" in url)


@pytest.mark.parametrize(
    "body",
    [
        "<script>go()</script>",
        '<script src="/app.js"></script>',
        '<script type="module" src="app.js"></script>',
        '<button onclick="go()">x</button>',
        '<a href="javascript:go()">x</a>',
        "<my-box></my-box>",
    ],
)
def test_pages_that_can_do_something(body):
    assert digest(body)


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/b">plain</a><form><input name="q"></form>',
        '<script type="application/ld+json">{}</script>',
        '<script type="importmap">{}</script>',
        '<script type="text/template"><a href="/x"></a></script>',
        '<script src="https://cdn.invalid/stats.js"></script>',
        "<script>  </script>",
        "<!-- <script>go()</script> -->",
    ],
)
def test_pages_of_which_markup_says_all(body):
    assert digest(body) == ""


def test_only_documents_that_were_given_count():
    assert digest("<script>go()</script>", "application/json") == ""
    assert digest("<script>go()</script>", status=404) == ""


def test_pages_with_the_same_scripts_behave_alike():
    one = digest('<script src="/app.js?v=1"></script><script>var id = 17, key = "ab12cd34ef"</script><p>One</p>')
    other = digest('<script src="/app.js?v=2"></script><script>var id = 4, key = "99ff00aa11"</script><p>Two</p>')
    third = digest('<script src="/app.js"></script><script>var id = 4; go()</script>')
    assert one == other != third
