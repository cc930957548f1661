"""Pages that stand between a password and the session: they ask whether to go on, and for nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vedette.engine.crawl.login_fields import TEXT_KINDS, plain
from vedette.engine.crawl.login_signs import words_of
from vedette.engine.parse.forms import Form, forms
from vedette.engine.parse.page import Page

MOST = 2
"""Such pages of one log-in that are answered."""

_ASKS = re.compile(
    r"(?:an)?other (?:device|session|browser|computer|location|place)|else ?where|already (?:logged|signed) ?(?:in|on)|"
    r"active session|session (?:is )?(?:still )?active|(?:stay|keep \w+|remain) (?:signed|logged) ?in|"
    r"(?:remember|trust) (?:this|the) (?:device|browser|computer)|"
    r"angemeldet bleiben|andere[nrms]? (?:gerat|sitzung|browser)|bereits angemeldet|aktive sitzung|"
    r"rester connecte|autre (?:appareil|session|navigateur)|deja connecte|session active|"
    r"mantener la sesion|otro (?:dispositivo|navegador)|otra sesion|sesion activa|outra sessao|outro dispositivo|"
    r"altro dispositivo|altra sessione|別の端末|他の端末|ログイン状態|已在其他|保持登录"
)
_GOES_ON = re.compile(
    r"continue|proceed|^yes\b|^ok\b|confirm|sign ?in|log ?in|go on|take over|not now|skip|later|^no\b|"
    r"weiter|fortfahren|fortsetzen|^ja\b|nicht jetzt|spater|continuer|^oui\b|continuar|^si\b|^sim\b|continua\b|"
    r"はい|続行|続ける|继续|是$"
)
_LEAVES = re.compile(
    r"cancel|back|return|abort|abbrechen|zuruck|annuler|retour|cancelar|volver|annulla|キャンセル|取消"
)


def onward(words: str, labels: Sequence[str]) -> int:
    """Which button of a page answers its question whether to go on, by its place in `labels`; -1 when the page, of
    which `words` is the text, asks no such thing. Terms are nothing to be agreed to by a program."""
    if _ASKS.search(words) is None:
        return -1
    flat = [plain(label) for label in labels]
    fit = [at for at, label in enumerate(flat) if _GOES_ON.search(label) and not _LEAVES.search(label)]
    return fit[0] if fit else -1


def onward_form(page: Page) -> Form | None:
    """The form that answers such a page, if pressing its button is all there is to do."""
    for form in forms(page):
        asks = any(one.kind in TEXT_KINDS and one.kind != "" for one in form.fields)
        if form.method == "POST" and not asks and onward(words_of(page), form.labels) == 0:
            return form
    return None


_LINK = re.compile(
    r"magic link|(?:sign|log) ?in link|link to (?:sign|log) ?in|(?:e ?mail|send) (?:me|you) an? (?:\w+ ){0,2}link|"
    r"no password (?:is )?needed|without a password|anmelde ?link|link zum (?:anmelden|einloggen)|"
    r"lien (?:magique|de connexion)|enlace (?:magico|de acceso|para iniciar)|link di accesso"
)
_PROVIDER = re.compile(
    r"(?:(?:continue|(?:sign|log) ?in|connect) (?:with|via|using)|(?:anmelden|einloggen|weiter) (?:mit|uber)|"
    r"(?:continuer|se connecter) avec|(?:continuar|iniciar sesion) con) [\w .-]{2,30}"
)


def wordless(page: Page) -> str:
    """How a page wants people to log in without a password, as a sentence; empty when it does not say."""
    words = words_of(page)
    if _LINK.search(words):
        return "The site sends a link by e-mail to log in with, which a scan cannot follow."
    if found := _PROVIDER.search(words):
        return f"The page offers no form of its own, but another site to log in at: “{found[0].strip()}”."
    return ""
