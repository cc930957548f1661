"""People add, change and delete schedules, and switch them on and off."""

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.schedules import queries
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing
from vedette.server.targets.services import targets

DAILY = {"date_time": "2026-06-01T10:00:00", "recurrence": "d", "timezone": "Europe/Lisbon"}


def add(owner, target, **fields):
    (row,) = editing.add(owner, [target], {**DAILY, **fields})
    return row


def change(owner, row, **fields):
    (changed,) = editing.change(owner, [row], fields)
    return changed


def fresh(row):
    return Schedule.objects.get(pk=row.pk)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_schedule_is_local_time_and_a_rule(owner, target):
    row = fresh(add(owner, target, scan_profile="safe"))
    assert (str(row.start_date), f"{row.start_time:%H:%M}", row.timezone) == ("2026-06-01", "10:00", "Europe/Lisbon")
    assert (row.next_at, row.due_at, row.profile) == (utc("2026-06-01T09:00:00"),) * 2 + ("safe",)
    assert row.created_by_name == owner.name and row.changed_by == owner.user and row.zone_data
    noted = DomainEvent.objects.get(kind="schedule.created")
    assert (noted.object_id, noted.target_id, noted.object_name) == (row.public_id, target.public_id, "Shop")
    assert noted.payload["after"]["start_time"] == "10:00:00"


@pytest.mark.parametrize(
    ("given", "following"),
    [
        ({"date_time": "2026-06-01T12:00:00+02:00"}, "2026-06-01T10:00:00"),
        # What is past begins with the next occurrence.
        ({"date_time": "2026-05-31T07:30:00"}, "2026-06-02T06:30:00"),
        ({"recurrence": "", "date_time": "2026-06-01T09:30:00"}, "2026-06-01T08:30:00"),
        # And so does what does not fall on its weekday.
        (
            {"recurrence": "m", "run_on_day_of_week": True, "scheduled_day_of_week": 5, "week_index": "last"},
            "2026-06-26T09:00:00",
        ),
    ],
)
def test_the_next_run_is_reckoned(owner, target, given, following):
    assert add(owner, target, **given).next_at == utc(following)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"date_time": None}, {"date_time"}),
        ({"date_time": "soon", "recurrence": "y", "timezone": "Mars/Base"}, {"date_time", "recurrence", "timezone"}),
        ({"recurrence": "", "date_time": "2026-06-01T08:59:59"}, {"date_time"}),
        ({"scan_profile": "none-such"}, {"scan_profile"}),
        ({"partial_scan": "perhaps"}, {"partial_scan"}),
        ({"run_on_day_of_week": True}, {"run_on_day_of_week", "scheduled_day_of_week", "week_index"}),
    ],
)
def test_what_is_wrong_is_said_by_field(owner, target, given, fields):
    with pytest.raises(Invalid) as caught:
        add(owner, target, **given)
    assert set(caught.value.fields) == fields
    assert not Schedule.objects.exists()


def test_a_date_is_needed(owner, target):
    with pytest.raises(Invalid) as caught:
        editing.add(owner, [target], {"recurrence": "d"})
    assert caught.value.fields == {"date_time": ["This field is required."]}


def test_several_targets_get_one_each_or_none(home, owner, target):
    other = factories.target(home)
    rows = editing.add(owner, [other, target], DAILY)
    assert [row.target_id for row in rows] == [other.pk, target.pk]
    targets.delete(owner, other)
    with pytest.raises(NotFound):
        editing.add(owner, [target, other], DAILY)
    assert Schedule.objects.count() == 2


def test_a_profile_for_apis_is_for_apis_alone(home, owner, target):
    service = factories.target(home, kind="api")
    (row,) = editing.add(owner, [service], {**DAILY, "scan_profile": "api_safe"})
    assert row.profile == "api_safe"
    with pytest.raises(Invalid) as caught:
        editing.add(owner, [service, target], {**DAILY, "scan_profile": "api_safe"})
    assert list(caught.value.fields) == ["scan_profile"]
    (web,) = editing.add(owner, [target], DAILY)
    with pytest.raises(Invalid):
        editing.change(owner, [web], {"scan_profile": "api_safe"})


def test_what_was_read_can_be_sent_back(now, owner, target):
    """The 31st stays the 31st, though the next run shows a shorter month's last day."""
    row = add(owner, target, date_time="2026-05-31T10:00:00", recurrence="m")
    assert row.next_at == utc("2026-06-30T09:00:00")
    for shown in (queries.shown_at(row), "2026-06-30T10:00:00", "2026-06-30T09:00:00Z"):
        row = change(owner, row, date_time=shown, recurrence="m", timezone="Europe/Lisbon")
        assert (row.start_date.day, fresh(row).next_at) == (31, utc("2026-06-30T09:00:00"))
    assert not DomainEvent.objects.filter(kind="schedule.changed").exists()


def test_a_new_zone_keeps_the_local_time(owner, target):
    row = change(owner, add(owner, target), timezone="America/New_York")
    assert row.next_at == utc("2026-06-01T14:00:00")
    noted = DomainEvent.objects.get(kind="schedule.changed").payload
    assert (noted["before"], noted["after"]) == ({"timezone": "Europe/Lisbon"}, {"timezone": "America/New_York"})


def test_a_new_date_switches_on_again(owner, target):
    row = add(owner, target)
    Schedule.objects.filter(pk=row.pk).update(enabled=False, failures=5, notice="Switched off.")
    assert not change(owner, row, recurrence="w", date_time=queries.shown_at(row)).enabled
    row = change(owner, row, date_time="2026-06-03T10:00:00")
    assert (row.enabled, row.failures, row.notice, row.next_at) == (True, 0, "", utc("2026-06-03T09:00:00"))


def test_other_fields_leave_the_time_alone(owner, target):
    row = add(owner, target)
    Schedule.objects.filter(pk=row.pk).update(next_at=utc("2026-06-05T09:00:00"))
    row = change(owner, row, scan_profile="full", override_target_settings=True, partial_scan=True, incremental=True)
    assert (fresh(row).next_at, fresh(row).profile, fresh(row).incremental) == (
        utc("2026-06-05T09:00:00"),
        "full",
        True,
    )
    assert change(owner, row, scan_profile=None).profile == ""


@pytest.mark.parametrize("recurrence", ["d", ""])
def test_all_sent_back_with_another_profile_costs_no_run_that_is_due(owner, target, recurrence):
    due = utc("2026-05-31T09:00:00")
    row = add(owner, target, recurrence=recurrence)
    Schedule.objects.filter(pk=row.pk).update(next_at=due, due_at=due, failures=3, notice="Busy.")
    row = fresh(row)
    names = ("recurrence", "timezone", "run_on_day_of_week", "scheduled_day_of_week", "week_index")
    whole = {name: getattr(row, name) for name in names} | {"date_time": queries.shown_at(row)}
    row = fresh(change(owner, row, **whole, scan_profile="full"))
    assert (row.profile, row.due_at, row.failures, row.notice) == ("full", due, 3, "Busy.")


def test_a_schedule_is_switched_off_and_on(now, owner, target):
    row = add(owner, target)
    editing.switch(owner, [row], on=False)
    assert not fresh(row).enabled
    now.advance(3 * 86_400)
    editing.switch(owner, [row], on=True)
    editing.switch(owner, [row], on=True)
    assert (fresh(row).enabled, fresh(row).next_at) == (True, utc("2026-06-04T09:00:00"))
    kinds = DomainEvent.objects.filter(object_kind="schedule").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["schedule.created", "schedule.disabled", "schedule.enabled"]


def test_schedules_are_deleted_all_or_none(home, owner, target):
    first, second = add(owner, target), add(owner, target)
    with pytest.raises(NotFound):
        editing.remove(factories.actor(factories.organisation("Other")), [first])
    second.delete()
    second.pk = first.pk + 1
    with pytest.raises(NotFound):
        editing.remove(owner, [first, second])
    assert Schedule.objects.count() == 1
    editing.remove(owner, [first])
    assert DomainEvent.objects.get(kind="schedule.deleted").payload["before"]["recurrence"] == "d"


def test_who_may_start_scans_may_schedule_them(home, owner, target):
    auditor, developer = factories.actor(home, "auditor"), factories.actor(home, "developer")
    row = add(developer, target)
    for forbidden in (
        lambda: add(auditor, target),
        lambda: change(auditor, row, recurrence="w"),
        lambda: editing.remove(auditor, [row]),
        lambda: editing.switch(auditor, [row], on=False),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    stranger = factories.actor(factories.organisation("Other"))
    for unseen in (lambda: add(stranger, target), lambda: change(stranger, row, recurrence="w")):
        with pytest.raises(NotFound):
            unseen()


def test_a_target_has_only_so_many(owner, target, monkeypatch):
    monkeypatch.setattr(editing, "MAX_OF_TARGET", 1)
    add(owner, target)
    with pytest.raises(Invalid):
        add(owner, target)
    monkeypatch.setattr(editing, "MAX_BULK", 0)
    with pytest.raises(Invalid):
        editing.remove(owner, list(Schedule.objects.all()))


def test_a_draft_is_not_stored(owner):
    row = editing.draft(owner, {**DAILY, "recurrence": "q"})
    assert row.next_at == utc("2026-06-01T09:00:00")
    assert not Schedule.objects.exists()
