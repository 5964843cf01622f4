"""A person's page: what this reader may see, each fact with the record that told it. The view is logged."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import london_date
from sentinel.people.merging import RIGHT, is_enough, merges_of
from sentinel.people.queries import address_words, birth_of, display_name, get_person, note_view, own_half
from sentinel.people.rules import contact_words
from sentinel.people.sources import Source, parts_of, sources_of
from sentinel.web.requests import actor_of

ELSEWHERE = Source("A record that you may not open")


@require_safe
def person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """One person. 404 where there is nobody of whom the reader may see anything. Of ids that are one person the first leads,
    of those of which the reader may see something: the others lead there."""
    actor = actor_of(request)
    known = get_person(actor, person_id, log=False)
    leads = min(row.person_id for row in known.rows)
    if leads != person_id:
        return redirect("person", person_id=leads)
    note_view(known)
    now = clock_now()
    today = london_date(now)
    sources = sources_of(actor, {row.record_id for row in known.rows})

    def told(record_id: uuid.UUID) -> Source:
        return sources.get(record_id, ELSEWHERE)

    safe = known.safe_contact
    may = actor.may(RIGHT)
    ids = {row.person_id for row in known.rows}
    merges = merges_of(actor, person_id) if len(ids) > 1 or may else []
    context = {
        "known": known,
        "person_id": person_id,
        "name": display_name(known),
        "contact": contact_words(
            methods=tuple(safe.methods or [safe.method]) if safe else None,
            do_not_visit=safe.do_not_visit if safe else False,
            through=safe.through if safe else "",
        ),
        "safe": safe,
        "names": [(row, told(row.record_id)) for row in known.names],
        "births": [
            (birth.show(today), told(row.record_id)) for row in known.births if (birth := birth_of(row))
        ],
        "points": [(row, told(row.record_id)) for row in known.contact_points],
        "addresses": [(row, address_words(row), told(row.record_id)) for row in known.addresses],
        "identifiers": [(row, told(row.record_id)) for row in known.identifiers],
        "parts": parts_of(actor, person_id),
        "merges": merges,
        "are_one": any(row.apart_at is None for row in merges),
        "others": {
            row.pk: row.second_id if row.first_id in ids else row.first_id
            for row in merges
            if row.apart_at is not None and {row.first_id, row.second_id} - ids
        },
        "may_put_right": may,
        "may_part": {
            row.pk
            for row in merges
            if may and all(is_enough(own_half(known, one)) for one in (row.first_id, row.second_id))
        },
        "now": now,
        "marking": "Official – sensitive",
    }
    return render(request, "people/person.html", context)
