"""Two entries weighed against each other as the check weighs somebody who is told of, and whether they may be two people of one house."""

from __future__ import annotations

import uuid

from sentinel.foundation.actor import Actor
from sentinel.kernel.names import normalise_name
from sentinel.kernel.postcodes import find_in
from sentinel.matching.facts import of_those_who_share
from sentinel.matching.rules import VERY_LIKELY, Seen, pronoun_for
from sentinel.matching.rules.comparing import side_seen, weighed
from sentinel.matching.rules.online import weigh
from sentinel.people.queries import Known, address_words, birth_of, facts_of


def seen_of_known(known: Known) -> Seen:
    """What is known of somebody as the plain values that are compared."""
    homes = [row for row in known.addresses if row.kind in {"lives", "lived"}]
    return Seen(
        person_id=known.person_id,
        names=[row.full for row in known.names],
        births=[birth for row in known.births if (birth := birth_of(row))],
        phones=frozenset(row.normal for row in known.phones()),
        emails=frozenset(row.normal for row in known.emails()),
        places={row.place_id: address_words(row) for row in homes if row.place_id},
        homes=[row.text for row in homes if not row.place_id],
        postcodes=frozenset(str(code) for row in homes for code in find_in(address_words(row))),
        identifiers=frozenset(row.value for row in known.identifiers),
        pronoun=pronoun_for(next((row.title for row in known.names if row.title), "")),
    )


def band_of(actor: Actor, first: uuid.UUID, second: uuid.UUID) -> str:
    """How likely two are one person by what the actor sees of them, with how common their names are: very_likely or may_be. Never
    very likely where they may be two of one house. Eight queries."""
    facts = facts_of(actor, [first, second])
    known, other = facts.get(first), facts.get(second)
    if known is None or other is None or may_be_two_of_one_house(known, other):
        return "may_be"
    words = {word for row in (*known.names, *other.names) for word in normalise_name(row.full).split()}
    _, common = of_those_who_share([], 0, 0, sorted(words))
    found = weighed(side_seen(seen_of_known(known)), seen_of_known(other), common)
    return "very_likely" if found is not None and found.band == VERY_LIKELY else "may_be"


def may_be_two_of_one_house(first: Known, second: Known) -> bool:
    """Whether two have a surname, a day of birth and a home or telephone number in common, and other first names. Twins have, and
    so has who gives a brother's particulars."""
    if not first.names or not second.names:
        return False
    return weigh(side_seen(seen_of_known(first)), side_seen(seen_of_known(second))).other_of_household
