"""The page on which a supervisor reviews a case, and where a review that is late is seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date, show_date
from sentinel.risk.models import SupervisionReview
from sentinel.web.formats import uk_date, uk_day
from tests.cases.making import a_case, a_party
from tests.desk.case.counting import statements
from tests.risk.answers import assessed
from tests.support import PRIYA, acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN, RUTH, TOM, BETH = (
    "colin.webb@charnwood.example", "ruth.adeyemi@charnwood.example", "tom.marsh@police.example",
    "beth.carr@three-oaks.example",
)  # fmt: skip
DAY = timedelta(days=1)


def of_band(band: str = "medium", *, days_ago: int = 0, lead: str = PRIYA) -> Case:
    at = now() - days_ago * DAY
    with transaction.atomic():
        officer = acting(PRIYA)
        case = a_case(officer, now=at, lead=user(lead), team=user(PRIYA).team)
        assessed(officer, case, a_party(officer, case, now=at), band, now=at)
    return case


def address(case: Case) -> str:
    return f"/cases/{case.reference}/reviews"


def page(email: str, path: str) -> str:
    response = signed_in(email).get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def said(**changed: object) -> dict[str, object]:
    return {"looked_at": "The plan and Thursday’s visit.", "decision": "change_plan", "reason": "The letters did not help.",
            "next_on": show_date(london_date(now()) + 10 * DAY), **changed}  # fmt: skip


def test_a_supervisor_reviews_a_case_and_the_case_says_by_when_it_is_looked_at_again() -> None:
    case = of_band()
    on = london_date(now())
    assert uk_day(on + 28 * DAY, now()) in page(PRIYA, f"/cases/{case.reference}")
    shown = page(COLIN, address(case))
    assert "Supervisor, medium risk: every 28 days" in shown
    assert "Nobody has reviewed this case yet" in shown
    answer = signed_in(COLIN).post(address(case), said())
    assert answer["Location"] == f"/cases/{case.reference}"
    told = page(PRIYA, f"/cases/{case.reference}")
    assert "Reviewed by a supervisor" in told
    assert "The letters did not help." in told
    assert uk_day(on + 10 * DAY, now()) in told
    past = page(PRIYA, address(case))
    assert "Thursday’s visit" in past
    assert f"due by <strong>{uk_date(on + 10 * DAY)}</strong>" in past


def test_who_may_not_review_reads_why_and_changes_nothing() -> None:
    own = of_band(lead=COLIN)
    assert "You lead this case. Another supervisor reviews it." in page(COLIN, address(own))
    assert "What did you decide?" not in page(COLIN, address(own))
    for email in (COLIN, PRIYA, TOM, BETH):
        assert signed_in(email).post(address(own), said()).status_code in {403, 404}, email
    assert "What did you decide?" in page(RUTH, address(own))
    with transaction.atomic():
        acting(PRIYA)
        assert not SupervisionReview.objects.exists()


def test_the_reading_is_recorded() -> None:
    case = of_band()
    page(COLIN, address(case))
    with transaction.atomic():
        acting(COLIN)
        assert Entry.objects.filter(record_id=case.id, kind="view", user_id=user(COLIN).pk).exists()


WRONG = [
    ({"reason": "   "}, "Say why: the reason stays beside the decision."),
    ({"looked_at": ""}, "Say what you looked at."),
    ({"decision": "shrug"}, "choose one of the answers shown"),
    ({"next_on": "31 February"}, "date"),
    ({"next_on": ""}, "Say by when."),
    ({"next_on": "yesterday"}, "is in the past"),
    ({"next_on": "today"}, "Choose a day after today."),
    ({"next_on": "1 1 2199"}, "within 28 days"),
    ({"reason": "x" * 4001}, "4000 characters at most"),
    ({"reason": "nul\x00"}, "cannot be stored"),
]


def test_what_is_wrong_is_said_and_what_was_typed_stays() -> None:
    case = of_band()
    client = signed_in(COLIN)
    for wrong, words in WRONG:
        answer = client.post(address(case), said(**wrong))
        text = answer.content.decode()
        assert answer.status_code == 422, wrong
        assert words in text, wrong
        if "looked_at" not in wrong:
            assert "The plan and Thursday’s visit." in text, wrong
    with transaction.atomic():
        acting(COLIN)
        assert not SupervisionReview.objects.exists()


def test_a_late_review_stands_first_on_the_supervisors_work_and_in_the_team_until_it_is_done() -> None:
    late, fresh = of_band("high", days_ago=17), of_band("high", days_ago=2)
    urgent = page(COLIN, "/")
    assert "Review the case" in urgent
    assert address(late) in urgent
    assert address(fresh) not in urgent
    assert "days late" in urgent
    assert "Review the case" not in page(PRIYA, "/"), "whoever leads it does not review it"
    team = page(COLIN, "/work/team")
    assert "1 case</a>" in team
    listed = page(COLIN, "/work/team?only=review")
    assert late.reference in listed
    assert fresh.reference not in listed
    assert "Review was due by" in listed
    on_case = page(PRIYA, f"/cases/{late.reference}")
    assert "late: was due" in on_case
    assert "Review the case" in on_case
    signed_in(COLIN).post(address(late), said())
    assert address(late) not in page(COLIN, "/")
    assert late.reference not in page(COLIN, "/work/team?only=review")


def test_another_team_and_another_agency_are_not_asked_to_review_it() -> None:
    late = of_band("high", days_ago=16)
    for email in (TOM, BETH, "owen.price@three-oaks.example"):
        assert address(late) not in page(email, "/")


def test_a_supervisors_own_case_is_not_theirs_to_review() -> None:
    late = of_band("high", days_ago=16, lead=COLIN)
    assert address(late) not in page(COLIN, "/")
    assert address(late) in page(RUTH, "/")


def test_it_asks_as_often_for_many_reviews_as_for_one() -> None:
    case = of_band()
    client = signed_in(COLIN)

    def count() -> list[int]:
        found = []
        for path in (address(case), "/", "/work/team"):
            client.get(path)
            with statements() as asked:
                assert client.get(path).status_code == 200
            found.append(asked.count)
        return found

    def one_more(at: datetime) -> None:
        with transaction.atomic():
            colin = acting(COLIN)
            SupervisionReview.objects.create(
                case=case, level=1, band=2, decision="carry_on", looked_at="The plan", reason="It works", reviewed_at=at,
                reviewer=user(COLIN), next_on=london_date(at) + 5 * DAY, record_id=case.id, origin_agency_id=colin.agency,
                created_at=at,
            )  # fmt: skip

    one_more(now() - 40 * DAY)
    first = count()
    one_more(now() - 30 * DAY)
    of_band("high", days_ago=20)
    one_more(now() - 20 * DAY)
    assert count() == first
    assert first[0] <= 11
    assert first[1] <= 13
