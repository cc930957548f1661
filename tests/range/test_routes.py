import pytest

from vedette.range.routes import Routes
from vedette.range.web import Request, Response


def page(request):
    return Response()


def find(routes, path):
    request = Request(method="GET", path=path)
    return routes.find(request), request.places


def test_literal_paths_win_over_places():
    routes = Routes()
    routes.add("GET", "/a/{x}", page)
    routes.add("POST", "/a/b", page)
    assert set(find(routes, "/a/b")[0]) == {"POST"}
    assert find(routes, "/a/c") == ({"GET": page}, {"x": "c"})


def test_an_encoded_slash_stays_in_its_segment():
    routes = Routes()
    routes.add("GET", "/a/{x}", page)
    assert find(routes, "/a/b%2Fc%20d")[1] == {"x": "b/c d"}
    assert find(routes, "/a/b/c")[0] == {}


def test_the_rest_of_a_path():
    routes = Routes()
    routes.get("/old/{rest*}")(page)
    assert find(routes, "/old/")[1] == {"rest": ""}
    assert find(routes, "/old/a/b/")[1] == {"rest": "a/b/"}
    assert find(routes, "/older")[0] == {}


def test_the_same_twice_is_a_mistake():
    routes, others = Routes(), Routes()
    routes.post("/a")(page)
    others.post("/a")(page)
    with pytest.raises(ValueError, match="POST /a"):
        routes.include([others])


def test_methods_of_one_path_share_it():
    routes, others = Routes(), Routes()
    routes.get("/a/{x}")(page)
    others.delete("/a/{x}")(page)
    routes.include([others])
    assert set(find(routes, "/a/1")[0]) == {"GET", "DELETE"}
