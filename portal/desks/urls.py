from django.urls import path

from portal.desks import views

urlpatterns = [
    path("coordination/", views.coordination, name="coordination"),
    path("mon-equipe/", views.my_team, name="my_team"),
]
