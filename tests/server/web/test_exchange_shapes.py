"""Requests and responses as text."""

import pytest

from vedette.contract.events import ScanFinished, StepReplayed
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.server.web import exchange_shapes as shapes


def exchange(body=b"<p>1</p>", kind="text/html", **fields):
    response = Response(200, (("Content-Type", kind),), body, **fields)
    return Exchange(Request("GET", "http://shop.example.org/?q=1"), response)


def test_a_step_shows_both_sides_and_a_command():
    step = Step("Proof", exchange(total_s=0.0414), ("1",), "It came back.", request_marks=("q=1",))
    (shown,) = shapes.steps([step])
    assert (shown.number, shown.label, shown.note, shown.time) == (1, "Proof", "It came back.", "41 ms")
    assert shown.request == "GET /?q=1 HTTP/1.1\r\nHost: shop.example.org"
    assert shown.response == "HTTP/1.1 200\nContent-Type: text/html\n\n<p>1</p>"
    assert (shown.marks, shown.request_marks) == (("1",), ("q=1",))
    assert shown.curl.startswith("curl ")


def test_a_body_is_decoded_as_it_declares():
    assert shapes.whole_response(exchange(b"caf\xe9", "text/plain; charset=latin-1")).endswith("café")


def test_what_the_scanner_cut_says_so():
    assert shapes.whole_response(exchange(truncated=True)).endswith("[cut by the scanner]")


def test_without_an_answer_the_reason_stands_there():
    step = Step("Proof", Exchange(Request("GET", "http://x.example/"), error="timeout", detail="after 10 s"))
    (shown,) = shapes.steps([step])
    assert not shown.answered
    assert shown.time == ""
    assert shown.response == "(timeout: after 10 s)"


def test_a_short_text_is_whole():
    text = "x" * shapes.SHOWN
    assert shapes.excerpt(text, ("x",)) == text


def test_a_long_text_shows_its_head_and_the_surroundings_of_a_mark_far_behind():
    text = "a" * 50_000 + "MATCH" + "b" * 50_000
    shown = shapes.excerpt(text, ("MATCH",))
    head, gap, place, end = shown.split("\n")[0], *shown.split("\n")[1:4]
    assert head == "a" * (shapes.SHOWN // 2)
    assert gap == "[44,200 characters left out here]"
    assert place == "a" * shapes.AROUND + "MATCH" + "b" * (shapes.AROUND - 5)
    assert end == "[49,205 characters left out here]"


@pytest.mark.parametrize("at", [0, 4990, 5000, 5790, 5805, 9000])
def test_marks_near_the_head_or_each_other_are_shown_once(at):
    text = "a" * at + "MATCH" + "b" * 700 + "MATCH" + "c" * 30_000
    shown = shapes.excerpt(text, ("MATCH",))
    assert shown.count("MATCH") == 2
    told = sum(int(line.split()[0][1:].replace(",", "")) for line in shown.split("\n") if line.endswith("here]"))
    kept = sum(len(line) for line in shown.split("\n") if not line.endswith("here]"))
    assert kept + told == len(text)


def test_only_the_first_places_of_many_are_shown():
    text = ("x" * 5000 + "MATCH") * 50
    assert len(shapes.excerpt(text, ("MATCH",))) < 20_000


def test_empty_marks_are_nowhere():
    assert shapes.excerpt("a" * 20_000, ("", "z")).count("left out") == 1


def replayed(index=0, same=True):
    return StepReplayed(index=index, exchange=exchange(), same=same, verdict="The answer is as before.")


def test_a_replay_says_as_a_whole_and_by_step_what_came():
    step = Step("Proof", exchange(), ("1",))
    shown = shapes.replay([step], [replayed(), ScanFinished(verdict="findings")])
    assert shown.label.word == "The proof holds"
    (again,) = shown.steps
    assert (again.number, again.label, again.same, again.verdict) == (1, "Proof", True, "The answer is as before.")
    assert "<p>1</p>" in again.response
    assert again.marks == ("1",)


@pytest.mark.parametrize(
    ("end", "word"),
    [
        (ScanFinished(verdict="clean", reasons=("Why.",)), "The proof does not hold"),
        (ScanFinished(verdict="failed", reasons=("Why.",)), "It could not be told"),
    ],
)
def test_a_replay_that_shows_nothing_says_why(end, word):
    shown = shapes.replay([], [end])
    assert shown.label.word == word
    assert shown.reasons == ("Why.",)


def test_a_replay_without_an_end_or_of_other_steps_is_no_proof():
    shown = shapes.replay([], [replayed(index=3)])
    assert shown.label.word == "It could not be told"
    assert shown.steps == []
