"""Files as the arguments of services."""

from django.core.files.uploadedfile import SimpleUploadedFile

from vedette.server.web.protection_forms import CertificateForm


def test_a_certificate_may_bring_its_key_along():
    form = CertificateForm({"password": " x "}, {"certificate": SimpleUploadedFile("a.p12", b"abc")})
    assert form.is_valid()
    assert form.values() == {"certificate": b"abc", "key": b"", "password": " x "}
    assert "certificate" in CertificateForm({}, {}).errors
