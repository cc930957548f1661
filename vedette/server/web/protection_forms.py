"""Forms of what protects the requests of a target: what a browser sends, as the arguments of services."""

from __future__ import annotations

from typing import Any

from django import forms

from vedette.server.targets.client_certificates import MAX_BYTES
from vedette.server.web.login_forms import secret_field


class CertificateForm(forms.Form):
    """A client certificate with its key."""

    certificate = forms.FileField(label="Certificate", help_text="PEM, or PKCS#12 (.p12, .pfx) with its key inside.")
    key = forms.FileField(
        label="Private key", required=False, help_text="PEM; not needed when the file above holds it."
    )
    password = secret_field("Password of the key", 1024, hint="Only if the key is locked; it is not kept.")

    def values(self) -> dict[str, Any]:
        """What the service is told."""
        given = self.cleaned_data
        files = {name: given[name].read(MAX_BYTES + 1) if given[name] else b"" for name in ("certificate", "key")}
        return {**files, "password": given["password"]}
