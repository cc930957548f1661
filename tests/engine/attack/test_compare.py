from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.compare import MIN_ANSWERS, Model, blocked, failed

ADS = ("Buy our <b>new</b> shoes", "Cheap flights to Rome today", "Learn <i>Spanish</i>", "One simple trick")


def answer(
    body: str, status: int = 200, kind: str = "text/html", url: str = "http://site.example/", **headers: str
) -> Exchange:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(Request("GET", url), Response(status, (("Content-Type", kind), *pairs), body.encode()))


def nothing() -> Exchange:
    return Exchange(Request("GET", "http://site.example/"), error="timeout")


class NoisyPage:
    """A page with a counter, a token, an advertisement, a clock, and rows that mean something."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._ads = itertools.cycle(self._random.sample(ADS, len(ADS)))

    def __call__(self, rows: int = 5, extra: str = "", fill: int = 40) -> Exchange:
        r = self._random
        table = "".join(f"<tr><td>Item {n}</td><td>{n * 3} EUR</td></tr>" for n in range(rows))
        menu = "".join(f"<li><a href='/c/{n}'>Category {n} of many</a></li>" for n in range(fill))
        return answer(
            f"<html><title>Shop</title><input type=hidden name=csrf value={r.getrandbits(64):016x}>"
            f"<p>Views: {r.randrange(10**6)}</p><div>{next(self._ads)}</div><ul>{menu}</ul>"
            f"<table>{table}</table>{extra}"
            f"<p>rendered in {r.random():.4f} s at {r.randrange(24)}:{r.randrange(10, 60)}</p></html>"
        )


def learn(make: Callable[[], Exchange], count: int = 4, sent: tuple[str, ...] = ()) -> Model:
    return Model.learn([make() for _ in range(count)], sent)


@pytest.mark.parametrize("seed", range(12))
def test_a_noisy_page_is_itself_and_its_rows_count(seed: int) -> None:
    page = NoisyPage(seed)
    model = learn(page)
    assert model.stable
    assert all(model.same(page()) for _ in range(4))
    assert not any(model.same(page(rows)) for rows in (0, 4, 6, 50))
    assert not model.same(page(extra="<p class=error>No such item.</p>"))
    assert model.alike(page(), page())
    assert model.alike(page(0), page(0))
    assert not model.alike(page(0), page(5))


def test_a_model_needs_three_answers() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        Model.learn([answer("a")] * (MIN_ANSWERS - 1))


def test_the_representative_is_the_first_that_came() -> None:
    answers = [nothing(), answer("a"), answer("b")]
    model = Model.learn(answers)
    assert model.exchanges == tuple(answers)
    assert model.representative is answers[1]
    assert not model.stable
    silent = Model.learn([nothing()] * 3)
    assert not silent.stable
    assert not silent.same(answer("a"))
    assert silent.representative.error == "timeout"


@pytest.mark.parametrize(
    ("normal", "other"),
    [
        ('{"exists":true}', '{"exists":false}'),
        ("[1]", "[]"),
        ('{"rows":[{"id":1},{"id":2}]}', '{"rows":[{"id":1}]}'),
        ('{"a":null}', '{"a":""}'),
        ("ok", "no"),
        ("yes", ""),
        ("5", "0"),
        ("<p>Welcome back</p>", "<p>Wrong password</p>"),
        ("<ul><li></li><li></li></ul>", "<ul><li></li></ul>"),
        ("-1", "1"),
    ],
)
def test_small_answers_differ_by_any_word(normal: str, other: str) -> None:
    model = learn(lambda: answer(normal), 3)
    assert model.stable
    assert model.same(answer(normal))
    assert not model.same(answer(other))
    assert not model.alike(answer(normal), answer(other))
    assert model.distance(answer(normal), answer(other)) > 0


def test_volatile_ids_of_json_are_masked() -> None:
    numbers = iter(range(100, 10_000, 37))
    model = learn(lambda: answer(f'{{"exists":true,"request":{next(numbers)}}}', kind="application/json"), 3)
    assert model.stable
    assert model.same(answer('{"exists":true,"request":77}'))
    assert not model.same(answer('{"exists":false,"request":77}'))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2024-05-01", "2025-12-31"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:01Z"),
        ("1.5.2024", "31.12.2025"),
        ("12 Oct 2026", "3 March 2027"),
        ("10:15", "23:59:59"),
        ("1700000000", "1700000055"),
        ("0.12 ms", "3 ms"),
        ("5 minutes ago", "1 hour ago"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "99999999-4f89-11d3-9a0c-0305e82c3301"),
        ("d41d8cd98f00b204e9800998ecf8427e", "900150983cd24fb0d6963f7d28e17f72"),
        ("dGhpcyBpcyBhIHJhbmRvbSB0b2tlbg1", "QW5vdGhlciByYW5kb20gdG9rZW4hMQ2"),
    ],
)
def test_dates_and_identifiers_are_volatile_by_their_look(one: str, other: str) -> None:
    model = learn(lambda: answer(f"<p>at {one} now</p>"), 3)
    assert model.same(answer(f"<p>at {other} now</p>"))
    assert not model.same(answer(f"<p>at {other} later</p>"))


def test_status_and_redirect_come_first() -> None:
    model = learn(lambda: answer("x", 302, Location="/home"), 3)
    assert model.same(answer("x", 302, Location="/home"))
    assert not model.same(answer("x", 302, Location="/login"))
    assert not model.same(answer("x", 200, Location="/home"))
    assert not model.same(nothing())
    assert model.distance(answer("x", 302, Location="/a"), answer("x", 302, Location="/b")) == 1.0
    assert model.distance(nothing(), nothing()) == 1.0


def test_a_site_that_changes_its_mind_is_unstable() -> None:
    assert not Model.learn([answer("x"), answer("x", 500), answer("x")]).stable
    assert not Model.learn([answer("x", 429)] * 3).stable
    texts = iter(("alpha beta gamma", "one two three", "red green blue"))
    assert not learn(lambda: answer(next(texts)), 3).stable


@pytest.mark.parametrize("sent", ["x' AND 12=12-- ", '"><b>', "a&b", "50% off", "ünï", "7", "lamp"])
def test_reflections_do_not_count(sent: str) -> None:
    from html import escape
    from urllib.parse import quote

    def page(value: str, rows: str = "two rows") -> Exchange:
        body = (
            f"<p>Results for {escape(value)}</p><a href='?q={quote(value)}'>again</a> code 7 <b>lamp shade</b> {rows}"
        )
        return answer(body, url=f"http://site.example/?q={quote('lamp')}")

    model = learn(lambda: page("lamp"), 3)
    assert model.same(page(sent), sent)
    assert not model.same(page(sent, "no rows"), sent)
    assert model.alike(page(sent), page("other value"), sent, "other value")
    assert not model.alike(page(sent), page("other value", "no rows"), sent, "other value")


def test_a_reflection_in_a_redirect_does_not_count() -> None:
    model = learn(lambda: answer("", 302, Location="/s?q=lamp", url="http://site.example/?q=lamp"), 3)
    assert model.same(answer("", 302, Location="/s?q=sofa%27"), "sofa'")


def test_shuffled_lists_are_the_same_page() -> None:
    order = random.Random(5)
    names = [f"name{n}x" for n in range(30)]

    def page(items: list[str]) -> Exchange:
        return answer("<ul>" + "".join(f"<li>{item}</li>" for item in order.sample(items, len(items))) + "</ul>")

    model = learn(lambda: page(names))
    assert model.stable
    assert model.same(page(names))
    assert not model.same(page(names[:-1]))


@given(body=st.text(max_size=300), other=st.text(max_size=300), sent=st.text(max_size=20))
@settings(max_examples=80, deadline=None)
def test_laws(body: str, other: str, sent: str) -> None:
    model = learn(lambda: answer(body), 3)
    a, b = answer(body), answer(other)
    assert model.stable
    assert model.same(a, sent)
    assert model.distance(a, a, sent, sent) == 0
    assert model.distance(a, b, sent, "") == model.distance(b, a, "", sent)
    assert 0 <= model.distance(a, b) <= 1
    assert not model.same(b) or model.alike(a, b)


@given(seed=st.integers(0, 10_000), rows=st.integers(0, 12), others=st.integers(0, 12))
@settings(max_examples=25, deadline=None)
def test_rows_decide_on_any_noise(seed: int, rows: int, others: int) -> None:
    page = NoisyPage(seed)
    model = learn(lambda: page(rows), 4)
    assert model.alike(page(rows), page(others)) == (rows == others)


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (nothing(), True),
        (answer("slow down", 429), True),
        (answer("", 503, Retry_After="5"), True),
        (answer("", 503), False),
        (answer("<h1>Request blocked</h1> incident id 5", 403), True),
        (answer("<h1>The requested URL was rejected.</h1>", 406), True),
        (answer("<h1>Forbidden</h1>", 403), False),
        (answer("an article on how a web application firewall works"), False),
        (answer("Internal Server Error", 500), False),
    ],
)
def test_blocked(exchange: Exchange, expected: bool) -> None:
    assert blocked(exchange) is expected


def test_failed() -> None:
    assert failed(answer("", 500))
    assert failed(answer("", 599))
    assert not failed(answer("", 404))
    assert not failed(nothing())


def test_values_that_the_page_has_by_itself() -> None:
    model = learn(lambda: answer("<p>5 lamps, 17 sofas, item 1</p>", url="http://site.example/?id=1"), 3)
    for value in ("5", "17", "lamps", *(str(number) for number in range(30))):
        assert model.same(answer("<p>5 lamps, 17 sofas, item 1</p>"), value)
        assert not model.same(answer("<p>5 lamps, 17 sofas, no item</p>"), value)


def test_noise_that_no_normal_answer_showed_counts_as_another_page() -> None:
    model = learn(lambda: answer(f"<div>{ADS[0]}</div><p>text</p>"), 3)
    assert not model.same(answer(f"<div>{ADS[1]}</div><p>text</p>"))


def test_a_huge_unlike_page_is_decided_quickly() -> None:
    model = learn(lambda: answer(" ".join(f"word{n}" for n in range(20_000))), 3)
    started = time.process_time()
    assert not model.same(answer(" ".join(f"other{n}" for n in range(20_000))))
    assert time.process_time() - started < 6


def test_a_model_without_a_value_is_made_once() -> None:
    model = learn(lambda: answer("<p>red lamp</p>", url="http://site.example/?id=1"), 3)
    assert model.without("1") is model
    other = model.without("lamp")
    assert other is model.without("lamp")
    assert other.same(answer("<p>red sofa</p>"), "sofa")
    assert not model.same(answer("<p>red sofa</p>"), "sofa")


@pytest.mark.parametrize("count", [3, 60])
def test_much_noise_is_still_told_from_another_page(count: int) -> None:
    chance = random.Random(count)

    def page(rows: int = 30) -> Exchange:
        views = "".join(f"<p>{chance.randrange(10**6)} views of item {n}</p>" for n in range(count))
        return answer(views + "".join(f"<li>Item {n} costs {n * 3}</li>" for n in range(rows)))

    model = learn(page)
    assert model.stable
    assert model.same(page())
    assert not model.same(page(29))
    assert not model.same(answer("<p>Nothing found</p>"))
    assert model.alike(page(5), page(5))
    assert not model.alike(page(5), page(6))


def test_unrelated_answers_make_an_unstable_model() -> None:
    words = iter(range(100_000))
    model = learn(lambda: answer(" ".join(f"word{next(words)}" for _ in range(900))), 3)
    assert not model.stable
    assert not model.backbone.whole
    assert model.same(model.representative)
