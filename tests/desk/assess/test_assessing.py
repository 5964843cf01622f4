"""The page that assesses a victim: questions, the band, what was told before, errors beside the field, nothing lost."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from sentinel.cases.models import Case, Party
from sentinel.risk.models import Assessment
from tests.cases.making import a_case, a_party
from tests.risk.answers import CALM, THREAT, assessed
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA, COLIN, DAWN = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "dawn.ashby@charnwood.example",
)


def a_victim() -> tuple[Case, Party, str]:
    from sentinel.foundation.clock import now

    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now())
        party = a_party(priya, case)
    return case, party, f"/cases/{case.reference}/people/{party.id}/assess"


def rows(party: Party) -> list[Assessment]:
    with transaction.atomic():
        acting(PRIYA)
        return list(Assessment.objects.filter(party=party).order_by("assessed_at"))


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_nothing_is_ticked_beforehand_and_the_draft_says_so() -> None:
    _, _, address = a_victim()
    page = body(signed_in(PRIYA), address)
    assert "How at risk is Margaret Ellis?" in page
    assert "checked" not in page
    assert "needs local confirmation" in page
    assert "Not assessed" in page


def test_an_assessment_is_kept_and_leads_back_to_the_case() -> None:
    case, party, address = a_victim()
    response = signed_in(PRIYA).post(address, {**CALM, "band": "medium"})
    assert response.status_code == 302
    assert response["Location"].endswith(case.reference)
    assert [(row.band, row.judgement) for row in rows(party)] == [(2, "judged")]


def test_what_is_missing_is_said_beside_the_question_and_in_the_summary_and_the_rest_is_kept() -> None:
    _, party, address = a_victim()
    answers = {key: value for key, value in CALM.items() if key != "vulnerable"}
    response = signed_in(PRIYA).post(address, {**answers, "support": "a friend <b>next door</b>"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_vulnerable"' in page
    assert "a friend &lt;b&gt;next door&lt;/b&gt;" in page
    assert page.count("checked") >= 10
    assert rows(party) == []


def test_no_band_is_an_error_beside_the_band() -> None:
    _, party, address = a_victim()
    page = signed_in(PRIYA).post(address, CALM).content.decode()
    assert 'href="#id_band"' in page
    assert rows(party) == []


def test_a_threat_is_kept_at_once_although_the_rest_is_not_answered() -> None:
    _, party, address = a_victim()
    response = signed_in(PRIYA).post(address, {"weapon": "yes", "band_reason": "A knife at her door."})
    assert response.status_code == 302
    assert [row.band for row in rows(party)] == [3]


def test_a_yes_beside_a_threat_says_why_beside_its_question() -> None:
    _, party, address = a_victim()
    sent = {"weapon": "yes", "band_reason": "A knife at her door.", "vulnerable": "yes"}
    response = signed_in(PRIYA).post(address, sent)
    assert response.status_code == 422
    assert 'href="#id_vulnerable__why"' in response.content.decode()
    assert rows(party) == []


def test_an_earlier_answer_is_shown_and_kept_only_where_it_is_confirmed() -> None:
    case, party, address = a_victim()
    with transaction.atomic():
        assessed(acting(PRIYA), case, party, "low")
    client = signed_in(PRIYA)
    page = body(client, address)
    assert "Told before: <strong>Most weeks</strong>" in page
    assert "checked" not in page
    seen = {"seen": str(rows(party)[0].id)}
    first = client.post(address, {**seen, "band": "low", "band_reason": "As before."})
    assert first.status_code == 422
    keeps = {f"{key}__keep": "on" for key in CALM}
    second = client.post(
        address,
        {
            **seen,
            **keeps,
            "band": "low",
            "band_reason": "As before.",
            "impact": "a_lot",
            "impact_words": "No sleep.",
        },
    )
    assert second.status_code == 302
    newest = rows(party)[-1].answers
    assert (newest["frequency"], newest["impact"], newest["band_reason"]) == (
        "most_weeks",
        "a_lot",
        "As before.",
    )


def test_who_assesses_at_the_same_time_as_somebody_else_is_told_and_both_are_kept() -> None:
    case, party, address = a_victim()
    with transaction.atomic():
        assessed(acting(COLIN), case, party, "medium")
    sent = {**CALM, "band": "low", "seen": "", "support": "my own words"}
    page = signed_in(PRIYA).post(address, sent, follow=True).content.decode()
    assert "Colin Webb assessed them as medium while you were writing" in page
    assert [(row.band, row.beside_id is not None) for row in rows(party)] == [(2, False), (2, True)]
    earlier = body(signed_in(PRIYA), address.replace("/assess", "/assessments"))
    assert "my own words" in earlier
    assert "Made while somebody else was assessing the same" in earlier


def test_an_officer_is_told_who_can_lower_it_and_a_supervisor_does() -> None:
    _, party, address = a_victim()
    assert signed_in(PRIYA).post(address, THREAT).status_code == 302
    seen = {"seen": str(rows(party)[0].id)}
    refused = signed_in(PRIYA).post(address, {**CALM, **seen, "band": "medium"})
    assert "Only a supervisor" in refused.content.decode()
    lowered = signed_in(COLIN).post(address, {**CALM, **seen, "band": "medium"})
    assert lowered.status_code == 302
    history = body(signed_in(PRIYA), address.replace("/assess", "/assessments"))
    assert "lowered by judgement" in history
    assert "He said that he would burn the house." in history


def test_a_double_click_makes_one_assessment() -> None:
    _, party, address = a_victim()
    client = signed_in(PRIYA)
    posted = {**CALM, "band": "low", "seen": ""}
    assert [client.post(address, posted).status_code for _ in range(2)] == [302, 302]
    assert len(rows(party)) == 1


def test_a_person_of_another_case_is_not_found() -> None:
    _, party, _ = a_victim()
    other, _, _ = a_victim()
    client = signed_in(PRIYA)
    for page in ("assess", "assessments", "contact", "told"):
        assert client.get(f"/cases/{other.reference}/people/{party.id}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["assess", "assessments", "contact", "told"])
def test_a_stranger_agency_and_a_call_taker_do_not_get_in(page: str) -> None:
    case, party, _ = a_victim()
    address = f"/cases/{case.reference}/people/{party.id}/{page}"
    assert signed_in("kofi.mensah@soar-valley.example").get(address).status_code in {403, 404}
    assert signed_in(DAWN).get(address).status_code == 403
    assert Client(headers={"host": "localhost"}).get(address).status_code in {302, 403}
