"""What a page says about a log-in: refused, locked, a captcha in the way, a second factor wanted."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from vedette.engine.crawl.login_fields import CAPTCHA, CODE, PASSWORD, USER, Blank, meaning, plain
from vedette.engine.parse.forms import Field, forms
from vedette.engine.parse.page import Page

MAX_TEXT = 50_000
MAX_ELEMENTS = 3000
SENTENCE = 400
QUOTED = 120
_WIDGETS = re.compile(r"g-recaptcha|h-captcha|cf-turnstile|frc-captcha|captcha__|mtcaptcha")
_FRAMES = re.compile(r"recaptcha/api2|hcaptcha\.com|challenges\.cloudflare\.com|arkoselabs|geetest")

_UNSAID = frozenset(("script", "style", "title", "template", "noscript", "option"))
_SENTENCES = frozenset(("p", "div", "span", "li", "td", "dd", "h1", "h2", "h3", "h4", "strong", "section", "font"))

_REFUSED = re.compile(
    r"(?:invalid|incorrect|wrong|bad|unknown|unrecogni[sz]ed)[\w ,/'’-]{0,40}"
    r"(?:log ?in|user ?(?:name)?|password|credentials?|e-?mail|account|passphrase|details|combination|code)"
    r"|(?:log ?in|sign ?in|authentication|authori[sz]ation)[\w ]{0,12} (?:failed|failure|error|unsuccessful|incorrect)"
    r"|(?:user ?name|password|credentials?|e-?mail|account|details|code)[\w ,/'’-]{0,40}"
    r"(?:invalid|incorrect|wrong|do(?:es)? ?n['’o]t match|not match|not (?:valid|correct|recogni[sz]ed|found)|mismatch)"
    r"|failed to (?:log|sign) ?in|could not (?:log|sign)|access denied|try again"
    r"|(?:falsch|ungultig|fehlgeschlagen|nicht korrekt|stimm\w* nicht|inkorrekt)"
    r"|identifiants? (?:invalide|incorrect)|mot de passe (?:invalide|incorrect|errone)|echec (?:de l|d)"
    r"|(?:incorrect[oa]s?|invalid[oa]s?|err[oa]nea?s?|erratt?[oa]s?|no coincide)|credenziali|falhou|fallid[oa]"
    r"|onjuist|ongeldig|mislukt|nieprawidlow|bledn|felaktig|misslyckades|neplatn|неверн|неправильн|错误|不正确|錯誤|正しくありません|"
    r"違います|間違|一致しません|認証に失敗|ログインできません|일치하지|올바르지|잘못|틀렸|غير صحيح|خاطئ|غير صالح|שגוי"
)
_LOCKED = re.compile(
    r"(?:account|user|konto|compte|cuenta|conta)[\w ]{0,30}(?:locked|blocked|suspended|disabled|gesperrt|bloque|"
    r"bloquead|desactiv)|too many|temporarily (?:locked|blocked)|zu viele|trop de|demasiados|"
    r"rate ?limit|muitas tentativas"
)
_TOKEN = re.compile(
    r"csrf|cross.?site request|forgery|page expired|token[\w ]{0,20}(?:invalid|mismatch|expired|missing)"
)


def words_of(page: Page) -> str:
    """What a page says, flattened for the eye of a pattern, sentences of different elements kept apart: what stands
    beside a field must not be read on into the next."""
    if not page.is_html:
        return plain(page.text[:MAX_TEXT])
    said = (_said(tag, node) for tag, _, node in page.elements[:MAX_ELEMENTS])
    return " ¦ ".join(filter(None, said))[:MAX_TEXT]


def _said(tag: str, node: LexborNode) -> str:
    if tag in _UNSAID or tag.startswith("-"):
        return ""
    if tag in _SENTENCES and node.css_first("input,button,label,select,script,style,p,div,form") is None:
        return plain(node.text(separator=" ")[:SENTENCE])
    return plain(node.text(deep=False)[:SENTENCE])


def complaint(page: Page) -> str:
    """The words in which a page refuses what was entered; empty when it does not."""
    return _quoted(_REFUSED, words_of(page))


def locked(page: Page) -> str:
    """The words in which a page says that an account is locked or that there were too many attempts; empty: it does
    not."""
    found = _quoted(_LOCKED, words_of(page))
    return found or ("429" if page.response.status == 429 else "")


def token_refused(page: Page) -> bool:
    """Whether a page refused the form itself, for want of a fresh anti-CSRF token."""
    return page.response.status in (400, 403, 419, 422) and _TOKEN.search(words_of(page)) is not None


def _quoted(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0][:QUOTED].strip() if match else ""


def captcha(page: Page) -> bool:
    """Whether a page wants a person to show that they are one: a widget, its frame, or a field for what a picture
    says. A script alone is none: it may well let us pass."""
    for tag, known, _ in page.elements:
        if tag in ("div", "span", "section") and _WIDGETS.search(known.get("class") or ""):
            if (known.get("data-size") or "") != "invisible":
                return True
        elif tag == "iframe" and _FRAMES.search(known.get("src") or ""):
            return True
    return any(meaning(blank_of(one)) == CAPTCHA for form in forms(page) for one in form.fields)


def blank_of(one: Field) -> Blank:
    """A form's field as a blank."""
    return Blank(one.name, one.kind, one.autocomplete, one.id, one.label, one.placeholder)


def wants_code(page: Page) -> bool:
    """Whether a page asks for a one-time code and for no password."""
    return any(_asks_code([meaning(blank_of(one)) for one in form.fields]) for form in forms(page))


def _asks_code(meanings: list[str]) -> bool:
    return CODE in meanings and PASSWORD not in meanings and USER not in meanings
