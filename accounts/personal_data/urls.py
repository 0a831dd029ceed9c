from django.urls import path

from accounts.people.proof_views import prove_by_code
from accounts.personal_data import retention_views, views

urlpatterns = [
    path("mon-compte/mes-donnees/", views.my_data, name="my_data"),
    path("mon-compte/mes-donnees/export/", views.my_data_export, name="my_data_export"),
    path("mon-compte/effacer/", views.erase_account, name="erase_account"),
    path(
        "mon-compte/effacer/confirmer/", views.erase_account_confirm, name="erase_account_confirm"
    ),
    path("mon-compte/confirmer-par-code/", prove_by_code, name="prove_by_code"),
    path("compte-efface/", views.account_erased, name="account_erased"),
    path("coordination/conservation/", retention_views.retentions, name="retentions"),
    path("coordination/conservation/<str:ref>/", retention_views.retention, name="retention"),
    path(
        "coordination/conservation/<str:ref>/purge/",
        retention_views.purge_preview,
        name="purge_preview",
    ),
]
