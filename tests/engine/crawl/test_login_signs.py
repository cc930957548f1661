"""What pages say about a log-in, in the words of many sites."""

import pytest

from tests.engine.crawl.pages import page
from vedette.engine.crawl.login_signs import captcha, complaint, locked, token_refused, wants_code


@pytest.mark.parametrize(
    "text",
    [
        "Invalid username or password.",
        "Login failed",
        "Your password is incorrect. Forgot it?",
        "Those credentials do not match our records.",
        "Der Benutzername oder das Passwort ist falsch.",
        "Ungültige Anmeldedaten",
        "Identifiant incorrect",
        "Usuario o contraseña incorrectos",
        "Credenziali non valide",
        "Неверный логин или пароль",
        "用户名或密码错误",
        "メールアドレスまたはパスワードが違います。",
        "아이디 또는 비밀번호가 일치하지 않습니다.",
        "اسم المستخدم أو كلمة المرور غير صحيحة",
    ],
)
def test_refusals(text):
    assert complaint(page(f"<p>{text}</p>"))


@pytest.mark.parametrize("text", ["Welcome back, Jane. Change your password here.", "Log in", "Invite a friend"])
def test_no_refusals(text):
    assert not complaint(page(f"<p>{text}</p>"))


def test_refusals_in_json_count_and_in_scripts_do_not():
    assert complaint(page('{"error": "invalid credentials"}', content_type="application/json"))
    assert not complaint(page("<script>const text = 'Invalid password'</script><p>Hello"))


def test_locked():
    assert locked(page("<p>Too many attempts, wait 5 minutes</p>"))
    assert locked(page("<p>Ihr Konto wurde gesperrt</p>"))
    assert locked(page("<p>x</p>", status=429)) == "429"
    assert not locked(page("<p>Your account</p>"))


def test_anti_csrf():
    assert token_refused(page("<h1>CSRF verification failed</h1>", status=403))
    assert token_refused(page("<h1>Page Expired</h1>", status=419))
    assert not token_refused(page("<h1>CSRF verification failed</h1>"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<div class='g-recaptcha x' data-sitekey=a></div>", True),
        ("<div class=g-recaptcha data-size=invisible></div>", False),
        ("<iframe src='https://www.google.com/recaptcha/api2/anchor'></iframe>", True),
        ("<form><input name=captcha_text></form>", True),
        ("<script src='https://www.google.com/recaptcha/api.js'></script>", False),
        ("<div class=cf-turnstile></div>", True),
    ],
)
def test_captchas(body, expected):
    assert captcha(page(body)) is expected


def test_who_wants_a_code():
    assert wants_code(page("<form method=post><input name=otp></form>"))
    assert not wants_code(page("<form method=post><input name=otp><input type=password name=p></form>"))


@pytest.mark.parametrize("text", ["Text im Bild", "Enter the characters in the picture", "Code de l'image"])
def test_a_picture_to_be_read_is_a_captcha(text):
    form = f"<form><input name=u><input type=password name=p><label>{text}<input name=x></label></form>"
    assert captcha(page(form))
