from django.urls import path

from accounts.directory import views

urlpatterns = [
    path("annuaire/", views.directory, name="directory"),
    path("annuaire/organigramme/", views.chart, name="directory_chart"),
    path("annuaire/<slug:ref>/", views.person, name="directory_person"),
    path("mon-compte/annuaire/<slug:ref>/", views.choice, name="directory_choice"),
]
