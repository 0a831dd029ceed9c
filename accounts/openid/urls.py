from django.urls import path

from accounts.openid import views

urlpatterns = [
    path("connexion/openid/", views.begin, name="openid_begin"),
    path("connexion/openid/arrivee/", views.arrive, name="openid_arrive"),
    path("connexion/openid/sortie/", views.signed_out, name="openid_signed_out"),
    path("connexion/openid/refus/<slug:code>/", views.refused, name="openid_refused"),
    path("connexion/openid/<slug:ref>/", views.leave, name="openid_leave"),
    path("connexion/openid/<slug:ref>/retour/", views.callback, name="openid_callback"),
]
