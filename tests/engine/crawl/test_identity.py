from vedette.contract.batch import apply
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.crawl.identity import Judge
from vedette.engine.parse.page import Page

PROSE = "all about the red lamp that stands in the corner of our small shop and shines every single night"
TEXT = PROSE.split()


def page(path, body, status=200, headers=()):
    rows = (("Content-Type", "text/html"), *headers)
    return Page(Exchange(Request("GET", "http://site.test" + path), Response(status, rows, body.encode())))


def article(path, words=TEXT, tag="p"):
    return page(path, f"<{tag}>{' '.join(words)}</{tag}>")


def judge_with(*pages):
    judge = Judge()
    for one in pages:
        judge.observe(one, judge.identify(one))
    judge.commit_round()
    return judge


def test_the_same_content_under_another_address_is_a_duplicate():
    judge = judge_with(article("/index.html"))
    assert judge.identify(article("/")).duplicate_of == "http://site.test/index.html"
    assert judge.identify(article("/index.html")).duplicate_of == ""
    assert judge.identify(article("/", [*TEXT[:-4], "other", "words", "stand", "here"])).duplicate_of == ""


def test_nearly_the_same_content_is_one_only_within_a_template():
    # One word more in a long text moves a bit or two.
    long = [f"word{number}" for number in range(400)]
    judge = judge_with(article("/item/1?sort=a", long))
    assert judge.identify(article("/item/1?sort=b", [*long, "and"])).duplicate_of == "http://site.test/item/1?sort=a"
    assert judge.identify(article("/news", [*long, "and"])).duplicate_of == ""


def test_a_judgement_is_by_earlier_rounds_only():
    judge = Judge()
    first, second = article("/a"), article("/b")
    judge.observe(first, judge.identify(first))
    assert judge.identify(second).duplicate_of == ""
    judge.commit_round()
    assert judge.identify(second).duplicate_of == "http://site.test/a"


def test_pages_with_few_words_are_never_duplicates():
    judge = judge_with(article("/a", ["Not", "found"]))
    assert judge.identify(article("/b", ["Not", "found"])).duplicate_of == ""


def test_clusters_are_by_status_build_and_redirect():
    judge = judge_with(article("/a"), article("/b", TEXT[::-1]))
    cluster = judge.identify(article("/c", TEXT[:3])).cluster
    assert judge.size(cluster) == 2
    assert judge.identify(article("/c", tag="div")).cluster != cluster
    assert judge.identify(page("/c", f"<p>{' '.join(TEXT)}</p>", 500)).cluster != cluster
    left, right = (judge.identify(page("/x", "", 302, (("Location", to),))).cluster for to in ("/login?a=1", "/other"))
    assert left != right
    assert left == judge.identify(page("/y", "", 302, (("Location", "/login?a=2"),))).cluster


def test_the_state_rows_bring_everything_back():
    judge, state = Judge(), {}
    for number in range(30):
        one = article(f"/blog/some-{chr(97 + number % 26)}-{number // 26}x-title", [*TEXT, str(number)])
        judge.observe(one, judge.identify(one))
        judge.templates.admit("GET", one.url)
        if number % 4 == 3:
            judge.commit_round()
            apply(state, judge.changes())
    judge.commit_round()
    apply(state, judge.changes())
    assert judge.changes() == []
    loaded = Judge.load(state["identity"])
    assert loaded.changes() == []
    assert loaded.templates.of("http://site.test/blog/any-other-title") == "/blog/{}"
    for one in (article("/copy", [*TEXT, "3"]), article("/new")):
        assert loaded.identify(one) == judge.identify(one)
    assert loaded.size(judge.identify(article("/x")).cluster) == 30


def test_a_digest_stays_when_only_numbers_and_codes_change():
    first = Judge().identify(article("/", [*TEXT, "12:05", "a9f3c1", "Visits:", "17"])).digest
    assert first == Judge().identify(article("/other", [*TEXT, "14:33", "b77e0d", "Visits:", "18"])).digest
    assert first != Judge().identify(article("/", [*TEXT, "more"])).digest
    assert first != Judge().identify(article("/", [*TEXT, "12:05"], tag="div")).digest
    assert first != Judge().identify(page("/", f"<p>{PROSE}</p>", status=500)).digest
