from django.urls import path

from accounts.importing import views

BASE = "coordination/personnes/importer/"
urlpatterns = [
    path(BASE, views.people_import, name="people_import"),
    path(f"{BASE}modele.csv", views.people_import_template, name="people_import_template"),
    path(f"{BASE}<slug:ref>/", views.people_import_file, name="people_import_file"),
    path(f"{BASE}<slug:ref>/departs/", views.people_import_ends, name="people_import_ends"),
]
