"""A governance officer writes a question set in the browser: one part a page, without a script."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from sentinel.governance.models import QuestionSetDraft, QuestionSetRevision
from sentinel.questionnaires.models import QuestionSetVersion
from tests.governance.making import (
    FIRST,
    GRACE,
    JUDGED,
    NADIA,
    SCORED,
    SCRIPT,
    asked,
    begun,
    errors,
    says,
    text,
)
from tests.support import PRIYA, signed_in


@pytest.fixture
def grace(transactional_db: None) -> Client:
    return signed_in(GRACE)


@pytest.fixture
def draft(transactional_db: None) -> QuestionSetDraft:
    return begun()


def at(draft: QuestionSetDraft, path: str = "") -> str:
    return f"/question-sets/drafts/{draft.pk}/{path}"


def question(words: str, **more: object) -> dict[str, object]:
    return {"text": words, "section": "history", "kind": "one_of", "required": "yes", **more}


def test_the_list_says_what_is_in_use_and_what_is_being_written(
    grace: Client, draft: QuestionSetDraft
) -> None:
    words = text(grace.get("/question-sets/"))
    assert "How at risk is this person?" in words
    assert "A draft , begun by Grace Holt" in words
    assert "Question sets" in text(grace.get("/"))


@pytest.mark.parametrize("email", [PRIYA, "ravi.desai@police.example", "joyce.lim@charnwood.example"])
def test_nobody_else_sees_or_changes_any_of_it(draft: QuestionSetDraft, email: str) -> None:
    client = signed_in(email)
    for path in (
        "/question-sets/",
        f"/question-sets/{SCORED}",
        at(draft),
        at(draft, "heading"),
        at(draft, "past"),
    ):
        assert client.get(path).status_code == 403
    assert client.post(at(draft, "heading"), {"title": "Mine", "source": "Me", "seen": 1}).status_code == 403
    assert client.post(f"/question-sets/{JUDGED}/begin", {"version": FIRST}).status_code == 403
    assert says(draft)["title"] == "Victim risk assessment, scored"


def test_a_draft_begins_from_a_released_version_and_there_is_one_at_a_time(grace: Client) -> None:
    answer = grace.post(f"/question-sets/{SCORED}/begin", {"version": FIRST})
    draft = QuestionSetDraft.objects.get(key=SCORED)
    assert answer["Location"] == at(draft)
    page = text(grace.get(at(draft)))
    assert (
        "Have you told any other agency" in page
        or "Threat" in page
        or "Has anyone threatened to kill" in page
    )
    assert "nothing yet" in page
    again = grace.post(f"/question-sets/{SCORED}/begin", {"version": FIRST})
    assert again.status_code == 409
    assert QuestionSetDraft.objects.filter(key=SCORED).count() == 1


def test_a_question_with_answers_is_added_and_stands_where_it_was_put(
    grace: Client, draft: QuestionSetDraft
) -> None:
    sent = grace.post(at(draft, "questions/new"), question("Is there a dog?", seen=1, help="Any dog."))
    assert sent["Location"] == at(draft, "questions/is_there_a_dog")
    for label, points in (("No dog", "0"), ("A calm dog", "1"), ("A dog that bites", "4")):
        kept = grace.post(
            at(draft, "questions/is_there_a_dog/answers/new"), {"label": label, "score": points, "seen": 9}
        )
        assert kept.status_code == 302
    grace.post(
        at(draft, "questions/is_there_a_dog/answers/a_dog_that_bites"),
        {"label": "A dog that bites", "score": "4", "automatic": "There is a dog that bites.", "text_required": "on",
         "text_label": "Say whose.", "seen": 9},
    )  # fmt: skip
    made = asked(says(draft), "is_there_a_dog")
    assert made["help"] == "Any dog."
    assert made["required_when"] is True
    assert [(one["label"], one.get("score")) for one in made["options"]] == [
        ("No dog", 0), ("A calm dog", 1), ("A dog that bites", 4),
    ]  # fmt: skip
    assert made["options"][2]["automatic"] == "There is a dog that bites."
    assert made["options"][2]["text_required"] is True
    page = text(grace.get(at(draft, "questions/is_there_a_dog")))
    assert "4 points, makes it high, asks for words" in page
    home = next(one for one in says(draft)["sections"] if one["key"] == "history")
    assert home["questions"][-1]["key"] == "is_there_a_dog"


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(
    grace: Client, draft: QuestionSetDraft
) -> None:
    answer = grace.post(at(draft, "questions/new"), question("", help="Kept help", seen=1))
    assert answer.status_code == 422
    assert "Kept help" in answer.content.decode()
    assert errors(answer).strip()
    without_label = grace.post(
        at(draft, "questions/frequency/answers/new"), {"label": " ", "score": "3", "seen": 1}
    )
    assert without_label.status_code == 422
    assert errors(without_label).strip()
    assert QuestionSetRevision.objects.filter(draft=draft).count() == 1


def test_the_same_words_get_a_key_of_their_own_and_no_key_is_given_out_twice(
    grace: Client, draft: QuestionSetDraft
) -> None:
    for _ in range(2):
        grace.post(
            at(draft, "questions/new"),
            question("Is there a dog?", kind="text", seen=9, csrfmiddlewaretoken=str(_)),
        )
    keys = [one["key"] for section in says(draft)["sections"] for one in section["questions"]]
    assert {"is_there_a_dog", "is_there_a_dog_2"} <= set(keys)
    grace.post(at(draft, "remove"), {"question": "frequency", "seen": 9})
    grace.post(at(draft, "questions/new"), question("Frequency", kind="text", seen=9))
    keys = [one["key"] for section in says(draft)["sections"] for one in section["questions"]]
    assert "frequency" not in keys, "answers to the old question are kept under its key"
    assert "frequency_2" in keys


def test_a_question_that_was_answered_keeps_its_kind(grace: Client, draft: QuestionSetDraft) -> None:
    page = grace.get(at(draft, "questions/frequency"))
    assert 'name="kind"' not in page.content.decode()
    grace.post(
        at(draft, "questions/frequency"),
        {"text": "How often?", "section": "history", "kind": "text", "required": "no", "seen": 1},
    )
    made = asked(says(draft), "frequency")
    assert made["text"] == "How often?"
    assert made["kind"] == "one_of"
    assert len(made["options"]) == 7
    assert made.get("required_when", False) is False
    assert made["carries_to"] == "frequency", "what Sentinel carries over is not lost by rewording"


def test_parts_are_moved_and_removed(grace: Client, draft: QuestionSetDraft) -> None:
    before = [one["key"] for one in says(draft)["sections"]]
    grace.post(at(draft, "move"), {"section": before[1], "way": "up"})
    assert [one["key"] for one in says(draft)["sections"]] == [before[1], before[0], *before[2:]]
    grace.post(at(draft, "move"), {"question": "linked", "way": "up"})
    moved = next(one for one in says(draft)["sections"] if one["key"] == "history")
    assert [one["key"] for one in moved["questions"]][:2] == ["linked", "frequency"]
    grace.post(at(draft, "move"), {"question": "frequency", "option": "daily", "way": "up"})
    assert [one["key"] for one in asked(says(draft), "frequency")["options"]][4:6] == ["daily", "most_days"]
    asks_first = text(grace.get(at(draft, "remove?question=worse")))
    assert "Assessments that were made keep" in asks_first
    grace.post(at(draft, "remove"), {"question": "worse", "seen": says_number(draft)})
    assert "worse" not in {one["key"] for section in says(draft)["sections"] for one in section["questions"]}
    assert grace.get(at(draft, "questions/worse")).status_code == 404


def test_what_was_moved_is_said_and_the_keyboard_stays_on_its_button(
    grace: Client, draft: QuestionSetDraft
) -> None:
    asked_first = [one["key"] for one in says(draft)["sections"][0]["questions"]]

    def moved(**part: str) -> str:
        led = grace.post(at(draft, "move"), part)["Location"]
        page, _, button = led.partition("#")
        shown = grace.get(page).content.decode()
        assert f'<button id="{button}"' in shown
        return f"{button}: {' '.join(re.findall(r'role=.status.[^>]*><p>([^<]*)</p>', shown))}"

    second = asked(says(draft), asked_first[1])["text"]
    told = moved(question=asked_first[1], way="down")
    assert told.startswith(f"question-{asked_first[1]}-down: Moved down")
    assert second in told.replace("&#39;", "'")
    moved(question=asked_first[1], way="up")
    assert moved(question=asked_first[1], way="up").startswith(f"question-{asked_first[1]}-down: "), (
        "first of all it has no way up any more"
    )
    assert "It stands first already" in moved(question=asked_first[1], way="up")
    assert ", into the section “" in moved(
        question="frequency",
        way="down" if says(draft)["sections"][1]["questions"][-1]["key"] == "frequency" else "up",
    )
    assert moved(question="frequency", option="daily", way="up").startswith("option-daily-up: Moved up")
    key = says(draft)["sections"][1]["key"]
    assert moved(section=key, way="up").startswith(f"section-{key}-down: Moved up")


def test_one_is_told_that_it_was_oneself_who_changed_it_in_another_window(
    grace: Client, draft: QuestionSetDraft
) -> None:
    seen = says_number(draft)
    here = at(draft, "questions/frequency")
    given = {"text": "How often?", "section": "history", "required": "no", "seen": seen}
    assert grace.post(here, given).status_code == 302
    again = grace.post(here, {**given, "text": "How often is it?"})
    assert again.status_code == 409
    words = again.content.decode()
    assert "You have changed the same part yourself" in words
    assert "In another window" in words
    assert "Somebody else" not in words
    nadia = signed_in(NADIA)
    seen = says_number(draft)
    nadia.post(here, {**given, "text": "How often, in her words?", "seen": seen})
    theirs = grace.post(here, {**given, "text": "How often is it?", "seen": seen}).content.decode()
    assert "Somebody else changed the same part" in theirs
    assert "While you were writing" in theirs


def says_number(draft: QuestionSetDraft) -> int:
    draft.refresh_from_db()
    return draft.number


def test_a_question_at_the_edge_goes_into_the_next_section(grace: Client, draft: QuestionSetDraft) -> None:
    first = says(draft)["sections"][0]["questions"][-1]["key"]
    grace.post(at(draft, "move"), {"question": first, "way": "down"})
    assert says(draft)["sections"][1]["questions"][0]["key"] == first


def test_heading_section_and_bands_are_changed(grace: Client, draft: QuestionSetDraft) -> None:
    grace.post(
        at(draft, "heading"),
        {"title": "Risk of a victim", "help": "", "source": "Board of 3 April", "seen": 1},
    )
    grace.post(at(draft, "sections/new"), {"title": "The home", "help": "Where they live.", "seen": 9})
    page = grace.get(at(draft, "bands")).content.decode()
    assert 'value="11"' in page
    bands = {
        "low_min": "0",
        "low_max": "9",
        "medium_min": "10",
        "medium_max": "21",
        "high_min": "22",
        "high_max": "",
    }
    grace.post(at(draft, "bands"), {**bands, "high_help": "Act today.", "seen": 9})
    made = says(draft)
    assert (made["title"], made["source"]) == ("Risk of a victim", "Board of 3 April")
    assert made["sections"][-1] == {
        "key": "the_home",
        "title": "The home",
        "help": "Where they live.",
        "questions": [],
    }
    assert [(band["min"], band["max"]) for band in made["bands"]] == [(0, 9), (10, 21), (22, None)]
    assert made["bands"][2]["help"] == "Act today."


def test_a_judged_set_has_no_points_and_a_script_no_bands(grace: Client) -> None:
    judged, script = begun(JUDGED), begun(SCRIPT)
    assert "_min" not in grace.get(at(judged, "bands")).content.decode()
    assert 'name="score"' not in grace.get(at(judged, "questions/frequency/answers/daily")).content.decode()
    assert grace.get(at(script, "bands")).status_code == 404


def test_two_people_may_write_and_the_second_sees_what_changed(draft: QuestionSetDraft) -> None:
    grace, nadia = signed_in(GRACE), signed_in(NADIA)
    first = {"text": "How often is it?", "section": "history", "required": "yes", "seen": 1}
    assert grace.post(at(draft, "questions/frequency"), first).status_code == 302
    elsewhere = {"text": "Getting worse?", "section": "history", "required": "yes", "seen": 1}
    assert nadia.post(at(draft, "questions/worse"), elsewhere).status_code == 302, (
        "another part is no conflict"
    )
    late = nadia.post(at(draft, "questions/frequency"), {**first, "text": "How many times?"})
    assert late.status_code == 409
    page = text(late)
    assert "While you were writing" in page
    assert "Grace Holt" in page
    assert "Apart from today, how often does this happen?" in page
    assert "How often is it?" in page
    assert "How many times?" in late.content.decode(), "what was typed is kept"
    assert asked(says(draft), "frequency")["text"] == "How often is it?"
    seen = re.search(r'name="seen" value="(\d+)"', late.content.decode())
    assert seen
    assert (
        nadia.post(
            at(draft, "questions/frequency"), {**first, "text": "How many times?", "seen": seen[1]}
        ).status_code
        == 302
    )
    assert asked(says(draft), "frequency")["text"] == "How many times?"


def test_pressing_twice_adds_one_question(grace: Client, draft: QuestionSetDraft) -> None:
    sent = question("Is there a dog?", kind="text", seen=1, csrfmiddlewaretoken="x" * 64)
    one, two = (grace.post(at(draft, "questions/new"), sent) for _ in range(2))
    assert one["Location"] == two["Location"]
    keys = [part["key"] for section in says(draft)["sections"] for part in section["questions"]]
    assert len([key for key in keys if key.startswith("is_there_a_dog")]) == 1


def test_nothing_changed_is_nothing_written(grace: Client, draft: QuestionSetDraft) -> None:
    same = {"title": "Victim risk assessment, scored", "help": "", "source": says(draft)["source"], "seen": 1}
    assert grace.post(at(draft, "heading"), same).status_code == 302
    assert QuestionSetRevision.objects.filter(draft=draft).count() == 1


def test_what_is_not_there_is_not_found(grace: Client, draft: QuestionSetDraft) -> None:
    for path in ("questions/nothing", "sections/nothing", "questions/frequency/answers/nothing", "questions/frequency/when/never",
                 "remove?section=nothing"):  # fmt: skip
        assert grace.get(at(draft, path)).status_code == 404, path
    assert grace.get(f"/question-sets/drafts/{uuid.UUID(int=5)}/").status_code == 404
    assert grace.get("/question-sets/no-such-set").status_code == 404
    assert grace.get(f"/question-sets/{SCORED}/version/99").status_code == 404


def test_a_draft_reaches_no_assessment(grace: Client, draft: QuestionSetDraft) -> None:
    grace.post(at(draft, "heading"), {"title": "Changed", "source": "Board", "seen": 1})
    assert QuestionSetVersion.objects.get(key=SCORED).title == "Victim risk assessment, scored"
