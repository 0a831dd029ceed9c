"""Addresses of people and organisations."""

from django.urls import include, path

from accounts.places.views import places

urlpatterns = [
    path("", include("accounts.openid.urls")),
    path("", include("accounts.people.sign_in_urls")),
    path("", include("accounts.people.urls")),
    path("", include("accounts.invitations.urls")),
    path("", include("accounts.registration.urls")),
    path("", include("accounts.joining.urls")),
    path("", include("accounts.verifications.urls")),
    path("", include("accounts.partnerships.urls")),
    path("", include("accounts.directory.urls")),
    path("", include("accounts.importing.urls")),
    path("", include("accounts.members.urls")),
    path("", include("accounts.departments.urls")),
    path("", include("accounts.notices.urls")),
    path("", include("accounts.personal_data.urls")),
    path("lieux/", places, name="places"),
]
