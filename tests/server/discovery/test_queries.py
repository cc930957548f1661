"""What an actor sees of discovery."""

import pytest

from tests.server import factories
from tests.server.discovery.conftest import carry, name, service
from vedette.contract.discovery import ApiDescription, Screenshot, SecurityHeaders, SeenTechnology
from vedette.server.discovery import queries
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.queries import AssetFilter
from vedette.server.discovery.services import assets, runs
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.tenancy.actor import Actor, Grant

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def three(owner, discover):
    """A shop with a target of high risk and an owner, an API with a bad score, a hidden blog."""
    shot = Screenshot(media_type="image/png", data=PNG)
    description = ApiDescription(kind="openapi", url="https://api.example.org/v1.json", text="{}")
    discover(
        service("shop.example.org", screenshot=shot),
        service(
            "api.example.org",
            type="api",
            title="Machine",
            description=description,
            security_headers=SecurityHeaders(score="F"),
            technologies=(SeenTechnology(name="Django"),),
            sources=("crt-sh",),
        ),
        service("blog.example.org", title="100 % blog"),
    )
    found = {row.name.partition(".")[0]: row for row in DiscoveryAsset.objects.all()}
    target = assets.promote(owner, found["shop"], checks=CreateChecks(skip_reachability_check=True)).target
    Target.objects.filter(pk=target.pk).update(risk=30, latest_scan_at=clock.now())
    assets.change(owner, found["shop"], owners=[owner.user.public_id], labels=[LabelChoice(name="A")])
    assets.change(owner, found["api"], labels=[LabelChoice(name="A"), LabelChoice(name="B")])
    assets.change(owner, found["blog"], state="HIDDEN")
    return found


def found(actor, order="name", **criteria):
    rows = queries.listed(actor, criteria=AssetFilter(**criteria), order=order)
    return [row.name.partition(".")[0] for row in rows]


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({}, ["api", "blog", "shop"]),
        ({"states": ("HIDDEN", "ACTIVE")}, ["blog", "shop"]),
        ({"types": ("api",)}, ["api"]),
        ({"scores": ("F", "A+")}, ["api"]),
        ({"risks": (30, 40)}, ["shop"]),
        ({"risks": (None,)}, ["api", "blog"]),
        ({"risks": (None, 30)}, ["api", "blog", "shop"]),
        ({"sources": ("crt-sh",)}, ["api"]),
        ({"sources": ("crt",)}, []),
        ({"technologies": ("django", "absent")}, ["api"]),
        ({"technologies": ('x"', "\0")}, []),
        ({"has_target": True}, ["shop"]),
        ({"has_target": False}, ["api", "blog"]),
        ({"search": "SHOP"}, ["shop"]),
        ({"search": "100 %"}, ["blog"]),
        ({"search": "\0"}, []),
        ({"owners": ("2" * 12, "no id")}, []),
        ({"domains": ("2" * 12,)}, []),
        ({"new_of": "2" * 12}, []),
    ],
)
def test_lists_are_narrowed(owner, three, criteria, names):
    assert found(owner, **criteria) == names


def test_labels_and_owners_count_alone_or_together(owner, three):
    a, b = (label.public_id for label in sorted(three["api"].labels.all(), key=lambda one: one.name))
    assert found(owner, labels=(a, b)) == ["api", "shop"]
    assert found(owner, labels=(a, b), every_label=True) == ["api"]
    assert (
        found(owner, owners=(owner.user.public_id,))
        == ["shop"]
        == found(owner, owners=(owner.user.public_id,), every_owner=True)
    )


def test_lists_are_ordered(owner, three):
    assert found(owner, order="-risk")[0] == "shop" and found(owner, order="-name") == ["shop", "blog", "api"]
    for order in queries.ORDERINGS:
        assert len(found(owner, order=order)) == 3
    with pytest.raises(Invalid):
        found(owner, order="password")


def test_what_a_run_found_new_is_told_apart(owner, three, discover):
    run = discover(service("shop.example.org"), service("fresh.example.org"))
    assert found(owner, new_of=run.public_id) == ["fresh"]


def test_numbers_leave_out_what_is_out_of_sight(owner, three):
    assert queries.stats(owner) == queries.Stats(count=2, new=1, scanned=50, high_risk=50, low_score=50)


def test_strangers_see_nothing(stranger, three, domain):
    assert found(stranger) == [] and queries.stats(stranger).count == 0
    assert not queries.runs_for_actor(stranger).exists() and not queries.names_for_actor(stranger).exists()
    for read in (queries.get, queries.picture, queries.description):
        with pytest.raises(NotFound):
            read(stranger, three["shop"].public_id)
    status = queries.status(stranger)
    assert (status.running, status.last_complete, status.next_at) == (0, None, None)


def test_people_for_one_target_see_its_asset_alone(home, three):
    target = three["shop"].target or Target.objects.get()
    limited = Actor(
        "person",
        "",
        "Bob",
        "",
        home,
        None,
        None,
        "",
        (Grant(frozenset({"discovery.view"}), "target", target_id=target.pk),),
    )
    assert found(limited) == ["shop"] and queries.get(limited, three["shop"].public_id) == three["shop"]
    assert not queries.runs_for_actor(limited).exists() and not queries.domains(limited).exists()
    with pytest.raises(NotAllowed):
        queries.status(limited)


def test_pictures_and_descriptions_are_there_where_they_are(owner, three):
    assert bytes(queries.picture(owner, three["shop"].public_id).content) == PNG
    assert queries.description(owner, three["api"].public_id).text == "{}"
    with pytest.raises(NotFound):
        queries.picture(owner, three["api"].public_id)
    with pytest.raises(NotFound):
        queries.description(owner, three["shop"].public_id)


def test_how_it_stands(owner, domain, home):
    other = Domain.objects.create(organisation=home, hostname="example.net")
    runs.switch(owner, other, enabled=True)
    run = runs.start(owner, domain)
    assert queries.status(owner).running == 1 and queries.status(owner).last_complete is None
    assert queries.active_run(domain) == run
    carry(factories.claim(), name())
    status = queries.status(owner)
    assert (status.running, status.last_complete) == (0, run)
    assert status.next_at == Domain.objects.get(pk=other.pk).discovery.next_at
    assert queries.get_run(owner, run.public_id).status == "completed"
    assert [row.hostname for row in queries.enabled(Domain.objects.all(), True)] == ["example.net"]
    assert [row.hostname for row in queries.enabled(Domain.objects.all(), False)] == ["example.org"]


def test_names_are_listed_and_searched(owner, domain, discover):
    discover(name("b.example.org"), name("a.example.org"))
    assert [row.name for row in queries.names_for_actor(owner)] == ["a.example.org", "b.example.org"]
    assert [row.name for row in queries.names_for_actor(owner, search="B.")] == ["b.example.org"]
    assert queries.names_for_actor(owner, domain=domain.public_id).count() == 2
    assert not queries.names_for_actor(owner, domain="x", search="").exists()
    assert not queries.names_for_actor(owner, search="\0").exists()


def test_a_page_of_assets_takes_a_bounded_number_of_queries(owner, three, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        shown = [
            (str(row.organisation), str(row.target), [*row.labels.all(), *row.owners.all()])
            for row in queries.for_page(queries.assets_for_actor(owner))
        ]
    assert len(shown) == 3


def test_who_sends_on_to_an_asset_is_known(owner, discover, stranger):
    discover(
        service("shop.example.org"),
        service("shop.example.org", url="http://shop.example.org/", redirect_to="https://shop.example.org/de/"),
        service("loop.example.org", redirect_to="https://loop.example.org/x"),
    )
    rows = {row.url: row for row in DiscoveryAsset.objects.all()}
    shop = rows["https://shop.example.org/"]
    assert queries.redirecting(rows.values()) == {shop.pk: "http://shop.example.org/"}
