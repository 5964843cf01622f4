"""Who reads a case and does not work on it is led into no form that could not be kept, and may read what was assessed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import Case, Party
from sentinel.cases.operations.sharing import involve
from sentinel.foundation.clock import now
from tests.cases.making import a_case, a_party, agency
from tests.risk.answers import CALM, THREAT, assessed
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
TOM = "tom.marsh@police.example"


def a_case_that_police_read() -> tuple[Case, Party, Party]:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now() - timedelta(days=40))
        margaret, joan = a_party(priya, case, now=now()), a_party(priya, case, "Joan Ellis", now=now())
        assessed(priya, case, joan, "medium", now=now() - timedelta(days=30), **{
            key: THREAT[key] for key in ("threat_to_life", "threat_to_life__why")
        })  # fmt: skip
        involve(
            actor=priya, now=now(), case=case, agency=agency("police"), part="Neighbourhood team", rung="read",
            lawful_basis="crime_and_disorder", why="They patrol the street.", wish="agrees",
        )  # fmt: skip
    return case, margaret, joan


def test_a_reader_is_offered_no_form_and_a_form_says_at_once_that_nothing_can_be_kept() -> None:
    case, margaret, joan = a_case_that_police_read()
    reader, writer = signed_in(TOM), signed_in(PRIYA)
    forms = [
        f"/cases/{case.reference}/people/{party.id}/{form}"
        for party in (margaret, joan)
        for form in ("assess", "contact")
    ]
    shown = writer.get(f"/cases/{case.reference}").content.decode()
    assert f'href="{forms[0]}"' in shown
    seen = reader.get(f"/cases/{case.reference}").content.decode()
    assert "Assess now" in seen, "that it is due is said all the same"
    assert not [form for form in forms if f'href="{form}"' in seen]
    listed = reader.get("/compliance/people").content.decode()
    assert case.reference in listed
    assert "/assess" not in listed
    for form in [*forms, f"{forms[0]}/put-off", f"/cases/{case.reference}/people/{joan.id}/told"]:
        page = reader.get(form)
        assert page.status_code == 200, form
        assert "Your agency reads this case and does not work on it" in page.content.decode(), form
        assert "<textarea" not in page.content.decode()
    with transaction.atomic():
        acting(PRIYA)
        assert not Entry.objects.filter(kind="refused", record_id=case.id).exists()
    assert reader.post(forms[0], {**CALM, "band": "low"}).status_code == 403


def test_a_reader_finds_what_was_assessed_from_the_band_and_the_timeline_and_what_made_it_high() -> None:
    case, _, joan = a_case_that_police_read()
    reader = signed_in(TOM)
    there = f"/cases/{case.reference}/people/{joan.id}/assessments"
    seen = reader.get(f"/cases/{case.reference}").content.decode()
    assert seen.count(f'href="{there}"') == 2, "the band, and the line that tells of it"
    assert f'href="{there}"' in reader.get(f"/cases/{case.reference}/people/{joan.id}").content.decode()
    page = " ".join(reader.get(there).content.decode().split())
    assert "made high by: There is a threat to life or of arson. Priya Nair chose medium" in page
    assert "by judgement" not in page
    assert "made so by what was answered; medium was chosen" in seen
