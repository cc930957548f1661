from dataclasses import dataclass

import pytest

from vedette.engine.crawl import states
from vedette.engine.crawl.states import Graph, content, mask


@dataclass(frozen=True)
class Act:
    key: str
    kind: str = "click"
    label: str = ""
    hidden: bool = False
    address: str = ""
    action: str = ""
    method: str = ""


def acts(*keys):
    return [Act(key) for key in keys]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("p|Item 3 of 10", "p|Item 14 of 20"),
        ("p|Updated 12:30:05, 3 minutes ago", "p|Updated 12:31:07, 4 minutes ago"),
        ("p|id 3f2a9c1b7d", "p|id 99ab12cd34ff"),
        ("p|2024-01-02", "p|2025-11-30"),
    ],
)
def test_what_changes_by_itself_is_masked(left, right):
    assert mask(left) == mask(right)


def test_words_are_not_masked():
    assert mask("p|Your basket") != mask("p|Your account")
    assert content(["p|a", "p|a", "p|b"]) == content(["p|b", "p|a"])


def test_states_are_known_by_what_they_show_and_offer():
    graph = Graph()
    assert graph.enter(["h|Home"], acts("a", "b")) == 0
    assert graph.enter(["h|Other"], acts("c"), 0, "a") == 1
    assert graph.enter(["h|Home"], acts("a", "b"), 1, "c") == 0
    assert graph.enter(["h|Home"], acts("a", "b", "d"), 0, "b") == 2
    assert [state.path for state in graph.states] == [(), ("a",), ("b",)]


def test_texts_that_churn_make_no_new_state():
    graph = Graph()
    lines = [f"p|word {letter}" for letter in "abcdefghij"]
    graph.enter(lines, acts("a"))
    assert graph.enter([*lines[1:], "p|something else"], acts("a"), 0, "a") == 0
    assert graph.enter([*lines[5:], *(f"p|new {letter}" for letter in "klmno")], acts("a"), 0, "a") == 1


def test_new_actions_come_first_then_visible_ones_then_usual_ones():
    graph = Graph()
    first = [Act("hover", "hover"), Act("hidden", hidden=True), Act("click"), Act("old")]
    graph.enter(["a"], first)
    order = []
    while (act := graph.choose(0, first)) is not None:
        graph.done(0, act.key)
        order.append(act.key)
    assert order == ["click", "old", "hover", "hidden"]
    second = [Act("old"), Act("fresh", "custom")]
    graph.enter(["b"], second, 0, "old")
    chosen = graph.choose(1, second)
    assert chosen is not None and chosen.key == "fresh"


def test_the_same_action_is_not_done_in_every_state():
    graph = Graph()
    for number in range(states.MAX_SAME + 2):
        graph.enter([f"page {chr(97 + number)}"], acts("menu"), number - 1, "x") if number else graph.enter(
            ["page a"], acts("menu")
        )
        if graph.choose(number, acts("menu")) is not None:
            graph.done(number, "menu")
    assert graph.performed == states.MAX_SAME
    assert graph.all_done


def test_the_way_to_what_is_left_is_the_shortest():
    graph = Graph()
    graph.enter(["0"], acts("a", "b"))
    graph.enter(["one"], acts("c"), 0, "a")
    graph.enter(["two"], acts("d"), 1, "c")
    graph.enter(["two"], acts("d"), 0, "b")
    for number, key in ((0, "a"), (0, "b"), (1, "c")):
        graph.done(number, key)
    assert graph.way(0) == [(0, "b")]
    graph.broken(0, "b")
    assert graph.way(0) == [(0, "a"), (1, "c")]
    graph.done(2, "d")
    assert graph.way(0) is None
    assert graph.all_done


def test_what_brings_more_of_the_same_is_done_again_a_few_times():
    graph = Graph()
    graph.enter(["list"], acts("more"))
    graph.enter(["list"], acts("more"), 0, "more")
    times = 0
    while times < 50:
        graph.done(0, "more")
        times += 1
        if not graph.again(0, "more", changed=True):
            break
    assert times == states.MAX_REPEATS
    assert not graph.again(0, "more", changed=False)


def test_states_and_actions_are_bounded():
    graph = Graph()
    numbers = [graph.enter([f"p|{'x' * number}"], acts("a"), number - 1, "a") for number in range(states.MAX_STATES)]
    assert numbers == list(range(states.MAX_STATES))
    assert graph.enter(["p|one more"], acts("a"), 3, "a") == -1
    for number in range(states.MAX_ACTS):
        graph.done(0, f"act {number}")
    assert graph.spent


def test_a_graph_goes_on_from_where_it_was_dumped():
    graph = Graph()
    graph.enter(["0"], acts("a", "b"))
    graph.done(0, "a")
    graph.enter(["one"], acts("a", "c"), 0, "a")
    again = Graph.load(graph.dump())
    assert again.dump() == graph.dump()
    assert again.enter(["one"], acts("a", "c")) == 1
    chosen = again.choose(0, acts("a", "b"))
    assert chosen is not None and chosen.key == "b"
    assert again.way(0) == [(0, "a")]


def test_what_the_step_before_brought_comes_before_the_rest():
    graph = Graph()
    graph.enter(["list"], acts("menu", "other"))
    graph.done(0, "menu")
    graph.enter(["list", "menu"], acts("menu", "other", "archive"), 0, "menu")
    chosen = graph.choose(1, acts("menu", "other", "archive"))
    assert chosen is not None and chosen.key == "archive"


def test_what_was_done_nowhere_comes_before_what_was():
    graph = Graph()
    graph.enter(["0"], acts("a", "b"))
    graph.done(0, "a")
    graph.enter(["one"], acts("a"), 0, "a")
    assert graph.sooner(graph.choose(1, acts("a")))
    assert graph.way(1, new=True) is None
    graph.lose()
    assert not graph.sooner(graph.choose(1, acts("a")))
    graph.enter(["0"], acts("a", "b"), 1, "a")
    assert graph.way(1, new=True) == [(1, "a")]


def test_what_came_to_nothing_or_leads_to_the_same_is_not_repeated():
    graph = Graph()
    acts_of_all = [Act("tip", "hover"), Act("home"), Act("send")]
    for number in range(4):
        graph.enter([f"p|{'x' * (number + 1)}"], acts_of_all, number - 1, f"to {number}")
    for act in (acts_of_all[0], acts_of_all[2]):
        graph.done(0, act.key)
        graph.idle(act)
    for number in (1, 2):
        graph.done(number, "home")
        graph.enter(["p|x"], acts_of_all, number, "home")
    left = graph.choose(3, acts_of_all)
    assert left is not None and left.key == "send"
    graph.shun("send")
    assert graph.choose(3, acts_of_all) is None
    assert Graph.load(graph.dump()).choose(3, acts_of_all) is None


def test_an_action_that_was_cut_off_is_done_again_when_all_else_is_done():
    graph = Graph()
    graph.enter(["0"], acts("a", "b"))
    graph.done(0, "a", counts=False)
    graph.undone(0, "a")
    graph = Graph.load(graph.dump())
    for key in "ba":
        chosen = graph.choose(0, acts("a", "b"))
        assert chosen is not None and chosen.key == key
        graph.done(0, key)
    assert graph.all_done


def test_each_address_that_a_script_shows_gives_room():
    graph = Graph()
    for number in range(states.MAX_ACTS):
        graph.done(graph.enter(["p"], acts("a")), f"act {number}")
    assert graph.spent
    graph.visit("http://s.test/orders/1?page=2")
    graph.visit("http://s.test/orders/25")
    assert graph.spent and graph.places == 1
    graph.visit("http://s.test/settings")
    graph.visit("http://s.test/#/settings")
    assert not graph.spent and graph.places == Graph.load(graph.dump()).places == 3
    for number in range(100):
        graph.visit(f"http://s.test/{'x' * number}")
    assert graph.places == states.MAX_PLACES
