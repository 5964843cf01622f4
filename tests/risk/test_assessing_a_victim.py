"""One assessment for each victim; the band, the case's own figures and the timeline follow in the same transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from sentinel.cases.models import Case, StatusChange
from sentinel.cases.operations import add_role
from sentinel.foundation.models import Event
from sentinel.kernel.births import birth_date
from sentinel.kernel.errors import Invalid, NotFound, Refused
from sentinel.people.operations import add_birth
from sentinel.questionnaires.queries import current_version
from sentinel.risk.about import About
from sentinel.risk.models import Assessment
from sentinel.risk.operations import assess, may_be_assessed
from sentinel.risk.queries import current_assessments
from tests.cases.making import a_case, a_party
from tests.risk.answers import CALM, THREAT, assessed, assessed_as, matrix
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA, COLIN = "priya.nair@charnwood.example", "colin.webb@charnwood.example"


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_a_judged_band_holds_and_is_told_on_the_timeline() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    row = assessed(priya, case, margaret, "medium")
    assert (row.band, row.computed_band, row.judgement) == (2, 0, "judged")
    assert row.judgement_reason == CALM["band_reason"]
    event = Event.objects.get(record_id=case.id, kind="assessed")
    assert event.payload == {
        "party": str(margaret.id), "subject": "victim", "band": "medium", "before": None, "judgement": "judged",
    }  # fmt: skip
    assert event.subject_id == row.id


def test_the_case_carries_the_highest_band_and_how_many_are_unassessed() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret, joan = a_party(priya, case), a_party(priya, case, "Joan Ellis")
    assert fresh(case).unassessed == 2
    assessed(priya, case, margaret, "low")
    assert (fresh(case).unassessed, fresh(case).highest_band) == (1, 1)
    assess(actor=priya, now=NOW, case=case, party=joan, version=matrix(), answers=THREAT)
    assert (fresh(case).unassessed, fresh(case).highest_band) == (0, 3)


def test_each_victim_of_one_household_has_an_own_assessment() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case, household="14 Sparrow Lane")
    joan = a_party(priya, case, "Joan Ellis", household="14 Sparrow Lane")
    assessed(priya, case, margaret, "medium")
    current = current_assessments(priya, case)
    assert current[margaret.id] is not None
    assert current[joan.id] is None


def test_a_new_case_passes_its_first_stage_when_every_victim_is_assessed() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret, joan = a_party(priya, case), a_party(priya, case, "Joan Ellis")
    assessed(priya, case, margaret)
    assert fresh(case).status == "new"
    assessed(priya, case, joan)
    assert fresh(case).status == "assessed"
    assert StatusChange.objects.filter(case=case, status="assessed").count() == 1


def test_a_victim_named_later_is_counted_at_once() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    assessed(priya, case, a_party(priya, case))
    witness = a_party(priya, case, "Ada Osei", "witness")
    assert fresh(case).unassessed == 0
    add_role(actor=priya, now=NOW, party=witness, role="victim")
    assert fresh(case).unassessed == 1


def test_an_automatic_answer_makes_it_high_without_a_choice_and_whatever_is_missing() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    row = assess(
        actor=priya, now=NOW, case=case, party=margaret, version=matrix(),
        answers={"weapon": "yes", "band_reason": "He showed a knife at her door."},
    )  # fmt: skip
    assert (row.band, row.automatic) == (3, ["weapon"])
    one = current_assessments(priya, case)[margaret.id]
    assert one is not None
    assert {unknown.key for unknown in one.unknown} >= {"violence", "vulnerable", "impact"}


@pytest.mark.parametrize("key", ["repeat_victim", "vulnerable", "safeguarding"])
def test_beside_an_automatic_answer_every_other_yes_is_explained_all_the_same(key: str) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    at_once = {"weapon": "yes", "band_reason": "He showed a knife at her door.", key: "yes"}
    with pytest.raises(Invalid) as error:
        assess(actor=priya, now=NOW, case=case, party=margaret, version=matrix(), answers=at_once)
    assert set(error.value.errors) == {f"{key}__why"}
    explained = at_once | {f"{key}__why": "Three times since June."}
    row = assess(actor=priya, now=NOW, case=case, party=margaret, version=matrix(), answers=explained)
    assert row.band == 3


def test_without_an_automatic_answer_everything_asked_is_answered_first() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    answers = {key: value for key, value in CALM.items() if key not in {"impact", "vulnerable"}}
    with pytest.raises(Invalid) as error:
        assess(actor=priya, now=NOW, case=case, party=margaret, version=matrix(), answers=answers, band="low")
    assert set(error.value.errors) == {"impact", "vulnerable"}
    assert not Assessment.objects.filter(case=case).exists()


def test_a_missing_reason_stands_beside_the_question_that_asks_for_it() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    answers = {**THREAT, "band_reason": ""}
    with pytest.raises(Invalid) as error:
        assess(actor=priya, now=NOW, case=case, party=margaret, version=matrix(), answers=answers)
    assert set(error.value.errors) == {"band_reason"}


def test_leaving_high_takes_a_supervisor_who_did_not_make_it_high() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    assess(actor=priya, now=NOW, case=case, party=margaret, version=matrix(), answers=THREAT)
    with pytest.raises(Invalid) as error:
        assessed(priya, case, margaret, "medium", now=NOW + timedelta(hours=1))
    assert set(error.value.errors) == {"band"}
    assert fresh(case).highest_band == 3
    colin = acting(COLIN)
    assessed(colin, case, margaret, "medium", now=NOW + timedelta(hours=2))
    assert fresh(case).highest_band == 2
    last = Event.objects.filter(record_id=case.id, kind="assessed").latest("happened_at")
    assert (last.payload["before"], last.payload["band"], last.payload["judgement"]) == (
        "high",
        "medium",
        "lowered",
    )


def test_a_supervisor_does_not_take_back_an_own_high() -> None:
    acting(PRIYA)
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    colin = acting(COLIN)
    assess(actor=colin, now=NOW, case=case, party=margaret, version=matrix(), answers=THREAT)
    with pytest.raises(Invalid, match="Another supervisor"):
        assessed(colin, case, margaret, "low", now=NOW + timedelta(hours=1))


def test_the_scored_set_gives_its_band_and_keeps_its_score() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    version = current_version("victim-risk-generic-2012-style-draft", NOW.date())
    answers = {"stalking": "yes", "stalking__why": "He waits at the gate each morning."}
    row = assess(actor=priya, now=NOW, case=case, party=margaret, version=version, answers=answers)
    assert (row.computed_band, row.band, row.judgement) == (3, 3, "")
    assert row.score is not None


def test_of_two_who_assess_at_once_both_are_kept_the_later_stands_and_the_earlier_author_is_told() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    given: dict[str, Any] = {
        "case": case,
        "party": margaret,
        "version": matrix(),
        "answers": CALM,
        "seen": None,
    }
    first = assess(actor=priya, now=NOW, band="low", **given)
    colin = acting(COLIN)
    second = assess(actor=colin, now=NOW + timedelta(seconds=5), band="medium", **given)
    assert (first.beside_id, second.beside_id, second.band) == (None, first.id, 2)
    assert Assessment.objects.filter(party=margaret).count() == 2
    one = current_assessments(colin, case)[margaret.id]
    assert one is not None
    assert one.id == second.id
    told = Event.objects.filter(record_id=case.id, kind="assessed").latest("happened_at")
    assert told.payload["beside"] == str(first.id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'user_id' FROM procrastinate_jobs WHERE task_name = 'risk.tell_assessed_beside'"
        )
        assert cursor.fetchall() == [(str(priya.user_id),)]


def test_who_had_not_seen_a_higher_band_does_not_take_it_away() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    given: dict[str, Any] = {"case": case, "party": margaret, "version": matrix(), "seen": None}
    assess(actor=priya, now=NOW, answers=THREAT, **given)
    colin = acting(COLIN)  # a supervisor, who might lower it had he seen it
    second = assess(actor=colin, now=NOW + timedelta(seconds=5), answers=CALM, band="low", **given)
    assert (second.band, fresh(case).highest_band) == (3, 3)


def test_the_newest_stands_and_the_older_stay() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    assessed(priya, case, margaret, "low")
    second = assessed(priya, case, margaret, "medium", now=NOW + timedelta(days=3))
    one = current_assessments(priya, case)[margaret.id]
    assert one is not None
    assert (one.id, one.band, one.judgement, one.assessor) == (second.id, "medium", "raised", "Priya Nair")
    assert Assessment.objects.filter(party=margaret).count() == 2


def test_a_party_of_another_case_is_not_found() -> None:
    priya = acting(PRIYA)
    elsewhere = a_party(priya, a_case(priya))
    with pytest.raises(NotFound):
        assessed(priya, a_case(priya), elsewhere)


def test_who_has_not_the_right_is_refused() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    with pytest.raises(Refused):
        assessed(acting("dawn.ashby@charnwood.example"), case, margaret)


def test_a_witness_is_not_assessed_as_a_victim() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    with pytest.raises(Invalid, match="Only a victim"):
        assessed(priya, case, a_party(priya, case, "Ada Osei", "witness"))


def test_a_child_who_is_a_victim_is_assessed_though_others_complain_of_it() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    child = a_party(priya, case, "Tim Horton", "victim", "child_involved")
    assert assessed(priya, case, child, "medium").band == 2


@pytest.mark.parametrize(
    ("born", "may"), [("1/12/2016", False), ("20/11/2016", True), ("about 40", True), ("2017", False)]
)
def test_a_child_under_ten_is_never_assessed_as_a_perpetrator(born: str, may: bool) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, "Dale Horton", "alleged_perpetrator")
    add_birth(
        actor=priya,
        now=NOW,
        person_id=party.identity.person_id,
        record_id=case.id,
        birth=birth_date(born, NOW.date()),
    )
    if may:
        may_be_assessed(case, About(case.id, "perpetrator", party=party))
    else:
        with pytest.raises(Invalid, match="never assessed"):
            may_be_assessed(case, About(case.id, "perpetrator", party=party))


@pytest.mark.parametrize(
    ("born", "said", "may"),
    [("1/6/2011", "no", False), ("1/6/2011", "unknown", True), ("1/6/1980", "yes", False), ("1/6/1980", "no", True), ("2008", "no", True)],
)  # fmt: skip
def test_an_age_that_contradicts_the_birth_on_record_is_not_kept(born: str, said: str, may: bool) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, "Jayden Horton", "alleged_perpetrator")
    add_birth(
        actor=priya, now=NOW, person_id=party.identity.person_id, record_id=case.id, birth=birth_date(born, NOW.date())
    )  # fmt: skip
    more = {"age_group": said, **({"age_group__why": "His mother, told by letter."} if said == "yes" else {})}
    if may:
        assert assessed_as(priya, case, "perpetrator", party, **more).answers["age_group"] == said
    else:
        with pytest.raises(Invalid) as refused:
            assessed_as(priya, case, "perpetrator", party, **more)
        assert "The birth on record" in refused.value.errors["age_group"][0]
