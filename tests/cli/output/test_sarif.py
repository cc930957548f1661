"""SARIF as code-scanning services want it."""

import json
from dataclasses import replace

import jsonschema
import pytest

from tests.cli.samples import finding, finished
from vedette.cli.output.sarif import document, pseudo_path, render
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.finding import Location
from vedette.engine import catalog


def test_results_point_at_rules_and_carry_our_identity():
    one = finding()
    run = document(finished(one))["runs"][0]
    result = run["results"][0]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == one.check == result["ruleId"]
    assert result["partialFingerprints"] == {"vedetteIdentity/v1": one.id}
    assert result["level"] == "error"
    rule = run["tool"]["driver"]["rules"][0]
    assert 0 <= float(rule["properties"]["security-severity"]) <= 10
    assert "external/cwe/cwe-113" in rule["properties"]["tags"]


def test_an_unreliable_scan_is_no_successful_execution():
    invocation = document(finished(verdict="failed", reasons=["no answer"]))["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "no answer"


@pytest.mark.parametrize(
    ("url", "path", "expected"),
    [
        ("http://shop.example/item/5?x=1", "/item/{}", "shop.example/item/id"),
        ("http://shop.example/", "", "shop.example/index"),
        ("http://shop.example/../../etc/passwd", "", "shop.example/_/_/etc/passwd"),
        ("http://shop.example/a<b>c", "", "shop.example/a_b_c"),
        ("http://[::1]:8/a", "", "__1/a"),
    ],
)
def test_paths_are_relative_stable_and_harmless(url, path, expected):
    assert pseudo_path(finding(location=Location(url=url, path=path))) == expected


def test_too_many_results_are_cut_and_that_is_said(monkeypatch):
    monkeypatch.setattr("vedette.cli.output.sarif.MAX_RESULTS", 1)
    run = document(finished(finding(name="a"), finding(name="b")))["runs"][0]
    assert len(run["results"]) == 1
    assert "2 findings" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def strings(maximum=100_000):
    return {"type": "string", "maxLength": maximum}


def closed(required, **properties):
    """An object as the standard describes it: these properties and no others."""
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def listed(item, **more):
    return {"type": "array", "items": item, **more}


BAG = {"type": "object", "properties": {"tags": listed(strings(), uniqueItems=True)}}
MESSAGE = closed(["text"], text={"type": "string", "minLength": 1}, markdown=strings())
LEVEL = {"enum": ["none", "note", "warning", "error"]}
HEADERS = {"type": "object", "additionalProperties": {"type": "string"}}
CONTENT = closed([], text=strings(), binary=strings())
RULE = closed(
    ["id"],
    id=strings(),
    name=strings(255),
    shortDescription=closed(["text"], text=strings(1024)),
    fullDescription=closed(["text"], text=strings(1024)),
    help=MESSAGE,
    helpUri={"type": "string", "pattern": "^https://[a-z.]+/[!-~]*$"},
    defaultConfiguration=closed([], level=LEVEL),
    properties=BAG,
)
LOCATION = closed(
    [],
    physicalLocation=closed(
        [],
        artifactLocation=closed([], uri={"type": "string", "pattern": r"^[A-Za-z0-9._/-]+$"}),
        region=closed([], startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations=listed(closed([], fullyQualifiedName=strings(), kind=strings())),
)
EXCHANGE = {"protocol": strings(), "version": strings(), "headers": HEADERS, "body": CONTENT}
RESULT = closed(
    ["message"],
    ruleId=strings(),
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    occurrenceCount={"type": "integer", "minimum": 1},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    locations=listed(LOCATION),
    webRequest=closed([], target=strings(), method=strings(), **EXCHANGE),
    webResponse=closed([], statusCode={"type": "integer"}, **EXCHANGE),
    properties=BAG,
)
NOTE = closed(["message"], level=LEVEL, message=MESSAGE)
INVOCATION = closed(
    ["executionSuccessful"], executionSuccessful={"type": "boolean"}, toolExecutionNotifications=listed(NOTE)
)
DRIVER = closed(["name"], name=strings(), semanticVersion=strings(), rules=listed(RULE, uniqueItems=True))
RUN = closed(
    ["tool"],
    tool=closed(["driver"], driver=DRIVER),
    automationDetails=closed([], id=strings()),
    invocations=listed(INVOCATION),
    results=listed(RESULT),
    properties=BAG,
)
LOG = closed(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}, "runs": listed(RUN)},
)
"""The part of the standard's schema that we use, as strict as there."""


@pytest.mark.parametrize("scan", [finished(), finished(finding()), finished(verdict="failed", reasons=["no answer"])])
def test_the_log_is_what_the_standard_describes(scan):
    jsonschema.validate(json.loads(render(scan)), LOG)


def test_every_check_makes_a_valid_rule():
    every = [finding(check=check.id, name=check.id) for check in catalog.load().checks]
    log = document(finished(*every))
    jsonschema.validate(log, LOG)
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(every)


def test_a_check_that_is_gone_still_has_a_rule():
    log = document(finished(finding(check="retired-check")))
    jsonschema.validate(log, LOG)
    assert log["runs"][0]["tool"]["driver"]["rules"][0]["id"] == "retired-check"


def test_a_site_cannot_plant_a_link():
    text = document(finished(finding(detail="[click](https://evil.example/)")))["runs"][0]["results"][0]["message"][
        "text"
    ]
    assert "](" not in text


def test_cookies_and_credentials_stay_at_home():
    secret = "t0ken-of-test"
    headers = (("Cookie", f"sid={secret}"), ("Authorization", f"Bearer {secret}"), ("X-Two", "1"), ("X-Two", "2"))
    step = Step("proof", Exchange(Request("GET", "http://127.0.0.1:1/", headers), Response(200, headers[2:])))
    result = document(finished(finding(steps=(step,))))["runs"][0]["results"][0]
    assert secret not in json.dumps(result)
    assert result["webResponse"]["headers"] == {"X-Two": "1, 2"}


def test_who_allowed_the_scan_is_recorded():
    scan = finished(finding())
    scan.job = replace(scan.job, authorized="Ada, owner")
    assert document(scan)["runs"][0]["properties"] == {"authorized": "Ada, owner", "verdict": "findings"}
