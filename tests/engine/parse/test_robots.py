from vedette.engine.parse.robots import Robots, read


def test_paths_and_sitemaps():
    text = """User-agent: *
Disallow: /admin/   # secret
allow: /public
Disallow: /admin/
Disallow:
Disallow: /
Sitemap: https://site.test/sitemap.xml
"""
    assert read(text) == Robots(("/admin/", "/public"), ("https://site.test/sitemap.xml",))


def test_wild_cards_are_cut_at_a_whole_segment():
    assert read("Disallow: /a/b*c\nDisallow: /*.pdf$\nDisallow: /x/*\nDisallow: /y$").paths == ("/a/", "/x/", "/y")


def test_a_page_that_is_no_robots_file_gives_nothing():
    assert read("<!doctype html><p>Style: red; Disallow nothing</p>") == Robots()
    assert len(read("\n".join(f"Disallow: /{number}" for number in range(9_000))).paths) == 5_000
