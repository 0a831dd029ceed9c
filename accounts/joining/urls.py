from django.urls import path

from accounts.joining import views

urlpatterns = [
    path("rejoindre/<slug:ref>/", views.join, name="join_association"),
    path("demandes-pour-rejoindre/<slug:ref>/", views.join_request, name="join_request"),
]
