"""Who may not lower a band asks a supervisor to: the answers are kept, the band and the marker stand until one decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sentinel.cases.models import Case, Party
from sentinel.foundation.clock import now
from sentinel.risk.models import Assessment, HighRisk, LoweringAsked
from tests.cases.making import a_case, a_party
from tests.risk.answers import CALM, assessed
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN = "colin.webb@charnwood.example"


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
    asked(case, party, standing)
    with transaction.atomic():
        assessed(acting(PRIYA), case, party, "high", now=now(), support="her sister")
        assert list(LoweringAsked.objects.order_by("asked_at").values_list("decision", flat=True)) == [
            "refused",
            "overtaken",
        ]
    assert signed_in(COLIN).get(there).status_code == 302
