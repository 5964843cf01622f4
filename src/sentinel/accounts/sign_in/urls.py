"""The pages of django-allauth that are wanted, one by one: what is not named here cannot be reached.

Signing up, changing addresses, sign-in by code and trusted browsers have no address.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from django.urls import path, re_path

from sentinel.accounts.sign_in import agency, views

urlpatterns = [
    path("", views.home, name="account_home"),
    path("keep", views.keep, name="session_keep"),
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-0-9A-Za-z]{1,100})/$",
        views.PasswordByLinkView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("second-step/", mfa.index, name="mfa_index"),
    path("second-step/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("second-step/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-step/app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-step/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-step/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-step/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-step/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("second-step/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("second-step/keys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("second-step/keys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "second-step/keys/reauthenticate/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("second-step/keys/<int:pk>/name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("second-step/keys/<int:pk>/remove/", views.RemoveKeyView.as_view(), name="mfa_remove_webauthn"),
    path("sessions/", views.SessionsView.as_view(), name="usersessions_list"),
    path("agency/", views.ConnectionsView.as_view(), name="socialaccount_connections"),
    path("agency/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("agency/error/", social.login_error, name="socialaccount_login_error"),
    path("oidc/<slug:provider_id>/login/", agency.begin, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", agency.come_back, name="openid_connect_callback"),
]
