"""Forms of people who are not signed in yet."""

from vedette.server.web.access_forms import NewPasswordForm, SetupForm

FINE = {"password": " spaces stay ", "again": " spaces stay "}


def test_both_passwords_are_the_same_and_taken_as_typed():
    form = NewPasswordForm(FINE)
    assert form.is_valid()
    assert form.cleaned_data["password"] == " spaces stay "
    assert NewPasswordForm(FINE | {"again": "other"}).errors["again"] == ["The two passwords differ."]


def test_a_password_is_never_sent_back():
    form = NewPasswordForm(FINE | {"again": "other"})
    assert not form.is_valid()
    assert "spaces stay" not in form.as_p()


def test_the_set_up_asks_for_everything_the_service_takes():
    form = SetupForm(FINE | {"organisation_name": "Acme", "email": "ada@example.org", "name": ""})
    assert form.is_valid()
    assert set(form.cleaned_data) - {"again"} == {"organisation_name", "email", "name", "password"}
    assert list(SetupForm().fields) == ["organisation_name", "name", "email", "password", "again"]
