"""Addresses of `/cms/` for pinned pages; `home/tenancy/opened.py` says whose they are."""

from django.urls import path

from search.pinned import views

urlpatterns = [
    path("pages-choisies/", views.pins, name="desk_pins"),
    path("pages-choisies/<int:pin_id>/", views.pin, name="desk_pin"),
]
