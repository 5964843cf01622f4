"""Local rules are shown with their dates and sources, and changed by two people, from tomorrow at the earliest."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from sentinel.foundation.clock import now
from sentinel.governance.models import LocalRuleProposal
from sentinel.governance.rules.lists import codes_of, differences, fields_of, with_values
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.ids import new_id
from sentinel.questionnaires.content_files import read_rules
from sentinel.questionnaires.models import LocalRule
from sentinel.questionnaires.queries import rule, rule_content
from tests.governance.making import GRACE, NADIA, errors, rule_proposed, text
from tests.support import PRIYA, acting, signed_in

STANDARDS = "contact-standards"


def release_rule(row: LocalRuleProposal, by: str, seen: str | None = None) -> None:
    """Straight at the database, as somebody who has got past the pages."""
    with transaction.atomic(), connection.cursor() as cursor:
        acting(by)
        cursor.execute(
            "SELECT governance_release_rule(%s, %s, %s)", [row.pk, seen or row.fingerprint, new_id()]
        )


def form_of(page: Any) -> dict[str, str]:
    """What a browser would send of a page's form, as it stands."""
    html = page.content.decode().split("<main", 1)[1]
    given = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    given |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)<', html))
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, flags=re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        given[name] = chosen[1] if chosen else ""
    return given


def day(days: int) -> str:
    return f"{london_date(now()) + timedelta(days=days):%d/%m/%Y}"


def test_each_rule_is_shown_with_its_date_its_source_and_whether_it_was_confirmed(
    transactional_db: None,
) -> None:
    grace = signed_in(GRACE)
    words = text(grace.get("/local-rules/"))
    for found in LocalRule.objects.filter(agency_id=None):
        assert found.content["title"].replace("'", "’") in words
    assert "National Standard for Incident Recording" in words
    page = text(grace.get(f"/local-rules/{STANDARDS}"))
    assert "First contact, high risk Working days: 1" in page
    assert "Not confirmed here yet" in page
    assert grace.get("/local-rules/no-such-rule").status_code == 404
    for path in ("", f"{STANDARDS}", f"{STANDARDS}/propose", f"{STANDARDS}/decide"):
        assert signed_in(PRIYA).get(f"/local-rules/{path}").status_code == 403


def test_two_people_change_a_rule_in_the_browser_and_it_holds_from_its_day(transactional_db: None) -> None:
    grace, nadia = signed_in(GRACE), signed_in(NADIA)
    sent = form_of(grace.get(f"/local-rules/{STANDARDS}/propose"))
    sent |= {"item-0-business_days": "3", "source": "Board of 1 May", "effective_from": day(2)}
    answer = grace.post(f"/local-rules/{STANDARDS}/propose", sent)
    assert answer["Location"] == f"/local-rules/{STANDARDS}"
    own = grace.get(f"/local-rules/{STANDARDS}/decide")
    assert "you proposed it yourself" in text(own)
    assert "Approve from" not in text(own)
    page = nadia.get(f"/local-rules/{STANDARDS}/decide")
    assert "First contact, high risk Changed: working days 1 3" in text(page)
    approved = nadia.post(f"/local-rules/{STANDARDS}/decide", {"fingerprint": form_of(page)["fingerprint"]})
    assert approved["Location"] == f"/local-rules/{STANDARDS}"
    today = london_date(now())
    assert rule_content(STANDARDS, today + timedelta(days=1))["items"][0]["business_days"] == 1
    made = rule(STANDARDS, today + timedelta(days=2))
    assert made.content["items"][0]["business_days"] == 3
    assert made.content["items"][1:] == rule_content(STANDARDS, today)["items"][1:]
    assert made.confirmed
    assert made.source == "Board of 1 May"
    assert "approved by Nadia Byrne" in text(grace.get(f"/local-rules/{STANDARDS}"))


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(transactional_db: None) -> None:
    grace = signed_in(GRACE)
    address = f"/local-rules/{STANDARDS}/propose"
    good = {**form_of(grace.get(address)), "effective_from": day(2), "source": "Board of 1 May"}
    for name, value in (
        ("item-0-business_days", "soon"), ("item-0-business_days", "-1"), ("item-0-label", " "), ("source", ""),
        ("effective_from", day(0)), ("effective_from", day(-3)), ("effective_from", day(900)), ("effective_from", "someday"),
    ):  # fmt: skip
        answer = grace.post(address, {**good, name: value})
        assert answer.status_code == 422, (name, value)
        assert errors(answer).strip(), (name, value)
    assert LocalRuleProposal.objects.count() == 0


def test_a_set_is_chosen_among_those_about_the_same_subject(transactional_db: None) -> None:
    page = signed_in(GRACE).get("/local-rules/risk-matrices/propose").content.decode()
    victims = re.search(r'name="item-0-set".*?</select>', page, flags=re.S)
    assert victims
    assert 'value="victim-risk-generic-2012-style-draft"' in victims[0]
    assert "call-script" not in victims[0]


def test_codes_are_not_changed_by_anything_that_is_sent(transactional_db: None) -> None:
    grace = signed_in(GRACE)
    address = f"/local-rules/{STANDARDS}/propose"
    sent = {
        **form_of(grace.get(address)),
        "effective_from": day(2),
        "item-0-band": "low",
        "source": "Board",
        "item-0-key": "mine",
    }
    assert grace.post(address, sent).status_code == 302
    assert LocalRuleProposal.objects.get().content["items"][0]["band"] == "high"
    assert LocalRuleProposal.objects.get().content["items"][0]["key"] == "first_high"


def test_one_proposal_at_a_time_and_none_on_an_old_version(transactional_db: None) -> None:
    first = rule_proposed()
    with pytest.raises(Conflict, match="decided first"):
        rule_proposed(by=NADIA)
    release_rule(first, NADIA)
    with pytest.raises(Invalid, match="planned"):
        rule_proposed(days=1)
    sent = form_of(signed_in(GRACE).get(f"/local-rules/{STANDARDS}/propose"))
    sent |= {"based_on": str(first.based_on_id), "effective_from": day(9), "source": "Board"}
    assert signed_in(GRACE).post(f"/local-rules/{STANDARDS}/propose", sent).status_code == 409
    release_rule(rule_proposed(days=2), NADIA)


def test_it_is_sent_back_with_a_reason_and_another_may_follow(transactional_db: None) -> None:
    rule_proposed()
    nadia = signed_in(NADIA)
    assert nadia.post(f"/local-rules/{STANDARDS}/decide", {"do": "back", "why": ""}).status_code == 422
    nadia.post(f"/local-rules/{STANDARDS}/decide", {"do": "back", "why": "Two days, said the board."})
    assert "Two days, said the board." in text(signed_in(GRACE).get(f"/local-rules/{STANDARDS}"))
    assert rule_proposed().state == "proposed"


def test_the_database_asks_everything_again(transactional_db: None) -> None:
    row = rule_proposed()
    with pytest.raises(DatabaseError, match="nobody approves what they wrote"):
        release_rule(row, GRACE)
    with pytest.raises(DatabaseError, match="a governance officer approves"):
        release_rule(row, PRIYA)
    with pytest.raises(DatabaseError, match="what is released is what was seen"):
        release_rule(row, NADIA, "0" * 64)
    assert (
        signed_in(NADIA).post(f"/local-rules/{STANDARDS}/decide", {"fingerprint": "0" * 64}).status_code
        == 409
    )
    release_rule(row, NADIA)
    with pytest.raises(DatabaseError, match="only what was proposed is released"):
        release_rule(row, NADIA)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_localruleproposal SET content = '{}'",
        "UPDATE governance_localruleproposal SET effective_from = effective_from - 9",
        "UPDATE governance_localruleproposal SET proposed_by_id = decided_by_id",
        "UPDATE questionnaires_localrule SET source = 'Mine'",
        "DELETE FROM governance_localruleproposal",
    ],
)
def test_what_was_proposed_stands_fast(transactional_db: None, statement: str) -> None:
    rule_proposed()
    with transaction.atomic(), connection.cursor() as cursor:
        acting(GRACE)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.parametrize("found", list(read_rules()), ids=lambda found: found.name)
def test_every_rule_that_ships_can_be_shown_changed_and_compared(found: Any) -> None:
    fields = fields_of(found.content)
    assert fields
    assert len({field.name for field in fields}) == len(fields)
    same = with_values(found.content, {field.name: field.value for field in fields})
    assert same == found.content
    assert list(differences(found.content, same)) == []
    other = with_values(found.content, {fields[0].name: 7 if fields[0].kind == "number" else "Other words"})
    assert len(list(differences(found.content, other))) == 1
    for item in found.content.get("items", []):
        assert all(isinstance(said, str) for pair in codes_of(item) for said in pair)


@pytest.mark.parametrize("found", list(read_rules()), ids=lambda found: found.name)
def test_what_people_read_in_a_rule_can_be_changed_only_codes_stay(found: Any) -> None:
    for item in found.content.get("items", []):
        for said, value in codes_of(item):
            assert " " not in value, f"{found.name}: {said} is words that no page lets anybody change"
        assert not any(" " in key for key in item), f"{found.name}: words were read as the name of a field"
