from django.urls import path

from accounts.departments import views

urlpatterns = [
    path("coordination/services/", views.departments, name="departments"),
    path("coordination/services/<slug:ref>/", views.department, name="department"),
]
