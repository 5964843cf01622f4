"""A force that works on a case is fed while it does: its share ended, run out or renewed, it is told so and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import transaction

from sentinel.accounts.models import Agency, Area
from sentinel.cases.models import Case
from sentinel.cases.operations import end_involvement, involve
from sentinel.foundation.clock import now
from sentinel.kernel.ids import new_id
from sentinel.places.models import Place
from sentinel.risk.high.operations import end_high_risk, let_workers_reach
from tests.interfaces.command_control.making import a_proposed_marker, a_system, accepted, told
from tests.interfaces.command_control.test_who_may_ask import administrator_of
from tests.support import PRIYA, acting

pytestmark = pytest.mark.usefixtures("transactional_db")


def a_second_force() -> Agency:
    """Another force, which works nowhere near."""
    Agency.objects.filter(code="city").update(kind="police")
    return Agency.objects.get(code="city")


def in_the_borough() -> Place:
    """A place where only the police of the county work."""
    with transaction.atomic():
        acting(PRIYA)
        return Place.objects.create(
            kind="address", key=f"test {new_id()}", line="14 Sparrow Lane", source="test", created_at=now(),
            district=Area.objects.get(kind="district", name="Charnwood"),
        )  # fmt: skip


def shared_with(case: Case, force: Agency) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        involve(
            actor=priya, now=now(), case=case, agency=force, part="police", rung="write", lawful_basis="crime_and_disorder",
            why="They work there.", wish="agrees",
        )  # fmt: skip
        let_workers_reach(case)


def no_longer_with(case: Case, force: Agency) -> None:
    with transaction.atomic():
        end_involvement(actor=acting(PRIYA), now=now(), case=case, agency_id=force.pk, why="They are done.")


def until(urls: dict[str, str], force: Agency, moment: str) -> None:
    """Let the force's share of high risks end then."""
    with psycopg.connect(urls["postgres"]) as superuser:
        superuser.execute(
            "UPDATE access_reach SET until = now() + %s::interval WHERE holder_id = %s AND kind = 5",
            [moment, force.pk],
        )


def states(said: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(entry["id"], entry["state"], entry["who"]) for entry in said["entries"]]


def test_whose_share_is_ended_is_told_that_the_marker_has_ended_and_no_more() -> None:
    case, _, marker = a_proposed_marker(place=in_the_borough())
    force = a_second_force()
    theirs, ours = a_system(email=administrator_of("city")).key, a_system("Ours").key
    shared_with(case, force)
    accepted(marker)
    begun, own = told(theirs), told(ours)
    assert states(begun) == states(own) == [(str(marker.id), "shown", "Margaret Ellis")]
    no_longer_with(case, force)
    said = told(theirs, begun["next"])
    assert states(said) == [(str(marker.id), "ended", "")]
    assert said["entries"][0]["changes"] == ["end"]
    assert said["entries"][0]["revision"] > begun["entries"][0]["revision"]
    assert states(told(theirs, said["next"])) == states(told(theirs)) == []
    assert states(told(ours, own["next"])) == [(str(marker.id), "shown", "Margaret Ellis")]
    shared_with(case, force)
    assert states(told(theirs, said["next"])) == [(str(marker.id), "shown", "Margaret Ellis")]


def test_the_police_of_the_area_are_told_whoever_works_on_the_case() -> None:
    case, _, marker = a_proposed_marker(place=in_the_borough())
    police = Agency.objects.get(code="police")
    shared_with(case, police)
    accepted(marker)
    key = a_system().key
    since = told(key)["next"]
    no_longer_with(case, police)
    assert states(told(key, since)) == []
    assert states(told(key)) == [(str(marker.id), "shown", "Margaret Ellis")]


def test_whose_share_has_run_out_is_told_of_the_end_and_renewed_of_what_is_shown(
    database_urls: dict[str, str],
) -> None:
    case, party, marker = a_proposed_marker(place=in_the_borough())
    force = a_second_force()
    key = a_system(email=administrator_of("city")).key
    shared_with(case, force)
    accepted(marker)
    since = told(key)["next"]
    until(database_urls, force, "-1 minute")
    lost = told(key, since)
    assert states(lost) == [(str(marker.id), "ended", "")]
    until(database_urls, force, "1 day")
    assert states(told(key, lost["next"])) == [(str(marker.id), "shown", "Margaret Ellis")]
    until(database_urls, force, "-1 minute")
    over = told(key, told(key, lost["next"])["next"])
    with transaction.atomic():
        end_high_risk(
            actor=acting(PRIYA), now=now() + timedelta(seconds=1), case=case, party=party, subject="victim"
        )
    assert states(told(key, over["next"])) == [(str(marker.id), "ended", "")]
