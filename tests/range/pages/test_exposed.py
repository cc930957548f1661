import base64
import re

import pytest

from vedette.range.manifest import FLAWS

URLS = {flaw.id: flaw.url for flaw in FLAWS}


@pytest.mark.parametrize(
    ("flaw", "content"),
    [
        ("exposed-git-head", "ref: refs/heads/main\n"),
        ("exposed-git-config", '[remote "origin"]'),
        ("exposed-env", "DB_PASSWORD="),
        ("exposed-backup", "$db_password"),
        ("exposed-dump", "INSERT INTO `customers`"),
        ("source-legacy", "<?php"),
        ("secret-deploy", "-----BEGIN RSA PRIVATE KEY-----"),
    ],
)
def test_the_file_is_there_and_its_sibling_is_not(visitor, flaw, content):
    answer = visitor.plant(flaw)
    assert answer.status == 200 and content in answer.text
    folder, _, name = URLS[flaw].rpartition("/")
    assert visitor.get(f"{folder}/zz{name}").status == 404


def test_a_script_holds_keys(visitor):
    assert re.search(r'"AKIA[0-9A-Z]{16}"', visitor.plant("secret-script").text)


def test_the_backup_folder_is_listed(visitor):
    answer = visitor.plant("listing-backup")
    assert "<title>Index of /backup/</title>" in answer.text
    for tag, attributes in answer.page.elements:
        if tag == "a" and attributes["href"] != "../":
            assert visitor.get("/backup/" + attributes["href"]).status == 200


def test_an_object_in_a_cookie_is_restored(visitor):
    usual = visitor.plant("deserialisation-basket")
    assert "Found again" in usual.text
    assert "Found again" in visitor.plant("deserialisation-basket", 'O:8:"stdClass":0:{}').text
    broken = visitor.plant("deserialisation-basket", 'O:6:"Basket":2:{')
    assert broken.status == 500 and "unserialize()" in broken.text
    assert "saved_basket=O%3A6" in (visitor.get("/basket/restore").header("Set-Cookie") or "")


def test_an_object_in_a_form_is_restored(visitor):
    assert "You said yes." in visitor.plant("deserialisation-survey").text
    assert "You said yes." in visitor.plant("deserialisation-survey", base64.b64encode(b"\x80\x04K\x01.").decode()).text
    broken = visitor.plant("deserialisation-survey", base64.b64encode(b"\x80\x04K").decode())
    assert broken.status == 500 and "UnpicklingError" in broken.text
    assert "survey was lost" in visitor.plant("deserialisation-survey", "%%").text


def test_the_answer_beside_it_is_text(visitor):
    assert "O:6:" in visitor.plant("like-deserialisation-answer", 'O:6:"Basket":2:{').page.words


def test_the_example_has_no_values(visitor):
    text = visitor.plant("like-exposed-example").text
    assert all(line.endswith("=") for line in text.splitlines())


def test_every_page_lacks_the_usual_headers_and_tells_versions(visitor):
    for flaw in ("headers-csp", "headers-nosniff", "clickjacking-site", "disclosure-server", "disclosure-framework"):
        answer = visitor.plant(flaw)
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options"):
            assert answer.header(name) is None
        assert answer.header("Server") == "HarbourHTTP/1.4.2" and answer.header("X-Powered-By") == "HarbourShop/3.2.1"


def test_the_session_cookie_has_no_flags(visitor):
    line = visitor.plant("cookie-httponly").header("Set-Cookie") or ""
    assert line.startswith("hg_session=") and "HttpOnly" not in line
    visitor.session = ""
    assert "SameSite" not in (visitor.plant("cookie-samesite").header("Set-Cookie") or "SameSite")


def test_robots_and_sitemap_name_real_pages(visitor):
    robots = visitor.get("/robots.txt").text
    for line in robots.splitlines():
        if line.startswith("Disallow: "):
            assert visitor.get(line.partition(" ")[2]).status in (200, 303)
    for path in re.findall(r"<loc>http://127.0.0.1:80(.*?)</loc>", visitor.get("/sitemap.xml").text):
        assert visitor.get(path).status == 200, path


def test_the_survey_opens(visitor):
    assert visitor.get("/help/survey").status == 200
