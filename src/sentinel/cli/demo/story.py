"""The demonstration's cases, made as people make them: by the operations, as the people who would do each step.

Runs over the application's role: every row is guarded, every change in the history, as in real work.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sentinel.access.models import Rung
from sentinel.accounts.models import Agency, User
from sentinel.accounts.queries import actor_for, user_with
from sentinel.care.operations import closure_notice, record_contact
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import add_party
from sentinel.cases.operations.actions import plan_action
from sentinel.cases.operations.closing import decide_closure, propose_closure
from sentinel.cases.operations.handing_over import reassign
from sentinel.cases.operations.notes import add_note
from sentinel.cases.operations.sharing import involve
from sentinel.cases.operations.status import move
from sentinel.cli.demo.invented import TROUBLES, Human, Inventor
from sentinel.cli.demo.others import assess_others, nobody_is_a_victim
from sentinel.cli.demo.planned import control_room_wrote, decide_on_plan, review_once
from sentinel.cli.demo.referring import acknowledged_by, refer_to_victim_first
from sentinel.cli.demo.twice_told import tell_twice
from sentinel.foundation.actor import Actor, state_actor
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.clock import london_date
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import AddressGiven, Facts, NameGiven, SafeContactGiven
from sentinel.people.operations import add_person
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from sentinel.questionnaires.bases import CRIME_AND_DISORDER
from sentinel.questionnaires.queries import current_version
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven, DangerGiven, OtherGiven, Telling, WhenGiven
from sentinel.risk.high.operations import acknowledge, answer_marker
from sentinel.risk.high.queries import in_case
from sentinel.risk.operations import assess
from sentinel.risk.queries import matrix_for

CALM: dict[str, Any] = {
    "threat_to_life": "no", "weapon": "no", "violence": "no", "stalking": "no", "person_at_risk": "no", "suicide": "no",
    "frequency": "most_weeks", "impact": "a_little", "vulnerabilities": "None known after asking.",
    "support": "A neighbour looks in.", "targeted": "household", "repeat_victim": "no", "vulnerable": "no",
    "safeguarding": "no", "band_reason": "It wears them down, and nothing says that it will get worse.",
}  # fmt: skip
WORSE: dict[str, Any] = {
    **CALM, "impact": "a_lot", "impact_words": "Sleeps badly and no longer uses the garden.", "vulnerable": "unknown",
    "band_reason": "A real effect on daily life, and it is happening more often.",
}  # fmt: skip
THREAT: dict[str, Any] = {
    **WORSE, "threat_to_life": "yes", "threat_to_life__why": "He said that he would burn the house.",
    "band_reason": "A threat of fire, made twice, to people who cannot leave quickly.",
}  # fmt: skip
VICTOR = {"had": "yes", "vulnerable": "not_asked", "impact": "yes", "combined": "not_asked", "targeted": "yes",
          "ongoing": "yes", "risk": "not_asked", "hate": "no"}  # fmt: skip


@dataclass
class Cast:
    """The people who do the work, by email address, and the moment it all leads up to."""

    now: datetime
    inventor: Inventor

    def actor(self, email: str) -> Actor:
        """The actor of an account."""
        user = user_with(User.objects.only("pk").get(email=email).pk)
        if user is None:
            raise LookupError(email)
        return actor_for(user, request_id="demo")

    def as_(self, email: str) -> Actor:
        """The same, stated in the present transaction."""
        found = self.actor(email)
        state_actor(found)
        return found


PRIYA = "priya.nair@charnwood.example"
CONTROL_ROOM = "nadia.khan@police.example"
TEAMS = (
    ("priya.nair@charnwood.example", "colin.webb@charnwood.example"),
    ("marta.nowak@city.example", "imran.shah@city.example"),
    ("aisha.rahman@police.example", "tom.marsh@police.example"),
    ("beth.carr@three-oaks.example", "owen.price@three-oaks.example"),
    ("mark.dale@melton.example", "mark.dale@melton.example"),
)


def tell_stories(*, now: datetime, cases: int, seed: int) -> Iterator[int]:
    """Make the demonstration's cases, each in a transaction of its own. Yields after each.

    Runs as the application's role outside any transaction; `now` is the moment (UTC) they lead up to.
    """
    cast = Cast(now, Inventor(seed))
    with transaction.atomic():
        case = sparrow_lane(cast)
        assess_others(cast.as_(PRIYA), fresh(case), now - timedelta(days=22))
        tell_twice(cast.as_(PRIYA), fresh(case), now - timedelta(days=20))
    yield 1
    for number in range(1, cases):
        with transaction.atomic():
            if number == 1:
                nobody_is_a_victim(cast.as_(PRIYA), User.objects.get(email=PRIYA), now)
            else:
                one_case(cast, number)
        yield 1


def birth(human: Human) -> Birth:
    """A whole date of birth."""
    return Birth(human.born, human.born, BirthPrecision.DAY)


def telling(
    cast: Cast, *, human: Human, place: Place, trouble: tuple[str, str, str, str], told: datetime, other: str = "", typed: str = "",
    safe: SafeContactGiven | None = None, danger: str = "no", lives: bool = True,
) -> Telling:  # fmt: skip
    """What one caller says, as the page would hand it over."""
    _, kind, category, words = trouble
    return Telling(
        submission=uuid.UUID(int=cast.inventor.random.getrandbits(128), version=4),
        channel="telephone",
        told_at=told,
        danger=DangerGiven(now=danger),
        caller=CallerGiven(
            name=typed or human.full,
            phone=parse_phone(human.phone),
            birth=birth(human),
            lives_at=place.pk if lives else None,
        ),
        happened_to="caller",
        place_id=place.pk,
        words=words,
        when=WhenGiven(start=told - timedelta(hours=3), precision="hour", series=True),
        category=category,
        national_type=kind,
        other=OtherGiven(name=other) if other else OtherGiven(description="Not known by name"),
        at_risk="no",
        safe=safe or SafeContactGiven(method="phone", message_may_be_left=False, language="English"),
        may_approach="not_asked",
        victor=VICTOR,
        script_id=current_version("call-script", london_date(told)).pk,
        looked_for_known=True,
    )


def victims(case: Case) -> list[Party]:
    """The victims of a case, in the order in which they were named."""
    return list(Party.objects.filter(case=case, roles__role="victim").distinct().order_by("created_at", "id"))


def open_from(cast: Cast, email: str, given: Telling, title: str, at: datetime) -> tuple[Report, Case]:
    """Take the report and open the case, as the same officer."""
    actor = cast.as_(email)
    report = take_report(actor=actor, now=given.told_at + timedelta(minutes=9), telling=given)
    lead = User.objects.get(email=email)
    return report, open_case_from_report(actor=actor, now=at, report=report, title=title, lead=lead)


def fresh(case: Case) -> Case:
    """The case as it stands now: each step moves its version on."""
    return Case.objects.get(pk=case.pk)


def sparrow_lane(cast: Cast) -> Case:
    """The case of the drawings: two victims in one house, threats of fire, a witness who must not be known."""
    priya = "priya.nair@charnwood.example"
    told = cast.now - timedelta(days=23)
    actor = cast.as_(priya)
    place = find_or_make_place(
        actor=actor, now=told, words="14 Sparrow Lane, Loughborough", postcode="LE11 0ZZ"
    )
    margaret = Human("Margaret", "Ellis", cast.now.date().replace(year=cast.now.year - 71), "01632 960142")
    joan = Human("Joan", "Ellis", cast.now.date().replace(year=cast.now.year - 44), "07700 900142")
    trouble = ("Threats and noise", "rowdy_neighbours", "personal",
               "He is banging on our door again and shouting that he will burn us out. My daughter is hiding upstairs.")  # fmt: skip
    letter_only = SafeContactGiven(method="post", post_may_be_sent=True, text_may_be_sent=False, message_may_be_left=False,
                                   language="English")  # fmt: skip
    given = telling(
        cast, human=margaret, place=place, trouble=trouble, told=told, other="Dale Horton", safe=letter_only
    )
    _, case = open_from(
        cast, priya, given, "Threats and noise at 14 Sparrow Lane, Loughborough", told + timedelta(hours=1)
    )
    _household_and_witness(cast, actor, case, joan, place, told)
    first, second = victims(case)[:2]
    at = told + timedelta(days=1)
    matrix = matrix_for("victim", london_date(at), actor.agency_id)
    assess(actor=actor, now=at, case=fresh(case), party=first, version=matrix, answers=THREAT, band="high")
    assess(actor=actor, now=at, case=fresh(case), party=second, version=matrix, answers=WORSE, band="medium")
    answer_high_risk(cast, actor, case, at)
    actor = cast.as_(priya)
    refer_to_victim_first(actor, fresh(case), first, at)
    acknowledged_by(cast.as_("ana.silva@victim-first.example"), case, at)
    actor = cast.as_(priya)
    for code, rung, why in (
        ("police", Rung.WRITE, "Crime decision and Saturday patrols"),
        ("three-oaks", Rung.WRITE, "Landlord of number 16"),
        ("victim-first", Rung.READ, "Support for Margaret"),
    ):
        involve(actor=actor, now=at, case=fresh(case), agency=Agency.objects.get(code=code), part=why, rung=rung.name.lower(),
                lawful_basis=CRIME_AND_DISORDER, why=why, wish="agrees")  # fmt: skip
    add_note(actor=actor, now=at, case=fresh(case),
             text="Visited with Three Oaks. Door frame damaged. Margaret keeps a bag packed by the bed.")  # fmt: skip
    plan_action(actor=actor, now=at, case=fresh(case), what="Fit a letter-box guard and an alarm with Fire and Rescue",
                agency=Agency.objects.get(code="charnwood"), due=cast.now + timedelta(days=2), user=User.objects.get(email=priya),
                reason="A fire set through the letter box is what he threatens.")  # fmt: skip
    record_contact(actor=actor, now=cast.now - timedelta(days=9), case=fresh(case), party=first,
                   at=cast.now - timedelta(days=9, hours=1), method="post", result="sent",
                   said="Wrote what has been done so far and what comes next.")  # fmt: skip
    record_contact(actor=actor, now=cast.now - timedelta(days=4), case=fresh(case), party=second,
                   at=cast.now - timedelta(days=4, hours=1), method="visit", result="reached",
                   said="Spoke with Joan at the library, as she asked.", unsafe_reason="She came to the drop-in herself.")  # fmt: skip
    control_room_wrote(actor, case, told)
    decide_on_plan(actor, case, at + timedelta(hours=2), leave="partners")
    review_once(cast.actor("colin.webb@charnwood.example"), case, cast.now, actor)
    again = telling(cast, human=margaret, place=place, told=cast.now - timedelta(hours=16), other="Dale Horton", typed="Margret Elis",
                    trouble=("Threat of fire", "rowdy_neighbours", "personal", "He put a lighter to the letter box and laughed."),
                    safe=letter_only)  # fmt: skip
    sam = cast.as_("dawn.ashby@charnwood.example")
    take_report(actor=sam, now=cast.now - timedelta(hours=15, minutes=50), telling=again)
    return case


def _household_and_witness(
    cast: Cast, actor: Actor, case: Case, joan: Human, place: Place, told: datetime
) -> None:
    at = told + timedelta(hours=2)
    daughter = add_person(actor=actor, now=at, record_id=case.pk,
                          facts=Facts(name=NameGiven(full=joan.full), birth=birth(joan),
                                            addresses=(AddressGiven(place_id=place.pk),),
                                            safe_contact=SafeContactGiven(method="phone", language="English")))  # fmt: skip
    add_party(actor=actor, now=at, case_or_record=fresh(case), kind="person", person=daughter, roles=["victim"],
              household="Ellis, 14 Sparrow Lane")  # fmt: skip
    witness = cast.inventor.human()
    seen = add_person(actor=actor, now=at, record_id=case.pk, facts=Facts(name=NameGiven(full=witness.full)))
    add_party(actor=actor, now=at, case_or_record=fresh(case), kind="person", person=seen, roles=["witness"],
              identity_protected=True, named=[actor.user_id] if actor.user_id else [])  # fmt: skip


def answer_high_risk(cast: Cast, actor: Actor, case: Case, at: datetime) -> None:
    """Whoever was told of high risk in a case acknowledges it, and the control room shows the marker; of the last days' it
    has still to answer."""
    for found in in_case(actor, fresh(case)):
        for email in sorted({one.user.email for one in found.told}):
            acknowledge(
                actor=cast.as_(email), now=at + timedelta(minutes=25), high_risk_id=found.high_risk.id
            )
        marker = found.marker
        if marker is not None and at < cast.now - timedelta(days=4):
            answer_marker(actor=cast.as_(CONTROL_ROOM), now=at + timedelta(minutes=40), marker_id=marker.id,
                          version=marker.version, accepts=True)  # fmt: skip


def one_case(cast: Cast, number: int) -> None:
    """One further matter, at one of the stages that matters pass through."""
    pick = cast.inventor.random
    officer, supervisor = TEAMS[number % len(TEAMS)]
    stage = STAGES[number % len(STAGES)]
    told = cast.now - timedelta(days=stage.days + pick.randint(0, 3), hours=pick.randint(1, 9))
    actor = cast.as_(officer)
    line, postcode = cast.inventor.address()
    place = find_or_make_place(actor=actor, now=told, words=line, postcode=postcode)
    trouble = pick.choice(TROUBLES)
    given = telling(cast, human=cast.inventor.human(), place=place, trouble=trouble, told=told,
                    other=cast.inventor.human().full if pick.random() < 0.6 else "")  # fmt: skip
    if stage.name == "report":
        take_report(actor=actor, now=told + timedelta(minutes=11), telling=given)
        return
    _, case = open_from(cast, officer, given, f"{trouble[0]} at {line}", told + timedelta(hours=2))
    stage.go(cast, officer, supervisor, case, told)


def _assessed(
    cast: Cast, officer: str, case: Case, told: datetime, answers: dict[str, Any], band: str
) -> Party:
    actor = cast.as_(officer)
    at = told + timedelta(hours=20)
    party = victims(case)[0]
    assess(actor=actor, now=at, case=fresh(case), party=party, version=matrix_for("victim", london_date(at), actor.agency_id),
           answers=answers, band=band)  # fmt: skip
    answer_high_risk(cast, actor, case, at)
    actor = cast.as_(officer)
    if band != "high":
        decide_on_plan(actor, case, at + timedelta(minutes=30))
    record_contact(actor=actor, now=at + timedelta(hours=1), case=fresh(case), party=party, at=at, method="phone", result="reached",
                   said="Talked through what happens next and when we will ring again.")  # fmt: skip
    add_note(
        actor=actor,
        now=at + timedelta(hours=2),
        case=fresh(case),
        text="Diary sheets left; landlord asked for the tenancy file.",
    )
    return party


def unassessed(cast: Cast, officer: str, supervisor: str, case: Case, told: datetime) -> None:
    """Opened, and nobody has been assessed yet."""


def low(cast: Cast, officer: str, supervisor: str, case: Case, told: datetime) -> None:
    """Assessed low, nothing late."""
    _assessed(cast, officer, case, told, CALM, "low")


def medium(cast: Cast, officer: str, supervisor: str, case: Case, told: datetime) -> None:
    """Assessed medium and being worked; vulnerability not known; the victim has not heard for long."""
    _assessed(cast, officer, case, told, WORSE, "medium")
    actor = cast.as_(officer)
    found = fresh(case)
    move(
        actor=actor,
        now=told + timedelta(days=1, hours=2),
        case=found,
        version=found.version,
        status="active",
        reason="Plan made.",
    )
    plan_action(actor=actor, now=told + timedelta(days=2), case=fresh(case), what="Visit with the landlord",
                agency=found.owner_agency, due=cast.now + timedelta(days=1), user=User.objects.get(email=officer))  # fmt: skip


def high(cast: Cast, officer: str, supervisor: str, case: Case, told: datetime) -> None:
    """Assessed high; handed to the supervisor's team member for daily contact."""
    party = _assessed(cast, officer, case, told, THREAT, "high")
    # Of two, one waits for Victim First and the other is still to be sent.
    if fresh(case).owner_agency.kind == "housing" or officer == PRIYA:
        refer_to_victim_first(cast.as_(officer), fresh(case), party, told + timedelta(days=1))
    actor = cast.as_(supervisor)
    found = fresh(case)
    reassign(actor=actor, now=told + timedelta(days=1), case=found, version=found.version, lead=User.objects.get(email=officer),
             reason="One officer throughout, as the victim asked.") if found.lead_id is None else None  # fmt: skip


def closing(cast: Cast, officer: str, supervisor: str, case: Case, told: datetime) -> None:
    """Closure proposed: the supervisor decides once the victim has been told."""
    _assessed(cast, officer, case, told, CALM, "low")
    actor = cast.as_(officer)
    found = fresh(case)
    propose_closure(actor=actor, now=told + timedelta(days=8), case=found, version=found.version, code="resolved_informal",
                    reasons="Both sides met the mediator and have kept to what they agreed.")  # fmt: skip


def closed(cast: Cast, officer: str, supervisor: str, case: Case, told: datetime) -> None:
    """Closed by somebody accountable, the victim told."""
    closing(cast, officer, supervisor, case, told)
    actor = cast.as_(officer)
    at = told + timedelta(days=9)
    closure_notice(actor=actor, now=at, case=fresh(case), party=victims(case)[0], result="told", at=at - timedelta(minutes=20),
                   method="phone", told_outcome=True, told_reasons=True, told_review_right=True, told_how_to_return=True,
                   words="Told her how it ended, why, how to ask for a case review and how to come back.")  # fmt: skip
    decider = cast.as_(supervisor)
    closure = fresh(case).closures.get()
    decide_closure(
        actor=decider, now=at + timedelta(hours=3), case=fresh(case), closure=closure, version=closure.version
    )


@dataclass(frozen=True)
class Stage:
    """How far a matter has come, and how many days ago it was told."""

    name: str
    days: int
    go: Callable[[Cast, str, str, Case, datetime], None]


STAGES = (
    Stage("unassessed", 1, unassessed),
    Stage("medium", 19, medium),
    Stage("report", 0, unassessed),
    Stage("low", 6, low),
    Stage("closed", 40, closed),
    Stage("high", 4, high),
    Stage("closing", 15, closing),
    Stage("medium", 33, medium),
    Stage("low", 12, low),
    Stage("report", 2, unassessed),
    Stage("closed", 70, closed),
)
