"""Notes as officers write them, for measuring: a few sentences each, of words as common and as rare as in a language.

Half of what is written is of some hundred words and the rest of thousands, each rarer than the one before (Zipf's law): a
search for "music" finds one note in ten, one for "trampoline" a handful. A seed gives the same notes again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import accumulate

WHO = (
    "The caller", "Her neighbour", "The tenant", "His mother", "The caretaker", "An officer", "The victim", "The landlord",
    "The school", "A witness", "The family upstairs", "The shopkeeper", "His brother", "The housing officer", "The warden",
)  # fmt: skip
DID = (
    "reported loud music", "rang again about shouting", "complained of banging", "was threatened", "saw youths gathering",
    "heard an argument", "found rubbish", "recorded the noise", "kept a diary", "was sworn at", "asked for a visit",
    "saw drinking", "heard barking", "found damage", "was followed", "received messages", "saw fireworks", "smelt cannabis",
    "photographed the van", "refused mediation", "signed the agreement", "was moved on", "apologised", "left the property",
    "denied everything", "was spoken to", "asked about an injunction", "wants to be moved", "is afraid to go out",
    "was warned", "missed the appointment", "thanked the team",
)  # fmt: skip
WHERE = (
    "on the stairs", "in the garden", "outside the shop", "by the garages", "in the park", "at the bus stop", "in the alley",
    "at the front door", "behind the flats", "on the landing", "in the car park", "near the school", "at the community centre",
)  # fmt: skip
WHEN = (
    "last night", "this morning", "at the weekend", "on Friday", "until three", "every evening", "since Christmas",
    "twice this week", "during the visit", "on Sunday afternoon", "after midnight", "at half past four",
)  # fmt: skip
# Put together they make some thousands of words that a note may name and few others do.
_OPENINGS = [
    "trampoline",
    "wheelie",
    "hedge",
    "barbecue",
    "drill",
    "mattress",
    "caravan",
    "scooter",
    "drum",
    "speaker",
    "balcony",
    "gate",
    "shutter",
    "lantern",
    "kettle",
    "aerial",
    "parrot",
    "rabbit",
    "ferret",
    "bicycle",
    "hosepipe",
    "chainsaw",
    "saxophone",
    "karaoke",
    "greenhouse",
    "conifer",
    "puddle",
    "ladder",
    "tarpaulin",
    "padlock",
    "firepit",
    "shed",
    "bunting",
    "skip",
    "generator",
    "doorbell",
    "letterbox",
    "intercom",
    "washing",
    "bonfire",
    "leaflet",
    "sticker",
    "graffiti",
    "catapult",
    "moped",
    "quad",
    "trolley",
    "dumbbell",
    "treadmill",
    "piano",
]
_KINDS = (
    "", "maker", "side", "works", "yard", "man", "top", "lock", "light", "board", "house", "field", "post", "way", "stand",
    "line", "box", "guard", "keeper", "rack", "cover", "cloth", "wheel", "handle", "frame", "case", "wood", "stone", "ware",
    "shop", "room", "bank", "bed", "bell", "band", "bar", "bolt", "boot", "bowl", "bridge", "brush", "cart", "chain",
    "clip", "cloud", "corner", "crate", "cross", "deck", "drop",
)  # fmt: skip
NAMED = tuple(one + kind for kind in _KINDS for one in _OPENINGS)


@dataclass
class Writer:
    """Writes notes from a seed."""

    seed: int
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._ranks = list(accumulate(1 / rank for rank in range(1, len(NAMED) + 1)))
        self._told: dict[tuple[str, ...], list[float]] = {
            words: list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
            for words in (WHO, DID, WHERE, WHEN)
        }

    def _one(self, words: tuple[str, ...]) -> str:
        return self.random.choices(words, cum_weights=self._told[words])[0]

    def note(self) -> str:
        """One note: what was done, by whom, where and when, and one or two things that it names."""
        things = self.random.choices(NAMED, cum_weights=self._ranks, k=self.random.choice((1, 1, 2)))
        first = f"{self._one(WHO)} {self._one(DID)} {self._one(WHERE)} {self._one(WHEN)}."
        return f"{first} {self._one(WHO)} {self._one(DID)}, and spoke of the {' and the '.join(things)}."
