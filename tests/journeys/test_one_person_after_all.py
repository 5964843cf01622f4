"""An officer says that two are one; a data steward makes them one by the keyboard; more is told; and they are taken apart to the same rows."""

from __future__ import annotations

import os
import time

import pytest
from django.db import transaction

from sentinel.cases.operations import add_party
from sentinel.foundation import clock
from sentinel.matching.operations import say_same
from sentinel.matching.steward.models import Suggestion
from sentinel.people.facts import SafeContactGiven
from sentinel.people.models import Merge
from sentinel.people.operations import add_name, set_safe_contact
from sentinel.people.queries import facts_of
from tests.cases.making import a_case
from tests.journeys.people import Somebody
from tests.people.merging import NOOR, PHONES, all_rows_of
from tests.people.merging import somebody as told_of
from tests.support import PRIYA, acting

pytestmark = pytest.mark.long
# So many pairs are gone through by the keyboard: more where that is to be measured (docs/performance.md).
PAIRS = int(os.environ.get("SENTINEL_PAIRS", "9"))
# What nobody can have read is not decided (matching/steward/reading.py): milliseconds.
READING = 1_000


def test_merged_told_more_of_and_taken_apart_to_the_same_rows(somebody: type[Somebody]) -> None:
    with transaction.atomic():
        now = clock.now()
        case = a_case(acting(PRIYA), now=now)
        people = [
            told_of(name, case, phone=PHONES[at]) for at, name in enumerate(("Ann Lee", "Anne Lea", "A Lee"))
        ]
        for first, second in ((0, 1), (1, 2)):
            say_same(
                actor=acting(PRIYA), now=now, record_id=case.id, first=people[first].pk, second=people[second].pk,
                how="The same number",
            )  # fmt: skip
        ids = [one.pk for one in people]
        for person, role in zip(people, ("victim", "complainant", "witness"), strict=True):
            add_party(
                actor=acting(PRIYA), now=now, case_or_record=case, kind="person", person=person, roles=(role,)
            )
        before = all_rows_of(ids)
        assert {row[0] for row in before} >= {"people.PersonName", "cases.PartyIdentity", "cases.PartyRole"}

    noor = somebody(NOOR)
    noor.follow("Records")
    noor.follow("Go through them one by one")
    assert "Ann Lee" in noor.text
    assert "Nearly the same: two letters differ" in noor.text
    # By the keyboard alone: the key of "One person", and the next pair comes at once.
    for _ in range(2):
        noor.page.wait_for_timeout(READING)
        noor.press_access_key("s")
    assert "Nothing to be decided" in noor.text
    noor.go(f"/people/{ids[2]}")
    assert noor.path == f"/people/{ids[0]}"
    for name in ("Ann Lee", "Anne Lea", "A Lee"):
        assert name in noor.text

    with transaction.atomic():
        later = add_name(actor=acting(PRIYA), now=now, person_id=ids[1], record_id=case.id, full="Anne Moss")
        asked = set_safe_contact(
            actor=acting(PRIYA),
            now=now,
            person_id=ids[2],
            record_id=case.id,
            safe=SafeContactGiven(method="email"),
        )
        merged = all_rows_of(ids)
        assert before <= merged, "a merge rewrites nothing"

    while "Take apart" in noor.text:
        noor.follow("Take apart")
        noor.write(why="A mother and her daughters")
        noor.choose(two="yes")
        noor.press("Take apart")
        noor.go(f"/people/{ids[1]}")
    assert "Anne Moss" in noor.text
    assert "Ann Lee" not in noor.text.split("Was made one with another entry")[0]
    with transaction.atomic():
        priya = acting(PRIYA)
        after = all_rows_of(ids)
        assert after == merged, "nor does taking apart"
        # The keys by which the new name is found come with it.
        told = {row for row in after - before if row[0] != "matching.KeyRing"}
        assert {row[1] for row in told} == {str(later.pk), str(asked.pk)}
        assert {row.full for row in facts_of(priya, [ids[0]])[ids[0]].names} == {"Ann Lee"}
    noor.go("/put-right?state=not_same")
    assert noor.text.count("Two people") >= 2
    assert noor.complaints == []


def test_a_queue_is_gone_through_by_one_key_for_each_pair(somebody: type[Somebody]) -> None:
    with transaction.atomic():
        now = clock.now()
        case = a_case(acting(PRIYA), now=now)
        for number in range(PAIRS):
            first, second = (
                told_of(f"{name} {number}", case, phone=f"07700 9{number:05}")
                for name in ("Ann Lee", "Anne Lea")
            )
            say_same(
                actor=acting(PRIYA),
                now=now,
                record_id=case.id,
                first=first.pk,
                second=second.pk,
                how="The same number",
            )

    noor = somebody(NOOR)
    noor.follow("Records")
    noor.follow("Go through them one by one")
    begun = time.monotonic()
    for number in range(PAIRS):
        noor.page.wait_for_timeout(READING)
        noor.press_access_key("snl"[number % 3])
    took = time.monotonic() - begun - PAIRS * READING / 1_000
    print(f"{PAIRS} pairs by {PAIRS} keys: {took:.1f} s, {took / PAIRS:.2f} s a pair")
    assert noor.path == "/put-right"
    assert "Nothing to be decided" in noor.text
    with transaction.atomic():
        acting(NOOR)
        states = list(Suggestion.objects.values_list("state", flat=True))
        assert {one: states.count(one) for one in ("same", "not_same", "later")} == {
            "same": (PAIRS + 2) // 3, "not_same": (PAIRS + 1) // 3, "later": PAIRS // 3,
        }  # fmt: skip
        assert Merge.objects.count() == (PAIRS + 2) // 3
    assert noor.complaints == []
