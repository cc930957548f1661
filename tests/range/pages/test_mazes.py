import pytest

from vedette.range.manifest import MAZES


@pytest.mark.parametrize("maze", MAZES, ids=lambda maze: maze.id)
def test_a_maze_goes_on(visitor, maze):
    seen, place = set(), maze.url
    for _ in range(30):
        seen.add(place)
        links = [a["href"] for tag, a in visitor.get(place).page.elements if tag == "a"]
        inner = [link if link.startswith("/") else place.partition("?")[0] + link for link in links]
        onward = [link for link in inner if link.startswith(maze.prefix) and link not in seen and link != maze.url]
        assert onward, place
        place = onward[-1]
    assert len(seen) == 30


def test_the_calendar_turns_the_year(visitor):
    assert "year=2026&amp;month=1" in visitor.get("/events/calendar?year=2025&month=12").text
    assert "year=2024&amp;month=12" in visitor.get("/events/calendar?year=2025&month=1").text
    assert visitor.get("/events/calendar?year=999999999&month=99").status == 200


def test_the_forums_topic_is_escaped(visitor):
    assert "<em>" not in visitor.get("/forum?topic=%3Cem%3E").text


def test_facets_know_their_values(visitor):
    page = visitor.get("/browse?shade=navy&size=huge&sort=%3Cem%3E")
    assert "shade navy" in page.text and "huge" not in page.text and "<em>" not in page.text
