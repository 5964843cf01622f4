"""Nothing is sent to anybody but by a way that they said is safe; where it goes is known to nobody who may not know it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.access.models import Disclosure, Kind, Rung
from sentinel.access.operations import make_audience, share
from sentinel.accounts.models import Agency
from sentinel.cases.models import Case
from sentinel.foundation.models import Event, Message
from sentinel.kernel.errors import Invalid
from sentinel.people import messages
from sentinel.people.facts import AddressGiven, Facts, NameGiven, SafeContactGiven
from sentinel.people.models import Person, SafeContact
from sentinel.people.operations import add_address, add_contact_point, add_person, set_safe_contact
from sentinel.people.rules import DO_NOT_CONTACT, NO_NUMBER, NOT_ASKED, Reachable, contact_words, way_to_send
from tests.cases.making import a_case
from tests.support import NOW, PRIYA, acting

AISHA = "aisha.rahman@police.example"
METHODS = [method for method, _ in SafeContact.METHODS]
reaches = st.builds(
    Reachable,
    methods=st.none() | st.lists(st.sampled_from(METHODS), unique=True).map(tuple),
    text_may_be_sent=st.sampled_from([None, True, False]),
    post_may_be_sent=st.sampled_from([None, True, False]),
    mobile=st.sampled_from(["", "+447700900142"]),
    email=st.sampled_from(["", "ann@example.org"]),
    address=st.sampled_from(["", "14 Sparrow Lane, LE11 2BB"]),
)


@given(reaches)
def test_whatever_was_said_nothing_goes_by_a_way_that_was_not_agreed_to(reach: Reachable) -> None:
    way = way_to_send(reach)
    said = set(reach.methods or ())
    if way.state == "held":
        assert way.why_held
        assert not way.recipient
        return
    assert "none" not in said
    assert said
    agreed = {"email": "email" in said, "text": reach.text_may_be_sent is not False, "post": reach.post_may_be_sent is not False}  # fmt: skip
    asked = {"email": True, "text": "text" in said or reach.text_may_be_sent, "post": "post" in said or reach.post_may_be_sent}  # fmt: skip
    assert agreed[way.channel]
    assert asked[way.channel]
    assert way.recipient == {"email": reach.email, "text": reach.mobile, "post": reach.address}[way.channel]
    assert (way.state == "post") == (way.channel == "post")


@given(st.lists(st.sampled_from(METHODS), unique=True, min_size=1), st.booleans())
def test_the_words_never_name_a_way_and_forbid_it_too(methods: list[str], do_not_visit: bool) -> None:
    may, _, never = contact_words(methods=tuple(methods), do_not_visit=do_not_visit).partition("Do not ")
    for way, verb in (("telephone", "ring"), ("text message", "text"), ("visit", "visit")):
        assert not (way in may.casefold() and verb in never.split())
    assert not do_not_visit or "visit" in never.split() or "none" in methods


def reachable(case: Case, safe: SafeContactGiven | None = None) -> Person:
    """Ann Bell of this case, with a landline, a mobile number, an email address and a home."""
    priya = acting(PRIYA)
    person = add_person(actor=priya, now=NOW, record_id=case.id, facts=Facts(name=NameGiven(full="Ann Bell")))
    where = {"actor": priya, "now": NOW, "person_id": person.id, "record_id": case.id}
    for kind, value in (("phone", "07700 900142"), ("phone", "01632 960142"), ("email", "ann@example.org")):
        add_contact_point(**where, kind=kind, value=value)
    add_address(**where, address=AddressGiven(text="14 Sparrow Lane"))
    if safe is not None:
        set_safe_contact(**where, safe=safe)
    return person


def send(case: Case, person: Person, **given: object) -> Message:
    """A message about the case, to this person."""
    wanted = {"subject": "What happens next", "body": "Dear Ann Bell", "decided_key": "test 1", "why": "Test", **given}  # fmt: skip
    return messages.send(actor=acting(PRIYA), now=NOW, record_id=case.id, person_id=person.id, **wanted)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("safe", "state", "recipient", "ledger"),
    [
        (None, "held", "", None),
        (SafeContactGiven(method="none"), "held", "", None),
        (SafeContactGiven(method="phone"), "held", "", None),
        (SafeContactGiven(method="email"), "waiting", "ann@example.org", "message"),
        (SafeContactGiven(method="text"), "waiting", "+447700900142", "message"),
        (SafeContactGiven(method="post"), "post", "14 Sparrow Lane", "letter"),
    ],
)
def test_a_message_goes_by_the_safe_way_into_the_ledger_or_is_held_and_leaves_nothing(
    safe: SafeContactGiven | None, state: str, recipient: str, ledger: str | None
) -> None:
    case = a_case(acting(PRIYA))
    sent = send(case, reachable(case, safe))
    assert (sent.state, sent.recipient) == (state, recipient)
    assert bool(sent.why_held) == (state == "held")
    rows = Disclosure.objects.filter(record_id=case.id, kind__in=["message", "letter"])
    assert [row.kind for row in rows] == ([ledger] if ledger else [])
    told = Event.objects.get(kind="message_decided", record_id=case.id)
    assert set(told.payload) == {"message", "state", "channel"}


@pytest.mark.django_db
def test_it_is_decided_once_whatever_is_said_afterwards() -> None:
    case = a_case(acting(PRIYA))
    person = reachable(case, SafeContactGiven(method="none"))
    first = send(case, person)
    set_safe_contact(
        actor=acting(PRIYA), now=NOW, person_id=person.id, record_id=case.id, safe=SafeContactGiven(method="email"),
    )  # fmt: skip
    assert send(case, person).id == first.id
    assert (first.state, first.why_held) == ("held", DO_NOT_CONTACT)
    assert Disclosure.objects.filter(record_id=case.id, kind="message").count() == 0
    assert send(case, person, decided_key="test 2").state == "waiting"


@pytest.mark.django_db
def test_a_landline_gets_no_text_and_nobody_is_named_in_a_subject() -> None:
    case = a_case(acting(PRIYA))
    priya = acting(PRIYA)
    person = add_person(actor=priya, now=NOW, record_id=case.id, facts=Facts(name=NameGiven(full="Ann Bell")))
    where = {"actor": priya, "now": NOW, "person_id": person.id, "record_id": case.id}
    assert send(case, person, decided_key="before").why_held == NOT_ASKED
    add_contact_point(**where, kind="phone", value="01632 960142")
    set_safe_contact(**where, safe=SafeContactGiven(method="text"))
    assert send(case, person).why_held == NO_NUMBER
    with pytest.raises(Invalid):
        send(case, person, subject="About you, BELL", decided_key="named")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "method"), list(itertools.product(["contact", "address"], ["email", "post"]))
)
def test_where_it_goes_is_known_to_nobody_who_may_not_know_it(kind: str, method: str) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    share(
        actor=priya, now=NOW, record_id=case.id, kind=Kind.CASE, holder_id=Agency.objects.get(code="police").id,
        rung=Rung.READ, what="case", lawful_basis="test",
    )  # fmt: skip
    person = add_person(actor=priya, now=NOW, record_id=case.id, facts=Facts(name=NameGiven(full="Ann Bell")))
    few = {"actor": priya, "now": NOW, "person_id": person.id, "record_id": case.id,
           "audience_id": make_audience(actor=priya, now=NOW)}  # fmt: skip
    plain = {**few, "audience_id": None}
    add_contact_point(**(few if kind == "contact" else plain), kind="email", value="hidden@example.org")
    add_address(**(few if kind == "address" else plain), address=AddressGiven(text="The refuge", safe=kind == "address"))  # fmt: skip
    set_safe_contact(**plain, safe=SafeContactGiven(method=method))
    assert send(case, person).state in {"waiting", "post"}
    acting(AISHA)
    guarded = (kind, method) in {("contact", "email"), ("address", "post")}
    assert Message.objects.filter(record_id=case.id).exists() != guarded
    acting(PRIYA)
    # What is guarded from two sides is written for neither: it is held.
    other = make_audience(actor=acting(PRIYA), now=NOW)
    assert (send(case, person, decided_key="b", audience_id=other).state == "held") == guarded
