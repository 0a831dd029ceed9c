from django.urls import path

from accounts.people import views

urlpatterns = [path("mon-compte/", views.my_account, name="my_account")]
