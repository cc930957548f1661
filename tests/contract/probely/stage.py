"""Two organisations with something of everything, and one operation that is tried among them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import TestCase

from tests.contract.probely import answers
from tests.contract.probely.mutations import only_storing, without_effect
from tests.contract.probely.table import Row, routed
from tests.server import factories
from tests.server.api.probely.cast import Cast, cast_of
from tests.server.api.probely.conftest import Answer, Api, Everything, everything_of
from vedette.contract.batch import Batch
from vedette.contract.claim import Grant
from vedette.contract.events import OwnershipChecked, ScanFinished
from vedette.contract.job import Job
from vedette.server.audit.models import DomainEvent
from vedette.server.definitions import queries as definitions
from vedette.server.definitions import technologies
from vedette.server.kernel import ratelimit
from vedette.server.scans.services import committing, leasing
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy import rules
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Organisation
from vedette.server.tenancy.services import keys, roles

REFUSED = (400, 403, 404, 422)
UNTOLD = frozenset(
    {
        *("POST /integrations/aws/refresh/", "POST /integrations/cloudflare/refresh/"),
        *("POST /targets/{}/check_api_login/", "POST /targets/{}/otp/{}/"),
    }
)
"""Effects that change nothing here, but have a worker do something: the domain log need not tell of them."""
_SLOT = re.compile(r"\{\w+\}")


class Caller(Api):
    """A client whose requests are over when they are answered: what waits for the commit is done."""

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        ratelimit.reset()
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().__call__(method, path, body, **query)

    def _answer(self, response: Any) -> Answer:
        if response.get("Content-Type", "").partition("/")[0] in ("image", "video"):
            return Answer(response.status_code, response.content.decode("latin-1"), response)
        return super()._answer(response)


@dataclass(frozen=True, slots=True)
class Stage:
    """What is there before any exercise. `lacking` are callers who hold every permission but one; `shared` are the ids
    of what belongs to everybody, `own` those of what is here."""

    home: Organisation
    foreign: Organisation
    things: Everything
    cast: Cast
    admin: Caller
    stranger: Caller
    lacking: dict[str, Caller]
    shared: frozenset[str]
    own: frozenset[str]


def set_up() -> Stage:
    """Makes all of it; takes about a second."""
    home, foreign = factories.organisation("Home"), factories.organisation("Foreign")
    wanted = sorted({row.permission for row in routed()} & rules.ALL)
    everybodys = [one.id for one in (*definitions.all_definitions(), *technologies.all_technologies())]
    builtin = [tenancy.builtin_role(name).public_id for name in rules.BUILTIN_ROLES]
    things, cast = everything_of(home), cast_of(home)
    rows = [things.target, things.busy, things.host, things.scan, things.running, things.sequence, things.detector]
    rows += [things.scope, cast.key, cast.role, cast.user_grant, cast.key_grant, cast.team, cast.domain, cast.target]
    rows += [cast.user.user, *cast.labels.values()]
    return Stage(
        home=home,
        foreign=foreign,
        things=things,
        cast=cast,
        admin=Caller(factories.key(home, "owner")),
        stranger=Caller(factories.key(foreign, "owner")),
        lacking={name: Caller(_all_but(home, name)) for name in wanted},
        shared=frozenset([*everybodys, *builtin]),
        own=frozenset([row.public_id for row in rows]),
    )


def _all_but(home: Organisation, permission: str) -> str:
    actor = system_actor(home)
    role = roles.create(
        actor=actor, name=f"All but {permission}", permissions=sorted(rules.ALL - rules.OWNER_ONLY - {permission})
    )
    _, secret = keys.create_key(actor=actor, name=f"Without {permission}", grants=(roles.NewGrant(role),))
    return secret


@dataclass
class World:
    """One operation on the stage, as an exercise sees it. `mutation` is empty, `nothing done`, `only stored` or
    `same answer`."""

    stage: Stage = field(repr=False)
    row: Row
    mutation: str = ""
    answered: int = 0
    _first: Answer | None = field(default=None, repr=False)

    @property
    def api(self) -> Caller:
        """An owner's key, for all that is not the operation itself."""
        return self.stage.admin

    @property
    def things(self) -> Everything:
        """Targets, scans and findings of the caller's organisation."""
        return self.stage.things

    @property
    def cast(self) -> Cast:
        """People, keys, roles and teams of the caller's organisation."""
        return self.stage.cast

    @property
    def nobody(self) -> Caller:
        """Who has no key."""
        return Caller(None)

    # What exercises ask for again and again

    def do(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer to another call of the owner's, which must succeed."""
        answer = self.api(method, path, body, **query)
        assert 200 <= answer.status < 300, (method, path, answer.status, answer.data)
        return answer.data

    def get(self, path: str, **query: Any) -> Any:
        """What is there."""
        return self.do("GET", path, **query)

    def listed(self, path: str, **query: Any) -> list[str]:
        """The ids of a list, as many as there are."""
        return [str(row["id"]) for row in self.get(path, length=100, **query)["results"]]

    def missing(self, path: str) -> bool:
        """Whether nothing is there."""
        return bool(self.api.get(path).status == 404)

    @property
    def target(self) -> str:
        """A target that was shown to belong to the caller's organisation; nothing runs on it."""
        return self.cast.target.public_id

    def grant(self, target: str = "", **options: Any) -> Grant:
        """What a worker is given for a new scan of the target."""
        self.do("POST", f"/targets/{target or self.target}/scan_now/", options)
        return factories.claim()

    def job(self, target: str = "", **options: Any) -> Job:
        """What a worker is told to do in a new scan of the target."""
        return self.grant(target, **options).job

    def verify(self, domain: str) -> None:
        """A worker finds what shows the owner of the domain."""
        self.do("POST", f"/domains/{domain}/verify/", {"type": "file"})
        grant = factories.claim()
        found = [OwnershipChecked(ok=True, method="file"), ScanFinished(verdict="clean", requests=1)]
        committing.commit(grant.run, Batch(grant.epoch, 1, found))
        leasing.release(grant.run, grant.epoch, "finished")

    # The operation itself

    def call(self, *given: str, body: Any = None, raw: tuple[bytes, str] | None = None, **query: Any) -> Any:
        """The answer of the operation, with these ids in its path: its JSON, or its text. Whoever must not have it is
        refused first; its status and shape are what the table says."""
        rest = iter(given)
        path = _SLOT.sub(lambda _: next(rest), self.row.path)

        def ask(who: Caller) -> Answer:
            return who.raw(self.row.method, path, *raw) if raw else who(self.row.method, path, body, **query)

        if not (self.answered or self.mutation):
            self._refusals(ask, given)
        told = self._facts()
        answer = self._answer(ask)
        assert answer.status == self.row.code, (answer.status, answer.data)
        assert self.mutation or answers.faults(self.row.shape, answer.data) == []
        self.answered += 1
        if self.row.kind == "effect" and self.mutation in ("", "only stored") and self.row.key not in UNTOLD:
            assert self._facts() > told, "the domain log does not tell of it"
        return answer.data

    def _answer(self, ask: Callable[[Caller], Answer]) -> Answer:
        if self.mutation == "nothing done":
            return without_effect(self.row.service, lambda: ask(self.api), self.row.code)
        if self.mutation == "only stored":
            with only_storing(self.row.service):
                return ask(self.api)
        if self.mutation == "same answer" and self._first:
            return self._first
        self._first = ask(self.api)
        return self._first

    # Who must not have it

    def _refusals(self, ask: Callable[[Caller], Answer], given: tuple[str, ...]) -> None:
        if self.row.permission == "secret":
            return
        before = self._facts()
        nameless = ask(self.nobody)
        assert nameless.status == 401 and list(nameless.data) == ["detail"], nameless
        stranger = ask(self.stage.stranger)
        if self.row.kind == "constant-by-nature":
            assert stranger.data == ask(self.api).data, "it is not the same for everybody"
        else:
            self._strangers(stranger, given)
        if self.row.permission != "any":
            self._powerless(ask(self.stage.lacking[self.row.permission]))
        assert self._facts() == before, "a refused call left something behind"

    def _strangers(self, answer: Answer, given: tuple[str, ...]) -> None:
        if set(given) - self.stage.shared:
            assert answer.status == 404, f"{answer.status} for another organisation"
        assert answer.status in REFUSED or self._empty(answer), f"{answer.status} for another organisation"

    def _powerless(self, answer: Answer) -> None:
        lacks = f"{answer.status} without {self.row.permission}"
        if self.row.method == "GET":
            assert answer.status in (403, 404) or self._empty(answer), lacks
        else:
            assert answer.status == 403, lacks

    def _empty(self, answer: Answer) -> bool:
        """Whether it is a good answer that tells of nothing here."""
        assert answer.status == self.row.code, answer
        text = str(answer.data)
        told = {one for one in self.stage.own if one in text}
        assert not told, f"sees {told}"
        return True

    def _facts(self) -> int:
        return DomainEvent.objects.filter(organisation=self.stage.home).count()
