"""Pages for those who build or try the product; portal.urls has them with DEBUG only."""

from django.urls import path

from portal.development import views
from portal.styleguide import styleguide

urlpatterns = [
    path("_style/", styleguide, name="styleguide"),
    path("_courriels/", views.emails, name="development_emails"),
    path("_courriels/<str:file_name>/<int:rank>/", views.email, name="development_email"),
    path(
        "_courriels/<str:file_name>/<int:rank>/html/",
        views.email_html,
        name="development_email_html",
    ),
]
