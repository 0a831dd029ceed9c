"""Addresses: French, readable, and they do not change."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from portal import media

handler404 = "portal.errors.not_found"
handler403 = "portal.errors.forbidden"

urlpatterns = [
    path("", include("portal.desks.urls")),
    path("", include("accounts.urls")),
    path("", include("marketplace.urls")),
    path("", include("search.urls")),
    path("", include("home.urls")),
    path("fichiers/<path:path>", media.serve, name="media"),
    path("plateforme/", admin.site.urls),
    path("cms/", include("home.tenancy.urls")),
    path("cms/", include("search.pinned.urls")),
    path("cms/", include(wagtailadmin_urls)),
]

if settings.DEBUG:
    urlpatterns += [path("", include("portal.development.urls"))]

urlpatterns += [path("", include(wagtail_urls))]
