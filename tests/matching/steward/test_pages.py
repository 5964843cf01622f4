"""The pages of a data steward: the queue, a pair decided by one press, the next at once, and a merge taken apart."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sentinel.cases.models import Case
from sentinel.matching.models import SameOrNot
from sentinel.matching.operations import say_not_same, say_same
from sentinel.matching.steward.models import Suggestion
from sentinel.people.models import Merge, Person
from sentinel.people.operations import add_name
from tests.cases.making import a_case
from tests.matching.steward.reading import Read, shown
from tests.people.merging import NOOR, PHONES, somebody
from tests.support import NOW, PRIYA, acting, signed_in

KOFI = "kofi.mensah@soar-valley.example"
pytestmark = pytest.mark.usefixtures("transactional_db")


def three_in_the_queue() -> tuple[Case, list[Person]]:
    """Three of whom an officer said that the first is the second and the second the third."""
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        names = ("Ann Lee", "Anne Lea", "A Lee")
        people = [somebody(name, case, phone=PHONES[at]) for at, name in enumerate(names)]
        for first, second in ((people[0], people[1]), (people[1], people[2])):
            say_same(
                actor=acting(PRIYA),
                now=NOW,
                record_id=case.id,
                first=first.pk,
                second=second.pk,
                how="She said",
            )
    return case, people


def rows() -> list[Suggestion]:
    with transaction.atomic():
        acting(NOOR)
        return list(Suggestion.objects.order_by("id"))


def test_through_the_queue_by_one_press_each(read: Read) -> None:
    _, people = three_in_the_queue()
    noor = signed_in(NOOR)
    page = noor.get("/put-right").content.decode()
    assert "Ann Lee" in page
    assert "Go through them one by one" in page
    address = noor.get("/put-right/next").headers["Location"]
    first = noor.post(address, {"verdict": "same", **read(noor, address)}, follow=True)
    assert "One person from now on: Ann Lee and Anne Lea" in first.content.decode()
    address = first.redirect_chain[-1][0]
    assert address.startswith("/put-right/pairs/")
    last = noor.post(
        address, {"verdict": "not_same", "why": "Two sisters", **read(noor, address)}, follow=True
    )
    assert last.redirect_chain[-1][0] == "/put-right"
    assert "Nothing to be decided" in last.content.decode()
    assert {one.state for one in rows()} == {"same", "not_same"}
    assert len(people) == 3


def test_enter_in_the_box_for_why_decides_nothing() -> None:
    """In a box of one line the browser would press the first button of the form, which makes two people one."""
    three_in_the_queue()
    page = signed_in(NOOR).get(f"/put-right/pairs/{rows()[0].pk}").content.decode()
    form = page[page.index('name="version"') :]
    form = form[: form.index("</form>")]
    box, button = re.search(r'<textarea[^>]* name="why"', form), re.search(r"<button[^>]*>", form)
    assert box is not None
    assert button is not None
    assert box.start() < button.start(), "what is sent with the press stands before it"
    assert not re.search(r'<input(?![^>]*type="hidden")', form)


def test_what_a_merge_leads_to_is_read_before_it_is_decided() -> None:
    three_in_the_queue()
    page = signed_in(NOOR).get(f"/put-right/pairs/{rows()[0].pk}").content.decode()
    assert page.index("What comes together") < page.index('id="decide"')


def test_after_a_decision_the_keyboard_is_at_what_was_done_with_the_way_to_undo_it(read: Read) -> None:
    three_in_the_queue()
    noor = signed_in(NOOR)
    address = f"/put-right/pairs/{rows()[0].pk}"
    page = noor.post(address, {"verdict": "same", **read(noor, address)}, follow=True).content.decode()
    with transaction.atomic():
        acting(NOOR)
        merge = Merge.objects.get()
    said = page[page.index("One person from now on") :]
    assert f'<a href="/put-right/merges/{merge.pk}/apart">Take it apart</a>' in said[: said.index("</div>")]
    done = re.search(r'<div class="s-done"[^>]*>', page)
    assert done is not None
    assert 'tabindex="-1" autofocus' in done.group()


def test_a_name_in_what_was_done_is_no_markup(read: Read) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        people = [
            somebody(name, case, phone=PHONES[at]) for at, name in enumerate(("Ann <b>Lee", "Ann & Lee"))
        ]
        say_same(
            actor=acting(PRIYA), now=NOW, record_id=case.id, first=people[0].pk, second=people[1].pk, how="x"
        )
    noor = signed_in(NOOR)
    address = f"/put-right/pairs/{rows()[0].pk}"
    page = noor.post(address, {"verdict": "same", **read(noor, address)}, follow=True).content.decode()
    assert "Ann &lt;b&gt;Lee and Ann &amp; Lee" in page


def test_the_old_address_leads_to_the_person_and_for_who_may_not_see_them_nowhere(read: Read) -> None:
    _, people = three_in_the_queue()
    noor = signed_in(NOOR)
    address = f"/put-right/pairs/{rows()[0].pk}"
    noor.post(address, {"verdict": "same", **read(noor, address)})
    priya = signed_in(PRIYA)
    first, second = sorted((people[0].pk, people[1].pk))
    answer = priya.get(f"/people/{second}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/people/{first}")
    page = priya.get(f"/people/{first}").content.decode()
    assert "Ann Lee" in page
    assert "Anne Lea" in page
    assert "Take apart" not in page, "an officer takes nothing apart"
    for one in (first, second):
        assert signed_in(KOFI).get(f"/people/{one}").status_code == 404


def test_taken_apart_on_the_page(read: Read) -> None:
    case, people = three_in_the_queue()
    noor = signed_in(NOOR)
    address = f"/put-right/pairs/{rows()[0].pk}"
    noor.post(address, {"verdict": "same", **read(noor, address)})
    with transaction.atomic():
        acting(NOOR)
        merge = Merge.objects.get()
    with transaction.atomic():
        add_name(actor=acting(PRIYA), now=NOW, person_id=people[1].pk, record_id=case.id, full="Anne Moss")
    apart = f"/put-right/merges/{merge.pk}/apart"
    page = noor.get(f"/people/{min(people[0].pk, people[1].pk)}").content.decode()
    assert apart in page
    assert noor.post(apart, {"why": "", "two": ""}).status_code == 422
    done = noor.post(apart, {"why": "Two sisters", "two": "yes"}, follow=True)
    page = done.content.decode()
    assert "Taken apart" in page
    assert "Was made one with another entry, and taken apart" in page
    assert "Made one of several entries" not in page
    assert 'href="/put-right">Records to put right' in page
    first, second = sorted((people[0].pk, people[1].pk))
    assert done.redirect_chain[-1][0] == f"/people/{first}"
    assert f'href="/people/{second}">The other entry' in page
    assert f'href="/people/{first}">The other entry' in noor.get(f"/people/{second}").content.decode()
    assert "Anne Moss" not in noor.get(f"/people/{people[0].pk}").content.decode()
    assert "Anne Moss" in noor.get(f"/people/{people[1].pk}").content.decode()
    assert noor.get(apart).status_code == 404


def test_who_gave_no_reason_is_not_quoted(read: Read) -> None:
    case, people = three_in_the_queue()
    noor = signed_in(NOOR)
    same, two = (f"/put-right/pairs/{row.pk}" for row in rows())
    none = "Decided after comparing; no reason given"
    noor.post(same, {"verdict": "same", **read(noor, same)})
    noor.post(two, {"verdict": "not_same", "why": "  ", **read(noor, two)})
    with transaction.atomic():
        acting(NOOR)
        merge = Merge.objects.get()
        assert (merge.why, {row.why for row in rows()}) == ("", {""})
        assert SameOrNot.objects.get(same=False).how == ""
    apart = f"/put-right/merges/{merge.pk}/apart"
    for address in (same, two, apart, f"/people/{min(people[0].pk, people[1].pk)}"):
        page = noor.get(address).content.decode()
        assert none in page
        assert f"“{none}" not in page
        assert "““" not in page
    assert "“She said”" in noor.get(two).content.decode(), "what was said is quoted"
    # Nor is who takes them apart by deciding again.
    with transaction.atomic():
        say_not_same(
            actor=acting(PRIYA),
            now=NOW,
            record_id=case.id,
            first=merge.first_id,
            second=merge.second_id,
            how="Sisters",
        )
    noor.post(same, {"verdict": "not_same", **read(noor, same)})
    with transaction.atomic():
        acting(NOOR)
        merge.refresh_from_db()
        assert merge.apart_at is not None
        assert merge.apart_why == ""
    assert none in noor.get(f"/people/{merge.first_id}").content.decode()


def test_what_changed_meanwhile_is_said_and_shown(read: Read) -> None:
    case, people = three_in_the_queue()
    noor = signed_in(NOOR)
    address = f"/put-right/pairs/{rows()[0].pk}"
    before = read(noor, address)
    with transaction.atomic():
        add_name(actor=acting(PRIYA), now=NOW, person_id=people[0].pk, record_id=case.id, full="Ann Lee-Moss")
    answer = noor.post(address, {"verdict": "same", **before})
    assert answer.status_code == 409
    assert "now 2 names" in answer.content.decode()
    assert "Ann Lee-Moss" in answer.content.decode()
    assert noor.post(address, {"verdict": "same", **read(noor, address)}).status_code == 302


@pytest.mark.parametrize(
    "sent",
    [{}, {"verdict": "perhaps"}, {"verdict": "same", "version": "1", "seen": "nonsense"}, {"verdict": "same", "version": "x", "seen": "[]"},
     {"verdict": "same", "version": "1", "seen": "[" * 3900}],
)  # fmt: skip
def test_what_is_sent_by_halves_is_refused_in_words(sent: dict[str, str]) -> None:
    three_in_the_queue()
    answer = signed_in(NOOR).post(f"/put-right/pairs/{rows()[0].pk}", sent)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


def test_filters_are_seen_and_nonsense_in_an_address_is_left_out() -> None:
    three_in_the_queue()
    noor = signed_in(NOOR)
    page = noor.get("/put-right?band=may_be&source=said").content.decode()
    assert "Nothing fits what you filter by" in page
    assert page.count("Remove") == 2
    for query in (
        "?band=x&state=y&run=z&after=1",
        "?after=nan_1",
        "?after=1e999_00000000-0000-0000-0000-000000000000",
    ):
        assert noor.get(f"/put-right{query}").status_code == 200


def test_a_key_pressed_twice_decides_no_pair_that_nobody_read(read: Read) -> None:
    three_in_the_queue()
    noor = signed_in(NOOR)
    first = noor.get("/put-right/next").headers["Location"]
    sent = read(noor, first)
    second = noor.post(first, {"verdict": "not_same", **sent}).headers["Location"]
    # The second press arrives on the pair that came at once; and another on the page that says so.
    for _ in range(2):
        answer = noor.post(second, {"verdict": "not_same", **shown(noor, second)})
        assert answer.status_code == 422
        assert "Nothing was decided" in answer.content.decode()
        assert "Decide" in answer.content.decode()
    assert sorted(one.state for one in rows()) == ["not_same", "open"]
    assert noor.post(second, {"verdict": "not_same", **read(noor, second)}).status_code == 302
    assert {one.state for one in rows()} == {"not_same"}


def test_the_moment_of_another_page_or_of_nobody_decides_nothing(read: Read) -> None:
    three_in_the_queue()
    noor = signed_in(NOOR)
    one, other = (f"/put-right/pairs/{row.pk}" for row in rows())
    mine, its = read(noor, one), read(noor, other)
    for made in (its["made"], mine["made"][:-1], "2020-01-01T00:00:00+00:00", "\N{OCTOPUS}", ""):
        answer = noor.post(one, {"verdict": "same", **mine, "made": made})
        assert answer.status_code == 422
        assert "There is a problem" in answer.content.decode()
    assert {row.state for row in rows()} == {"open"}


def test_two_stewards_at_once_end_with_what_the_first_decided(read: Read) -> None:
    three_in_the_queue()
    first, second = signed_in(NOOR), signed_in(NOOR)
    address = f"/put-right/pairs/{rows()[0].pk}"
    seen = read(first, address), read(second, address)
    assert first.post(address, {"verdict": "not_same", "why": "Two sisters", **seen[0]}).status_code == 302
    answer = second.post(address, {"verdict": "same", **seen[1]})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else decided this pair: two people" in page
    assert "by Noor Aslam: two people. “Two sisters”" in page
    with transaction.atomic():
        acting(NOOR)
        assert not Merge.objects.exists()


def test_two_stewards_take_apart_at_once_and_the_second_is_told(read: Read) -> None:
    three_in_the_queue()
    noor = signed_in(NOOR)
    address = f"/put-right/pairs/{rows()[0].pk}"
    noor.post(address, {"verdict": "same", **read(noor, address)})
    with transaction.atomic():
        acting(NOOR)
        merge = Merge.objects.get()
    apart = f"/put-right/merges/{merge.pk}/apart"
    sent = {"why": "Two sisters", "two": "yes"}
    assert noor.post(apart, sent).status_code == 302
    answer = noor.post(apart, sent)
    assert answer.status_code == 409
    assert "taken apart already" in answer.content.decode()
    with transaction.atomic():
        acting(NOOR)
        assert Merge.objects.get().apart_why == "Two sisters"


@pytest.mark.parametrize(
    "address",
    ["/put-right/pairs/1", "/put-right/pairs/{}", "/put-right/merges/{}/apart", "/put-right/merges/x/apart"],
)
def test_what_is_not_there_answers_not_found_however_it_is_asked(address: str) -> None:
    noor = signed_in(NOOR)
    address = address.format(uuid.UUID(int=7))
    assert noor.get(address).status_code == 404
    sent = {"verdict": "same", "version": "1", "seen": "{}", "why": "x", "two": "yes"}
    assert noor.post(address, sent).status_code == 404


@pytest.mark.parametrize("why", ["x" * 10_000, "\x00", "\N{OCTOPUS}" * 301])
def test_words_too_long_or_not_to_be_kept_are_refused_in_words(why: str, read: Read) -> None:
    three_in_the_queue()
    noor = signed_in(NOOR)
    address = f"/put-right/pairs/{rows()[0].pk}"
    answer = noor.post(address, {"verdict": "not_same", "why": why, **read(noor, address)})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


@pytest.mark.parametrize("address", ["/put-right", "/put-right/next", f"/put-right/pairs/{uuid.UUID(int=7)}"])
def test_nobody_else_has_the_queue(address: str) -> None:
    assert signed_in(PRIYA).get(address).status_code == 403


def test_as_many_queries_however_long_the_queue() -> None:
    three_in_the_queue()
    noor = signed_in(NOOR)
    counts = {}
    for address in ("/put-right", f"/put-right/pairs/{rows()[0].pk}"):
        noor.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            noor.get(address)
        counts[address.split("/")[2:3] == ["pairs"]] = len(asked)
    assert counts == {False: 16, True: 27}
