"""After the first call: how somebody may be contacted is asked, and names, births, numbers and addresses come in."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.cases.models import Case, Party, PartyIdentity
from sentinel.cases.operations import add_party, protect_identity
from sentinel.foundation.clock import now as clock_now
from sentinel.people.queries import Known, facts_of
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA, COLIN = "priya.nair@charnwood.example", "colin.webb@charnwood.example"
NOBODY_ASKED = "Nobody has asked how it is safe to get in touch"
LETTER = {"methods": ["post", "through"], "through": "Her sister, 01632 960143", "language": "Gujarati",
          "interpreter": "on", "do_not_visit": "on", "others": "Nobody else"}  # fmt: skip


def a_victim(*, named: bool = True, protected: bool = False) -> tuple[Case, Party, str]:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=clock_now())
        if named:
            party = a_party(priya, case, now=clock_now())
        else:
            party = add_party(actor=priya, now=clock_now(), case_or_record=case, kind="person",
                              label="Somebody not named yet", roles=["victim"])  # fmt: skip
        if protected:
            party = protect_identity(actor=priya, now=clock_now(), party=party)
    return case, party, f"/cases/{case.reference}/people/{party.id}"


def known(party: Party, email: str = PRIYA) -> Known | None:
    """What this account may see of the person behind a party."""
    with transaction.atomic():
        actor = acting(email)
        identity = PartyIdentity.objects.filter(party=party).first()
        return facts_of(actor, [identity.person_id]).get(identity.person_id) if identity else None


def test_the_page_of_a_person_leads_to_asking_and_the_answer_holds_on_the_case() -> None:
    case, party, address = a_victim()
    client = signed_in(PRIYA)
    assert NOBODY_ASKED in client.get(f"/cases/{case.reference}").content.decode()
    for page in (address, f"{address}/contact"):
        assert f"{address}/safe-contact" in client.get(page).content.decode()
    assert client.post(f"{address}/safe-contact", LETTER).status_code == 302
    page = client.get(f"/cases/{case.reference}").content.decode()
    assert NOBODY_ASKED not in page
    assert "Letter, or through Her sister" in page
    found = known(party)
    assert found is not None
    safe = found.safe_contact
    assert safe is not None
    assert (safe.methods, safe.post_may_be_sent, safe.text_may_be_sent) == (["post", "through"], True, False)
    assert (safe.language, safe.interpreter, safe.do_not_visit) == ("Gujarati", True, True)
    assert safe.others_may_answer == "Nobody else"


def test_what_was_said_before_stands_in_the_form_and_stays_in_the_history() -> None:
    _, party, address = a_victim()
    client = signed_in(PRIYA)
    client.post(f"{address}/safe-contact", LETTER)
    again = client.get(f"{address}/safe-contact").content.decode()
    assert "Her sister, 01632 960143" in again
    assert again.count("checked") >= 4
    client.post(f"{address}/safe-contact", {"methods": ["none"]})
    found = known(party)
    assert found is not None
    assert found.safe_contact is not None
    assert found.safe_contact.method == "none"
    assert found.safe_contact.do_not_visit


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "methods"),
        ({"methods": ["none", "phone"]}, "methods"),
        ({"methods": ["through"]}, "through"),
        ({"methods": ["visit"], "do_not_visit": "on"}, "do_not_visit"),
    ],
)
def test_answers_that_contradict_one_another_are_refused(said: dict[str, object], field: str) -> None:
    _, party, address = a_victim()
    response = signed_in(PRIYA).post(f"{address}/safe-contact", said)
    assert response.status_code == 422
    assert f'href="#id_{field}' in response.content.decode()
    found = known(party)
    assert found is not None
    assert found.safe_contact is None


def test_a_previous_address_a_birth_and_a_number_are_added_as_facts() -> None:
    _, party, address = a_victim()
    client = signed_in(PRIYA)
    said = {"birth": "3/4/1958", "phone": "01632 960155", "address": "4 Mill Street, Oakham",
            "address_kind": "lived", "name": "Margaret Hale", "name_kind": "former"}  # fmt: skip
    assert client.post(f"{address}/known", said).status_code == 302
    found = known(party)
    assert found is not None
    assert {one.full for one in found.names} == {"Margaret Ellis", "Margaret Hale"}
    assert [one.normal for one in found.contact_points] == ["+441632960155"]
    assert [(one.kind, one.text) for one in found.addresses] == [("lived", "4 Mill Street, Oakham")]
    assert "4 Mill Street" in client.get(f"/people/{found.person_id}").content.decode()
    empty = client.post(f"{address}/known", {"name_kind": "current"})
    assert empty.status_code == 422
    assert "at least one thing" in empty.content.decode()


def test_somebody_not_named_yet_is_named_first() -> None:
    case, party, address = a_victim(named=False)
    client = signed_in(PRIYA)
    assert client.post(f"{address}/safe-contact", {"methods": ["phone"]}).status_code == 422
    assert client.post(f"{address}/known", {"phone": "01632 960155"}).status_code == 422
    assert client.post(f"{address}/known", {"name": "Alan Ellis", "phone": "01632 960155"}).status_code == 302
    assert "Alan Ellis" in client.get(f"/cases/{case.reference}").content.decode()
    found = known(party)
    assert found is not None
    assert len(found.contact_points) == 1
    assert client.post(f"{address}/safe-contact", {"methods": ["phone"]}).status_code == 302


def test_what_is_added_of_a_protected_person_stays_with_those_who_may_know() -> None:
    _, party, address = a_victim(protected=True)
    client = signed_in(PRIYA)
    assert client.post(f"{address}/known", {"phone": "01632 960155"}).status_code == 302
    assert client.post(f"{address}/safe-contact", {"methods": ["phone"]}).status_code == 302
    found = known(party)
    assert found is not None
    assert len(found.contact_points) == 1
    assert known(party, COLIN) is None
    colin = signed_in(COLIN)
    assert f"{address}/safe-contact" not in colin.get(address).content.decode()
    for page in ("known", "safe-contact"):
        assert colin.get(f"{address}/{page}").status_code == 403
        assert signed_in("kofi.mensah@soar-valley.example").get(f"{address}/{page}").status_code in {403, 404}
    assert known(party, COLIN) is None


def test_a_note_of_a_breach_asks_for_everybody_to_be_assessed_again() -> None:
    case, party, _ = a_victim()
    with transaction.atomic():
        assessed(acting(PRIYA), case, party, now=clock_now())
    client, address = signed_in(PRIYA), f"/cases/{case.reference}"
    assert "Reassess" not in client.get(address).content.decode()
    said = {"text": "He was in the street that he is to keep out of.", "breach": "on", "audience": "all"}
    assert client.post(f"{address}/notes/add", said).status_code == 302
    page = client.get(address).content.decode()
    assert "Reassess" in page
    assert "of a breach: everybody’s risk is to be assessed again" in page
