"""What a scan learned lasts, and comes back in an order that every run repeats."""

from vedette.contract.batch import apply
from vedette.contract.exchange import Request
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Reaction, Reflection, Sink
from vedette.engine.scan.facts import MAX_SINKS, Facts


def target(url, template="", method="GET", body=b""):
    return Target(Request(method, url, body=body), template or url.partition("//a")[2].partition("?")[0])


def names(points):
    return [(point.target.request.url, point.kind.value, point.name) for point in points]


def both(write):
    """The facts as they are after writing, and as the next slice reads them."""
    state = {}
    first = Facts({})
    for rows in write(first):
        apply(state, rows)
    return first, Facts(state)


def test_targets_and_their_points_outlast_the_slice():
    def write(facts):
        yield facts.learn_target(target("http://a/x?q=1&r=2"), 1, "k2", "c")
        yield facts.learn_target(target("http://a/y?s=1"), 0, "k1", "c")
        yield facts.learn_extra(target("http://a/y?s=1"), "cookie", "lang", "en")
        yield facts.learn_extra(target("http://a/y?s=1"), "header", "Referer", "1")

    for facts in both(write):
        assert [found[0].request.url for found in facts.found()] == ["http://a/y?s=1", "http://a/x?q=1&r=2"]
        kinds = [kind for _, kind, _ in names(facts.points())]
        assert kinds.count("query") == 3
        assert {"cookie", "header"} <= set(kinds)
    first, second = both(write)
    assert names(first.points()) == names(second.points())
    assert first.learn_target(target("http://a/y?s=1"), 5, "k9", "d") == []
    assert first.learn_extra(target("http://a/y?s=1"), "cookie", "lang", "de") == []
    assert first.learn_extra(target("http://a/y?s=1"), "header", "referer", "2") == []


def test_only_the_chosen_targets_stay_with_their_last_template():
    def write(facts):
        yield facts.learn_target(target("http://a/p/1?q=1", "/p/1"), 0, "k1", "c")
        yield facts.learn_target(target("http://a/p/2?q=1", "/p/2"), 0, "k2", "c")
        yield facts.keep_only([target("http://a/p/1?q=1", "/p/{}")])

    for facts in both(write):
        (kept,) = facts.targets.values()
        assert kept.template == "/p/{}"
        assert facts.found()[0][1:] == (0, "k1")


def test_a_segment_that_pages_differ_in_is_tested_on_the_first():
    def write(facts):
        for name in ("tea-1", "pot-2"):
            yield facts.learn_target(target(f"http://a/shop/{name}", f"/shop/{name}"), 0, name, "same")
        yield facts.learn_target(target("http://a/shop/cup-3", "/shop/cup-3"), 0, "cup", "other")

    for facts in both(write):
        paths = [point for point in facts.points() if point.kind == PointKind.PATH and point.name == "1"]
        clusters = [facts.has_cluster("same"), facts.has_cluster("other"), facts.has_cluster("none")]
        assert len(paths) == 2, "one for each kind of page"
        assert clusters == [True, True, False]


def test_reactions_technologies_and_sinks_outlast_the_slice():
    point = Point(target("http://a/x?q=1"), PointKind.QUERY, "q", "1")
    reaction = Reaction(frozenset({"odd", "reflected"}), (Reflection("text", "<>", "d"),))

    def write(facts):
        yield facts.learn_reaction(point, reaction)
        yield facts.learn_technologies("a", ["php", "nginx"])
        yield facts.learn_technologies("a", ["php"])
        for number in (3, 1, 2, 0):
            request = Request("GET", f"http://a/{number}")
            yield facts.learn_sink(point.key, f"page{number}", Sink(request, (Reflection("text"),)))

    for facts in both(write):
        assert facts.reaction_of(point) == reaction
        assert facts.technologies_of("a") == {"php", "nginx"}
        assert facts.technologies_of("b") == frozenset()
        urls = [sink.request.url for sink in facts.sinks_of(point.key)]
        assert urls == [f"http://a/{number}" for number in range(MAX_SINKS)]
        assert facts.sinks_of("other") == ()
    other = Point(target("http://a/x?q=1"), PointKind.QUERY, "z", "1")
    assert Facts({}).reaction_of(other) == Reaction()
    assert Facts({}).learn_technologies("a", []) == []


def test_some_points_stay_however_many_are_like_them():
    facts = Facts({})
    for number in range(6):
        facts.learn_target(target(f"http://a/x?q=1&p{number}=1"), 0, str(number), "same")

    def queries():
        return [point for point in facts.points() if (point.kind, point.name) == (PointKind.QUERY, "q")]

    alike = queries()
    last = next(one for one in facts.targets.values() if one.key not in {point.target.key for point in alike})
    facts.always = lambda point: point.target.key == last.key
    assert len(queries()) == len(alike) + 1


def test_some_pages_go_first_among_those_that_show_what_was_stored():
    facts = Facts({})
    for number in range(MAX_SINKS + 2):
        facts.learn_sink("p", f"page{number}", Sink(Request("GET", f"http://a/{number}"), ()))
    facts.first_sinks = frozenset({f"page{MAX_SINKS + 1}"})
    assert facts.sinks_of("p")[0].request.url == f"http://a/{MAX_SINKS + 1}"
    assert len(facts.sinks_of("p")) == MAX_SINKS
    assert facts.shows("p", "page0")
    assert not facts.shows("p", "elsewhere")
    assert not facts.shows("q", "page0")


def test_what_is_supposed_counts_as_seen():
    facts = Facts({})
    facts.learn_technologies("a", ["nginx"])
    facts.supposed = {"a": frozenset({"php"})}
    assert facts.technologies_of("a") == {"nginx", "php"}
    assert facts.learn_technologies("a", ["php"]), "and is still told when it is"


def test_the_cluster_of_an_answer_lasts():
    def write(facts):
        yield facts.learn_target(target("http://a/x?q=1"), 1, "k2", "200-abc")

    for facts in both(write):
        assert facts.cluster_of(target("http://a/x?q=1").key) == "200-abc"
        assert facts.cluster_of("unknown") == ""


def test_what_answered_as_before_is_remembered():
    def write(facts):
        yield facts.learn_target(target("http://a/x"), 0, "k1", "c", same=True)
        yield facts.learn_target(target("http://a/y"), 0, "k2", "c")

    for facts in both(write):
        assert [facts.is_same(target(f"http://a/{name}")) for name in "xy"] == [True, False]


def test_inputs_that_are_never_tested_are_not_learned():
    facts = Facts({})
    facts.never = frozenset({("header", "x-key")})
    assert facts.learn_extra(target("http://a/x"), "header", "X-Key", "1") == []
    assert facts.learn_extra(target("http://a/x"), "cookie", "X-Key", "1") != []


def test_like_inputs_stay_when_every_one_is_wanted_or_described():
    facts = Facts({})
    for number in range(5):
        facts.learn_target(target(f"http://a/item/{number}", "/item/{}"), 0, f"k{number}", "c")
    assert len(facts.points()) == 1
    facts.every = True
    assert len(facts.points()) == 5
    facts = Facts({})
    for method in ("GET", "PUT"):
        described = Target(Request(method, "http://a/item/1"), "/item/{}", described=f"{method} /item/{{id}}")
        facts.learn_target(described, 0, method, "c")
    assert len(facts.points()) == 2
