from django.urls import path

from search import views
from search.saved import views as saved
from search.synonyms import views as synonym_views
from search.unmet import views as unmet

urlpatterns = [
    path("marche/", views.catalogue, name="catalogue"),
    path("recherche/", views.search, name="search"),
    path("recherche/completer/", views.completions, name="search_completions"),
    path("coordination/synonymes/", synonym_views.synonyms, name="synonyms"),
    path("coordination/synonymes/<int:pk>/", synonym_views.synonym, name="synonym"),
    path("mes-recherches/", saved.my_searches, name="my_searches"),
    path("mes-recherches/garder/", saved.keep, name="search_keep"),
    path("mes-recherches/<slug:ref>/", saved.open_search, name="saved_search"),
    path("mes-recherches/<slug:ref>/modifier/", saved.change, name="saved_search_change"),
    path("mes-recherches/<slug:ref>/supprimer/", saved.delete, name="saved_search_delete"),
    path("coordination/recherches-sans-reponse/", unmet.unmet, name="unmet"),
    path("courriels/arreter-alerte/<str:token>/", saved.stop, name="alert_stop"),
]
