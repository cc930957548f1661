"""One URL says how mails leave."""

import pytest

from vedette.server.config.mail import MailServer, mail_server


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example/?from=v@example.org", ("mail.example", 587, "", "", True, False, "v@example.org")),
        (
            "smtps://me%40x:p%2Fw@mail.example:4650/?from=v@example.org",
            ("mail.example", 4650, "me@x", "p/w", False, True, "v@example.org"),
        ),
        ("smtp+plain://127.0.0.1?from=v@example.org", ("127.0.0.1", 25, "", "", False, False, "v@example.org")),
    ],
)
def test_a_server_is_read(url, expected):
    found = mail_server(url)
    assert found == MailServer(*expected)
    assert found.backend == "django.core.mail.backends.smtp.EmailBackend"
    assert "p/w" not in repr(found)


def test_without_one_nothing_is_sent():
    assert mail_server("").backend == "django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example/?from=v@example.org",
        "smtp:///?from=v@example.org",
        "smtp://mail.example:port/?from=v@example.org",
        "smtp://mail.example/",
        "smtp://mail.example/?from=nobody",
        "smtp://mail.example/?from=a@x.example&from=b@x.example",
        "smtp://mail.example/?from=a%0A@x.example",
        "smtp://mail.example/?from=a@x.example,b@x.example",
    ],
)
def test_what_cannot_be_used_is_refused_with_an_example(url):
    with pytest.raises(ValueError, match="VEDETTE_MAIL must look like"):
        mail_server(url)
