"""Forms in the common dialog."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from vedette.server.kernel.errors import Conflict, Invalid, NotFound
from vedette.server.web import dialogs


class NameForm(forms.Form):
    name = forms.CharField(max_length=5)


def request_of(method="post", **given):
    request = getattr(RequestFactory(), method)("/ui/settings/teams/new/?a=1", given)
    request._messages = CookieStorage(request)
    return request


def serve(request, work=lambda: None):
    form = NameForm(request.POST or None)
    return dialogs.serve(request, form, work, heading="New thing", button="Make", done="Made.", lede="Why.")


def told(request):
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def test_it_is_shown_with_where_to_send_it():
    answer = serve(request_of("get"))
    body = answer.content.decode()
    assert answer.status_code == 200
    for text in ("New thing", "Why.", "Make", 'hx-post="/ui/settings/teams/new/?a=1"', 'name="name"'):
        assert text in body


def test_done_work_loads_the_page_anew_and_is_told():
    done = []
    request = request_of(name="x")
    answer = serve(request, lambda: done.append(1))
    assert (done, answer.headers["HX-Refresh"], answer.content) == ([1], "true", b"")
    assert told(request) == [("success", "Made.")]


def test_a_form_with_faults_does_nothing():
    done = []
    answer = serve(request_of(name="too long"), lambda: done.append(1))
    assert (answer.status_code, done) == (422, [])


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Invalid(fields={"name": ["Taken."]}), "Taken."),
        (Invalid(fields={"other": ["Elsewhere."]}), "Elsewhere."),
        (Conflict("busy", "Busy."), "Busy."),
    ],
)
def test_what_a_service_objects_stands_in_the_form(error, text):
    def work():
        raise error

    request = request_of(name="x")
    answer = serve(request, work)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert told(request) == []


def test_what_does_not_exist_is_not_the_form_s_fault():
    def work():
        raise NotFound

    with pytest.raises(NotFound):
        serve(request_of(name="x"), work)


def test_work_without_a_form_is_told_either_way():
    def fail():
        raise Conflict("busy", "Busy.")

    request = request_of()
    assert dialogs.told(request, lambda: None, "Done.").headers["HX-Refresh"] == "true"
    assert dialogs.told(request, fail, "Done.").headers["HX-Refresh"] == "true"
    assert told(request) == [("success", "Done."), ("error", "Busy.")]
