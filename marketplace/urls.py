"""French addresses, which do not change. The list at /marche/ belongs to the search room."""

from django.urls import path, register_converter

from marketplace import views
from marketplace.booking import views as calendars
from marketplace.catalogue import (
    entering_views,
    mine,
    posters,
    renewing,
    reviewing,
    slot_views,
    writing,
)
from marketplace.catalogue.charters import views as charters
from marketplace.catalogue.protection import views as protection
from marketplace.exchanges import asking_views as asking
from marketplace.exchanges import views as exchanges
from marketplace.exchanges.answers import views as answers
from marketplace.exchanges.closing import views as closing
from marketplace.exchanges.coming import views as coming
from marketplace.exchanges.consents import views as consents
from marketplace.exchanges.handover import views as handover
from marketplace.exchanges.insurance import views as insurance
from marketplace.exchanges.interrupting import views as interrupting
from marketplace.exchanges.mediation import views as mediation
from marketplace.exchanges.recording import views as recording
from marketplace.exchanges.series import views as series
from marketplace.favourites import views as favourites
from marketplace.feeds import views as feeds
from marketplace.importing import views as importing
from marketplace.insight import exports, figure_views, letter_views
from marketplace.insight import views as insight
from marketplace.recognition import attestation_views as attestations
from marketplace.recognition import views as recognition
from marketplace.reports import views as reports
from marketplace.sheets import views as sheets


class FolderConverter:
    regex = "offres|besoins"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FolderConverter, "folder")

urlpatterns = [
    path("marche/publier/", writing.create, name="listing_create"),
    path("marche/publier/etiquettes/", writing.tags, name="listing_tags"),
    path("marche/publier/<slug:ref>/etape-<int:step>/", writing.step, name="listing_step"),
    path("marche/publier/<slug:ref>/photos/", writing.add_photo, name="photo_add"),
    path(
        "marche/publier/<slug:ref>/photos/<slug:photo>/recadrer/",
        writing.focus_photo,
        name="photo_focus",
    ),
    path(
        "marche/publier/<slug:ref>/photos/<slug:photo>/enlever/",
        writing.remove_photo,
        name="photo_remove",
    ),
    path("marche/<folder:folder>/<slug:ref>/", views.listing_page, name="listing"),
    path("marche/<folder:folder>/<slug:ref>/demander/", asking.ask, name="exchange_ask"),
    path(
        "marche/<folder:folder>/<slug:ref>/demander/plusieurs/",
        series.ask,
        name="series_ask",
    ),
    path("marche/<folder:folder>/<slug:ref>/garder/", favourites.keep, name="listing_keep"),
    path("marche/<folder:folder>/<slug:ref>/affiche/", posters.poster, name="listing_poster"),
    path("mes-annonces/<slug:ref>/etiquettes/", posters.labels, name="listing_labels"),
    path("marche/<folder:folder>/<slug:ref>/signaler/", reports.report, name="listing_report"),
    path("marche/<folder:folder>/<slug:ref>/charte/", charters.read, name="listing_charter"),
    path("coordination/chartes/", charters.charters, name="desk_charters"),
    path("coordination/chartes/<slug:ref>/", charters.charter, name="desk_charter"),
    path("coordination/protection/", protection.protection, name="desk_protection"),
    path("mes-annonces/favoris/", favourites.my_favourites, name="my_favourites"),
    path("coordination/signalements/<slug:ref>/", reports.settle, name="report_settle"),
    path("mes-annonces/", mine.my_listings, name="my_listings"),
    path("mes-annonces/<slug:ref>/calendrier/", calendars.calendar, name="listing_calendar"),
    path(
        "mes-annonces/<slug:ref>/calendrier/partager/",
        calendars.share,
        name="listing_calendar_share",
    ),
    path(
        "mes-annonces/<slug:ref>/calendrier/separer/", calendars.part, name="listing_calendar_part"
    ),
    path("mes-annonces/<slug:ref>/dates/", calendars.dates, name="listing_calendar_dates"),
    path(
        "mes-annonces/<slug:ref>/dates/fermetures/<slug:closure>/rouvrir/",
        calendars.open_again,
        name="listing_closure_remove",
    ),
    path(
        "mes-annonces/<slug:ref>/dates/<slug:kept>/liberer/",
        calendars.give_back,
        name="listing_kept_release",
    ),
    path("mes-annonces/<slug:ref>/prolonger/", renewing.renew, name="listing_renew"),
    path("mes-annonces/<slug:ref>/creneaux/", slot_views.slots, name="listing_slots"),
    path("mes-annonces/<slug:ref>/creneaux/<slug:slot>/", slot_views.change, name="listing_slot"),
    path("mes-annonces/<slug:ref>/qui-vient/", coming.who_comes, name="who_comes"),
    path(
        "mes-annonces/<slug:ref>/m-en-occuper/", entering_views.take_back, name="listing_take_back"
    ),
    path("mes-annonces/<slug:ref>/fiche/", sheets.of_listing, name="listing_sheet"),
    path("mes-annonces/<slug:ref>/<slug:name>/", mine.action, name="listing_action"),
    path("marche/besoins/<slug:ref>/avec-une-offre/", answers.answer, name="need_answer"),
    path("marche/besoins/<slug:ref>/nouvelle-offre/", answers.begin, name="need_offer"),
    path("marche/besoins/<slug:ref>/pour-quelqu-un/", coming.say_for, name="coming_say_for"),
    path("coordination/annonces/saisir/", entering_views.enter, name="listing_enter"),
    path("marche/besoins/<slug:ref>/je-viens/", coming.come, name="listing_come"),
    path("mes-echanges/<slug:ref>/place/", coming.take, name="coming_take"),
    path("mes-echanges/<slug:ref>/empechement/", coming.no_longer, name="coming_no_longer"),
    path("agenda/<str:token>.ics", feeds.feed, name="calendar_feed"),
    path("mon-compte/agendas/", feeds.my_feeds, name="my_feeds"),
    path("mon-compte/agendas/creer/", feeds.create, name="feed_create"),
    path("mon-compte/agendas/<slug:ref>/renouveler/", feeds.renew, name="feed_renew"),
    path("mon-compte/agendas/<slug:ref>/supprimer/", feeds.revoke, name="feed_revoke"),
    path("mes-echanges/", exchanges.my_exchanges, name="my_exchanges"),
    path("mes-echanges/attestation/", attestations.mine, name="my_attestation"),
    path("mes-echanges/merci/", recognition.my_thanks, name="my_thanks"),
    path("mes-echanges/merci/<slug:ref>/", recognition.change, name="thanks_change"),
    path("mes-echanges/merci/<slug:ref>/signaler/", recognition.report, name="thanks_report"),
    path("mes-echanges/assurance/", insurance.certificates, name="insurance"),
    path(
        "mes-echanges/assurance/<slug:certificate>/enlever/",
        insurance.remove,
        name="insurance_remove",
    ),
    path("mes-echanges/series/<slug:ref>/", series.series, name="series"),
    path("mes-echanges/series/<slug:ref>/reponse/", series.answer, name="series_answer"),
    path("mes-echanges/series/<slug:ref>/annuler/", series.cancel, name="series_cancel"),
    path("mes-echanges/<slug:ref>/", exchanges.exchange, name="exchange"),
    path("mes-echanges/<slug:ref>/fiche/", sheets.of_exchange, name="exchange_sheet"),
    path("mes-echanges/<slug:ref>/message/", exchanges.write, name="exchange_write"),
    path("mes-echanges/<slug:ref>/accord/", exchanges.accept, name="exchange_accept"),
    path("mes-echanges/<slug:ref>/prendre/", exchanges.take_offer, name="exchange_take_offer"),
    path("mes-echanges/<slug:ref>/decliner/", exchanges.decline, name="exchange_decline"),
    path("mes-echanges/<slug:ref>/annuler/", exchanges.cancel, name="exchange_cancel"),
    path("mes-echanges/<slug:ref>/arreter/", interrupting.stop, name="exchange_stop"),
    path(
        "mes-echanges/<slug:ref>/arreter/reprendre/",
        interrupting.take_back,
        name="exchange_stop_take_back",
    ),
    path("mes-echanges/<slug:ref>/ne-plus-venir/", interrupting.leave, name="exchange_leave"),
    path("mes-echanges/<slug:ref>/mediation/", mediation.ask, name="mediation_ask"),
    path("mes-echanges/<slug:ref>/mediation/mots/", mediation.speak, name="mediation_speak"),
    path("coordination/mediations/<slug:ref>/", mediation.desk, name="mediation"),
    path("mes-echanges/<slug:ref>/decision/", exchanges.add_decision, name="exchange_decision"),
    path("mes-echanges/<slug:ref>/releve/", recording.record, name="exchange_record"),
    path(
        "mes-echanges/<slug:ref>/releve/confirmer/",
        recording.confirm,
        name="exchange_record_confirm",
    ),
    path("mes-echanges/<slug:ref>/retour/", closing.review, name="exchange_review"),
    path("mes-echanges/<slug:ref>/merci/", recognition.thank, name="exchange_thank"),
    path("mes-echanges/<slug:ref>/raconter/", recognition.tell_story, name="exchange_story"),
    path("coordination/mercis/<slug:ref>/", recognition.moderate, name="thanks_moderate"),
    path(
        "coordination/attestations/<slug:ref>/",
        attestations.of_member,
        name="member_attestation",
    ),
    path(
        "mes-echanges/<slug:ref>/dates/<slug:consent_ref>/",
        consents.take_dates,
        name="consent_take_dates",
    ),
    path("accord/<str:token>/", consents.link, name="consent_link"),
    path("mon-equipe/accords/<slug:ref>/", consents.consent, name="consent"),
    path("mon-equipe/accords/<slug:ref>/retirer/", consents.withdraw, name="consent_withdraw"),
    path("mon-equipe/accords/<slug:ref>/suivre/", consents.follow, name="consent_follow"),
    path("mon-equipe/accords/<slug:ref>/releve/", consents.cover, name="consent_cover"),
    path("coordination/accord-tacite/", consents.tacit, name="consent_tacit"),
    path("mes-echanges/incidents/<slug:ref>/", handover.incident, name="incident"),
    path("mes-echanges/exemplaires/<slug:ref>/", handover.unit, name="unit_hand_over"),
    path("mes-echanges/<slug:ref>/remise/", handover.hand_over, name="exchange_hand_over"),
    path(
        "mes-echanges/<slug:ref>/remise/reponse/",
        handover.answer,
        name="exchange_hand_over_answer",
    ),
    path(
        "mes-echanges/<slug:ref>/remise/pas-eu-lieu/",
        handover.not_taken,
        name="exchange_not_taken",
    ),
    path("mes-echanges/<slug:ref>/commencer/", handover.start, name="exchange_start"),
    path("coordination/materiel/importer/", importing.things_import, name="things_import"),
    path(
        "coordination/materiel/importer/modele.csv",
        importing.things_import_template,
        name="things_import_template",
    ),
    path(
        "coordination/materiel/importer/<slug:ref>/",
        importing.things_import_file,
        name="things_import_file",
    ),
    path(
        "coordination/tableaux/<slug:what>.<slug:file_format>", exports.export, name="desk_export"
    ),
    path("coordination/suivi/<slug:slug>/", insight.pile, name="desk_pile"),
    path("coordination/suivi/<slug:slug>/ensemble/", insight.together, name="desk_together"),
    path("coordination/chiffres/", figure_views.page, name="figures"),
    path(
        "coordination/chiffres/export.<slug:file_format>",
        figure_views.export,
        name="figures_export",
    ),
    path("coordination/lettre-du-lundi/", letter_views.choose, name="desk_letter"),
    path("coordination/repartition/", insight.entrust, name="desk_entrust"),
    path("coordination/annonces/<slug:ref>/", reviewing.review, name="listing_review"),
]
