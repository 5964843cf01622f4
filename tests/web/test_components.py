"""Each component says what it must, in words as well as in colour."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.web.checks import fragment_faults, read

Render = Callable[..., str]

RISK = '{% from "components/risk.html" import risk_chip, band_word %}'
PAGE = '{% from "components/page.html" import above, facts_row, side, next_panel, next_item, summary_card, done, back, ref %}'
WORK = '{% from "components/work.html" import work_heading, work_list, work_row %}'
CASE = '{% from "components/case.html" import people_table, person_row, timeline, entry %}'
REPORT = '{% from "components/report.html" import say_box, known_panel, known_card, victor_list, victor_row, kept_line %}'
LISTS = (
    '{% from "components/lists.html" import filter_bar, filtered, empty_state, pager, data_table, switch %}'
)
HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("band", "kind", "word"),
    [
        ("high", "high", "High"),
        ("medium", "medium", "Medium"),
        ("low", "low", "Low"),
        (None, "not-assessed", "Not assessed"),
        ("", "not-assessed", "Not assessed"),
        ("unheard of", "not-assessed", "Not assessed"),
    ],
)
def test_a_band_is_a_shape_a_word_and_a_colour(
    render: Render, band: str | None, kind: str, word: str
) -> None:
    html = render(RISK + "{{ risk_chip(band) }}", band=band)
    assert f's-risk--{kind}"' in html
    assert f"<span>{word}<" in html
    assert '<svg class="s-risk__shape"' in html


def test_the_four_bands_have_four_shapes(render: Render) -> None:
    shapes = {
        render(RISK + "{{ risk_chip(band) }}", band=band).split(' d="')[1].split('"')[0]
        for band in ("high", "medium", "low", None)
    }
    assert len(shapes) == 4


def test_a_band_says_whose_it_is_to_who_hears_the_page(render: Render) -> None:
    assert "risk: Margaret Ellis" in render(RISK + "{{ risk_chip('high', 'Margaret Ellis') }}")
    unknown = render(RISK + "{{ risk_chip(None, 'Joan Ellis') }}")
    assert " ".join(re.sub(r"<[^>]+>", "", unknown).split()) == "Not assessed for risk: Joan Ellis"
    assert "no longer current" in render(RISK + "{{ risk_chip('high', past=True) }}")


def test_the_facts_row_never_shows_a_band_without_its_person(render: Render) -> None:
    html = render(
        PAGE + '{{ facts_row([{"label": "Highest:", "value": "Margaret Ellis", "band": "high"}, "Closed"]) }}'
    )
    assert "<strong>Margaret Ellis</strong>" in html
    assert "risk: Margaret Ellis" in html
    assert "<li>Closed</li>" in html


def test_a_fact_whose_band_is_none_is_shown_as_not_assessed(render: Render) -> None:
    html = render(PAGE + '{{ facts_row([{"value": "Joan Ellis", "band": None}]) }}')
    assert "Not assessed" in html


def test_a_fact_without_a_band_shows_none(render: Render) -> None:
    html = render(PAGE + '{{ facts_row([{"label": "Lead", "value": "Priya Nair", "rest": ", Charnwood"}]) }}')
    assert "s-risk" not in html
    assert '</strong><span class="s-facts__said">, Charnwood' in html


def test_what_happens_next_marks_what_is_late(render: Render) -> None:
    html = render(
        PAGE
        + '{% call next_panel() %}{% call next_item("2 days late", True) %}<a href="/t">Tell her</a>{% endcall %}'
        + '{% call next_item("Now") %}Reassess{% endcall %}{% endcall %}'
    )
    assert '<span class="s-next__when s-late">2 days late</span> <a href="/t">Tell her</a>' in html
    assert '<span class="s-next__when">Now</span> Reassess' in html
    assert fragment_faults(html) == []


def test_a_summary_card_names_the_desk_to_ring(render: Render) -> None:
    html = render(
        PAGE
        + '{% call summary_card("Before you act, ring", desk="the sharing desk", telephone="0116 496 0123") %}'
        + "<p>Something is known.</p>{% endcall %}"
    )
    assert "Ring <strong>the sharing desk</strong>" in html
    assert "0116 496 0123" in html


def test_a_reference_never_breaks_over_two_lines(render: Render) -> None:
    assert render(PAGE + '{{ ref("LLR-26-04172-K") }}') == '<span class="s-ref">LLR-26-04172-K</span>'


def test_a_row_of_work_says_the_reason_the_record_and_when(render: Render) -> None:
    html = render(
        WORK
        + '{% call work_list() %}{{ work_row("/a", "Tell Margaret Ellis", " now", "By letter", "2 days late", True, "high", '
        + '"Margaret Ellis") }}{% endcall %}'
    )
    assert '<a href="/a">Tell Margaret Ellis</a> now' in html
    assert '<p class="s-work__when s-late">2 days late</p>' in html
    assert "risk: Margaret Ellis" in html


def test_a_row_may_go_without_a_band_but_never_hides_that_none_was_made(render: Render) -> None:
    assert "s-risk" not in render(WORK + '{{ work_row("/a", "Sparrow Lane") }}')
    assert "Not assessed" in render(WORK + '{{ work_row("/a", "Assess Witness A", band=None) }}')


def test_a_heading_of_work_says_how_many_also_when_none(render: Render) -> None:
    assert '<span class="s-count">0</span>' in render(WORK + '{{ work_heading("Next", 0) }}')
    assert "s-count" not in render(WORK + '{{ work_heading("Next") }}')


def test_a_protected_person_has_no_link_and_shows_that_nobody_assessed_them(render: Render) -> None:
    html = render(
        CASE
        + '{% call people_table() %}{{ person_row("Witness A", role="Identity protected") }}{% endcall %}'
    )
    assert "<a " not in html
    assert "Witness A" in html
    assert "Not assessed" in html
    assert html.count('scope="col"') == 4
    assert html.count('scope="row"') == 1


def test_a_stale_band_is_said_loudly(render: Render) -> None:
    source = (
        CASE + '{{ person_row("Dale Horton", band="low", since="before last night’s report", stale=stale) }}'
    )
    assert '<strong class="s-people__note">before' in render(source, stale=True)
    assert '<span class="s-people__note">before' in render(source, stale=False)


def test_how_a_person_may_be_contacted_is_loud(render: Render) -> None:
    html = render(CASE + '{{ person_row("Margaret Ellis", "/p", contact="Letter only") }}')
    assert '<strong class="s-people__note">Letter only</strong>' in html


def test_a_timeline_is_a_list_whose_marks_are_not_read_out(render: Render) -> None:
    html = render(
        CASE
        + '{% call timeline() %}{% call entry("Fri 20 Nov, 21:58", "Leicestershire Police", "harm") %}<strong>Report</strong>'
        + '{% endcall %}{% call entry("Thu 19 Nov") %}Noted{% endcall %}{% endcall %}'
    )
    assert html.count("<li") == 2
    assert html.count('aria-hidden="true"') == 2
    assert "Fri 20 Nov, 21:58 · Leicestershire Police" in html
    assert "Thu 19 Nov · " not in html


def test_the_words_to_say_stand_in_quotation_marks(render: Render) -> None:
    assert "“Ring 999 now.”" in render(REPORT + '{{ say_box("Ring 999 now.") }}')
    assert "Who rang?" in render(REPORT + '{% call say_box("Ring 999 now.") %}Who rang?{% endcall %}')


def test_a_letter_that_was_not_asked_never_reads_as_no(render: Render) -> None:
    html = render(REPORT + '{{ victor_row("Vulnerable", None, "V", href="/ask") }}')
    assert "not asked" in html
    assert ">No<" not in html
    assert 'Ask<span class="govuk-visually-hidden">: Vulnerable</span>' in html


@pytest.mark.parametrize(
    ("answer", "shown"), [("yes", "<strong>Yes</strong>"), ("no", "No"), ("unknown", "Unknown")]
)
def test_an_answered_letter_says_its_answer_and_where_it_came_from(
    render: Render, answer: str, shown: str
) -> None:
    html = render(REPORT + '{{ victor_row("Targeted", answer, "T", "from her words") }}', answer=answer)
    assert shown in html
    assert "from her words" in html
    assert "not asked" not in html


def test_how_much_is_already_known_is_announced_as_it_changes(render: Render) -> None:
    html = render(
        REPORT
        + '{% call known_panel() %}{% call known_card("Margaret Ellis", reasons=["she lives there"], ask="Ask her date of birth.")'
        + ' %}<a href="/her">It is her</a>{% endcall %}{% endcall %}'
    )
    assert '<div id="known">' in html, "read aloud whole it would drown the caller"
    assert '<a href="#known-short">' in html
    line = render(
        REPORT.replace("known_panel", "known_panel, known_short")
        + "{{ known_short('Already known: 1 place.') }}"
    )
    assert (
        '<span id="known-short" role="status" data-none="Nothing known.">Already known: 1 place.</span>'
        in line
    )
    assert "<li>she lives there</li>" in html
    assert "Ask her date of birth." in html
    assert fragment_faults(html) == []


def test_a_card_begins_with_how_likely_it_is(render: Render) -> None:
    html = render(
        REPORT + '{{ known_card(title, sure="Very likely", id="one") }}', title="Margaret Ellis, 71"
    )
    heading = html.partition("<h3")[2].partition("</h3>")[0]
    assert 'id="one" tabindex="-1"' in heading
    assert heading.endswith(">Very likely:</span> Margaret Ellis, 71")
    assert "id=" not in render(REPORT + '{{ known_card("14 Sparrow Lane") }}')


def test_the_draft_line_is_read_aloud_only_where_nothing_is_kept(render: Render) -> None:
    html = render(REPORT + '{{ kept_line(facts=["Telephone", none, "told 21:52"]) }}')
    assert '<span data-autosave-state="kept">Draft, kept as you type<' in html
    assert 'role="status" data-autosave-said></span>' in html
    assert html.count("<span>") == 2


def test_a_pager_shows_only_the_ways_there_are(render: Render) -> None:
    assert render(LISTS + "{{ pager() }}").strip() == ""
    both = render(LISTS + '{{ pager("/n", "/p", "more than 500") }}')
    assert both.index("Previous") < both.index("Next") < both.index("more than 500")
    assert "Previous" not in render(LISTS + '{{ pager("/n") }}')


def test_a_table_heads_its_rows_and_columns_and_keeps_a_wide_one_in_its_frame(render: Render) -> None:
    source = (
        LISTS + '{{ data_table("By month", ["Month", "Reports"], [["May", 3], ["June", 4]], [1], stacks) }}'
    )
    html = render(source, stacks=False)
    assert html.count('scope="row"') == 2
    assert 'tabindex="0"' in html
    assert html.count("s-number") == 3
    stacked = render(source, stacks=True)
    assert 'data-head="Reports"' in stacked
    assert "s-scroll" not in stacked


def test_each_filter_can_be_taken_off_by_name(render: Render) -> None:
    html = render(LISTS + '{{ filtered([{"words": "Band: high", "href": "/x"}]) }}')
    assert 'Remove<span class="govuk-visually-hidden"> Band: high</span>' in html
    assert render(LISTS + "{{ filtered([]) }}").strip() == ""


def test_a_filter_bar_asks_and_does_not_change(render: Render) -> None:
    html = render(LISTS + '{% call filter_bar("/cases", "/cases") %}{% endcall %}')
    assert 'method="get"' in html
    assert ">Clear</a>" in html


def test_the_address_of_a_map_and_its_tiles_cannot_break_out_of_its_element(render: Render) -> None:
    source = '{% from "components/map.html" import area_map %}{{ area_map(words, words, words) }}'
    html = render(source, words='"><script>' + HOSTILE)
    assert "<script" not in html
    assert fragment_faults(html) == []


@pytest.mark.parametrize(
    "source",
    [
        RISK + "{{ risk_chip('high', words) }}",
        PAGE + "{{ above(words, [words]) }}",
        PAGE + '{{ facts_row([words, {"label": words, "value": words, "rest": words}]) }}',
        PAGE + "{% call side(words) %}{{ words }}{% endcall %}",
        PAGE + "{{ done(words) }}{{ back('/x', words) }}",
        PAGE + "{% call summary_card(words, words, words) %}{% endcall %}",
        WORK + "{{ work_heading(words, words) }}{{ work_row('/a', words, words, words, words) }}",
        CASE + "{{ person_row(words, '/p', words, words, 'low', words, False, words, words, words) }}",
        CASE + "{% call entry(words, words) %}{{ words }}{% endcall %}",
        REPORT + "{{ say_box(words) }}{{ kept_line(words, [words]) }}",
        REPORT + "{{ known_card(words, words, words, [words], words, words) }}",
        REPORT + "{{ victor_row(words, 'yes', words, words) }}",
        LISTS + "{{ data_table(words, [words], [[words]]) }}{{ pager('/n', none, words) }}",
        LISTS + "{{ filtered([{'words': words, 'href': '/x'}]) }}",
        LISTS + "{{ switch([{'words': words, 'href': '/x', 'current': True}]) }}",
    ],
)
def test_markup_in_what_people_typed_stays_inert(render: Render, source: str) -> None:
    html = render(source, words=HOSTILE)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert read(html).scripts == []
