"""Addresses of these pages: one's own account under account/, administration under agency/ and agencies/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from sentinel.accounts.views import absences, agencies, desks, typed, users

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("sentinel.accounts.sign_in.urls")),
    path("typed", typed.typed_again, name="typed_again"),
    path("agency/", agencies.own, name="agency_own"),
    path("agency/users", users.users, name="agency_users"),
    path("agency/users/invite", users.invite, name="agency_invite"),
    path("agency/users/<uuid:user>/", users.user, name="agency_user"),
    path("agency/users/<uuid:user>/roles", users.roles, name="agency_user_roles"),
    path("agency/users/<uuid:user>/details", users.details, name="agency_user_details"),
    path("agency/users/<uuid:user>/reset", users.reset, name="agency_user_reset"),
    path("agency/users/<uuid:user>/suspend", users.suspend, name="agency_user_suspend"),
    path("agency/users/<uuid:user>/restore", users.restore, name="agency_user_restore"),
    path("agency/users/<uuid:user>/away", absences.of_user, name="agency_user_absence"),
    path("work/away", absences.own, name="my_absence"),
    path("work/away/<uuid:absence>/end", absences.end, name="absence_end"),
    path("agency/teams/new", agencies.new_team, name="agency_team_new"),
    path("agency/teams/<uuid:team>", agencies.team, name="agency_team"),
    path("agencies/", agencies.every, name="agency_list"),
    path("agencies/new", agencies.new_agency, name="agency_new"),
    path("agencies/desk", desks.partnership, name="partnership_desk"),
    path("agencies/<slug:code>/hours", desks.hours, name="agency_hours"),
    path("agencies/<slug:code>/duty", desks.duty, name="agency_duty"),
    path("agencies/<slug:code>/high-risk-duties", desks.high_risk_duties, name="agency_high_risk_duties"),
    path("agencies/<slug:code>/", agencies.agency, name="agency_page"),
    path("agencies/<slug:code>/name", agencies.rename, name="agency_rename"),
    path("agencies/<slug:code>/areas", agencies.areas, name="agency_areas"),
    path("agencies/<slug:code>/desk", agencies.desk, name="agency_desk"),
    path("agencies/<slug:code>/merge", agencies.merge, name="agency_merge"),
    path("agencies/<slug:code>/administrator", agencies.invite_administrator, name="agency_administrator"),
]
