"""Every address that Sentinel answers. Each room names its own."""

from __future__ import annotations

from django.urls import include, path

handler400 = "sentinel.web.errors.bad_request"
handler403 = "sentinel.web.errors.forbidden"
handler404 = "sentinel.web.errors.not_found"
handler500 = "sentinel.web.errors.failed"

urlpatterns = [
    path("", include("sentinel.foundation.urls")),
    path("", include("sentinel.desk.work.urls")),
    path("", include("sentinel.desk.report.urls")),
    path("", include("sentinel.desk.case.urls")),
    path("", include("sentinel.desk.assess.urls")),
    path("", include("sentinel.desk.high_risk.urls")),
    path("", include("sentinel.desk.referrals.urls")),
    path("", include("sentinel.desk.access_requests.urls")),
    path("", include("sentinel.desk.help.urls")),
    path("", include("sentinel.desk.printed")),
    path("", include("sentinel.desk.system.urls")),
    path("", include("sentinel.governance.urls")),
    path("", include("sentinel.insight.urls")),
    path("", include("sentinel.reminders.urls")),
    path("", include("sentinel.matching.urls")),
    path("", include("sentinel.matching.steward.urls")),
    path("", include("sentinel.matching.batch.urls")),
    path("", include("sentinel.people.urls")),
    path("", include("sentinel.desk.place.urls")),
    path("", include("sentinel.access.urls")),
    path("", include("sentinel.audit.urls")),
    path("", include("sentinel.interfaces.command_control.urls")),
    path("", include("sentinel.accounts.urls")),
]
