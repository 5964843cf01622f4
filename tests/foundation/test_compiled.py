"""A compiled query gives what the plain one gives, puts its SQL together once, and looks at its values each time."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Count, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from tests.cases.making import a_case, a_party
from tests.support import PRIYA, actor

from sentinel.accounts.models import Agency, RoleHeld, Team, User
from sentinel.cases.models import Party, PartyIdentity
from sentinel.foundation.actor import NOBODY, state_actor
from sentinel.foundation.clock import now as clock_now
from sentinel.foundation.compiled import Among, compiled, keep_plans
from sentinel.people.models import PersonName
from sentinel.questionnaires.models import LocalRule


@compiled
def people_in(agencies: list[uuid.UUID]) -> QuerySet[User]:
    return (
        User.objects.filter(Among("agency_id", agencies)).select_related("agency", "team").order_by("email")
    )


@compiled
def team_or_name(team: uuid.UUID | None, name: str) -> QuerySet[User, tuple[str]]:
    return User.objects.filter(Q(team_id=team) | Q(name=name)).order_by("email").values_list("email")


@compiled
def named(people: list[uuid.UUID]) -> QuerySet[PersonName]:
    return PersonName.objects.filter(Among("person_id", people))


@compiled
def parties_of(case: uuid.UUID | None) -> QuerySet[Party]:
    return Party.objects.filter(case_id=case)


@compiled
def counted(agency: uuid.UUID) -> QuerySet[Any]:
    return Agency.objects.filter(pk=agency).annotate(people=Count("users")).defer("hours")


@compiled
def rules_since(day: date) -> QuerySet[LocalRule]:
    return LocalRule.objects.filter(effective_from__gte=day).order_by("name")


@compiled
def held_before(moment: datetime) -> QuerySet[RoleHeld]:
    return RoleHeld.objects.filter(since__lt=moment)


@pytest.mark.django_db
def test_it_gives_what_the_plain_query_gives_in_one_query() -> None:
    ids = list(Agency.objects.order_by("code").values_list("pk", flat=True)[:3])
    for wanted in (ids, ids[:1], []):
        plain = User.objects.filter(agency_id__in=wanted).order_by("email")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = people_in(wanted)
            said = [(one.email, one.agency.code, one.team and one.team.name) for one in found]
        assert len(asked) == 1
        assert said == [(one.email, one.agency.code, one.team and one.team.name) for one in plain]
    assert people_in(ids)


@pytest.mark.django_db
def test_values_annotations_and_deferred_fields_are_as_in_the_plain_query() -> None:
    for agency in Agency.objects.annotate(people=Count("users"))[:3]:
        [found] = counted(agency.pk)
        assert (found.pk, found.people) == (agency.pk, agency.people)
        assert "hours" in found.get_deferred_fields()
        assert found.hours == agency.hours


@pytest.mark.django_db
def test_nothing_equals_none_and_each_argument_goes_to_its_own_place() -> None:
    one = User.objects.filter(team__isnull=False).order_by("email")[0]
    assert (one.email,) in team_or_name(one.team_id, "nobody of this name")
    assert team_or_name(None, one.name) == [(one.email,)]
    User.objects.filter(pk=one.pk).update(team=None)
    assert team_or_name(None, "nobody of this name") == []
    assert team_or_name(name=one.name, team=None) == [(one.email,)]


@pytest.mark.django_db
def test_the_sql_is_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    plain = SQLCompiler.as_sql

    def noted(self: SQLCompiler, *args: Any, **options: Any) -> Any:
        made.append(1)
        return plain(self, *args, **options)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)

    @compiled
    def named(name: str) -> QuerySet[Team]:
        return Team.objects.filter(name=name)

    names = list(Team.objects.order_by("name").values_list("name", flat=True)[:3])
    made.clear()
    assert [{team.name for team in named(name)} for name in names] == [{name} for name in names]
    assert len(made) == 1


@pytest.mark.django_db
def test_days_and_moments_may_be_given() -> None:
    first = LocalRule.objects.earliest("effective_from").effective_from
    assert len(rules_since(first)) == LocalRule.objects.count()
    assert rules_since(date(9000, 1, 1)) == []
    last = RoleHeld.objects.latest("since").since
    assert 0 < len(held_before(last + timedelta(microseconds=1))) == RoleHeld.objects.count()
    assert held_before(datetime(2000, 1, 1, tzinfo=UTC)) == []


def test_an_argument_that_goes_nowhere_or_cannot_be_told_from_others_is_refused() -> None:
    @compiled
    def careless(name: str, agency: uuid.UUID) -> QuerySet[Team]:
        return Team.objects.filter(name=name)

    @compiled
    def counting(size: float) -> QuerySet[Team]:
        return Team.objects.filter(name=str(size))

    with pytest.raises(TypeError, match="does nothing with agency"):
        careless("Wardens", uuid.uuid4())
    with pytest.raises(TypeError, match="is given ids"):
        counting(3)


def test_each_thread_asks_over_its_own_connection(transactional_db: None) -> None:
    ids = list(Agency.objects.values_list("pk", flat=True))
    here = [one.email for one in people_in(ids)]
    there: list[list[str]] = []
    backends: list[int] = []

    def ask() -> None:
        try:
            there.append([one.email for one in people_in(ids)])
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backends.append(cursor.fetchone()[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert there == [here] * 3
    assert len(set(backends)) == 3


@pytest.mark.django_db
def test_a_kept_plan_shows_each_actor_of_one_connection_what_that_actor_may_see_and_no_more() -> None:
    priya, stranger = actor(PRIYA), actor("marta.nowak@city.example")
    state_actor(priya)
    case = a_case(priya, now=clock_now())
    party = a_party(priya, case, "Margaret Ellis", now=clock_now())
    person = PartyIdentity.objects.get(party=party).person_id
    assert abs(keep_plans() - clock_now()) < timedelta(seconds=1)
    seen: dict[str, set[tuple[bool, ...]]] = {"owner": set(), "stranger": set(), "nobody": set()}
    for _ in range(6):
        for name, one in (("owner", priya), ("stranger", stranger), ("nobody", NOBODY)):
            state_actor(one)
            found = (named([person]), parties_of(case.id), parties_of(None), named([]))
            seen[name].add(tuple(map(bool, found)))
    assert seen == {
        "owner": {(True, True, False, False)},
        "stranger": {(False, False, False, False)},
        "nobody": {(False, False, False, False)},
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(generic_plans), max(custom_plans) FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%FROM "people_personname"%ANY%'],
        )
        generic, custom = cursor.fetchone()
    assert generic > 10, "or nothing has been proved: no plan was kept"
    assert custom == 0


@pytest.mark.django_db
def test_arguments_of_one_kind_never_change_places(monkeypatch: pytest.MonkeyPatch) -> None:
    @compiled
    def between(least: int, most: int) -> QuerySet[Agency]:
        return Agency.objects.filter(version__gte=least, version__lte=most)

    with monkeypatch.context() as chance:
        chance.setattr(uuid, "uuid4", lambda: uuid.UUID(int=7))
        assert between(1, 30_000)
    assert between(30_000, 1) == []


def test_an_argument_that_is_changed_on_its_way_is_refused_though_it_also_goes_unchanged() -> None:
    @compiled
    def called(name: str) -> QuerySet[Team]:
        return Team.objects.filter(Q(name=name) | Q(name__contains=name))

    with pytest.raises(TypeError, match="changes name"):
        called("Wardens")
