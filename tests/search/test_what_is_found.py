"""Names with letters wrong, words in every form, numbers however they are typed: all of it in the transaction that wrote them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from sentinel.cases.operations import add_note, add_party
from sentinel.cases.operations.attachments import attach
from sentinel.cases.operations.links import add_reference
from sentinel.cases.operations.notes import edit_note
from sentinel.cli.demo.invented import Inventor
from sentinel.foundation.clock import now
from sentinel.kernel.births import birth_date
from sentinel.kernel.clock import london_date
from sentinel.kernel.phones import parse_phone
from sentinel.reports.models import Report
from sentinel.search import persons, rules
from sentinel.search.models import What
from sentinel.search.queries import Within, find_numbers, kinds_open_to
from tests.people.merging import PHONES, joined, parted, somebody
from tests.search.making import fresh, marked, names, people, person, sparrow, texts
from tests.support import PRIYA, acting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Thistlewood", "Agnes Thistlewood"),
        ("Thistelwood", "Agnes Thistlewood"),  # neighbours changed
        ("Thistlewoood", "Agnes Thistlewood"),
        ("Histlewood", "Agnes Thistlewood"),
        ("Agnes Thistlwood", "Agnes Thistlewood"),
        ("thistlewood, agnes", "Agnes Thistlewood"),
        ("Agnis Fistlewood", "Agnes Thistlewood"),
        ("Kowalczik", "Łucja Kowalczyk"),
        ("ŁUCJA KOWALCZYK", "Łucja Kowalczyk"),
        ("Lucja Kowalczyk", "Łucja Kowalczyk"),
        ("Peggy O Brien", "Margaret O'Brien"),
        ("محمد", "محمد علي"),
    ],
)
def test_a_name_is_found_with_letters_wrong_in_any_order_and_as_it_sounds(typed: str, meant: str) -> None:
    case, me = sparrow(), acting(PRIYA)
    for name in (
        "Agnes Thistlewood",
        "Łucja Kowalczyk",
        "Margaret O'Brien",
        "محمد علي",
        "Theo Wood",
        "Agnes Small",
    ):
        person(me, case, name)
    assert names(me, typed)[0] == meant


def test_a_misspelt_surname_is_in_the_first_five_of_a_hundred_people() -> None:
    case, me = sparrow(), acting(PRIYA)
    inventor = Inventor(11)
    for human in (humans := [inventor.human() for _ in range(60)]):
        person(me, case, human.full)
    found = 0
    for human in humans:
        family = human.family.split()[-1]
        found += any(family in name for name in names(me, f"{human.given} {inventor.mistyped(family)}"))
    assert found >= 57


def test_each_surname_that_may_be_meant_comes_before_the_next_person_of_the_same() -> None:
    case, me = sparrow(), acting(PRIYA)
    person(me, case, "Ola Penhollow")
    for given in ("Ada", "Bea", "Cleo", "Dora", "Effie", "Flo"):
        person(me, case, f"{given} Penhallow")
    assert names(me, "Penhellow")[:3] == ["Flo Penhallow", "Ola Penhollow", "Effie Penhallow"]
    # Where somebody is called what was typed, they come first, all of them.
    assert names(me, "Penhallow", most=7)[-1] == "Ola Penhollow"


def test_who_shares_more_of_the_name_comes_first_and_words_that_are_no_name_do_no_harm() -> None:
    case, me = sparrow(), acting(PRIYA)
    for name in ("Ruth Quill", "Ruth Quillfeather Marsh", "Ruth Quillfeather", "Rutger Quillfeather"):
        person(me, case, name)
    assert names(me, "Ruth Quillfeather")[:2] == ["Ruth Quillfeather", "Ruth Quillfeather Marsh"]
    assert names(me, "Quillfeather music")[0].endswith("Quillfeather")


def test_a_birth_that_is_given_puts_forward_who_was_born_then_and_says_of_another_that_it_is() -> None:
    case, me = sparrow(), acting(PRIYA)
    today = london_date(now())
    person(me, case, "Ada Penhallow", birth=birth_date("3/4/1955", today))
    person(me, case, "Ada Penhallow", birth=birth_date("9/9/1980", today))
    found = people(me, "Ada Penhallow", born=birth_date("3/4/1955", today)).lines
    assert [one.age for one in found] == ["71", "46"]
    assert "born on the same day" in found[0].why
    assert "but another date of birth is known" in found[1].why


def test_of_whom_no_birth_is_known_comes_before_who_was_born_otherwise() -> None:
    case, me = sparrow(), acting(PRIYA)
    today = london_date(now())
    unknown = person(me, case, "Ada Penhallow")
    other = person(me, case, "Ada Penhallow", birth=birth_date("9/9/1980", today))
    born = person(me, case, "Ada Penhallow", birth=birth_date("3/4/1955", today))
    found = people(me, "Ada Penhallow", born=birth_date("3/4/1955", today)).lines
    assert [one.person_id for one in found] == [born, unknown, other]


def test_a_number_or_address_finds_whose_it_is_however_it_is_typed() -> None:
    case, me = sparrow(), acting(PRIYA)
    person(me, case, "Ivor Nightingale", phones=[parse_phone("07700 900321")], emails=["Ivor@Example.org"],
           identifiers=[("tenancy", "TN/44-871")])  # fmt: skip
    for typed in ("07700900321", "+44 7700 900321", "ivor@example.org", "tn44871", "TN 44 871"):
        assert names(me, typed) == ["Ivor Nightingale"], typed
    assert names(me, "07700 900322") == []


def test_words_are_found_in_every_form_and_marked_where_they_stand() -> None:
    case, me = sparrow(), acting(PRIYA)
    add_note(
        actor=me,
        now=now(),
        case=case,
        text="They were drumming on saucepans <b>all</b> night; the drummers left at four.",
    )
    found = texts(me, "drums saucepan")
    assert [one.kind for one in found.lines] == [What.NOTE]
    assert marked(found) == ["drumming", "saucepans"]
    assert found.lines[0].case == case.reference
    assert marked(texts(me, '"drumming on saucepans"')) == ["drumming", "saucepans"]
    assert texts(me, "saucepans -drumming").lines == []
    assert texts(me, "saucepans nowhere").lines == []
    assert texts(me, "nowhere or saucepans").count == 1


def test_titles_reports_files_and_descriptions_are_found_and_each_kind_alone() -> None:
    case, me = sparrow(), acting(PRIYA)
    attach(actor=me, now=now(), case=case, name="gherkin_diary-2.txt", chunks=[b"A diary of nights.\n"])
    add_party(actor=me, now=now(), case_or_record=fresh(case), kind="unidentified", roles=["alleged_perpetrator"],
              description="A tall man with a gherkin tattoo")  # fmt: skip
    add_note(actor=me, now=now(), case=fresh(case), text="Gherkins thrown.")
    found = texts(me, "gherkin")
    assert dict(found.counts) == {What.DOCUMENT: 1, What.DESCRIPTION: 1, What.NOTE: 1}
    assert [one.kind for one in texts(me, "gherkin", kinds=[What.DOCUMENT]).lines] == [What.DOCUMENT]
    assert texts(me, "threats noise").lines[0].kind is What.CASE
    assert texts(me, "burn").lines[0].report


def test_what_another_system_calls_it_and_the_number_of_a_case_are_found() -> None:
    case, me = sparrow(), acting(PRIYA)
    add_reference(actor=me, now=now(), case=case, system="control_room_log", value="CAD/612-B")
    for typed in ("cad612b", "CAD 612 B", "cad/612-b"):
        assert [one.name for one in find_numbers(me, rules.read(typed), within=Within())] == ["CAD/612-B"], (
            typed
        )
    number = case.reference.split("-")[2]
    assert [one.case for one in find_numbers(me, rules.read(number), within=Within())] == [case.reference]


def test_what_is_written_and_changed_in_a_transaction_is_found_in_it() -> None:
    case, me = sparrow(), acting(PRIYA)
    note = add_note(actor=me, now=now(), case=case, text="A kestrel was let loose.")
    assert texts(me, "kestrel").count == 1
    edit_note(
        actor=me,
        now=now(),
        case=fresh(case),
        note=note,
        version=note.version,
        text="A buzzard was let loose.",
    )
    assert texts(me, "kestrel").count == 0
    assert marked(texts(me, "buzzards")) == ["buzzard"]


def test_filters_narrow_by_agency_state_area_and_days() -> None:
    case, me = sparrow(), acting(PRIYA)
    add_note(actor=me, now=now(), case=case, text="Samovar.", happened_at=now() - timedelta(days=40))
    today = london_date(now())

    def count(**said: object) -> int:
        return texts(me, "samovar", within=Within(**said)).count  # type: ignore[arg-type]

    assert count() == count(agency=me.agency) == count(state="open") == 1
    assert count(agency=case.id) == count(state="closed") == count(area="E06000016") == 0
    assert count(since=today - timedelta(days=41), until=today - timedelta(days=39)) == 1
    assert count(since=today - timedelta(days=39)) == count(until=today - timedelta(days=41)) == 0
    assert names(me, "Margaret Ellis", within=Within(agency=me.agency))
    assert names(me, "Margaret Ellis", within=Within(state="closed")) == []


def test_pages_follow_one_another_without_a_gap_or_a_line_twice() -> None:
    case, me = sparrow(), acting(PRIYA)
    for day in range(30):
        add_note(
            actor=me,
            now=now(),
            case=fresh(case),
            text=f"Bagpipes, night {day}.",
            happened_at=now() - timedelta(days=9 * day, hours=1),
        )
    seen, key = [], ""
    for _ in range(4):
        page = texts(me, "bagpipes", after=key, most=8)
        assert page.count == 30
        seen += [one.hit.id for one in page.lines]
        key = page.next_key
    assert key == ""
    assert len(set(seen)) == len(seen) == 30
    assert texts(me, "bagpipes", after="no key").lines[0].hit.id == seen[0]


def test_what_is_long_ago_or_yet_to_come_is_found_too() -> None:
    case, me = sparrow(), acting(PRIYA)
    days_ago = (3, 30, 100, 900, 3_000, 4_000, 9_000, 20_000, 60_000, -300, -9_000, -60_000)
    for days in days_ago:
        note = add_note(actor=me, now=now(), case=fresh(case), text="Zeppelin.")
        type(note).objects.filter(pk=note.pk).update(at=now() - timedelta(days=days))
    assert texts(me, "zeppelins").count == len(days_ago)
    today = london_date(now())
    for since, until in ((-10_000, -200), (-400, 50), (29, 31), (800, 10_000), (3_500, 70_000)):
        within = Within(since=today - timedelta(days=until), until=today - timedelta(days=since))
        there = [days for days in days_ago if since <= days <= until]
        assert texts(me, "zeppelin", within=within).count == len(there) > 0
        since_alone = texts(me, "zeppelin", within=Within(since=within.since)).count
        assert since_alone == len([days for days in days_ago if days <= until])


@examples(first=st.integers(-3_840, 4_000), many=st.integers(1, 2_500))
@settings(max_examples=40)
def test_weeks_are_made_up_of_the_numbers_of_times_without_a_gap_or_one_twice(first: int, many: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.week, (SELECT count(*) FROM unnest(search_times(to_timestamp(w.week::bigint * 604800 + 5))) AS t (time)"
            " WHERE t.time = ANY (p.parts)), cardinality(p.parts)"
            " FROM (SELECT search_times_of(%(first)s, %(last)s) AS parts) AS p,"
            " generate_series(greatest(%(first)s - 300, -3840), %(last)s + 300) AS w (week)",
            {"first": first, "last": first + many - 1},
        )
        rows = cursor.fetchall()
    assert [(week, times) for week, times, _ in rows if times] == [
        (week, 1) for week in range(first, first + many)
    ]
    assert rows[0][2] <= 2 * (15 + 15) + many // 256


def test_roles_decide_what_is_looked_among() -> None:
    case, priya = sparrow(), acting(PRIYA)
    add_note(actor=priya, now=now(), case=case, text="Wolfhound.")
    dawn = acting("dawn.ashby@charnwood.example")
    assert kinds_open_to(dawn) == {What.PERSON, What.REPORT}
    assert texts(dawn, "wolfhound").lines == []
    assert texts(dawn, "burn").count == 1, "a report that her team took"
    Report.objects.update(team_id=None)
    assert texts(dawn, "burn").count == 0
    assert kinds_open_to(acting("ravi.desai@police.example")) == set()


def test_a_protected_name_is_found_by_those_who_may_know_it_alone() -> None:
    case, me = sparrow(), acting(PRIYA)
    seen = person(me, case, "Wilhelmina Ottershaw")
    add_party(actor=me, now=now(), case_or_record=fresh(case), kind="person", person=seen, roles=["witness"],
              identity_protected=True, named=[])  # fmt: skip
    assert names(me, "Ottershaw") == ["Wilhelmina Ottershaw"]
    assert names(acting("colin.webb@charnwood.example"), "Ottershaw") == []
    assert names(acting("beth.carr@three-oaks.example"), "Ottershaw") == []


def test_a_note_for_few_is_found_by_the_few() -> None:
    case, me = sparrow(), acting(PRIYA)
    add_note(actor=me, now=now(), case=case, text="Chandelier.", named=[me.user_id] if me.user_id else [])
    add_note(actor=me, now=now(), case=fresh(case), text="Candelabra.", only_own=True)
    assert texts(me, "chandelier").count == texts(me, "candelabra").count == 1
    colin = acting("colin.webb@charnwood.example")
    assert (texts(colin, "chandelier").count, texts(colin, "candelabra").count) == (0, 1)
    beth = acting("beth.carr@three-oaks.example")
    assert (texts(beth, "chandelier").count, texts(beth, "candelabra").count, texts(beth, "burn").count) == (
        0,
        0,
        1,
    )


def test_nothing_comes_back_of_whom_nothing_is_known() -> None:
    case, me = sparrow(), acting(PRIYA)
    assert case.id
    assert names(me, "Xyzzyplugh") == []
    assert texts(me, "xyzzyplugh").lines == []


def test_who_is_one_person_under_two_ids_stands_there_once_until_they_are_taken_apart() -> None:
    case = sparrow()
    first = somebody("Ottoline Quayle", case)
    second = somebody("Ottilie Quayle", fresh(case), phone=PHONES[1])
    assert people(acting(PRIYA), "Quayle").count == 2
    merged = joined(first, second)
    for typed in ("Quayle", "Ottilie Quayle", PHONES[1]):
        found = people(acting(PRIYA), typed)
        # By the first of the ids that were found; the person's page leads on to the first of all that the reader may see.
        assert [one.person_id for one in found.lines] == [first.pk if typed == "Quayle" else second.pk], typed
        assert found.count == 1
    parted(merged)
    assert {one.person_id for one in people(acting(PRIYA), "Quayle").lines} == {first.pk, second.pk}


def test_one_person_of_two_spellings_stands_there_once_whichever_was_typed() -> None:
    case = sparrow()
    joined(somebody("Ottoline Quayle", case), somebody("Ottoline Quaylle", fresh(case), phone=PHONES[1]))
    for typed in ("Quayle", "Quaylle"):
        found = people(acting(PRIYA), typed)
        assert (found.count, len(found.lines)) == (1, 1), typed


def test_who_is_called_so_is_not_pushed_out_by_the_newest_who_are_called_nearly_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(persons, "RANKED_NAMES", 3)
    monkeypatch.setattr(persons, "RANKED_FAR", 1)
    case, me = sparrow(), acting(PRIYA)
    for name in (
        "Bill Zedd",
        "Bill Comarr",
        "William Ansty",
        "William Birtles",
        "William Cobley",
        "Ola Omarr",
        "Ada Omarr",
        "Bea Omarr",
    ):
        person(me, case, name)
    assert "Bill Zedd" in names(me, "Bill")[:2]
    assert names(me, "Comarr")[0] == "Bill Comarr"
