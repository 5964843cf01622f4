"""Two entries that are one person: read as one, never widened, never rewritten, and taken apart to the same rows."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import make_audience, share
from sentinel.cases.models import Case
from sentinel.foundation.actor import state_actor
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.people import merging
from sentinel.people.facts import SafeContactGiven
from sentinel.people.merging import merge, merges_of, preview, take_apart
from sentinel.people.models import Alias, Merge, Person
from sentinel.people.operations import add_contact_point, add_name, set_safe_contact
from sentinel.people.queries import Known, display_name, facts_of, get_person, is_known_to, told_of
from sentinel.people.whole import whole, wholes
from tests.cases.making import a_case, a_person, agency
from tests.people.merging import NOOR, PHONES, joined, parted, rows_of, somebody
from tests.support import NOW, PRIYA, acting

AISHA = "aisha.rahman@police.example"  # reads Charnwood's cases
MARTA = "marta.nowak@city.example"
KOFI = "kofi.mensah@soar-valley.example"


@pytest.fixture
def case(db: None) -> Case:
    return a_case(acting(PRIYA))


@pytest.fixture
def other(db: None) -> Case:
    return a_case(acting(PRIYA), title="Noise at Tern Street")


@pytest.fixture
def margaret(case: Case) -> Person:
    return somebody("Margaret Ellis", case)


@pytest.fixture
def peggy(other: Case) -> Person:
    return somebody("Peggy Elis", other, phone=PHONES[1])


def let_in(case: Case, rung: Rung = Rung.READ) -> None:
    """The landlord reads a case from now on, or works on it."""
    share(
        actor=acting(PRIYA), now=NOW, record_id=case.id, kind=Kind.CASE, holder_id=agency("soar-valley").id, rung=rung,
        what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
    )  # fmt: skip


def known(person: Person, email: str = PRIYA) -> Known:
    return facts_of(acting(email), [person.pk])[person.pk]


def names(person: Person, email: str = PRIYA) -> set[str]:
    return {row.full for row in known(person, email).names}


def test_both_ids_lead_to_one_person_with_all_that_is_known(margaret: Person, peggy: Person) -> None:
    joined(peggy, margaret)
    for one in (margaret, peggy):
        assert names(one) == {"Margaret Ellis", "Peggy Elis"}
        assert len(known(one).births) == len(known(one).phones()) == 2
        assert get_person(acting(PRIYA), one.pk).names
        assert whole(one.pk).leads == min(margaret.pk, peggy.pk)
    both = facts_of(acting(PRIYA), [peggy.pk, margaret.pk])
    assert both[peggy.pk] is both[margaret.pk]


def test_no_row_of_theirs_is_rewritten(margaret: Person, peggy: Person) -> None:
    acting(PRIYA)
    before = rows_of([margaret.pk, peggy.pk])
    row = joined(margaret, peggy)
    acting(PRIYA)
    assert rows_of([margaret.pk, peggy.pk]) == before
    parted(row)
    acting(PRIYA)
    assert rows_of([margaret.pk, peggy.pk]) == before
    assert not Alias.objects.exists()


def test_what_is_told_after_the_merge_stays_with_whom_it_was_told_of(
    margaret: Person, peggy: Person, case: Case
) -> None:
    row = joined(margaret, peggy)
    priya = acting(PRIYA)
    later = add_contact_point(
        actor=priya, now=NOW, person_id=peggy.pk, record_id=case.id, kind="email", value="peg@example.org"
    )
    assert later in known(margaret).emails()
    parted(row)
    assert later in known(peggy).emails()
    assert later not in known(margaret).emails()
    assert names(margaret) == {"Margaret Ellis"}


def test_merged_again_after_it_was_taken_apart(margaret: Person, peggy: Person) -> None:
    first = parted(joined(margaret, peggy))
    second = joined(margaret, peggy)
    assert names(margaret) == names(peggy) == {"Margaret Ellis", "Peggy Elis"}
    assert [row.pk for row in merges_of(acting(NOOR), peggy.pk)] == [second.pk, first.pk]


def test_three_by_two_merges_come_apart_as_they_were_compared(
    margaret: Person, peggy: Person, case: Case
) -> None:
    third = somebody("M Ellis", case, phone=PHONES[2])
    inner = joined(margaret, peggy)
    outer = joined(peggy, third)
    assert whole(margaret.pk).ids == {margaret.pk, peggy.pk, third.pk}
    parted(inner)
    assert {one: found.ids for one, found in wholes([margaret.pk, peggy.pk, third.pk]).items()} == {
        margaret.pk: {margaret.pk},
        peggy.pk: {peggy.pk, third.pk},
        third.pk: {peggy.pk, third.pk},
    }
    parted(outer)
    assert not Alias.objects.exists()


def test_one_person_already_is_not_merged_again_by_another_way(
    margaret: Person, peggy: Person, case: Case
) -> None:
    third = somebody("M Ellis", case, phone=PHONES[2])
    joined(margaret, peggy)
    joined(peggy, third)
    for pair in ((margaret, third), (peggy, margaret), (margaret, margaret)):
        with pytest.raises(Conflict):
            joined(*pair)
    low, high = sorted((margaret.pk, third.pk))
    with pytest.raises(DatabaseError), transaction.atomic():
        Merge.objects.create(first_id=low, second_id=high, merged_at=NOW, agency_id=new_id(), why="By hand")


def test_who_read_one_case_reads_no_more_for_the_merge(margaret: Person, peggy: Person, other: Case) -> None:
    let_in(other)
    joined(margaret, peggy)
    assert names(peggy, KOFI) == {"Peggy Elis"}
    kofi = acting(KOFI)
    assert not is_known_to(kofi, margaret.pk)
    with pytest.raises(NotFound):
        get_person(kofi, margaret.pk)
    assert names(peggy, AISHA) == {"Margaret Ellis", "Peggy Elis"}


def test_a_name_for_few_stays_for_few(margaret: Person, peggy: Person, case: Case) -> None:
    priya = acting(PRIYA)
    assert priya.user_id
    audience = make_audience(actor=priya, now=NOW, named=[priya.user_id])
    add_name(
        actor=priya,
        now=NOW,
        person_id=margaret.pk,
        record_id=case.id,
        full="Greta Stone",
        audience_id=audience,
    )
    joined(margaret, peggy)
    assert "Greta Stone" in names(peggy)
    for email in (NOOR, AISHA):
        assert names(peggy, email) == {"Margaret Ellis", "Peggy Elis"}


def test_the_steward_of_whom_too_little_is_shown_decides_nothing(margaret: Person, peggy: Person) -> None:
    acting(MARTA)
    theirs = a_case(acting(MARTA), title="Noise in the city")
    stranger = somebody("Margaret Ellis", theirs, email=MARTA)
    with pytest.raises(NotFound):
        merge(actor=acting(NOOR), now=NOW, first=margaret.pk, second=stranger.pk, why="The same")
    with pytest.raises(NotFound):
        merge(actor=acting(NOOR), now=NOW, first=margaret.pk, second=new_id(), why="The same")


def test_a_name_alone_is_too_little(margaret: Person, case: Case) -> None:
    bare = a_person(acting(PRIYA), case.id, "Margaret Ellis")
    with pytest.raises(NotFound):
        joined(margaret, bare)


def test_who_only_reads_both_leaves_it_to_who_works_on_them(margaret: Person, peggy: Person) -> None:
    aisha = acting(AISHA)
    steward = replace(aisha, rights=aisha.rights | {"put_right"})
    state_actor(steward)
    with pytest.raises(Refused, match="works on one of their records"):
        merge(actor=steward, now=NOW, first=margaret.pk, second=peggy.pk, why="The same")
    assert not Merge.objects.exists()


def test_an_officer_puts_nothing_right(margaret: Person, peggy: Person) -> None:
    row = joined(margaret, peggy)
    priya = acting(PRIYA)
    with pytest.raises(Refused):
        merge(actor=priya, now=NOW, first=margaret.pk, second=peggy.pk, why="The same")
    with pytest.raises(Refused):
        take_apart(actor=priya, now=NOW, merge_id=row.pk, why="Not the same")


@pytest.mark.parametrize("why", ["", "   "])
def test_neither_is_done_without_saying_why(margaret: Person, peggy: Person, why: str) -> None:
    with pytest.raises(Invalid):
        merge(actor=acting(NOOR), now=NOW, first=margaret.pk, second=peggy.pk, why=why)
    row = joined(margaret, peggy)
    with pytest.raises(Invalid):
        take_apart(actor=acting(NOOR), now=NOW, merge_id=row.pk, why=why)


def test_the_preview_says_what_each_brings(margaret: Person, peggy: Person) -> None:
    told = preview(acting(NOOR), margaret.pk, peggy.pk)
    brings = {one.words: one.count for one in told.first.brings if one.count}
    assert brings["name"] == brings["date of birth or age"] == 1
    assert brings["telephone number or email address"] == 1
    assert len(told.first.brings) > 10


def test_a_stale_preview_is_refused_with_what_changed(margaret: Person, peggy: Person, other: Case) -> None:
    seen = preview(acting(NOOR), margaret.pk, peggy.pk).seen
    add_name(actor=acting(PRIYA), now=NOW, person_id=peggy.pk, record_id=other.id, full="Peg Elis")
    with pytest.raises(Conflict, match="now 2 names"):
        joined(margaret, peggy, seen=seen)
    assert not Merge.objects.exists()
    third = somebody("P Elis", other, phone=PHONES[2])
    seen = preview(acting(NOOR), margaret.pk, peggy.pk).seen
    joined(peggy, third)
    with pytest.raises(Conflict, match="one of them was merged"):
        joined(margaret, peggy, seen=seen)


def test_what_a_steward_is_sent_says_nothing_of_halves_that_they_do_not_see(
    margaret: Person, peggy: Person, other: Case
) -> None:
    third = somebody("P Elis", other, phone=PHONES[2])
    let_in(other, Rung.WRITE)

    def sent() -> dict[str, str]:
        kofi = acting(KOFI)
        return preview(replace(kofi, rights=kofi.rights | {"put_right"}), peggy.pk, third.pk).seen

    before = sent()
    joined(margaret, peggy)
    assert sent() == before, "neither the half they may not see nor that it came"
    joined(peggy, third)
    assert sent() != before, "what they see of both is one"


def test_too_many_are_counted_aloud_only_to_who_sees_them(
    margaret: Person, peggy: Person, other: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = somebody("P Elis", other, phone=PHONES[2])
    let_in(other, Rung.WRITE)
    joined(margaret, peggy)
    monkeypatch.setattr(merging, "MOST_IDS", 2)
    with pytest.raises(Conflict, match="No more than"):
        joined(peggy, third)
    kofi = acting(KOFI)
    kofi = replace(kofi, rights=kofi.rights | {"put_right"})
    state_actor(kofi)
    with pytest.raises(Conflict) as refused:
        merge(actor=kofi, now=NOW, first=peggy.pk, second=third.pk, why="The same")
    assert refused.value.message == merging.AS_THEY_STAND
    assert whole(third.pk).ids == {third.pk}


def test_it_is_told_on_the_records_of_each_to_who_reaches_both(
    margaret: Person, peggy: Person, case: Case, other: Case
) -> None:
    row = joined(margaret, peggy)
    acting(PRIYA)
    events = Event.objects.filter(kind="people_merged")
    assert {(one.record_id, one.audience_id) for one in events} == {(case.id, other.id), (other.id, case.id)}
    assert {one.payload["merge"] for one in events} == {str(row.pk)}
    parted(row)
    acting(PRIYA)
    assert Event.objects.filter(kind="people_taken_apart").count() == 2
    let_in(other)
    acting(KOFI)
    assert not Event.objects.filter(kind__startswith="people_").exists()
    assert not Merge.objects.exists()


def test_the_ledger_is_never_rewritten(margaret: Person, peggy: Person) -> None:
    row = joined(margaret, peggy)
    for change in ({"why": "Another"}, {"merged_at": NOW + timedelta(days=1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Merge.objects.filter(pk=row.pk).update(**change)
    parted(row)
    with pytest.raises(Conflict):
        parted(row)
    with pytest.raises(DatabaseError), transaction.atomic():
        Merge.objects.filter(pk=row.pk).update(apart_at=None)
    for statement in ("INSERT INTO people_alias (person_id, other_id, since) VALUES (%s, %s, now())", "DELETE FROM people_alias WHERE person_id = %s OR other_id = %s"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [margaret.pk, peggy.pk])


def test_a_merge_opens_no_way_that_one_half_had_closed(
    margaret: Person, peggy: Person, case: Case, other: Case
) -> None:
    def asked(person: Person, record: Case, hours: int, *methods: str, **given: object) -> None:
        set_safe_contact(
            actor=acting(PRIYA), now=NOW + timedelta(hours=hours), person_id=person.pk, record_id=record.id,
            safe=SafeContactGiven(method=methods[0], methods=methods, **given),  # type: ignore[arg-type]
        )  # fmt: skip

    asked(margaret, case, -3, "email", "post", message_may_be_left=True)
    asked(peggy, other, -2, "phone", "email", do_not_visit=True)
    row = joined(margaret, peggy)
    for one in (margaret, peggy):
        safe = known(one).safe_contact
        assert safe is not None
        assert (safe.methods, safe.do_not_visit, safe.message_may_be_left) == (["email"], True, None)
    asked(peggy, other, 2, "phone")
    safe = known(margaret).safe_contact
    assert safe is not None
    assert safe.methods == ["phone"], "she was asked since"
    parted(row)
    safe = known(margaret).safe_contact
    assert safe is not None
    assert safe.methods == ["email", "post"]


def test_do_not_contact_of_either_holds(margaret: Person, peggy: Person, case: Case, other: Case) -> None:
    for hours, person, record, method in ((-3, margaret, case, "none"), (-1, peggy, other, "phone")):
        set_safe_contact(
            actor=acting(PRIYA), now=NOW + timedelta(hours=hours), person_id=person.pk, record_id=record.id,
            safe=SafeContactGiven(method=method),
        )  # fmt: skip
    joined(margaret, peggy)
    safe = known(peggy).safe_contact
    assert safe is not None
    assert safe.methods == ["none"]


def test_two_who_merge_at_once_end_with_one_merge(transactional_db: None) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        people = [
            somebody(name, case, phone=PHONES[at]) for at, name in enumerate(("Ann Lee", "Anne Lea", "A Lee"))
        ]
    ids = [one.pk for one in people]
    wrong: list[Exception] = []
    begin = threading.Barrier(3)

    def put(first: uuid.UUID, second: uuid.UUID) -> None:
        try:
            begin.wait(10)
            with transaction.atomic():
                merge(actor=acting(NOOR), now=NOW, first=first, second=second, why="The same")
        except Conflict as error:
            wrong.append(error)
        finally:
            connections.close_all()

    # Each of the three closes the ring that the other two leave open.
    threads = [threading.Thread(target=put, args=(ids[at], ids[(at + 1) % 3])) for at in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(wrong) == 1
    with transaction.atomic():
        acting(PRIYA)
        assert whole(ids[0]).ids == set(ids)
        assert display_name(facts_of(acting(PRIYA), [ids[2]])[ids[2]]) == "A Lee"


def test_what_is_written_beside_an_id_takes_over_nothing_that_came_by_a_merge(
    margaret: Person, peggy: Person
) -> None:
    joined(margaret, peggy)
    told = told_of(acting(PRIYA), peggy.pk)
    assert told is not None
    assert [row.full for row in told.names] == ["Peggy Elis"]
    assert told_of(acting(PRIYA), new_id()) is None
