"""An assessment that is interrupted is kept for its assessor alone, shown again, and never counts as one."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.audit.models import History
from sentinel.cases.models import Case, Party
from sentinel.foundation.clock import now as clock_now
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, NotFound, Refused
from sentinel.risk.about import About
from sentinel.risk.drafts import draft_of, keep_assessment_draft, throw_assessment_draft_away
from sentinel.risk.models import Assessment, AssessmentDraft
from tests.cases.making import a_case, a_party
from tests.risk.answers import CALM, assessed, matrix
from tests.support import acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA, COLIN, DAWN = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "dawn.ashby@charnwood.example",
)
HALF = {"weapon": "no", "support": "her brother Ike", "impact": "a_lot", "band": "medium"}


def a_victim(name: str = "Margaret Ellis", **given: object) -> tuple[Case, Party, str]:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=clock_now(), lead=user(PRIYA), team=user(PRIYA).team)
        party = a_party(priya, case, name, **given)
    return case, party, f"/cases/{case.reference}/people/{party.id}/assess"


def body(email: str, address: str) -> str:
    response = signed_in(email).get(address)
    assert response.status_code == 200
    return response.content.decode()


def drafts(email: str) -> list[AssessmentDraft]:
    with transaction.atomic():
        acting(email)
        return list(AssessmentDraft.objects.all())


def test_what_was_answered_is_kept_and_shown_again_with_when_it_was_begun() -> None:
    case, _, address = a_victim()
    saved = signed_in(PRIYA).post(address, {**HALF, "do": "keep"}, follow=True)
    assert saved.redirect_chain[-1][0].endswith(case.reference)
    assert "It is not an assessment yet" in saved.content.decode()
    page = body(PRIYA, address)
    assert "You began this on" in page
    assert "her brother Ike" in page
    assert page.count("checked") == 3  # weapon, impact and the band


def test_a_draft_is_no_assessment_and_the_person_stays_unassessed() -> None:
    case, _, address = a_victim()
    signed_in(PRIYA).post(address, {**CALM, "band": "high", "do": "keep"})
    with transaction.atomic():
        acting(PRIYA)
        assert Assessment.objects.count() == 0
        case.refresh_from_db()
        assert (case.unassessed, case.highest_band, case.status) == (1, 0, "new")


def test_nobody_but_the_assessor_sees_it_on_a_page_in_a_row_or_on_the_timeline() -> None:
    case, _, address = a_victim()
    signed_in(PRIYA).post(address, {**HALF, "do": "keep"})
    assert [row.data["support"] for row in drafts(PRIYA)] == [["her brother Ike"]]
    assert drafts(COLIN) == []
    page = body(COLIN, address)
    assert "her brother Ike" not in page
    assert "You began this" not in page
    with transaction.atomic():
        acting(COLIN)
        assert not Event.objects.filter(record_id=case.id, kind="assessment_begun").exists()
    with transaction.atomic():
        acting(PRIYA)
        assert Event.objects.filter(record_id=case.id, kind="assessment_begun").exists()


def test_two_assessors_of_one_person_each_have_their_own() -> None:
    _, _, address = a_victim()
    signed_in(PRIYA).post(address, {**HALF, "do": "keep"})
    signed_in(COLIN).post(address, {"support": "nobody that Colin knows of", "do": "keep"})
    assert "nobody that Colin knows of" not in body(PRIYA, address)
    assert "nobody that Colin knows of" in body(COLIN, address)


def test_keeping_it_again_changes_the_one_draft() -> None:
    _, _, address = a_victim()
    client = signed_in(PRIYA)
    client.post(address, {**HALF, "do": "keep"})
    answer = client.post(f"{address}/keep", {**HALF, "support": "her sister, too"})
    assert answer.status_code == 204
    rows = drafts(PRIYA)
    assert len(rows) == 1
    assert rows[0].data["support"] == ["her sister, too"]
    assert rows[0].kept_at > rows[0].begun_at


def test_it_ends_when_the_assessment_is_kept_and_what_was_typed_is_emptied() -> None:
    case, party, address = a_victim()
    signed_in(PRIYA).post(address, {**HALF, "do": "keep"})
    done = signed_in(PRIYA).post(address, {**CALM, "band": "medium"})
    assert done["Location"].endswith(case.reference)
    rows = drafts(PRIYA)
    assert [(row.data, row.ended_at is not None) for row in rows] == [({}, True)]
    with transaction.atomic():
        assert draft_of(acting(PRIYA), About(case.id, "victim", party=party)) is None
    assert "You began this" not in body(PRIYA, address)


def test_a_button_throws_it_away() -> None:
    _, _, address = a_victim()
    client = signed_in(PRIYA)
    client.post(address, {**HALF, "do": "keep"})
    assert f'action="{address}/throw-away"' in body(PRIYA, address)
    client.post(f"{address}/throw-away")
    assert "her brother Ike" not in body(PRIYA, address)
    assert [row.data for row in drafts(PRIYA)] == [{}]
    assert client.post(f"{address}/throw-away").status_code == 404


def test_the_history_keeps_that_it_was_begun_and_ended_and_nothing_of_what_was_typed() -> None:
    _, _, address = a_victim()
    client = signed_in(PRIYA)
    client.post(address, {**HALF, "do": "keep"})
    client.post(address, {**HALF, "do": "keep"})
    client.post(f"{address}/throw-away")
    with transaction.atomic():
        acting(PRIYA)
        rows = list(History.objects.filter(table="risk_assessmentdraft").order_by("id"))
    assert [row.operation for row in rows] == ["I", "U", "U"]
    assert rows[-1].after["ended_at"]
    for row in rows:
        assert "data" not in {**(row.before or {}), **(row.after or {})}
        assert "her brother Ike" not in str([row.before, row.after])


def test_my_work_names_what_was_begun_and_not_finished() -> None:
    case, party, address = a_victim()
    signed_in(PRIYA).post(address, {**HALF, "do": "keep"})
    page = body(PRIYA, "/")
    assert "Finish assessing Margaret Ellis" in page
    assert "begun and not finished" in page
    assert f'href="{address}"' in page
    assert "Finish assessing" not in body(COLIN, "/")
    with transaction.atomic():
        assessed(acting(PRIYA), case, party, "low", now=clock_now())
    assert "Finish assessing" not in body(PRIYA, "/")


def test_a_protected_person_is_named_by_the_label_alone_on_my_work() -> None:
    _, _, address = a_victim("Nadia Haddad", identity_protected=True)
    signed_in(PRIYA).post(address, {**HALF, "do": "keep"})
    page = body(PRIYA, "/")
    assert "Finish assessing Victim A" in page
    assert "Haddad" not in page


def test_who_comes_back_after_somebody_else_assessed_is_told_so() -> None:
    case, party, address = a_victim()
    signed_in(PRIYA).post(address, {**HALF, "do": "keep"})
    with transaction.atomic():
        assessed(acting(COLIN), case, party, "high", now=clock_now())
    page = body(PRIYA, address)
    assert "has been assessed since then" in page
    assert "her brother Ike" in page


def test_who_may_not_assess_keeps_nothing_and_another_case_has_no_such_person() -> None:
    case, party, address = a_victim()
    assert signed_in(DAWN).post(address, {**HALF, "do": "keep"}).status_code in {403, 404}
    assert signed_in("kofi.mensah@soar-valley.example").post(f"{address}/keep", HALF).status_code in {
        403,
        404,
    }
    with transaction.atomic():
        priya = acting(PRIYA)
        other = a_case(priya, now=clock_now())
        with pytest.raises(NotFound):
            keep_assessment_draft(
                actor=priya,
                now=clock_now(),
                case=other,
                about=About(case.id, "victim", party=party),
                version=matrix(),
                data={},
            )
        with pytest.raises(NotFound):
            throw_assessment_draft_away(
                actor=priya, now=clock_now(), about=About(case.id, "victim", party=party)
            )
        Case.objects.filter(pk=case.pk).update(status="closed")
        case.refresh_from_db()
        with pytest.raises((Conflict, Refused)):
            keep_assessment_draft(
                actor=priya,
                now=clock_now(),
                case=case,
                about=About(case.id, "victim", party=party),
                version=matrix(),
                data={},
            )


def test_what_the_database_cannot_keep_does_not_lose_the_rest() -> None:
    _, _, address = a_victim()
    signed_in(PRIYA).post(address, {"support": "her\x00 brother", "do": "keep"})
    assert "her brother" in body(PRIYA, address)


def test_my_work_says_it_once_and_as_loud_as_before() -> None:
    _, _, address = a_victim()
    before = body(PRIYA, "/")
    assert before.count(f'href="{address}"') == 1
    signed_in(PRIYA).post(address, {**HALF, "do": "keep"})
    page = body(PRIYA, "/")
    assert page.count(f'href="{address}"') == 1
    row = page[: page.index(f'href="{address}"')].rpartition("<li")[2]
    assert "Not assessed" in row
    assert "Finish assessing Margaret Ellis" in page
    assert "Assess Margaret Ellis" not in page
