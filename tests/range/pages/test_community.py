import json

import pytest

MINE = "<em class=mine>x</em>"


@pytest.mark.parametrize("flaw", ["stored-guestbook", "stored-caption", "stored-ask", "stored-client"])
def test_what_was_sent_comes_out_as_markup(visitor, flaw):
    visitor.plant(flaw)
    assert "em" not in visitor.sink(flaw).page.tags()
    answer = visitor.plant(flaw, MINE)
    assert "mine" not in answer.text and answer.status in (200, 201)
    assert ("em", {"class": "mine"}) in visitor.sink(flaw).page.elements


def test_names_in_the_guest_book_are_escaped(visitor):
    visitor.plant("like-stored-name", MINE)
    page = visitor.sink("like-stored-name").page
    assert "em" not in page.tags() and MINE in page.words


def test_chat_lines_stay_json(visitor):
    visitor.plant("like-stored-chat", MINE)
    answer = visitor.sink("like-stored-chat")
    assert json.loads(answer.text) == {"lines": [MINE]}
    assert answer.header("Content-Type") == "application/json" and answer.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize("flaw", ["stored-guestbook", "stored-caption", "stored-ask", "stored-client"])
def test_boards_do_not_grow_without_end(visitor, flaw):
    for number in range(40):
        visitor.plant(flaw, f"entry {number}.")
    text = visitor.sink(flaw).text
    assert text.count("entry ") == 20 and "entry 39." in text


def test_the_hub_opens(visitor):
    assert visitor.get("/community").status == 200
