import pytest

from vedette.range.manifest import TRAPS


def log_in(visitor, login="demo", password="harbour"):
    visitor.get("/account/login")
    return visitor.ask("POST", "/account/login", body=f"login={login}&password={password}")


def test_a_customer_logs_in(visitor):
    assert log_in(visitor).status == 303
    assert "Logged in as demo." in visitor.get("/account").text


@pytest.mark.parametrize("value", ["demo'", "demo' OR '1'='1", "demo' -- ", "nobody", "demo' AND '1'='1"])
def test_the_log_in_binds_its_values(visitor, value):
    refused = visitor.plant("like-sqli-login", "nobody at all")
    assert refused.status == 403 and visitor.plant("like-sqli-login", value).whole == refused.whole
    assert visitor.plant("like-sqli-login").status == 303


def test_the_log_in_page_is_guarded(visitor):
    answer = visitor.plant("like-clickjacking-login")
    assert "frame-ancestors 'none'" in (answer.header("Content-Security-Policy") or "")
    assert answer.header("X-Frame-Options") == "DENY"


def test_the_staff_entrance_is_for_staff(visitor):
    assert [visitor.get(path).status for path in ("/admin", "/admin/orders")] == [303, 303]
    log_in(visitor)
    assert visitor.get("/admin").status == 303
    log_in(visitor, "keeper", "anchors-aweigh")
    assert "Behind the counter" in visitor.get("/admin").text and "Ben Keel" in visitor.get("/admin/orders").text


def test_logging_out_ends_the_session(visitor):
    log_in(visitor)
    visitor.get("/account/logout")
    assert "guest" in visitor.get("/account").text


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.id)
def test_a_sprung_trap_is_remembered(visitor, site, trap):
    assert site.state.sprung == []
    assert visitor.spring(trap).status < 400
    assert site.state.sprung == [trap.id]


@pytest.mark.parametrize("trap", [trap for trap in TRAPS if trap.method != "DELETE"], ids=lambda trap: trap.id)
def test_a_trap_is_offered_on_its_page(visitor, site, trap):
    elements = visitor.get(trap.page).page.elements
    if trap.method == "GET":
        assert ("a", {"href": trap.url}) in [(tag, {"href": a.get("href", "")}) for tag, a in elements]
    else:
        assert any(tag == "form" and a["action"] == trap.url and a["method"] == "post" for tag, a in elements)
    assert site.state.sprung == []


def test_a_trap_of_the_api_is_offered_in_a_script(visitor):
    assert "services.js" in visitor.get("/services").text
    assert '"/api/orders/2041", {method: "DELETE"}' in visitor.get("/assets/services.js").text


def test_traps_come_as_links_forms_and_requests_of_scripts():
    assert {trap.method for trap in TRAPS} == {"GET", "POST", "DELETE"} and len(TRAPS) >= 15


def test_settings_open(visitor):
    assert visitor.get("/account/settings").status == 200
