"""Whatever hangs on a person is declared (people/relations.py): a new column that nobody thought of fails here."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from sentinel.cases.models import Party
from sentinel.cases.operations import add_party
from sentinel.foundation.actor import state_actor
from sentinel.kernel.ids import new_id
from sentinel.people.facts import AddressGiven, SafeContactGiven
from sentinel.people.merging import preview
from sentinel.people.models import Person
from sentinel.people.relations import brought_by, relations
from sentinel.risk.operations import assess
from tests.cases.making import a_case
from tests.people.merging import NOOR, somebody
from tests.risk.answers import THREAT, matrix
from tests.support import NOW, PRIYA, acting, actor

# Columns that hold plain ids of many kinds, with why none of them is a person's.
NEVER_A_PERSON = {
    ("reminders.Decision", "subject_id"): "a case, a party or a task of a case, each under its own record",
    ("cases.WrittenDecision", "subject_id"): "a report or case that was decided on",
    ("insight.Matter", "subject_id"): "a party, an assessment or a marker, worked out anew from the case",
    (
        "audit.Entry",
        "subject_id",
    ): "an entry is sealed; who asks about a person asks about every id (audit/queries.py)",
}


def hanging(model: type[models.Model]) -> list[str]:
    """The columns of a model by which a row is somebody's: keys to a person or a party, and plain ids that are called so."""
    found = []
    for field in model._meta.concrete_fields:
        to = field.related_model
        if (
            to is Person
            or (to is Party and model._meta.label != "cases.PartyIdentity")
            or (
                to is None
                and isinstance(field, models.UUIDField | models.CharField)
                and ("person" in field.name or field.name == "subject_id")
            )
        ):
            found.append(field.name)
    return found


def undeclared() -> set[tuple[str, str]]:
    """What hangs on a person and is not declared."""
    declared = {(one.model, one.path.split("__")[0]) for one in relations()} | set(NEVER_A_PERSON)
    ours = [one for one in apps.get_models() if one.__module__.startswith("sentinel.")]
    return {(model._meta.label, name) for model in ours for name in hanging(model)} - declared


def test_every_column_that_leads_to_a_person_is_declared() -> None:
    assert undeclared() == set()


def test_what_is_declared_is_there_and_leads_to_a_person() -> None:
    for one in relations():
        path, model = one.path.split("__"), one.columns
        for name in path[:-1]:
            model = model._meta.get_field(name).related_model  # type: ignore[assignment]
        last = model._meta.get_field(path[-1])
        assert last.related_model is Person or isinstance(last, models.UUIDField), one
        assert one.stays or one.many, f"{one.model} is neither told on the preview nor said to stay"
    assert len(relations()) > 20


@isolate_apps("sentinel.people")
def test_a_new_key_to_a_person_or_a_party_is_noticed() -> None:
    class Fingerprint(models.Model):
        person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
        seen_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
        person_id_elsewhere = models.UUIDField()
        colour = models.CharField(max_length=5)

        class Meta:
            app_label = "people"

    assert hanging(Fingerprint) == ["person", "seen_by", "person_id_elsewhere"]


@pytest.mark.django_db
def test_each_kind_that_is_shown_can_be_counted() -> None:
    state_actor(actor(NOOR))
    [told] = brought_by(actor(NOOR), [new_id()])
    assert [one.count for one in told] == [0] * len(told)
    assert len({one.many for one in told}) == len(told)


@pytest.mark.django_db
def test_the_preview_counts_every_kind_that_is_there() -> None:
    case = a_case(acting(PRIYA))
    person = somebody(
        "Ann Lee", case, emails=["ann@example.org"], addresses=[AddressGiven(text="14 Sparrow Lane")],
        identifiers=[("Housing", "H-1")], safe_contact=SafeContactGiven(method="phone"),
    )  # fmt: skip
    party = add_party(
        actor=acting(PRIYA),
        now=NOW,
        case_or_record=case,
        kind="person",
        person=person,
        roles=("victim", "witness"),
    )
    assess(actor=acting(PRIYA), now=NOW, case=case, party=party, version=matrix(), answers=THREAT)
    other = somebody("Anne Lea", case)
    told = preview(acting(NOOR), person.pk, other.pk)
    assert {one.many: one.count for one in told.first.brings if one.count} == {
        "names": 1,
        "dates of birth or ages": 1,
        "telephone numbers or email addresses": 2,
        "addresses": 1,
        "references in other systems": 1,
        "answers to how they may safely be contacted": 1,
        "parts in cases and reports": 1,
        "roles": 2,
        "risk assessments": 1,
        "times at high risk": 1,
        "referrals": 1,
    }
    stays = {one.many for one in told.first.brings if one.count and one.stays}
    assert stays == {"risk assessments", "referrals"}, "said of the party of that case"
