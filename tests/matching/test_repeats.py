"""Repeat victims, perpetrators and locations are counted in incidents, not tellings, by the partnership's own rule."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from sentinel.cases.models import Party, PartyIdentity
from sentinel.matching.queries import known_places, repeats_of
from sentinel.matching.queries.repeats import RepeatRule, repeat_location, repeat_rules
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from sentinel.reports.models import Report
from sentinel.reports.operations import take_report
from tests.reports.telling import telling
from tests.support import NOW, PRIYA, acting

TODAY = date(2026, 11, 20)
BETH = "beth.carr@three-oaks.example"
ANY = RepeatRule("victim", "Repeat victim", 2, 12, same_category=False)
ALIKE = RepeatRule("location", "Repeat location", 3, 3, same_category=True)


def at(days: int) -> datetime:
    return datetime(2026, 11, 20, 9, tzinfo=UTC) - timedelta(days=days)


@pytest.mark.parametrize(
    ("incidents", "counted"),
    [
        ([], None),
        ([("personal", 1)], None),
        ([("personal", 1), ("nuisance", 2)], None),
        ([("personal", 1), ("personal", 200)], None),
        ([("personal", 1), ("personal", 2)], 3),
        ([("personal", 1), ("nuisance", 3), ("personal", 91)], 3),
    ],
)
def test_a_place_is_a_repeat_by_incidents_of_one_kind_within_the_time(
    incidents: list[tuple[str, int]], counted: int | None
) -> None:
    found = repeat_location(ALIKE, [(category, at(days)) for category, days in incidents], TODAY)
    assert (found.incidents if found else None) == counted


def test_the_words_say_what_was_counted() -> None:
    found = repeat_location(ALIKE, [("personal", at(1)), ("personal", at(2))], TODAY)
    assert found is not None
    assert found.words == "Repeat location: 3 incidents of one kind in 3 months, this one counted"
    assert ANY.counted(["personal", "nuisance"]) == 2


@pytest.mark.django_db
def test_the_partnership_s_rule_is_loaded_and_says_that_it_is_not_confirmed() -> None:
    acting(PRIYA)
    assert set(repeat_rules(TODAY, None)) == {"victim", "perpetrator", "location"}


def told(*, days: int, place: Place | None = None, same_as: uuid.UUID | None = None) -> Report:
    """A telling by Margaret of something that happened so many days ago; by the person who told another where that is said."""
    priya = acting(PRIYA)
    when = NOW - timedelta(days=days)
    given = telling(told_at=when - timedelta(minutes=5), place_id=place.id if place else None)
    report = take_report(actor=priya, now=when, telling=given)
    if same_as is not None:
        PartyIdentity.objects.filter(party=report.caller_party).update(person_id=same_as)
    return report


def person_of(report: Report) -> uuid.UUID:
    return PartyIdentity.objects.get(party=report.caller_party).person_id


@pytest.mark.django_db
def test_a_victim_of_two_incidents_is_a_repeat_and_two_tellings_of_one_are_one() -> None:
    first = told(days=30)
    margaret = person_of(first)
    [once] = repeats_of(acting(PRIYA), margaret, TODAY)
    assert once.words == "Repeat victim: 2 incidents in 12 months, this one counted"
    second = told(days=20, same_as=margaret)
    assert [one.incidents for one in repeats_of(acting(PRIYA), margaret, TODAY)] == [3]
    # The second was another telling of the first.
    Party.objects.get(pk=second.caller_party_id).roles.update(incident_id=first.incident_id)  # type: ignore[misc]
    assert [one.incidents for one in repeats_of(acting(PRIYA), margaret, TODAY)] == [2]


@pytest.mark.django_db
def test_incidents_before_the_time_and_those_that_one_does_not_read_are_not_counted(
    django_assert_num_queries: object,
) -> None:
    report = told(days=400)
    margaret = person_of(report)
    priya = acting(PRIYA)
    with django_assert_num_queries(2):  # type: ignore[operator]  # the rule, which a request keeps, and the incidents
        assert repeats_of(priya, margaret, TODAY) == []
    told(days=10, same_as=margaret)
    assert len(repeats_of(acting(PRIYA), margaret, TODAY)) == 1
    assert repeats_of(acting(BETH), margaret, TODAY) == []


@pytest.mark.django_db
def test_a_place_says_in_the_call_that_it_is_a_repeat_location_and_elsewhere_it_does_not() -> None:
    priya = acting(PRIYA)
    place = find_or_make_place(actor=priya, now=NOW, words="14 Sparrow Lane, LE11 0ZZ")
    told(days=30, place=place)
    told(days=20, place=place)
    priya = acting(PRIYA)
    [here] = known_places(priya, [place], NOW, telling=True)
    assert here.incidents == 2
    assert here.repeat is not None
    assert here.repeat.incidents == 3
    [plain] = known_places(priya, [place], NOW)
    assert plain.repeat is None
    [building] = known_places(priya, [place], NOW, telling=True, buildings={place.id: "the building"})
    assert building.repeat is None
