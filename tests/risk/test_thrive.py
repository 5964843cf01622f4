"""THRIVE from a control-room log stands beside the assessment, and is none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from sentinel.cases.models import Case, Party
from sentinel.foundation.clock import now
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date, show_date
from sentinel.kernel.errors import Invalid, Refused
from sentinel.risk.models import Assessment, HighRisk, Thrive
from sentinel.risk.queries import unassessed_in
from sentinel.risk.thrive.operations import carry_over, thrives_of, topics_of
from tests.cases.making import a_case, a_party
from tests.support import NOW, PRIYA, acting, signed_in, user

AISHA = "aisha.rahman@police.example"
SAID = {"threat": "He says that he will kill her.", "harm": "Bruised."}


def made() -> tuple[Case, Party]:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA))
    return Case.objects.get(pk=case.pk), a_party(priya, case)


@pytest.mark.django_db
def test_it_is_kept_as_it_was_written_and_sets_no_band() -> None:
    case, margaret = made()
    row = carry_over(
        actor=acting(PRIYA), now=NOW, case=case, log=" 612 ", written_at=NOW - timedelta(hours=2), said=SAID
    )
    assert (row.log, row.source, topics_of(row)) == (
        "612",
        "control-room log",
        [("Threat", SAID["threat"]), ("Harm", "Bruised.")],
    )
    assert [one.pk for one in thrives_of(acting(PRIYA), case)] == [row.pk]
    case.refresh_from_db()
    assert (case.highest_band, case.unassessed) == (0, 1), (
        "words of a threat to life make nobody high, and nobody assessed"
    )
    assert unassessed_in(acting(PRIYA), case) == [margaret.id]
    assert not Assessment.objects.exists()
    assert not HighRisk.objects.exists()
    assert Event.objects.filter(record_id=case.id, kind="thrive_carried_over").count() == 1


@pytest.mark.django_db
def test_what_says_nothing_comes_from_the_future_or_from_a_mere_reader_is_refused() -> None:
    case, _ = made()
    given = {"now": NOW, "case": case, "log": "612", "written_at": NOW, "said": SAID}
    for wrong, field in (
        ({"log": " "}, "log"), ({"said": {"threat": "  "}}, "threat"), ({"written_at": NOW + timedelta(minutes=1)}, "written_at"),
        ({"said": {"harm": "x" * 4001}}, "harm"), ({"said": {"risk": "nul\x00"}}, "risk"), ({"log": "6" * 61}, "log"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            carry_over(**{**given, **wrong}, actor=acting(PRIYA))  # type: ignore[arg-type]
        assert list(caught.value.errors) == [field], wrong
    with pytest.raises(Refused):
        carry_over(**given, actor=acting(AISHA))  # type: ignore[arg-type]
    assert not Thrive.objects.exists()


@pytest.mark.django_db
def test_the_database_keeps_no_empty_one() -> None:
    case, _ = made()
    priya = acting(PRIYA)
    with pytest.raises(IntegrityError), transaction.atomic():
        Thrive.objects.create(
            case=case,
            log="1",
            written_at=NOW,
            record_id=case.id,
            origin_agency_id=priya.agency,
            created_at=NOW,
        )


def test_it_stands_beside_the_questions_and_the_earlier_assessments(transactional_db: None) -> None:
    with transaction.atomic():
        case, margaret = made()
    client = signed_in(PRIYA)
    path = f"/cases/{case.reference}/thrive"
    assert f'href="{path}"' in client.get(f"/cases/{case.reference}/belongs").content.decode()
    day = show_date(london_date(now()) - timedelta(days=1))
    asked = client.get(path).content.decode()
    assert "<strong>at least one</strong> of the six" in asked
    assert "(optional)" not in asked, "that would be said of all six, one of which is wanted"
    wrong = client.post(
        path, {"log": "612", "written_at": day, "at": "late", "threat": "<b>He</b> has a knife."}
    )
    assert wrong.status_code == 422
    assert "&lt;b&gt;He&lt;/b&gt; has a knife." in wrong.content.decode()
    sent = {"log": "612", "written_at": day, "at": "21:40", "threat": "<b>He</b> has a knife."}
    assert client.post(path, sent).status_code == 302
    assess = f"/cases/{case.reference}/people/{margaret.id}/assess"
    for address in (assess, assess + "ments"):
        page = client.get(address).content.decode()
        assert "THRIVE by the control room, log 612" in page, address
        assert "&lt;b&gt;He&lt;/b&gt; has a knife." in page
        assert "It is no assessment and sets no band." in page
    assert "Not assessed" in client.get(f"/cases/{case.reference}").content.decode()
    assert signed_in(AISHA).post(path, sent).status_code == 403
