"""The style guide alone, which otherwise exists in DEBUG only."""

from django.urls import path

from portal.styleguide import styleguide

urlpatterns = [path("_style/", styleguide)]
