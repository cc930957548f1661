import pytest

from vedette.engine.crawl.templates import BUDGET, PLAIN_SIBLINGS, SAMPLED_BUDGET, SIBLINGS, Templates, template_of


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("", "/"),
        ("/", "/"),
        ("/item/5", "/item/{}"),
        ("/item/5/", "/item/{}/"),
        ("/item/5.html?x=1#y", "/item/{}.html"),
        ("/a/550e8400-e29b-41d4-a716-446655440000/x", "/a/{}/x"),
        ("/f/deadbeef12", "/f/{}"),
        ("/2024/05/17/title", "/{}/{}/{}/title"),
        ("/2024-05-17", "/{}"),
        ("/u/jane%40x.com", "/u/{}"),
        ("/x/12-red-lamp", "/x/{}"),
        ("/t/Ab3dEfGh12x5678z", "/t/{}"),
        ("/facade/decade", "/facade/decade"),
        ("/api/v2/users", "/api/v2/users"),
        ("/static/app.3f2a.css", "/static/app.3f2a.css"),
        ("/vulnerabilities/sqli_blind/", "/vulnerabilities/sqli_blind/"),
        ("/level3/oauth2/mp3", "/level3/oauth2/mp3"),
        ("/CaseNumber00000001.html", "/CaseNumber00000001.html"),
    ],
)
def test_segments_that_vary_by_their_look(path, template):
    assert template_of("http://site.test" + path) == template


def learn(paths, skeleton="same"):
    templates = Templates()
    for path in paths:
        templates.observe("http://site.test" + path, skeleton if isinstance(skeleton, str) else skeleton(path))
    templates.commit_round()
    return templates


def of(templates, path):
    return templates.of("http://site.test" + path)


SLUGS = [f"/blog/a-{chr(97 + number)}-title" for number in range(SIBLINGS)]


def test_slugs_with_pages_alike_become_one_template():
    templates = learn(SLUGS)
    assert of(templates, "/blog/quite-another") == "/blog/{}"
    assert of(templates, "/blog/about") == "/blog/about"
    assert of(templates, "/news/quite-another") == "/news/quite-another"
    assert templates.of("http://other.test/blog/quite-another") == "/blog/quite-another"


def test_one_sibling_less_or_other_pages_teach_nothing():
    assert of(learn(SLUGS[:-1]), "/blog/x-y") == "/blog/x-y"
    assert of(learn(SLUGS, skeleton=lambda path: path), "/blog/x-y") == "/blog/x-y"
    assert of(learn([SLUGS[0] + f"?page={number}" for number in range(20)]), "/blog/x-y") == "/blog/x-y"


def test_what_is_learned_counts_from_the_next_round_on():
    templates = Templates()
    for path in SLUGS:
        templates.observe("http://site.test" + path, "same")
        assert of(templates, "/blog/x-y") == "/blog/x-y"
    templates.commit_round()
    assert of(templates, "/blog/x-y") == "/blog/{}"


def test_plain_words_need_more_and_a_place_below_the_top():
    words = ["".join(chr(97 + (number + at) % 26) for at in range(4)) for number in range(PLAIN_SIBLINGS)]
    assert of(learn([f"/wiki/{word}" for word in words]), "/wiki/other") == "/wiki/{}"
    assert of(learn([f"/wiki/{word}" for word in words[:-1]]), "/wiki/other") == "/wiki/other"
    assert of(learn([f"/{word}" for word in words]), "/other") == "/other"


def test_programs_are_never_records():
    assert of(learn([f"/app/do-{number}-x.php" for number in "abcdefghijkl"]), "/app/do-z-x.php") == "/app/do-z-x.php"
    assert of(learn([f"/app/Case{number:02d}" for number in range(30)]), "/app/Case99") == "/app/Case99"


def test_an_endpoint_is_method_template_and_parameter_names():
    templates = Templates()
    left = templates.endpoint("GET", "http://site.test/item/4?b=1&a=2&a=3")
    assert left == templates.endpoint("GET", "http://site.test/item/9?a=&b=x")
    assert left != templates.endpoint("GET", "http://site.test/item/4?a=1")
    assert left != templates.endpoint("POST", "http://site.test/item/4?a=1&b=1")


def test_a_calendar_is_fetched_for_a_while_then_sampled_then_left():
    def admitted(count):
        templates = Templates()
        urls = [f"http://site.test/calendar?month={month}" for month in range(count)]
        return [url for url in urls if templates.admit("GET", url)]

    assert len(admitted(BUDGET)) == BUDGET
    assert BUDGET < len(admitted(600)) < BUDGET + 600 / 8
    assert len(admitted(10_000)) == SAMPLED_BUDGET
    assert admitted(600) == admitted(600)


def test_the_counts_survive_the_rows():
    templates = Templates()
    for number in range(BUDGET):
        templates.admit("GET", f"http://site.test/i/{number}")
    loaded = Templates()
    loaded.load_spent(templates.spent_changes())
    assert templates.spent_changes() == {}
    urls = [f"http://site.test/i/{number}" for number in range(100, 200)]
    assert [loaded.admit("GET", url) for url in urls] == [templates.admit("GET", url) for url in urls]
