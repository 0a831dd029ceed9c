"""Addresses of `/cms/` that we answer ourselves; they come before Wagtail's."""

from django.urls import path

from home.audience.views import audience
from home.calls import desk_views as calls
from home.desk import writing
from home.events import desk_views
from home.feedback import desk_views as feedback
from home.tenancy import views
from home.upkeep import views as upkeep

urlpatterns = [
    path("ecrire/<slug:kind>/", writing.write, name="desk_write"),
    path("relire/<int:page_id>/", upkeep.reviewed, name="desk_reviewed"),
    path("appels/", calls.calls, name="desk_calls"),
    path("appels/<int:page_id>/", calls.answers, name="desk_call"),
    path(
        "appels/<int:page_id>/reponses.<slug:file_format>",
        calls.answers_export,
        name="desk_call_export",
    ),
    path("appels/<int:page_id>/<slug:answer_ref>/", calls.answer, name="desk_answer"),
    path(
        "appels/<int:page_id>/<slug:answer_ref>/supprimer/",
        calls.answer_delete,
        name="desk_answer_delete",
    ),
    path("pages/<int:page_id>/public/", audience, name="desk_audience"),
    path("jsi18n/", views.words, name="desk_words"),
    path("avis/", feedback.feedback, name="desk_feedback"),
    path("avis/traiter/", feedback.settle, name="desk_feedback_settle"),
    path("account/", views.account, name="desk_account"),
    path("login/", views.login, name="desk_login"),
    path("logout/", views.leave, name="desk_logout"),
    path("tag-autocomplete/", views.tags, name="desk_tags"),
    path("tag-autocomplete/<slug:app_name>/<slug:model_name>/", views.tags, name="desk_tags"),
    path("choose-external-link/", views.external_link, name="desk_external_link"),
    path("choose-page/", views.choose_page, name="desk_choose_page"),
    path("choose-page/<int:parent_page_id>/", views.choose_page, name="desk_choose_page_child"),
    path(
        "evenements/<int:page_id>/inscriptions/",
        desk_views.event_participants,
        name="desk_event_participants",
    ),
    path(
        "evenements/<int:page_id>/inscriptions/emargement/",
        desk_views.event_sheet,
        name="desk_event_sheet",
    ),
    path(
        "evenements/<int:page_id>/inscriptions/tableau.csv",
        desk_views.event_csv,
        name="desk_event_csv",
    ),
]
