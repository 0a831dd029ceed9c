"""allauth's views at our French addresses, under allauth's names."""

from allauth.account import views
from django.urls import path, re_path

from accounts.openid.views import sign_out
from accounts.people.proof_views import prove_by_password
from accounts.people.sign_in_views import admin_sign_in

urlpatterns = [
    path("connexion/", views.login, name="account_login"),
    path("connexion/code/", views.request_login_code, name="account_request_login_code"),
    path("connexion/code/saisir/", views.confirm_login_code, name="account_confirm_login_code"),
    path(
        "connexion/adresse/", views.email_verification_sent, name="account_email_verification_sent"
    ),
    path("connexion/ferme/", views.account_inactive, name="account_inactive"),
    path("connexion/confirmer/", prove_by_password, name="account_reauthenticate"),
    path("deconnexion/", sign_out, name="account_logout"),
    path("mot-de-passe/", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/envoye/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/choisi/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^mot-de-passe/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mon-compte/adresse/", views.email, name="account_email"),
    path("mon-compte/mot-de-passe/", views.password_change, name="account_change_password"),
    path("mon-compte/mot-de-passe/choisir/", views.password_set, name="account_set_password"),
    # The two admins have no door of their own.
    path("plateforme/login/", admin_sign_in),
    path("cms/login/", admin_sign_in),
]
