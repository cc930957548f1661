import pytest

from vedette.contract.exchange import Request
from vedette.contract.job import Job
from vedette.engine.crawl.harm import allowed, harm

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)


def get(path, *labels):
    return Request("GET", "http://site.test" + path), labels


def post(path, body="", *labels, method="POST", headers=FORM):
    return Request(method, "http://site.test" + path, headers, body.encode()), labels


TABLE = [
    ("log-out", get("/logout")),
    ("log-out", get("/account/sign-out")),
    ("log-out", get("/users/signOut.do")),
    ("log-out", get("/index.php?action=logout")),
    ("log-out", get("/exit", "Log out")),
    ("log-out", get("/abmelden")),
    ("log-out", post("/session/end", "", "Abmelden")),
    ("log-out", get("/auth/logout/all?next=/")),
    ("log-out", get("/?logout")),
    ("log-out", get("/x", "Se déconnecter")),
    ("", get("/help/logout-problems")),
    ("", get("/login")),
    ("", get("/blog/how-to-log-out")),
    ("delete", get("/account/delete-item?id=4")),
    ("delete", get("/delete/5")),
    ("delete", get("/items/5/remove")),
    ("delete", get("/admin.php?do=delete&id=3")),
    ("delete", get("/post/3", "Delete")),
    ("delete", post("/items/5", "", "Löschen")),
    ("delete", post("/items/5", "_method=DELETE")),
    ("delete", post("/api/x", "", method="DELETE")),
    ("delete", post("/api/x", '{"action":"remove","id":3}', headers=JSON)),
    ("delete", get("/cart/remove-widget?id=5")),
    ("delete", post("/review", "id=3&delete=1")),
    ("delete", post("/delete-policy", "x=1")),
    ("delete", get("/delete-my-account")),
    ("", get("/help/delete-policy")),
    ("", get("/delete-policy")),
    ("", get("/products/payload")),
    ("", get("/products/delete-key-cap")),
    ("", get("/item/5", "Delete policy")),
    ("", get("/search?q=delete")),
    ("", get("/products/removable-drive")),
    ("", get("/dropdown")),
    ("", get("/static/remove.js")),
    ("pay", post("/checkout", "name=x&card_number=4111&cvv=1")),
    ("pay", post("/order", "", "Pay now")),
    ("pay", post("/api/pay", '{"order":3}', headers=JSON)),
    ("pay", get("/order/pay?id=3")),
    ("pay", post("/transfer", "amount=3&to=4")),
    ("pay", get("/send?amount=3&to=4")),
    ("pay", post("/convert", "amount=3&to=4")),
    ("", get("/tools/convert?amount=12&to=mile")),
    ("", get("/api/exchange-rates?amount=5&from=EUR&to=USD")),
    ("", get("/money?amount=5&to=USD", "Currency converter")),
    ("pay", post("/x", "", "Jetzt kaufen")),
    ("pay", post("/bank", '{"amount":1,"recipient":"x"}', headers=JSON)),
    ("", get("/checkout")),
    ("", get("/checkout?step=1")),
    ("", get("/payment")),
    ("", post("/cart/add", "id=3&qty=1", "Add to cart")),
    ("", get("/pay-monthly-plans")),
    ("", post("/search", "q=pay")),
    ("unsubscribe", get("/newsletter/unsubscribe?u=3")),
    ("unsubscribe", get("/u/3", "Unsubscribe")),
    ("unsubscribe", post("/x", "", "Cancel subscription")),
    ("unsubscribe", get("/opt-out")),
    ("", post("/newsletter/subscribe", "email=a@b.c", "Subscribe")),
    ("password", post("/account/change-password", "a=1")),
    ("password", post("/x", "old_password=a&new_password=b")),
    ("password", post("/x", "password=a&password_confirm=b")),
    ("password", get("/v/csrf/?password_new=a&password_conf=b&Change=Change")),
    ("password", post("/x", '{"currentPassword":"x","newPassword":"y"}', headers=JSON)),
    ("password", post("/forgot-password", "email=x")),
    ("password", post("/x", "newpassword=q")),
    ("", post("/login", "username=a&password=b", "Log in")),
    ("", post("/register", "email=a&password=a&password_confirm=b", "Sign up")),
    ("", get("/change-password")),
    ("", get("/account/password-reset", "Forgot password?")),
    ("e-mail", post("/account/email/change", "email=x")),
    ("e-mail", post("/x", "new_email=y")),
    ("e-mail", post("/x", "e=1", "Change e-mail")),
    ("e-mail", post("/settings", "name=a&email=b", "Save")),
    ("", post("/contact", "email=a&message=b", "Send")),
    ("", get("/settings")),
    ("second-factor", post("/account/2fa/disable", "")),
    ("second-factor", post("/x", "", "Disable two-factor")),
    ("second-factor", post("/security", "action=enable_2fa")),
    ("", get("/account/2fa/setup")),
    ("", post("/login/otp", "code=123", "Verify")),
    ("", get("/")),
    ("", post("/review", "stars=5&text=delete this please", "Send review")),
    ("", post("/feedback", "text=logout")),
    ("password", post("/profil", "mot_de_passe=a&nouveau_mot_de_passe=b", "Changer le mot de passe")),
    ("delete", get("/konto/loschen")),
    ("delete", get("/k", "Löschen")),
    ("delete", post("/k", "id=3", "Eliminar cuenta")),
    ("pay", post("/x", "kartennummer=1")),
    ("delete", (Request("POST", "http://site.test/api/5", (("X-HTTP-Method-Override", "DELETE"),)), ())),
    ("log-out", get("/;jsessionid=1/logout")),
    ("", get("/settings?email=on")),
    ("", get("/signup?newsletter=1", "Sign up")),
    ("", get("/category/removals-and-storage")),
    ("", get("/docs/api/delete")),
    ("", get("/articles/pay-gap?id=4")),
    ("", post("/graphql", '{"query":"{ items { id } }"}', headers=JSON)),
    ("", post("/upload", "\x00\xff binary")),
    ("password", get("/account/reset-password?user=demo", "Reset password")),
    ("e-mail", get("/account/change-email?to=demo%40site.test")),
    ("delete", post("/cart/empty", "")),
    ("pay", get("/checkout/confirm?order=2044")),
    ("", get("/checkout?step=2")),
    ("delete", post("/guestbook", "message=a&clear=1", "Clear Guestbook")),
    ("", post("/search", "q=a", "Clear filters")),
]


@pytest.mark.parametrize(
    ("expected", "case"), TABLE, ids=lambda value: "" if isinstance(value, str) else value[0].url[16:]
)
def test_harm(expected, case):
    request, labels = case
    assert harm(request, labels) == expected


def test_the_joined_labels_of_a_link_are_looked_at_one_by_one():
    assert harm(*get("/item/3", "Show | Delete")) == "delete"


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ("", "page=2&sort=name"),
        ("password", "page=2&newpassword=a"),
        ("password", "old-passwd=a"),
        ("e-mail", "page=2&new_mail=a@site.test"),
        ("pay", "page=2&card_number=4111"),
        ("pay", "amount=5&recipient=bob"),
        ("", "amount=5"),
        ("", "recipient=bob"),
    ],
)
def test_one_telling_field_among_others_is_enough(expected, fields):
    assert harm(*post("/step", fields)) == expected


def test_a_job_may_permit_kinds():
    job = Job(id="j", start_urls=("http://site.test/",), allow_actions=("delete",))
    assert allowed("", job)
    assert allowed("delete", job)
    assert not allowed("pay", job)
