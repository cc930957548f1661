import pytest


@pytest.mark.parametrize(
    ("like", "sample"),
    [("like-sqli-documentation", "OperationalError"), ("like-xpath-documentation", "XPathEvalError")],
)
def test_documentation_shows_errors_of_others_only(visitor, like, sample):
    assert sample in visitor.plant(like).text
    odd = {visitor.plant(like, value).body for value in ("database'", "x", "' OR '1'='1", "")}
    assert len(odd) == 1 and sample.encode() not in odd.pop()


def test_the_help_search_escapes(visitor):
    page = visitor.plant("like-xss-help", "\"'><em>").page
    assert "em" not in page.tags() and "\"'><em>" in page.words
    assert any(attributes.get("value") == "\"'><em>" for _, attributes in page.elements)


def test_shops_are_filtered_in_memory_and_take_their_time(visitor, naps):
    assert "Quay shop" in visitor.plant("like-sqli-stores").text
    everything = visitor.plant("like-sqli-stores", "").body
    assert visitor.plant("like-sqli-stores", "quay' AND sleep(3)").body == everything
    assert len(naps) == 3 and max(naps) < 0.15


def test_keys_are_placeholders(visitor):
    assert "YOUR_API_KEY_HERE" in visitor.plant("like-secret-keys").text


def test_an_index_of_goods_lists_no_files(visitor):
    answer = visitor.plant("like-listing-goods")
    assert "Index of goods" in answer.text and "../" not in answer.text


def test_the_wiki_answers_everything_alike(visitor):
    usual = visitor.plant("like-exposed-wiki")
    for path in ("/wiki/.git/HEAD", "/wiki/.env", "/wiki/backup.sql", "/wiki/nothing-at-all"):
        assert visitor.get(path).whole == usual.whole


def test_the_embedding_page_has_a_policy_that_allows_everything(visitor):
    policy = visitor.plant("csp-embed").header("Content-Security-Policy") or ""
    assert policy.startswith("default-src * 'unsafe-inline' 'unsafe-eval'")


def test_the_hub_opens(visitor):
    assert visitor.get("/help").status == 200
