import random

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.point import Target
from vedette.engine.crawl.frontier import Item
from vedette.engine.crawl.targets import Targets, requests_of, shared_headers
from vedette.engine.crawl.templates import Templates
from vedette.engine.parse.page import Page

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def page(body, kind="text/html"):
    url = "http://site.test/dir/page"
    return Page(Exchange(Request("GET", url), Response(200, (("Content-Type", kind),), body.encode())))


def get(path, depth=0, **named):
    return Item(Request("GET", "http://site.test" + path), depth, **named)


def test_forms_become_filled_requests_with_their_labels():
    found = requests_of(
        page(
            "<form action=/s><input name=q><button>Find</button></form><form action=/up method=post "
            "enctype=multipart/form-data><legend>Photo</legend><input type=file name=photo></form>"
        )
    )
    assert [(one.request.method, one.request.url, one.source, one.labels) for one in found] == [
        ("GET", "http://site.test/s?q=test", "form", ("Find",)),
        ("POST", "http://site.test/up", "form", ("Photo",)),
    ]
    assert b'name="photo"; filename=' in found[1].request.body


def test_script_calls_become_requests():
    body = "<script>fetch('../api/x', {method: 'POST', headers: {'X-T': t}, body: JSON.stringify({a: 1})})</script>"
    (found,) = requests_of(page(body))
    assert (found.source, found.request.url, found.request.body) == ("script", "http://site.test/api/x", b'{"a":1}')
    assert ("Content-Type", "application/json") in found.request.headers
    assert ("X-T", "1") in found.request.headers
    assert requests_of(page("fetch('/y')", "text/javascript"))[0].request.url == "http://site.test/y"
    assert requests_of(page('<script type="text/plain">fetch("/y")</script>')) == []


def test_equal_requests_count_once():
    body = "<form action=/s><input name=q></form>" * 3
    assert len(requests_of(page(body))) == 1


def test_near_duplicates_are_one_target():
    targets = Targets(Templates())
    assert targets.add(get("/item/1?a=1"))
    assert not targets.add(get("/item/2?a=7"))
    assert targets.add(get("/item/2?b=7"))
    assert targets.add(Item(Request("POST", "http://site.test/item/2", FORM, b"a=1")))
    assert not targets.add(Item(Request("POST", "http://site.test/item/9", FORM, b"a=2")))
    assert targets.add(Item(Request("POST", "http://site.test/item/9", FORM, b"a=2&c=1")))
    assert len(targets) == 4


def test_the_one_that_stands_for_all_does_not_depend_on_the_order():
    items = [get(f"/item/{number}", number % 4, referer="http://site.test/", labels=("x",)) for number in range(20)]
    expected = min(items, key=lambda one: (one.depth, one.key))
    for seed in range(3):
        random.Random(seed).shuffle(items)
        targets = Targets(Templates())
        for one in items:
            targets.add(one)
        (target,) = targets.all()
        assert target.request == expected.request
        assert (target.template, target.source_url, target.labels) == ("/item/{}", "http://site.test/", ("x",))


def test_learned_templates_merge_too():
    templates = Templates()
    for letter in "abcdefgh":
        templates.observe(f"http://site.test/blog/the-{letter}-story", "same")
    templates.commit_round()
    targets = Targets(templates)
    assert targets.add(get("/blog/one-story"))
    assert not targets.add(get("/blog/two-story"))


def test_all_is_sorted():
    targets = Targets(Templates())
    for path in ("/z", "/a", "/m?x=1"):
        targets.add(get(path))
    assert [target.template for target in targets.all()] == ["/a", "/m", "/z"]


def test_headers_that_go_with_all_calls_are_told_from_those_of_one():
    body = """<script>axios.defaults.headers.common['X-Tenant'] = tenant;
    fetch('/api/x', {headers: {'X-Own': '1'}}); axios.get('/api/y');</script>"""
    assert shared_headers(page(body)) == ["X-Tenant"]
    assert shared_headers(page("<p>no script</p>")) == []


def test_an_operation_stands_for_all_requests_of_its_template():
    targets = Targets(Templates())
    described = Target(Request("GET", "http://site.test/users/ann?q=1"), "/users/{}", described="GET /users/{name}")
    targets.described(described)
    assert not targets.add(get("/users/bob"))
    assert not targets.add(get("/users/bob?q=5"))
    assert targets.add(get("/users/bob?other=1"))
    assert targets.add(get("/users/bob/more"))
    assert targets.add(Item(Request("POST", "http://site.test/users/bob", FORM, b"a=1")))
    assert described in targets.all()


def test_what_is_as_it_was_needs_no_test_nor_does_its_like():
    targets = Targets(Templates())
    assert targets.add(get("/item/1"))
    targets.add(get("/item/2"), same=True)
    targets.add(get("/news"))
    targets.described(Target(Request("GET", "http://site.test/a"), "/a", described="GET /a"), same=True)
    assert [target.request.url for target in targets.all()] == ["http://site.test/news"]
    assert targets.settled == 2


def test_every_request_is_a_target_when_that_is_wanted():
    targets = Targets(Templates(), every=True)
    assert targets.add(get("/item/1"))
    assert targets.add(get("/item/2"))
    assert len(targets.all()) == 2


def test_calls_in_the_sources_that_a_map_carries_become_requests():
    text = '{"sources": ["a.ts"], "sourcesContent": ["api.put(\'/items/1\', {n: 1})"], "mappings": ""}'
    (found,) = requests_of(page(text, "application/json"))
    assert (found.request.method, found.request.url, found.request.body) == (
        "PUT",
        "http://site.test/items/1",
        b'{"n":1}',
    )
    assert requests_of(page('{"a": "fetch(\'/x\')"}', "application/json")) == []
