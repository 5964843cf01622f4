"""Whatever is typed of somebody, the check answers, at once: a limit on each statement proves that none is slow."""

from __future__ import annotations

import string
from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import given as examples
from hypothesis import strategies as st

from sentinel.kernel.births import birth_date
from sentinel.kernel.ids import new_id
from sentinel.matching.hits.telling import tell_elsewhere
from sentinel.matching.queries import known_people
from sentinel.matching.rules import Given
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from tests.desk.report.calling import call
from tests.matching.test_keys_are_guarded import a_record
from tests.support import NOW, PRIYA, acting, signed_in

TODAY = date(2026, 11, 20)
KNOWN = "/reports/take/known"
# What no statement of a check may take, on a machine that does much else.
AT_MOST = "750ms"
NAMES = {
    "nothing": "",
    "spaces": "   ",
    "a letter": "M",
    "10,000 characters": "Margaret " * 1_112,
    "10,000 characters in a word": "a" * 10_000,
    "wildcards": "%%% ___ *** ???",
    "unknown": "unknown",
    "an emoji": "😀 🧑🏽‍🦰",
    "sixty words": " ".join(f"{one}{two}" for one in "abcdefgh" for two in string.ascii_lowercase[:8])[:400],
    "SQL": "Robert'); DROP TABLE people_person;--",
    "a query language": 'name:(Ellis AND "Margaret"~2) OR *:* && !x | (y & z)',
    "a regular expression": "(a+)+$ [[:alpha:]]* \\",
    "right to left": "\u202emargaret\u202c علي",
    "signs that join": "M\u0301\u0301\u0301\u200d\u200d " * 40,
    "nul": "Mar\x00garet",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_any_name_has_an_answer_at_once(name: str) -> None:
    priya = acting(PRIYA)
    add_person(
        actor=priya, now=NOW, record_id=a_record(priya), facts=Facts(name=NameGiven(full="Margaret Ellis"))
    )
    said = Given(
        name=name.replace("\x00", "")[:400],
        birth=birth_date("3/4/1955", TODAY),
        postcode="LE11 0ZZ",
        phones=("+441632960142",),
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{AT_MOST}'")
    assert isinstance(known_people(priya, said, NOW), list)
    assert isinstance(tell_elsewhere(priya, said, in_hand=new_id()), list)


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@examples(
    st.text(max_size=400).filter(lambda text: "\x00" not in text),
    st.text(max_size=300).filter(lambda text: "\x00" not in text),
    st.lists(st.text(max_size=40).filter(lambda text: "\x00" not in text), max_size=3),
)
def test_any_text_at_all_has_an_answer(name: str, home: str, numbers: list[str]) -> None:
    priya = acting(PRIYA)
    said = Given(
        name=name, homes=(home,), identifiers=tuple(numbers), emails=tuple(numbers), phones=tuple(numbers)
    )
    assert isinstance(known_people(priya, said, NOW), list)


@pytest.mark.parametrize(
    "typed",
    [
        *({"q-caller_name": name} for name in NAMES.values()),
        {"r-caller_birth": "31 February 1955"},
        {"r-caller_birth": "unknown"},
        {"q-caller_number": "oh one six three two"},
        {"r-caller_email": "unknown"},
        {"r-caller_address": "unknown " * 50},
        {"q-caller_name": "unknown", "r-caller_birth": "unknown", "q-caller_number": "unknown", "q-where": "unknown",
         "r-caller_email": "unknown", "r-caller_address": "unknown"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", [KNOWN, "/reports/take"])
def test_the_panel_and_the_button_answer_whatever_was_typed(
    transactional_db: None, address: str, typed: dict[str, str]
) -> None:
    answer = signed_in(PRIYA).post(address, {**call(do="known"), **typed})
    assert answer.status_code == 200
