"""Invented people, places and words for the demonstration: a seed gives the same ones again.

Names come from Faker's locales that fit Leicester; streets are made up and every postcode ends in ZZ or the like,
which no real one does; telephone numbers are of the ranges kept for drama.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

from faker import Faker

# Share of each locale among the invented people, roughly as Leicester's main languages go.
LOCALES = (("en_GB", 60), ("en_IN", 18), ("pl_PL", 6), ("ro_RO", 3), ("pt_PT", 3))
SOMALI = (
    ("Abdi", "Ayaan", "Hodan", "Ismail", "Khadra", "Mahad", "Nimco", "Sagal", "Warsame", "Zahra"),
    ("Abdullahi", "Ahmed", "Farah", "Hassan", "Jama", "Mohamud", "Omar", "Warsame", "Yusuf", "Ali"),
)
STREETS = (
    "Sparrow Lane", "Quarry Street", "Forest Road", "Juniper Close", "Lantern Way", "Mill Bank", "Orchard Rise",
    "Pinfold Row", "Rowan Walk", "Saddlers Court", "Tenter Hill", "Weavers Yard", "Heron Drive", "Copper Street",
    "Larkspur Avenue", "Beacon View", "Foundry Place", "Garland Crescent", "Hollow Road", "Ivy Terrace",
)  # fmt: skip
OUTWARD = ("LE11", "LE12", "LE2", "LE3", "LE4", "LE5", "LE67", "LE10", "LE13", "LE15")
TROUBLES = (
    ("Loud music at night", "noise", "nuisance", "Music through the wall most nights until three. She cannot sleep and dreads the evenings."),
    ("Shouting and banging", "rowdy_neighbours", "personal", "He bangs on the wall and shouts whenever she uses the stairs. It has been going on for weeks."),
    ("Threats at the door", "rowdy_neighbours", "personal", "He came to the door again and shouted threats. The children were in the room."),
    ("Youths gathering on the stairs", "rowdy_behaviour", "nuisance", "Ten or twelve of them on the stairs every evening, smoking and shouting abuse at anybody who passes."),
    ("Off-road bikes on the green", "vehicle_nuisance", "nuisance", "Two bikes tear across the green after school. A toddler was nearly hit on Sunday."),
    ("Rubbish and needles in the alley", "littering_drugs", "environmental", "The alley is full of bags and there were needles by the gate again this morning."),
    ("Drinking on the benches", "street_drinking", "nuisance", "The same group drinks from noon and shouts at women on their own."),
    ("Messages that will not stop", "malicious_communications", "personal", "Forty messages this week from numbers he does not know. They name his school."),
    ("Dog loose and barking", "animals", "nuisance", "The dog is let out at five and barks until nine. It has gone for the postman twice."),
    ("Fireworks thrown at houses", "fireworks", "personal", "Fireworks thrown at the front door three nights running. Her mother will not come out of her room."),
    ("Begging at the cash machine", "begging", "nuisance", "He stands over people while they put their number in."),
    ("Abandoned van", "vehicle_abandoned", "environmental", "A white van with no wheels has stood across the garages for a month."),
)  # fmt: skip


@dataclass(frozen=True)
class Human:
    """One invented person."""

    given: str
    family: str
    born: date
    phone: str

    @property
    def full(self) -> str:
        """Given name and surname."""
        return f"{self.given} {self.family}"


@dataclass
class Inventor:
    """Makes people, places and typing variants from a seed."""

    seed: int
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._fakers = {}
        for locale, _ in LOCALES:
            self._fakers[locale] = Faker(locale)
            self._fakers[locale].seed_instance(self.seed)
        self._phones = 0

    def human(self, family: str = "", youngest: int = 16, oldest: int = 88) -> Human:
        """A person, with a given surname where a household shares one."""
        names = [*(name for name, _ in LOCALES), "somali"]
        locale = self.random.choices(names, [*(weight for _, weight in LOCALES), 5])[0]
        if locale == "somali":
            given, surname = self.random.choice(SOMALI[0]), self.random.choice(SOMALI[1])
        else:
            given, surname = self._fakers[locale].first_name(), self._fakers[locale].last_name()
        years = self.random.randint(youngest, oldest)
        born = date(2026 - years, self.random.randint(1, 12), self.random.randint(1, 28))
        self._phones += 1
        return Human(given, family or surname, born, f"07700 900{self._phones % 1000:03d}")

    def address(self) -> tuple[str, str]:
        """A house on an invented street, and its invented postcode."""
        number = self.random.randint(1, 140)
        street = self.random.randrange(len(STREETS))
        outward = OUTWARD[street % len(OUTWARD)]
        return f"{number} {STREETS[street]}", f"{outward} {street % 10}ZZ"

    def mistyped(self, name: str) -> str:
        """The name as somebody else might type it: a letter missing, doubled or changed with its neighbour."""
        if len(name) < 4:
            return name
        at = self.random.randint(1, len(name) - 2)
        kind = self.random.randrange(3)
        if kind == 0:
            return name[:at] + name[at + 1 :]
        if kind == 1:
            return name[:at] + name[at] + name[at:]
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
