"""How writes end."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from vedette.server.kernel.errors import Conflict, Invalid, NotFound
from vedette.server.web import answers


class Form(forms.Form):
    name = forms.CharField()
    profile = forms.CharField(required=False)


@pytest.fixture
def post():
    def make(path="/ui/x/", data=None, **headers):
        request = RequestFactory().post(path, data or {}, **headers)
        request._messages = CookieStorage(request)
        return request

    return make


def told(request):
    return [str(one) for one in request._messages]


def test_an_action_takes_a_post_alone():
    view = answers.action(lambda request, actor: pytest.fail("called"))
    assert view(RequestFactory().get("/ui/x/"), None).status_code == 405


def test_what_stands_in_the_way_becomes_a_message(post):
    def view(request, actor):
        raise Invalid(fields={"site.name": ["Too long."], "url": ["No.", "Too long."]})

    request = post(HTTP_REFERER="http://testserver/ui/targets/?q=1")
    answer = answers.action(view)(request, None)
    assert (answer.status_code, answer["Location"]) == (302, "http://testserver/ui/targets/?q=1")
    assert told(request) == ["Too long. No."]


def test_what_does_not_exist_stays_not_found(post):
    def view(request, actor):
        raise NotFound

    with pytest.raises(NotFound):
        answers.action(view)(post(), None)


@pytest.mark.parametrize(
    ("wanted", "referer", "expected"),
    [
        ("/ui/scans/", "http://testserver/ui/x/", "/ui/scans/"),
        ("", "http://testserver/ui/x/", "http://testserver/ui/x/"),
        ("http://evil.example/", "", "/ui/"),
        ("//evil.example", "http://evil.example/", "/ui/"),
        ("javascript:alert(1)", "", "/ui/"),
    ],
)
def test_back_leads_nowhere_else(post, wanted, referer, expected):
    request = post(data={"next": wanted}, HTTP_REFERER=referer)
    assert answers.back(request)["Location"] == expected


def test_back_has_a_default(post):
    assert answers.back(post(), "/ui/targets/")["Location"] == "/ui/targets/"


def test_go_knows_both_ways_to_ask(post):
    assert answers.go(post(), "web:scans-page", "abc")["Location"] == "/ui/scans/abc/"
    assert answers.go(post(HTTP_HX_REQUEST="true"), "web:scans-page", "abc")["HX-Redirect"] == "/ui/scans/abc/"


def test_faults_stand_at_their_fields():
    form = Form({"name": "x"})
    assert form.is_valid()
    answers.take(
        form, Invalid(fields={"site.name": ["Bad."], "scan_profile": ["None."], "other": ["Hm."], "": ["All."]})
    )
    assert dict(form.errors) == {"name": ["Bad."], "profile": ["None."], "__all__": ["Hm.", "All."]}


def test_other_errors_stand_on_top():
    form = Form({"name": "x"})
    form.is_valid()
    answers.take(form, Conflict("busy", "Not now."))
    assert form.non_field_errors() == ["Not now."]


def test_a_form_with_faults_is_no_success():
    assert answers.status_of(Form()) == 200
    assert answers.status_of(Form({"name": "x"})) == 200
    assert answers.status_of(Form({})) == 422


def test_an_empty_form_was_sent_too():
    assert answers.sent(RequestFactory().get("/")) is None
    assert answers.sent(RequestFactory().post("/")) is not None
