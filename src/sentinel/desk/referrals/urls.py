"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.desk.referrals import deciding, receiving, views

urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/referrals", views.of_case, name="case_referrals"),
    path("cases/<str:reference>/referrals/new", views.new, name="referral_new"),
    path("cases/<str:reference>/referrals/<uuid:referral>", views.one, name="case_referral"),
    path("cases/<str:reference>/referrals/<uuid:referral>/about", deciding.about, name="referral_about"),
    path("cases/<str:reference>/referrals/<uuid:referral>/age", deciding.age, name="referral_age"),
    path("cases/<str:reference>/referrals/<uuid:referral>/decide", deciding.decide, name="referral_decide"),
    path(
        "cases/<str:reference>/referrals/<uuid:referral>/not-sent",
        deciding.not_sent,
        name="referral_not_sent",
    ),
    path("cases/<str:reference>/referrals/<uuid:referral>/settle", deciding.settle, name="referral_settle"),
    path(
        "cases/<str:reference>/referrals/<uuid:referral>/withdraw",
        deciding.withdraw,
        name="referral_withdraw",
    ),
    path("referrals/", receiving.received_here, name="referrals"),
    path("referrals/<uuid:sent>", receiving.one, name="referral_received"),
]
