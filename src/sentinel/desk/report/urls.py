"""Addresses of reports. A reference may stand in an address; what was typed never does."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.desk.find import views as find
from sentinel.desk.report.views import decide, one, same, take

urlpatterns: list[URLPattern] = [
    path("reports/", one.report_list, name="report_list"),
    path("reports/take", take.take, name="take_report"),
    path("reports/take/known", take.known, name="take_report_known"),
    path("reports/take/near", take.near, name="take_report_near"),
    path("reports/take/streets", take.streets, name="take_report_streets"),
    path("reports/take/draft", take.draft, name="take_report_draft"),
    path("reports/drafts/throw-away-looks", take.throw_looks_away, name="throw_looks_away"),
    path("reports/drafts/<uuid:draft_id>/throw-away", take.throw_away, name="throw_draft_away"),
    path("reports/<str:reference>", one.report, name="report"),
    path("reports/<str:reference>/victor-e", decide.victor_e, name="report_victor_e"),
    path("reports/<str:reference>/not-open", decide.not_open, name="report_not_open"),
    path("reports/<str:reference>/open-case", decide.open_case, name="report_open_case"),
    path("reports/<str:reference>/join-case", decide.join, name="report_join_case"),
    path("reports/<str:reference>/signpost", decide.signpost_caller, name="report_signpost"),
    path(
        "reports/<str:reference>/signposts/<uuid:signpost_id>", decide.acknowledge, name="report_acknowledge"
    ),
    path("reports/<str:reference>/end", decide.end, name="report_end"),
    path("reports/<str:reference>/same", same.same, name="report_same"),
    path("reports/<str:reference>/pick-up", decide.take_over, name="report_pick_up"),
    path("reports/<str:reference>/hand-on", decide.pass_on, name="report_hand_on"),
    path("find", find.people_and_places, name="people_and_places"),
]
