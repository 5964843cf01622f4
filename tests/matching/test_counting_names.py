"""How common a name is, counted over everybody, takes weight from sharing it; a rare one gives more, and nobody is picked out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.kernel.phones import parse_phone
from sentinel.matching import counting
from sentinel.matching.facts import HowCommon
from sentinel.matching.models import Commonness
from sentinel.matching.queries import known_people
from sentinel.matching.rules import Given
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from tests.matching.test_keys_are_guarded import a_record
from tests.support import NOW, PRIYA, acting


def test_a_name_that_is_not_listed_is_rare_and_of_other_fields_nothing_is_known() -> None:
    common = HowCommon({("family", "smith"): 0.013, ("", ""): 0.00001})
    assert common("family", "smith") == 0.013
    assert common("given", "smith") == common("family", "ellis") == 0.00001
    assert common("postcode", "le11 0zz") is None
    assert HowCommon()("family", "smith") is None


def test_names_are_counted_by_part_and_few_are_not_listed(
    as_worker: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch, clean: None
) -> None:
    monkeypatch.setattr(counting, "FEWEST", 2)
    monkeypatch.setattr(counting, "ENOUGH", 3)
    phone = parse_phone("01632 960142")
    said = [Given(name=f"Margaret {family}", phones=(phone.e164,)) for family in ("Ellis", "Szczepanski")]
    with transaction.atomic():
        priya = acting(PRIYA)
        record = a_record(priya)
        for name in ("Margaret Ellis", "Joseph Ellis", "Ann Ellis-Hart", "Margaret Szczepanski"):
            add_person(
                actor=priya, now=NOW, record_id=record, facts=Facts(name=NameGiven(full=name), phones=[phone])
            )
        before = [known_people(priya, one, NOW)[0].match.weight for one in said]
    with as_worker(), transaction.atomic():
        state_actor(SYSTEM)
        assert counting.count_names() == 3
        listed = set(Commonness.objects.values_list("part", "value", "share"))
    assert listed == {("family", "ellis", 0.75), ("given", "margaret", 0.5), ("", "", 0.25)}
    with transaction.atomic():
        priya = acting(PRIYA)
        after = [known_people(priya, one, NOW)[0].match.weight for one in said]
    assert after[0] < before[0], "half of all are called so"
    assert after[1] - after[0] > before[1] - before[0], "the rarer name tells more"
