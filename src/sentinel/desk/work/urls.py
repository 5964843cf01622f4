"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from sentinel.desk.work import team_views, views

urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("work/team", team_views.team_work, name="team_work"),
    path("work/hand-over", team_views.hand_over, name="hand_over_mine"),
    path("work/reassign", team_views.reassign_many, name="reassign_many"),
]
