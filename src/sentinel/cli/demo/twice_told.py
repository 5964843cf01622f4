"""People who were told of twice under two spellings, for the data steward's queue."""

from __future__ import annotations

from datetime import date, datetime

from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.phones import parse_phone
from sentinel.matching.operations import say_same
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person

# Two spellings, two birth dates as they were told, two numbers. The last two are twins.
PAIRS = (
    (("Gordon Pike", "Gordan Pyke"), (date(1961, 4, 3), date(1961, 3, 4)), ("07700 900211", "07700 900211")),
    (("Amina Warsame", "Aamina Warsama"), (date(1984, 9, 12), date(1984, 9, 12)), ("07700 900212", "07700 900213")),
    (("Kasia Wolny", "Basia Wolny"), (date(1993, 1, 30), date(1993, 1, 30)), ("07700 900214", "07700 900214")),
)  # fmt: skip


def tell_twice(actor: Actor, case: Case, at: datetime) -> None:
    """Three pairs, told in a case by its officer, who says of each that they may be one."""
    for names, births, phones in PAIRS:
        first, second = (
            add_person(
                actor=actor, now=at, record_id=case.pk,
                facts=Facts(name=NameGiven(full=name), birth=Birth(born, born, BirthPrecision.DAY), phones=[parse_phone(phone)]),
            )
            for name, born, phone in zip(names, births, phones, strict=True)
        )  # fmt: skip
        how = "They came up twice while the neighbours were asked"
        say_same(actor=actor, now=at, record_id=case.pk, first=first.pk, second=second.pk, how=how)
