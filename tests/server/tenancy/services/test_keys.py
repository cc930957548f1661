"""Keys: made, changed, revoked."""

from datetime import timedelta

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.models import ApiKey, Label, RoleGrant
from vedette.server.tenancy.services import account, keys, roles, teams

pytestmark = pytest.mark.django_db


def test_only_the_hash_of_a_secret_is_kept(admin):
    key, secret = keys.create_key(actor=admin, name=" ci ", role=queries.builtin_role("scanner"))
    assert secret.startswith("vdt_p")
    row = ApiKey.objects.values().get(pk=key.pk)
    assert secret not in str(row)
    assert secret not in str(list(DomainEvent.objects.values()))
    assert (row["name"], row["key_hash"], row["prefix"]) == ("ci", rules.hash_of(secret), secret[:11])
    assert key.created_by == admin.user


def test_the_policy_sets_the_end(admin, organisation):
    key, _ = keys.create_key(actor=admin, name="k")
    assert key.expires_at == clock.now() + timedelta(days=90)
    short, _ = keys.create_key(actor=admin, name="k", days_valid_for=7)
    assert short.expires_at == clock.now() + timedelta(days=7)
    with pytest.raises(Invalid) as caught:
        keys.create_key(actor=admin, name="k", days_valid_for=91)
    assert list(caught.value.fields) == ["days_valid_for"]
    admin.organisation.refresh_from_db()
    admin.organisation.limit_api_key_days = False
    endless, _ = keys.create_key(actor=admin, name="k")
    assert endless.expires_at is None


def test_a_key_cannot_do_more_than_its_maker(actor, organisation, admin):
    with pytest.raises(NotAllowed) as caught:
        keys.create_key(actor=admin, name="k", role=queries.builtin_role("owner"))
    assert caught.value.code == "above_own_rank"
    assert not ApiKey.objects.exists()
    for role in ("analyst", "developer", "auditor", "scanner"):
        with pytest.raises(NotAllowed):
            keys.create_key(actor=actor(organisation, role), name="k")


def test_a_key_cannot_make_a_stronger_one(admin):
    maker = roles.create(actor=admin, name="Maker", permissions=["keys.change", "targets.view"])
    _, secret = keys.create_key(actor=admin, name="maker", role=maker)
    machine = queries.authenticate_key(secret, kinds=("probely",), address="")
    with pytest.raises(NotAllowed):
        keys.create_key(actor=machine, name="k", role=queries.builtin_role("scanner"))
    child, _ = keys.create_key(actor=machine, name="k", role=maker)
    assert child.created_by is None


def test_scopes_of_a_new_key(admin):
    team = teams.create(actor=admin, name="Web")
    scanner = queries.builtin_role("scanner")
    both = [roles.NewGrant(scanner, "team", team=team), roles.NewGrant(queries.builtin_role("auditor"))]
    key, _ = keys.create_key(actor=admin, name="k", grants=both)
    found = RoleGrant.objects.filter(key=key).order_by("pk").values_list("role__key", "tier", "team")
    assert list(found) == [("scanner", "team", team.pk), ("auditor", "account", None)]


def test_a_personal_key_is_one_per_person_and_kind(admin, owner, kinds):
    _, first = keys.create_key(actor=admin, name="a", kind="invicti")
    _, second = keys.create_key(actor=admin, name="b", kind="invicti")
    keys.create_key(actor=admin, name="c", kind="cloneguard_access")
    keys.create_key(actor=owner, name="d", kind="invicti")
    assert ApiKey.objects.count() == 3
    assert queries.authenticate_key(first, kinds=("invicti",), address="") is None
    assert queries.authenticate_key(second, kinds=("invicti",), address="").user == admin.user
    assert keys.revoke_personal(actor=admin, kind="invicti")
    assert not keys.revoke_personal(actor=admin, kind="invicti")
    assert kinds().count("key.deleted") == 2


def test_a_personal_key_is_made_by_its_person_signed_in(admin, system, actor, organisation):
    with pytest.raises(NotAllowed):
        keys.create_key(actor=system, name="k", kind="invicti")
    _, secret = keys.create_key(actor=admin, name="k", kind="cloneguard_access")
    by_key = queries.authenticate_key(secret, kinds=("cloneguard_access",), address="")
    with pytest.raises(NotAllowed) as caught:
        keys.create_key(actor=by_key, name="k", kind="cloneguard_access")
    assert caught.value.code == "session_required"
    with pytest.raises(Invalid):
        keys.create_key(actor=admin, name="k", kind="invicti", role=queries.builtin_role("scanner"))
    lowly = actor(organisation, "scanner")
    assert keys.create_key(actor=lowly, name="k", kind="invicti")[0].user == lowly.user


def test_only_operators_make_keys_for_the_instance(owner, system):
    with pytest.raises(NotAllowed):
        keys.create_key(actor=owner, name="k", kind="cloneguard_app", instance_wide=True)
    with pytest.raises(NotAllowed):
        keys.create_key(actor=system, name="k", kind="probely", instance_wide=True)
    key, _ = keys.create_key(actor=system, name="k", kind="cloneguard_app", instance_wide=True)
    with pytest.raises(NotAllowed):
        keys.revoke(actor=owner, key=key)
    assert not keys.revoke(actor=system, key=key).active


def test_an_operator_is_one_only_without_a_key(owner):
    owner.user.is_operator = True
    owner.user.save()
    assert keys.is_operator(queries.actor_for_user(owner.user, owner.organisation, ""))
    _, secret = keys.create_key(actor=owner, name="k", kind="invicti")
    assert not keys.is_operator(queries.authenticate_key(secret, kinds=("invicti",), address=""))


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"kind": "magic"}, {"kind": "cloneguard_app", "days_valid_for": 3}, {"days_valid_for": 0}]
)
def test_bad_input_makes_no_key(admin, wrong):
    with pytest.raises(Invalid):
        keys.create_key(actor=admin, **{"name": "k", **wrong})
    assert not ApiKey.objects.exists()


def test_an_application_key_holds_no_role(admin):
    with pytest.raises(Invalid):
        keys.create_key(actor=admin, name="k", kind="cloneguard_app", role=queries.builtin_role("scanner"))


def test_a_key_is_changed(admin, organisation, kinds):
    key, secret = keys.create_key(actor=admin, name="k", role=queries.builtin_role("scanner"))
    label = Label.objects.create(organisation=organisation, kind="user", name="ci")
    wanted = [roles.NewGrant(queries.builtin_role("auditor"))]
    keys.change(actor=admin, key=key, name="renamed", labels=[label], grants=wanted)
    actor = queries.authenticate_key(secret, kinds=("probely",), address="")
    assert (actor.name, actor.held()) == ("renamed", rules.BUILTIN_ROLES["auditor"])
    assert list(key.labels.all()) == [label]
    before = kinds()
    keys.change(actor=admin, key=key, name="renamed")
    assert kinds() == before


def test_keys_of_higher_rank_are_not_changed_but_may_be_revoked(owner, admin):
    key, _ = keys.create_key(actor=owner, name="k", role=queries.builtin_role("owner"))
    with pytest.raises(NotAllowed):
        keys.change(actor=admin, key=key, name="mine")
    with pytest.raises(NotAllowed):
        keys.change(actor=admin, key=key, active=False)
    keys.revoke(actor=admin, key=key)
    with pytest.raises(NotAllowed):
        keys.change(actor=admin, key=key, active=True)


def test_keys_are_deleted_with_their_roles(admin, kinds):
    key, _ = keys.create_key(actor=admin, name="k", role=queries.builtin_role("scanner"))
    keys.delete(actor=admin, key=key)
    assert not RoleGrant.objects.filter(key__isnull=False).exists()
    assert kinds()[-1] == "key.deleted"
    with pytest.raises(NotAllowed):
        keys.delete(actor=admin, key=key) if key.pk else keys.delete(actor=admin, key=ApiKey(pk=10**6))


def test_people_look_after_their_own_keys_and_nobody_elses(actor, organisation, other, admin):
    me = actor(organisation, "scanner")
    mine, _ = keys.create_key(actor=me, name="k", kind="invicti")
    keys.change(actor=me, key=mine, name="renamed")
    theirs, _ = keys.create_key(actor=admin, name="k")
    for act in (keys.revoke, keys.delete, keys.change):
        with pytest.raises(NotAllowed):
            act(actor=me, key=theirs)
        with pytest.raises(NotAllowed):
            act(actor=actor(other, "owner"), key=theirs)
    keys.delete(actor=me, key=mine)


def test_labels_of_another_kind_do_not_fit(admin, organisation):
    label = Label.objects.create(organisation=organisation, kind="target", name="x")
    with pytest.raises(Invalid):
        keys.create_key(actor=admin, name="k", labels=[label])
    assert not ApiKey.objects.exists()


def test_the_shrunk_policy_counts_for_new_keys(admin):
    old, _ = keys.create_key(actor=admin, name="old")
    changed = account.change_settings(actor=admin, max_api_key_days=5)
    admin.organisation.max_api_key_days = changed.max_api_key_days
    new, _ = keys.create_key(actor=admin, name="new")
    assert old.expires_at - new.expires_at == timedelta(days=85)
