import gzip
import time

from vedette.engine.parse import sitemap


def test_locations_of_a_sitemap():
    text = """<?xml version="1.0"?><urlset xmlns="x"><url><loc> https://site.test/a?x=1&amp;y=2 </loc></url>
    <url><loc><![CDATA[https://site.test/b]]></loc><xhtml:link rel="alternate" href="https://site.test/de/b"/></url>
    <image:image><image:loc>https://site.test/i.png</image:loc></image:image></urlset>"""
    assert sitemap.is_sitemap(text)
    assert sitemap.locations(text) == [
        "https://site.test/a?x=1&y=2",
        "https://site.test/b",
        "https://site.test/de/b",
        "https://site.test/i.png",
    ]


def test_index_and_feed():
    assert sitemap.locations("<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>") == ["/s1.xml"]
    assert sitemap.locations("<rss><channel><link>http://a/</link></channel></rss>") == ["http://a/"]


def test_a_plain_list():
    assert sitemap.locations("http://a/1\n http://a/2 \nnot one\nhttp://a/1\n") == ["http://a/1", "http://a/2"]


def test_entities_are_never_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "AAAA"><!ENTITY f SYSTEM "file:///etc/hosts">]><urlset><loc>&f;&a;</loc></urlset>'
    assert sitemap.locations(bomb) == ["&f;&a;"]


def test_gzip_is_unpacked_within_bounds(monkeypatch):
    assert sitemap.unpacked(gzip.compress(b"<urlset/>")) == b"<urlset/>"
    assert sitemap.unpacked(b"plain") == b"plain"
    assert sitemap.unpacked(b"\x1f\x8bbroken") == b""
    monkeypatch.setattr(sitemap, "MAX_BYTES", 1000)
    assert len(sitemap.unpacked(gzip.compress(b"a" * 100_000))) == 1000


def test_many_open_tags_cost_little():
    started = time.process_time()
    sitemap.locations("<urlset>" + "<loc>" * 100_000 + "<link " * 100_000)
    assert time.process_time() - started < 9
