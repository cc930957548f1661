"""Files as the arguments of services."""

from django.core.files.uploadedfile import SimpleUploadedFile

from vedette.contract.job import SIGNING_ALGORITHMS
from vedette.server.web.protection_forms import METHOD_NAMES, CertificateForm, SignatureForm


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
