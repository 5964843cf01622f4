"""Reports of one occurrence: proposed to whoever reads both, linked by a person, counted once, taken apart again, and never told to others."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.cases.models import Incident, PartyIdentity
from sentinel.desk.report.said import root_of
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Invalid, Refused
from sentinel.matching.models import SameOccurrence
from sentinel.matching.occurrences import say_other_occurrence, say_same_occurrence
from sentinel.matching.queries import known_places, occurrence_of, repeats_of
from sentinel.matching.queries import occurrences as queries
from sentinel.matching.queries.occurrences import open_near, told_by
from sentinel.people.provenance import provenance
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place, say_one_place
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven, WhenGiven
from sentinel.risk.queries.places import place_risk
from tests.desk.case.counting import statements
from tests.reports.telling import telling
from tests.support import NOW, PRIYA, acting

BETH = "beth.carr@three-oaks.example"
AISHA = "aisha.rahman@police.example"
KOFI = "kofi.mensah@soar-valley.example"
NEIGHBOUR = CallerGiven(name="Idris Hall")
POINT = (52.7701, -1.2001)

pytestmark = pytest.mark.django_db


def place_at(words: str = "14 Sparrow Lane, LE11 0ZZ", metres: float = 0.0) -> Place:
    place = find_or_make_place(
        actor=acting(PRIYA), now=NOW, words=words, latitude=POINT[0] + metres / 111_195, longitude=POINT[1]
    )  # fmt: skip
    return place


def told(email: str = PRIYA, *, place: Place | None = None, minutes: int = 60, **given: Any) -> Report:
    """A telling to this agency of what began so many minutes ago, told five minutes later."""
    when = NOW - timedelta(minutes=minutes)
    said = {
        "told_at": when + timedelta(minutes=5),
        "when": WhenGiven(start=when, precision="minute"),
        **given,
    }
    return take_report(
        actor=acting(email), now=when + timedelta(minutes=6),
        telling=telling(place_id=place.id if place else None, **said),
    )  # fmt: skip


def again(email: str, report: Report) -> Report:
    acting(email)
    return Report.objects.select_related("incident__place").get(pk=report.pk)


def proposed(email: str, report: Report) -> list[tuple[str, str]]:
    found = occurrence_of(acting(email), again(email, report))
    return [(one.reference, one.weighed.band) for one in found.proposed]


def link(email: str, one: Report, other: Report) -> None:
    say_same_occurrence(
        actor=acting(email), now=NOW, incident=again(email, one).incident, other=again(email, other).incident, how="at the same time",
    )  # type: ignore[arg-type]  # fmt: skip


def part(email: str, one: Report, other: Report) -> None:
    say_other_occurrence(
        actor=acting(email), now=NOW, incident=again(email, one).incident, other=again(email, other).incident, how="another night",
    )  # type: ignore[arg-type]  # fmt: skip


def share_with(email: str, report: Report, rung: Rung) -> None:
    agency = acting(email).agency_id
    assert agency is not None
    share(
        actor=acting(PRIYA), now=NOW, record_id=report.record_id, kind=Kind.REPORT, holder_id=agency, rung=rung,
        what="the report", lawful_basis="Crime and Disorder Act 1998 s.115",
    )  # fmt: skip


def refused(statement: str, *rows: Report) -> bool:
    """Whether the database itself refuses a function to the landlord."""
    acting(BETH)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [row.incident_id for row in rows])
    except ProgrammingError:
        return True
    return False


def test_two_callers_about_one_thing_are_proposed_with_the_reasons_and_linked_not_merged() -> None:
    first = told(place=place_at())
    second = told(place=place_at("22 Sparrow Lane, LE11 0ZZ", metres=40), minutes=52, caller=NEIGHBOUR)
    assert proposed(PRIYA, second) == [(first.reference, "very likely")]
    assert proposed(PRIYA, first) == [(second.reference, "very likely")]
    reasons = occurrence_of(acting(PRIYA), again(PRIYA, second)).proposed[0].weighed.reasons
    assert reasons == ["8 minutes apart", "in the same street", "the same kind of behaviour"]
    link(PRIYA, second, first)
    for one, other in ((first, second), (second, first)):
        found = occurrence_of(acting(PRIYA), again(PRIYA, one))
        assert [row.reference for row in found.others] == [other.reference]
        assert found.proposed == ()
    one, other = again(PRIYA, first), again(PRIYA, second)
    assert one.incident_id != other.incident_id
    assert one.caller_party_id != other.caller_party_id


def test_what_happened_once_counts_once_wherever_it_is_counted() -> None:
    place = place_at()
    reports = [told(place=place, minutes=60 + n, caller=CallerGiven(name=f"Caller {n}")) for n in range(3)]
    margaret = PartyIdentity.objects.get(party=reports[0].caller_party).person_id
    PartyIdentity.objects.filter(party__in=[one.caller_party_id for one in reports]).update(
        person_id=margaret
    )

    def counted() -> tuple[int, int | None, list[int]]:
        priya = acting(PRIYA)
        [here] = known_places(priya, [place], NOW, telling=True)
        repeats = repeats_of(priya, margaret, NOW.date())
        return (
            here.incidents,
            here.repeat.incidents if here.repeat else None,
            [one.incidents for one in repeats],
        )

    assert counted() == (3, 4, [4])
    link(PRIYA, reports[1], reports[0])
    assert counted() == (2, 3, [3])
    link(PRIYA, reports[2], reports[1])
    assert counted() == (1, None, [2])
    root = root_of(again(PRIYA, reports[0]))
    [same] = known_places(acting(PRIYA), [place], NOW, telling=True, same_as=root)
    assert same.incidents == 0, "what is being told is another telling of it"
    assert repeats_of(acting(PRIYA), margaret, NOW.date(), same_as=root) == []
    assert place_risk(acting(PRIYA), place.id, acting(PRIYA).agency_id, NOW).due_because == ()


def test_what_somebody_said_is_not_the_same_is_never_asked_again_until_somebody_says_that_it_is() -> None:
    place = place_at()
    first, second = told(place=place), told(place=place, minutes=50, caller=NEIGHBOUR)
    part(PRIYA, second, first)
    assert proposed(PRIYA, first) == proposed(PRIYA, second) == []
    third = told(place=place, minutes=45, caller=CallerGiven(name="Wanda Pike"))
    assert {reference for reference, _ in proposed(PRIYA, third)} == {first.reference, second.reference}
    link(PRIYA, first, second)
    part(PRIYA, first, second)
    assert proposed(PRIYA, first) == [(third.reference, "very likely")]
    assert list(SameOccurrence.objects.order_by("at", "id").values_list("same", flat=True)) == [
        False,
        True,
        False,
    ]


def test_tellings_that_are_linked_in_chains_are_one_and_each_can_leave() -> None:
    place = place_at()
    rows = [told(place=place, minutes=60 - n, caller=CallerGiven(name=f"Caller {n}")) for n in range(4)]
    link(PRIYA, rows[1], rows[0])
    link(PRIYA, rows[3], rows[2])
    link(PRIYA, rows[2], rows[1])

    def groups() -> list[int]:
        acting(PRIYA)
        found = Incident.objects.filter(reports__in=rows).values_list("id", "occurrence_id")
        roots = [whole or own for own, whole in found]
        return sorted(roots.count(one) for one in set(roots))

    assert groups() == [4]
    with pytest.raises(Invalid):
        link(PRIYA, rows[3], rows[0])
    part(PRIYA, rows[0], rows[1])
    assert groups() == [1, 3], "another one stands for those that are left"
    part(PRIYA, rows[3], rows[1])
    assert groups() == [1, 1, 2], "it was one with what the other is one with, and leaves all of that"
    part(PRIYA, rows[2], rows[1])
    assert groups() == [1, 1, 1, 1]


def test_what_is_taken_back_parts_only_those_whom_it_held_together() -> None:
    place = place_at()
    rows = [told(place=place, minutes=60 - n, caller=CallerGiven(name=f"Caller {n}")) for n in range(3)]
    link(PRIYA, rows[1], rows[0])
    link(PRIYA, rows[1], rows[2])
    part(PRIYA, rows[1], rows[0])

    def roots() -> list[uuid.UUID | None]:
        return [root_of(again(PRIYA, one)) for one in rows]

    assert roots()[1] == roots()[2] != roots()[0]
    link(PRIYA, rows[0], rows[1])
    assert len(set(roots())) == 1, "said again, it stands again"


def test_who_only_reads_two_reports_of_others_does_not_make_them_one_for_good() -> None:
    place = place_at()
    theirs = [told(place=place), told(place=place, minutes=58, caller=NEIGHBOUR)]
    for one in theirs:
        share_with(BETH, one, Rung.READ)
    mine = told(BETH, place=place, minutes=55, caller=CallerGiven(name="Wanda Pike"))

    def roots() -> set[uuid.UUID | None]:
        return {root_of(again(PRIYA, one)) for one in theirs}

    def quietly_told(report: Report) -> list[tuple[str, object, object, object]]:
        acting(PRIYA)
        rows = Event.objects.filter(record_id=report.record_id, kind__startswith="occurrence_counted")
        return list(rows.order_by("recorded_at", "id").values_list("kind", "user_id", "agency_id", "payload"))

    for one in theirs:
        link(BETH, mine, one)
    assert len(roots()) == 1
    joined, parted = [(f"occurrence_counted_{how}", None, None, {}) for how in ("with", "apart")]
    assert [quietly_told(one) for one in theirs] == [[joined, joined], [joined]]
    for one in theirs:
        part(BETH, mine, one)
    assert len(roots()) == 2
    assert sorted(quietly_told(theirs[0])) == sorted([joined, joined, parted])
    assert sorted(quietly_told(theirs[1])) == sorted([joined, parted, parted])
    acting(BETH)
    assert not Event.objects.filter(record_id=mine.record_id, kind__startswith="occurrence_counted").exists()


def test_the_owner_of_two_that_another_made_one_parts_them() -> None:
    place = place_at()
    theirs = [told(place=place), told(place=place, minutes=58, caller=NEIGHBOUR)]
    for one in theirs:
        share_with(BETH, one, Rung.READ)
    mine = told(BETH, place=place, minutes=55, caller=CallerGiven(name="Wanda Pike"))
    for one in theirs:
        link(BETH, mine, one)
    part(PRIYA, theirs[0], theirs[1])
    assert len({root_of(again(PRIYA, one)) for one in theirs}) == 2


def test_a_pair_of_which_the_other_is_not_read_is_not_kept_by_the_database() -> None:
    place = place_at()
    hidden, mine = told(place=place), told(BETH, place=place, minutes=55, caller=NEIGHBOUR)
    beth = acting(BETH)
    assert mine.incident is not None
    with pytest.raises(ProgrammingError), transaction.atomic():
        SameOccurrence.objects.create(
            **provenance(actor=beth, now=NOW, record_id=mine.record_id), incident_id=mine.incident_id,
            other_id=hidden.incident_id, same=True, how="x", said_by_id=beth.user_id, at=NOW,
        )  # fmt: skip
    with pytest.raises(ProgrammingError), transaction.atomic():
        SameOccurrence.objects.update(ended_at=NOW)


def test_another_agency_s_report_is_proposed_only_to_who_reads_it_and_otherwise_nothing_is_told() -> None:
    place = place_at()
    mine = told(place=place)
    theirs = told(BETH, place=place, minutes=55, caller=NEIGHBOUR)
    assert proposed(BETH, theirs) == [], "the council's report is above the landlord's ladder"
    assert proposed(PRIYA, mine) == []
    found = open_near(acting(BETH), told_by(again(BETH, theirs)), NOW, places=[place.id])
    assert [one.reference for one in found] == [theirs.reference]
    share_with(BETH, mine, Rung.SUMMARY)
    assert proposed(BETH, theirs) == [], "nor on rung SUMMARY"


def test_who_reads_the_other_may_link_it_and_who_only_knows_of_it_may_not() -> None:
    place = place_at()
    mine = told(place=place)
    theirs = told(BETH, place=place, minutes=55, caller=NEIGHBOUR)
    for rung in (None, Rung.SUMMARY):
        if rung is not None:
            share_with(BETH, mine, rung)
        assert refused("SELECT matching_join_occurrence(%s, %s)", theirs, mine)
    share_with(BETH, mine, Rung.READ)
    assert proposed(BETH, theirs) == [(mine.reference, "very likely")]
    link(BETH, theirs, mine)
    assert occurrence_of(acting(PRIYA), again(PRIYA, mine)).others == (), (
        "the council does not read the landlord's"
    )
    with pytest.raises(Refused):
        part(BETH, mine, theirs)
    assert refused("SELECT matching_part_occurrence(%s, %s)", mine, theirs)


def test_the_column_is_written_by_nobody_else() -> None:
    report = told(place=place_at())
    acting(BETH)
    assert Incident.objects.filter(pk=report.incident_id).update(occurrence_id=uuid.uuid4()) == 0


def test_a_link_outlives_that_a_report_joins_a_case() -> None:
    place = place_at()
    first, second = told(place=place), told(place=place, minutes=55, caller=NEIGHBOUR)
    link(PRIYA, second, first)
    case = open_case_from_report(actor=acting(PRIYA), now=NOW, report=again(PRIYA, second), title="Noise")
    found = occurrence_of(acting(PRIYA), again(PRIYA, first))
    assert [(one.reference, one.case_id) for one in found.others] == [(second.reference, case.id)]
    assert SameOccurrence.objects.get().record_id == case.id


def test_every_saying_is_on_the_timeline_and_names_no_other_record() -> None:
    place = place_at()
    first, second = told(place=place), told(place=place, minutes=55, caller=NEIGHBOUR)
    link(PRIYA, second, first)
    part(PRIYA, second, first)
    kinds = ["occurrence_joined", "occurrence_parted"]
    events = Event.objects.filter(record_id=second.record_id, kind__in=kinds)
    assert sorted(events.values_list("kind", flat=True)) == kinds
    assert all(event.payload == {} for event in events)


def test_open_reports_near_by_come_likeliest_first_each_occurrence_once_with_the_distance() -> None:
    here = place_at()
    near = told(place=place_at("3 Tern Street, LE11 0ZX", metres=90), minutes=70)
    far = told(place=place_at("9 Gull Road, LE11 0ZW", metres=350), minutes=3000, caller=NEIGHBOUR)
    told(place=place_at("1 Away Lane, LE16 0ZZ", metres=5000), minutes=65, caller=NEIGHBOUR)
    old = told(place=place_at("7 Tern Street, LE11 0ZX", metres=95), minutes=60 * 24 * 40, caller=NEIGHBOUR)
    of_here = told(place=here, minutes=60 * 24 * 40, caller=NEIGHBOUR)
    twice = told(place=place_at("5 Tern Street, LE11 0ZX", metres=95), minutes=68, caller=NEIGHBOUR)
    link(PRIYA, twice, near)
    mine = told(place=here, minutes=66, caller=CallerGiven(name="Wanda Pike"))
    hand = told_by(again(PRIYA, mine))
    found = open_near(acting(PRIYA), hand, NOW, places=[here.id])
    references = [one.reference for one in found if one.reference not in {mine.reference, of_here.reference}]
    assert of_here.reference in {one.reference for one in found}, "of the place itself they stay for a year"
    assert references[-1] == far.reference
    assert len(references) == 2
    assert references[0] in {near.reference, twice.reference}
    assert old.reference not in references
    assert [one.weighed.metres for one in found if one.reference == far.reference] == [350]


def test_a_report_in_an_open_case_is_shown_for_a_week_and_one_that_ended_is_not() -> None:
    here = place_at()
    report = told(place=here)
    open_case_from_report(actor=acting(PRIYA), now=NOW, report=again(PRIYA, report), title="Noise")
    hand = told_by(again(PRIYA, report))
    assert [one.case != "" for one in open_near(acting(PRIYA), hand, NOW)] == [True]
    assert open_near(acting(PRIYA), hand, NOW + timedelta(days=8)) == []


def test_a_place_that_is_one_with_another_is_read_with_it() -> None:
    kept, other = place_at("Rose Villa, Mill Lane, LE11 0ZZ"), place_at("3 Mill Lane, LE11 0ZZ")
    one, two = told(place=kept), told(place=other, minutes=50, caller=NEIGHBOUR)
    assert known_places(acting(PRIYA), [kept], NOW)[0].incidents == 1
    say_one_place(actor=acting(PRIYA), now=NOW, kept=kept, other=other)
    assert known_places(acting(PRIYA), [kept], NOW)[0].incidents == 2
    reasons = occurrence_of(acting(PRIYA), again(PRIYA, two)).proposed[0].weighed.reasons
    assert "at the same place" in reasons
    assert one.reference in {
        found.reference for found in occurrence_of(acting(PRIYA), again(PRIYA, two)).proposed
    }


def test_it_takes_as_many_statements_however_many_reports_there_are() -> None:
    place = place_at()
    mine = told(place=place)
    counts = []
    for more in (1, 12):
        for n in range(more):
            told(place=place, minutes=50 + n, caller=CallerGiven(name=f"Caller {more} {n}"))
        priya, report = acting(PRIYA), again(PRIYA, mine)
        with statements() as ran:
            occurrence_of(priya, report)
        counts.append(ran.count)
    assert counts[0] == counts[1] <= 8


def test_a_look_that_takes_too_long_proposes_nothing_and_the_call_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = place_at()
    mine = told(place=place)
    told(place=place, minutes=55, caller=NEIGHBOUR)
    slow = queries._AROUND.replace("WHERE i.id <>", "WHERE (SELECT pg_sleep(5)) IS NOT NULL AND i.id <>")
    monkeypatch.setattr(queries, "_AROUND", slow)
    monkeypatch.setattr(queries, "MILLISECONDS", 30)
    assert proposed(PRIYA, mine) == []
    assert Report.objects.filter(pk=mine.pk).exists()


def test_an_incident_and_itself_are_refused() -> None:
    report = told(place=place_at())
    with pytest.raises(Invalid):
        link(PRIYA, report, report)
