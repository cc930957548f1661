"""How asking an account may fail, whatever the service."""

import pytest

from vedette.server.kernel import outbound
from vedette.server.kernel.outbound import OutboundFailed, OutboundRequest
from vedette.server.targets.connectors.listing import Asking, Failed, zone_name

REQUEST = OutboundRequest("GET", "https://api.example/secret-path")


def test_time_for_a_refresh_is_shared_by_its_requests(monkeypatch):
    def none(*args, **kwargs):
        raise AssertionError("sent after the end")

    monkeypatch.setattr(outbound, "send", none)
    with pytest.raises(Failed, match="too long"):
        Asking(ends=0.0).send(REQUEST)


def test_a_pause_ends_with_the_time_for_the_refresh(monkeypatch):
    waited = []
    monkeypatch.setattr("vedette.server.targets.connectors.listing.time.sleep", waited.append)
    Asking().pause(0.5)
    with pytest.raises(Failed, match="too long"):
        Asking(ends=0.0).pause(0.5)
    assert waited == [0.5]


def test_what_stopped_a_request_is_told_without_its_url(monkeypatch):
    def broken(*args, **kwargs):
        raise OutboundFailed("connection failed")

    monkeypatch.setattr(outbound, "send", broken)
    with pytest.raises(Failed, match="connection failed") as failed:
        Asking().send(REQUEST)
    assert "secret-path" not in str(failed.value)


def test_the_guard_of_outbound_requests_holds(settings):
    assert settings.VEDETTE.outbound_allow == ()
    with pytest.raises(Failed, match="could not be asked"):
        Asking().send(OutboundRequest("GET", "http://127.0.0.1:1/"))


@pytest.mark.parametrize(
    ("text", "name"),
    [("Shop.Example.", "shop.example"), ("\\052.shop.example.", ""), ("", ""), ("shop.example:53", ""), ("a b", "")],
)
def test_names_are_read_as_domains_are(text, name):
    assert zone_name(text) == name
