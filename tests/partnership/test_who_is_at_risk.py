"""Where an assessment says that somebody is at risk, the safeguarding referral is about them: never about whoever poses it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sentinel.cases.models import Case, Party
from sentinel.cases.next import what_is_next
from sentinel.cases.queries import get_case, people_of
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.at_risk import say_who
from sentinel.partnership.referrals.filling import filled_in
from sentinel.partnership.referrals.operations import do_not_send, say_kind
from sentinel.questionnaires.queries import question_set_of
from tests.cases.making import a_case, a_party
from tests.partnership.making import BETH, questions
from tests.risk.answers import OF_PERPETRATOR, assessed_as
from tests.support import NOW, PRIYA, acting, signed_in

GEORGE = {
    "person_at_risk": "yes",
    "person_at_risk__why": "George next door, who is pushed about on the stairs.",
}
TODAY = london_date(NOW)


def jayden_is_assessed(**changed: Any) -> tuple[Actor, Case, Party]:
    """A case in which Jayden, who is complained of, is a danger to George next door, who is no part of it."""
    priya = acting(PRIYA)
    case = a_case(priya)
    jayden = a_party(priya, case, "Jayden Shaw", "alleged_perpetrator")
    assessed_as(priya, case, "perpetrator", jayden, "high", **{**GEORGE, **changed})
    return priya, Case.objects.get(pk=case.pk), jayden


def safeguarding(case: Case) -> list[Referral]:
    return list(Referral.objects.filter(case=case, kind__in=rules.SAFEGUARDING).order_by("opened_at", "id"))


def said(actor: Actor, case: Case, row: Referral, **given: Any) -> list[Referral]:
    return say_who(actor=actor, now=NOW, case=case, referral=row, version=row.version, **given)


def concern(actor: Actor, case: Case, row: Referral) -> str:
    questions_ = question_set_of(questions("safeguarding_adult").id)
    filled = filled_in(actor, case, row.party, questions_, TODAY, told_in=row.told_in_id)
    return str(filled.get("concern", ""))


@pytest.mark.django_db
def test_whoever_poses_the_danger_is_not_referred_and_it_is_asked_who_is_at_risk() -> None:
    priya, case, jayden = jayden_is_assessed()
    [row] = safeguarding(case)
    assert (row.party, row.kind, row.because) == (None, rules.UNDECIDED, "safeguarding")
    seen = get_case(priya, case.reference)
    [due] = [one for one in what_is_next(priya, seen, NOW) if one.url_name == "referral_about"]
    assert due.harm
    assert due.words == "Say who is at risk, for the safeguarding referral"
    with pytest.raises(Invalid):
        said(priya, case, row, parties=[jayden])
    with pytest.raises(Invalid):
        said(priya, case, row, names=["  "])
    with pytest.raises(Conflict):
        say_kind(actor=priya, now=NOW, case=case, referral=row, version=row.version, kind=rules.ADULT)


@pytest.mark.django_db
def test_a_name_is_added_to_the_case_and_referred_with_what_was_told_of_them() -> None:
    priya, case, _ = jayden_is_assessed()
    [row] = safeguarding(case)
    [row] = said(priya, case, row, names=["George Pike"])
    assert row.party is not None
    names = {one.id: one.name for one in people_of(priya, case, TODAY)}
    assert names[row.party_id] == "George Pike"
    assert "George next door" in concern(priya, case, row)
    row = say_kind(actor=priya, now=NOW, case=case, referral=row, version=row.version, kind=rules.ADULT)
    with pytest.raises(Conflict):
        said(priya, case, row, names=["Another"])


@pytest.mark.django_db
def test_each_of_several_has_a_referral_and_nobody_two_that_wait() -> None:
    priya, case, _ = jayden_is_assessed()
    margaret = a_party(priya, case)
    joe = a_party(priya, case, "Joe Ellis", "child_involved")
    assessed_as(priya, case, "victim", margaret, safeguarding="yes", safeguarding__why="She goes hungry.")
    own = Referral.objects.get(case=case, party=margaret, kind__in=rules.SAFEGUARDING)
    [row] = [one for one in safeguarding(case) if one.party_id is None]
    found = said(priya, case, row, parties=[margaret, joe])
    assert [one.party_id for one in found] == [margaret.id, joe.id]
    assert found[0].id == own.id
    assert (found[1].id, found[1].kind) == (row.id, rules.CHILD)
    both = concern(priya, case, found[0])
    assert "She goes hungry." in both
    assert "George next door" in both
    assert len(safeguarding(case)) == 2


@pytest.mark.django_db
def test_where_everybody_at_risk_is_referred_already_the_asking_is_settled() -> None:
    priya, case, _ = jayden_is_assessed()
    margaret = a_party(priya, case)
    assessed_as(priya, case, "victim", margaret, safeguarding="yes", safeguarding__why="She goes hungry.")
    [row] = [one for one in safeguarding(case) if one.party_id is None]
    said(priya, case, row, parties=[margaret])
    row.refresh_from_db()
    assert row.settled_at
    assert "another safeguarding referral" in row.not_sent_because


@pytest.mark.django_db
def test_a_victims_assessment_asks_who_too_and_a_case_and_a_place_do() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    child = {"person_at_risk": "yes", "person_at_risk__why": "Her grandson."}
    assessed_as(priya, case, "victim", margaret, **child)
    [row] = safeguarding(case)
    assert row.party is None
    [row] = said(priya, case, row, parties=[margaret])
    assert row.party == margaret, "she may be the one herself"
    other = a_case(priya, title="Glass on the path")
    assessed_as(priya, other, "case", suicide="yes", suicide__why="A boy said so.")
    assert [one.party for one in safeguarding(other)] == [None]


@pytest.mark.django_db
def test_what_tells_of_their_own_danger_is_about_them() -> None:
    _priya, case, jayden = jayden_is_assessed(
        person_at_risk="no", suicide="yes", suicide__why="He said that he would jump."
    )
    assert [one.party for one in safeguarding(case)] == [jayden]


@pytest.mark.django_db
def test_the_same_words_ask_once_and_other_words_again() -> None:
    priya, case, jayden = jayden_is_assessed()
    again = assessed_as(priya, case, "perpetrator", jayden, "high", **GEORGE)
    [row] = safeguarding(case)
    assert row.told_in_id == again.id, "it goes on with the newer assessment"
    said(priya, case, row, names=["George Pike"])
    assessed_as(priya, case, "perpetrator", jayden, "high", **GEORGE)
    assert len(safeguarding(case)) == 1
    child = {"person_at_risk": "yes", "person_at_risk__why": "His sister of six."}
    assessed_as(priya, case, "perpetrator", jayden, "high", **child)
    assert [one.party is None for one in safeguarding(case)] == [False, True]


@pytest.mark.django_db
def test_nobody_needs_to_be_referred_with_a_reason_and_strangers_say_nothing() -> None:
    priya, case, _ = jayden_is_assessed()
    [row] = safeguarding(case)
    other = a_party(priya, a_case(priya, title="Another"), "Ann Other")
    with pytest.raises(NotFound):
        said(priya, case, row, parties=[other])
    with pytest.raises(Refused):
        said(acting(BETH), case, row, names=["George Pike"])
    priya = acting(PRIYA)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=row.pk).update(kind=rules.ADULT)
    done = do_not_send(
        actor=priya, now=NOW, case=case, referral=row, version=row.version, because="He has moved."
    )
    assert rules.state_of(done) == rules.NOT_SENT


@pytest.mark.usefixtures("transactional_db")
def test_the_page_asks_as_soon_as_the_assessment_is_kept() -> None:
    with transaction.atomic():
        priya_ = acting(PRIYA)
        case = a_case(priya_, now=clock_now())
        jayden = a_party(priya_, case, "Jayden Shaw", "alleged_perpetrator", now=clock_now())
        a_party(priya_, case, now=clock_now())
    priya = signed_in(PRIYA)
    answers = {**OF_PERPETRATOR, **GEORGE}
    kept = priya.post(f"/cases/{case.reference}/people/{jayden.id}/assess/perpetrator", answers)
    where = kept["Location"]
    assert where.endswith("/about")
    shown = priya.get(where).content.decode()
    assert "George next door" in shown
    assert "not about Jayden Shaw, from whom the danger is said to come" in shown
    assert "Margaret Ellis, victim" in shown
    assert str(jayden.id) not in shown
    empty = priya.post(where, {"version": "1"})
    assert empty.status_code == 422
    assert "Choose who is at risk, or write their name." in empty.content.decode()
    assert priya.get(where.removesuffix("/about"))["Location"] == where
    whole = priya.get(f"/cases/{case.reference}").content.decode()
    assert "Say who is at risk" in whole
    assert "Safeguarding concern" not in whole, "nothing of it stands beside Jayden"
    assert f'href="{where}"' in whole
    on = priya.post(where, {"version": "1", "names": "George Pike"}, follow=True)
    assert "George Pike a child or an adult?" in on.content.decode()
    listed = priya.get(f"/cases/{case.reference}/referrals").content.decode()
    assert "Safeguarding: George Pike" in listed
