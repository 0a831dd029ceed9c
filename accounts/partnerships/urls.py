from django.urls import path

from accounts.partnerships import views

urlpatterns = [
    path("coordination/partenariats/", views.partnerships, name="partnerships"),
    path(
        "coordination/partenariats/<slug:ref>/",
        views.answer_partnership,
        name="partnership_answer",
    ),
]
