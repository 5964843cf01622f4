"""Lead, primacy and ownership change hands, dated; linked cases and other systems' references."""

from __future__ import annotations

import pytest

from sentinel.cases.models import Case, CaseLink, ExternalReference, Handover
from sentinel.cases.operations.handing_over import accept, decline, offer, reassign
from sentinel.cases.operations.links import add_reference, link_cases
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, Invalid, Refused
from tests.cases.making import a_case, agency
from tests.support import NOW, acting, user

pytestmark = pytest.mark.django_db
PRIYA, COLIN, RUTH, BETH, OWEN = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "ruth.adeyemi@charnwood.example",
    "beth.carr@three-oaks.example",
    "owen.price@three-oaks.example",
)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def shared() -> Case:
    """A case of Charnwood that Three Oaks works on, led by Priya."""
    return a_case(acting(PRIYA), lead=user(PRIYA), team=user(PRIYA).team, involved=[agency("three-oaks").id])


def offered(case: Case, what: str) -> Handover:
    return offer(
        actor=acting(PRIYA),
        now=NOW,
        case=case,
        what=what,
        to_agency=agency("three-oaks"),
        reason="Their tenant",
    )


def test_a_lead_hands_on_with_a_reason_and_both_names_stay_with_their_dates() -> None:
    case = shared()
    reassign(
        actor=acting(PRIYA),
        now=NOW,
        case=case,
        version=case.version,
        lead=user(COLIN),
        reason="Leave for a week",
    )
    assert fresh(case).lead == user(COLIN)
    row = Handover.objects.get(case=case, what="lead", from_user=user(PRIYA))
    assert (row.to_user, row.accepted_at, row.reason) == (user(COLIN), NOW, "Leave for a week")
    assert Event.objects.filter(record_id=case.id, kind="lead_changed").exists()


@pytest.mark.parametrize("reason", ["", "  "])
def test_nobody_hands_on_without_a_reason(reason: str) -> None:
    case = shared()
    with pytest.raises(Invalid):
        reassign(
            actor=acting(PRIYA), now=NOW, case=case, version=case.version, lead=user(COLIN), reason=reason
        )


def test_of_two_who_reassign_at_once_the_second_is_told() -> None:
    case = shared()
    shown = case.version
    reassign(actor=acting(COLIN), now=NOW, case=case, version=shown, lead=user(RUTH), reason="Leave")
    with pytest.raises(Conflict):
        reassign(
            actor=acting(COLIN), now=NOW, case=fresh(case), version=shown, lead=user(COLIN), reason="Leave"
        )


def test_somebody_of_another_agency_neither_takes_nor_gives_the_lead() -> None:
    case = shared()
    with pytest.raises(Invalid):
        reassign(
            actor=acting(COLIN), now=NOW, case=case, version=case.version, lead=user(BETH), reason="Theirs"
        )
    with pytest.raises(Refused):
        reassign(actor=acting(OWEN), now=NOW, case=case, version=case.version, lead=user(BETH), reason="Ours")


def test_primacy_stays_until_it_is_accepted_and_then_names_the_department() -> None:
    case = shared()
    waiting = offered(case, "primacy")
    assert fresh(case).primacy_agency_id in {None, agency("charnwood").id}
    with pytest.raises(Conflict):
        offered(fresh(case), "primacy")
    accept(actor=acting(OWEN), now=NOW, case=fresh(case), handover=waiting, department="Housing")
    assert (fresh(case).primacy_agency, fresh(case).primacy_department) == (agency("three-oaks"), "Housing")
    assert fresh(case).owner_agency == agency("charnwood"), "primacy is not ownership"


def test_ownership_passes_with_the_case_to_who_accepts_it() -> None:
    case = shared()
    waiting = offered(case, "ownership")
    with pytest.raises(Refused):
        accept(actor=acting(COLIN), now=NOW, case=fresh(case), handover=waiting)
    accept(actor=acting(OWEN), now=NOW, case=fresh(case), handover=waiting)
    assert fresh(case).owner_agency == agency("three-oaks")
    with pytest.raises(Conflict):
        accept(actor=acting(OWEN), now=NOW, case=fresh(case), handover=waiting)


def test_what_is_declined_stays_with_who_offered_it_and_says_why() -> None:
    case = shared()
    waiting = offered(case, "ownership")
    decline(actor=acting(OWEN), now=NOW, case=case, handover=waiting, reason="He is not our tenant.")
    row = Handover.objects.get(pk=waiting.pk)
    assert row.declined_at == NOW
    assert row.reason.endswith("He is not our tenant.")
    assert fresh(case).owner_agency == agency("charnwood")


def test_linked_cases_name_each_other_once() -> None:
    priya = acting(PRIYA)
    one, other = a_case(priya), a_case(priya)
    link_cases(actor=priya, now=NOW, case=one, other=other, why="The same gang")
    assert set(CaseLink.objects.values_list("case_id", "other_record_id")) == {
        (one.id, other.id),
        (other.id, one.id),
    }
    with pytest.raises(Conflict):
        link_cases(actor=priya, now=NOW, case=one, other=other, why="Again")
    with pytest.raises(Invalid):
        link_cases(actor=priya, now=NOW, case=one, other=one, why="Itself")


def test_the_same_reference_twice_is_one() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    for _ in range(2):
        add_reference(actor=priya, now=NOW, case=case, system="crime_number", value=" 26*123456 ")
    assert ExternalReference.objects.get(record_id=case.id).value == "26*123456"
