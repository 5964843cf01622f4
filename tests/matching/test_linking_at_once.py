"""Two people say at once that reports are of one occurrence: it is one, whoever was first."""

from __future__ import annotations

import threading

from django.db import connection, transaction

from sentinel.cases.models import Incident
from sentinel.reports.telling import CallerGiven
from tests.matching.test_same_occurrence import link, place_at, told
from tests.support import PRIYA, acting


def test_two_who_link_at_once_make_one_occurrence(transactional_db: None) -> None:
    with transaction.atomic():
        place = place_at()
        rows = [told(place=place, minutes=60 - n, caller=CallerGiven(name=f"Caller {n}")) for n in range(3)]
    both = threading.Barrier(2)

    def join(one: int, other: int) -> None:
        try:
            both.wait(10)
            with transaction.atomic():
                link(PRIYA, rows[one], rows[other])
        finally:
            connection.close()

    threads = [threading.Thread(target=join, args=pair) for pair in ((1, 0), (0, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with transaction.atomic():
        acting(PRIYA)
        found = Incident.objects.filter(reports__in=rows).values_list("id", "occurrence_id")
        assert len({whole or own for own, whole in found}) == 1
