"""My work: what needs me, worst first, naming whose it is; a victim without an assessment is never missed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sentinel.care.operations import closure_notice
from sentinel.cases.models import Action, Case
from sentinel.cases.operations import protect_identity
from sentinel.cases.operations.closing import propose_closure
from sentinel.desk.work.lines import NEXT, UNKNOWN
from sentinel.foundation.clock import now as clock_now
from sentinel.places.operations import find_or_make_place
from sentinel.reports.operations import take_report
from sentinel.risk.deferring import defer_assessment
from tests.care.making import ask
from tests.cases.making import a_case, a_party
from tests.reports.telling import telling
from tests.risk.answers import CALM, THREAT, assessed, assessed_as, matrix
from tests.support import acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA, COLIN, DAWN = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "dawn.ashby@charnwood.example",
)


def led(
    *names: str, email: str = PRIYA, now: datetime | None = None, **given: object
) -> tuple[Case, list[object]]:
    """A case that somebody leads, with these victims."""
    at = now or clock_now()
    with transaction.atomic():
        actor = acting(email)
        lead = user(email)
        case = a_case(actor, now=at, lead=lead, team=lead.team, **given)
        return case, [a_party(actor, case, name, now=at) for name in names]


def shown(email: str = PRIYA, address: str = "/") -> str:
    response = signed_in(email).get(address)
    assert response.status_code == 200
    return response.content.decode()


def section(page: str, key: str) -> str:
    """The part of the page under one heading."""
    found = re.search(rf'<h2[^>]*id="{key}".*?(?=<h2|</main>)', page, re.S)
    return found.group(0) if found else ""


def test_with_nothing_to_do_the_page_says_what_to_do() -> None:
    page = shown()
    assert "Nothing waits for you" in page
    assert "take a report" in page.lower()


def test_who_takes_no_reports_is_not_sent_to_a_page_that_refuses_them() -> None:
    page = shown("lena.fox@police.example")
    assert "See the cases you may read" in page
    assert "/reports/take" not in page


def test_every_unassessed_victim_is_named_until_assessed() -> None:
    case, (margaret, _) = led("Margaret Ellis", "Joan Ellis")
    urgent = section(shown(), "urgent")
    assert "Assess Margaret Ellis" in urgent
    assert "Assess Joan Ellis" in urgent
    assert f"/cases/{case.reference}/people/{margaret.id}/assess" in urgent
    with transaction.atomic():
        assessed(acting(PRIYA), case, margaret, "low", now=clock_now())
    urgent = section(shown(), "urgent")
    assert "Assess Margaret Ellis" not in urgent
    assert "Assess Joan Ellis" in urgent


def test_who_is_not_assessed_stands_above_what_is_high_and_late() -> None:
    with transaction.atomic():
        priya, ago = acting(PRIYA), clock_now() - timedelta(days=30)
        high = a_case(priya, now=ago, lead=user(PRIYA), title="Threats at Tern Street")
        assessed(priya, high, a_party(priya, high, "Margaret Ellis", now=ago), "high", now=ago)
    led("Joan Ellis")
    urgent = section(shown(), "urgent")
    assert urgent.index("Assess Joan Ellis") < urgent.index("Reassess Margaret Ellis")


def test_a_witness_nobody_assessed_stands_among_what_is_not_known() -> None:
    case, _ = led("Joan Ellis")
    with transaction.atomic():
        priya = acting(PRIYA)
        ada = a_party(priya, case, "Ada Osei", "witness", now=clock_now())
    unknown = section(shown(), UNKNOWN)
    assert "Assess Ada Osei as a witness" in unknown
    assert f"/cases/{case.reference}/people/{ada.id}/assess/witness" in unknown
    with transaction.atomic():
        assessed_as(acting(PRIYA), case, "witness", ada, now=clock_now())
    assert "Ada Osei" not in section(shown(), UNKNOWN)


def test_who_was_put_off_stands_among_what_is_not_known_and_never_with_what_is_next() -> None:
    case, (joan,) = led("Joan Ellis")
    before = section(shown(), "urgent")
    assert "Assess Joan Ellis" in before
    with transaction.atomic():
        defer_assessment(actor=acting(PRIYA), now=clock_now(), case=case, party=joan, reason="In hospital.")
    page = shown()
    assert "Assess Joan Ellis" in section(page, UNKNOWN)
    assert "put off, which is no assessment" in section(page, UNKNOWN)
    assert "Assess Joan Ellis" not in section(page, NEXT)


def test_the_unassessed_of_a_case_that_nobody_leads_stand_on_the_teams_list() -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=clock_now(), team=user(PRIYA).team)
        a_party(priya, case, now=clock_now())
    page = shown()
    assert "Assess Margaret Ellis" in section(page, "urgent")
    assert "nobody leads it" in section(page, "urgent")


def test_a_protected_identity_is_called_by_its_label() -> None:
    _, (margaret,) = led("Margaret Ellis")
    with transaction.atomic():
        protect_identity(actor=acting(PRIYA), now=clock_now(), party=margaret)
    page = shown()
    assert "Assess Victim A" in page
    assert "Identity protected" in page
    assert "Margaret" not in page


def test_an_untold_victim_stands_first_when_late_with_the_safe_way_beside() -> None:
    long_ago = clock_now() - timedelta(days=20)
    case, (margaret,) = led("Margaret Ellis", now=long_ago)
    with transaction.atomic():
        priya = acting(PRIYA)
        ask(priya, case, margaret, method="post")
        assessed(priya, case, margaret, "medium", now=clock_now())
    urgent = section(shown(), "urgent")
    assert "First contact with Margaret Ellis" in urgent
    assert "Letter only. Do not ring or text" in urgent
    assert "days late" in urgent
    assert "Medium" in urgent


def test_who_was_not_told_of_a_proposed_closure_stands_on_the_list_and_first_in_the_case_until_told() -> None:
    case, (margaret,) = led("Margaret Ellis")
    with transaction.atomic():
        priya, now = acting(PRIYA), clock_now()
        ask(priya, case, margaret, method="phone")
        assessed(priya, case, margaret, "low", now=now)
        case.refresh_from_db()
        propose_closure(
            actor=priya, now=now, case=case, version=case.version, code="resolved_informal", reasons="It stopped."
        )  # fmt: skip
    href = f"/cases/{case.reference}/people/{margaret.id}/told"
    line = "Tell Margaret Ellis what was decided"
    for address in ("/", f"/cases/{case.reference}"):
        page = shown(address=address)
        assert f'href="{href}"' in page, address
        assert line in page
        assert "First contact with Margaret Ellis" not in page, "one thing to do, not two"
    with transaction.atomic():
        closure_notice(
            actor=acting(PRIYA), now=clock_now(), case=case, party=margaret, result="told", at=now, method="phone",
            told_outcome=True, told_reasons=True, told_review_right=True, told_how_to_return=True, words="All four.",
        )  # fmt: skip
    assert line not in shown()
    assert line not in shown(address=f"/cases/{case.reference}")


def test_a_band_older_than_the_last_report_asks_to_be_looked_at_again() -> None:
    before = clock_now() - timedelta(hours=3)
    case, (margaret,) = led("Margaret Ellis", now=before)
    with transaction.atomic():
        priya = acting(PRIYA)
        from sentinel.risk.operations import assess

        assess(actor=priya, now=before, case=case, party=margaret, version=matrix(), answers=THREAT)
        from sentinel.cases.models import Incident
        from sentinel.cases.provenance import provenance

        Incident.objects.create(
            case=case, category="personal", national_type="x", words="He was back.",
            **provenance(actor=priya, now=clock_now(), record_id=case.id),
        )  # fmt: skip
    urgent = section(shown(), "urgent")
    assert "Reassess Margaret Ellis" in urgent
    assert "before the last report" in urgent


def test_an_answer_that_is_still_unknown_is_asked_again_by_name() -> None:
    case, (margaret,) = led("Margaret Ellis")
    with transaction.atomic():
        assessed(acting(PRIYA), case, margaret, "medium", now=clock_now(), vulnerable="unknown")
    unknown = section(shown(), "unknown")
    assert "Is Margaret Ellis vulnerable?" in unknown
    assert "Still unknown" in unknown


def test_late_lines_stand_worst_band_first() -> None:
    long_ago = clock_now() - timedelta(days=40)
    low_case, (low,) = led("Lena Low", now=long_ago)
    high_case, (high,) = led("Hana High", now=long_ago + timedelta(days=5))
    with transaction.atomic():
        priya = acting(PRIYA)
        assessed(priya, low_case, low, "low", now=clock_now())
        assessed(priya, high_case, high, "high", now=clock_now())
    urgent = section(shown(), "urgent")
    assert urgent.index("Hana High") < urgent.index("Lena Low")


def test_own_actions_stand_by_their_date() -> None:
    case, _ = led()
    now = clock_now()
    with transaction.atomic():
        priya = acting(PRIYA)
        for what, days in (("Visit the landlord", 3), ("Ring the school", -1)):
            Action.objects.create(
                case=case, what=what, agency_id=priya.agency_id, user_id=priya.user_id, due=now + timedelta(days=days),
                record_id=case.id, origin_agency_id=priya.agency_id, created_at=now,
            )  # fmt: skip
    page = shown()
    assert "Ring the school" in section(page, "urgent")
    assert "Visit the landlord" in section(page, "next")


def test_another_persons_cases_are_not_mine() -> None:
    led("Margaret Ellis", email=COLIN)
    assert "Margaret Ellis" not in shown(PRIYA)


def test_a_closed_case_asks_for_nothing() -> None:
    case, _ = led("Margaret Ellis")
    with transaction.atomic():
        acting(PRIYA)
        Case.objects.filter(pk=case.pk).update(status="closed", closed_at=clock_now())
    assert "Margaret Ellis" not in shown()


def test_the_number_beside_my_work_counts_what_cannot_wait() -> None:
    led("Margaret Ellis", "Joan Ellis")
    for address in ("/", "/help/"):
        assert re.search(r'My work<span class="s-badge">2<', shown(PRIYA, address))
    assert "s-badge" not in shown(DAWN)


def test_a_call_taker_sees_no_case() -> None:
    led("Margaret Ellis")
    assert "Margaret Ellis" not in shown(DAWN)


def test_who_is_signed_out_is_sent_to_sign_in() -> None:
    from django.test import Client

    assert Client(headers={"host": "localhost"}).get("/").status_code == 302


@pytest.mark.parametrize(("email", "most"), [(PRIYA, 13), (COLIN, 14), (DAWN, 13)])
def test_the_page_asks_as_often_for_many_cases_as_for_one_and_at_most_fourteen_times(
    email: str, most: int
) -> None:
    def count() -> int:
        client = signed_in(email)
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(
            [
                one
                for one in captured
                if "SAVEPOINT" not in one["sql"] and one["sql"] not in {"BEGIN", "COMMIT"}
            ]
        )

    def one_more() -> None:
        case, (margaret, _) = led("Margaret Ellis", "Joan Ellis", email=email if email != DAWN else PRIYA)
        with transaction.atomic():
            assessed(acting(PRIYA), case, margaret, "medium", now=clock_now(), vulnerable="unknown")

    one_more()
    first = count()
    one_more()
    one_more()
    assert count() == first <= most
    assert CALM["vulnerable"] == "no"


def test_a_line_that_tells_of_a_place_leads_to_it() -> None:
    now = clock_now()
    with transaction.atomic():
        actor = acting(PRIYA)
        place = find_or_make_place(actor=actor, now=now, words="14 Sparrow Lane, Loughborough")
        case = a_case(actor, now=now, lead=user(PRIYA), team=user(PRIYA).team, place=place)
        a_party(actor, case, "Margaret Ellis", now=now)
        take_report(actor=acting(DAWN), now=now, telling=telling(told_at=now, place_id=place.id))
    page = shown()
    assert page.count(f'href="/places/{place.id}"') >= 2
    assert f'The place<span class="govuk-visually-hidden"> of {case.reference}</span>' in page
    assert f'<a href="/places/{place.id}">14 Sparrow Lane, Loughborough</a>' in page


def test_the_ways_about_are_called_main() -> None:
    assert '<nav class="s-places" aria-label="Main">' in shown()


def test_two_lines_of_the_same_words_are_told_apart_by_who_hears_them() -> None:
    cases = [led()[0] for _ in range(2)]
    now = clock_now()
    with transaction.atomic():
        priya = acting(PRIYA)
        for case in cases:
            Action.objects.create(
                case=case, what="Visit with the landlord", agency_id=priya.agency_id, user_id=priya.user_id, due=now,
                record_id=case.id, origin_agency_id=priya.agency_id, created_at=now,
            )  # fmt: skip
    page = shown()
    for case in cases:
        words = f'Visit with the landlord<span class="govuk-visually-hidden"> ({case.reference})</span></a>'
        assert words in page
