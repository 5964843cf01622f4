"""Bars by month and the table that says the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from sentinel.web.charts import months_chart, top_of
from tests.web.checks import fragment_faults

Render = Callable[..., str]
CHART = '{% from "components/chart.html" import month_chart, spark %}'


@dataclass(frozen=True)
class One:
    """A month."""

    month: date
    count: int
    loaded: bool = True


def months(*counts: int | None, begin: tuple[int, int] = (2020, 11)) -> list[One]:
    """Months from November 2020; None is one that was not loaded."""
    found = []
    for at, count in enumerate(counts):
        year, month = divmod(begin[0] * 12 + begin[1] - 1 + at, 12)
        found.append(One(date(year, month + 1, 1), count or 0, count is not None))
    return found


def test_nothing_is_no_chart() -> None:
    assert months_chart("Incidents", []) is None


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 2), (1, 2), (2, 2), (3, 4), (5, 6), (11, 20), (99, 100), (269, 400), (1_714, 2_000)],
)
def test_the_scale_ends_at_a_round_figure_whose_half_is_whole(most: int, top: int) -> None:
    assert top_of(most) == top
    assert top % 2 == 0


def test_bars_stand_on_the_base_and_are_as_high_as_their_share() -> None:
    chart = months_chart("Incidents", months(0, 5, 10))
    assert chart is not None
    none, half, whole = chart.bars
    assert none.height == 0
    assert half.height * 2 == pytest.approx(whole.height, abs=0.2)
    assert half.y + half.height == pytest.approx(chart.base)
    assert whole.x > half.x + half.width
    assert whole.x + whole.width <= chart.width


def test_the_words_say_the_total_the_span_and_the_peak() -> None:
    chart = months_chart("Incidents", months(1, 7, 7))
    assert chart is not None
    assert (
        chart.summary
        == "15 from November 2020 to January 2021; the most in one month were 7, in December 2020."
    )
    quiet = months_chart("Incidents", months(0, 0))
    assert quiet is not None
    assert quiet.summary == "None from November 2020 to December 2020."
    assert quiet.most_at is None


def test_the_table_has_a_row_a_year_and_tells_not_loaded_from_none() -> None:
    chart = months_chart("Incidents", months(3, None, 0))
    assert chart is not None
    assert [row.year for row in chart.years] == [2020, 2021]
    assert chart.years[0].cells[9:] == (None, 3, "")
    assert chart.years[1].cells[:2] == (0, None)
    assert [row.total for row in chart.years] == [3, 0]
    assert chart.gaps


def test_drawn_it_has_its_table_and_nothing_inline(render: Render) -> None:
    chart = months_chart("Incidents in <b>Charnwood</b>", months(3, None, 1_200))
    html = render(CHART + '{{ month_chart(chart, "here") }}{{ spark(chart) }}', chart=chart)
    assert fragment_faults(html) == []
    assert "<b>" not in html
    assert 'role="img" aria-labelledby="here-drawn"' in html
    assert "<title>November 2020: 3</title>" in html
    assert "<title>December 2020: not loaded</title>" in html
    assert html.count('<rect class="s-chart__bar"') == 4
    assert '<td class="s-number">1,200</td>' in html
    assert "n/a: no file has been imported for that month." in html
