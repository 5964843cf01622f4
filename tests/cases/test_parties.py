"""Parties: who is who, in which part, and whose identity is protected."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.cases.models import Case, Note, Party, PartyIdentity, PartyRole
from sentinel.cases.operations import add_party, add_role, end_role, protect_identity, set_allegation
from sentinel.cases.operations.protection import person_rows
from sentinel.cases.queries import party_names, party_of, people_of, timeline
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.people.models import PersonName, SafeContact
from sentinel.people.queries import names_of
from tests.cases.making import a_case, a_party, agency
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
TODAY = london_date(NOW)
PRIYA, COLIN = "priya.nair@charnwood.example", "colin.webb@charnwood.example"


def test_somebody_can_be_victim_and_accused_at_once() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, "Dale Horton", "alleged_perpetrator", allegation_source="Margaret Ellis")
    add_role(actor=priya, now=NOW, party=party, role="victim")
    (found,) = people_of(priya, case, TODAY)
    assert found.role_codes == {"alleged_perpetrator", "victim"}
    assert found.role_words == "Alleged perpetrator and victim"


def test_the_same_role_is_not_given_twice() -> None:
    priya = acting(PRIYA)
    party = a_party(priya, a_case(priya))
    with pytest.raises(Conflict):
        add_role(actor=priya, now=NOW, party=party, role="victim")


def test_a_role_ends_with_a_reason_and_stays_in_the_history() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case)
    role = PartyRole.objects.get(party=party)
    with pytest.raises(Invalid):
        end_role(actor=priya, now=NOW, role=role, reason=" ")
    end_role(actor=priya, now=NOW, role=role, reason="It was her sister.")
    (found,) = people_of(priya, case, TODAY)
    assert found.current == []
    assert found.role_words == "No role now"
    assert Note.objects.get(case=case).text == "It was her sister."
    with pytest.raises(Conflict):
        end_role(actor=priya, now=NOW, role=role, reason="Again")


def test_an_allegation_is_alleged_until_a_source_says_more() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, "Dale Horton", "alleged_perpetrator")
    role = PartyRole.objects.get(party=party)
    assert role.allegation == "alleged"
    with pytest.raises(Invalid) as caught:
        set_allegation(actor=priya, now=NOW, role=role, allegation="found", source="")
    assert list(caught.value.errors) == ["source"]
    set_allegation(
        actor=priya, now=NOW, role=role, allegation="found", source="Leicester County Court, 3 March"
    )
    (found,) = people_of(priya, case, TODAY)
    assert found.role_words == "Alleged perpetrator (found)"


def test_nothing_is_alleged_of_a_victim() -> None:
    priya = acting(PRIYA)
    role = PartyRole.objects.get(party=a_party(priya, a_case(priya)))
    assert role.allegation == ""
    with pytest.raises(Invalid):
        set_allegation(actor=priya, now=NOW, role=role, allegation="found", source="x")


def test_a_child_under_ten_is_never_a_perpetrator() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    with pytest.raises(Invalid):
        a_party(priya, case, "A Child", "child_involved", "alleged_perpetrator")
    child = a_party(priya, case, "A Child", "child_involved")
    assert child.child_involved
    with pytest.raises(Invalid):
        add_role(actor=priya, now=NOW, party=child, role="alleged_perpetrator")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "animal"}, "kind"),
        ({"kind": "person"}, "person"),
        ({"kind": "organisation"}, "label"),
        ({"kind": "unidentified"}, "label"),
        ({"kind": "community", "roles": ["owner"]}, "roles"),
    ],
)
def test_a_party_that_is_nobody_is_refused(given: dict[str, object], field: str) -> None:
    priya = acting(PRIYA)
    with pytest.raises(Invalid) as caught:
        add_party(actor=priya, now=NOW, case_or_record=a_case(priya), **given)
    assert list(caught.value.errors) == [field]


def test_anonymous_to_us_is_not_protected() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = add_party(
        actor=priya, now=NOW, case_or_record=case, kind="person", anonymous_to_us=True, roles=["reporter"]
    )
    assert party_names(priya, [party.id]) == {party.id: "Anonymous caller"}
    assert not party.identity_protected


def test_a_group_nobody_knows_is_called_by_its_description() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = add_party(
        actor=priya, now=NOW, case_or_record=case, kind="unidentified", description="Three youths on bikes",
        roles=["alleged_perpetrator"],
    )  # fmt: skip
    assert party_of(priya, case, party.id, TODAY).name == "Three youths on bikes"


def test_adding_somebody_is_told_once() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    a_party(priya, case, "Margaret Ellis", "victim", "reporter")
    kinds = [entry.kind for entry in timeline(priya, case).entries]
    assert kinds.count("party_added") == 1
    assert "role_added" not in kinds


class TestProtected:
    """Everybody but the named people sees "Witness A"."""

    def test_its_label_stands_in_place_of_the_name_for_who_may_know_it_too(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya)
        party = a_party(priya, case, "Hannah Wick", "witness", identity_protected=True)
        (found,) = people_of(priya, case, TODAY)
        assert (found.name, found.person_id, found.holds_identity) == ("Witness A", None, True)
        assert party_names(priya, [party.id]) == {party.id: "Witness A"}

    def test_nobody_else_of_the_same_agency_finds_the_name_anywhere(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya)
        party = a_party(priya, case, "Hannah Wick", "witness", identity_protected=True)
        person = PartyIdentity.objects.get(party=party).person_id
        colin = acting(COLIN)
        assert not PartyIdentity.objects.exists()
        assert not PersonName.objects.exists()
        assert names_of(colin, [person]) == {}
        (found,) = people_of(colin, case, TODAY)
        assert (found.name, found.holds_identity, found.contact, found.age) == ("Witness A", False, "", "")

    def test_the_named_people_find_it(self) -> None:
        colin = acting(COLIN)
        priya = acting(PRIYA)
        case = a_case(priya)
        a_party(priya, case, "Hannah Wick", "witness", identity_protected=True, named=[colin.user_id])
        acting(COLIN)
        assert PersonName.objects.get().full == "Hannah Wick"

    def test_two_witnesses_are_told_apart_and_a_letter_is_never_given_twice(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya)
        first = a_party(priya, case, "One", "witness", identity_protected=True)
        second = a_party(priya, case, "Two", "witness", identity_protected=True)
        third = a_party(priya, case, "Three", "victim", identity_protected=True)
        assert [one.label for one in (first, second, third)] == ["Witness A", "Witness B", "Victim A"]

    def test_protecting_later_hides_every_fact_that_this_record_holds_of_the_person(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya)
        party = a_party(priya, case, "Hannah Wick", "witness")
        person = PartyIdentity.objects.get(party=party).person_id
        SafeContact.objects.create(
            person_id=person, method="post", asked_at=NOW, record_id=case.id, origin_agency_id=priya.agency_id,
            created_at=NOW,
        )  # fmt: skip
        protect_identity(actor=priya, now=NOW, party=party)
        acting(COLIN)
        for model in person_rows():
            assert not model.objects.filter(record_id=case.id, person=person).exists(), model

    def test_what_another_record_holds_keeps_its_own_reach(self) -> None:
        priya = acting(PRIYA)
        case, other = a_case(priya), a_case(priya)
        party = a_party(priya, case, "Hannah Wick", "witness")
        person = PartyIdentity.objects.get(party=party).person_id
        PersonName.objects.create(
            person_id=person, full="Hannah Wick", sort_name="hannah wick", record_id=other.id,
            origin_agency_id=priya.agency_id, created_at=NOW,
        )  # fmt: skip
        protect_identity(actor=priya, now=NOW, party=party)
        acting(COLIN)
        assert [one.record_id for one in PersonName.objects.filter(person_id=person)] == [other.id]

    def test_the_name_goes_out_of_the_title(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya, title="Threats to Hannah WICK, told by hannah wick; Wickham Road")
        party = a_party(priya, case, "Hannah Wick", "witness")
        protect_identity(actor=priya, now=NOW, party=party)
        assert Case.objects.get(pk=case.pk).title == "Threats to Witness A, told by Witness A; Wickham Road"

    def test_the_timeline_never_tells_it_not_even_what_was_told_before(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya)
        party = a_party(priya, case, "Hannah Wick", "witness")
        protect_identity(actor=priya, now=NOW, party=party)
        for email in (PRIYA, COLIN):
            page = timeline(acting(email), case)
            words = " ".join(str(part.value) for entry in page.entries for part in entry.told.parts)
            assert "Wick" not in words
            assert "Witness A" in words

    def test_events_hold_no_name(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya)
        a_party(priya, case, "Hannah Wick", "witness", identity_protected=True)
        assert not [one for one in Event.objects.filter(record_id=case.id) if "Wick" in str(one.payload)]

    def test_what_described_an_unnamed_party_goes_behind_the_same_door(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya)
        party = add_party(
            actor=priya, now=NOW, case_or_record=case, kind="unidentified", description="The lady from number 9",
            roles=["witness"],
        )  # fmt: skip
        protect_identity(actor=priya, now=NOW, party=party)
        colin = acting(COLIN)
        found = party_of(colin, case, party.id, TODAY)
        assert (found.name, found.description) == ("Witness A", "")
        acting(PRIYA)
        assert PersonName.objects.get().full == "The lady from number 9"

    def test_it_is_protected_once(self) -> None:
        priya = acting(PRIYA)
        party = a_party(priya, a_case(priya), "Hannah Wick", "witness", identity_protected=True)
        with pytest.raises(Conflict):
            protect_identity(actor=priya, now=NOW, party=party)

    def test_another_agency_that_works_the_case_sees_the_label(self) -> None:
        priya = acting(PRIYA)
        case = a_case(priya, involved=[agency("three-oaks").id])
        a_party(priya, case, "Hannah Wick", "witness", identity_protected=True)
        beth = acting("beth.carr@three-oaks.example")
        (found,) = people_of(beth, case, TODAY)
        assert found.name == "Witness A"
        assert Party.objects.get().label == "Witness A"


def test_the_age_shown_is_that_of_the_day() -> None:
    from datetime import date

    from sentinel.people.models import PersonBirth

    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case)
    person = PartyIdentity.objects.get(party=party).person_id
    PersonBirth.objects.create(
        person_id=person, born_on=date(1955, 11, 21), precision="day", record_id=case.id,
        origin_agency_id=priya.agency_id, created_at=NOW,
    )  # fmt: skip
    assert party_of(priya, case, party.id, TODAY).age == "70"
    assert party_of(priya, case, party.id, TODAY + timedelta(days=1)).age == "71"
