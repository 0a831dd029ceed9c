from django.urls import path

from accounts.invitations import accept_views, views

urlpatterns = [
    path("invitation/", accept_views.type_code, name="invitation_code"),
    path("invitation/<slug:ref>/", accept_views.accept, name="invitation_accept"),
    path("coordination/invitations/", views.invitations, name="invitations"),
    path("coordination/invitations/imprimer/", views.print_invitations, name="invitations_print"),
    path(
        "coordination/invitations/<slug:ref>/retirer/", views.withdraw, name="invitation_withdraw"
    ),
    path(
        "coordination/invitations/<slug:ref>/renvoyer/",
        views.send_again,
        name="invitation_send_again",
    ),
    path(
        "coordination/invitations/<slug:ref>/remplacer/", views.replace, name="invitation_replace"
    ),
]
