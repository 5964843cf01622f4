"""Taking a report writes everything of one telling, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sentinel.access.models import Disclosure, Rung
from sentinel.access.queries import rung_of
from sentinel.cases.models import HateMark, Incident, Party, PartyIdentity, PartyRole
from sentinel.cases.operations import protect_identity
from sentinel.foundation.models import Event, Message
from sentinel.kernel.births import birth_date
from sentinel.kernel.errors import Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.references import Kind, parse
from sentinel.people.facts import SafeContactGiven
from sentinel.people.models import PersonName, SafeContact
from sentinel.people.queries import display_name, facts_of
from sentinel.places.operations import find_or_make_place
from sentinel.questionnaires.rules import line_for
from sentinel.reports.models import Report, VictorE
from sentinel.reports.operations import take_report, take_skeleton
from sentinel.reports.telling import CallerGiven, DangerGiven, HateGiven, OtherGiven, WhenGiven
from tests.reports.telling import BY_EMAIL, MARGARET, letters, telling
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA = "priya.nair@charnwood.example"
DAWN = "dawn.ashby@charnwood.example"
RAVI = "ravi.desai@police.example"


def roles_in(report: Report) -> list[str]:
    return sorted(PartyRole.objects.filter(record_id=report.id).values_list("role", flat=True))


def test_a_report_gets_a_reference_that_can_be_read_aloud() -> None:
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling())
    assert parse(report.reference).kind is Kind.REPORT


def test_two_reports_get_two_references() -> None:
    priya = acting(PRIYA)
    first = take_report(actor=priya, now=NOW, telling=telling())
    second = take_report(actor=priya, now=NOW, telling=telling())
    assert first.reference != second.reference


def test_the_same_form_sent_twice_makes_one_report() -> None:
    priya = acting(PRIYA)
    once = telling()
    first = take_report(actor=priya, now=NOW, telling=once)
    second = take_report(actor=priya, now=NOW, telling=once)
    assert first.id == second.id
    assert Report.objects.filter(submission=once.submission).count() == 1
    assert Incident.objects.filter(record_id=first.id).count() == 1
    assert Message.objects.filter(record_id=first.id).count() == 1


def test_every_row_stands_under_the_report_as_its_record() -> None:
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling())
    assert report.record_id == report.id
    assert Incident.objects.get(pk=report.incident_id).record_id == report.id
    assert PersonName.objects.get(full="Margaret Ellis").record_id == report.id


def test_the_taker_s_agency_owns_the_record() -> None:
    priya = acting(PRIYA)
    report = take_report(actor=priya, now=NOW, telling=telling())
    assert rung_of(priya, report.id) == Rung.OWNER


def test_a_caller_to_whom_it_happened_is_reporter_and_victim() -> None:
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling(happened_to="caller"))
    assert roles_in(report) == ["reporter", "victim"]


def test_a_caller_to_whom_it_did_not_happen_is_no_victim() -> None:
    given = telling(happened_to="somebody_else", victim=OtherGiven(description="the old man next door"))
    report = take_report(actor=acting(PRIYA), now=NOW, telling=given)
    assert roles_in(report) == ["reporter", "victim"]
    caller = PartyRole.objects.filter(party_id=report.caller_party_id).values_list("role", flat=True)
    assert list(caller) == ["reporter"]


def test_a_victim_whom_nobody_has_named_is_still_a_party() -> None:
    given = telling(happened_to="somebody_else", victim=OtherGiven())
    report = take_report(actor=acting(PRIYA), now=NOW, telling=given)
    victim = Party.objects.get(record_id=report.id, roles__role="victim")
    assert victim.kind == "unidentified"
    assert victim.label == "Somebody not named yet"


def test_somebody_complained_of_is_alleged_with_its_source() -> None:
    given = telling(other=OtherGiven(name="Lee Marsden", birth=birth_date("34", NOW.date())))
    report = take_report(actor=acting(PRIYA), now=NOW, telling=given)
    role = PartyRole.objects.get(record_id=report.id, role="alleged_perpetrator")
    assert (role.allegation, role.allegation_source) == ("alleged", "the caller")


@pytest.mark.parametrize("age", ["9", "8/5/2019", "about 10", "4"])
def test_a_child_under_ten_complained_of_is_never_a_perpetrator(age: str) -> None:
    given = telling(other=OtherGiven(name="Kai Marsden", birth=birth_date(age, NOW.date())))
    report = take_report(actor=acting(PRIYA), now=NOW, telling=given)
    role = PartyRole.objects.exclude(party_id=report.caller_party_id).get(record_id=report.id)
    assert role.role == "child_involved"
    assert role.allegation == ""
    assert Party.objects.get(pk=role.party_id).child_involved


def test_the_age_of_a_child_counts_on_the_day_it_happened() -> None:
    # Ten last week; it happened a month ago, when the child was nine.
    birthday = (NOW - timedelta(days=7)).date().replace(year=NOW.year - 10)
    month_ago = NOW - timedelta(days=30)
    given = telling(
        when=WhenGiven(start=month_ago, precision="day"),
        other=OtherGiven(name="Kai Marsden", birth=birth_date(birthday.isoformat(), NOW.date())),
    )
    report = take_report(actor=acting(PRIYA), now=NOW, telling=given)
    assert "child_involved" in roles_in(report)


def test_an_anonymous_caller_leaves_no_person_and_no_name() -> None:
    given = telling(caller=CallerGiven(wish="anonymous", name="Margaret Ellis"))
    report = take_report(actor=acting(PRIYA), now=NOW, telling=given)
    party = Party.objects.get(pk=report.caller_party_id)
    assert party.anonymous_to_us
    assert party.label == "Anonymous caller"
    assert not PartyIdentity.objects.filter(record_id=report.id).exists()
    assert not PersonName.objects.filter(record_id=report.id).exists()


def test_a_caller_who_is_known_but_not_disclosed_is_guarded_by_a_narrower_audience() -> None:
    given = telling(caller=CallerGiven(wish="not_disclosed", name="Margaret Ellis", phone=MARGARET.phone))
    report = take_report(actor=acting(PRIYA), now=NOW, telling=given)
    party = Party.objects.get(pk=report.caller_party_id)
    assert (party.identity_protected, party.label) == (True, "Caller A")
    identity = PartyIdentity.objects.get(party=party)
    assert identity.audience_id is not None
    facts = facts_of(acting(PRIYA), [identity.person_id])[identity.person_id]
    assert {row.audience_id for row in facts.rows} == {identity.audience_id}


def test_a_confirmed_caller_is_the_person_known_before() -> None:
    priya = acting(PRIYA)
    first = take_report(actor=priya, now=NOW, telling=telling())
    known = PartyIdentity.objects.get(party_id=first.caller_party_id).person_id
    heard = CallerGiven(name="Margret Elis", person_id=known, confirmed_how="gave her date of birth")
    second = take_report(actor=priya, now=NOW, telling=telling(caller=heard))
    identity = PartyIdentity.objects.get(party_id=second.caller_party_id)
    assert identity.person_id == known
    assert identity.confirmed_how == "gave her date of birth"
    # Written as it is known, not as it was misheard.
    assert display_name(facts_of(priya, [known])[known]) == "Margaret Ellis"


def test_a_confirmed_caller_s_guarded_name_is_not_written_where_others_read_it() -> None:
    priya = acting(PRIYA)
    first = take_report(actor=priya, now=NOW, telling=telling())
    party = Party.objects.get(pk=first.caller_party_id)
    protect_identity(actor=priya, now=NOW, party=party)
    known = PartyIdentity.objects.get(party=party).person_id
    heard = CallerGiven(name="Margret Elis", person_id=known, confirmed_how="gave her date of birth")
    second = take_report(actor=priya, now=NOW, telling=telling(caller=heard))
    names = PersonName.objects.filter(person_id=known, record_id=second.record_id)
    assert [one.full for one in names] == ["Margret Elis"]


def test_nobody_can_be_confirmed_whom_the_taker_may_not_see() -> None:
    with pytest.raises(NotFound):
        take_report(
            actor=acting(PRIYA), now=NOW, telling=telling(caller=CallerGiven(name="A", person_id=new_id()))
        )


def test_safe_contact_is_kept_with_who_asked() -> None:
    priya = acting(PRIYA)
    report = take_report(actor=priya, now=NOW, telling=telling(safe=BY_EMAIL))
    row = SafeContact.objects.get(record_id=report.id)
    assert (row.method, row.asked_by_id, row.asked_at) == ("email", priya.user_id, NOW)


def test_nothing_is_sent_to_a_caller_who_was_not_asked_how() -> None:
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling(safe=None))
    message = Message.objects.get(record_id=report.id)
    assert message.state == "held"
    assert report.confirmation == "held"
    assert not Disclosure.objects.filter(record_id=report.id, kind__in=["message", "letter"]).exists()


def test_the_confirmation_goes_by_the_safe_way_and_into_the_ledger() -> None:
    caller = CallerGiven(name="Margaret Ellis", email="margaret@example.org")
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling(caller=caller, safe=BY_EMAIL))
    message = Message.objects.get(record_id=report.id)
    assert (message.state, message.recipient) == ("waiting", "margaret@example.org")
    assert report.reference in message.body
    assert "Ellis" not in message.subject
    assert report.reference not in message.subject
    assert Disclosure.objects.get(record_id=report.id, kind="message").to_person_id is not None


def test_the_next_contact_is_due_by_the_standard_of_the_agency() -> None:
    # Told at 21:52 on Friday 20 November 2026, after hours: counted from Monday, due at the close of Tuesday.
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling())
    assert report.next_contact_due is not None
    assert report.next_contact_due.isoformat() == "2026-11-24T17:00:00+00:00"
    assert "1 working day" in report.next_contact_rule


@pytest.mark.parametrize(
    "given",
    [
        {"danger": DangerGiven(now="yes")},
        {"script_answers": {"threat_to_life": "yes"}},
        {"script_answers": {"suicide": "yes"}},
    ],
)
def test_where_a_life_is_threatened_the_first_contact_is_due_in_hours_at_work_by_the_rule(
    given: dict[str, Any],
) -> None:
    # Told at 21:52 on Friday, after hours: nothing is promised before the council opens on Monday, and then at once.
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling(**given))
    assert report.next_contact_due is not None
    assert report.next_contact_due.isoformat() == "2026-11-23T11:00:00+00:00"
    assert report.next_contact_rule == "First contact, life threatened: 2 working hours"
    police = take_report(actor=acting("sam.okoro@police.example"), now=NOW, telling=telling(**given))
    assert police.next_contact_due is not None
    assert police.next_contact_due.isoformat() == "2026-11-20T23:52:00+00:00", "the police never close"


def test_an_agency_may_have_a_standard_of_its_own_for_a_life_threatened() -> None:
    lines = [
        {"key": "any", "label": "Any", "agency_type": "any", "working_hours": 2},
        {"key": "police", "label": "Police", "agency_type": "police", "working_hours": 1},
    ]
    assert line_for(lines, "police") == lines[1]
    assert line_for(lines, "district") == lines[0]
    assert line_for([], "district") is None


def test_danger_that_nobody_asked_about_is_kept_as_not_asked_and_is_refused_of_a_whole_report() -> None:
    given = telling(danger=DangerGiven(now="not_asked"), dropped_call=True)
    assert take_skeleton(actor=acting(PRIYA), now=NOW, telling=given).danger == "not_asked"
    with pytest.raises(Invalid) as refused:
        take_report(actor=acting(PRIYA), now=NOW, telling=telling(danger=DangerGiven(now="not_asked")))
    assert "danger_now" in refused.value.errors


def test_victor_e_is_kept_with_its_decision_and_sources() -> None:
    given = telling(victor=letters(had="yes", risk="yes"), victor_sources={"risk": "said so on the call"})
    report = take_report(actor=acting(PRIYA), now=NOW, telling=given)
    row = VictorE.objects.get(report=report)
    assert row.decision == "case_required"
    assert row.sources == {"risk": "said so on the call"}


def test_each_strand_of_hate_is_a_mark_of_its_own() -> None:
    hate = HateGiven(strands=("race", "religion"), perceived_by="the caller")
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling(hate=hate))
    assert sorted(HateMark.objects.filter(record_id=report.id).values_list("strand", flat=True)) == [
        "race",
        "religion",
    ]


def test_one_event_tells_of_it_without_a_name() -> None:
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling())
    event = Event.objects.get(record_id=report.id, kind="report_taken")
    assert event.happened_at == report.told_at
    assert "Margaret" not in str(event.payload)


def test_a_practitioner_who_takes_it_has_it_from_then_on() -> None:
    priya = acting(PRIYA)
    report = take_report(actor=priya, now=NOW, telling=telling())
    assert (report.practitioner_id, report.practitioner_at) == (priya.user_id, NOW)


def test_a_call_taker_who_takes_it_leaves_it_to_a_practitioner() -> None:
    report = take_report(actor=acting(DAWN), now=NOW, telling=telling())
    assert report.practitioner_id is None
    assert report.team is not None
    assert report.team.takes_skeletons


def test_who_takes_no_reports_is_refused() -> None:
    with pytest.raises(Refused):
        take_report(actor=acting(RAVI), now=NOW, telling=telling())


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("told_day", {"told_at": NOW + timedelta(hours=1)}),
        ("channel", {"channel": "pigeon"}),
        ("danger_now", {"danger": DangerGiven(now="perhaps")}),
        ("occurred_from_day", {"when": WhenGiven(start=NOW + timedelta(days=1), precision="day")}),
        (
            "occurred_to_day",
            {"when": WhenGiven(start=NOW - timedelta(days=1), end=NOW - timedelta(days=2), precision="day")},
        ),
        ("occurred_to_day", {"when": WhenGiven(end=NOW - timedelta(days=2), precision="day")}),
        ("category", {"category": "other"}),
        ("national_type", {"national_type": "shouting"}),
        ("crime", {"crime": "maybe"}),
        ("what", {"words": "  "}),
        ("", {"words": "a\x00b"}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(field: str, given: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        take_report(actor=acting(PRIYA), now=NOW, telling=telling(**given))
    assert field in refused.value.errors
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["Siobhán O'Neill-D’Arcy", "Madonna", "X" * 200, "مريم \u200fعلي", "Zoë 🦊 Fox", "<b>Bold</b> & Sons"],
)
def test_names_are_kept_as_they_were_typed(name: str) -> None:
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling(caller=CallerGiven(name=name)))
    assert PersonName.objects.get(record_id=report.id).full == name


def test_what_goes_by_post_stands_in_the_ledger_as_a_letter() -> None:
    priya = acting(PRIYA)
    home = find_or_make_place(
        actor=priya, now=NOW, words="14 Sparrow Lane, Loughborough", postcode="LE11 0ZZ"
    )
    by_post = SafeContactGiven(method="post", post_may_be_sent=True, language="English")
    caller = CallerGiven(name="Margaret Ellis", lives_at=home.pk)
    report = take_report(actor=priya, now=NOW, telling=telling(caller=caller, safe=by_post))
    assert Message.objects.get(record_id=report.id).state == "post"
    assert Disclosure.objects.get(record_id=report.id, kind="letter").to_person_id is not None
