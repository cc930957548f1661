"""Files that should not be here, and the state that the shop hands out."""

from __future__ import annotations

import base64
import binascii

from vedette.range.layout import notice, page
from vedette.range.markup import Markup, markup
from vedette.range.pages.goods import first_visit, kept_cookie
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.sinks import serialised
from vedette.range.web import Request, Response, html_page, plain, respond

ROUTES = Routes()

FLAWS = (
    Flaw(id="exposed-git-head", family=Family.EXPOSED, title="The Git folder's HEAD", url="/.git/HEAD", cwe=527),
    Flaw(id="exposed-git-config", family=Family.EXPOSED, title="The Git folder's config", url="/.git/config", cwe=527),
    Flaw(id="exposed-env", family=Family.EXPOSED, title="The environment file with passwords", url="/.env", cwe=538),
    Flaw(
        id="exposed-backup",
        family=Family.EXPOSED,
        title="A backup of the settings",
        url="/backup/config.php.bak",
        cwe=530,
    ),
    Flaw(id="exposed-dump", family=Family.EXPOSED, title="A dump of the database", url="/backup/backup.sql", cwe=530),
    Flaw(id="listing-backup", family=Family.LISTING, title="The contents of a folder", url="/backup/", cwe=548),
    Flaw(
        id="source-legacy",
        family=Family.SOURCE,
        title="A program's source, sent as text",
        url="/legacy/order.php",
        cwe=540,
    ),
    Flaw(id="secret-script", family=Family.SECRET, title="Keys in a script", url="/assets/checkout.js", cwe=798),
    Flaw(
        id="secret-deploy",
        family=Family.SECRET,
        title="A private key in the backup folder",
        url="/backup/deploy.pem",
        cwe=321,
    ),
    Flaw(
        id="deserialisation-basket",
        family=Family.DESERIALISATION,
        title="A PHP object in a cookie is restored",
        url="/basket/restore",
        kind=Kind.COOKIE,
        parameter="saved_basket",
        sample='O:6:"Basket":2:{s:5:"items";a:1:{i:0;i:7;}s:5:"owner";s:5:"guest";}',
        cwe=502,
    ),
    Flaw(
        id="deserialisation-survey",
        family=Family.DESERIALISATION,
        title="A pickled object in a hidden field is restored",
        url="/help/survey",
        method="POST",
        kind=Kind.FORM,
        parameter="state",
        body="state=gASVDQAAAAAAAAB9lIwEc3RlcJRLAXMu&answer=yes",
        cwe=502,
    ),
    Flaw(id="headers-csp", family=Family.HEADERS, title="No content security policy", url="/", cwe=693),
    Flaw(id="headers-nosniff", family=Family.HEADERS, title="Browsers may guess at types", url="/", cwe=693),
    Flaw(
        id="clickjacking-site",
        family=Family.CLICKJACKING,
        title="Pages may be framed by anybody",
        url="/contact",
        cwe=1021,
    ),
    Flaw(
        id="cookie-httponly",
        family=Family.COOKIE,
        title="The session cookie can be read by scripts",
        url="/",
        parameter="hg_session",
        cwe=1004,
    ),
    Flaw(
        id="cookie-samesite",
        family=Family.COOKIE,
        title="The session cookie says nothing about other sites",
        url="/",
        parameter="hg_session",
        cwe=1275,
    ),
    Flaw(id="disclosure-server", family=Family.DISCLOSURE, title="The server tells its version", url="/", cwe=200),
    Flaw(
        id="disclosure-framework", family=Family.DISCLOSURE, title="The framework tells its version", url="/", cwe=200
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-exposed-example",
        family=Family.EXPOSED,
        title="An example of an environment file, without values",
        url="/docs/env.example",
    ),
    LookAlike(
        id="like-deserialisation-answer",
        family=Family.DESERIALISATION,
        title="The answer beside the pickled object is plain text",
        url="/help/survey",
        method="POST",
        kind=Kind.FORM,
        parameter="answer",
        body="state=gASVDQAAAAAAAAB9lIwEc3RlcJRLAXMu&answer=yes",
    ),
)

_ORDER_PHP = """\
<?php
// Old order form. Replaced in 2019, still linked somewhere.
require_once 'config.php';
$db = new PDO($dsn, $user, $password);
$statement = $db->prepare('INSERT INTO orders (number) VALUES (?)');
$statement->execute([$_POST['number']]);
?>
"""
_CONFIG_PHP = """\
<?php
$db_host = 'db.internal.example';
$db_name = 'harbour';
$db_user = 'harbour';
$db_password = 'Br1neAndBarnacles';
"""
_DUMP = """\
-- MySQL dump 10.19  Distrib 10.11.6-MariaDB
DROP TABLE IF EXISTS `customers`;
CREATE TABLE `customers` (
  `id` int(11) NOT NULL,
  `login` varchar(40) DEFAULT NULL,
  PRIMARY KEY (`id`)
);
INSERT INTO `customers` VALUES (1,'demo'),(2,'keeper');
"""
_ENV = """\
APP_ENV=production
APP_DEBUG=false
DB_HOST=db.internal.example
DB_USERNAME=harbour
DB_PASSWORD=Br1neAndBarnacles
MAIL_PASSWORD=g4le-w4rning
"""
_GIT_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
[remote "origin"]
\turl = https://git.harbour.example/shop.git
\tfetch = +refs/heads/*:refs/remotes/origin/*
[branch "main"]
\tremote = origin
\tmerge = refs/heads/main
"""
# Put together here, so that this file itself trips no search for leaked keys.
_KEY_LINE = "PRIVATE " + "KEY-----"
# A sequence of 524 bytes that begins with version 0, as keys do; the rest is no key.
_DER = bytes.fromhex("3082020c020100") + bytes((7 * index + 13 * (index // 48)) % 251 for index in range(521))
_BASE64 = base64.b64encode(_DER).decode()
_LINES = "\n".join(_BASE64[start : start + 64] for start in range(0, len(_BASE64), 64))
_DEPLOY = f"-----BEGIN RSA {_KEY_LINE}\n{_LINES}\n-----END RSA {_KEY_LINE}\n"

_FILES = {
    "/.git/HEAD": "ref: refs/heads/main\n",
    "/.git/config": _GIT_CONFIG,
    "/.env": _ENV,
    "/backup/config.php.bak": _CONFIG_PHP,
    "/backup/backup.sql": _DUMP,
    "/backup/deploy.pem": _DEPLOY,
    "/legacy/order.php": _ORDER_PHP,
    "/docs/env.example": "APP_ENV=\nDB_HOST=\nDB_PASSWORD=\n",
}
_PAGES_IN_SITEMAP = (
    "/", "/shop", "/gifts", "/services", "/community", "/help", "/tools", "/manuals", "/currency", "/staff",
    "/stockists", "/suppliers", "/developers", "/offers", "/newsletter", "/legacy/order.php", "/docs/env.example",
)  # fmt: skip
_ROBOTS = """\
User-agent: *
Disallow: /admin
Disallow: /backup/
Disallow: /.git/HEAD
Disallow: /.git/config
Disallow: /.env
Sitemap: /sitemap.xml
"""


def _publish(path: str, text: str) -> None:
    # As plain web servers do: what has no known ending is a stream of bytes.
    media = "application/octet-stream" if path.startswith("/.") else "text/plain"
    ROUTES.add("GET", path, lambda request: respond(text, media))


@ROUTES.get("/robots.txt")
def robots(request: Request) -> Response:
    """What robots should leave alone."""
    return plain(_ROBOTS)


@ROUTES.get("/sitemap.xml")
def sitemap(request: Request) -> Response:
    """The main pages, for robots."""
    origin = f"http://{request.headers.get('host', 'localhost')}"
    places = "".join(f"<url><loc>{origin}{path}</loc></url>" for path in _PAGES_IN_SITEMAP)
    text = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    return respond(text, "application/xml")


@ROUTES.get("/backup/")
def backup(request: Request) -> Response:
    """A folder, as web servers list them."""
    names = ("backup.sql", "config.php.bak", "deploy.pem")
    rows = "".join(
        f'<a href="{name}">{name}</a>            12-Feb-2024 09:14    {len(_FILES["/backup/" + name])}\n'
        for name in names
    )
    return html_page(
        "<html><head><title>Index of /backup/</title></head><body><h1>Index of /backup/</h1><hr>"
        f'<pre><a href="../">../</a>\n{rows}</pre><hr></body></html>'
    )


@ROUTES.get("/basket/restore")
def restore(request: Request) -> Response:
    """Restore the basket that the shop itself put into a cookie."""
    usual = 'O:6:"Basket":2:{s:5:"items";a:1:{i:0;i:7;}s:5:"owner";s:5:"guest";}'
    saved = kept_cookie(request, "saved_basket", usual)
    try:
        serialised.php_unserialize(saved)
    except serialised.SerialisedError as error:
        return page(
            "Lost basket",
            notice(f"Notice: unserialize(): {error} in /var/www/shop/basket.php on line 22", "bad"),
            status=500,
        )
    response = page("Lost basket", notice("Found again.", "good"))
    return first_visit(request, response, "saved_basket", usual, "/basket/restore")


@ROUTES.get("/help/survey")
def survey_form(request: Request) -> Response:
    """Two questions; the state travels in the form."""
    return page("Survey", _survey_form())


@ROUTES.post("/help/survey")
def survey(request: Request) -> Response:
    """Take the next step of the survey."""
    try:
        serialised.pickle_object(base64.b64decode(request.form("state"), validate=True))
    except (binascii.Error, ValueError) as error:
        return page("Survey", notice(f"The survey was lost: {error}", "bad"), status=500)
    except serialised.SerialisedError as error:
        return page("Survey", notice(f"_pickle.UnpicklingError: {error}", "bad"), status=500)
    return page(
        "Survey",
        markup("{told}{form}", told=notice(f"You said {request.form('answer')}.", "good"), form=_survey_form()),
    )


def _survey_form() -> Markup:
    return Markup(
        '<form class="panel" action="/help/survey" method="post">'
        '<input type="hidden" name="state" value="gASVDQAAAAAAAAB9lIwEc3RlcJRLAXMu">'
        '<label>Do you like brass?<input name="answer" value="yes"></label><button>Next</button></form>'
    )


for _path, _text in _FILES.items():
    _publish(_path, _text)
