"""Addresses of these pages: under one person of one case, and under the case for what is assessed of itself or its place."""

from __future__ import annotations

from django.urls import path

from sentinel.desk.assess import assessing, deferring, lowering, views
from sentinel.risk.rules import CASE, LOCATION, PERPETRATOR, WITNESS

PERSON = "cases/<str:reference>/people/<uuid:party>"
WHOLE = "cases/<str:reference>"
# The words of an address, and the subject that they mean.
AS = {"perpetrator": PERPETRATOR, "witness": WITNESS}
OF = {"case": CASE, "place": LOCATION}

urlpatterns = [
    path(f"{PERSON}/assess", assessing.assess_person, name="assess"),
    path(f"{PERSON}/assess/keep", assessing.keep_person, name="assess_keep"),
    path(f"{PERSON}/assess/throw-away", assessing.throw_person_away, name="assess_throw_away"),
    path(f"{PERSON}/assess/lower", lowering.lower_person, name="assess_lower"),
    path(f"{PERSON}/assessments", assessing.assessments, name="assessments"),
    path(f"{PERSON}/assess/put-off", deferring.defer_person, name="defer"),
    path(f"{WHOLE}/assess/case/put-off", deferring.defer_case, name="defer_case"),
    path(f"{PERSON}/contact", views.contact, name="contact"),
    path(f"{PERSON}/told", views.tell_outcome, name="tell_outcome"),
]
for word, subject in AS.items():
    given = {"subject": subject}
    urlpatterns += [
        path(f"{PERSON}/assess/{word}", assessing.assess_person, given, name="assess_as"),
        path(f"{PERSON}/assess/{word}/lower", lowering.lower_person, given, name="assess_as_lower"),
        path(f"{PERSON}/assess/{word}/keep", assessing.keep_person, given, name="assess_as_keep"),
        path(
            f"{PERSON}/assess/{word}/throw-away",
            assessing.throw_person_away,
            given,
            name="assess_as_throw_away",
        ),
    ]
for word, subject in OF.items():
    given = {"subject": subject}
    urlpatterns += [
        path(f"{WHOLE}/assess/{word}", assessing.assess_case, given, name="assess_case"),
        path(f"{WHOLE}/assess/{word}/lower", lowering.lower_case, given, name="assess_case_lower"),
        path(f"{WHOLE}/assess/{word}/keep", assessing.keep_case, given, name="assess_case_keep"),
        path(
            f"{WHOLE}/assess/{word}/throw-away",
            assessing.throw_case_away,
            given,
            name="assess_case_throw_away",
        ),
        path(f"{WHOLE}/assess/{word}/earlier", assessing.assessments_of, given, name="assessments_of"),
    ]
