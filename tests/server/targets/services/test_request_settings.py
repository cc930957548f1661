"""Headers and cookies: sealed, shown obfuscated, kept when what was shown comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.server.kernel import sealing
from vedette.server.targets.items import COOKIE, HEADER, RequestItem
from vedette.server.targets.models import RequestSetting, Target
from vedette.server.targets.services import request_settings
from vedette.server.targets.values import FieldError

SECRET = "canary-5f1d"
LOGIN = RequestItem(name="Authorization", value=SECRET, authentication=True)


@pytest.fixture
def target(make: Callable[..., Target]) -> Target:
    return make()


def shown(target: Target, kind: str = HEADER) -> list[tuple[str, str]]:
    return [(item["name"], item["value"]) for item in request_settings.read(Target.objects.get(pk=target.pk), kind)]


def wire(target: Target, kind: str = HEADER) -> list[str]:
    return list(request_settings.spoken_of(Target.objects.get(pk=target.pk), kind).secrets.values())


def test_the_order_is_kept_and_kinds_stand_apart(target: Target) -> None:
    items = [RequestItem(name=name, value=name.lower()) for name in ("C", "A", "B", "A")]
    assert request_settings.replace(target, HEADER, items)
    assert request_settings.replace(target, COOKIE, items[:1])
    assert shown(target) == [("C", "c"), ("A", "a"), ("B", "b"), ("A", "a")]
    assert shown(target, COOKIE) == [("C", "c")]


def test_a_secret_is_neither_shown_nor_stored_in_clear(target: Target) -> None:
    request_settings.replace(
        target,
        HEADER,
        [LOGIN, RequestItem(name="X-Key", value=SECRET, sensitive=True), RequestItem(name="X", value="y")],
    )
    assert all(sealing.is_obfuscated(value) for _, value in shown(target)[:2])
    assert shown(target)[2] == ("X", "y")
    for row in RequestSetting.objects.all():
        assert SECRET.encode() not in bytes(row.sealed)
        assert bytes(row.sealed) != b"y"
    assert wire(target) == [SECRET, SECRET, "y"]


def test_a_secret_sealed_for_one_row_opens_in_no_other(target: Target) -> None:
    request_settings.replace(target, HEADER, [LOGIN, RequestItem(name="X", value="y")])
    first, second = RequestSetting.objects.order_by("position")
    second.sealed = first.sealed
    second.save()
    with pytest.raises(sealing.SealError):
        shown(target)


def test_the_same_list_changes_nothing(target: Target) -> None:
    assert request_settings.replace(target, HEADER, [LOGIN])
    before = list(RequestSetting.objects.values_list("pk", "sealed"))
    assert not request_settings.replace(target, HEADER, [LOGIN])
    assert list(RequestSetting.objects.values_list("pk", "sealed")) == before


def test_what_was_shown_leaves_the_secret_unchanged(target: Target) -> None:
    request_settings.replace(target, HEADER, [LOGIN, RequestItem(name="X", value="y")])
    posted = [
        RequestItem(name=item["name"], value=item["value"], authentication=item["authentication"])
        for item in request_settings.read(target, HEADER)
    ]
    assert not request_settings.replace(target, HEADER, posted)
    assert request_settings.replace(target, HEADER, posted[:1])
    assert wire(target) == [SECRET]


def test_a_secret_is_found_by_its_name_before_its_hash(target: Target) -> None:
    one = RequestItem(name="One", value="first-secret", sensitive=True)
    two = RequestItem(name="Two", value="second-secret", sensitive=True)
    request_settings.replace(target, HEADER, [one, two])
    (_, first), (_, second) = shown(target)
    stale = sealing.OBFUSCATED + "0" * 24
    request_settings.replace(
        target,
        HEADER,
        [RequestItem(name="Two", value=stale, sensitive=True), RequestItem(name="Uno", value=first, sensitive=True)],
    )
    assert wire(target) == ["second-secret", "first-secret"]
    assert shown(target) == [("Two", second), ("Uno", first)]
    request_settings.replace(target, HEADER, [RequestItem(name="Two", value=first, sensitive=True)])
    assert wire(target) == ["second-secret"]


def test_items_of_one_name_keep_their_own_secrets(target: Target) -> None:
    items = [RequestItem(name="X-Key", value=f"secret-{n}", sensitive=True) for n in (1, 2, 3)]
    request_settings.replace(target, HEADER, items)
    back = [RequestItem(name="x-key", value=value, sensitive=True) for _, value in reversed(shown(target))]
    request_settings.replace(target, HEADER, back)
    assert wire(target) == ["secret-3", "secret-2", "secret-1"]


def test_a_secret_cannot_be_made_readable_by_sending_back_what_was_shown(target: Target) -> None:
    request_settings.replace(target, HEADER, [LOGIN])
    ((_, value),) = shown(target)
    for name in ("Authorization", "X-Other"):
        request_settings.replace(target, HEADER, [RequestItem(name=name, value=value)])
        assert shown(target) == [(name, value)]
    assert wire(target) == [SECRET]


@pytest.mark.parametrize("name", ["Authorization", "X-Other"])
def test_an_obfuscated_value_that_stands_for_nothing_is_refused(target: Target, name: str) -> None:
    request_settings.replace(target, COOKIE, [RequestItem(name="Authorization", value=SECRET, sensitive=True)])
    request_settings.replace(target, HEADER, [RequestItem(name="Authorization", value="open")])
    made_up = RequestItem(name=name, value=sealing.OBFUSCATED + "a" * 24, authentication=True)
    with pytest.raises(FieldError):
        request_settings.replace(target, HEADER, [made_up])
    assert wire(target) == ["open"]


def test_another_target_s_hash_opens_nothing(target: Target, make: Callable[..., Target]) -> None:
    request_settings.replace(target, HEADER, [LOGIN])
    ((_, value),) = shown(target)
    with pytest.raises(FieldError):
        request_settings.replace(make("https://evil.example/"), HEADER, [RequestItem(name="X", value=value)])


def test_a_job_names_its_secrets(target: Target) -> None:
    request_settings.replace(target, COOKIE, [RequestItem(name="sid", value="1"), RequestItem(name="lang", value="en")])
    spoken = request_settings.spoken_of(target, COOKIE)
    assert [(setting.name, setting.value, setting.secret) for setting in spoken.settings] == [
        ("sid", "", "cookie-1"),
        ("lang", "", "cookie-2"),
    ]
    assert spoken.secrets == {"cookie-1": "1", "cookie-2": "en"}
    assert not request_settings.logs_in(target, COOKIE)
