import json

from hypothesis import given, settings
from hypothesis import strategies as st
from xxhash import xxh3_64_intdigest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.parse import skeleton as skeletons
from vedette.engine.parse.page import Page
from vedette.engine.parse.skeleton import distance, simhash, skeleton, text_tokens

TEXT = "the quick brown fox jumps over the lazy dog while many small birds sing in the old garden today"
PROSE = TEXT.split()


def page(body, kind="text/html"):
    return Page(Exchange(Request("GET", "http://site.test/a"), Response(200, (("Content-Type", kind),), body.encode())))


def item(name, number):
    return f'<li class="row" id="item-{number}"><a href="/{number}">{name}</a></li>'


def test_the_words_and_the_length_of_a_list_do_not_matter():
    short = page("<ul>" + item("red", 1) + item("blue", 2) + "</ul>")
    long = page("<ul>" + "".join(item(f"n{number}", number) for number in range(30)) + "</ul>")
    assert skeleton(short) == skeleton(long)


def test_another_class_tag_or_field_name_does():
    plain = page('<form><input name="a"></form>')
    for other in (
        '<form><input name="b"></form>',
        '<form><input name="a" class="x"></form>',
        '<form><input name="a"></form><p></p>',
    ):
        assert skeleton(page(other)) != skeleton(plain)


def test_json_is_its_key_paths_and_types():
    def of(value):
        return skeleton(page(json.dumps(value), "application/json"))

    assert of({"a": [{"b": 1}, {"b": 2}]}) == of({"a": [{"b": 7}]})
    assert of({"a": 1}) != of({"a": "1"})
    assert skeletons.json_paths({"a": [{"b": 1}, {"b": "x"}], "c": {}}) == ["/a/[]/b:int", "/a/[]/b:str", "/c"]


def test_broken_and_very_deep_json_falls_back_to_the_media_type():
    assert skeleton(page("{broken", "application/json")) == skeleton(page("[" * 100_000, "application/json"))
    assert skeleton(page("x", "text/plain")) != skeleton(page("x", "text/css"))


def test_tokens_are_what_a_reader_sees():
    text = page(
        "<p>one<b>two</b></p><script>var x='three'</script><style>p{}</style><!-- four --><p>five &amp; six</p>"
    )
    assert text_tokens(text) == ["one", "two", "five", "&", "six"]
    assert text_tokens(page("a b\n c", "text/plain")) == ["a", "b", "c"]
    assert len(text_tokens(page("x " * 30_000, "text/plain"))) == skeletons.MAX_TOKENS


def test_similar_texts_have_near_hashes_and_others_far_ones():
    changed = [*PROSE[:-1], "yesterday"]
    assert distance(simhash(PROSE), simhash(changed)) <= 16
    assert distance(simhash(PROSE), simhash(f"w{number}" for number in range(20))) > 18
    assert simhash(PROSE) == simhash(reversed(PROSE))
    assert simhash([]) == 0


@settings(deadline=None)
@given(st.lists(st.text(max_size=6), min_size=1, max_size=40))
def test_a_simhash_is_the_majority_of_each_bit(tokens):
    different = {token.encode("utf-8", "replace").decode() for token in tokens}
    expected = 0
    for bit in range(64):
        ones = sum((xxh3_64_intdigest(token.encode()) >> bit) & 1 for token in different)
        expected |= (ones > len(different) // 2) << bit
    assert simhash(different) == expected


def test_the_cache_of_tokens_is_bounded():
    for start in range(0, 120_000, 20_000):
        simhash(f"token-{number}" for number in range(start, start + 20_000))
    assert len(skeletons._lanes) <= 60_001
