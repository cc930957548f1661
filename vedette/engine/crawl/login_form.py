"""From a page to the log-in form on it, and to the request that sending it makes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vedette.contract.exchange import Request
from vedette.engine.crawl.login_between import speaks_of_link
from vedette.engine.crawl.login_fields import (
    CODE,
    PASSWORD,
    TEXT_KINDS,
    USER,
    Blank,
    Choice,
    choose,
    meaning,
    plain,
    roles_of,
)
from vedette.engine.crawl.login_signs import blank_of
from vedette.engine.parse import fill
from vedette.engine.parse.forms import Field, Form, forms
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import resolve, split

_OTHER_WAY = re.compile(
    r"forgot|reset|lost|register|sign ?up|create|cancel|back|google|facebook|github|apple|microsoft|passkey|"
    r"\bsso\b|saml|vergessen|registrieren|oublie|inscri|olvid|registr|help|"
    r"konto (?:erstellen|anlegen)|creer un compte|crear (?:una )?cuenta|criar conta|crea account|zarejestruj|"
    r"зарегистр|注册|註冊|新規|登録|회원가입|가입|إنشاء|تسجيل جديد|تسجيل حساب|הרשמה"
)
_ENTERS = re.compile(
    r"log ?[io]n|sign ?in|\bnext\b|continue|anmelden|einloggen|weiter|connexion|connecter|suivant|continuer|iniciar|"
    r"entrar|acceder|siguiente|continuar|accedi|avanti|inloggen|volgende|zaloguj|dalej|submit|auth|session|"
    r"account|войти|登录|登錄|ログイン|로그인|تسجيل الدخول|دخول|כניסה|התחבר"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A form to send. `roles` maps a field's name to what goes there: `user`, `password`, `code`, or the name of a
    field that the job gives a value for. `scripted`: a plain submit would not do what its page does."""

    form: Form
    roles: dict[str, str]
    scripted: bool = False

    @property
    def asks(self) -> frozenset[str]:
        """What the form asks for, of `user`, `password` and `code`."""
        return frozenset(self.roles.values()) & {USER, PASSWORD, CODE}


def plan(page: Page, names: Sequence[str] = ()) -> Plan | None:
    """The form of a page that goes on with a log-in; None when there is none. `names` are the fields that the job
    gives values for."""
    best: tuple[int, Plan] | None = None
    for form in forms(page):
        if _OTHER_WAY.search(plain(" ".join(form.labels[:1]))):
            continue
        made = _plan(form, names)
        rank = _rank(made, page)
        if rank and (best is None or rank > best[0]):
            best = (rank, made)
    return best[1] if best else None


def _plan(form: Form, names: Sequence[str]) -> Plan:
    fields = form.fields
    chosen = choose([blank_of(one) for one in fields], names)
    roles: dict[str, str] = {}
    places = ((USER, chosen.user), (PASSWORD, chosen.password), (CODE, chosen.code))
    roles |= {fields[at].name: role for role, at in places if at >= 0}
    for name, role, at in zip(names, roles_of(names), chosen.given, strict=True):
        if not role and at >= 0:
            roles[fields[at].name] = name
    texts = [one for one in fields if one.kind in TEXT_KINDS]
    if not roles and len(texts) == 1 and not meaning(blank_of(texts[0])):
        roles[texts[0].name] = USER  # the only thing that a page of log-in asks for; whether it is one is asked later
    # A password would stand in the address, in logs and in the browser's history: no site means that.
    return Plan(form, roles, scripted=form.method == "GET" and PASSWORD in roles.values())


def _rank(made: Plan, page: Page) -> int:
    """How surely a form is part of a log-in; 0 when it is none."""
    asks, fields = made.asks, made.form.fields
    secrets = [one for one in fields if meaning(blank_of(one)) == PASSWORD]
    if PASSWORD in asks:
        if len(secrets) > 1:
            return 0  # a new password and its repetition, or an old one and a new one
        return 4 if USER in asks else 3
    texts = [one for one in fields if one.kind in TEXT_KINDS]
    if CODE in asks and len(texts) <= 2 and made.form.method == "POST":
        return 2
    if asks == {USER} and len(texts) == 1 and made.form.method == "POST":
        said = plain(" ".join((*made.form.labels, split(made.form.action)[1], split(page.url)[1])))
        return 1 if _ENTERS.search(said) else 0
    return 0


def request_of(made: Plan, page: Page, values: Mapping[str, str]) -> Request:
    """The request of sending the form: `values` by role, everything else as the page has it, hidden fields and
    anti-CSRF tokens included."""
    chosen: dict[str, str] = {}
    for one in made.form.fields:
        value = values.get(made.roles.get(one.name, ""), None)
        if value is None:
            value = _untouched(one)
        if value is not None:
            chosen[one.name] = value
    return fill.to_request(made.form, chosen, page.url)


def _untouched(one: Field) -> str | None:
    if one.kind == "file":
        return None
    if one.kind in ("checkbox", "radio"):
        return one.value if one.checked else None
    return one.value


def choose_on(
    blanks: Sequence[Blank], forms: Sequence[int], buttons: Sequence[Button], names: Sequence[str] = ()
) -> Choice:
    """Which blanks to fill in on a page of several forms: those of the form that goes on with a log-in, and not of one
    to register with. `forms` tells the form of each blank, `names` are the fields that the job gives values for."""
    best: tuple[int, list[int]] | None = None
    for form in dict.fromkeys(forms):
        places = [at for at, other in enumerate(forms) if other == form]
        rank = _rank_of([blanks[at] for at in places], [one.text for one in buttons if one.form == form], names)
        if best is None or rank > best[0]:
            best = (rank, places)
    if best is None or best[0] <= 0:
        return choose(blanks, names)
    places = best[1]
    chosen = choose([blanks[at] for at in places], names)
    user, password, code, *given = (
        places[at] if at >= 0 else -1 for at in (chosen.user, chosen.password, chosen.code, *chosen.given)
    )
    return Choice(user, password, code, tuple(given))


def _rank_of(blanks: Sequence[Blank], labels: Sequence[str], names: Sequence[str]) -> int:
    chosen = choose(blanks, names)
    rank = 4 * (chosen.password >= 0) + (chosen.user >= 0) + (chosen.code >= 0)
    bare = {name.lower().removeprefix("#") for name in names}
    borne = bare <= {word.lower() for one in blanks for word in (one.name, one.id)}
    repeated = sum(meaning(one) == PASSWORD for one in blanks) > 1
    other = bool(labels) and _OTHER_WAY.search(plain(labels[0])) is not None
    return rank + 3 * (bool(names) and borne) - 8 * repeated - 6 * other


class Button(NamedTuple):
    """A button of a page. `form` tells apart the forms of a page; `at` is its place."""

    text: str
    kind: str
    form: int
    at: int


def button_for(buttons: Sequence[Button], form: int) -> int:
    """The place of the button that sends what was filled in in a form; -1 for none."""
    ranked: list[tuple[int, int, int]] = []
    for order, button in enumerate(buttons):
        words = plain(button.text)
        if _OTHER_WAY.search(words):
            continue
        enters = _ENTERS.search(words) is not None
        sends = button.kind == "submit" and button.form == form
        if sends or enters or button.form == form:
            mails = speaks_of_link(words)
            ranked.append((5 * mails - 4 * sends - 2 * (button.form == form) - enters, order, button.at))
    return min(ranked)[2] if ranked else -1


_VEILS = re.compile(
    r"accept|agree|allow all|reject|decline|necessary|akzeptieren|zustimmen|ablehnen|accepter|refuser|aceptar|rechazar|"
    r"accetta|rifiuta|akkoord|同意|接受|동의|موافق"
)
_OPENS = re.compile(
    r"log ?[io]n|sign ?in|anmelden|einloggen|connexion|connecter|iniciar|entrar|acceder|accedi|"
    r"inloggen|zaloguj|войти|登录|登錄|ログイン|로그인|دخول|password"
)


def opener(labels: Sequence[str], pressed: Collection[str]) -> int:
    """The place of a button that may bring a form to light: it answers a question about cookies, or opens a log-in.
    -1 for none that was not `pressed` yet."""
    for wanted in (_VEILS, _OPENS):
        for at, label in enumerate(labels):
            words = plain(label)
            if label not in pressed and wanted.search(words) and not _OTHER_WAY.search(words):
                return at
    return -1


def has_scripts(page: Page) -> bool:
    """Whether scripts may change what the page's HTML says."""
    return any(tag == "script" for tag, _, _ in page.elements)


def refresh(page: Page) -> str:
    """Where a page sends its visitor on by itself, without a script; empty when it does not."""
    for tag, known, _ in page.elements:
        if tag == "meta" and (known.get("http-equiv") or "").lower() == "refresh":
            seconds, _, rest = (known.get("content") or "").partition(";")
            address = rest.strip().partition("=")[2].strip(" '\"")
            if seconds.strip().isdigit() and int(seconds) <= 10 and address:
                return resolve(page.url, address) or ""
    return ""
