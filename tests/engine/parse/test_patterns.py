import pytest

from vedette.engine.parse.patterns import PatternSet

PATTERNS = {"check-b:price": r"(?i)price: (\d+)(?:\.(\d+))?", "check-a:word": r"\bfox\b", "check-c:none": r"zebra"}


@pytest.fixture(params=[False, True], ids=["set", "rare"])
def patterns(request):
    return PatternSet(PATTERNS, rare=request.param)


def test_hits_come_in_the_order_of_the_mapping(patterns):
    assert patterns.hits("the fox, Price: 12.50") == ("check-b:price", "check-a:word")
    assert patterns.hits(b"the fox") == ("check-a:word",)
    assert patterns.hits("nothing of it") == ()
    assert patterns.hits("") == ()


def test_find_and_groups_give_the_first_match(patterns):
    text = "ä PRICE: 7 price: 9.1"
    assert patterns.find("check-b:price", text) == "PRICE: 7"
    assert patterns.groups("check-b:price", text) == ("7", "")
    assert patterns.find("check-c:none", text) == ""
    assert patterns.groups("check-c:none", text) == ()


def test_a_lone_surrogate_does_not_stop_the_search(patterns):
    assert patterns.hits("\ud800 fox") == ("check-a:word",)


def test_no_patterns_hit_nothing():
    assert PatternSet({}).hits("x") == ()
    assert PatternSet({}, rare=True).hits("x") == ()
    assert len(PatternSet(PATTERNS)) == 3


@pytest.mark.parametrize("rare", [False, True])
@pytest.mark.parametrize("pattern", [r"a(?=b)", r"(a)\1", "("])
def test_what_is_not_re2_is_refused_by_name(pattern, rare):
    with pytest.raises(ValueError, match="'bad-one'"):
        PatternSet({"bad-one": pattern}, rare=rare)


class Exhausted:
    """A set that ran out of memory: it finds nothing, not even the empty pattern."""

    def Match(self, data):
        return None


def test_a_set_out_of_memory_still_answers():
    starved = PatternSet(PATTERNS)
    starved._set = Exhausted()
    assert starved.hits("the fox, Price: 12.50") == ("check-b:price", "check-a:word")
    assert starved.hits("nothing of it") == ()


def test_time_is_linear_where_backtracking_would_explode():
    assert PatternSet({"slow": r"(a+)+$"}).hits("a" * 50_000 + "b") == ()
