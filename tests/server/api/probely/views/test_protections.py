"""What protects the requests of a site: set up, switched and wiped, and never shown."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.server import factories
from tests.server.api.probely.views.test_site_logins import everywhere
from tests.server.layers import shared
from tests.server.targets.certifying import PASSWORD, bundle, key_pem, pem, rsa_pair
from vedette.server.targets.models import Target
from vedette.server.targets.services.job_settings import job_settings

ON, OFF, NONE = ({"configured": one, "enabled": two} for one, two in ((True, True), (True, False), (False, False)))


@shared
def url(home):
    return f"/targets/{factories.target(home).public_id}/"


def told():
    return job_settings(Target.objects.get())


class TestMtls:
    def test_is_handed_in_as_json(self, api, url, models):
        assert api.get(url + "mtls/").data == NONE
        body = {"certificate": base64.b64encode(bundle()).decode(), "password": PASSWORD}
        answer = api.put(url + "mtls/", body)
        assert (answer.status, answer.data) == (200, ON)
        assert "PRIVATE KEY" in told().secrets[told().certificate]
        assert api.patch(url + "mtls/", {"enabled": False}).data == OFF
        assert told().certificate == ""
        site = api.get(url).data["site"]
        assert site["is_mtls_active"] is False
        assert api.patch(url, {"site": {**site, "is_mtls_active": True}}).data["site"]["is_mtls_active"] is True
        assert models.target(**api.get(url).data)
        assert api.get(url + "mtls/").data == ON
        assert PASSWORD not in everywhere() and "PRIVATE KEY" not in everywhere()
        gone = api.delete(url + "mtls/")
        assert (gone.status, gone.data) == (204, None)
        assert api.get(url + "mtls/").data == NONE and not told().secrets

    def test_is_handed_in_as_files(self, home, api, url):
        files = {
            "certificate": SimpleUploadedFile("client.crt", pem()),
            "key": SimpleUploadedFile("client.key", key_pem(password=PASSWORD)),
            "password": PASSWORD,
            "enabled": "false",
        }
        content = encode_multipart(BOUNDARY, files)
        assert api.raw("PUT", url + "mtls/", content, MULTIPART_CONTENT).data == OFF
        headers = {"Authorization": f"JWT {factories.key(home)}"}
        assert Client().get(url + "mtls/", headers=headers).json() == OFF

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"certificate": pem().decode(), "key": key_pem("b").decode()}, "key"),
            ({"certificate": pem(starts=-9, ends=-2).decode(), "key": key_pem().decode()}, "certificate"),
            ({"certificate": base64.b64encode(bundle()).decode(), "password": "wrong"}, "password"),
            ({"certificate": 7}, "certificate"),
            ({"key": key_pem().decode()}, "certificate"),
            ({"enabled": True}, "enabled"),
            ({"enabled": "maybe"}, "enabled"),
        ],
    )
    def test_faults_are_told_in_words(self, api, url, given, field):
        answer = api.patch(url + "mtls/", given)
        assert (answer.status, list(answer.data)) == (400, [field])
        assert api.get(url + "mtls/").data == NONE

    def test_is_not_switched_on_before(self, api, url):
        answer = api.patch(url, {"site": {"is_mtls_active": True}})
        assert (answer.status, list(answer.data["site"])) == (400, ["is_mtls_active"])

    def test_a_reader_sees_it_and_changes_nothing(self, api_as, nobody, url):
        reader = api_as("auditor")
        assert reader.get(url + "mtls/").data == NONE
        assert reader.patch(url + "mtls/", {"enabled": False}).status == 403
        assert reader.delete(url + "mtls/").status == 403
        assert nobody.get(url + "mtls/").status == 401


class TestSignature:
    def test_is_set_up_switched_and_wiped(self, api, url, models):
        fresh = api.get(url + "signature/").data
        assert {name: fresh[name] for name in NONE} == NONE and fresh["signature_method"] is None
        assert api.put(url + "signature/", fresh).data == fresh
        answer = api.put(url + "signature/", {"signature_method": "jwt-v1", "secret": PASSWORD, "key_id": "k"})
        assert answer.status == 200 and answer.data["algorithm"] == "HS256"
        assert {name: answer.data[name] for name in ON} == ON and "secret" not in answer.data
        assert told().secrets[told().signing.secret] == PASSWORD
        assert api.put(url + "signature/", answer.data).data == answer.data
        assert models.target(**api.patch(url, {"site": {"is_signature_active": False}}).data)
        assert told().signing is None and api.get(url + "signature/").data["enabled"] is False
        assert api.patch(url + "signature/", {"enabled": True}).data == answer.data
        assert PASSWORD not in everywhere()
        assert api.delete(url + "signature/").status == 204
        assert api.get(url + "signature/").data == fresh and not told().secrets

    def test_takes_a_key_as_a_file(self, api, url):
        parts = {
            "signature_method": "http-v1",
            "algorithm": "ecdsa-sha256",
            "key_id": "k",
            "secret": SimpleUploadedFile("signing.pem", key_pem()),
        }
        content = encode_multipart(BOUNDARY, parts)
        answer = api.raw("PUT", url + "signature/", content, MULTIPART_CONTENT)
        assert answer.status == 200 and answer.data["signed_headers"][0] == "(request-target)"
        assert told().secrets[told().signing.secret].encode() == key_pem()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"signature_method": "md5"}, "signature_method"),
            ({"signature_method": "xpay"}, "secret"),
            ({"signature_method": "jwt-v1", "algorithm": "ES256", "secret": PASSWORD}, "secret"),
            ({"signature_method": "xpay", "algorithm": "HS256", "secret": PASSWORD}, "algorithm"),
            ({"enabled": True}, "enabled"),
        ],
    )
    def test_faults_are_told_in_words(self, api, url, given, field):
        answer = api.patch(url + "signature/", given)
        assert (answer.status, list(answer.data)) == (400, [field])
        assert PASSWORD not in answer.response.content.decode()

    def test_a_reader_sees_it_and_changes_nothing(self, api_as, url):
        reader = api_as("auditor")
        assert reader.get(url + "signature/").status == 200
        assert reader.put(url + "signature/", {"secret": "x"}).status == 403
        assert reader.delete(url + "signature/").status == 403


class TestMessageEncryption:
    def test_is_set_up_switched_and_wiped(self, api, url, models):
        private, public = rsa_pair()
        fresh = api.get(url + "mle/").data
        assert fresh == {**NONE, "key_id": None, "scope": None, "content_encryption": None}
        assert api.put(url + "mle/", fresh).data == fresh
        scope = ["http://shop.example.org/pay/"]
        answer = api.put(url + "mle/", {"key": public, "private_key": private, "key_id": "k", "scope": scope})
        assert answer.data == {**ON, "key_id": "k", "scope": scope, "content_encryption": "A128GCM"}
        assert private in told().secrets.values() and told().encryption.scope == tuple(scope)
        assert api.put(url + "mle/", answer.data).data == answer.data
        assert models.target(**api.patch(url, {"site": {"is_mle_active": False}}).data)
        assert told().encryption is None and api.get(url + "mle/").data["enabled"] is False
        assert api.patch(url + "mle/", {"enabled": True}).data == answer.data
        assert "BEGIN" not in everywhere()
        assert api.delete(url + "mle/").status == 204
        assert api.get(url + "mle/").data == fresh and not told().secrets

    def test_takes_keys_as_files(self, api, url):
        private, public = rsa_pair()
        parts = {
            "key": SimpleUploadedFile("site.pem", public.encode()),
            "private_key": SimpleUploadedFile("ours.pem", private.encode()),
            "scope": ["http://a.example/", "http://b.example/"],
        }
        answer = api.raw("PUT", url + "mle/", encode_multipart(BOUNDARY, parts), MULTIPART_CONTENT)
        assert answer.status == 200 and answer.data["scope"] == parts["scope"]

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"key": "x"}, "key"),
            ({"key_id": "k"}, "key"),
            ({"key": rsa_pair()[1], "private_key": "x"}, "private_key"),
            ({"key": rsa_pair()[1], "scope": ["/x"]}, "scope"),
            ({"enabled": True}, "enabled"),
        ],
    )
    def test_faults_are_told_in_words(self, api, url, given, field):
        answer = api.patch(url + "mle/", given)
        assert (answer.status, list(answer.data)) == (400, [field])

    def test_a_reader_sees_it_and_changes_nothing(self, api_as, url):
        reader = api_as("auditor")
        assert reader.get(url + "mle/").status == 200
        assert reader.put(url + "mle/", {"key": rsa_pair()[1]}).status == 403
        assert reader.delete(url + "mle/").status == 403
