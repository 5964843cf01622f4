"""Small question sets for the tests, and strategies that make sets and answers at random."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from sentinel.questionnaires.rules import Kind, QuestionSet, build, to_data

PLAIN: dict[str, Any] = {
    "key": "small",
    "version": 1,
    "title": "A small set",
    "subject": "report",
    "style": "plain",
    "status": "draft",
    "source": "Invented for a test.",
    "sections": [
        {
            "key": "first",
            "title": "First",
            "questions": [
                {"key": "danger", "text": "Danger?", "kind": "yes_no_unknown", "required_when": True},
                {
                    "key": "who_rang",
                    "text": "Who rang?",
                    "kind": "one_of",
                    "show_when": {"question": "danger", "equals": "yes"},
                    "required_when": True,
                    "options": [
                        {"key": "caller", "label": "The caller"},
                        {"key": "nobody", "label": "Nobody", "text_required": True, "text_label": "Say why."},
                    ],
                },
                {
                    "key": "log",
                    "text": "Log number?",
                    "kind": "text",
                    "max_length": 10,
                    "show_when": {"question": "who_rang", "answered": True},
                },
            ],
        },
        {
            "key": "second",
            "title": "Second",
            "questions": [
                {
                    "key": "methods",
                    "text": "How?",
                    "kind": "many_of",
                    "options": [
                        {"key": "call", "label": "Call"},
                        {"key": "text", "label": "Text"},
                        {"key": "none", "label": "None", "exclusive": True},
                    ],
                },
                {"key": "times", "text": "How many times?", "kind": "number", "minimum": 0, "maximum": 100},
                {"key": "day", "text": "Which day?", "kind": "date", "not_future": True},
                {
                    "key": "words",
                    "text": "Say more.",
                    "kind": "long_text",
                    "required_when": {"question": "times", "answered": True},
                },
            ],
        },
    ],
}

SCORED: dict[str, Any] = {
    "key": "scored",
    "version": 2,
    "title": "A scored set",
    "subject": "victim",
    "style": "scored",
    "status": "released",
    "released_from": "2026-01-01",
    "source": "Invented for a test.",
    "bands": [
        {"key": "low", "label": "Low", "min": 0, "max": 3},
        {"key": "medium", "label": "Medium", "min": 4, "max": 6},
        {"key": "high", "label": "High", "min": 7},
    ],
    "sections": [
        {
            "key": "all",
            "title": "All",
            "questions": [
                {
                    "key": "often",
                    "text": "How often?",
                    "kind": "one_of",
                    "required_when": True,
                    "options": [
                        {"key": "once", "label": "Once", "score": 0},
                        {"key": "weekly", "label": "Weekly", "score": 2},
                        {"key": "daily", "label": "Daily", "score": 4},
                        {"key": "unknown", "label": "Not known", "unknown": True},
                    ],
                },
                {
                    "key": "hate",
                    "text": "Hate?",
                    "kind": "yes_no_unknown",
                    "required_when": True,
                    "options": [
                        {"key": "yes", "score": 3, "sets": {"hate": True}},
                        {"key": "no", "score": 0},
                    ],
                },
                {
                    "key": "health",
                    "text": "Health?",
                    "kind": "many_of",
                    "show_when": {"question": "often", "in": ["weekly", "daily"]},
                    "required_when": True,
                    "options": [
                        {"key": "none", "label": "None", "score": 0, "exclusive": True},
                        {"key": "body", "label": "Body", "score": 1},
                        {"key": "mind", "label": "Mind", "score": 1},
                        {
                            "key": "self_harm",
                            "label": "Self-harm",
                            "score": 0,
                            "automatic": "Thoughts of suicide.",
                            "text_required": True,
                        },
                    ],
                },
            ],
        }
    ],
}

JUDGED: dict[str, Any] = {
    **{key: value for key, value in SCORED.items() if key not in {"bands", "sections"}},
    "key": "judged",
    "style": "judgement",
    "bands": [{"key": key, "label": key.capitalize()} for key in ("low", "medium", "high")],
    "sections": [
        {
            "key": "all",
            "title": "All",
            "questions": [
                {
                    "key": "weapon",
                    "text": "Weapon?",
                    "kind": "yes_no_unknown",
                    "required_when": True,
                    "options": [{"key": "yes", "automatic": "A weapon."}],
                },
                {"key": "impact", "text": "Impact?", "kind": "long_text", "required_when": True},
            ],
        }
    ],
}


def changed(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a deep copy of a set's data with top-level changes."""
    return {**copy.deepcopy(data), **changes}


def made(data: dict[str, Any]) -> QuestionSet:
    """Return the set, which must build without problems."""
    question_set, problems = build(data)
    assert problems == []
    assert question_set is not None
    return question_set


def question_data(data: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the (mutable) data of one question."""
    found: dict[str, Any] = next(
        question
        for section in data["sections"]
        for question in section["questions"]
        if question["key"] == key
    )
    return found


_WORDS = st.text(alphabet="abc é<'\u200f👩", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text != ""
)


@st.composite
def _conditions(draw: st.DrawFn, earlier: list[dict[str, Any]], depth: int = 2) -> dict[str, Any]:
    """A condition on questions that were asked before."""
    if depth and draw(st.integers(0, 3)) == 0:
        joined = draw(st.sampled_from(["all", "any", "not"]))
        if joined == "not":
            return {"not": draw(_conditions(earlier, depth - 1))}
        return {joined: draw(st.lists(_conditions(earlier, depth - 1), min_size=1, max_size=3))}
    question = draw(st.sampled_from(earlier))
    choices = [option["key"] for option in question.get("options", ())]
    if question["kind"] == "yes_no_unknown":
        choices = ["yes", "no", "unknown"]
    if not choices or draw(st.booleans()):
        return {"question": question["key"], "answered": draw(st.booleans())}
    if draw(st.booleans()):
        return {"question": question["key"], "equals": draw(st.sampled_from(choices))}
    return {
        "question": question["key"],
        "in": draw(st.lists(st.sampled_from(choices), min_size=1, max_size=3)),
    }


@st.composite
def _questions(draw: st.DrawFn, key: str, earlier: list[dict[str, Any]], scored: bool) -> dict[str, Any]:
    kind = draw(st.sampled_from(Kind)).value
    question: dict[str, Any] = {
        "key": key,
        "text": draw(_WORDS),
        "kind": kind,
        "required_when": draw(st.booleans()),
    }
    if kind in {"one_of", "many_of"}:
        count = draw(st.integers(2, 4))
        has_scores = scored and draw(st.booleans())
        question["options"] = [
            {
                "key": f"o{at}",
                "label": draw(_WORDS),
                **({"score": draw(st.integers(0, 5))} if has_scores else {}),
                **({"automatic": "So it is."} if scored and draw(st.integers(0, 9)) == 0 else {}),
                **({"text_required": True} if draw(st.integers(0, 4)) == 0 else {}),
                **({"exclusive": True} if kind == "many_of" and draw(st.integers(0, 4)) == 0 else {}),
            }
            for at in range(count)
        ]
    elif kind == "yes_no_unknown" and scored:
        question["options"] = [{"key": "yes", "score": draw(st.integers(0, 5))}, {"key": "no", "score": 0}]
    if earlier and draw(st.booleans()):
        question["show_when"] = draw(_conditions(earlier))
    if earlier and draw(st.integers(0, 2)) == 0:
        question["required_when"] = draw(_conditions(earlier))
    return question


@st.composite
def question_sets(draw: st.DrawFn, scored: bool = False) -> QuestionSet:
    """A sound question set of one to eight questions in up to three sections."""
    questions: list[dict[str, Any]] = []
    for at in range(draw(st.integers(1, 8))):
        questions.append(draw(_questions(f"q{at}", questions, scored)))
    cut = draw(st.integers(1, len(questions)))
    parts = [part for part in (questions[:cut], questions[cut:]) if part]
    data = {
        **PLAIN,
        "style": "scored" if scored else "plain",
        "bands": SCORED["bands"] if scored else [],
        "sections": [
            {"key": f"s{at}", "title": f"Section {at}", "questions": part} for at, part in enumerate(parts)
        ],
    }
    return made(data)


_VALUES = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(["yes", "no", "unknown", "o0", "o1", "2026-04-03", "", " "]),
    st.integers(-5, 200),
    st.floats(allow_nan=True),
    st.lists(st.sampled_from(["o0", "o1", "o2", "o9"]), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.booleans(),
)


@st.composite
def right_answers(draw: st.DrawFn, question_set: QuestionSet) -> dict[str, Any]:
    """Answers of the right kind to some of the questions, hidden ones among them."""
    answers: dict[str, Any] = {}
    for question in question_set.questions():
        if draw(st.integers(0, 3)) == 0:
            continue
        keys = [option.key for option in question.options]
        match question.kind:
            case Kind.NUMBER:
                answers[question.key] = draw(st.integers(0, 50))
            case Kind.DATE:
                answers[question.key] = draw(st.dates()).isoformat()
            case Kind.MANY_OF:
                picked = draw(st.lists(st.sampled_from(keys), unique=True, min_size=1))
                answers[question.key] = sorted(picked)
            case Kind.ONE_OF | Kind.YES_NO_UNKNOWN:
                answers[question.key] = draw(st.sampled_from(keys))
            case _:
                answers[question.key] = draw(_WORDS)
        if draw(st.booleans()):
            answers[f"{question.key}__why"] = draw(_WORDS)
    return answers


@st.composite
def any_answers(draw: st.DrawFn, question_set: QuestionSet) -> dict[str, Any]:
    """Answers of any kind whatever, to questions that are and are not there."""
    keys = [question.key for question in question_set.questions()]
    names = st.sampled_from([*keys, *(f"{key}__why" for key in keys), "nobody_asked"])
    return draw(st.dictionaries(names, _VALUES, max_size=8))


def same_again(question_set: QuestionSet) -> QuestionSet:
    """Return the set written out and read back."""
    return made(to_data(question_set))
