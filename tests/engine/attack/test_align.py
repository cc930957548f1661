from __future__ import annotations

import itertools
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.engine.attack.align import MASK, MAX_EDITS, Backbone, align, apart, blocks, share, tokens_apart, unlike

TOKENS = st.lists(st.sampled_from("abcd"), max_size=25)


def subsequence_length(left: list[str], right: list[str]) -> int:
    """The textbook table, to compare with."""
    row = [0] * (len(right) + 1)
    for one in left:
        above = row[:]
        for place, other in enumerate(right, 1):
            row[place] = above[place - 1] + 1 if one == other else max(above[place], row[place - 1])
    return row[-1]


@given(left=TOKENS, right=TOKENS)
@settings(max_examples=300, deadline=None)
def test_an_alignment_is_a_longest_common_subsequence(left: list[str], right: list[str]) -> None:
    pairs = align(left, right)
    assert pairs is not None
    assert all(left[i] == right[j] for i, j in pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))
    assert len(pairs) == subsequence_length(left, right)


def test_unrelated_sequences_are_given_up() -> None:
    left, right = [f"a{n}" for n in range(MAX_EDITS)], [f"b{n}" for n in range(MAX_EDITS)]
    assert align(left, right) is None
    assert align(left, left) == [(n, n) for n in range(MAX_EDITS)]
    assert align([], left) == []


def words(text: str) -> list[str]:
    return text.split()


def test_a_backbone_masks_what_varies_and_nothing_else() -> None:
    backbone = Backbone.learn([words("views 1 today rows a b"), words("views 2 today rows a b")])
    shared = Counter(words("views today rows a b"))
    assert backbone.masked(words("views 3 today rows a b")) == shared
    assert backbone.masked(words("views today rows a b")) == shared
    assert backbone.masked(words("views 3 today rows a")) != shared
    assert backbone.masked(words("views 3 today rows a b c")) != shared
    assert backbone.masked(words("views 3 4 5 6 today rows a b")) != shared


def test_a_gap_at_either_end_counts() -> None:
    backbone = Backbone.learn([words("1 a b 2"), words("3 a b 4"), words("5 a b")])
    assert backbone.masked(words("9 a b 8")) == Counter(words("a b"))


def test_prose_may_be_longer_than_any_seen() -> None:
    backbone = Backbone.learn([words("x buy our new shoes y"), words("x one two three four y")])
    assert backbone.masked(words("x this text has six words here y")) == Counter(words("x y"))


def test_an_insertion_slides_to_a_gap() -> None:
    # `r` may be matched with the first or the second of two; the gap lies before the pair.
    backbone = Backbone.learn([words("a 1 r b"), words("a 2 r b")])
    assert backbone.masked(words("a r r b")) == Counter(words("a r b"))


def test_a_nonce_that_looks_like_a_word_once() -> None:
    backbone = Backbone.learn([["id", MASK, "end"], ["id", MASK, "end"]])
    assert backbone.masked(["id", "beef", "end"]) == Counter(["id", MASK, "end"])
    assert backbone.masked(["id", "beef", "more", "end"]) != Counter(["id", MASK, "end"])


def test_unrelated_answers_make_no_backbone() -> None:
    backbone = Backbone.learn([[f"a{n}" for n in range(MAX_EDITS)], [f"b{n}" for n in range(MAX_EDITS)]])
    assert not backbone.whole
    assert backbone.masked(["a0", "c"]) == Counter(["a0", "c"])


@given(answers=st.lists(TOKENS, min_size=2, max_size=4))
@settings(max_examples=150, deadline=None)
def test_a_backbone_is_within_every_answer(answers: list[list[str]]) -> None:
    backbone = Backbone.learn(answers)
    for tokens in answers:
        assert subsequence_length(backbone.tokens, tokens) == len(backbone.tokens)
        assert not Counter(backbone.tokens) - backbone.masked(tokens)


def test_unlikeness_of_multisets() -> None:
    assert unlike(Counter("aab"), Counter("aba")) == 0
    assert unlike(Counter("a"), Counter("b")) == 1
    assert unlike(Counter(), Counter()) == 0
    assert unlike(Counter("abcd"), Counter("abc")) == 1 - 6 / 7


@given(left=TOKENS, right=TOKENS, limit=st.integers(0, 20))
@settings(max_examples=200, deadline=None)
def test_blocks_are_the_alignment_within_the_limit(left: list[str], right: list[str], limit: int) -> None:
    pairs = align(left, right)
    assert pairs is not None
    found = blocks(tuple(left), tuple(right), limit)
    if len(left) + len(right) - 2 * len(pairs) > limit:
        assert found is None
    else:
        assert found is not None
        assert [(i + n, j + n) for i, j, size in found for n in range(size)] == pairs


@given(left=TOKENS, right=TOKENS)
def test_the_ends_in_common_make_no_difference(left: list[str], right: list[str]) -> None:
    difference = tokens_apart(tuple(left), tuple(right))
    assert difference == apart(Counter(left), Counter(right))
    assert share(difference, len(left) + len(right)) == unlike(Counter(left), Counter(right))


@given(answers=st.lists(TOKENS, min_size=2, max_size=3), left=TOKENS, right=TOKENS, limit=st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_distance_is_that_of_the_masked_answers(
    answers: list[list[str]], left: list[str], right: list[str], limit: float
) -> None:
    backbone = Backbone.learn(answers)
    one, other = tuple(left), tuple(right)
    plain = unlike(Counter(left), Counter(right))
    distance = min(plain, unlike(backbone.masked(left), backbone.masked(right)))
    assert backbone.distance(one, other) == distance
    assert backbone.alike(one, other, limit) == (distance <= limit)


def test_the_slack_is_what_masking_can_take_away() -> None:
    assert Backbone.learn([words("a b c")] * 3).slack == 0
    backbone = Backbone.learn([words("views 1 today rows a b"), words("views 2 today rows a b")])
    change = backbone.change(tuple(words("views 9 today rows a b")))
    assert change is not None
    assert apart(change.plain, Counter()) == 1
    assert apart(change.masked, Counter()) == 0
    assert backbone.slack >= 1
