"""What protects the requests of a target, as people set it up."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.server import factories
from tests.server.targets.certifying import PASSWORD, bundle, key_pem, pem, rsa_pair
from tests.server.targets.collecting import COLLECTION
from vedette.server.targets.models import Target
from vedette.server.targets.services import descriptions
from vedette.server.targets.services.job_settings import job_settings
from vedette.server.tenancy.actor import system_actor


@pytest.fixture
def path(shop):
    return f"/ui/targets/{shop.public_id}/"


def messages(answer):
    return [str(one) for one in answer.context["messages"]]


def told(target):
    return job_settings(Target.objects.get(pk=target.pk))


def posted(client, path, where, **fields):
    return client.post(path + where, {**fields, "next": path + "settings/login/"}, follow=True)


class TestCertificate:
    def test_is_kept_switched_and_forgotten(self, client, path, shop):
        file = SimpleUploadedFile("client.p12", bundle())
        answer = posted(client, path, "certificate/", certificate=file, password=PASSWORD)
        page = answer.content.decode()
        assert "CN=client a" in page and "PRIVATE" not in page and PASSWORD not in page
        assert told(shop).certificate
        posted(client, path, "protections/mtls/", do="off")
        assert not told(shop).certificate
        posted(client, path, "protections/mtls/", do="on")
        assert told(shop).certificate
        assert messages(posted(client, path, "protections/mtls/", do="remove")) == ["Forgotten."]
        assert not told(shop).secrets

    def test_what_cannot_be_used_is_told_in_words(self, client, path):
        files = {"certificate": SimpleUploadedFile("a.crt", pem()), "key": SimpleUploadedFile("a.key", key_pem("b"))}
        answer = posted(client, path, "certificate/", **files)
        assert "does not fit" in messages(answer)[0] and Target.objects.get().settings == {}
        assert messages(posted(client, path, "certificate/"))

    def test_there_are_no_others(self, client, path):
        assert client.post(path + "protections/nothing/", {"do": "remove"}).status_code == 404
        assert client.get(path + "certificate/").status_code == 405


class TestSignature:
    def test_is_kept_and_never_shown(self, client, path, shop):
        given = {"signature_method": "xpay", "secret": PASSWORD, "key_id": "<b>k</b>"}
        page = posted(client, path, "signature/", **given).content.decode()
        assert "X-Pay-Token" in page and PASSWORD not in page and "<b>k</b>" not in page
        assert told(shop).secrets[told(shop).signing.secret] == PASSWORD
        posted(client, path, "signature/", signature_method="jwt-v1", key_id="k")
        assert told(shop).signing.method == "jwt-v1" and PASSWORD in told(shop).secrets.values()
        posted(client, path, "protections/signature/", do="remove")
        assert told(shop).signing is None and not told(shop).secrets

    def test_what_cannot_be_is_told_in_words(self, client, path):
        assert (
            "PEM"
            in messages(
                posted(
                    client,
                    path,
                    "signature/",
                    signature_method="http-v1",
                    algorithm="rsa-sha256",
                    key_id="k",
                    secret="x",
                )
            )[0]
        )
        assert messages(posted(client, path, "signature/", signature_method="none"))


class TestFolder:
    @pytest.fixture
    def service(self, home):
        made = factories.target(home, kind="api", api_scan_settings={"api_schema_type": "postman"})
        descriptions.store(system_actor(home), made, name="<b>.json", content=COLLECTION.encode())
        return made

    def test_is_kept_with_what_tells_that_the_session_holds(self, client, service):
        path = f"/ui/targets/{service.public_id}/"
        given = {"postman_auth_folder": "Auth", "postman_check_session_folder": "Books", "next": path + "settings/api/"}
        page = client.post(path + "folder-login/", given, follow=True).content.decode()
        assert "Auth/More" in page and "is passed over" in page
        assert (told(service).login.folder.name, told(service).login.folder.check_folder) == ("Auth", "Books")
        answer = client.post(path + "folder-login/", {**given, "postman_auth_folder": "<i>"}, follow=True)
        assert "no folder of this name" in messages(answer)[0] and "<i>" not in answer.content.decode()
        client.post(path + "protections/postman_authentication/", {"do": "remove"})
        assert told(service).login.kind == "none"


class TestEncryption:
    def test_is_kept_and_never_shown(self, client, path, shop):
        private, public = rsa_pair()
        files = {
            "key": SimpleUploadedFile("a.pem", public.encode()),
            "private_key": SimpleUploadedFile("b", private.encode()),
        }
        page = posted(
            client, path, "encryption/", **files, content_encryption="A128GCM", key_id="k<i>"
        ).content.decode()
        assert "the whole site" in page and "BEGIN" not in page and "k<i>" not in page
        assert private in told(shop).secrets.values()
        posted(client, path, "encryption/", content_encryption="A256GCM", scope="http://shop.example.org/pay/")
        assert told(shop).encryption.content == "A256GCM" and private in told(shop).secrets.values()

    def test_what_cannot_be_is_told_in_words(self, client, path):
        assert "public key" in messages(posted(client, path, "encryption/", content_encryption="A128GCM"))[0]
        assert messages(posted(client, path, "encryption/", content_encryption="none"))


def test_labels_lead_to_the_fields_of_their_own_form(client, path):
    html = client.get(path + "settings/login/").content.decode()
    ids = re.findall(r' id="([^"]+)"', html)
    assert {"id_password", "mtls-password"} <= set(ids)
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    assert set(re.findall(r'<label for="([^"]+)"', html)) <= set(ids)
