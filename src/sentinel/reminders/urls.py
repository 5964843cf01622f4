"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.reminders import views

urlpatterns: list[URLPattern] = [
    path("work/reminders", views.mine, name="my_reminders"),
    path("system/reminders", views.rules, name="reminder_rules"),
    path("system/reminders/new", views.new, name="reminder_new"),
    path("system/reminders/<str:rule>", views.rule, name="reminder_rule"),
    path("system/reminders/<str:rule>/draft", views.draft, name="reminder_draft"),
    path("system/reminders/<str:rule>/discard", views.discard, name="reminder_discard"),
    path("system/reminders/<str:rule>/try", views.try_out, name="reminder_try"),
    path("system/reminders/<str:rule>/release", views.release, name="reminder_release"),
]
