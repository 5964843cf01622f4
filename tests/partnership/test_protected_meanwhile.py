"""An identity that is protected while somebody has the form of a referral open, or is sending it on another connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from sentinel.cases.models import Case, Party
from sentinel.cases.operations.guards import change
from sentinel.cases.operations.protection import protect_identity
from sentinel.kernel.errors import Conflict, Refused
from sentinel.partnership.models import Referral, ReferralContent, SentReferral
from sentinel.partnership.referrals.operations import sending
from sentinel.partnership.referrals.queries import content_of
from tests.partnership.making import ANA, COLIN, a_high_case, opened, send
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.usefixtures("transactional_db")
RUTH = "ruth.adeyemi@charnwood.example"


@pytest.fixture
def case() -> Case:
    with transaction.atomic():
        return a_high_case()[1]


def protect(case: Case) -> None:
    protect_identity(actor=acting(PRIYA), now=NOW, party=Party.objects.get(case=case))


def as_opened(case: Case) -> Referral:
    """The referral as somebody's form has it, with whom it is about."""
    with transaction.atomic():
        acting(RUTH)
        return Referral.objects.select_related("party").get(pk=opened(case).pk)


def beside(do: Callable[[], object]) -> tuple[threading.Thread, list[Exception]]:
    """Run on another connection, in a transaction of its own; what it raised."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            with transaction.atomic():
                do()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def waits(thread: threading.Thread) -> bool:
    """Whether it is still at it when it has had time to come to where it waits."""
    time.sleep(1.5)
    return thread.is_alive()


def test_a_form_that_was_open_before_sends_no_name_afterwards(case: Case) -> None:
    stale = as_opened(case)
    with transaction.atomic():
        protect(case)
    for row in (stale, as_opened(case)):
        with pytest.raises((Conflict, Refused)), transaction.atomic():
            send(acting(RUTH), case, row)
    with transaction.atomic():
        acting(PRIYA)
        assert not SentReferral.objects.exists()
        assert not ReferralContent.objects.exists()


def test_whoever_may_know_is_told_that_it_changed_and_sends_it_again(case: Case) -> None:
    stale = as_opened(case)
    with transaction.atomic():
        protect(case)
    with pytest.raises(Conflict), transaction.atomic():
        send(acting(PRIYA), case, stale)
    with transaction.atomic():
        send(acting(PRIYA), case, opened(case))
    with transaction.atomic():
        ruth = acting(RUTH)
        assert content_of(ruth, opened(case)).hidden
        assert not ReferralContent.objects.exists()


def test_a_copy_that_is_being_sent_is_emptied_by_the_protection_that_waits_for_it(case: Case) -> None:
    row = as_opened(case)
    with transaction.atomic():
        send(acting(RUTH), case, row)
        thread, raised = beside(lambda: protect(case))
        waited = waits(thread)
    thread.join(30)
    assert raised == []
    with transaction.atomic():
        acting(ANA)
        copy = SentReferral.objects.get()
        assert (copy.answers, copy.silenced_at is None) == ({}, False)
    with transaction.atomic():
        acting(COLIN)
        assert not ReferralContent.objects.exists()
    assert waited


def test_what_is_sent_while_somebody_protects_the_identity_is_not_sent(case: Case) -> None:
    row = as_opened(case)
    with transaction.atomic():
        protect(case)
        thread, raised = beside(lambda: send(acting(RUTH), case, row))
        waited = waits(thread)
    thread.join(30)
    assert [type(error) for error in raised] == [Conflict]
    with transaction.atomic():
        acting(ANA)
        assert not SentReferral.objects.exists()
    assert waited


def test_neither_waits_for_the_other_in_a_ring_where_the_title_holds_the_name(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        acting(PRIYA)
        Case.objects.filter(pk=case.pk).update(title="Noise at the home of Margaret Ellis")
    row = as_opened(case)
    begun: list[tuple[threading.Thread, list[Exception]]] = []

    def then_somebody_protects(*given: Any, **fields: Any) -> Any:
        done = change(*given, **fields)
        if not begun:
            begun.append(beside(lambda: protect(case)))
            assert waits(begun[0][0])
        return done

    monkeypatch.setattr(sending, "change", then_somebody_protects)
    with transaction.atomic():
        send(acting(RUTH), case, row)
    thread, raised = begun[0]
    thread.join(30)
    assert raised == []
    with transaction.atomic():
        acting(ANA)
        assert SentReferral.objects.get().answers == {}
