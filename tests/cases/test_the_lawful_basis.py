"""What is shared is shared on a basis of the list of the day, chosen by its code and kept in its words."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import transaction

from sentinel.access.models import Disclosure
from sentinel.cases.models import Case
from sentinel.cases.operations.sharing import involve
from sentinel.kernel.errors import Invalid
from tests.cases.making import a_case, agency
from tests.questionnaires.shipped import items
from tests.support import NOW, PRIYA, acting

COLIN, S115 = "colin.webb@charnwood.example", "crime_and_disorder"


def shared(case: Case, **said: Any) -> Disclosure:
    """The line in the ledger of a case that a supervisor shared with victim support."""
    given = {
        "agency": agency("victim-first"), "part": "Support", "rung": "read", "lawful_basis": S115, "why": "She asked for help",
        "wish": "agrees", **said,
    }  # fmt: skip
    involve(actor=acting(COLIN), now=NOW, case=case, **given)
    return Disclosure.objects.get(record_id=case.id, to_agency=agency("victim-first"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said", [{"lawful_basis": key} for key in ("", "s.115", "Crime and Disorder Act 1998 s.115", "common_sense")]
)  # fmt: skip
def test_what_is_no_basis_of_the_list_shares_nothing(said: dict[str, str]) -> None:
    case = a_case(acting(PRIYA))
    with pytest.raises(Invalid) as refused:
        shared(case, **said)
    assert list(refused.value.errors) == ["lawful_basis"]
    assert not Disclosure.objects.filter(record_id=case.id, to_agency=agency("victim-first")).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("wish", ["objects", "not_asked", "could_not_be_asked", "not_applicable"])
def test_consent_is_no_basis_where_nobody_consented(wish: str) -> None:
    case = a_case(acting(PRIYA))
    with pytest.raises(Invalid) as refused:
        shared(case, lawful_basis="consent", wish=wish)
    assert list(refused.value.errors) == ["lawful_basis"]
    assert shared(case, lawful_basis="consent").lawful_basis == items("lawful-bases")["consent"]["ledger"]


def test_a_changed_list_holds_for_the_next_share_and_for_who_is_involved_from_the_start(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        before = shared(case)
    assert before.lawful_basis == "Crime and Disorder Act 1998 s.115"
    with psycopg.connect(database_urls["sentinel_owner"], autocommit=True) as owner:
        owner.execute(
            "UPDATE questionnaires_localrule SET content = replace((content #- '{items,1}')::text, '1998 s.115\"', '1998 s.115(1)\"')::jsonb"
            " WHERE name = 'lawful-bases'"
        )
    with transaction.atomic():
        opened = a_case(acting(PRIYA), involved=[agency("victim-first").id])
        assert (
            Disclosure.objects.get(record_id=opened.id, to_agency=agency("victim-first")).lawful_basis
            == "Crime and Disorder Act 1998 s.115(1)"
        )
        other = a_case(acting(PRIYA))
        with pytest.raises(Invalid), transaction.atomic():
            shared(other, lawful_basis="law_enforcement")
        assert shared(other).lawful_basis == "Crime and Disorder Act 1998 s.115(1)"
        before.refresh_from_db()
        assert before.lawful_basis == "Crime and Disorder Act 1998 s.115", "what was written stands"


def test_the_words_of_each_basis_fit_the_ledger_and_tell_it_from_the_others() -> None:
    bases = items("lawful-bases").values()
    assert all(0 < len(one["ledger"]) <= 120 for one in bases)
    assert len({one["ledger"] for one in bases}) == len(bases)
    assert [one["key"] for one in bases if one["needs_agreement"]] == ["consent"]
