"""Addresses of a case and the list of cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.desk.case.views import (
    decisions,
    exporting,
    files,
    head,
    known,
    listing,
    notes,
    page,
    people,
    plan,
    reviews,
    sharing,
    snapshot,
    standards,
    thrive,
)
from sentinel.risk.standards.rules import LISTS

CASE = "cases/<str:reference>"
PARTY = f"{CASE}/people/<uuid:party>"

urlpatterns: list[URLPattern] = [
    path("cases/", listing.case_list, name="case_list"),
    path("cases/export", exporting.export, name="case_export"),
    path("cases/risk", snapshot.risk_of_everyone, name="case_risk"),
    path("cases/risk/export", snapshot.export_risk, name="case_risk_export"),
    path(CASE, page.case, name="case"),
    path(f"{CASE}/timeline", page.case_timeline, name="case_timeline"),
    path(f"{CASE}/edit", head.edit, name="case_edit"),
    path(f"{CASE}/status", head.status, name="case_status"),
    path(f"{CASE}/hand-over", head.hand_over, name="case_hand_over"),
    path(f"{CASE}/hand-over/offer", head.offer_add, name="case_offer"),
    path(f"{CASE}/hand-over/<uuid:handover>", head.offer_answer, name="case_offer_answer"),
    path(f"{CASE}/notes/add", notes.add, name="case_note_add"),
    path(f"{CASE}/notes/<uuid:note>", notes.one, name="case_note"),
    path(f"{CASE}/plan", plan.whole, name="case_plan"),
    path(f"{CASE}/plan/<uuid:line>", plan.decide, name="case_plan_line"),
    path(f"{CASE}/actions/add", plan.add, name="case_action_add"),
    path(f"{CASE}/actions/<uuid:action>", plan.one, name="case_action"),
    path(f"{CASE}/actions/<uuid:action>/change", plan.change, name="case_action_change"),
    path(f"{CASE}/people/add", people.add, name="case_party_add"),
    path(f"{CASE}/people/add/known", people.who_is_known, name="case_party_who"),
    path(PARTY, people.one, name="case_party"),
    path(f"{PARTY}/describe", people.describe, name="case_party_describe"),
    path(f"{PARTY}/safe-contact", known.safe_contact, name="case_party_safe"),
    path(f"{PARTY}/known", known.add_known, name="case_party_known"),
    path(f"{PARTY}/protect", people.protect, name="case_party_protect"),
    path(f"{PARTY}/roles/add", people.add_a_role, name="case_role_add"),
    path(f"{PARTY}/roles/<uuid:role>/end", people.end_a_role, name="case_role_end"),
    path(f"{PARTY}/roles/<uuid:role>/allegation", people.allegation, name="case_allegation"),
    path(f"{CASE}/belongs", files.belongs, name="case_belongs"),
    path(f"{CASE}/files/add", files.add, name="case_attachment_add"),
    path(f"{CASE}/files/<uuid:attachment>", files.download, name="case_attachment"),
    path(f"{CASE}/link", files.link, name="case_link"),
    path(f"{CASE}/references/add", files.reference_add, name="case_reference_add"),
    path(f"{CASE}/sharing", sharing.sharing, name="case_sharing"),
    path(f"{CASE}/sharing/add", sharing.add, name="case_share"),
    path(f"{CASE}/sharing/<uuid:agency>/end", sharing.end, name="case_share_end"),
    path(f"{CASE}/reviews", reviews.reviews, name="case_reviews"),
    path(f"{CASE}/standards", standards.standards, name="case_standards"),
    # The two lists are no ids: each has an address of its own.
    *(
        path(f"{CASE}/standards/{which}", standards.answer, {"standard": which}, name="case_standard")
        for which in LISTS
    ),
    path(f"{CASE}/thrive", thrive.carry, name="case_thrive"),
    path(f"{CASE}/readers", sharing.readers, name="case_readers"),
    path(f"{CASE}/approach", decisions.approach, name="case_approach"),
    path(f"{CASE}/close", decisions.close, name="case_close"),
    path(f"{CASE}/reopen", decisions.open_again, name="case_reopen"),
]
