from django.urls import path

from search import views
from search.synonyms import views as synonym_views

urlpatterns = [
    path("marche/", views.catalogue, name="catalogue"),
    path("recherche/", views.search, name="search"),
    path("coordination/synonymes/", synonym_views.synonyms, name="synonyms"),
    path("coordination/synonymes/<int:pk>/", synonym_views.synonym, name="synonym"),
]
