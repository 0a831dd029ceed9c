from django.urls import path

from home.launch import views

urlpatterns = [
    path("coordination/lancement/", views.launch, name="launch"),
    path("coordination/lancement/cocher/", views.tick, name="launch_tick"),
    path("coordination/lancement/vagues/", views.launch_waves, name="launch_waves"),
    path("coordination/lancement/vagues/<slug:ref>/feuilles/", views.sheets, name="launch_sheets"),
    path("coordination/lancement/affiches/", views.launch_posters, name="launch_posters"),
    path("coordination/lancement/affiches/<slug:key>/", views.launch_poster, name="launch_poster"),
    path("coordination/lancement/lettre/", views.launch_letter, name="launch_letter"),
    path("coordination/lancement/pages/", views.launch_pages, name="launch_pages"),
]
