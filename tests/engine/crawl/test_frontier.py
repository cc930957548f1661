import random
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract.batch import apply
from vedette.contract.exchange import Request
from vedette.engine.crawl import frontier as module
from vedette.engine.crawl.frontier import MAX_ATTEMPTS, Frontier, Item, key_of

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def item(path, depth=0, **named):
    return Item(Request("GET", "http://site.test" + path), depth, **named)


def drain(frontier):
    taken = []
    while batch := frontier.take(3):
        for one in batch:
            taken.append(one.request.url)
            frontier.done(one)
    return taken


def test_each_key_goes_in_once():
    frontier = Frontier()
    assert frontier.add(item("/a?x=1&y=2"))
    assert not frontier.add(item("/a?y=2&x=1", 3))
    assert frontier.knows(item("/a?y=2&x=1").request)
    assert frontier.knows_url("http://site.test/a?x=1&y=2")
    assert not frontier.knows_url("http://site.test/a?x=1&y=2", "A")
    assert len(frontier) == frontier.seen == 1


def test_forms_with_the_same_fields_are_the_same():
    def form(body, user=""):
        return Request("POST", "http://site.test/a", FORM, body, user)

    assert key_of(form(b"a=1&token=x")) == key_of(form(b"token=y&a=2"))
    assert key_of(form(b"a=1")) != key_of(form(b"b=1"))
    assert key_of(form(b"a=1")) != key_of(form(b"a=1", "A"))
    assert key_of(Request("GET", "http://site.test/a")) != key_of(Request("POST", "http://site.test/a"))


def test_the_order_is_depth_then_key_whatever_the_order_of_arrival():
    items = [item(f"/{number}", number % 3) for number in range(50)]
    expected = [one.request.url for one in sorted(items, key=lambda one: (one.depth, one.key))]
    for seed in range(3):
        frontier = Frontier()
        shuffled = list(items)
        random.Random(seed).shuffle(shuffled)
        for one in shuffled:
            frontier.add(one)
        assert drain(frontier) == expected


def test_budgets_end_the_crawl_visibly():
    frontier = Frontier(max_pages=2, max_depth=1)
    assert not frontier.add(item("/deep", 2))
    for number in range(3):
        frontier.add(item(f"/{number}"))
    assert len(frontier.take(10)) == 2
    assert frontier.take(10) == []
    assert (frontier.spent, frontier.too_deep, frontier.waiting) == (True, 1, 1)


def test_what_failed_comes_again_last_and_not_for_ever():
    frontier = Frontier()
    frontier.add(item("/bad"))
    (bad,) = frontier.take(1)
    frontier.add(item("/good", 9))
    assert frontier.requeue(bad)
    assert [one.request.url[-4:] for one in frontier.take(2)] == ["good", "/bad"]
    again = Item(bad.request, attempts=MAX_ATTEMPTS - 1)
    assert not frontier.requeue(again)
    assert frontier.dropped == 1


def test_what_was_given_back_was_never_taken():
    frontier = Frontier(max_pages=1)
    frontier.add(item("/a"))
    (one,) = frontier.take(1)
    frontier.give_back(one)
    assert frontier.taken == 0
    assert frontier.take(1) == [one]


def test_mark_keeps_an_address_out():
    frontier = Frontier()
    assert frontier.mark(item("/logout").request)
    assert not frontier.mark(item("/logout").request)
    assert not frontier.add(item("/logout"))
    assert len(frontier) == 0


def test_an_address_is_known_to_the_user_who_asked_for_it(monkeypatch):
    monkeypatch.setattr(module, "MAX_FAMILIAR", 3)
    frontier = Frontier()
    for number in range(8):
        url = f"http://site.test/{number}?b=1&a=2"
        assert not frontier.knows_url(url, "A")
        assert frontier.add(Item(Request("GET", url, user="A")))
    for number in [*range(8), *range(8)]:
        assert frontier.knows_url(f"http://site.test/{number}?b=1&a=2", "A")
        assert frontier.knows_url(f"http://site.test/{number}?a=2&b=1", "A")
        assert not frontier.knows_url(f"http://site.test/{number}?b=1&a=2")
        assert not frontier.knows_url(f"http://site.test/{number}?b=1&a=2", "B")


def test_an_item_survives_the_rows_whole():
    whole = Item(
        Request("POST", "http://site.test/ä".replace("ä", "%C3%A4"), (*FORM, ("X", "ü")), b"\x00\xff=1", "A"),
        3,
        "form",
        "http://site.test/",
        ("Go", "ü"),
    )
    frontier = Frontier()
    frontier.add(whole)
    state = {}
    apply(state, frontier.changes())
    (loaded,) = Frontier.load(state["frontier"]).take(1)
    assert loaded == whole
    assert loaded.key == whole.key


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(1, 5), st.integers(0, 6))
def test_a_killed_crawl_fetches_the_rest_and_nothing_twice(kill_after, width, growth):
    def crawl(frontier, rounds, state):
        done = []
        for _ in range(rounds):
            batch = frontier.take(width)
            if not batch:
                break
            for one in batch:
                done.append(one.request.url)
                frontier.done(one)
                for child in range(growth):
                    frontier.add(item(f"/{hash_of(one.request.url, child)}", one.depth + 1))
            apply(state, frontier.changes())
        return done

    def hash_of(url, child):
        return sum(map(ord, url)) * 7 % 101 + child

    first, state = Frontier(60), {}
    first.add(item("/start"))
    apply(state, first.changes())
    undisturbed = crawl(first, 1000, {})

    second, state = Frontier(60), {}
    second.add(item("/start"))
    apply(state, second.changes())
    before = crawl(second, kill_after, state)
    in_flight = second.take(width)
    after = crawl(Frontier.load(state["frontier"], 60), 1000, state)
    assert before + after == undisturbed
    assert all(one.request.url in after for one in in_flight)


def test_many_pages_stay_small():
    tracemalloc.start()
    frontier = Frontier()
    state = {}
    for number in range(10_000):
        frontier.add(
            item(f"/shop/product/{number}/a-longer-name-{number}?ref=list", 2, source="a", referer="http://x/")
        )
        if number % 1_000 == 0:
            apply(state, frontier.changes())
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert size < 12 * 1024 * 1024
