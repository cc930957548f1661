"""Filters that people keep."""

import pytest

from vedette.server.findings import queries
from vedette.server.findings.services import views
from vedette.server.kernel.errors import Invalid, LimitReached, NotAllowed, NotFound
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Organisation


def names(actor):
    return [(view.name, view.query) for view in queries.saved_views(actor)]


def test_a_view_is_kept_for_its_person_alone(person):
    ada, eve = person(), person()
    views.save(actor=ada, name=" My highs ", query="severity=high")
    assert names(ada) == [("My highs", "severity=high")]
    assert names(eve) == []


def test_names_are_unique_per_person_and_organisation(person):
    ada = person()
    views.save(actor=ada, name="One", query="")
    with pytest.raises(Invalid) as error:
        views.save(actor=ada, name="One", query="q=x")
    assert list(error.value.fields) == ["name"]
    views.save(actor=person(), name="One", query="")
    views.save(actor=person(home=Organisation.objects.create(name="Other")), name="One", query="")


@pytest.mark.parametrize(("name", "query"), [("", "q=x"), ("x" * 81, ""), ("a\nb", ""), ("fine", "q=" + "x" * 1000)])
def test_what_cannot_be_kept_is_refused_by_its_field(owner, name, query):
    with pytest.raises(Invalid) as error:
        views.save(actor=owner, name=name, query=query)
    assert list(error.value.fields) == ["name"]
    assert names(owner) == []


def test_there_is_a_most(owner, monkeypatch):
    monkeypatch.setattr(views, "MOST", 2)
    for name in ("a", "b"):
        views.save(actor=owner, name=name, query="")
    with pytest.raises(LimitReached):
        views.save(actor=owner, name="c", query="")


def test_the_system_keeps_none(organisation):
    with pytest.raises(NotAllowed):
        views.save(actor=system_actor(organisation), name="x", query="")


def test_only_one_s_own_can_be_deleted(person):
    ada, eve = person(), person()
    kept = views.save(actor=ada, name="One", query="")
    for other in (eve, system_actor(ada.organisation)):
        with pytest.raises(NotFound):
            views.delete(actor=other, public_id=kept.public_id)
    views.delete(actor=ada, public_id=kept.public_id)
    assert names(ada) == []
