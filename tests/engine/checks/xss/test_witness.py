"""The judge: what a browser would act on in an answer, and what it would not."""

from __future__ import annotations

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.checks.xss.witness import rendered, witness

TOKEN = "vtok3n"


def answer(body: str, *headers: tuple[str, str], status: int = 200) -> Exchange:
    found = headers or (("Content-Type", "text/html"),)
    return Exchange(Request("GET", "http://site.example/"), Response(status, found, body.encode()))


RUNS = [
    "<vtok3n onclick=vtok3n>",
    "<VTOK3N ONCLICK=VTOK3N>",
    "<img src=x onerror=vtok3n>",
    "<input value='' onclick=vtok3n x=''>",
    "<b onclick=\"go(''-vtok3n()-'')\">x</b>",
    '<b onclick="go(&#39;&#39;-vtok3n()-&#39;&#39;)">x</b>',
    "<a href='javascript:vtok3n()'>x</a>",
    "<a href=' java\nscript:vtok3n()'>x</a>",
    "<form action=javascript:vtok3n()>",
    "<iframe src=javascript:vtok3n()></iframe>",
    "<script src=//vtok3n.example/a.js></script>",
    "<script>vtok3n()</script>",
    "<script type=module>vtok3n``</script>",
    "<script>var q = ''-vtok3n()-'';</script>",
    "<script>var q = `${vtok3n()}`;</script>",
    "<script>var q = 'x</script><vtok3n onclick=vtok3n>';</script>",
    "<title></title><vtok3n onclick=vtok3n></title>",
    "<noscript></noscript><vtok3n onclick=vtok3n></noscript>",
]

SILENT = [
    "<p>vtok3n</p>",
    "<vtok3n>",
    "&lt;vtok3n onclick=vtok3n&gt;",
    "<p title='<vtok3n onclick=vtok3n>'>x</p>",
    "<!-- <vtok3n onclick=vtok3n> -->",
    "<title><vtok3n onclick=vtok3n></title>",
    "<textarea><vtok3n onclick=vtok3n></textarea>",
    "<noscript><vtok3n onclick=vtok3n></noscript>",
    "<head><noscript><p><vtok3n onclick=vtok3n></p></noscript></head>",
    "<template><vtok3n onclick=vtok3n></template>",
    "<iframe><vtok3n onclick=vtok3n></iframe>",
    "<style><vtok3n onclick=vtok3n></style>",
    "<meta content='' onclick=vtok3n>",
    "<b onclick=\"go('vtok3n()')\">x</b>",
    '<b onclick="go(vtok3n)">x</b>',
    '<b onclick="go(\'-vtok3n()-)">x</b>',
    "<a href='/javascript:vtok3n()'>x</a>",
    "<a href='javascript:go(\"vtok3n()\")'>x</a>",
    "<img src='javascript:vtok3n()'>",
    "<script src='/a.js?vtok3n'></script>",
    "<script src='/a.js'>vtok3n()</script>",
    "<script type='application/json'>vtok3n()</script>",
    "<script>var q = 'vtok3n()';</script>",
    '<script>var q = "\\"-vtok3n()//";</script>',
    "<script>var q = vtok3n;</script>",
    "<script>// vtok3n()\n</script>",
    "<script>/* vtok3n() */</script>",
    "<script>go('';vtok3n()//', 2)\n</script>",
    "<script>go(;vtok3n();)</script>",
]


@pytest.mark.parametrize("body", RUNS)
def test_it_sees_what_would_run(body: str) -> None:
    assert witness(answer(body), TOKEN) is not None


@pytest.mark.parametrize("body", SILENT)
def test_it_passes_over_what_would_not(body: str) -> None:
    assert witness(answer(body), TOKEN) is None


def test_it_marks_what_stands_in_the_answer() -> None:
    body = "<p>x</p><vtok3n onclick=vtok3n>"
    found = witness(answer(body), TOKEN)
    assert found is not None
    assert found.mark in body
    assert found.mark.startswith("<vtok3n")
    assert "element" in found.what


def test_answers_sent_twice_or_not_at_all_are_no_evidence() -> None:
    exchange = answer(RUNS[0])
    assert exchange.response is not None
    exchange.response.resent = True
    assert witness(exchange, TOKEN) is None
    assert witness(Exchange(Request("GET", "http://site.example/"), error="timeout"), TOKEN) is None


@pytest.mark.parametrize(
    ("policy", "blocked"),
    [
        ("script-src 'self'", True),
        ("default-src 'none'", True),
        ("script-src 'nonce-abc' 'unsafe-inline'", True),
        ("script-src 'unsafe-inline'", False),
        ("img-src 'self'", False),
        ("script-src 'unsafe-inline', script-src 'self'", True),
    ],
)
def test_it_says_whether_the_policy_would_stop_it(policy: str, blocked: bool) -> None:
    exchange = answer(RUNS[0], ("Content-Type", "text/html"), ("Content-Security-Policy", policy))
    found = witness(exchange, TOKEN)
    assert found is not None
    assert found.blocked is blocked


@pytest.mark.parametrize(
    ("status", "headers", "shown"),
    [
        (200, (("Content-Type", "text/html; charset=utf-8"),), True),
        (200, (("Content-Type", "application/xhtml+xml"),), True),
        (500, (("Content-Type", "text/html"),), True),
        (200, (), True),
        (200, (("X-Content-Type-Options", "nosniff"),), False),
        (200, (("Content-Type", "application/json"),), False),
        (200, (("Content-Type", "text/html"), ("Content-Disposition", "Attachment; filename=a")), False),
        (200, (("Content-Type", "text/html"), ("Content-Disposition", "inline")), True),
        (302, (("Content-Type", "text/html"), ("Location", "/")), False),
        (304, (("Content-Type", "text/html"),), False),
    ],
)
def test_it_knows_what_browsers_show(status: int, headers: tuple[tuple[str, str], ...], shown: bool) -> None:
    assert rendered(Response(status, headers, b"<p>x</p>")) is shown
