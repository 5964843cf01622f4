"""What is silent: of which kinds of record nobody is told, that the owner is told of the search, and that the page is the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sentinel.access.models import Agreement, Kind, Rung
from sentinel.access.operations import make_audience
from sentinel.access.queries import rung_of
from sentinel.accounts.rules import SILENT_KINDS
from sentinel.audit.models import Entry
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import end_involvement, involve, protect_identity
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.matching.hits import rules
from sentinel.matching.hits.models import Hit, Touch
from sentinel.matching.hits.silence import end_silence, mark_silent, silences_of
from sentinel.matching.hits.telling import tell_elsewhere
from sentinel.matching.hits.touches import mark_seen, touched, unseen
from sentinel.matching.rules import Given
from sentinel.people.models import AddressLink
from sentinel.places.operations import find_or_make_place
from tests.cases.making import a_case, agency
from tests.matching.hits.making import BETH, COLIN, KOFI, SAID, margarets_case, told
from tests.support import PRIYA, acting

pytestmark = pytest.mark.django_db
AISHA = "aisha.rahman@police.example"  # reads the councils' cases by agreement
FARAH = "farah.aziz@youth-justice.example"


@pytest.fixture
def case() -> Case:
    return margarets_case(now())


def touches() -> list[tuple[str, str]]:
    """Who touched the records of Charnwood, and what they met, as its team leader reads it."""
    return [(one.row.by_user.email, one.row.met) for one in touched(acting(COLIN))]


def mark(case: Case, kind: str = "marac", email: str = PRIYA) -> Any:
    return mark_silent(actor=acting(email), now=now(), case=case, kind=kind, why="It was heard on Tuesday.")


def agreed(**changes: Any) -> None:
    """What Charnwood has agreed with the landlord is changed."""
    Agreement.objects.filter(owner__code="charnwood", other__code="soar-valley").update(**changes)


def test_every_silent_kind_is_asked_for_in_words() -> None:
    assert rules.KINDS.keys() == SILENT_KINDS.keys()


@pytest.mark.parametrize("kind", list(SILENT_KINDS))
def test_of_a_silent_kind_nobody_is_told_and_the_owner_is(case: Case, kind: str) -> None:
    mark(case, kind)
    assert told() == []
    assert rung_of(acting(KOFI), case.id) == Rung.NONE, "its page is not there either"
    assert touches() == [(KOFI, "person")]
    assert rung_of(acting(AISHA), case.id) == Rung.READ, "who reads it still does"


def test_an_agreement_that_names_the_kind_tells_and_no_other(case: Case) -> None:
    agreed(silent_kinds=["marac"])
    mark(case, "marac")
    assert len(told(KOFI)) == 1
    assert told(BETH) == []
    mark(case, "treatment")
    assert told(KOFI) == []


def test_the_mark_taken_off_they_are_told_again(case: Case) -> None:
    row = mark(case)
    end_silence(actor=acting(PRIYA), now=now(), case=case, silence_id=row.pk, why="It was somebody else's.")
    assert len(told()) == 1
    assert silences_of(acting(PRIYA), case) == []
    with pytest.raises(Conflict):
        end_silence(actor=acting(PRIYA), now=now(), case=case, silence_id=row.pk, why="Again.")
    with pytest.raises(NotFound):
        end_silence(actor=acting(PRIYA), now=now(), case=case, silence_id=new_id(), why="Again.")


def test_a_mark_stands_once_with_its_reason_and_is_the_owner_s(case: Case) -> None:
    mark(case)
    with pytest.raises(Conflict):
        mark(case)
    with pytest.raises(Invalid):
        mark(case, "secret")
    with pytest.raises(Invalid):
        mark_silent(actor=acting(PRIYA), now=now(), case=case, kind="treatment", why=" ")
    with pytest.raises(Refused):
        mark(case, "treatment", AISHA)


def test_what_was_shared_by_hand_is_neither_taken_nor_given_by_a_mark(case: Case) -> None:
    priya = acting(PRIYA)
    involve(
        actor=priya, now=now(), case=case, agency=agency("three-oaks"), part="landlord", rung="read",
        lawful_basis="crime_and_disorder", why="Their tenant", wish="agrees",
    )  # fmt: skip
    row = mark(case)
    assert rung_of(acting(BETH), case.id) == Rung.READ
    end_involvement(actor=acting(PRIYA), now=now(), case=case, agency_id=agency("three-oaks").id, why="Done")
    end_silence(actor=acting(PRIYA), now=now(), case=case, silence_id=row.pk, why="Done")
    assert rung_of(acting(BETH), case.id) == Rung.SUMMARY


def test_what_a_youth_justice_service_owns_is_silent_unless_its_agreement_names_it() -> None:
    yjs = agency("youth-justice")
    for other, kinds in (("soar-valley", []), ("three-oaks", ["youth_justice"])):
        Agreement.objects.create(
            owner=yjs, other=agency(other), record_kind=Kind.CASE, rung=Rung.SUMMARY, silent_kinds=kinds,
            legal_basis="x", source="x", effective_from=date(2020, 1, 1),
        )  # fmt: skip
    made = a_case(acting(FARAH), now=now())
    assert rung_of(acting(KOFI), made.id) == Rung.NONE
    assert rung_of(acting(BETH), made.id) == Rung.SUMMARY


@pytest.mark.parametrize(
    "change",
    [{"effective_until": date(2020, 12, 31)}, {"effective_from": date(2199, 1, 1)}, {"record_kind": Kind.REPORT}],
)  # fmt: skip
def test_an_agreement_tells_only_while_it_is_in_force_and_of_its_kind(
    case: Case, change: dict[str, Any]
) -> None:
    agreed(**change)
    assert told() == []
    assert touches() == [(KOFI, "person")]


def test_without_a_report_or_case_in_hand_nothing_is_told(case: Case) -> None:
    kofi = acting(KOFI)
    assert tell_elsewhere(kofi, SAID, in_hand=None) == []
    assert tell_elsewhere(kofi, SAID, in_hand=case.id) == [], "another agency's case is none in hand"
    own = a_case(kofi, now=now())
    assert len(tell_elsewhere(kofi, SAID, in_hand=own.id)) == 1


def test_a_protected_identity_is_met_by_nobody_and_its_audience_alone_is_told_of_the_search(
    case: Case,
) -> None:
    party = Party.objects.get(case=case, kind="person")
    protect_identity(actor=acting(PRIYA), now=now(), party=party)
    assert told() == []
    assert told(COLIN) == [], "a colleague who may not know who it is"
    assert touches() == [], "nor does the team leader learn that somebody looked"
    priya = acting(PRIYA)
    assert {(one.row.by_user.email, one.row.met) for one in touched(priya)} == {
        (KOFI, "person"),
        (COLIN, "person"),
    }


def test_a_safe_address_leads_to_nobody(case: Case) -> None:
    priya = acting(PRIYA)
    person = Party.objects.get(case=case, kind="person").identity.person_id
    AddressLink.objects.create(
        record_id=case.id, origin_agency_id=priya.agency, created_at=now(), person_id=person, kind="lives",
        safe_address=True, text="3 Tern Street, LE12 0ZZ", audience_id=make_audience(actor=priya, now=now()),
    )  # fmt: skip
    refuge = find_or_make_place(actor=priya, now=now(), words="3 Tern Street", postcode="LE12 0ZZ")
    at = Given(
        name="Margaret Ellis", places=(refuge.id,), homes=("3 Tern Street, LE12 0ZZ",), postcode="LE12 0ZZ"
    )
    assert told(given=at) == []
    assert touches() == []


def test_a_touch_is_written_once_a_day_and_person_and_is_in_the_owner_s_log(case: Case) -> None:
    agreed(effective_until=date(2020, 12, 31))
    told()
    told()
    assert touches() == [(KOFI, "person")]
    told(BETH)
    assert sorted(touches()) == sorted(
        [(KOFI, "person")]
    )  # the other landlord's agreement stands: they were told
    acting(PRIYA)
    assert Entry.objects.filter(record_id=case.id, kind="touched").count() == 1
    assert Hit.objects.filter(record_id=case.id).count() == 1


def test_the_searcher_reads_no_touch_and_writes_none(case: Case) -> None:
    agreed(effective_until=date(2020, 12, 31))
    told()
    acting(KOFI)
    assert Touch.objects.count() == 0
    assert Hit.objects.count() == 0
    with pytest.raises(Refused):
        touched(acting("dawn.ashby@charnwood.example"))


def test_seen_they_leave_my_work_for_everybody_of_the_agency(
    case: Case, django_assert_num_queries: Any
) -> None:
    agreed(effective_until=date(2020, 12, 31))
    told()
    colin = acting(COLIN)
    assert unseen(colin).count() == 1
    with django_assert_num_queries(2):
        assert len(touched(colin)) == 1
    assert mark_seen(actor=colin, now=now(), up_to=now() - timedelta(hours=1)) == 0
    assert mark_seen(actor=colin, now=now(), up_to=now()) == 1
    assert unseen(acting(PRIYA)).count() == 0
