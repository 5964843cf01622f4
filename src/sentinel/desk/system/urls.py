"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.desk.system import views

urlpatterns: list[URLPattern] = [
    path("system/", views.system, name="system"),
    path("system/failed", views.jobs, name="failed_jobs"),
    path("system/failed/<uuid:job>/again", views.retry_job, name="failed_job_again"),
    path("system/failed/<uuid:job>/settle", views.settle_job, name="failed_job_settle"),
    path("system/outbox", views.outgoing, name="outbox"),
    path("system/outbox/<uuid:message>", views.read_message, name="outbox_message"),
    path("system/outbox/<uuid:message>/again", views.retry_message, name="outbox_again"),
]
