from __future__ import annotations


def test_takes_what_the_client_sends_and_no_notice_of_it(api):
    sent = {"event_name": "cli_start_scan_used", "cli_version": "0", "python_version": "3.11", "event_data": {}}
    answer = api.post("/cli/analytics/event/", sent)
    assert (answer.status, answer.data) == (204, None)


def test_reads_nothing(api):
    assert api.raw("POST", "/cli/analytics/event/", b"{", "application/json").status == 204


def test_there_is_nothing_to_see(api):
    assert api.get("/cli/analytics/event/").status == 405
