"""A threat, a weapon or a danger that a caller told of stands on top of My work until somebody has assessed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sentinel.cases.models import Party
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.births import birth_date
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.queries import current_version
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.rules import HARM
from sentinel.reports.telling import DangerGiven, OtherGiven
from tests.cases.making import a_party
from tests.desk.work.test_my_work import led, section, shown
from tests.questionnaires.shipped import the
from tests.reports.telling import letters, telling
from tests.risk.answers import assessed
from tests.support import acting, signed_in, user

PRIYA, DAWN = "priya.nair@charnwood.example", "dawn.ashby@charnwood.example"
TOLD = "told of danger, a threat"


def told(email: str = PRIYA, **given: object) -> Report:
    now = clock_now()
    with transaction.atomic():
        return take_report(
            actor=acting(email), now=now,
            telling=telling(told_at=now, victor=letters(had="yes", risk="yes"),
                            script_id=current_version("call-script", london_date(now)).id, **given),
        )  # fmt: skip


def opened(report: Report) -> str:
    with transaction.atomic():
        case = open_case_from_report(actor=acting(PRIYA), now=clock_now(), report=report, title="Threats",
                                     involved=[], lead=user(PRIYA))  # fmt: skip
        return str(case.reference)


def test_what_tells_of_harm_is_asked_on_the_call_and_makes_a_risk_high() -> None:
    script = the("call-script")
    of_high = {
        question.carries_to
        for question in the("victim-risk-llr").questions()
        if any(option.automatic for option in question.options)
    }
    assert set(HARM) == of_high - {""}
    for key in HARM:
        asked = script.question(key)
        assert asked is not None
        assert asked.option("yes") is not None


@pytest.mark.usefixtures("transactional_db")
class TestOnThePages:
    def test_a_report_and_then_its_victim_stand_above_what_is_merely_late(self) -> None:
        led("Joan Brook", now=clock_now() - timedelta(days=30))
        report = told(script_answers={"happened_to": "caller", "threat_to_life": "yes"})
        urgent = section(shown(), "urgent")
        assert urgent.index("Decide on the report of") < urgent.index("Joan Brook")
        reference = opened(report)
        urgent = section(shown(), "urgent")
        assert urgent.index("Assess Margaret Ellis") < urgent.index("Joan Brook")
        assert TOLD in urgent
        page = signed_in(PRIYA).get(f"/cases/{reference}").content.decode()
        assert f'href="/reports/{report.reference}"' in page, "the case leads to all that was told"

    def test_danger_is_seen_by_whoever_waits_for_the_team(self) -> None:
        told(DAWN, danger=DangerGiven(now="yes", who_rang="caller"))
        assert TOLD in section(shown(), "urgent")

    def test_a_calm_report_and_an_assessed_victim_stand_where_they_stood(self) -> None:
        report = told(script_answers={"happened_to": "caller", "threat_to_life": "no"})
        reference = opened(report)
        assert TOLD not in shown()
        assert "Assess Margaret Ellis" in section(shown(), "urgent")
        with transaction.atomic():
            priya = acting(PRIYA)
            party = Party.objects.get(case__reference=reference)
            said = {"repeat_victim": "yes", "repeat_victim__why": "Since June", "safeguarding": "yes"}
            said["safeguarding__why"] = "A child hears it"
            assert party.case is not None
            assessed(priya, party.case, party, "low", now=clock_now(), **said)
        page = signed_in(PRIYA).get(f"/cases/{reference}").content.decode()
        assert "Repeat victim" in page
        assert "Safeguarding concern" in page

    def test_a_boy_of_fifteen_has_a_guardian_named_and_youth_justice_told(self) -> None:
        fifteen = birth_date("15", london_date(clock_now()))
        report = told(
            script_answers={"happened_to": "caller"},
            other=OtherGiven(name="Kyle Denton", birth=fifteen, description="", under_ten="no"),
        )
        reference = opened(report)
        client = signed_in(PRIYA)
        page = client.get(f"/cases/{reference}").content.decode()
        assert "Name the guardian of Kyle Denton" in page
        assert "Tell youth justice of Kyle Denton" in page
        with transaction.atomic():
            priya = acting(PRIYA)
            case = Party.objects.filter(case__reference=reference)[0].case
            assert case is not None
            a_party(priya, case, "Carol Denton", "guardian", now=clock_now())
        service = user("farah.aziz@youth-justice.example").agency_id
        shared = client.post(f"/cases/{reference}/sharing/add", {
            "agency": str(service), "part": "Youth justice", "rung": "read", "wish": "not_asked",
            "lawful_basis": "crime_and_disorder", "why": "He is 15.",
        })  # fmt: skip
        assert shared.status_code == 302, shared.content.decode()[:3000]
        page = client.get(f"/cases/{reference}").content.decode()
        assert "guardian of Kyle Denton" not in page
        assert "Tell youth justice" not in page
