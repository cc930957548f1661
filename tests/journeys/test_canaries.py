"""Every secret that people and the platform have is planted once, used once, and then looked for in every byte that
came of it: files, logs, and all answers."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

from tests.journeys.platform import TOKEN, Platform
from tests.sites.mirror import mirror
from vedette.server.api.probely.urls import urlpatterns

PLANT = """
import json, secrets
from vedette.server.commands.boot import django_up
django_up()
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from vedette.server.kernel import clock
from vedette.server.targets.services import connectors
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import User
from vedette.server.tenancy.services import keys, people, roles, setup, signin

made = {"password": "canary-password-" + secrets.token_hex(8)}
user, made["key"] = setup.add_user(email="owner@example.org", role="owner", password=made["password"], with_key=True)
home = queries.organisations_of(user).get()
actor, system = queries.actor_for_user(user, home, ""), system_actor(home)
_, made["invicti"] = keys.create_key(actor=actor, name="API", kind="invicti")
_, made["application"] = keys.create_key(actor=system, name="Portal", kind="cloneguard_app")
_, made["access"] = keys.create_key(actor=actor, name="Access", kind="cloneguard_access")
_, made["invitation"] = people.invite(actor=system, email="new@example.org", role=queries.builtin_role("developer"))
made["totp"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TOTP.activate(user, made["totp"])
made["recovery"] = RecoveryCodes.activate(user).get_unused_codes()[0]
now = format_hotp_value(hotp_value(made["totp"], int(clock.now().timestamp()) // 30))
made["session"] = signin.sign_in(username=user.email, password=made["password"], otp=now).token
made["zone_token"] = "canary-zone-token-" + secrets.token_hex(8)
made["zone_key"] = "canaryzonekey" + secrets.token_hex(14)
# Off: nobody is to be asked.
connectors.save(system, "cloudflare", whole=True, enabled=False, token=made["zone_token"])
connectors.save(system, "aws", whole=True, enabled=False, access_key="AKIAEXAMPLEEXAMPLE", secret_key=made["zone_key"])
print(json.dumps(made))
"""
PLANTED = {
    "header": "canary-header-3e7a51c09d",
    "sensitive": "canary-sensitive-77b1f2",
    "cookie": "canary-cookie-a90c44e1b2",
}


def planted(site: Platform) -> dict[str, str]:
    """Secrets of the instance, of people and of keys, made by the services; `key` is the owner's."""
    instance = json.loads(run(site, "-m", "vedette.server.commands.prepare"))
    people = json.loads(run(site, "-c", PLANT))
    (setup,) = (value for value in instance.values() if isinstance(value, str) and len(value) > 20)
    return {**people, "setup": setup}


def run(site: Platform, *arguments: str) -> str:
    command = [sys.executable, "-P", *arguments]
    done = subprocess.run(command, env=site.environment, stdout=subprocess.PIPE, check=True, timeout=120)
    return done.stdout.decode()


def spellings(secret: str) -> list[bytes]:
    """How a secret could stand in a file or an answer."""
    raw = secret.encode()
    # The first and last letters depend on what stands beside it.
    coded = [base64.b64encode(b" " * shift + raw)[4:-4] for shift in range(3)]
    return [raw, raw.hex().encode(), quote(secret, safe="").encode(), *coded]


def leaks(secrets: dict[str, str], name: str, data: bytes) -> list[str]:
    return [f"{what} in {name}" for what, secret in secrets.items() if any(one in data for one in spellings(secret))]


def fetch(site: Platform, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and every byte of an answer, its headers included."""
    request = urllib.request.Request(f"{site.url}{path}", headers=headers)
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with contextlib.closing(answer):
        return answer.status, str(answer.headers).encode() + answer.read()


def addresses(ids: dict[str, str]) -> list[str]:
    """Every address of the dialect at the root that the ids fill, and the others worth asking."""
    filled = []
    for pattern in urlpatterns:
        route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids.get(found[1], "?"), str(pattern.pattern))
        if "?" not in route:
            filled.append(f"/{route}?length=100&include=last_found_scan")
    return [*filled, "/metrics", "/healthz", "/readyz", "/api/1.0/account/me", "/v2/user", "/openapi/probely.json"]


def test_no_secret_is_found_where_it_does_not_belong(tmp_path: Path) -> None:
    with mirror({f"/vedette-{TOKEN}.txt": f"Vedette={TOKEN}"}) as target_site:
        site = Platform(tmp_path, allow=target_site.url.removeprefix("http://"))
        try:
            secrets = planted(site)
            site.key = secrets["key"]
            site.narrow(["xss", "headers"])
            site.start()
            ids, passing = use(site, target_site.url)
            secrets |= PLANTED
            for secret in PLANTED.values():
                assert any(secret in value for value in target_site.seen), "what is planted must have been used"
            found = [leak for path in addresses(ids) for leak in asked(site, path, secrets)]
        finally:
            site.stop()
    files = [file for file in sorted(tmp_path.rglob("*")) if file.is_file()]
    assert any(file.name == "vedette.sqlite3" for file in files) and any(file.name == "platform.log" for file in files)
    for file in files:
        found += leaks(secrets | passing, file.name, file.read_bytes())
    assert found == []


def use(site: Platform, url: str) -> tuple[dict[str, str], dict[str, str]]:
    """A scan with secrets in its requests, whose finding is replayed and tested again. What there is to ask for by id,
    and the secrets that are told once in an answer."""
    target = site.add_target(f"{url}/")
    headers = [
        {"name": "Authorization", "value": f"Bearer {PLANTED['header']}", "authentication": True},
        {"name": "X-Tenant", "value": PLANTED["sensitive"], "value_is_sensitive": True},
    ]
    cookies = [{"name": "sid", "value": PLANTED["cookie"], "authentication": True}]
    site.call("PATCH", f"/targets/{target}/", {"site": {"headers": headers, "cookies": cookies}})
    scan = site.scan(target)
    assert site.await_end(scan) in ("completed", "failed", "under_review")
    findings = site.call("GET", f"/targets/{target}/findings/?length=100")["results"]
    assert any("xss" in str(one["definition"]).lower() or "scripting" in str(one).lower() for one in findings)
    made = site.call("POST", "/api-users/", {"name": "pipeline"})
    again = site.call("POST", f"/targets/{target}/findings/{findings[0]['id']}/retest/", {})
    site.await_end(str(again["id"]))
    ids = {"target": target, "scan": scan, "finding": str(findings[0]["id"]), "key": str(made["id"])}
    return ids, {"new key": str(made["key"])}


def asked(site: Platform, path: str, secrets: dict[str, str]) -> list[str]:
    """What stands in the answers to those who may ask."""
    pair = base64.b64encode(f":{secrets['invicti']}".encode()).decode()
    if path.startswith("/api/1.0"):
        headers = {"Authorization": f"Basic {pair}"}
    elif path.startswith("/v2"):
        headers = {"x-api-key": secrets["application"], "Authorization": f"Bearer {secrets['session']}"}
        # The contract has the caller told the key that it has just shown.
        secrets = {name: value for name, value in secrets.items() if name != "application"}
    else:
        headers = {"Authorization": f"JWT {secrets['key']}"}
    status, data = fetch(site, path, **headers)
    assert status < 500, path
    return leaks(secrets, path, data)
