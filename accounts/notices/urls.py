from django.urls import path

from accounts.notices import views

urlpatterns = [
    path("mon-compte/nouvelles/", views.my_notices, name="my_notices"),
    path("mon-compte/nouvelles/lues/", views.read_all, name="notices_read"),
    path("mon-compte/nouvelles/<slug:ref>/", views.open_notice, name="notice_open"),
    path("courriels/arreter/<str:token>/", views.stop, name="notices_stop"),
]
