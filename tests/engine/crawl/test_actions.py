import re
from dataclasses import dataclass

import pytest

from vedette.contract.job import Job
from vedette.engine.crawl.actions import questions_refused, rank, refusal

PAGE = "http://site.test/items/delete"
JOB = Job(id="j", start_urls=("http://site.test/",))


@dataclass(frozen=True)
class Act:
    label: str = ""
    kind: str = "click"
    hidden: bool = False
    address: str = ""
    action: str = ""
    method: str = ""
    key: str = "k"


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (Act("Show more"), ""),
        (Act("Delete"), "delete"),
        (Act("Log out"), "log-out"),
        (Act("Account", address="http://site.test/logout"), "log-out"),
        (Act("Search", "form", action="/search", method="GET"), ""),
        (Act("Go", "form", action="/account/delete", method="POST"), "delete"),
        (Act("Pay now", "form", action="/order", method="POST"), "pay"),
        (Act("", "hover"), ""),
    ],
)
def test_what_is_left_alone(act, kind):
    assert refusal(act, PAGE.replace("/items/delete", "/items"), JOB) == kind


def test_a_harmless_button_on_a_page_with_a_harmful_name():
    assert refusal(Act("Show history"), PAGE, JOB) == ""


def test_what_the_job_allows_is_done():
    job = Job(id="j", start_urls=JOB.start_urls, allow_actions=("delete",))
    assert refusal(Act("Delete"), PAGE, job) == ""
    assert refusal(Act("Log out"), PAGE, job) == "log-out"
    assert not re.search(questions_refused(job), "really delete this?", re.IGNORECASE)


def test_visible_and_usual_things_first():
    acts = [Act(kind="custom"), Act(kind="click", hidden=True), Act(kind="hover"), Act(kind="click"), Act(kind="odd")]
    assert [(one.kind, one.hidden) for one in sorted(acts, key=rank)] == [
        ("click", False),
        ("hover", False),
        ("custom", False),
        ("odd", False),
        ("click", True),
    ]


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("Really delete this item?", True),
        ("Do you want to log out?", True),
        ("Show all entries?", False),
        ("Is this the selected model?", False),
    ],
)
def test_questions_that_are_not_answered_with_yes(question, refused):
    assert bool(re.search(questions_refused(JOB), question, re.IGNORECASE)) == refused
