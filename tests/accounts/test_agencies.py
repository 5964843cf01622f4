"""Agencies renamed and merged: nothing of what was is lost (R248)."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import open_record, share
from sentinel.access.queries import holders_of, rung_of
from sentinel.accounts import operations
from sentinel.accounts.administration import agency_of, every_agency
from sentinel.accounts.models import Agency, AgencyArea, AgencyName, Team, User
from sentinel.accounts.queries import agencies
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from tests.accounts.conftest import own
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
JOYCE = "joyce.lim@charnwood.example"
GRACE = "grace.holt@police.example"
BETH = "beth.carr@three-oaks.example"
PRIYA = "priya.nair@charnwood.example"


def agency(code: str) -> Agency:
    return Agency.objects.get(code=code)


def rename(email: str, code: str, name: str = "Charnwood and Melton Council", **changes: object) -> Agency:
    found = agency(code)
    given = {"version": found.version, "short_name": "Charnwood and Melton", **changes}
    return operations.rename_agency(actor=acting(email), now=NOW, agency_id=found.pk, name=name, **given)  # type: ignore[arg-type]


def merge(email: str, gone: str, into: str) -> Agency:
    one, other = agency(gone), agency(into)
    return operations.merge_agency(
        actor=acting(email), now=NOW, agency_id=one.pk, into_id=other.pk, version=one.version
    )


class TestRenaming:
    def test_keeps_the_former_name_with_its_end(self) -> None:
        rename(JOYCE, "charnwood")
        (former,) = AgencyName.objects.all()
        assert (former.name, former.until) == ("Charnwood Borough Council", NOW)
        assert agency("charnwood").name == "Charnwood and Melton Council"

    def test_of_the_short_name_alone_leaves_no_former_name(self) -> None:
        rename(JOYCE, "charnwood", name="Charnwood Borough Council")
        assert not AgencyName.objects.exists()

    def test_is_for_its_own_administrator_and_a_governance_officer(self) -> None:
        rename(GRACE, "three-oaks", name="Three Oaks Housing")
        with pytest.raises(Refused):
            rename(JOYCE, "three-oaks", name="Ours now")
        with pytest.raises(Refused):
            rename(PRIYA, "charnwood")

    def test_from_an_older_form_is_a_conflict(self) -> None:
        with pytest.raises(Conflict):
            rename(JOYCE, "charnwood", version=9)

    def test_to_a_name_that_another_bears_is_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            rename(JOYCE, "charnwood", name="three oaks homes")
        assert "name" in refused.value.errors


class TestTheDesk:
    def set(self, **changes: str) -> Agency:
        found = agency("charnwood")
        given = {
            "desk_name": "Night desk",
            "desk_phone": "01632 960999",
            "desk_email": "",
            "names_give_away": False,
            **changes,
        }
        return operations.set_desk(
            actor=acting(JOYCE), now=NOW, agency_id=found.pk, version=found.version, **given
        )

    def test_is_changed(self) -> None:
        self.set(desk_email="desk@charnwood.example")
        found = agency("charnwood")
        assert (found.desk_name, found.desk_email) == ("Night desk", "desk@charnwood.example")

    @pytest.mark.parametrize(
        ("field", "value"), [("desk_phone", "ring me"), ("desk_email", "nothing"), ("desk_name", "  ")]
    )
    def test_says_beside_the_field_what_cannot_be_read(self, field: str, value: str) -> None:
        with pytest.raises(Invalid) as refused:
            self.set(**{field: value})
        assert field in refused.value.errors

    def test_whose_name_tells_something_is_withheld_from_then_on(self) -> None:
        assert self.set(names_give_away=True).names_give_away
        assert not self.set(names_give_away=False).names_give_away


@pytest.mark.parametrize(
    ("kind", "said", "withheld"),
    [("youth_justice", False, True), ("other", True, True), ("district", False, False)],
)
def test_a_new_agency_is_withheld_where_its_name_tells_something(
    kind: str, said: bool, withheld: bool
) -> None:
    made = operations.add_agency(
        actor=acting(GRACE), now=NOW, name="Northside", short_name="Northside", kind=kind, statutory=False,
        desk_name="Desk", desk_phone="01632 960999", names_give_away=said,
    )  # fmt: skip
    assert made.names_give_away is withheld


class TestMerging:
    def test_moves_users_and_teams_and_keeps_the_agency_as_it_was(self) -> None:
        merge(GRACE, "melton", "charnwood")
        assert own("mark.dale@melton.example").agency.code == "charnwood"
        gone = agency("melton")
        assert (gone.merged_into, gone.merged_at) == (agency("charnwood"), NOW)
        assert not Team.objects.filter(agency=gone).exists()
        assert not User.objects.filter(agency=gone).exists()

    def test_a_team_of_a_name_that_is_taken_says_where_it_came_from(self) -> None:
        merge(GRACE, "melton", "blaby")
        names = set(Team.objects.filter(agency__code="blaby").values_list("name", flat=True))
        assert names == {"Community safety", "Community safety (Melton)"}

    def test_the_areas_are_added(self) -> None:
        merge(GRACE, "melton", "charnwood")
        areas = AgencyArea.objects.filter(agency__code="charnwood").values_list("area__name", flat=True)
        assert set(areas) == {"Charnwood", "Melton"}

    def test_what_it_reached_the_other_reaches(self) -> None:
        record = new_id()
        open_record(actor=acting("mark.dale@melton.example"), now=NOW, record_id=record, kind=Kind.CASE)
        merge(GRACE, "melton", "charnwood")
        assert rung_of(acting(PRIYA), record) == Rung.OWNER
        assert [holder.holder_id for holder in holders_of(acting(PRIYA), record)] == [agency("charnwood").pk]

    def test_the_higher_rung_stays_where_both_reached_it(self) -> None:
        record, melton = new_id(), acting("mark.dale@melton.example")
        open_record(actor=melton, now=NOW, record_id=record, kind=Kind.CASE)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT access_give(%s, 1, %s, 2, NULL, 'shared')", [record, agency("charnwood").pk]
            )
        merge(GRACE, "melton", "charnwood")
        assert rung_of(acting(PRIYA), record) == Rung.OWNER

    def test_a_lower_rung_takes_nothing_away(self) -> None:
        record = new_id()
        open_record(actor=acting(PRIYA), now=NOW, record_id=record, kind=Kind.CASE)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT access_give(%s, 1, %s, 1, NULL, 'agreement')", [record, agency("melton").pk]
            )
        merge(GRACE, "melton", "charnwood")
        assert rung_of(acting(PRIYA), record) == Rung.OWNER

    def test_nobody_else_reaches_anything_by_it(self) -> None:
        record = new_id()
        open_record(actor=acting("mark.dale@melton.example"), now=NOW, record_id=record, kind=Kind.CASE)
        merge(GRACE, "melton", "charnwood")
        assert rung_of(acting(BETH), record) == Rung.NONE

    @pytest.mark.parametrize("email", [JOYCE, PRIYA, "ravi.desai@police.example"])
    def test_is_for_a_governance_officer_alone(self, email: str) -> None:
        with pytest.raises(Refused):
            merge(email, "charnwood", "melton")

    def test_into_itself_twice_or_in_a_circle_is_refused(self) -> None:
        with pytest.raises(Invalid):
            merge(GRACE, "melton", "melton")
        merge(GRACE, "melton", "charnwood")
        with pytest.raises(Invalid):
            merge(GRACE, "melton", "blaby")
        with pytest.raises(Invalid):
            merge(GRACE, "charnwood", "melton")

    def test_into_one_that_does_not_exist_is_not_found(self) -> None:
        one = agency("melton")
        with pytest.raises(NotFound):
            operations.merge_agency(
                actor=acting(GRACE), now=NOW, agency_id=one.pk, into_id=new_id(), version=one.version
            )

    def test_an_agency_that_has_gone_is_offered_no_more_and_changed_no_more(self) -> None:
        merge(GRACE, "melton", "charnwood")
        assert "melton" not in [found.code for found in agencies()]
        with pytest.raises(Invalid):
            rename(GRACE, "melton", name="Melton again")

    def test_the_database_hands_nothing_over_without_a_merger(self) -> None:
        acting(GRACE)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT accounts_hand_over(%s, %s)", [agency("melton").pk, agency("charnwood").pk])

    def test_the_database_hands_nothing_over_for_anybody_else(self) -> None:
        acting(PRIYA)
        Agency.objects.filter(code="melton").update(merged_into=agency("charnwood"), merged_at=NOW)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT accounts_hand_over(%s, %s)", [agency("melton").pk, agency("charnwood").pk])

    def test_an_involved_agency_keeps_what_was_shared_with_it(self) -> None:
        record, priya = new_id(), acting(PRIYA)
        open_record(actor=priya, now=NOW, record_id=record, kind=Kind.CASE)
        share(
            actor=priya, now=NOW, record_id=record, kind=Kind.CASE, holder_id=agency("police").pk,
            rung=Rung.READ, what="case", lawful_basis="Crime and Disorder Act 1998 s.115",
        )  # fmt: skip
        merge(GRACE, "charnwood", "melton")
        assert rung_of(acting("aisha.rahman@police.example"), record) == Rung.READ


class TestReading:
    def test_a_governance_officer_sees_every_agency_with_its_people(self) -> None:
        lines = {line.agency.code: line for line in every_agency(acting(GRACE))}
        assert len(lines) == 16
        assert (lines["charnwood"].users, lines["charnwood"].administrators) == (7, 1)
        assert lines["fire"].administrators == 0

    def test_the_list_takes_three_queries(self, django_assert_max_num_queries) -> None:
        actor = acting(GRACE)
        with django_assert_max_num_queries(3):
            every_agency(actor)

    def test_nobody_else_sees_the_list(self) -> None:
        with pytest.raises(Refused):
            every_agency(acting(JOYCE))

    def test_an_administrator_sees_their_own_agency_and_no_other(self) -> None:
        assert agency_of(acting(JOYCE), "charnwood").may_administer
        assert not agency_of(acting(JOYCE), "charnwood").may_merge
        with pytest.raises(NotFound):
            agency_of(acting(JOYCE), "three-oaks")

    def test_an_officer_sees_none(self) -> None:
        with pytest.raises(NotFound):
            agency_of(acting(PRIYA), "charnwood")


def test_the_application_itself_cannot_write_what_is_reached(database_urls: dict[str, str]) -> None:
    with (
        psycopg.connect(database_urls["sentinel_app"]) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute("DELETE FROM access_reach")
