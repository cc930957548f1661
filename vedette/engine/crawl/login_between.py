"""Pages that stand between a password and the session: they ask whether to go on, and for nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vedette.engine.crawl.login_fields import TEXT_KINDS, plain
from vedette.engine.crawl.login_signs import MAX_ELEMENTS, words_of
from vedette.engine.parse.forms import Form, forms
from vedette.engine.parse.page import Page

MOST = 2
"""Such pages of one log-in that are answered."""

LABEL = 200

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
    r"magic link|(?:sign|log) ?in link|link to (?:sign|log) ?in|(?:e ?mail|send)(?: (?:me|you))? an? (?:\w+ ){0,2}link|"
    r"no password (?:is )?needed|without a password|"
    r"(?:anmelde|login) ?link|link zum (?:anmelden|einloggen)|link per e ?mail|(?:sende|schicke)\w* (?:\w+ ){0,2}link|"
    r"ohne passwort|lien (?:magique|de connexion|par e ?mail)|envoye[rz] (?:\w+ ){0,3}lien|sans mot de passe|"
    r"enlace (?:magico|de acceso|para iniciar)|envia\w* (?:\w+ ){0,2}enlace|sin contrasena|"
    r"link (?:magico|de acesso|di accesso)|(?:envia|invia)\w* (?:\w+ ){0,2}link|sem senha|senza password|"
    r"magische link|inlog ?link|(?:stuur|mail) (?:me|mij) een link|zonder wachtwoord|"
    r"magiczny link|link do logowania|bez has[lł]a|magisk lank|utan losenord|"
    r"волшебн\w+ ссылк|ссылк\w* для входа|без пароля|"
    r"マジックリンク|ログイン(?:用の?)?リンク|リンクを(?:送信|メール)|魔法链接|登录链接|登入連結|매직 ?링크|로그인 링크"
)
_OTHER_LINK = re.compile(
    r"reset|forgot|recover|confirm|verif|activat|zurucksetz|vergessen|bestatig|reinitialis|oublie|restablec|olvid|"
    r"redefin|esquec|dimentic|reimpost|vergeten|сброс|забыл|восстанов|リセット|忘れ|重置|忘记|忘記|재설정"
)
_BY_PASSWORD = re.compile(
    r"passw|kennwort|mot de passe|contrasen|senha|wachtwoord|has[lł][oe]|losenord|парол|密码|密碼|パスワード|비밀번호"
)
_PROVIDER = re.compile(
    r"(?:(?:continue|(?:sign|log) ?in|connect) (?:with|via|using)|(?:anmelden|einloggen|weiter) (?:mit|uber)|"
    r"(?:continuer|se connecter) avec|(?:continuar|iniciar sesion) con) [\w .-]{2,30}"
)


_BY_LINK = "The site sends a link by e-mail to log in with, which a scan cannot follow."


def speaks_of_link(text: str) -> bool:
    """Whether a text speaks of a link that is sent to log in with, and not of one for another purpose."""
    return any(_LINK.search(one) and not _OTHER_LINK.search(one) for one in plain(text).split("¦"))


def mails_link(page: Page, label: str, others: Sequence[str]) -> bool:
    """Whether what a page does with an address, by the button `label`, is to send a link there. `others` are the labels
    of its other buttons: where one of them, or of the page's links, is for that, this one is not."""
    if speaks_of_link(label):
        return True
    rest = [*others, *_links_on(page)]
    return not any(map(speaks_of_link, rest)) and speaks_of_link(words_of(page))


def by_password(labels: Sequence[str]) -> int:
    """Which of some buttons or links leads to a log-in with a password, by its place; -1 for none."""
    flat = [plain(label) for label in labels]
    fit = (at for at, label in enumerate(flat) if _BY_PASSWORD.search(label) and not _OTHER_LINK.search(label))
    return next((at for at in fit if not _LINK.search(flat[at])), -1)


def link_only(page: Page, others: Sequence[str]) -> str:
    """Why a page that sends links is left alone, and what else it offers, in sentences."""
    ways = [*others, *_links_on(page)]
    at = by_password(ways)
    more = f" It offers another way, which is worth a try as the log-in page: “{ways[at].strip()}”." if at >= 0 else ""
    return f"{_BY_LINK} None was asked for.{more}"


def _links_on(page: Page) -> list[str]:
    return [node.text(separator=" ")[:LABEL] for tag, _, node in page.elements[:MAX_ELEMENTS] if tag == "a"]


def wordless(page: Page) -> str:
    """How a page wants people to log in without a password, as a sentence; empty when it does not say."""
    words = words_of(page)
    if speaks_of_link(words):
        return _BY_LINK
    if found := _PROVIDER.search(words):
        return f"The page offers no form of its own, but another site to log in at: “{found[0].strip()}”."
    return ""
