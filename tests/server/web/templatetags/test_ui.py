"""The template tags: what they say, and that nothing they are given becomes markup."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone
from django.utils.html import strip_tags
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.verdict import Verdict
from vedette.server.kernel import clock
from vedette.server.web.templatetags import ui

EVIL = "\"><script>alert('x')</script>"
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def render(source, **context):
    return engines["django"].from_string("{% load ui %}" + source).render(context)


def words(html):
    return " ".join(strip_tags(html).split())


def elements(html):
    """The names of all elements, after a browser's rules; an event handler counts as one."""
    found = set()
    for node in HTMLParser(html).body.iter(include_text=False):
        for inner in node.traverse(include_text=False):
            found.add(inner.tag)
            found |= {name for name in inner.attributes if name.startswith("on")}
    return found


@pytest.mark.parametrize(
    "source",
    [
        "{% icon evil evil %}",
        "{% chip evil evil evil evil %}",
        "{% severity evil %}",
        "{% state evil %}",
        "{% scan_status evil %}",
        "{% asset_state evil %}",
        "{% discovery_status evil %}",
        "{% score evil %}",
        "{% schedule_state evil %}",
        "{% occurrence evil %}",
        "{% verdict evil %}",
        "{% proof evil %}",
        "{{ evil|visible }}",
        "{% marked evil marks %}",
        "{% evidence evil marks evil %}",
        "{% segments evil ok=1 %}",
    ],
)
def test_nothing_given_becomes_markup(source):
    html = render(source, evil=EVIL, marks=["alert", EVIL])
    assert elements(html) <= {"svg", "use", "span", "mark", "pre", "code", "rect"}


def test_a_field_escapes_what_a_form_says():
    class Form(forms.Form):
        name = forms.CharField(label=EVIL, help_text=EVIL)

    form = Form({"name": ""})
    form.add_error("name", EVIL)
    assert "<script" not in render("{% field form.name %}", form=form)


@pytest.mark.parametrize(
    ("value", "word"), [(40, "Critical"), ("20", "Medium"), (Severity.LOW, "Low"), (None, "Unrated")]
)
def test_a_severity_has_word_icon_and_tone(value, word):
    html = render("{% severity value %}", value=value)
    assert words(html) == word
    assert "icons.svg#" in html
    assert "tone-" in html


def test_counts_of_severities_are_worst_first_and_spelt_out():
    html = render("{% severity_counts counts %}", counts={10: 3, "critical": 2, 30: 0})
    assert words(html) == "2 critical0 high0 medium3 low"
    assert html.count("is-zero") == 2
    assert "info" in render("{% severity_counts counts %}", counts={0: 5})
    assert render("{% severity_counts counts %}", counts=None).count("is-zero") == 4


def test_a_retest_hides_the_state_before_it():
    assert words(render("{% state 'notfixed' %}")) == "Open"
    assert words(render("{% state 'notfixed' True %}")) == "Retesting"


def test_chips_take_the_words_of_the_contract():
    assert words(render("{% verdict value %}", value=Verdict.INCOMPLETE)) == "Incomplete"
    assert words(render("{% verdict value %}", value="")) == "No verdict yet"
    assert words(render("{% proof value %}", value=ProofLevel.FIRM)) == "Firm"
    assert words(render("{% scan_status 'finishing_up' %}")) == "Finishing up"
    assert words(render("{% asset_state 'HIDDEN' %} {% discovery_status 'pending' %} {% score 'A+' %}")) == (
        "Hidden Waiting A+"
    )


def test_an_icon_is_decoration_unless_it_has_a_meaning():
    assert 'aria-hidden="true"' in render("{% icon 'plus' %}")
    assert 'aria-label="Verified"' in render("{% icon 'verified' 'Verified' %}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        ("", "–"),
        (0, "0.0 s"),
        (-3, "0.0 s"),
        (4.23, "4.2 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (3900, "1 h 5 min"),
        (timedelta(days=2, hours=3, minutes=40), "2 d 3 h"),
    ],
)
def test_durations(value, text):
    assert render("{{ value|duration }}", value=value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (-9, "just now"),
        (30, "30 s ago"),
        (-90, "in 1 min"),
        (7200, "2 h ago"),
        (86400, "1 day ago"),
        (-86400 * 3, "in 3 days"),
        (86400 * 61, ""),
    ],
)
def test_distances(seconds, text):
    assert ui.distance(seconds) == text


def test_a_moment_near_is_told_by_distance_and_one_far_by_its_date():
    with clock.frozen(NOW):
        near = render("{{ when|ago }}", when=NOW - timedelta(minutes=5))
        far = render("{{ when|ago }}", when=NOW - timedelta(days=100))
    assert near == '<time datetime="2026-03-04T11:55:00+00:00" title="2026-03-04 11:55:00 UTC">5 min ago</time>'
    assert words(far) == "2025-11-24"


def test_moments_stand_in_the_readers_zone():
    with timezone.override("Asia/Tokyo"):
        html = render("{{ when|moment }}", when=NOW)
    assert 'title="JST"' in html
    assert words(html) == "2026-03-04 21:00"


def test_no_moment_is_a_dash():
    assert words(render("{{ when|ago }}{{ when|moment }}", when=None)) == "––"


def test_numbers_are_grouped():
    assert render("{{ a|grouped }} {{ b|grouped }} {{ c|grouped }}", a=1234567, b=None) == "1,234,567 – –"


def test_evidence_is_numbered_by_lines_and_marked():
    html = render("{% evidence text marks 'Response' %}", text="HTTP/1.1 200 OK\r\n\r\n<b>42</b>", marks=("42",))
    assert html.count('<span class="line">') == 3
    assert "&lt;b&gt;<mark>42</mark>&lt;/b&gt;" in html
    assert 'aria-label="Response"' in html


def test_segments_fill_the_bar_and_stay_in_it():
    html = render("{% segments 'Coverage' ok=3 bad=1 quiet=0 %}")
    assert re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', html) == [
        ("0.00", "75.00"),
        ("75.00", "25.00"),
        ("100.00", "0.00"),
    ]
    assert "style" not in html
    assert 'width="0.00%"' in render("{% segments 'Nothing' ok=0 %}")


def test_a_changed_query_keeps_the_others_and_starts_at_page_one():
    request = RequestFactory().get("/ui/findings/?severity=40&severity=30&page=3&q=a%26b")
    assert ui.with_query({"request": request}, page=4) == "?severity=40&severity=30&q=a%26b&page=4"
    assert ui.with_query({"request": request}, q="x") == "?severity=40&severity=30&q=x"
    assert ui.with_query({"request": request}, severity=None) == "?q=a%26b"


def test_a_changed_query_is_escaped_in_a_page():
    request = RequestFactory().get("/ui/", {"q": EVIL})
    assert "<script" not in render('<a href="{% with_query page=2 %}">x</a>', request=request)


def test_the_pager_names_rows_and_neighbours():
    request = RequestFactory().get("/ui/?q=x")
    html = render("{% pager page %}", page=Paginator(range(1234), 50).page(7), request=request)
    assert "301–350 of 1,234" in words(html)
    assert 'rel="prev" href="?q=x&amp;page=6"' in html
    assert 'rel="next" href="?q=x&amp;page=8"' in html
    assert 'aria-current="page">7<' in html


def test_one_page_needs_no_links_and_none_says_so():
    request = RequestFactory().get("/ui/")
    assert "<a" not in render("{% pager page %}", page=Paginator(range(3), 50).page(1), request=request)
    assert words(render("{% pager page %}", page=Paginator([], 50).page(1), request=request)) == "Nothing"


class Sample(forms.Form):
    name = forms.CharField(help_text="Shown in lists.")
    note = forms.CharField(widget=forms.Textarea(attrs={"class": "mono"}), required=False)
    kind = forms.ChoiceField(choices=[("a", "A")])
    agree = forms.BooleanField(label="I agree")
    pick = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput)


def test_fields_get_their_classes():
    form = Sample()
    assert 'class="form-control"' in render("{% field form.name %}", form=form)
    assert 'class="mono form-control"' in render("{% field form.note %}", form=form)
    assert 'class="form-select"' in render("{% field form.kind %}", form=form)
    assert 'class="form-check-input"' in render("{% field form.agree %}", form=form)
    assert 'role="group"' in render("{% field form.pick %}", form=form)
    assert render("{% field form.token %}", form=form).strip().startswith('<input type="hidden"')


def test_a_field_says_help_and_whether_it_is_needed():
    assert "(optional)" in render("{% field form.note %}", form=Sample())
    html = render("{% field form.name hint='Another.' label='Called' %}", form=Sample())
    assert words(html) == "Called Another."
    assert 'aria-describedby="id_name_helptext"' in html and 'id="id_name_helptext"' in html


def test_a_list_to_choose_from_is_not_called_optional():
    class Form(forms.Form):
        kind = forms.ChoiceField(choices=[("", "None"), ("a", "A")], required=False)

    assert "optional" not in render("{% field form.kind %}", form=Form())


def test_help_and_error_of_a_page_are_both_tied():
    html = render("{% field form.name hint='Another.' %}", form=Sample({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html and 'id="id_name_error"' in html


def test_a_wrong_field_is_tied_to_its_error():
    html = render("{% field form.name %}", form=Sample({}))
    assert "is-invalid" in html
    assert 'aria-invalid="true"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert all(f'id="{name}"' in html for name in described[1].split())


def test_a_whole_form_shows_hidden_fields_and_errors_of_none():
    form = Sample({"name": "x"})
    form.add_error(None, "Together they are wrong.")
    html = render("{% include 'web/parts/form.html' %}", form=form)
    assert "Together they are wrong." in html
    assert html.count('type="hidden"') == 1
