"""The words by which harmful actions are known: English and a few major European languages, without accents."""

from __future__ import annotations

KINDS = ("log-out", "delete", "pay", "unsubscribe", "password", "e-mail", "second-factor")


Phrases = dict[str, tuple[tuple[str, ...], ...]]
"""First word -> the phrases that begin with it, longest first, each as a tuple of words."""


def _phrases(text: str) -> Phrases:
    found: Phrases = {}
    for words in sorted((tuple(part.split()) for part in text.split(",")), key=lambda words: (-len(words), words)):
        found[words[0]] = (*found.get(words[0], ()), words)
    return found


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACTIONS: dict[str, Phrases] = {
    "log-out": _phrases(
        "logout,log out,logoff,log off,signout,sign out,signoff,sign off,end session,abmelden,ausloggen,deconnexion,"
        "deconnecter,se deconnecter,cerrar sesion,desconectar,desconectarse,terminar sessao,sair,disconnetti,esci,"
        "uitloggen,afmelden,wyloguj,logga ut"
    ),
    "delete": _phrases(
        "delete,del,destroy,remove,erase,purge,wipe,truncate,drop,trash,deactivate,terminate,revoke,close account,"
        "cancel account,cancel order,empty cart,cart empty,empty basket,basket empty,clear cart,cart clear,"
        "clear basket,basket clear,empty trash,trash empty,clear guestbook,clear log,clear logs,clear history,"
        "clear messages,clear entries,clear comments,clear list,clear data,clear database,clear all,reset all,"
        "reset database,reset db,factory reset,loschen,loeschen,entfernen,kundigen,kuendigen,supprimer,effacer,"
        "eliminar,borrar,suprimir,excluir,apagar,remover,elimina,cancella,rimuovi,verwijderen,verwijder,usun,radera"
    ),
    "pay": _phrases(
        "pay,pay now,payment,checkout,purchase,buy,buy now,order now,place order,complete order,confirm order,"
        "submit order,transfer,withdraw,donate,charge,refund,bezahlen,zahlen,kaufen,jetzt kaufen,bestellen,"
        "zahlungspflichtig bestellen,uberweisen,ueberweisen,spenden,payer,acheter,commander,virement,pagar,comprar,"
        "transferir,donar,doar,paga,acquista,compra,bonifico,betalen,afrekenen,zaplac,kup"
    ),
    "unsubscribe": _phrases(
        "unsubscribe,opt out,optout,cancel subscription,stop subscription,cancel membership,abbestellen,"
        "abo kundigen,desabonner,se desabonner,desinscription,darse de baja,desuscribir,cancelar suscripcion,"
        "cancelar assinatura,disiscriviti,annulla iscrizione,uitschrijven,afmelden nieuwsbrief,wypisz"
    ),
    "password": _phrases(
        "change password,reset password,forgot password,update password,set password,new password,password change,"
        "password reset,lost password,recover password,changepassword,resetpassword,passwd,change pwd,"
        "passwort andern,passwort aendern,passwort zurucksetzen,changer mot de passe,changer le mot de passe,"
        "cambiar contrasena,restablecer contrasena,alterar senha,redefinir senha,cambia password,"
        "wachtwoord wijzigen"
    ),
    "e-mail": _phrases(
        "change email,change e mail,update email,update e mail,new email,email change,set email,changeemail,"
        "edit email,e mail andern,e mail aendern,email andern,changer email,changer l email,cambiar correo,"
        "cambiar email,alterar email,cambia email"
    ),
    "second-factor": _phrases(
        "disable 2fa,enable 2fa,reset 2fa,remove 2fa,setup 2fa,2fa disable,2fa enable,2fa setup,2fa reset,disable mfa,"
        "enable mfa,reset mfa,setup mfa,mfa disable,mfa enable,mfa setup,mfa reset,disable totp,enable totp,"
        "totp disable,totp enable,totp setup,disable otp,enable otp,otp disable,otp enable,disable two factor,"
        "enable two factor,two factor disable,two factor enable,two factor setup,remove authenticator,"
        "reset authenticator,regenerate recovery codes,regenerate backup codes,recovery codes,"
        "zwei faktor deaktivieren,desactiver double authentification,desactivar dos factores"
    ),
}
"""Kind -> phrases. One phrase must stand in a label or in one path segment, word for word."""

OBJECTS = _set(
    "my me your this that it the all any account accounts user users item items entry entries post posts comment "
    "comments review reviews message messages address addresses order orders cart basket product products file files "
    "image images photo photos card cards record records row rows selected confirm confirmed now action do submit "
    "profile session sessions data history device devices key keys token tokens subscription list member members "
    "customer page note notes task project konto benutzer eintrag artikel compte utilisateur article cuenta usuario "
    "conta jetzt meine mon mi minha success ok and exit of from"
)
"""What an action may act on. A path such as `delete-policy` names something else and is a page to read."""

READING = _set(
    "help docs doc documentation faq faqs blog news article articles wiki guide guides tutorial tutorials howto how "
    "policy policies legal terms knowledge kb support press about learn academy forum hilfe anleitung aide ayuda "
    "ajuda guida static assets css js img images fonts media"
)
"""Sections and words of pages that are read, not acted on."""

VIEWED = frozenset(("pay", "password", "e-mail", "second-factor"))
"""Kinds whose pages may be looked at: only sending their form acts."""

CARD_FIELDS = _phrases(
    "card number,cardnumber,card no,cardno,cc number,ccnumber,cc num,ccnum,cc no,credit card,creditcard,cvv,cvc,"
    "cvv2,card cvc,card cvv,security code,iban,card holder,cardholder,card expiry,exp month,account number,sort code,"
    "kartennummer,numero carte,numero tarjeta,numero cartao"
)
MONEY_FIELDS = _set("amount betrag montant importe valor sum")
RECKONING = _set(
    "convert converter converters conversion conversions calculate calculator calc compute units rate rates compare "
    "filter search find finder browse estimate estimator umrechnen umrechner rechner vergleich convertir convertisseur "
    "calculatrice conversor calculadora calcolatrice rekenmachine"
)
"""Words of pages that work out something: `amount` and `to` in their query are figures and units."""

RECIPIENT_FIELDS = _set("recipient payee beneficiary iban to destination empfanger empfaenger")
PASSWORD_WORDS = _set("password passwd pass pwd passwort kennwort motdepasse contrasena senha wachtwoord passphrase")
CHANGE_WORDS = _set(
    "new old current existing previous neu neues altes aktuelles nouveau ancien nueva actual nova atual"
)
CONFIRM_WORDS = _set("confirm confirmation conf repeat again retype verify 2 bestatigen wiederholen")
EMAIL_WORDS = _set("email mail correo courriel")
ENTRY_WORDS = _set(
    "login signin logon register registration signup join subscribe newsletter contact registrieren anmelden "
    "inscription registro cadastro"
)
ACCOUNT_WORDS = _set("profile settings preferences einstellungen profil perfil ajustes reglages")
ACTION_PARAMETERS = _set(
    "action act do op operation cmd command method _method task mode event func function submit btn button"
)
ENDINGS = _set("php asp aspx jsp html htm do cgi action json")
