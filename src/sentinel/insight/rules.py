"""What the figures are, in words and in numbers. Pure: no Django, no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sentinel.kernel.clock import start_of_day

CASES, PEOPLE, PUT_OFF, UNKNOWN, REVIEWS, LATE = "cases", "people", "put-off", "unknown", "reviews", "late"
# How many days an answer has been unknown: the days on which its reminders go (R35).
AGES = (0, 4, 7, 10, 14)


@dataclass(frozen=True)
class Baseline:
    """What the figures are compared with (R49): of how many cases of a year how many had no assessment, how many had none at any one
    time since it was compulsory, on average, and where that is told."""

    year: int
    without: int
    of: int
    average: float
    source: str

    @property
    def share(self) -> float:
        """The share of the year's cases that had none, in per cent."""
        return 100 * self.without / self.of

    @property
    def in_year(self) -> str:
        """ "358 of 4,382 in 2017"."""
        return f"{self.without:,} of {self.of:,} in {self.year}"


@dataclass(frozen=True)
class Measure:
    """One of the figures: its key in an address, the heading of its list, what one of them is, and how a row of it is put right."""

    key: str
    title: str
    one: str
    many: str
    means: str


MEASURES: dict[str, Measure] = {
    one.key: one
    for one in (
        Measure(
            CASES,
            "Cases with somebody not assessed",
            "case",
            "cases",
            "An open case that has a victim without an assessment, or no victim and no assessment of its own. "
            "An assessment that was put off is not an assessment: it counts.",
        ),
        Measure(
            PEOPLE,
            "People with no assessment",
            "person or case",
            "people or cases",
            "Each victim of an open case without an assessment, and each open case without a victim that has none of its own.",
        ),
        Measure(
            PUT_OFF,
            "Assessments put off",
            "assessment",
            "assessments",
            "Those of the people with no assessment for whom it was put off until a moment that has not come.",
        ),
        Measure(
            UNKNOWN,
            "Answers not known",
            "answer",
            "answers",
            "Each answer of an assessment that holds which is “not known”, or was never given. The days run from the "
            "first assessment that left it so: saying it again does not start them anew.",
        ),
        Measure(
            REVIEWS,
            "Reviews overdue",
            "review",
            "reviews",
            "Each assessment of a person, or of a case without a victim, that is over the days of its band.",
        ),
        Measure(
            LATE,
            "High risk not acknowledged in time",
            "acknowledgement",
            "acknowledgements",
            "High risk of which somebody was told, whose time to acknowledge is over, and which nobody in that part, or after "
            "them, has acknowledged.",
        ),
    )
}


@dataclass(frozen=True)
class Figures:
    """The figures of some cases at one moment. `unknown` has one number for each of AGES."""

    cases: int = 0
    people: int = 0
    put_off: int = 0
    unknown: tuple[int, ...] = (0,) * len(AGES)
    reviews: int = 0
    late: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.cases + other.cases,
            self.people + other.people,
            self.put_off + other.put_off,
            tuple(a + b for a, b in zip(self.unknown, other.unknown, strict=True)),
            self.reviews + other.reviews,
            self.late + other.late,
        )

    @property
    def unknowns(self) -> int:
        """How many answers are not known, however long."""
        return sum(self.unknown)

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing to put right."""
        return self == Figures()

    def of(self, measure: str) -> int:
        """The number of one measure."""
        return self.unknowns if measure == UNKNOWN else int(getattr(self, measure.replace("-", "_")))


def total(figures: Iterable[Figures]) -> Figures:
    """The sum of some figures of cases that do not overlap."""
    return sum(figures, Figures())


def age_begins(today: date, age: int) -> datetime:
    """The moment (UTC) before which something began that is at least `age` days old on a day in London."""
    return start_of_day(today - timedelta(days=age - 1))


def age_words(age: int) -> str:
    """ "4 to 6 days"; "14 days or more" for the oldest."""
    if age == AGES[-1]:
        return f"{age} days or more"
    following = AGES[AGES.index(age) + 1] - 1
    return f"{age} to {following} days" if age else f"up to {following} days"


def over_before(today: date, days: Mapping[str, int], bands: Iterable[str]) -> dict[str, datetime]:
    """For each band the moment (UTC): what was assessed before it is over its days today in London (risk.rules.review_due)."""
    return {band: start_of_day(today - timedelta(days=days[band])) for band in bands}


# Fewer than this, and not nothing, might tell of whom they are to who may not read the cases.
FEWEST = 5


def without_small(numbers: Sequence[int]) -> list[int | None]:
    """Numbers whose sum is known, as they may be told to who may not read what is counted: None for one that is not told.

    What the rest leaves of the sum could tell the small ones: then the next larger ones are not told either, until what is left is
    at least FEWEST for each of them, and at last the zeros. Equal numbers are treated alike, so that their order tells
    nothing. A number that stands alone is its own sum: `total_without_small`.
    """
    hidden: set[int] = set()
    if any(_is_small(number) for number in numbers):
        for most in [*sorted({number for number in numbers if number >= FEWEST - 1} | {FEWEST - 1}), None]:
            hidden = {at for at, one in enumerate(numbers) if most is None or 0 < one <= most}
            if sum(numbers[at] for at in hidden) >= FEWEST * len(hidden):
                break
    return [None if at in hidden else number for at, number in enumerate(numbers)]


def total_without_small(numbers: Sequence[int]) -> int | None:
    """Their sum, as it may be told beside them; None where there is one number and it is small."""
    return None if len(numbers) == 1 and _is_small(numbers[0]) else sum(numbers)


def _is_small(number: int) -> bool:
    return 0 < number < FEWEST
