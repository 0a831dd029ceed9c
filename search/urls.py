from django.urls import path

from search import views

urlpatterns = [
    path("marche/", views.catalogue, name="catalogue"),
    path("recherche/", views.search, name="search"),
]
