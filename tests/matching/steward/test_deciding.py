"""The queue of a data steward: what comes into it, who sees it, what is decided and stays decided."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from sentinel.cases.models import Case
from sentinel.cases.operations import add_party, protect_identity
from sentinel.foundation.actor import state_actor
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.matching.models import SameOrNot
from sentinel.matching.operations import say_not_same, say_same
from sentinel.matching.steward.comparing import reasons
from sentinel.matching.steward.models import Suggestion
from sentinel.matching.steward.operations import Proposed, decide, fill, part, throw_away
from sentinel.matching.steward.queries import Filters, Key, next_pair, queue, side_by_side
from sentinel.people.flags import why_two
from sentinel.people.merging import preview
from sentinel.people.models import Merge, Person
from sentinel.people.operations import add_name
from sentinel.people.whole import whole
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_person
from tests.people.merging import NOOR, PHONES, somebody
from tests.risk.answers import THREAT, matrix
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
COLIN = "colin.webb@charnwood.example"
TODAY = london_date(NOW)
RUN = uuid.UUID(int=5)


@pytest.fixture
def case(db: None) -> Case:
    return a_case(acting(PRIYA))


@pytest.fixture
def three(case: Case) -> list[Person]:
    return [
        somebody(name, case, phone=PHONES[at]) for at, name in enumerate(("Ann Lee", "Anne Lea", "A Lee"))
    ]


def proposed(first: Person, second: Person, bits: float = 21.0, *, by: str = PRIYA) -> Suggestion:
    """A pair in the queue, as a run would put it there for those whom the actor sees."""
    acting(by)
    band = "very_likely" if bits >= 20 else "may_be"
    fill(
        [Proposed(second.pk, first.pk, bits, band, (("birth", "day_and_month_swapped"),))],
        run_id=RUN,
        now=NOW,
    )
    low, high = sorted((first.pk, second.pk))
    return Suggestion.objects.get(first_id=low, second_id=high)


def decided(row: Suggestion, verdict: str, **given: object) -> Suggestion:
    """What the steward says of a pair, on what it is now."""
    noor = acting(NOOR)
    row.refresh_from_db()
    given.setdefault("seen", preview(noor, row.first_id, row.second_id).seen)
    given.setdefault("version", row.version)
    return decide(actor=noor, now=NOW, suggestion_id=row.pk, verdict=verdict, **given)  # type: ignore[arg-type]


def waiting(email: str = NOOR, filters: Filters = Filters()) -> list[uuid.UUID]:  # noqa: B008  it is frozen
    return [one.row.pk for one in queue(acting(email), filters, TODAY).pairs]


def test_same_makes_one_person_and_the_ledger_alone_says_so(three: list[Person]) -> None:
    row = decided(proposed(three[0], three[1]), "same", why="Her sister said so")
    assert row.state == "same"
    assert row.merge is not None
    assert row.merge.why == "Her sister said so"
    assert whole(three[0].pk).ids == {three[0].pk, three[1].pk}
    assert not SameOrNot.objects.exists(), "it would outlive the merge"
    assert waiting() == []


def test_not_the_same_outlives_every_run(three: list[Person]) -> None:
    row = decided(proposed(three[0], three[1]), "not_same")
    acting(PRIYA)
    pair = Proposed(three[0].pk, three[1].pk, 40.0, "very_likely")
    assert fill([pair], run_id=new_id(), now=NOW) == 0
    row.refresh_from_db()
    assert (row.state, row.bits) == ("not_same", 100.0)
    assert not SameOrNot.objects.get().same
    assert Event.objects.filter(kind="said_not_same").count() == 1
    assert not Merge.objects.exists()


def test_later_leaves_the_queue_and_can_be_taken_up_again(three: list[Person]) -> None:
    row = decided(proposed(three[0], three[1]), "later")
    assert waiting() == []
    assert waiting(filters=Filters(state="later")) == [row.pk]
    acting(PRIYA)
    assert fill([Proposed(three[0].pk, three[1].pk, 30.0, "very_likely")], run_id=new_id(), now=NOW) == 0
    assert decided(row, "same").state == "same"


def test_what_an_officer_says_is_proposed_or_settled(three: list[Person], case: Case) -> None:
    ids = {"first": three[0].pk, "second": three[1].pk}
    say_same(actor=acting(PRIYA), now=NOW, record_id=case.id, how="She told me", **ids)
    row = Suggestion.objects.get()
    assert (row.state, row.source, row.band) == ("open", "said", "very_likely")
    say_not_same(actor=acting(PRIYA), now=NOW, record_id=case.id, how="Her aunt, she says now", **ids)
    row.refresh_from_db()
    assert row.state == "not_same"
    say_same(actor=acting(PRIYA), now=NOW, record_id=case.id, how="No: it is her", **ids)
    assert waiting() == [row.pk], "a person may open what a person settled"


def test_a_doubt_of_what_was_merged_comes_back_and_can_end_it(three: list[Person], case: Case) -> None:
    row = decided(proposed(three[0], three[1]), "same")
    ids = {"first": three[0].pk, "second": three[1].pk}
    say_not_same(actor=acting(PRIYA), now=NOW, record_id=case.id, how="Two sisters", **ids)
    assert waiting() == [row.pk]
    assert decided(row, "later").state == "doubted", "it is one person until somebody takes it apart"
    assert side_by_side(acting(NOOR), row.pk, TODAY).merge is not None
    assert decided(row, "not_same", seen=None).state == "not_same"
    assert whole(three[0].pk).ids == {three[0].pk}


def test_whom_somebody_said_not_to_be_the_same_no_third_brings_together(
    three: list[Person], case: Case
) -> None:
    ann, anne, lee = three
    say_not_same(
        actor=acting(PRIYA), now=NOW, record_id=case.id, how="Two sisters", first=ann.pk, second=lee.pk
    )
    decided(proposed(ann, anne), "same")
    other = proposed(anne, lee)
    with pytest.raises(Conflict, match="are two people"):
        decided(other, "same")
    assert whole(lee.pk).ids == {lee.pk}


def test_a_pair_that_became_one_by_a_third_is_not_asked(three: list[Person]) -> None:
    ann, anne, lee = three
    rows = [proposed(ann, anne), proposed(anne, lee), proposed(ann, lee)]
    decided(rows[0], "same")
    assert set(waiting()) == {rows[1].pk, rows[2].pk}
    decided(rows[1], "same")
    assert waiting() == []
    rows[2].refresh_from_db()
    assert (rows[2].state, rows[2].merge_id) == ("same", Merge.objects.latest("id").pk)


def test_taken_apart_it_is_two_for_good_or_back_in_the_queue(three: list[Person]) -> None:
    ann, anne, lee = three
    row, other = decided(proposed(ann, anne), "same"), proposed(anne, lee)
    last = decided(other, "same")
    assert row.merge_id
    assert last.merge_id
    part(actor=acting(NOOR), now=NOW, merge_id=last.merge_id, why="Not sure", two=False)
    assert waiting() == [other.pk]
    part(actor=acting(NOOR), now=NOW, merge_id=row.merge_id, why="Two sisters", two=True)
    row.refresh_from_db()
    assert (row.state, row.merge) == ("not_same", None)
    assert {whole(one.pk).ids for one in three} == {frozenset({one.pk}) for one in three}


def test_a_pair_of_which_too_little_is_known_is_not_asked(three: list[Person], case: Case) -> None:
    row = proposed(three[0], a_person(acting(PRIYA), case.id, "Ann Lee"))
    assert waiting() == []
    with pytest.raises(NotFound):
        side_by_side(acting(NOOR), row.pk, TODAY)
    with pytest.raises(NotFound):
        decided(row, "same")


def test_the_queue_goes_by_key_the_likeliest_first(three: list[Person]) -> None:
    ann, anne, lee = three
    rows = [proposed(ann, anne, 15.0), proposed(anne, lee, 30.0), proposed(ann, lee, 21.5)]
    noor = acting(NOOR)
    first = queue(noor, Filters(), TODAY, most=2)
    assert [one.row.pk for one in first.pairs] == [rows[1].pk, rows[2].pk]
    assert first.next is not None
    assert Key.read(str(first.next)) == first.next
    second = queue(noor, Filters(), TODAY, after=first.next, most=2)
    assert ([one.row.pk for one in second.pairs], second.next) == ([rows[0].pk], None)
    assert waiting(filters=Filters(band="may_be")) == [rows[0].pk]
    assert waiting(filters=Filters(source="said")) == []
    assert next_pair(noor, Filters(), TODAY, Key(15.0, rows[0].pk)) == rows[1].pk, "round to the first"
    assert Key.read("nonsense") is None


def test_a_decision_on_what_is_no_longer_so_is_refused(three: list[Person], case: Case) -> None:
    row = proposed(three[0], three[1])
    seen = preview(acting(NOOR), row.first_id, row.second_id).seen
    add_name(actor=acting(PRIYA), now=NOW, person_id=three[0].pk, record_id=case.id, full="Ann Lee-Moss")
    with pytest.raises(Conflict, match="2 names"):
        decided(row, "same", seen=seen)
    decided(row, "later")
    with pytest.raises(Conflict, match="Somebody else decided"):
        decided(row, "same", version=1)


def test_only_a_steward_decides(three: list[Person]) -> None:
    row = proposed(three[0], three[1])
    for attempt in (
        lambda: queue(acting(PRIYA), Filters(), TODAY),
        lambda: side_by_side(acting(PRIYA), row.pk, TODAY),
        lambda: decide(actor=acting(PRIYA), now=NOW, suggestion_id=row.pk, verdict="same", version=1),
    ):
        with pytest.raises(Refused):
            attempt()
    with pytest.raises(Invalid):
        decided(row, "perhaps")


def test_a_run_is_thrown_away_whole_but_for_what_was_decided(three: list[Person]) -> None:
    ann, anne, lee = three
    kept = decided(proposed(ann, anne), "not_same")
    gone = proposed(anne, lee)
    acting(PRIYA)
    assert throw_away(run_id=RUN) == 1
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.state, kept.state) == ("withdrawn", "not_same")
    assert waiting() == []
    assert proposed(anne, lee, 25.0).state == "open", "a later run may find it again"


def test_no_run_lowers_what_a_person_said(three: list[Person], case: Case) -> None:
    ids = {"first": three[0].pk, "second": three[1].pk}
    say_same(actor=acting(PRIYA), now=NOW, record_id=case.id, how="She said", **ids)
    fill([Proposed(three[0].pk, three[1].pk, 15.0, "may_be")], run_id=RUN, now=NOW)
    row = Suggestion.objects.get()
    assert (row.bits, row.source, row.state) == (100.0, "said", "open")


def test_what_differs_is_marked_field_by_field(three: list[Person], case: Case) -> None:
    found = side_by_side(acting(NOOR), proposed(three[0], three[1]).pk, TODAY)
    marks = {line.what: line.mark_words for line in found.lines}
    assert marks == {
        "Name": "Nearly the same: two letters differ",
        "Born": "The same",
        "Telephone": "Nearly the same: one digit differs",
    }
    assert found.reasons == ("the birth is the same",)
    fields = (
        ("given", "variant"), ("phone", "exact"), ("email", "exact"), ("birth", "different"), ("family", "near"), ("x", "y")
    )  # fmt: skip
    assert reasons(fields, found.lines) == [
        "the name is nearly the same: two letters differ",
        "the telephone number is nearly the same: one digit differs",
    ], "only what is seen to be so, each line once: no email is seen, and the births do not differ"
    other = [replace(line, mark="differs", near="") if line.what == "Born" else line for line in found.lines]
    assert (
        reasons((("birth", "different"), ("phone", "one_digit")), other)[-1] == "but the birth is different"
    )
    add_name(actor=acting(PRIYA), now=NOW, person_id=three[1].pk, record_id=case.id, full="ann LEE")
    found = side_by_side(acting(NOOR), found.row.pk, TODAY)
    [names] = [line for line in found.lines if line.what == "Name"]
    assert names.mark == "part"
    assert [one.shared for one in (*names.first, *names.second)] == [True, True, False]


def test_of_whom_is_protected_or_at_high_risk_two_people_say_it(three: list[Person], case: Case) -> None:
    party = add_party(
        actor=acting(PRIYA), now=NOW, case_or_record=case, kind="person", person=three[0], roles=("victim",)
    )
    assess(actor=acting(PRIYA), now=NOW, case=case, party=party, version=matrix(), answers=THREAT)
    row = decided(proposed(three[0], three[1]), "same", why="Her sister said so")
    assert row.state == "second"
    assert not Merge.objects.exists()
    assert waiting() == [], "it is not asked again of who said it"
    with pytest.raises(Conflict, match="high risk"):
        decided(row, "same")
    second = replace(acting(COLIN), rights=acting(COLIN).rights | {"put_right"})
    state_actor(second)
    assert [one.row.pk for one in queue(second, Filters(), TODAY).pairs] == [row.pk]
    assert side_by_side(second, row.pk, TODAY).why_two == "One of them is at high risk."
    done = decide(actor=second, now=NOW, suggestion_id=row.pk, verdict="same", version=row.version)
    assert done.state == "same"
    assert done.merge is not None
    assert done.merge.merged_by_id == second.user_id


def test_of_whom_is_protected_too_as_far_as_the_steward_may_know(three: list[Person], case: Case) -> None:
    noor = acting(NOOR)
    party = add_party(
        actor=acting(PRIYA), now=NOW, case_or_record=case, kind="person", person=three[0], roles=("witness",)
    )
    ids = [three[0].pk]
    assert why_two(acting(NOOR), ids) == ""
    assert noor.user_id
    protect_identity(actor=acting(PRIYA), now=NOW, party=party, named=[noor.user_id])
    assert "protected" in why_two(acting(NOOR), ids)
    assert why_two(acting(COLIN), ids) == "", "who may not know is not told by this"


@pytest.mark.parametrize(
    ("name", "born", "phone", "says"),
    [
        ("Lee Ann", "4/3/1955", PHONES[0], ("the words stand in another order", "day and month the other way round", "")),
        ("Ann Lea", "3/4/1956", "07700 900102", ("one letter differs", "one digit differs", "one digit differs")),
        ("Nancy Leigh", "1955", "07700 900977", ("one is a form of the other", "one may be the other", "")),
        ("Bartholomew Stone", "9/9/1990", "07700 900977", ("", "", "")),
    ],
)  # fmt: skip
def test_a_slip_of_who_wrote_it_down_is_said_to_be_one(
    case: Case, name: str, born: str, phone: str, says: tuple[str, str, str]
) -> None:
    first = somebody("Ann Lee", case, phone=PHONES[0])
    second = somebody(name, case, phone=phone, born=born)
    lines = {line.what: line for line in side_by_side(acting(NOOR), proposed(first, second).pk, TODAY).lines}
    assert tuple(lines[what].near for what in ("Name", "Born", "Telephone")) == says
