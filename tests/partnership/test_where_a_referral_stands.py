"""Where a referral stands, who answers it, and who may be told, are the same wherever they are asked."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from django.db.models import DateTimeField, Value

from sentinel.accounts.rules import AGENCY_KINDS, referral_duties_of, right_of_referral_duty
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.models import UNANSWERED, Referral, SentReferral
from tests.questionnaires.shipped import items

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANSWERS = ("acknowledged_at", "declined_at", "withdrawn_at")


@pytest.mark.django_db
@pytest.mark.parametrize("given", list(product((None, AT), repeat=3)))
def test_the_database_and_a_row_say_the_same_of_what_waits(given: tuple[Any, ...]) -> None:
    facts = dict(zip(ANSWERS, given, strict=True))
    asked = {name: Value(at, output_field=DateTimeField(null=True)) for name, at in facts.items()}
    copy = SentReferral(sent_at=AT, **facts)
    assert copy.waits is UNANSWERED.check(asked) is (given == (None, None, None))
    assert Referral(sent_at=AT, **facts).waits is copy.waits
    assert not Referral(**facts).waits, "what was not sent waits for no answer"


def test_the_rule_sends_only_to_agencies_that_may_put_somebody_on_its_duty_and_to_all_of_them() -> None:
    rule = items("referrals")
    told = {(kind, item["duty"]) for item in rule.values() for group in item["to"] for kind in group}
    assert told == {(kind, duty) for kind in AGENCY_KINDS for duty in referral_duties_of(kind)}
    assert {item["duty"] for item in rule.values()} == set(rule) == set(rules.SENT_KINDS)


def test_a_safeguarding_concern_takes_its_own_right() -> None:
    assert rules.kinds_for({"answer_referrals"}) == [rules.VICTIM_FIRST, rules.JAG]
    assert rules.kinds_for({"answer_safeguarding"}) == [rules.CHILD, rules.ADULT]
    assert set(rules.kinds_for({"answer_referrals", "answer_safeguarding"})) == set(rules.SENT_KINDS)
    assert rules.kinds_for({"see_cases"}) == []
    for kind in rules.SENT_KINDS:
        assert rules.kinds_for({right_of_referral_duty(kind)}).count(kind) == 1
