"""The page of the action plan: what the band's template proposes is decided on line by line."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from sentinel.cases.models import Action, Case
from sentinel.cases.operations import protect_identity
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date, show_date
from sentinel.risk.models import ProposedAction
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party, agency
from tests.desk.case.counting import statements
from tests.risk.answers import THREAT, assessed, matrix
from tests.support import PRIYA, acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
TOM, BETH = "tom.marsh@police.example", "beth.carr@three-oaks.example"


def high(protected: bool = False) -> Case:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now(), lead=user(PRIYA), team=user(PRIYA).team)
        margaret = a_party(priya, case, now=now())
        if protected:
            protect_identity(actor=priya, now=now(), party=margaret)
            margaret.refresh_from_db()
        assess(actor=priya, now=now(), case=case, party=margaret, version=matrix(), answers=THREAT)
    return case


def rows(case: Case) -> dict[str, ProposedAction]:
    with transaction.atomic():
        acting(PRIYA)
        return {row.task: row for row in ProposedAction.objects.filter(case=case).select_related("agency")}


def shown(path: str, email: str = PRIYA) -> str:
    response = signed_in(email).get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def said(row: ProposedAction, **changed: object) -> dict[str, object]:
    return {"decision": "plan", "what": row.what, "due": show_date(london_date(row.due)), "agency": str(row.agency_id),
            "user": str(row.user_id or ""), "reason": "It is needed now.", "version": row.version, **changed}  # fmt: skip


def test_the_lead_finds_the_plan_on_my_work_and_the_case_and_decides_line_by_line() -> None:
    case = high()
    plan = f"/cases/{case.reference}/plan"
    for path in ("/", f"/cases/{case.reference}"):
        page = shown(path)
        assert f'href="{plan}"' in page, path
        assert "5 actions proposed" in page, path
    page = shown(plan)
    links = re.findall(rf'href="({plan}/[0-9a-f-]+)"', page)
    assert len(links) == 5
    assert "Margaret Ellis" in page
    safety = rows(case)["safety_plan"]
    form = shown(f"{plan}/{safety.id}")
    assert f'value="{safety.what}"' in form or f">{safety.what}</textarea>" in form, "no name: others read it"
    assert "high risk, Margaret Ellis" in form, "who may know is told whom it is about"
    answer = signed_in(PRIYA).post(f"{plan}/{safety.id}", said(safety))
    assert answer["Location"] == plan
    opens = shown(plan).partition('id="open"')[2].partition('id="decided"')[0]
    assert "Margaret Ellis · " in opens
    struck = rows(case)["patrols"]
    signed_in(PRIYA).post(
        f"{plan}/{struck.id}", said(struck, decision="strike", reason="There are patrols already.")
    )
    page = shown(plan)
    assert "There are patrols already." in page
    assert len(set(re.findall(rf'href="({plan}/[0-9a-f-]+)"', page))) == 3
    told = shown(f"/cases/{case.reference}/timeline")
    assert "Struck from the plan" in told
    assert "Plan confirmed" in told
    assert "Action plan opened" in told
    assert "3 actions proposed" in shown("/")


def test_what_is_wrong_is_said_and_what_was_typed_stays() -> None:
    case = high()
    row = rows(case)["evidence"]
    path = f"/cases/{case.reference}/plan/{row.id}"
    client = signed_in(PRIYA)
    for wrong, words in (
        ({"reason": "  "}, "high risk: say why"),
        ({"decision": ""}, "Choose whether it goes on the plan."),
        ({"due": "yesterday"}, "is in the past"),
        ({"due": "soon"}, "date"),
        ({"what": ""}, "Say what is to be done."),
        ({"decision": "strike", "reason": ""}, "Say why it is struck."),
        ({"agency": str(agency("police").id)}, "choose one of the answers"),
        ({"reason": "x" * 4001}, "4000"),
    ):
        answer = client.post(path, said(row, **wrong))
        text = answer.content.decode()
        assert answer.status_code == 422, wrong
        assert words in text, wrong
        if "what" not in wrong:
            assert row.what in text, wrong
    assert rows(case)["evidence"].decided_at is None
    with transaction.atomic():
        acting(PRIYA)
        assert not Action.objects.filter(case=case).exists()


def test_what_somebody_else_decided_meanwhile_is_said() -> None:
    case = high()
    row = rows(case)["evidence"]
    path = f"/cases/{case.reference}/plan/{row.id}"
    first, second = signed_in(PRIYA), signed_in("colin.webb@charnwood.example")
    assert first.post(path, said(row)).status_code == 302
    late = second.post(path, said(row, decision="strike"))
    assert late.status_code == 409
    with transaction.atomic():
        acting(PRIYA)
        assert Action.objects.filter(case=case).count() == 1


def test_who_reads_a_case_reads_its_plan_and_nobody_else_does() -> None:
    case = high()
    row = rows(case)["evidence"]
    plan = f"/cases/{case.reference}/plan"
    page = shown(plan, TOM)
    assert row.what in page
    assert f"{plan}/{row.id}" not in page
    assert signed_in(TOM).post(f"{plan}/{row.id}", said(row)).status_code == 403
    assert signed_in(BETH).get(plan).status_code in {403, 404}
    other = high()
    assert signed_in(PRIYA).get(f"/cases/{other.reference}/plan/{row.id}").status_code == 404


def test_a_protected_identity_is_never_written_into_the_plan() -> None:
    case = high(protected=True)
    row = rows(case)["safety_plan"]
    assert "Margaret" not in shown(f"/cases/{case.reference}/plan/{row.id}")
    assert "Victim A" in shown(f"/cases/{case.reference}/plan/{row.id}")


def test_the_page_asks_as_often_for_many_lines_as_for_few() -> None:
    case = high()
    client = signed_in(PRIYA)

    def count(path: str) -> int:
        client.get(path)
        with statements() as asked:
            assert client.get(path).status_code == 200
        return asked.count

    plan, page = f"/cases/{case.reference}/plan", f"/cases/{case.reference}"
    first = count(plan), count(page)
    with transaction.atomic():
        priya = acting(PRIYA)
        for name in ("Joan Ellis", "Ann Ellis"):
            assessed(
                priya,
                Case.objects.get(pk=case.pk),
                a_party(priya, case, name, now=now()),
                "medium",
                now=now(),
            )
    assert (count(plan), count(page)) == first
    assert first[0] <= 12
    assert first[1] <= 14
