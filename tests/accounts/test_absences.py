"""When somebody is away and who stands in: entered by themselves or by their local administrator, dated, audited."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from sentinel.accounts.models import Absence, User
from sentinel.accounts.operations import end_absence, set_absence
from sentinel.accounts.queries import absences_of
from sentinel.audit.models import Entry
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from tests.support import NOW, acting, signed_in, user

PRIYA, COLIN, DAWN = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "dawn.ashby@charnwood.example",
)
JOYCE, AISHA, RAVI = "joyce.lim@charnwood.example", "aisha.rahman@police.example", "ravi.desai@police.example"
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 27)


def away(
    who: str = PRIYA, by: str = PRIYA, deputy: str | None = COLIN, first: date = FIRST, last: date = LAST
) -> Absence:
    chosen = user(deputy).pk if deputy else None
    return set_absence(
        actor=acting(by), now=NOW, user_id=user(who).pk, first_day=first, last_day=last, deputy_id=chosen
    )


@pytest.mark.django_db
@pytest.mark.parametrize("by", [PRIYA, JOYCE])
def test_one_enters_ones_own_and_a_local_administrator_that_of_the_agency(by: str) -> None:
    found = away(by=by)
    assert [one.pk for one in absences_of(user(PRIYA), FIRST)] == [found.pk]
    assert absences_of(user(PRIYA), LAST + timedelta(days=1)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("by", "error"), [(COLIN, Refused), (RAVI, Refused)])
def test_nobody_else_does(by: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        away(by=by)


@pytest.mark.django_db
def test_another_agencys_administrator_finds_nobody() -> None:
    with pytest.raises(NotFound):
        away(who=AISHA, by=JOYCE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first": LAST, "last": FIRST}, "last_day"),
        ({"first": date(2026, 10, 1), "last": date(2026, 10, 5)}, "last_day"),
        ({"last": date(2030, 1, 1)}, "last_day"),
        ({"deputy": None}, "deputy"),
        ({"deputy": AISHA}, "deputy"),
        ({"deputy": DAWN}, "deputy"),
        ({"deputy": PRIYA}, "deputy"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(changed: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as error:
        away(**changed)  # type: ignore[arg-type]
    assert set(error.value.errors) == {field}


@pytest.mark.django_db
def test_days_that_overlap_are_refused_until_the_first_are_taken_back() -> None:
    first = away()
    with pytest.raises(Invalid) as error:
        away(first=LAST, last=LAST + timedelta(days=5))
    assert set(error.value.errors) == {"first_day"}
    end_absence(actor=acting(PRIYA), now=NOW, absence_id=first.pk)
    assert away(first=LAST).pk
    with pytest.raises(Conflict):
        end_absence(actor=acting(PRIYA), now=NOW, absence_id=first.pk)


@pytest.mark.django_db
def test_nobody_takes_back_anothers() -> None:
    first = away()
    with pytest.raises(Refused):
        end_absence(actor=acting(COLIN), now=NOW, absence_id=uuid.uuid4())
    with pytest.raises(NotFound):
        end_absence(actor=acting(JOYCE), now=NOW, absence_id=uuid.uuid4())
    with pytest.raises(Refused):
        end_absence(actor=acting(COLIN), now=NOW, absence_id=first.pk)


@pytest.mark.django_db
def test_the_database_takes_no_absence_that_ends_before_it_begins_nor_ones_own_deputy() -> None:
    from django.db import IntegrityError

    for fields in (
        {"last_day": FIRST - timedelta(days=1), "deputy": user(COLIN)},
        {"last_day": LAST, "deputy": user(PRIYA)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(user=user(PRIYA), first_day=FIRST, entered_at=NOW, **fields)
    assert connection.vendor == "postgresql"


def test_it_is_entered_and_taken_back_on_ones_own_page(transactional_db: None) -> None:
    browser = signed_in(PRIYA)
    page = browser.get("/work/away").content.decode()
    assert "Colin Webb" in page
    assert "Dawn Ashby" not in page, "who takes calls works on no case"
    wrong = browser.post("/work/away", {"first_day": "", "last_day": "tomorrow", "deputy": ""})
    assert "There is a problem" in wrong.content.decode()
    sent = {"first_day": "tomorrow", "last_day": "tomorrow", "deputy": str(user(COLIN).pk)}
    assert browser.post("/work/away", sent).status_code == 302
    found = Absence.objects.get()
    assert "Colin Webb stands in" in browser.get("/work/away").content.decode()
    assert browser.post(f"/work/away/{uuid.uuid4()}/end").status_code == 403
    assert browser.post(f"/work/away/{found.pk}/end").status_code == 302
    assert Absence.objects.get().ended_at is not None
    with transaction.atomic():
        acting(RAVI)
        assert set(Entry.objects.filter(kind__startswith="absence").values_list("kind", flat=True)) == {
            "absence_set", "absence_ended",
        }  # fmt: skip


def test_a_local_administrator_enters_it_for_somebody_who_is_ill(transactional_db: None) -> None:
    priya: User = user(PRIYA)
    browser = signed_in(JOYCE)
    here = f"/agency/users/{priya.pk}/away"
    assert here in browser.get(f"/agency/users/{priya.pk}/").content.decode()
    sent = {"first_day": "today", "last_day": "tomorrow", "deputy": str(user(COLIN).pk)}
    assert browser.post(here, sent).status_code == 302
    found = Absence.objects.get()
    assert found.entered_by_id == user(JOYCE).pk
    assert found.last_day - found.first_day == timedelta(days=1)
    assert found.first_day <= london_date(found.entered_at) + timedelta(days=1)
    assert browser.post(f"/work/away/{found.pk}/end").status_code == 302
    assert signed_in(COLIN).get(here).status_code == 403
