"""Events carry their kind with them."""

from dataclasses import fields

from vedette.contract import events, wire


def test_the_time_of_an_event_can_be_set_after_the_fact():
    event = events.LimitReached(limit="max-time")
    event.at = 12.5
    assert wire.dump(event) == {"kind": "limit_reached", "at": 12.5, "limit": "max-time", "queued": 0}


def test_no_event_has_a_field_named_kind():
    for cls in events.Event.__subclasses__():
        assert "kind" not in {field.name for field in fields(cls)}, f"{cls.__name__}.kind would hide the event's kind"
