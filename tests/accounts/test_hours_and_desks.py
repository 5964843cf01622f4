"""When an agency works, who is on duty at its sharing desk, and the partnership's own desk: set in the pages, audited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from sentinel.accounts.calendars import calendar_of
from sentinel.accounts.duties import on_duty_for
from sentinel.accounts.models import Agency, Area, Duty, PartnershipDesk
from sentinel.accounts.queries import partnership_desk
from sentinel.accounts.rules import hours_in_words
from sentinel.audit.models import Entry
from tests.accounts.conftest import own
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("accounts")
JOYCE = "joyce.lim@charnwood.example"
GRACE = "grace.holt@police.example"
PRIYA = "priya.nair@charnwood.example"
COLIN = "colin.webb@charnwood.example"
RUTH = "ruth.adeyemi@charnwood.example"
RAVI = "ravi.desai@police.example"
HOURS, DUTY = "/agencies/charnwood/hours", "/agencies/charnwood/duty"


def version(code: str = "charnwood") -> int:
    return Agency.objects.get(code=code).version


def on_duty(code: str = "charnwood") -> set[str]:
    rows = Duty.objects.filter(agency__code=code, role="sharing_desk", until__isnull=True)
    return set(rows.values_list("user__email", flat=True))


def audited(kind: str) -> bool:
    with transaction.atomic():
        acting(RAVI)
        return Entry.objects.filter(kind=kind).exists()


def week(opens: str = "8:30", closes: str = "17:30", **changed: str) -> dict[str, object]:
    days = {f"opens_{day}": opens for day in range(5)} | {f"closes_{day}": closes for day in range(5)}
    return {**days, **changed, "version": version()}


class TestHours:
    def test_a_local_administrator_says_when_the_agency_works_and_deadlines_are_counted_by_it(self) -> None:
        joyce = signed_in(JOYCE)
        done = joyce.post(HOURS, week(opens_5="10:00", closes_5="00:00"))
        assert done["Location"] == "/agencies/charnwood/"
        agency = Agency.objects.get(code="charnwood")
        assert agency.hours["0"] == ["08:30", "17:30"]
        assert agency.hours["5"] == ["10:00", "24:00"]
        assert "6" not in agency.hours
        opening = calendar_of(agency).open_on(datetime(2026, 11, 21, tzinfo=UTC).date())
        assert opening == (datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC))
        page = joyce.get("/agencies/charnwood/").text
        assert "Monday to Friday, 08:30 to 17:30" in page
        assert "Saturday, 10:00 to midnight" in page
        assert "Sunday, closed" in page
        assert audited("agency_hours_changed")

    def test_the_present_hours_stand_in_the_boxes(self) -> None:
        assert 'value="17:00"' in signed_in(JOYCE).get(HOURS).text

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"closes_2": ""}, "Give both times"),
            ({"closes_2": "07:00"}, "It must close after it opens"),
            ({"opens_2": "soon"}, "id_opens_2"),
        ],
    )
    def test_what_cannot_be_is_said_beside_the_day(self, changed: dict[str, str], words: str) -> None:
        before = Agency.objects.get(code="charnwood").hours
        answer = signed_in(JOYCE).post(HOURS, week(**changed))
        assert answer.status_code == 200
        assert words in answer.text
        assert 'value="8:30"' in answer.text
        assert Agency.objects.get(code="charnwood").hours == before

    def test_an_agency_that_never_works_is_refused(self) -> None:
        answer = signed_in(JOYCE).post(HOURS, {"version": version()})
        assert "at least one day" in answer.text

    def test_who_was_overtaken_is_told(self) -> None:
        assert signed_in(JOYCE).post(HOURS, {**week(), "version": 99}).status_code == 409

    def test_it_is_for_its_own_administrator_and_a_governance_officer(self) -> None:
        assert signed_in(PRIYA).get(HOURS).status_code == 404
        assert signed_in(JOYCE).get("/agencies/three-oaks/hours").status_code == 404
        assert signed_in(GRACE).get(HOURS).status_code == 200

    def test_in_words_days_that_are_alike_stand_together(self) -> None:
        always = {str(day): ["00:00", "24:00"] for day in range(7)}
        assert hours_in_words(always) == [("Monday to Sunday", "day and night")]
        assert hours_in_words({}) == []


class TestDuty:
    def test_who_is_on_duty_is_chosen_among_those_who_may_review_and_the_rest_end_with_their_moment(
        self,
    ) -> None:
        joyce = signed_in(JOYCE)
        page = joyce.get(DUTY).text
        assert COLIN in page
        assert PRIYA not in page, "she may not review an emergency reading"
        done = joyce.post(DUTY, {"version": version(), "people": [str(own(RUTH).pk)]})
        assert done.status_code == 302
        assert on_duty() == {RUTH}
        ended = Duty.objects.filter(user=own(COLIN), role="sharing_desk")
        assert [row.until is not None for row in ended] == [True]
        assert RUTH in joyce.get("/agencies/charnwood/").text
        assert audited("agency_duty_changed")

    def test_the_emergency_message_goes_to_whoever_is_on_duty_now(self, mailoutbox: list[object]) -> None:
        from sentinel.access.tasks import tell_duty

        signed_in(JOYCE).post(DUTY, {"version": version(), "people": [str(own(RUTH).pk)]})
        tell_duty.func.__wrapped__(str(Agency.objects.get(code="charnwood").pk), "break_glass")
        assert [one.to for one in mailoutbox] == [[RUTH]]  # type: ignore[attr-defined]

    def test_nobody_of_another_agency_is_put_on_duty(self) -> None:
        before = on_duty()
        answer = signed_in(JOYCE).post(
            DUTY, {"version": version(), "people": [str(own("tom.marsh@police.example").pk)]}
        )
        assert answer.status_code == 200
        assert on_duty() == before


class TestHighRiskDuties:
    ADDRESS = "/agencies/police/high-risk-duties"
    NEIL, HELEN, TOM = "neil.carver@police.example", "helen.brook@police.example", "tom.marsh@police.example"

    def save(self, address: str, **duties: list[str]) -> object:
        sent = {duty: [str(own(email).pk) for email in emails] for duty, emails in duties.items()}
        return signed_in(self.NEIL).post(address, {"version": version("police"), **sent})

    def on(self, duty: str, area: str | None = None) -> set[str]:
        rows = Duty.objects.filter(role=duty, until__isnull=True, agency__code="police", area__code=area)
        return set(rows.values_list("user__email", flat=True))

    def test_each_duty_is_chosen_among_those_who_hear_of_high_risk(self) -> None:
        page = signed_in(self.NEIL).get(self.ADDRESS).text
        assert "Duty inspector of the force" in page
        assert self.TOM in page
        assert "lena.fox@police.example" not in page, "an analyst is told of nobody's risk"
        self.save(self.ADDRESS, sergeant=[self.TOM], area_inspector=[self.HELEN], duty_inspector=[self.HELEN])
        assert (self.on("sergeant"), self.on("duty_inspector")) == ({self.TOM}, {self.HELEN})
        assert self.on("sharing_desk"), "another duty is left alone"

    def test_an_area_has_its_own_and_comes_first(self) -> None:
        melton = Area.objects.get(code="E07000133")
        self.save(self.ADDRESS, area_inspector=[self.HELEN])
        self.save(f"{self.ADDRESS}?area={melton.pk}", area_inspector=[self.TOM])
        assert (self.on("area_inspector"), self.on("area_inspector", "E07000133")) == (
            {self.HELEN},
            {self.TOM},
        )
        police = [Agency.objects.get(code="police").pk]
        there = on_duty_for("area_inspector", role="area_inspector", agencies=police, area_id=melton.pk)
        other = Area.objects.get(code="E07000130")
        elsewhere = on_duty_for("area_inspector", role="area_inspector", agencies=police, area_id=other.pk)
        assert [user.email for user in there] == [self.TOM]
        assert [user.email for user in elsewhere] == [self.HELEN]

    def test_a_landlord_has_a_supervisor_alone(self) -> None:
        page = signed_in("owen.price@three-oaks.example").get("/agencies/three-oaks/high-risk-duties").text
        assert "Supervisor" in page
        assert "Sergeant" not in page

    def test_it_is_for_its_own_administrator(self) -> None:
        assert signed_in(JOYCE).get(self.ADDRESS).status_code == 404
        assert signed_in(self.TOM).get(self.ADDRESS).status_code == 404


class TestReferralDuties:
    ADDRESS = "/agencies/charnwood/high-risk-duties"

    def test_whoever_answers_referrals_is_put_on_the_duty_and_told_before_the_others(self) -> None:
        page = signed_in(JOYCE).get(self.ADDRESS).text
        assert "Referrals to the Joint Action Group" in page
        assert "Safeguarding of children" not in page, "a district has no such duty"
        charnwood = Agency.objects.get(code="charnwood").pk
        everybody = on_duty_for("jag", role=["supervisor", "meeting_coordinator"], agencies=[charnwood])
        assert {RUTH, "colin.webb@charnwood.example"} <= {user.email for user in everybody}
        signed_in(JOYCE).post(self.ADDRESS, {"version": version(), "jag": [str(own(RUTH).pk)]})
        told = on_duty_for("jag", role=["supervisor", "meeting_coordinator"], agencies=[charnwood])
        assert [user.email for user in told] == [RUTH]

    def test_whose_role_does_not_answer_them_is_not_put_on_it(self) -> None:
        priya = own("priya.nair@charnwood.example")
        signed_in(JOYCE).post(self.ADDRESS, {"version": version(), "jag": [str(priya.pk)]})
        assert not Duty.objects.filter(role="jag", until__isnull=True).exists()


class TestPartnershipDesk:
    def test_a_governance_officer_gives_it_a_number_that_who_may_only_know_is_told(self) -> None:
        assert partnership_desk().phone == ""
        grace = signed_in(GRACE)
        assert "no number yet" in grace.get("/agencies/").text
        done = grace.post(
            "/agencies/desk", {"version": 1, "phone": "0116 4960123", "email": "desk@partnership.example"}
        )
        assert done.status_code == 302
        desk = partnership_desk()
        assert desk.phone.replace(" ", "") == "01164960123"
        assert desk.phone in grace.get("/agencies/").text
        assert audited("partnership_desk_changed")

    def test_a_wrong_number_is_refused_beside_the_box_and_nobody_else_changes_it(self) -> None:
        answer = signed_in(GRACE).post("/agencies/desk", {"version": 1, "phone": "12", "email": "no"})
        assert 'href="#id_phone"' in answer.text
        assert signed_in(JOYCE).get("/agencies/desk").status_code == 403
        assert not PartnershipDesk.objects.exists()


def test_a_form_that_was_pressed_twice_is_done_once_and_leads_to_the_same_page() -> None:
    grace = signed_in(GRACE)
    new = {
        "name": "North Town Council", "short_name": "North Town", "kind": "district", "statutory": "on",
        "desk_name": "North Town desk", "desk_phone": "01632 960999", "csrfmiddlewaretoken": "one showing of the form",
    }  # fmt: skip
    first, second = grace.post("/agencies/new", new), grace.post("/agencies/new", new)
    assert first["Location"] == second["Location"] == "/agencies/north-town-council/"
    assert Agency.objects.filter(name="North Town Council").count() == 1
    shown_anew = grace.post("/agencies/new", {**new, "csrfmiddlewaretoken": "another showing of the form"})
    assert "There is an agency of this name" in shown_anew.text


def test_a_form_that_was_refused_may_be_sent_again() -> None:
    grace = signed_in(GRACE)
    sent = {"version": 1, "phone": "12", "email": "", "csrfmiddlewaretoken": "one showing of the form"}
    assert grace.post("/agencies/desk", sent).status_code == 200
    assert grace.post("/agencies/desk", {**sent, "phone": "0116 4960123"}).status_code == 302
