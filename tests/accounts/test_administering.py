"""What a local administrator may do to accounts, and what the operations refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from sentinel.accounts import operations
from sentinel.accounts.events import AccountEvent, follow_accounts, raise_account_event
from sentinel.accounts.models import Duty, RoleHeld, Team, User
from sentinel.accounts.rules import RIGHTS, ROLES
from sentinel.foundation.actor import Actor, state_actor
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from tests.accounts.conftest import own
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
JOYCE = "joyce.lim@charnwood.example"
PRIYA = "priya.nair@charnwood.example"
BETH = "beth.carr@three-oaks.example"
BASE = "http://localhost"


def invited(actor: Actor, **changes: object) -> User:
    given = {
        "email": "new.person@charnwood.example", "name": "New Person", "roles": ["case_officer"], "base": BASE,
        "job_title": "Officer", "team_id": None, **changes,
    }  # fmt: skip
    return operations.invite_user(actor=actor, now=NOW, **given)  # type: ignore[arg-type]


def waiting_jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


class TestInviting:
    def test_makes_an_account_that_nobody_can_sign_in_to_yet(self) -> None:
        user = invited(acting(JOYCE))
        assert not user.has_usable_password()
        assert user.agency.code == "charnwood"
        assert (user.invited_at, user.invited_by_id) == (NOW, own(JOYCE).pk)
        assert own(user.email).role_codes == ["case_officer"]

    def test_asks_for_a_letter_without_putting_address_or_link_into_the_job(self) -> None:
        user = invited(acting(JOYCE))
        ((name, arguments),) = waiting_jobs()
        assert name == "accounts.link"
        assert str(user.pk) in arguments
        assert user.email not in arguments

    def test_says_who_gave_the_role_and_since_when(self) -> None:
        held = RoleHeld.objects.get(user=invited(acting(JOYCE)))
        assert (held.granted_by_id, held.since, held.until) == (own(JOYCE).pk, NOW, None)

    def test_keeps_the_address_in_small_letters(self) -> None:
        assert (
            invited(acting(JOYCE), email=" New.Person@Charnwood.Example ").email
            == "new.person@charnwood.example"
        )

    @pytest.mark.parametrize("email", ["", "nobody", "a@b", "a b@c.example", "x" * 250 + "@c.example"])
    def test_refuses_what_is_no_address(self, email: str) -> None:
        with pytest.raises(Invalid) as refused:
            invited(acting(JOYCE), email=email)
        assert "email" in refused.value.errors

    def test_refuses_an_address_in_use_whatever_its_case_and_agency(self) -> None:
        with pytest.raises(Invalid) as refused:
            invited(acting(JOYCE), email=BETH.upper())
        assert "email" in refused.value.errors

    @pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 201])
    def test_refuses_what_is_no_name(self, name: str) -> None:
        with pytest.raises(Invalid) as refused:
            invited(acting(JOYCE), name=name)
        assert "name" in refused.value.errors

    @pytest.mark.parametrize("role", ["auditor", "governance_officer", "emperor"])
    def test_refuses_a_role_that_is_not_the_administrators_to_give(self, role: str) -> None:
        with pytest.raises(Invalid) as refused:
            invited(acting(JOYCE), roles=["case_officer", role])
        assert "roles" in refused.value.errors
        assert not User.objects.filter(email="new.person@charnwood.example").exists()

    def test_refuses_another_agencys_team(self) -> None:
        team = Team.objects.get(agency__code="three-oaks")
        with pytest.raises(NotFound):
            invited(acting(JOYCE), team_id=team.pk)

    @pytest.mark.parametrize("email", [PRIYA, "colin.webb@charnwood.example", "ravi.desai@police.example"])
    def test_is_refused_to_whoever_does_not_administer(self, email: str) -> None:
        with pytest.raises(Refused):
            invited(acting(email))

    def test_into_another_agency_is_refused_to_a_local_administrator(self) -> None:
        with pytest.raises(Refused):
            invited(acting(JOYCE), roles=["local_administrator"], agency_id=own(BETH).agency_id)

    def test_by_a_governance_officer_names_an_administrator_anywhere(self) -> None:
        user = invited(
            acting("grace.holt@police.example"), roles=["local_administrator"], agency_id=own(BETH).agency_id
        )
        assert (user.agency.code, own(user.email).role_codes) == ("three-oaks", ["local_administrator"])

    @pytest.mark.parametrize("roles", [[], ["supervisor"], ["local_administrator", "auditor"]])
    def test_by_a_governance_officer_gives_nothing_else(self, roles: list[str]) -> None:
        with pytest.raises(Refused):
            invited(acting("grace.holt@police.example"), roles=roles, agency_id=own(BETH).agency_id)


class TestRoles:
    def change(self, actor: Actor, email: str, roles: list[str], version: int | None = None) -> User:
        user = own(email)
        return operations.set_roles(
            actor=actor, now=NOW, user_id=user.pk, version=version or user.version, roles=roles
        )

    def test_are_given_and_taken_and_what_was_held_stays_as_history(self) -> None:
        self.change(acting(JOYCE), PRIYA, ["case_officer", "supervisor"])
        assert own(PRIYA).role_codes == ["case_officer", "supervisor"]
        ended = RoleHeld.objects.get(user=own(PRIYA), role="call_taker")
        assert ended.until == NOW

    def test_saved_unchanged_begin_nothing_anew(self) -> None:
        before = set(RoleHeld.objects.values_list("pk", "until"))
        self.change(acting(JOYCE), PRIYA, ["case_officer", "call_taker"])
        assert set(RoleHeld.objects.values_list("pk", "until")) == before

    def test_of_another_agencys_user_are_as_if_there_were_none(self) -> None:
        with pytest.raises(NotFound):
            self.change(acting(JOYCE), BETH, ["supervisor"])

    def test_from_an_older_form_are_a_conflict(self) -> None:
        self.change(acting(JOYCE), PRIYA, ["case_officer"])
        with pytest.raises(Conflict):
            self.change(acting(JOYCE), PRIYA, ["supervisor"], version=1)
        assert own(PRIYA).role_codes == ["case_officer"]

    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"local_administrator"}))
    def test_of_ones_own_cannot_be_added_to(self, role: str) -> None:
        with pytest.raises(Invalid):
            self.change(acting(JOYCE), JOYCE, ["local_administrator", role])

    def test_of_ones_own_can_be_given_up(self) -> None:
        owen = "owen.price@three-oaks.example"
        self.change(acting(owen), owen, ["local_administrator"])
        assert own(owen).role_codes == ["local_administrator"]

    def test_leave_the_agency_an_administrator(self) -> None:
        with pytest.raises(Invalid) as refused:
            self.change(acting(JOYCE), JOYCE, [])
        assert "only local administrator" in refused.value.message

    def test_of_an_administrator_may_go_when_there_is_another(self) -> None:
        self.change(acting(JOYCE), PRIYA, ["local_administrator"])
        self.change(acting(JOYCE), JOYCE, [])
        assert own(JOYCE).role_codes == []

    def test_another_administrator_who_is_suspended_does_not_count(self) -> None:
        self.change(acting(JOYCE), PRIYA, ["local_administrator"])
        User.objects.filter(email=PRIYA).update(is_active=False, suspended_at=NOW)
        with pytest.raises(Invalid):
            self.change(acting(JOYCE), JOYCE, [])

    def test_another_agencys_administrator_does_not_count(self) -> None:
        with pytest.raises(Invalid):
            self.change(
                acting("owen.price@three-oaks.example"), "owen.price@three-oaks.example", ["supervisor"]
            )

    @pytest.mark.parametrize("role", sorted(set(RIGHTS) - {"local_administrator"}))
    def test_are_refused_to_every_other_role(self, role: str) -> None:
        actor = replace(acting(PRIYA), roles=frozenset({role}), rights=RIGHTS[role])
        with pytest.raises(Refused):
            self.change(actor, PRIYA, ["supervisor"])


class TestSuspending:
    def suspend(self, actor: Actor, email: str) -> User:
        user = own(email)
        return operations.suspend_user(actor=actor, now=NOW, user_id=user.pk, version=user.version)

    def test_closes_the_account_and_keeps_everything(self) -> None:
        self.suspend(acting(JOYCE), PRIYA)
        user = own(PRIYA)
        assert (user.is_active, user.suspended_at) == (False, NOW)
        assert user.role_codes == ["call_taker", "case_officer"]

    def test_ends_duties_so_that_nobody_rings_somebody_who_is_not_there(self) -> None:
        colin = own("colin.webb@charnwood.example")
        assert Duty.objects.filter(user=colin, until__isnull=True).count() == 2
        self.suspend(acting(JOYCE), colin.email)
        assert not Duty.objects.filter(user=colin, until__isnull=True).exists()

    def test_is_undone_by_restoring(self) -> None:
        user = self.suspend(acting(JOYCE), PRIYA)
        operations.restore_user(actor=acting(JOYCE), now=NOW, user_id=user.pk, version=user.version)
        assert (own(PRIYA).is_active, own(PRIYA).suspended_at) == (True, None)

    def test_twice_is_told(self) -> None:
        self.suspend(acting(JOYCE), PRIYA)
        with pytest.raises(Invalid):
            self.suspend(acting(JOYCE), PRIYA)

    def test_restoring_what_is_open_is_told(self) -> None:
        with pytest.raises(Invalid):
            operations.restore_user(actor=acting(JOYCE), now=NOW, user_id=own(PRIYA).pk, version=None)

    def test_oneself_is_refused(self) -> None:
        with pytest.raises(Refused):
            self.suspend(acting(JOYCE), JOYCE)

    def test_the_last_administrator_is_refused(self) -> None:
        RoleHeld.objects.create(user=own(PRIYA), role="local_administrator", since=NOW)
        self.suspend(acting(PRIYA), JOYCE)
        with pytest.raises(Invalid):
            self.suspend(replace(acting(JOYCE), user_id=own(PRIYA).pk.__class__(int=9)), PRIYA)

    def test_another_agencys_user_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            self.suspend(acting(JOYCE), BETH)
        assert own(BETH).is_active

    def test_from_an_older_page_is_a_conflict(self) -> None:
        with pytest.raises(Conflict):
            operations.suspend_user(actor=acting(JOYCE), now=NOW, user_id=own(PRIYA).pk, version=7)


class TestResetting:
    def reset(self, actor: Actor, email: str, **options: bool) -> User:
        user = own(email)
        return operations.reset_user(
            actor=actor, now=NOW, user_id=user.pk, version=user.version, base=BASE, **options
        )

    def test_ends_the_password_and_asks_for_a_letter(self) -> None:
        User.objects.filter(email=PRIYA).update(last_login=NOW)
        self.reset(acting(JOYCE), PRIYA)
        assert not own(PRIYA).has_usable_password()
        ((name, arguments),) = waiting_jobs()
        assert name == "accounts.link"
        assert '"reset"' in arguments

    def test_of_somebody_who_never_signed_in_invites_again(self) -> None:
        self.reset(acting(JOYCE), PRIYA)
        assert '"invitation"' in waiting_jobs()[0][1]

    @pytest.mark.parametrize("asked", [True, False])
    def test_takes_second_steps_off_only_where_that_was_asked(self, asked: bool) -> None:
        Authenticator.objects.create(user=own(PRIYA), type="totp", data={"secret": "x"})
        self.reset(acting(JOYCE), PRIYA, remove_second_factor=asked)
        assert Authenticator.objects.filter(user=own(PRIYA)).exists() is not asked

    def test_never_touches_another_users_second_steps(self) -> None:
        Authenticator.objects.create(user=own(BETH), type="totp", data={"secret": "x"})
        self.reset(acting(JOYCE), PRIYA, remove_second_factor=True)
        assert Authenticator.objects.filter(user=own(BETH)).exists()

    def test_ones_own_account_is_refused(self) -> None:
        with pytest.raises(Refused):
            self.reset(acting(JOYCE), JOYCE)

    def test_a_suspended_account_is_told(self) -> None:
        User.objects.filter(email=PRIYA).update(is_active=False, suspended_at=NOW)
        with pytest.raises(Invalid):
            self.reset(acting(JOYCE), PRIYA)

    def test_another_agencys_user_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            self.reset(acting(JOYCE), BETH)
        assert own(BETH).has_usable_password()


class TestDetailsAndTeams:
    def test_change_and_count_the_version_on(self) -> None:
        user = own(PRIYA)
        operations.change_user(
            actor=acting(JOYCE), now=NOW, user_id=user.pk, version=user.version, name="Priya Nair-Jones",
            job_title="Senior officer", team_id=None,
        )  # fmt: skip
        changed = own(PRIYA)
        assert (changed.name, changed.job_title, changed.team, changed.version) == (
            "Priya Nair-Jones", "Senior officer", None, user.version + 1,
        )  # fmt: skip

    def test_a_team_is_added_once(self) -> None:
        add = {"now": NOW, "name": "Night team", "area_id": None, "takes_skeletons": False}
        team = operations.add_team(actor=acting(JOYCE), **add)
        assert team.agency.code == "charnwood"
        with pytest.raises(Invalid):
            operations.add_team(actor=acting(JOYCE), **{**add, "name": "NIGHT TEAM"})

    def test_the_same_name_in_another_agency_is_another_team(self) -> None:
        for email in (JOYCE, "owen.price@three-oaks.example"):
            operations.add_team(
                actor=acting(email), now=NOW, name="Night team", area_id=None, takes_skeletons=False
            )
        assert Team.objects.filter(name="Night team").count() == 2

    def test_what_is_handed_on_always_arrives_somewhere(self) -> None:
        team = Team.objects.get(agency__code="charnwood")
        with pytest.raises(Invalid) as refused:
            operations.change_team(
                actor=acting(JOYCE), now=NOW, team_id=team.pk, version=team.version, name=team.name,
                area_id=None, takes_skeletons=False,
            )  # fmt: skip
        assert "takes_skeletons" in refused.value.errors

    def test_another_agencys_team_is_not_found(self) -> None:
        team = Team.objects.get(agency__code="three-oaks")
        with pytest.raises(NotFound):
            operations.change_team(
                actor=acting(JOYCE), now=NOW, team_id=team.pk, version=1, name="Ours", area_id=None,
                takes_skeletons=True,
            )  # fmt: skip


class TestEvents:
    def test_every_operation_tells_who_follows(self) -> None:
        heard: list[str] = []

        def listener(event: AccountEvent, actor: Actor, now: object) -> None:
            heard.append(event.kind)

        follow_accounts(listener)
        actor = acting(JOYCE)
        user = invited(actor)
        state_actor(actor)
        operations.set_roles(actor=actor, now=NOW, user_id=user.pk, version=1, roles=["supervisor"])
        operations.change_user(
            actor=actor, now=NOW, user_id=user.pk, version=2, name="N", job_title="", team_id=None
        )
        operations.suspend_user(actor=actor, now=NOW, user_id=user.pk, version=3)
        operations.restore_user(actor=actor, now=NOW, user_id=user.pk, version=4)
        operations.reset_user(actor=actor, now=NOW, user_id=user.pk, version=5, base=BASE)
        assert heard == [
            "user_invited", "roles_changed", "user_changed", "user_suspended", "user_restored", "user_reset",
        ]  # fmt: skip

    def test_a_kind_that_nobody_knows_is_a_mistake(self) -> None:
        with pytest.raises(ValueError):
            raise_account_event(
                AccountEvent("something", "user", own(PRIYA).pk), actor=acting(JOYCE), now=NOW
            )
