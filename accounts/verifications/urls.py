from django.urls import path

from accounts.verifications import views

urlpatterns = [
    path("coordination/verifications/<slug:ref>/", views.verification, name="verification"),
    path(
        "coordination/verifications/<slug:ref>/fin/",
        views.end_verification,
        name="verification_end",
    ),
    path("mon-association/", views.my_associations, name="my_associations"),
    path("mon-association/<slug:ref>/", views.my_association, name="my_association"),
    path("mon-association/<slug:ref>/demander/", views.ask_verification, name="verification_ask"),
]
