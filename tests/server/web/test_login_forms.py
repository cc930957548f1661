"""Forms of log-ins and APIs: what browsers send, as the arguments of services."""

from __future__ import annotations

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.job import DESCRIPTION_KINDS, DETECTOR_KINDS
from vedette.server.targets.models import Target
from vedette.server.targets.services import targets
from vedette.server.tenancy.actor import system_actor
from vedette.server.web import login_forms as forms

GIVEN = {
    "way": "form",
    "form_login_url": "http://shop.example.org/login",
    "user": "ann",
    "password": "pa55",
    "otp_algorithm": "SHA1",
    "otp_digits": "6",
    "logout_condition": "any",
}


@shared
def target():
    return factories.target(factories.organisation())


def told(target, **fields):
    form = forms.LoginForm({**GIVEN, **fields})
    assert form.is_valid(), form.errors
    return form.values(target)


def test_nothing_is_to_be_chosen_where_nothing_is_stored(target):
    assert all(forms.LoginForm()[f"{name}_from"].is_hidden for name in ("password", "basic_password", "otp_secret"))


def test_what_is_chosen_stands_for_what_is_typed_and_gives_way_to_it(target):
    uri = "credentials://" + "2" * 12
    chosen = {f"{name}_from": uri for name in ("password", "basic_password", "otp_secret")}
    form = forms.LoginForm({**GIVEN, **chosen}, credentials=[(uri, "Test user")])
    assert form.is_valid(), form.errors
    found = form.values(target)
    assert (found["form_login"][1]["value"], found["basic_auth"]["password"], found["otp_secret"]) == (uri, uri, uri)
    form = forms.LoginForm(GIVEN, initial=chosen)
    assert form.is_valid()
    found = form.values(target)
    assert (found["form_login"][1]["value"], found["basic_auth"]["password"], found["otp_secret"]) == ("pa55", "", "")


def test_every_sign_and_form_of_description_has_a_name():
    assert set(forms.DETECTOR_NAMES) == set(DETECTOR_KINDS)
    assert set(forms.DESCRIPTION_NAMES) == set(DESCRIPTION_KINDS)


def test_user_and_password_become_fields(target):
    values = told(target)
    assert values["form_login"] == [{"name": "username", "value": "ann"}, {"name": "password", "value": "pa55"}]
    assert (values["has_form_login"], values["has_sequence_login"], values["auth_enabled"]) == (True, False, True)
    assert "otp_secret" not in values and values["basic_auth"] == {"username": ""}


def test_nothing_is_switched_on_by_an_empty_form(target):
    values = told(target, way="", user="", password="")
    assert values["form_login"] == [] and "auth_enabled" not in values


def test_what_is_left_empty_stays_and_fields_keep_their_names(target):
    fields = [{"name": "mail", "value": "ann"}, {"name": "pw", "value": "pa55"}, {"name": "shop", "value": "7"}]
    targets.change(system_actor(target.organisation), target, form_login=fields)
    stored = Target.objects.get().settings["form_login"]
    values = told(Target.objects.get(), user="bob", password="")
    assert values["form_login"] == [{"name": "mail", "value": "bob"}, *stored[1:]]
    start = forms.LoginForm.start(Target.objects.get())
    assert (start["user"], start.get("password"), start["otp_secret"]) == ("ann", None, "")


def test_a_recording_comes_as_a_file_or_as_text():
    steps = json.dumps([{"type": "wait"}])
    given = {"name": "a", "kind": "login"}
    form = forms.SequenceForm(given, {"file": SimpleUploadedFile("a.json", steps.encode())})
    assert form.is_valid() and form.values()["content"] == steps
    form = forms.SequenceForm({**given, "content": steps})
    assert form.is_valid()
    assert form.values() == {"name": "a", "kind": "login", "requires_login": False, "content": steps}


def test_parameters_are_lines():
    given = {"api_schema_type": "openapi", "media_type": "application/json", "custom_api_parameters": "a = 1\n\nb=x=y"}
    form = forms.ApiForm(given)
    assert form.is_valid(), form.errors
    values = form.values()["api_scan_settings"]
    assert values["custom_api_parameters"] == [{"name": "a", "value": "1"}, {"name": "b", "value": "x=y"}]
    assert "api_login_payload" not in values
    assert not forms.ApiForm({**given, "custom_api_parameters": "a"}).is_valid()
