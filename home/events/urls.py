from django.urls import path

from home.events import views

urlpatterns = [
    path("agenda.ics", views.feed, name="agenda_feed"),
    path("evenements/<slug:ref>/", views.event, name="event"),
    path("evenements/<slug:ref>/agenda.ics", views.event_file, name="event_file"),
    path("evenements/<slug:ref>/inscription/", views.sign_up_here, name="event_sign_up"),
    path("evenements/<slug:ref>/desistement/", views.give_up_here, name="event_give_up"),
]
