from django.urls import path

from accounts.registration import views

urlpatterns = [
    path("inscription/", views.register, name="register_association"),
    # allauth asks for an address by this name.
    path("inscription/", views.register, name="account_signup"),
]
