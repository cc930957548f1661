"""HAR recordings."""

import pytest

from vedette.engine.parse.har import MAX_OPERATIONS, read
from vedette.engine.parse.operation import request_of


def entry(url, method="GET", **more):
    return {"request": {"method": method, "url": url, **more}}


def reading(*entries):
    return read({"log": {"entries": list(entries)}}, "http://a.test/")


def test_requests_are_taken_once_each_and_files_are_left():
    made = reading(
        entry("http://a.test/x?a=1"), entry("http://a.test/x?a=2"), entry("http://a.test/pic.png"),
        entry("http://a.test/style.css?v=1"), entry("data:text/plain,x"), entry("/relative"),
    )  # fmt: skip
    assert [one.url for one in made.operations] == ["http://a.test/x?a=1", "http://a.test/relative"]
    assert made.problems == []


def test_bodies_by_text_by_parameters_and_in_base64():
    posted = [
        {"mimeType": "application/json", "text": '{"a": 1}'},
        {"params": [{"name": "a", "value": "x y"}]},
        {"mimeType": "application/octet-stream", "text": "AAE=", "encoding": "base64"},
        {"mimeType": "application/octet-stream", "text": "!", "encoding": "base64"},
    ]
    made = reading(*(entry(f"http://a.test/{at}", "POST", postData=one) for at, one in enumerate(posted)))
    requests = [request_of(one) for one in made.operations]
    assert [request.body for request in requests] == [b'{"a": 1}', b"a=x+y", b"\x00\x01", b""]
    assert dict(requests[1].headers)["Content-Type"] == "application/x-www-form-urlencoded"


def test_headers_are_kept_but_for_the_sessions():
    headers = [{"name": "X-A", "value": "b\r\nc"}, {"name": "Cookie", "value": "s=1"}, {"name": ":authority"}]
    assert reading(entry("http://a.test/", headers=headers)).operations[0].headers == (("X-A", "bc"),)


@pytest.mark.parametrize("wrong", [None, 5, "text", [], {}, {"log": []}, {"log": {"entries": 5}}])
def test_what_is_no_har_says_so(wrong):
    assert read(wrong, "http://a.test/").problems == ["This is no HAR file: it has no list `log.entries`."]


def test_broken_entries_are_told_by_their_number():
    made = reading(5, {"request": {"url": 5}}, entry("ftp://a/"), entry("http://a.test/", "G E T"))
    assert made.operations == []
    assert [one.partition(":")[0] for one in made.problems] == ["Entry 1", "Entry 2", "Entry 3", "Entry 4"]


def test_many_are_cut():
    made = reading(*(entry(f"http://a.test/{number}") for number in range(MAX_OPERATIONS + 9)))
    assert len(made.operations) == MAX_OPERATIONS
    assert "were left out" in made.problems[0]


def test_headers_that_are_none_are_left_out():
    headers = [{"name": "X\nY", "value": "1"}, {"name": "X-A", "value": "1"}]
    log = {"log": {"entries": [{"request": {"method": "GET", "url": "http://a.test/", "headers": headers}}]}}
    assert read(log, "http://a.test/").operations[0].headers == (("X-A", "1"),)


def test_a_query_may_stand_in_the_list_alone():
    listed = [{"name": "a", "value": "x y"}, {"name": "a", "value": "2"}, 5]
    made = reading(entry("http://a.test/x", queryString=listed), entry("http://a.test/y?b=1", queryString=listed))
    assert [one.url for one in made.operations] == ["http://a.test/x?a=x+y&a=2", "http://a.test/y?b=1"]


def test_forms_with_files_that_were_recorded_field_by_field():
    params = [
        {"name": "f", "fileName": "a.txt", "value": "hello"},
        {"name": "t", "value": "1"},
        {"name": "t", "value": "2"},
    ]
    typed = [{"name": "Content-Type", "value": "multipart/form-data; boundary=old"}]
    posted = {"mimeType": "multipart/form-data", "params": params}
    for headers in ([], typed):
        sent = request_of(reading(entry("http://a.test/", "POST", headers=headers, postData=posted)).operations[0])
        (media,) = [value for name, value in sent.headers if name.lower() == "content-type"]
        assert media.partition("boundary=")[2].encode() in sent.body
        assert b"filename=" in sent.body and b"hello" in sent.body
        assert sent.body.count(b'name="t"') == 2
    text = {"mimeType": "multipart/form-data; boundary=q", "text": "--q\r\n", "params": params}
    assert reading(entry("http://a.test/", "POST", postData=text)).operations[0].raw == b"--q\r\n"
