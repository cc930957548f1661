"""Files as the arguments of services."""

from django.core.files.uploadedfile import SimpleUploadedFile

from vedette.contract.job import SIGNING_ALGORITHMS
from vedette.server.web.protection_forms import (
    METHOD_NAMES,
    CertificateForm,
    EncryptionForm,
    FolderLoginForm,
    SignatureForm,
)


def test_a_certificate_may_bring_its_key_along():
    form = CertificateForm({"password": " x "}, {"certificate": SimpleUploadedFile("a.p12", b"abc")})
    assert form.is_valid()
    assert form.values() == {"certificate": b"abc", "key": b"", "password": " x "}
    assert "certificate" in CertificateForm({}, {}).errors


def test_a_key_keeps_its_lines():
    given = {"signature_method": "http-v1", "secret": "a\r\nb\r\n", "signed_headers": "host  date", "key_id": "k"}
    form = SignatureForm(given)
    assert form.is_valid(), form.errors
    settings, secret = form.values()
    assert (secret, settings["signed_headers"], settings["algorithm"]) == ("a\nb\n", ["host", "date"], "")
    assert SignatureForm.start({})["signed_headers"] == "(request-target) host date digest"
    assert set(METHOD_NAMES) == set(SIGNING_ALGORITHMS)


def test_lines_become_a_mapping():
    given = {"postman_auth_folder": "Auth", "postman_auth_var_mapping": "token = data.token\n\nsid=cookie:sid"}
    form = FolderLoginForm({**given, "postman_check_session_folder": "Me"}, folders=["Auth", "<b>"])
    assert form.is_valid(), form.errors
    settings, check_folder = form.values()
    assert (settings["postman_auth_var_mapping"], check_folder) == ({"token": "data.token", "sid": "cookie:sid"}, "Me")
    assert "Auth, <b>" in form.fields["postman_auth_folder"].help_text
    assert "postman_auth_var_mapping" in FolderLoginForm({**given, "postman_auth_var_mapping": "token"}).errors
    start = FolderLoginForm.start({"postman_auth_var_mapping": {"a": "b"}}, {"postman_check_session_folder": "Me"})
    assert (start["postman_auth_var_mapping"], start["postman_check_session_folder"]) == ("a = b", "Me")


def test_keys_are_read_from_files():
    files = {"key": SimpleUploadedFile("a.pem", b"abc")}
    form = EncryptionForm({"content_encryption": "A256GCM", "scope": "http://a/\n http://b/ "}, files)
    assert form.is_valid(), form.errors
    settings = {"key_id": "", "content_encryption": "A256GCM", "scope": ["http://a/", "http://b/"]}
    assert form.values() == (settings, {"key": "abc"})
    assert EncryptionForm.start({"scope": ["a", "b"]})["scope"] == "a\nb"
