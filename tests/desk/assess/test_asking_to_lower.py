"""Who may not lower a band asks a supervisor to: the answers are kept, the band and the marker stand until one decides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from sentinel.accounts.models import Absence, Team, User
from sentinel.cases.models import Case, Party
from sentinel.cases.operations.sharing import involve
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.risk.models import Assessment, HighRisk, LoweringAsked
from sentinel.risk.tasks import tell_lowering_decided
from tests.cases.making import a_case, a_party
from tests.risk.answers import CALM, assessed
from tests.support import PRIYA, acting, signed_in, user
from tests.web.checks import faults

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN, RUTH = "colin.webb@charnwood.example", "ruth.adeyemi@charnwood.example"
JOYCE, TOM = "joyce.lim@charnwood.example", "tom.marsh@police.example"


def a_high_victim() -> tuple[Case, Party, Assessment]:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now() - timedelta(days=2))
        party = a_party(priya, case, now=now() - timedelta(days=2))
        return case, party, assessed(priya, case, party, "high", now=now() - timedelta(days=1))


def asked(case: Case, party: Party, standing: Assessment) -> str:
    """Priya asks for medium; the address where it is decided."""
    here = f"/cases/{case.reference}/people/{party.id}/assess"
    given = {**CALM, "impact": "not_at_all", "band": "medium", "seen": str(standing.id)}
    priya = signed_in(PRIYA)
    refused = priya.post(here, given)
    assert refused.status_code == 422
    assert "Ask a supervisor to lower it" in refused.content.decode()
    done = priya.post(here, {**given, "do": "ask"})
    assert done.status_code == 302, done.content.decode()
    return f"{here}/lower"


def state(case: Case, party: Party) -> tuple[int, list[int], int]:
    """The band of the case, those of every assessment, and how many high risks stand."""
    with transaction.atomic():
        acting(PRIYA)
        rows = Assessment.objects.filter(party=party).order_by("assessed_at").values_list("band", flat=True)
        stands = HighRisk.objects.filter(case=case, ended_at__isnull=True).count()
        return Case.objects.get(pk=case.pk).highest_band, list(rows), stands


def test_what_is_asked_stands_on_the_supervisors_work_and_confirmed_becomes_the_assessment() -> None:
    case, party, standing = a_high_victim()
    before = state(case, party)
    there = asked(case, party, standing)
    assert state(case, party) == before == (3, [3], before[2])
    assert before[2], "until somebody decides, high risk stands"
    priya, colin = signed_in(PRIYA), signed_in(COLIN)
    assert f'href="{there}"' in colin.get("/").content.decode()
    assert f'href="{there}"' not in priya.get("/").content.decode(), "who asked does not decide"
    assert (
        "A supervisor decides whether the risk is lower"
        in priya.get(f"/cases/{case.reference}").content.decode()
    )
    assert (
        "Another supervisor decides" in priya.get(there).content.decode()
        or "A supervisor of" in priya.get(there).content.decode()
    )
    assert (
        priya.post(there, {"version": 1, "decision": "confirm", "reason": "It is calm."}).status_code == 403
    )
    page = colin.get(there).content.decode()
    assert "Answered otherwise" in page
    assert CALM["band_reason"] in page
    assert colin.post(there, {"version": 1, "decision": "confirm"}).status_code == 422, (
        "a reason is asked for"
    )
    assert (
        colin.post(there, {"version": 1, "decision": "confirm", "reason": "I rang her: calm."}).status_code
        == 302
    )
    assert state(case, party) == (2, [3, 2], 0)
    page = colin.get(f"/cases/{case.reference}/people/{party.id}/assessments").content.decode()
    assert "Answered by Priya Nair" in page
    assert "I rang her: calm." in page
    assert f'href="{there}"' not in colin.get("/").content.decode()
    _is_read_once(there, "Read why the band is lowered: Margaret Ellis", "I rang her: calm.")


def test_refused_it_stays_and_the_timeline_says_why_and_a_new_assessment_overtakes_what_waits() -> None:
    case, party, standing = a_high_victim()
    there = asked(case, party, standing)
    assert (
        signed_in(COLIN)
        .post(there, {"version": 1, "decision": "refuse", "reason": "Two quiet days only."})
        .status_code
        == 302
    )
    assert state(case, party)[:2] == (3, [3])
    shown = signed_in(PRIYA).get(f"/cases/{case.reference}").content.decode()
    assert "The band is not lowered" in shown
    assert "Two quiet days only." in shown
    _is_read_once(there, "Read why the band is not lowered: Margaret Ellis", "Two quiet days only.")
    asked(case, party, standing)
    with transaction.atomic():
        assessed(acting(PRIYA), case, party, "high", now=now(), support="her sister")
        assert list(LoweringAsked.objects.order_by("asked_at").values_list("decision", flat=True)) == [
            "refused",
            "overtaken",
        ]
    assert signed_in(COLIN).get(there).status_code == 302


def _is_read_once(there: str, line: str, reason: str) -> None:
    """Whoever asked is written to, and reads the answer from My work until they say so; nobody else may say it for them."""
    with transaction.atomic():
        me = acting(PRIYA).user_id
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT args->>'user_id' FROM procrastinate_jobs WHERE task_name = 'risk.tell_lowering_decided'"
            )
            assert cursor.fetchall()[-1] == (str(me),)
    priya = signed_in(PRIYA)
    shown = priya.get("/").content.decode()
    assert line in shown
    assert f'href="{there}"' in shown
    page = priya.get(there).content.decode()
    assert reason in page
    assert faults(page) == []
    [version] = re.findall(r'name="version"[^>]*value="(\d+)"', page)
    assert signed_in(COLIN).post(there, {"version": version}).status_code == 302
    assert line in priya.get("/").content.decode()
    priya.post(there, {"version": version})
    assert line not in priya.get("/").content.decode()
    assert priya.get(there).status_code == 302


def test_the_message_says_that_it_is_decided_and_nothing_of_the_case() -> None:
    with transaction.atomic():
        tell_lowering_decided.func.__wrapped__(str(acting(PRIYA).user_id))
    [sent] = mail.outbox
    assert sent.to == [PRIYA]
    assert "My work" in sent.body
    for word in ("Margaret", "LLR-", "high", "medium"):
        assert word not in f"{sent.subject} {sent.body}"


def test_it_comes_to_another_team_another_agency_or_the_administrator_where_no_supervisor_is_left_to_decide() -> (
    None
):
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now() - timedelta(days=2), team=user(COLIN).team)
        party = a_party(priya, case, now=now() - timedelta(days=2))
        standing = assessed(acting(COLIN), case, party, "high", now=now() - timedelta(days=1))
        involve(
            actor=acting(PRIYA), now=now(), case=Case.objects.get(pk=case.pk), agency=user(TOM).agency, part="Patrols", rung="write",
            lawful_basis="crime_and_disorder", why="Patrols", wish="agrees",
        )  # fmt: skip
        acting(JOYCE)
        another = Team.objects.create(agency=user(RUTH).agency, name="The other team")
        User.objects.filter(pk=user(RUTH).pk).update(team=another)
    there = asked(case, party, standing)
    line, missing = f'href="{there}"', "Name a supervisor"
    assert line not in _work(COLIN), "who made it high does not decide"
    assert line in _work(RUTH), "nobody of the team may: another team does"
    assert line not in _work(TOM)
    assert missing not in _work(JOYCE)
    with transaction.atomic():
        acting(JOYCE)
        day = london_date(now())
        Absence.objects.create(
            user=user(RUTH), deputy=user(COLIN), first_day=day, last_day=day, entered_at=now()
        )
    assert line not in _work(COLIN), "who stands in for her is still who made it high"
    assert line in _work(TOM), "nobody of the agency may: a supervisor who works on the case does"
    assert line not in _work("dan.frost@city.example")
    told = _work(JOYCE)
    assert missing in told
    assert case.reference not in told
    refused = signed_in(COLIN).post(there, {"version": 1, "decision": "confirm", "reason": "It is calm."})
    assert refused.status_code == 422
    assert (
        signed_in(TOM).post(there, {"version": 1, "decision": "confirm", "reason": "It is calm."}).status_code
        == 302
    )
    assert missing not in _work(JOYCE)


def _work(email: str) -> str:
    answer = signed_in(email).get("/")
    assert answer.status_code == 200
    return answer.content.decode()
