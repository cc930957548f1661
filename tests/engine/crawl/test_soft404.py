from vedette.contract.batch import apply
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.rng import Rng
from vedette.engine.crawl.soft404 import Soft404
from vedette.engine.parse.page import Page


def answer(url, body="", status=200, location=""):
    headers = (("Content-Type", "text/html"), *((("Location", location),) if location else ()))
    return Exchange(Request("GET", url), Response(status, headers, body.encode()))


def taught(url, site):
    model = Soft404()
    model.learn(model.folder_of(url), [site(probe) for probe in model.probes(url, Rng(1, url))])
    return model


def friendly(url):
    name = url.rpartition("/")[2]
    return answer(url, f"<h1>Sorry</h1><p>The page {name} was not found, please try the search instead of it.</p>")


def real(url):
    return Page(
        answer(url, "<h1>Lamp</h1><p>A red lamp for the desk, with a long cable and a bulb.</p><ul><li>9.99</li></ul>")
    )


def test_probes_are_siblings_with_the_same_extension_and_repeat():
    model = Soft404()
    first = model.probes("http://site.test/a/b/page.php?x=1", Rng(1, "u"))
    assert first == model.probes("http://site.test/a/b/page.php", Rng(1, "u"))
    assert all(url.startswith("http://site.test/a/b/") and url.endswith(".php") for url in first)
    assert len(set(first)) == 2
    assert model.probes("http://site.test/a/b/", Rng(1, "u"))[0].startswith("http://site.test/a/")
    assert model.folder_of("http://site.test/a/b/") == "http://site.test/a/"


def test_a_folder_is_wanted_until_it_is_learned():
    model = Soft404()
    assert model.wants("http://site.test/a/x.php")
    model.learn(model.folder_of("http://site.test/a/x.php"), [friendly("http://site.test/a/q.php")])
    assert not model.wants("http://site.test/a/y.php")
    assert model.wants("http://site.test/a/y.html")
    assert model.wants("http://site.test/b/y.php")


def test_honest_answers_need_no_model():
    model = Soft404()
    assert model.is_missing(Page(answer("http://site.test/x", status=404)))
    assert model.is_missing(Page(answer("http://site.test/x", status=410)))
    assert not model.is_missing(real("http://site.test/x"))


def test_a_friendly_page_with_the_name_in_it_is_known_again():
    model = taught("http://site.test/shop/lamp", friendly)
    assert model.is_missing(Page(friendly("http://site.test/shop/backup.old")))
    assert not model.is_missing(real("http://site.test/shop/lamp"))


def test_a_model_serves_the_folders_below_it():
    model = taught("http://site.test/lamp", friendly)
    assert model.is_missing(Page(friendly("http://site.test/deep/er/thing")))
    assert not model.is_missing(real("http://site.test/deep/er/lamp"))
    assert not model.is_missing(Page(friendly("http://other.test/x")))


def test_catch_all_redirects():
    model = taught("http://site.test/x", lambda url: answer(url, status=302, location="/home"))
    assert model.is_missing(Page(answer("http://site.test/y", status=302, location="/home")))
    assert not model.is_missing(Page(answer("http://site.test/y", status=302, location="/elsewhere")))


def test_a_redirect_that_carries_the_name():
    def login(url):
        return answer(url, status=302, location="/login?next=" + url.rpartition("/")[2])

    model = taught("http://site.test/x", login)
    assert model.is_missing(Page(login("http://site.test/private")))


def test_an_application_that_answers_everything_with_its_start_page():
    def application(url):
        return answer(url, "<div id=root></div><script src=/app.js></script>")

    model = taught("http://site.test/", application)
    start = Page(application("http://site.test/"))
    assert not model.is_missing(start)
    assert model.is_missing(Page(application("http://site.test/any")))


def test_a_folder_without_answers_stays_unlearned():
    model = Soft404()
    dead = Exchange(Request("GET", "http://site.test/q"), error="timeout")
    model.learn("http://site.test/", [dead])
    assert model.wants("http://site.test/x")
    assert model.changes() == []


def test_the_models_survive_the_rows():
    model, state = taught("http://site.test/shop/lamp", friendly), {}
    apply(state, model.changes())
    loaded = Soft404.load(state["identity"])
    assert not loaded.wants("http://site.test/shop/other")
    assert loaded.is_missing(Page(friendly("http://site.test/shop/other")))
    assert loaded.changes() == []


def test_what_was_answered_to_somebody_else_is_forgotten():
    model = taught("http://site.test/shop/lamp", friendly)
    rows = {change.key: change.value for change in model.changes()}
    assert not model.wants("http://site.test/shop/lamp")
    model.forget("http://site.test/shop/")
    model.forget("http://site.test/never/")
    assert model.wants("http://site.test/shop/lamp")
    assert {change.key: change.value for change in model.changes()} == dict.fromkeys(rows)
