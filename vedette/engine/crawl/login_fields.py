"""Which of a page's fields takes the user's name, the password, the one-time code: told by meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

USER, PASSWORD, CODE, CAPTCHA = "user", "password", "code", "captcha"
TEXT_KINDS = frozenset(("text", "email", "tel", "number", "search", "url", "password", ""))


class Blank(NamedTuple):
    """A field as a person sees it; `kind` is its type."""

    name: str = ""
    kind: str = "text"
    autocomplete: str = ""
    id: str = ""
    label: str = ""
    placeholder: str = ""


class Choice(NamedTuple):
    """Which blank, by its index, takes what; -1 for none. `given` are the blanks of the fields that were named, in
    their order, -1 for one that no blank is for."""

    user: int = -1
    password: int = -1
    code: int = -1
    given: tuple[int, ...] = ()


_PASSWORD = re.compile(
    r"passw|passwd|\bpwd|\bpass\b|passphrase|kennwort|contrasen|\bclave\b|\bsenha|mot ?de ?passe|wachtwoord|\bhaslo|"
    r"losenord|heslo|jelszo|parol|sifre|пароль|密码|密碼|パスワード|비밀번호|كلمة|סיסמה"
)
_USER = re.compile(
    r"\buser|\blog(?:in|on)|e ?mail|\bmail\b|account|\buid\b|username|\bident|benutzer|nutzer|anmelde|kennung|"
    r"utilisateur|identifiant|courriel|usuario|correo|cuenta|utilizador|utente|gebruiker|uzytkownik|anvandar|bruger|kayttaja|"
    r"felhasznalo|kullanici|логин|пользовател|почт|用户|用戶|账号|帳號|邮箱|ユーザ|メール|ログイン|아이디|이메일|"
    r"المستخدم|البريد|משתמש|דוא|"
    r"member|customer|kunden|nickname|\bhandle\b|"
    r"phone|telefon|mobile"
)
_CODE = re.compile(
    r"\botp|totp|one ?time|\b2fa|\bmfa\b|two ?factor|second ?factor|verif\w* ?code|code|passcode|authenticat\w* code|"
    r"security ?code|\bpin\b|\btoken\b|einmal|bestatigungscode|sicherheitscode|codigo|codice|"
    r"kod\b|код|验证码|驗證碼|確認コード|인증"
)
_CAPTCHA = re.compile(
    r"captcha|turnstile|are you human|security image|not a robot|(?:text|code|characters|letters|zeichen|buchstaben)"
    r"[\w ]{0,20} (?:in the|on the|im|aus dem|auf dem|dans l|de la|en la).?(?:image|picture|bild|imagen)|"
    r"sicherheitsbild|\bbildtext|code de l.?image|画像の文字|圖形驗證|图形验证|验证图片"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_USER = re.compile(r"search|suche|recherche|buscar|cerca|\bq\b|newsletter|subscribe|coupon|csrf|tenant|company")


def plain(text: str) -> str:
    """Lower case, without accents, words apart: `userName_field` becomes `user name field`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    flat = unicodedata.normalize("NFKD", apart.replace("ß", "ss"))
    # Accents of Latin letters only: elsewhere such a mark makes another letter.
    flat = unicodedata.normalize("NFC", _ACCENTS.sub("", flat)).lower()
    return " ".join(re.sub(r"[_\-\[\].:*/]+", " ", flat).split())


def meaning(blank: Blank) -> str:
    """What a blank is for: one of the words above, or empty. The page's own markup counts before any wording."""
    auto = blank.autocomplete.lower().split()
    if any(word in ("current-password", "new-password") for word in auto):
        return PASSWORD
    if "one-time-code" in auto:
        return CODE
    if blank.kind == "password":
        return CODE if _is_code(blank) else PASSWORD
    if blank.kind not in TEXT_KINDS:
        return ""
    if any(word in ("username", "email", "webauthn") for word in auto):
        return USER
    return _by_words(blank)


def _is_code(blank: Blank) -> bool:
    """Codes are often typed hidden: a password field that speaks of a code and of no password."""
    texts = [plain(text) for text in (blank.name, blank.id, blank.label, blank.placeholder)]
    return any(map(_CODE.search, texts)) and not any(map(_PASSWORD.search, texts))


def _by_words(blank: Blank) -> str:
    for text in map(plain, (blank.name, blank.id, blank.label, blank.placeholder)):
        if not text:
            continue
        if _CAPTCHA.search(text):
            return CAPTCHA
        if _PASSWORD.search(text):
            return PASSWORD
        if _CODE.search(text) and not _is_place(text):
            return CODE
        if _USER.search(text) and not _NOT_USER.search(text):
            return USER
    return USER if blank.kind == "email" else ""


def _is_place(text: str) -> bool:
    return re.search(r"\b(?:zip|post|postal|country|promo|coupon|area|lang)", text) is not None


def choose(blanks: Sequence[Blank], names: Sequence[str] = ()) -> Choice:
    """Which blanks to fill in. `names` are those of the fields that the job gives values for: the user's, the
    password's, then others; one that no blank bears only hints at what it is."""
    meanings = [meaning(blank) for blank in blanks]
    bearers = [_bearer(blanks, name) for name in names]
    given: list[int] = []
    roles = roles_of(names)
    user = next((at for at, role in zip(bearers, roles, strict=True) if role == USER and at >= 0), -1)
    password = next((at for at, role in zip(bearers, roles, strict=True) if role == PASSWORD and at >= 0), -1)
    if password < 0:
        password = meanings.index(PASSWORD) if PASSWORD in meanings else -1
    if user < 0:
        user = _user(blanks, meanings, password, set(bearers))
    code = meanings.index(CODE) if CODE in meanings else -1
    for at, role in zip(bearers, roles, strict=True):
        given.append(user if role == USER else password if role == PASSWORD else at)
    return Choice(user, password, code, tuple(given))


def roles_of(names: Sequence[str]) -> list[str]:
    """What each named field is for: by its name, or by its place in the order, user first."""
    roles: list[str] = []
    for index, name in enumerate(names):
        told = meaning(Blank(name=name.lstrip("#.")))
        role = told if told in (USER, PASSWORD) and told not in roles else ""
        if not role and index < 2:
            wanted = USER if index == 0 else PASSWORD
            role = wanted if wanted not in roles else ""
        roles.append(role)
    return roles


def _bearer(blanks: Sequence[Blank], name: str) -> int:
    bare = name.removeprefix("#")
    for index, blank in enumerate(blanks):
        if name == blank.name or bare == blank.id:
            return index
    return next((index for index, blank in enumerate(blanks) if name.lower() == blank.name.lower()), -1)


def _user(blanks: Sequence[Blank], meanings: Sequence[str], password: int, taken: set[int]) -> int:
    """The blank that says so, nearest before the password; else the last one that takes text before it."""
    free = [index for index in range(len(blanks)) if index != password and index not in taken]
    before = [index for index in free if password < 0 or index < password]
    for places in (before[::-1] if password >= 0 else before, free):
        for index in places:
            if meanings[index] == USER:
                return index
    if password < 0:
        return -1
    texts = [i for i in before if blanks[i].kind in TEXT_KINDS and blanks[i].kind != "password" and not meanings[i]]
    return texts[-1] if texts else -1
