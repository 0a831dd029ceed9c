"""The project's addresses and the style guide, which otherwise exists in DEBUG only."""

from django.urls import path

from portal.styleguide import styleguide
from portal.urls import handler403, handler404
from portal.urls import urlpatterns as project_urls

urlpatterns = [path("_style/", styleguide), *project_urls]

__all__ = ["handler403", "handler404", "urlpatterns"]
