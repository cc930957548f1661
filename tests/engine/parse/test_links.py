import json

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.parse.links import MAX_LINKS, Link, links
from vedette.engine.parse.page import Page

URL = "http://site.test/dir/page?x=1"


def page(body, kind="text/html", headers=(), url=URL):
    rows = (("Content-Type", kind), *headers)
    return Page(Exchange(Request("GET", url), Response(200, rows, body.encode())))


def found(body, *args, **named):
    return [(link.url.removeprefix("http://site.test"), link.source) for link in links(page(body, *args, **named))]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="x">t</a>', [("/dir/x", "a")]),
        ('<map><area href="/x"></map>', [("/x", "area")]),
        ('<link rel="stylesheet" href="/x.css">', [("/x.css", "link")]),
        (
            '<img src="/x.png" srcset="/y.png 1x, /z.png 2x">',
            [("/x.png", "img"), ("/y.png", "srcset"), ("/z.png", "srcset")],
        ),
        ('<picture><source srcset="/y.png"></picture>', [("/y.png", "srcset")]),
        ('<link rel="preload" as="image" imagesrcset="/w.png 2x">', [("/w.png", "srcset")]),
        ('<iframe src="/x"></iframe>', [("/x", "frame")]),
        ('<frameset><frame src="/x"></frameset>', [("/x", "frame")]),
        ('<script src="/x.js"></script>', [("/x.js", "script")]),
        (
            '<object data="/x.swf"><param name="movie" value="/y.swf"></object>',
            [("/x.swf", "object"), ("/y.swf", "object")],
        ),
        ('<embed src="/x">', [("/x", "embed")]),
        ('<video src="/v" poster="/p"><track src="/t"></video>', [("/v", "video"), ("/p", "video"), ("/t", "track")]),
        ('<audio><source src="/a"></audio>', [("/a", "source")]),
        ('<input type="image" src="/x">', [("/x", "img")]),
        ('<body background="/x">', [("/x", "body")]),
        ('<blockquote cite="/x"></blockquote><del cite="/y"></del>', [("/x", "blockquote"), ("/y", "del")]),
        ('<a href="/x" ping="/y /z">t</a>', [("/x", "a"), ("/y", "a"), ("/z", "a")]),
        ('<html manifest="/x">', [("/x", "html")]),
        ('<img longdesc="/x">', [("/x", "img")]),
        ('<svg><use xlink:href="/x.svg#a"/><image href="/y"/></svg>', [("/x.svg", "use"), ("/y", "img")]),
        ('<meta http-equiv="refresh" content="3; URL=\'/x\'">', [("/x", "meta-refresh")]),
        ('<meta http-equiv="Refresh" content="0;/y">', [("/y", "meta-refresh")]),
        ('<meta property="og:url" content="http://site.test/x">', [("/x", "meta")]),
        ('<p style="background: url(/x.png)">', [("/x.png", "css")]),
        ("<style>@import '/x.css'; a{b:url(/y.png)}</style>", [("/x.css", "css"), ("/y.png", "css")]),
        ('<!-- <a href="/x">old</a> see http://site.test/y -->', [("/x", "comment"), ("/y", "comment")]),
        ('<template><a href="/x">t</a></template>', [("/x", "a")]),
        ('<noscript><a href="/x">t</a></noscript>', [("/x", "a")]),
        ('<iframe srcdoc="&lt;a href=/x&gt;t&lt;/a&gt;"></iframe>', [("/x", "a")]),
        ('<div data-url="/x" data-price="1.50" data-target="#m" data-name="a/b c">', [("/x", "data-attribute")]),
        ('<div data-props=\'{"a":{"href":"/x"}}\'>', [("/x", "data-attribute")]),
        ("<button onclick=\"location.href='/x'\">t</button>", [("/x", "script-string")]),
        ("<script>window.open('/x')</script>", [("/x", "script-string")]),
        ('<script type="application/ld+json">{"url":"/x"}</script>', [("/x", "script-string")]),
        ('<script type="text/x-template"><a href="/x">t</a></script>', [("/x", "a")]),
        ('<form action="/x"></form>', [("/x", "form")]),
        (
            '<x-tile to="/x" pattern="/no" d="/M1"></x-tile><img dynsrc="./y">',
            [("/x", "attribute"), ("/dir/y", "attribute")],
        ),
        ('<isindex action="/x"></isindex><a :to="{{/no}}" icon="home/x">t</a>', [("/x", "attribute")]),
        ('<object><param name="ref" value="/x"></object>', [("/x", "attribute")]),
        ('<h1>t</h1><frameset><frame src="/x"></frameset>', [("/x", "frame")]),
        ('<!DOCTYPE html SYSTEM "/x.dtd"><p>t</p>', [("/x.dtd", "doctype")]),
        (
            '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'; report-uri /x /y">',
            [("/x", "meta"), ("/y", "meta")],
        ),
        ('<meta name="copyright" content="<img src=\'/x\'>">', [("/x", "meta")]),
        ("<img src=\"data:image/svg+xml,<svg><a xlink:hr%65f='/x'></a></svg>\">", [("/x", "a")]),
        ("<a href=\"javascript:go('/x/y')\">t</a>", [("/x/y", "script-string")]),
        ("<p>See /files/a.pdf, or http://site.test/x.</p>", [("/files/a.pdf", "text"), ("/x", "text")]),
        ("<p>It is at ./x/y now</p>", [("/dir/x/y", "text"), ("/x/y", "text")]),
        ("<p>and/or 5/10 a/b/c 24/7 TCP/IP /month</p><script>// at /no/no</script>", []),
        ('<form action="/x" method="post"></form>', []),
        ('<a href="#top">t</a><a href="javascript:x()">t</a><a href="mailto:a@b">t</a>', []),
    ],
)
def test_finds_what_the_markup_names(html, expected):
    assert found(html) == expected


def test_base_moves_what_follows():
    assert found('<base href="/other/"><a href="x">t</a>') == [("/other/", "base"), ("/other/x", "a")]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Location", "/x", ["/x"]),
        ("Content-Location", "x", ["/dir/x"]),
        ("Refresh", "5; url=/x", ["/x"]),
        ("Link", '</x>; rel="next", </y>; rel=prev', ["/x", "/y"]),
        ("SourceMap", "/x.map", ["/x.map"]),
        ("Content-Security-Policy", "default-src *; report-uri /x", ["/x"]),
        ("Reporting-Endpoints", 'main="/x", other="/y"', ["/x", "/y"]),
    ],
)
def test_finds_what_headers_name(name, value, expected):
    assert found("", headers=((name, value),)) == [(url, "header") for url in expected]


def test_other_kinds_of_bodies():
    assert found("a{b:url(/x)}", "text/css") == [("/x", "css")]
    assert found("fetch('/x')", "application/javascript") == [("/x", "script-string")]
    assert found(json.dumps({"u": "/x"}), "application/json") == [("/x", "json")]
    assert found("<urlset><loc>/x</loc></urlset>", "application/xml") == [("/x", "sitemap")]
    assert found("<o><href>/x</href></o>", "application/xml") == [("/x", "xml")]
    robots = "Disallow: /x\nSitemap: /s.xml"
    assert found(robots, "text/plain", url="http://site.test/robots.txt") == [("/x", "robots"), ("/s.xml", "sitemap")]
    mapped = {"sources": ["a.ts"], "sourcesContent": ["get('/x/y')"], "mappings": ""}
    assert found(json.dumps(mapped), "application/json") == [("/x/y", "script-string")]
    assert found("\x00\x01", "image/png") == []


def test_labels_are_what_a_person_sees():
    body = (
        '<a href="/1"> Delete <b>item</b>\n now </a><a href="/2"><img src="/i.png" alt="Edit"></a>'
        '<a href="/3" title="Close"></a><a href="/4" aria-label="Menu"></a>'
    )
    labels = {link.url[-2:]: link.label for link in links(page(body)) if link.source == "a"}
    assert labels == {"/1": "Delete item now", "/2": "Edit", "/3": "Close", "/4": "Menu"}


def test_one_address_in_several_places_is_one_link_with_all_labels():
    body = '<a href="/x">Show</a><a href="http://site.test/x#part">Delete</a><a href="/x">Show</a>'
    assert links(page(body)) == [Link("http://site.test/x", "a", "Show | Delete")]


def test_links_are_bounded():
    assert len(links(page("".join(f"<a href=/{number}>x</a>" for number in range(6_000))))) == MAX_LINKS


def test_nested_documents_are_read_to_a_depth_only():
    body = "<a href=/end>x</a>"
    for _ in range(6):
        body = (
            '<iframe srcdoc="' + body.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") + '"></iframe>'
        )
    assert found(body) == []


def test_more_names_of_attributes_than_are_remembered_lose_nothing():
    body = "".join(f'<p x{number}="no/thing" data-y{number}="/d{number}"></p>' for number in range(2_200))
    expected = [(f"/d{number}", "data-attribute") for number in range(2_200)]
    assert found(body) == expected
    assert found('<p onclick="go(\'/e\')" href="/x"></p>') == [("/e", "script-string"), ("/x", "p")]


def test_headers_are_read_whatever_their_case():
    rows = (("LOCATION", "/to"), ("lInK", "</next>; rel=next"))
    assert found("", headers=rows) == [("/to", "header"), ("/next", "header")]


@pytest.mark.parametrize(
    ("html", "label"),
    [
        ('<a href="/x" title="T"><img alt="A"></a>', "T"),
        ('<a href="/x"><img src="#" alt="A" title="B"></a>', "B"),
        ('<a href="/x"><img></a>', ""),
        ('<a href="/x"></a>', ""),
        (f'<a href="/x" aria-label="{"w" * 200}"></a>', "w" * 120),
    ],
)
def test_a_link_without_words_is_labelled_by_what_describes_it(html, label):
    assert links(page(html))[0].label == label
