"""The pages that assess who is complained of, a witness, a case without a victim and a place; and that put it off."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import Case, Party, PartyRole
from sentinel.foundation.clock import now
from sentinel.places.operations import find_or_make_place
from sentinel.risk.deferring import defer_assessment
from sentinel.risk.models import Assessment, AssessmentDraft, Deferral
from tests.cases.making import a_case, a_party
from tests.risk.answers import CALM, CALM_OF, assessed, assessed_as
from tests.support import acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA, COLIN, DAWN, BETH = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "dawn.ashby@charnwood.example",
    "beth.carr@three-oaks.example",
)
ROLE = {"victim": "victim", "perpetrator": "alleged_perpetrator", "witness": "witness"}


def a_matter(*roles: str, **given: Any) -> tuple[Case, Party | None]:
    """A case that Priya leads at 3 Tern Street; with a person in these roles, if any are given."""
    with transaction.atomic():
        priya = acting(PRIYA)
        place = find_or_make_place(actor=priya, now=now(), words="3 Tern Street", postcode="LE12 0ZZ")
        case = a_case(priya, now=now(), lead=user(PRIYA), team=user(PRIYA).team, place=place, **given)
        party = a_party(priya, case, "Ada Osei", *roles, now=now()) if roles else None
    return case, party


def address(case: Case, party: Party | None, subject: str) -> str:
    if party is None:
        return f"/cases/{case.reference}/assess/{'place' if subject == 'location' else subject}"
    return f"/cases/{case.reference}/people/{party.id}/assess/{subject}".removesuffix("/victim")


def body(email: str, where: str) -> str:
    response = signed_in(email).get(where)
    assert response.status_code == 200
    return response.content.decode()


def rows(model: Any) -> list[Any]:
    with transaction.atomic():
        acting(PRIYA)
        return list(model.objects.order_by("id"))


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("perpetrator", "How much risk may Ada Osei pose?"),
        ("witness", "How safe is Ada Osei as a witness?"),
        ("case", "How much risk is there in this case?"),
        ("location", "How much risk is there at 3 Tern Street?"),
    ],
)
def test_each_is_asked_its_own_questions_kept_half_done_kept_whole_and_read_again(
    subject: str, title: str
) -> None:
    case, party = a_matter(*([ROLE[subject]] if subject in ROLE else []))
    where = address(case, party, subject)
    page = body(PRIYA, where)
    assert title in page
    assert "needs local confirmation" in page
    assert "checked" not in page
    client = signed_in(PRIYA)
    assert client.post(f"{where}/keep", {"band": "low"}).status_code == 204
    assert "You began this on" in body(PRIYA, where)
    work = body(PRIYA, "/")
    assert f'href="{where}"' in work
    assert "Finish assessing" in work
    sent = client.post(where, {**CALM_OF[subject], "band": "medium"})
    assert sent["Location"].endswith(case.reference)
    [row] = rows(Assessment)
    assert (row.subject, row.band) == (subject, 2)
    assert [draft.ended_at is not None for draft in rows(AssessmentDraft)] == [True]
    shown = body(PRIYA, f"/cases/{case.reference}")
    assert "Medium" in shown
    again = body(PRIYA, where)
    assert "Told before:" in again
    earlier = f"/cases/{case.reference}/people/{party.id}/assessments" if party else f"{where}/earlier"
    assert CALM_OF[subject]["band_reason"] in body(PRIYA, earlier)


@pytest.mark.parametrize("subject", ["perpetrator", "witness", "case", "location"])
def test_an_earlier_answer_is_confirmed_and_not_typed_again(subject: str) -> None:
    case, party = a_matter(*([ROLE[subject]] if subject in ROLE else []))
    with transaction.atomic():
        assessed_as(acting(PRIYA), case, subject, party, now=now() - timedelta(hours=1))
    standing = rows(Assessment)[0]
    keeps = {f"{key}__keep": "on" for key in CALM_OF[subject]}
    sent = {**keeps, "seen": str(standing.id), "band": "low", "band_reason": "As before."}
    assert signed_in(PRIYA).post(address(case, party, subject), sent).status_code == 302
    newest = max(rows(Assessment), key=lambda row: row.assessed_at)
    assert newest.answers == {**CALM_OF[subject], "band_reason": "As before."}


def test_what_somebody_is_not_is_said_and_nothing_is_asked() -> None:
    case, party = a_matter("victim")
    assert party is not None
    for subject, words in (("perpetrator", "Nobody complains of this person"), ("witness", "witness first")):
        page = body(PRIYA, address(case, party, subject))
        assert words in page
        assert "Keep this assessment" not in page
    assert "This case has a victim" in body(PRIYA, f"/cases/{case.reference}/assess/case")
    assert signed_in(PRIYA).post(f"/cases/{case.reference}/assess/case", {"band": "low"}).status_code == 422
    assert rows(Assessment) == []


def test_the_plain_address_assesses_somebody_as_what_they_are_first() -> None:
    case, party = a_matter("alleged_perpetrator")
    assert party is not None
    assert "How much risk may Ada Osei pose?" in body(
        PRIYA, f"/cases/{case.reference}/people/{party.id}/assess"
    )


def test_a_case_without_a_victim_stands_on_my_work_and_on_its_page_until_it_is_assessed() -> None:
    case, _ = a_matter()
    where = address(case, None, "case")
    for page in (body(PRIYA, "/"), body(PRIYA, f"/cases/{case.reference}")):
        assert f'href="{where}"' in page
        assert "nobody is named as a victim" in page.lower()
    assert ": not assessed" in body(COLIN, "/work/team")
    signed_in(PRIYA).post(where, {**CALM_OF["case"], "band": "low"})
    assert "Assess the case" not in body(PRIYA, "/")


def test_putting_off_says_until_when_and_comes_back_when_that_is_over() -> None:
    case, party = a_matter("victim")
    assert party is not None
    where = f"/cases/{case.reference}/people/{party.id}/assess/put-off"
    assert f'href="{where}"' in body(PRIYA, address(case, party, "victim"))
    client = signed_in(PRIYA)
    assert "Say why it cannot be done now" in client.post(where, {"reason": " "}).content.decode()
    done = client.post(where, {"reason": "In hospital."}, follow=True).content.decode()
    assert "It is still missing" in done
    assert "put off until" in done
    assert "put off, which is no assessment" in body(PRIYA, "/")
    assert "Only a supervisor" in body(PRIYA, where)
    assert "Put it off" in body(COLIN, where)
    with transaction.atomic():
        acting(PRIYA)
        Deferral.objects.update(deferred_at=now() - timedelta(hours=30), until=now() - timedelta(hours=6))
    assert "it was put off, and that has run out" in body(PRIYA, "/")


def test_the_number_beside_my_work_is_the_same_on_every_page_whatever_was_put_off() -> None:
    case, _ = a_matter()
    other, party = a_matter("victim")
    with transaction.atomic():
        defer_assessment(actor=acting(PRIYA), now=now(), case=other, party=party, reason="In hospital.")
    found = {
        re.findall(r"s-badge\">(\d+)", body(PRIYA, page))[0] for page in ("/", f"/cases/{case.reference}")
    }
    assert len(found) == 1


def test_a_places_page_shows_its_band_only_to_who_may_read_the_case() -> None:
    case, _ = a_matter()
    with transaction.atomic():
        assessed_as(acting(PRIYA), case, "location", band="high", now=now())
    where = f"/places/{case.place_id}"
    assert "How at risk this place is" in body(PRIYA, where)
    with transaction.atomic():
        a_case(acting(BETH), now=now(), place=case.place)
    theirs = body(BETH, where)
    assert "High" not in theirs
    assert "Priya" not in theirs


def test_another_cases_assessment_of_the_place_is_read_not_carried_and_its_reading_is_that_cases() -> None:
    first, _ = a_matter()
    second, _ = a_matter()
    with transaction.atomic():
        assessed_as(acting(PRIYA), first, "location", band="medium", now=now())
    assert "Still so" in body(PRIYA, address(first, None, "location"))
    assert "Still so" not in body(PRIYA, address(second, None, "location"))
    with transaction.atomic():
        acting("ravi.desai@police.example")
        assert Entry.objects.filter(kind="view", subject="assessment", record_id=first.id).count() == 1


def test_a_review_that_is_due_is_said_on_the_case_on_my_work_and_on_the_page_that_assesses() -> None:
    case, party = a_matter("victim")
    assert party is not None
    with transaction.atomic():
        assessed(acting(PRIYA), case, party, "medium", now=now())
        Assessment.objects.update(assessed_at=now() - timedelta(days=40))
        PartyRole.objects.update(created_at=now() - timedelta(days=41))
    assert "the review is due" in body(PRIYA, "/")
    assert "review was due by" in body(PRIYA, f"/cases/{case.reference}")
    assert "It was to be looked at again by" in body(PRIYA, address(case, party, "victim"))


@pytest.mark.parametrize(
    "page", ["assess/case", "assess/place", "assess/case/earlier", "assess/case/put-off"]
)
def test_a_call_taker_and_a_stranger_get_none_of_it(page: str) -> None:
    case, _ = a_matter()
    where = f"/cases/{case.reference}/{page}"
    assert signed_in(DAWN).get(where).status_code == 403
    assert signed_in("kofi.mensah@soar-valley.example").get(where).status_code in {403, 404}


def test_calm_answers_of_a_victim_are_still_taken() -> None:
    case, party = a_matter("victim")
    assert signed_in(PRIYA).post(address(case, party, "victim"), {**CALM, "band": "low"}).status_code == 302
