"""Signatures as AWS publishes them."""

from datetime import UTC, datetime

from vedette.server.targets.connectors.signing import Key, signed_headers

NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def test_the_published_example():
    key = Key("AKIDEXAMPLE", SECRET, service="iam", region="us-east-1")
    kind = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
    url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"
    headers = dict(signed_headers(url, key, NOW, headers=(kind,)))
    assert headers["X-Amz-Date"] == "20150830T123600Z"
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )


def test_the_order_of_a_query_does_not_matter():
    key = Key("AKIDEXAMPLE", SECRET, service="service", region="us-east-1")
    signed = {
        dict(signed_headers(f"https://example.amazonaws.com/?{query}", key, NOW))["Authorization"]
        for query in ("Param2=value2&Param1=value1", "Param1=value1&Param2=value2")
    }
    (one,) = signed
    assert one.endswith("Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")


def test_a_key_does_not_show_its_secret():
    assert SECRET not in repr(Key("AKIDEXAMPLE", SECRET, service="iam", region="us-east-1"))
