"""Adding somebody to a case asks first who is already known: with reasons, a question, and nothing told before it is settled."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.http import HttpResponse

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.cases.models import Case, Party, PartyIdentity
from sentinel.cases.operations import protect_identity
from sentinel.foundation.clock import now as clock_now
from sentinel.foundation.models import Event
from sentinel.kernel.births import birth_date
from sentinel.kernel.clock import london_date
from sentinel.kernel.phones import parse_phone
from sentinel.matching.models import SameOrNot
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.models import PersonName
from sentinel.people.operations import add_facts
from tests.cases.making import a_case, a_party, agency
from tests.risk.answers import assessed
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
BETH = "beth.carr@three-oaks.example"
KOFI = "kofi.mensah@soar-valley.example"
ELSEWHERE = "Shouting at Forest Road"


def known_before() -> tuple[Party, Case]:
    """Margaret Ellis, high risk in another case, and the case to which somebody is to be added."""
    with transaction.atomic():
        priya, now = acting(PRIYA), clock_now()
        other = a_case(priya, now=now, title=ELSEWHERE)
        margaret = a_party(priya, other, "Margaret Ellis", now=now)
        told = Facts(
            name=NameGiven(full="Margaret Ellis"),
            birth=birth_date("3/4/1955", london_date(now)),
            phones=[parse_phone("07700 900142")],
        )
        person = PartyIdentity.objects.get(party=margaret).person_id
        add_facts(actor=priya, now=now, person_id=person, record_id=other.id, facts=told)
        assessed(priya, other, margaret, "high", now=now)
        return margaret, a_case(priya, now=now)


def person_of(party: Party) -> str:
    with transaction.atomic():
        acting(PRIYA)
        return str(PartyIdentity.objects.get(party=party).person_id)


def add(case: Case, email: str = PRIYA, **said: object) -> HttpResponse:
    data = {
        "kind": "person",
        "name": "Margret Elis",
        "phone": "07700 900142",
        "roles": ["witness"],
        "do": "add",
    }
    return signed_in(email).post(f"/cases/{case.reference}/people/add", {**data, **said})  # type: ignore[return-value]


def page(response: HttpResponse) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def value_of(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return found.group(1)


def added(case: Case) -> list[PartyIdentity]:
    with transaction.atomic():
        acting(PRIYA)
        return list(PartyIdentity.objects.filter(party__case=case).order_by("created_at"))


def test_nobody_is_added_before_it_is_settled_and_nothing_but_name_age_and_reasons_is_told() -> None:
    margaret, case = known_before()
    text = page(add(case))
    assert "Nobody is added yet" in text
    assert "Very likely:</span> <strong>Margaret Ellis</strong>" in text
    assert "Margaret Ellis" in text
    assert "number" in text
    assert "It is" in text
    assert "Someone else" in text
    assert ELSEWHERE not in text, "no case before it is settled"
    assert "High" not in text, "no band either"
    assert value_of(text, "known_shown") == person_of(margaret)
    assert 'value="Margret Elis"' in text, "what was typed is kept"
    assert added(case) == []


def test_once_confirmed_the_cases_and_the_band_are_shown_and_the_one_person_is_added() -> None:
    margaret, case = known_before()
    person = person_of(margaret)
    text = page(add(case, person_is=person))
    assert "Confirmed" in text
    assert ELSEWHERE in text
    assert "High" in text
    assert "How do you know that it is them?" in text
    done = add(case, known_is=person, confirmed_how="Her date of birth")
    assert done.status_code == 302
    [row] = added(case)
    assert (str(row.person_id), row.confirmed_how) == (person, "Her date of birth")
    with transaction.atomic():
        acting(PRIYA)
        names = PersonName.objects.filter(person_id=row.person_id, record_id=case.id)
        assert [one.full for one in names] == ["Margaret Ellis"], (
            "written as it is known, not as it was heard"
        )


def test_another_who_is_as_likely_stays_with_their_case_and_band_once_one_is_confirmed() -> None:
    margaret, case = known_before()
    with transaction.atomic():
        priya, now = acting(PRIYA), clock_now()
        misspelt = a_party(priya, a_case(priya, now=now, title="Noise"), "Margret Elis", now=now)
        told = Facts(name=NameGiven(full="Margret Elis"), phones=[parse_phone("07700 900142")])
        row = PartyIdentity.objects.get(party=misspelt)
        add_facts(actor=priya, now=now, person_id=row.person_id, record_id=misspelt.record_id, facts=told)
    text = page(add(case, person_is=person_of(misspelt)))
    other = text.split("Confirmed")[1]
    assert ELSEWHERE in other
    assert "High" in other
    assert f'name="person_is" value="{person_of(margaret)}"' not in text


def test_a_name_that_only_some_may_know_is_not_written_into_another_case() -> None:
    margaret, case = known_before()
    person = person_of(margaret)
    with transaction.atomic():
        protect_identity(actor=acting(PRIYA), now=clock_now(), party=margaret)
    assert add(case, known_is=person, confirmed_how="Her date of birth").status_code == 302
    with transaction.atomic():
        acting("colin.webb@charnwood.example")
        names = PersonName.objects.filter(person_id=person)
        assert [one.full for one in names] == ["Margret Elis"]


def test_somebody_else_is_added_as_a_new_person_and_it_is_remembered_that_they_are_two() -> None:
    margaret, case = known_before()
    person = person_of(margaret)
    text = page(add(case, person_not=person))
    assert "known-person-" not in text
    assert value_of(text, "known_not") == person
    assert add(case, known_not=person, known_shown=person).status_code == 302
    [row] = added(case)
    assert str(row.person_id) != person
    with transaction.atomic():
        acting(PRIYA)
        said = SameOrNot.objects.get()
        assert {str(said.first_id), str(said.second_id)} == {person, str(row.person_id)}
        assert said.same is False


def test_pressing_add_again_after_all_were_shown_adds_somebody_new() -> None:
    _, case = known_before()
    shown = value_of(page(add(case)), "known_shown")
    assert add(case, known_shown=shown).status_code == 302
    assert len(added(case)) == 1


def test_who_may_be_meant_after_the_name_was_changed_is_asked_about_too() -> None:
    _, case = known_before()
    text = page(add(case, known_shown="0197a000-0000-7000-8000-000000000000"))
    assert "Nobody is added yet" in text


def test_not_so_after_all_takes_the_confirmation_back() -> None:
    margaret, case = known_before()
    text = page(add(case, known_is=person_of(margaret), person_undo="yes"))
    assert value_of(text, "known_is") == ""
    assert ELSEWHERE not in text


def test_whoever_is_in_this_case_already_is_not_added_twice() -> None:
    margaret, _ = known_before()
    with transaction.atomic():
        acting(PRIYA)
        case = Case.objects.get(title=ELSEWHERE)
    person = person_of(margaret)
    assert "They are in this case already" in page(add(case, person_is=person))
    refused = add(case, known_is=person)
    assert refused.status_code == 422
    assert "They are in this case already" in refused.content.decode()
    assert len(added(case)) == 1


def test_a_person_whom_the_reader_may_not_see_is_neither_shown_nor_added_by_a_guessed_id() -> None:
    margaret, _ = known_before()
    person = person_of(margaret)
    with transaction.atomic():
        beth = acting(BETH)
        theirs = a_case(beth, now=clock_now())
    assert "Ellis" not in page(add(theirs, BETH, do="known")).replace("Margret Elis", "")
    assert add(theirs, BETH, known_is=person).status_code in {404, 403}


def test_the_panel_follows_the_typing_without_adding_anybody() -> None:
    margaret, case = known_before()
    answer = signed_in(PRIYA).post(
        f"/cases/{case.reference}/people/add/known",
        {"kind": "person", "name": "Margret Elis", "phone": "07700 900142"},
    )
    text = answer.content.decode()
    assert "Very likely:</span> <strong>Margaret Ellis</strong>" in text
    assert 'id="settled"' in text
    assert value_of(text, "known_shown") == person_of(margaret)
    assert added(case) == []


def test_somebody_of_whom_nobody_is_known_is_added_at_once() -> None:
    _, case = known_before()
    assert add(case, name="Tadeusz Wrona", phone="").status_code == 302
    assert len(added(case)) == 1


def test_who_will_not_say_who_they_are_is_not_looked_for() -> None:
    _, case = known_before()
    assert add(case, name="", phone="", anonymous_to_us="on").status_code == 302


def test_whom_they_are_not_is_told_to_nobody_who_reads_this_case_alone() -> None:
    margaret, case = known_before()
    person = person_of(margaret)
    with transaction.atomic():
        share(
            actor=acting(PRIYA), now=clock_now(), record_id=case.id, kind=Kind.CASE, holder_id=agency("soar-valley").id,
            rung=Rung.READ, what="the case", lawful_basis="Crime and Disorder Act 1998 s.115", why="Their tenant",
        )  # fmt: skip
    assert add(case, known_not=person, known_shown=person).status_code == 302
    with transaction.atomic():
        acting(PRIYA)
        said = SameOrNot.objects.get()
        assert (said.record_id, said.audience_id, said.same) == (case.id, margaret.record_id, False)
        assert Event.objects.get(kind="said_not_same").audience_id == margaret.record_id
    with transaction.atomic():
        acting(KOFI)
        assert Case.objects.filter(pk=case.id).exists()
        assert not SameOrNot.objects.exists()
        assert not Event.objects.filter(kind="said_not_same").exists()
