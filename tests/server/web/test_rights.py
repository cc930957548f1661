"""Who may open a page."""

import pytest

from tests.server import factories
from vedette.server.findings.models import Finding
from vedette.server.kernel.errors import NotAllowed
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.services import roles
from vedette.server.web import rights

pytestmark = pytest.mark.django_db


def test_need_asks_for_the_permission_over_anything():
    home = factories.organisation()
    rights.need(factories.actor(home, "auditor"), "audit.view")
    with pytest.raises(NotAllowed):
        rights.need(factories.actor(home, "scanner"), "audit.view")


def test_over_tells_what_may_be_done_to_this_finding_alone():
    home = factories.organisation()
    mine, other = factories.target(home), factories.target(home)
    for target in (mine, other):
        factories.run_scan(target, factories.flaw())
    user = factories.person(home, "scanner")
    system = tenancy.actor_for_user(factories.person(home), home, "")
    roles.grant(actor=system, holder=user, role=tenancy.builtin_role("analyst"), tier="target", target=mine)
    actor = tenancy.actor_for_user(user, home, "")
    first, second = Finding.objects.order_by("pk")
    assert {"findings.triage", "findings.view"} <= rights.over(actor, first)
    assert "findings.triage" not in rights.over(actor, second)
    assert "findings.view" in rights.over(actor, second)
