"""What a referral is filled in with: what this case tells of somebody, and nothing that was kept from others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sentinel.access.operations import make_audience
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import add_party
from sentinel.cases.operations.actions import plan_action, settle_action
from sentinel.cases.operations.protection import protect_identity
from sentinel.foundation.actor import Actor
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.clock import london_date
from sentinel.kernel.phones import parse_phone
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.filling import filled_in, under_18
from sentinel.partnership.referrals.operations import open_referral
from sentinel.people.facts import AddressGiven, Facts, NameGiven, SafeContactGiven
from sentinel.people.operations import add_facts, add_person
from sentinel.places.operations import find_or_make_place
from sentinel.questionnaires.queries import question_set_of
from tests.cases.making import a_case, a_party
from tests.partnership.making import a_high_case, opened, questions
from tests.risk.answers import assessed, assessed_as
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
TODAY = london_date(NOW)
SAFE = SafeContactGiven(
    method="phone", times="mornings", message_may_be_left=False, language="Polish", interpreter=True
)


def somebody(actor: Actor, case: Case, *, safe: SafeContactGiven | None = SAFE, **given: Any) -> Party:
    """A victim of whom much is known, told by this case."""
    place = find_or_make_place(
        actor=actor, now=NOW, words="14 Sparrow Lane, Loughborough", postcode="LE11 0ZZ"
    )
    phone = parse_phone("01632 960142")
    facts = Facts(
        name=NameGiven(full="Margaret Ellis"), birth=Birth(date(1955, 3, 12), date(1955, 3, 12), BirthPrecision.DAY),
        phones=(phone,), addresses=(AddressGiven(place_id=place.id),), safe_contact=safe, **given,
    )  # fmt: skip
    person = add_person(actor=actor, now=NOW, record_id=case.id, facts=facts)
    return add_party(
        actor=actor, now=NOW, case_or_record=case, kind="person", person=person, roles=["victim"]
    )


def filled(actor: Actor, case: Case, party: Party | None, kind: str = "victim_first") -> dict[str, Any]:
    """The answers that are filled in."""
    return filled_in(actor, Case.objects.get(pk=case.pk), party, question_set_of(questions(kind).id), TODAY)


def test_the_person_the_safe_way_and_the_risk_are_filled_in() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = somebody(priya, case)
    assessed(priya, case, party, "high", band_reason="She cannot leave quickly.")
    found = filled(priya, case, party)
    assert found["name"] == "Margaret Ellis"
    assert found["born"] == "12 March 1955, 71"
    assert "14 Sparrow Lane" in found["lives"]
    assert "01632 960142" in found["contact"].replace("+44 1632", "01632")
    assert "mornings" in found["contact"]
    assert "No message may be left" in found["contact"]
    assert found["language"] == "Polish, needs an interpreter"
    assert found["band"] == "high"
    assert "She cannot leave quickly." in found["band_why"]
    assert set(found) <= {one.key for one in question_set_of(questions("victim_first").id).questions()}


def test_a_number_that_is_no_safe_way_is_not_filled_in() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = somebody(priya, case, safe=SafeContactGiven(method="post", post_may_be_sent=True))
    found = filled(priya, case, party)
    assert "960142" not in str(found)
    assert found["contact"].startswith("Letter only. Do not ring or text")


def test_where_nobody_asked_how_it_is_safe_it_says_so() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    found = filled(priya, case, somebody(priya, case, safe=None))
    assert "Nobody has asked" in found["contact"]
    assert "960142" not in found["contact"]


def test_what_another_case_tells_of_the_same_person_stays_there() -> None:
    priya = acting(PRIYA)
    case, other = a_case(priya), a_case(priya)
    party = a_party(priya, case)
    add_facts(actor=priya, now=NOW, record_id=other.id, person_id=party.identity.person_id,
              facts=Facts(name=NameGiven(full="Peggy Secret"), phones=(parse_phone("07700 900999"),), safe_contact=SAFE))  # fmt: skip
    found = filled(priya, case, party)
    assert found["name"] == "Margaret Ellis"
    assert "900999" not in str(found)
    assert "Nobody has asked" in found["contact"]


def test_what_was_told_to_fewer_people_and_a_safe_address_stay_out() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = somebody(priya, case)
    person = party.identity.person_id
    narrow = make_audience(actor=priya, now=NOW, named=[priya.user_id] if priya.user_id else [])
    add_facts(actor=priya, now=NOW, record_id=case.id, person_id=person,
              facts=Facts(addresses=(AddressGiven(text="The refuge, 9 Hidden Road", safe=True),)),
              audience_id=narrow)  # fmt: skip
    add_facts(actor=priya, now=NOW, record_id=case.id, person_id=person, audience_id=narrow,
              facts=Facts(name=NameGiven(full="Margaret Hidden"), phones=(parse_phone("07700 900777"),)))  # fmt: skip
    found = str(filled(priya, case, party))
    for secret in ("Hidden", "900777", "refuge"):
        assert secret not in found


def test_of_a_protected_identity_there_is_the_label_and_the_band_alone() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = somebody(priya, case)
    assessed(priya, case, party, "high", band_reason="Margaret Ellis is afraid.")
    party = protect_identity(actor=priya, now=NOW, party=party)
    found = filled(priya, case, party)
    assert set(found) == {"name", "band"}
    assert found["name"] == party.label
    assert "Ellis" not in str(found)


def test_where_anybody_is_protected_nothing_that_somebody_wrote_is_filled_in() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = somebody(priya, case)
    assessed(priya, case, party, "high", band_reason="Vera Witness saw it.")
    protect_identity(actor=priya, now=NOW, party=a_party(priya, case, "Vera Witness", "witness"))
    found = filled(priya, case, party)
    assert found["name"] == "Margaret Ellis"
    assert "Vera" not in str(found)
    assert not {"happened", "band_why"} & set(found)


def test_the_joint_action_group_gets_no_name() -> None:
    priya, case, _ = a_high_case()
    found = filled(priya, case, None, "jag")
    assert found["band"] == "high"
    assert "Ellis" not in str(found)


def test_what_was_tried_is_what_is_done_and_nothing_that_is_only_planned() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    for what, outcome in (
        ("A letter", "done"),
        ("A visit", ""),
        ("A panel", "not_done"),
        ("A camera", "not_needed"),
    ):
        action = plan_action(
            actor=priya, now=NOW, case=case, what=what, agency=user(PRIYA).agency, due=NOW + timedelta(days=1)
        )
        if outcome:
            settle_action(
                actor=priya,
                now=NOW,
                case=case,
                action=action,
                version=action.version,
                outcome=outcome,
                words="So.",
            )
    tried = filled(priya, case, None, "jag")["tried"]
    assert tried.startswith("A letter (")
    for other in ("visit", "panel", "camera"):
        assert other not in tried


@pytest.mark.parametrize(
    ("born", "kind"),
    [
        ((2015, 2015), rules.CHILD),
        ((1955, 1955), rules.ADULT),
        ((2008, 2008), rules.UNDECIDED),
        (None, rules.UNDECIDED),
    ],
)
def test_a_child_or_an_adult_by_age_and_where_nobody_knows_somebody_says(
    born: tuple[int, int] | None, kind: str
) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case)
    if born:
        birth = Birth(date(born[0], 1, 1), date(born[1], 12, 31), BirthPrecision.YEAR)
        add_facts(
            actor=priya,
            now=NOW,
            record_id=case.id,
            person_id=party.identity.person_id,
            facts=Facts(birth=birth),
        )
    row = open_referral(actor=priya, now=NOW, case=case, kind="safeguarding_adult", party=party)
    assert row.kind == kind


def test_a_child_under_ten_who_is_complained_of_is_referred_as_a_child() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    child = a_party(priya, case, "Joe Horton", "child_involved")
    assert under_18(priya, case, child, TODAY) is (True if child.child_involved else None)
    row = open_referral(actor=priya, now=NOW, case=case, kind="safeguarding", party=child)
    assert row.kind in {rules.CHILD, rules.UNDECIDED}


def test_a_concern_in_an_assessment_opens_the_safeguarding_referral_with_its_words() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = somebody(priya, case)
    assessed(priya, case, party, "high", safeguarding="yes", safeguarding__why="She goes hungry.")
    row = opened(case, "safeguarding_adult")
    assert (row.because, row.party) == ("safeguarding", party)
    assert "She goes hungry." in filled(priya, case, party, "safeguarding_adult")["concern"]
    assessed(priya, case, party, "high", safeguarding="yes", safeguarding__why="Still.", now=NOW)
    assert Referral.objects.filter(case=case, kind="safeguarding_adult").count() == 1


def test_of_somebody_complained_of_too_and_not_where_nobody_sees_a_concern() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    other = a_party(priya, case, "Dale Horton", "alleged_perpetrator")
    assessed_as(priya, case, "perpetrator", other, safeguarding="unknown")
    assert not Referral.objects.filter(case=case).exists()
    assessed_as(priya, case, "perpetrator", other, "high", suicide="yes", suicide__why="He said so.")
    assert opened(case, "safeguarding").party == other
    assert not Referral.objects.filter(case=case, kind="victim_first").exists()
