"""Files of question sets and rules are read strictly; what is wrong names the file and the place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.questionnaires.content_files import (
    ContentProblems,
    read_question_set,
    read_question_sets,
    read_rule,
    read_rules,
    read_yaml,
)
from tests.questionnaires.making import PLAIN, SCORED, changed, question_data

RULE = """
title: Channels
effective_from: 2026-01-01
source: Invented.
confirmed: false
items:
  - {key: telephone, label: Telephone}
  - {key: visit, label: A visit}
"""


def write(folder: Path, name: str, data: Any) -> Path:
    path = folder / name
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data), encoding="utf-8")
    return path


def released(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return changed(data, **{"released_from": date(2026, 1, 1), **changes})


def test_a_file_becomes_a_set_with_its_hash_and_date(tmp_path: Path) -> None:
    found = read_question_set(write(tmp_path, "scored.yaml", SCORED))
    assert (found.key, found.number, found.title, found.subject) == ("scored", 2, "A scored set", "victim")
    assert found.released_from == date(2026, 1, 1)
    assert (found.source, found.confirmed) == ("Invented for a test.", False)
    assert len(found.content_hash) == 64
    assert found.definition["sections"][0]["questions"][0]["key"] == "often"


def test_yes_no_on_and_off_are_words_and_only_true_and_false_are_truth(tmp_path: Path) -> None:
    data = read_yaml(
        write(tmp_path, "a.yaml", "{a: yes, b: no, c: on, d: off, e: true, f: false, g: True, h: y}")
    )
    assert data == {
        "a": "yes",
        "b": "no",
        "c": "on",
        "d": "off",
        "e": True,
        "f": False,
        "g": "True",
        "h": "y",
    }


def test_a_key_said_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ContentProblems) as caught:
        read_yaml(write(tmp_path, "twice.yaml", "key: a\ntitle: b\nkey: c\n"))
    assert caught.value.problems[0].where == "twice.yaml line 3"
    assert "said twice" in caught.value.problems[0].what


@pytest.mark.parametrize(
    "text", ["key: [", "a: b: c", "\t- x", "!!python/object/apply:os.system ['true']", "&a *b"]
)
def test_what_is_no_yaml_or_tries_to_run_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContentProblems, match=r"bad\.yaml"):
        read_yaml(write(tmp_path, "bad.yaml", text))


def test_a_file_that_is_missing_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentProblems, match="cannot be read"):
        read_yaml(tmp_path / "nowhere.yaml")
    with pytest.raises(ContentProblems, match="too large"):
        read_yaml(write(tmp_path, "large.yaml", "a" * 1_000_001))
    (tmp_path / "latin.yaml").write_bytes("key: é".encode("latin-1"))
    with pytest.raises(ContentProblems, match="cannot be read"):
        read_yaml(tmp_path / "latin.yaml")


def test_every_problem_of_a_file_is_told_at_once_by_file_and_place(tmp_path: Path) -> None:
    data = released(PLAIN)
    question_data(data, "log")["show_when"] = {"question": "nowhere", "answered": True}
    question_data(data, "times")["minimum"] = 500
    with pytest.raises(ContentProblems) as caught:
        read_question_set(write(tmp_path, "small.yaml", data))
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 2
    assert told[0].startswith("small.yaml: set.sections.second.questions.times: ")
    assert told[1].startswith("small.yaml: set.sections.first.questions.log.show_when: ")
    assert caught.value.message == "\n".join(told)


def test_a_form_error_is_told_by_file_and_place(tmp_path: Path) -> None:
    with pytest.raises(ContentProblems, match=r"small\.yaml: set\.colour: There is no such setting"):
        read_question_set(write(tmp_path, "small.yaml", released(PLAIN, colour="red")))
    with pytest.raises(ContentProblems, match=r"list\.yaml: set"):
        read_question_set(write(tmp_path, "list.yaml", ["a"]))


def test_a_file_says_from_when_its_version_is_used(tmp_path: Path) -> None:
    with pytest.raises(ContentProblems, match="from which date"):
        read_question_set(write(tmp_path, "small.yaml", PLAIN))


def test_a_folder_gives_its_sets_in_order_and_no_version_twice(tmp_path: Path) -> None:
    write(tmp_path, "b.yaml", released(PLAIN))
    write(tmp_path, "a.yaml", SCORED)
    write(tmp_path, "notes.txt", "not read")
    assert [found.key for found in read_question_sets(tmp_path)] == ["scored", "small"]
    write(tmp_path, "c.yaml", released(PLAIN, version=2))
    assert [(found.key, found.number) for found in read_question_sets(tmp_path)] == [
        ("scored", 2),
        ("small", 1),
        ("small", 2),
    ]
    write(tmp_path, "d.yaml", released(PLAIN, title="Another"))
    with pytest.raises(ContentProblems, match=r"d\.yaml: small 1 is in another file"):
        list(read_question_sets(tmp_path))


def test_a_rule_is_read_with_its_date_source_and_items(tmp_path: Path) -> None:
    rule = read_rule(write(tmp_path, "channels.yaml", RULE))
    assert (rule.name, rule.title, rule.effective_from) == ("channels", "Channels", date(2026, 1, 1))
    assert (rule.source, rule.confirmed) == ("Invented.", False)
    assert [item["key"] for item in rule.content["items"]] == ["telephone", "visit"]
    assert rule.content["effective_from"] == "2026-01-01"


def test_a_rules_hash_follows_its_content(tmp_path: Path) -> None:
    one = read_rule(write(tmp_path, "a.yaml", RULE))
    assert read_rule(write(tmp_path, "a.yaml", f"# a remark\n{RULE}")).content_hash == one.content_hash
    assert (
        read_rule(write(tmp_path, "a.yaml", RULE.replace("A visit", "In person"))).content_hash
        != one.content_hash
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: Channels\n", "", "a.yaml: title"),
        ("2026-01-01", "soon", "a.yaml: effective_from"),
        ("confirmed: false", "confirmed: no", "a.yaml: confirmed"),
        ("source: Invented.\n", "", "a.yaml: source"),
        ("key: visit", "key: telephone", "items.telephone: Two items have this key"),
        ("key: visit, ", "", "Each item has a key and a label"),
        ("label: A visit", "words: A visit", "Each item has a key and a label"),
    ],
)
def test_a_wrong_rule_is_told_by_file_and_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ContentProblems) as caught:
        read_rule(write(tmp_path, "a.yaml", RULE.replace(old, new)))
    assert words in caught.value.message


def test_a_rule_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentProblems, match="mapping"):
        read_rule(write(tmp_path, "a.yaml", "- a"))


def test_a_folder_gives_its_rules_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.yaml", RULE)
    write(tmp_path, "a.yaml", RULE)
    assert [rule.name for rule in read_rules(tmp_path)] == ["a", "b"]
