from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = "Entraide"

    def ready(self) -> None:
        # Models must be loaded first.
        from django.db.models.signals import post_delete

        from accounts.media import register_guard
        from accounts.todos.registry import COORDINATION, MINE, TEAM, register
        from marketplace.exchanges import timeline, todos, todos_of_steps
        from marketplace.exchanges.attaching import personal_data as attachments
        from marketplace.exchanges.attaching.rules import attachment_guard
        from marketplace.exchanges.closing import personal_data as closing
        from marketplace.exchanges.consents import personal_data as consents
        from marketplace.exchanges.consents import steps as consent_steps
        from marketplace.exchanges.consents import todos as consents_asked
        from marketplace.exchanges.handover import personal_data as handover
        from marketplace.exchanges.handover import presentation as handover_words
        from marketplace.exchanges.handover.files import forget_file, hand_over_guard
        from marketplace.exchanges.insurance import personal_data as certificates
        from marketplace.exchanges.insurance.guard import insurance_guard
        from marketplace.exchanges.interrupting import personal_data as interruptions
        from marketplace.exchanges.interrupting import timeline as stopping
        from marketplace.exchanges.interrupting.afterwards import tell_what_is_left
        from marketplace.exchanges.mediation import personal_data as mediations
        from marketplace.exchanges.mediation import todos as mediating
        from marketplace.exchanges.mediation.presentation import steps as mediation_steps
        from marketplace.exchanges.receivers import (
            end_what_waits,
            end_what_was_asked,
            give_them_their_place,
            offer_places,
            offer_what_is_free,
        )
        from marketplace.favourites import personal_data as favourites
        from marketplace.feeds import personal_data as feeds
        from marketplace.files import decision_guard, photo_guard
        from marketplace.importing import personal_data as things_files
        from marketplace.personal_data import exports, kinds
        from marketplace.recognition import personal_data as recognition
        from marketplace.recognition import todos as thanks
        from marketplace.reports import personal_data as reports
        from marketplace.reports import todos as reported
        from marketplace.reports.rules import settle_withdrawn
        from marketplace.signals import (
            calendar_freed,
            calendar_given,
            exchange_stopped,
            listing_archived,
            listing_withdrawn,
            places_added,
        )

        listing_archived.connect(end_what_waits, dispatch_uid="waiting_of_archived")
        listing_withdrawn.connect(end_what_was_asked, dispatch_uid="exchanges_of_withdrawn")
        listing_withdrawn.connect(settle_withdrawn, dispatch_uid="reports_of_withdrawn")
        calendar_given.connect(give_them_their_place, dispatch_uid="exchanges_of_new_calendar")
        calendar_freed.connect(offer_what_is_free, dispatch_uid="offers_of_freed_calendar")
        places_added.connect(offer_places, dispatch_uid="offers_of_added_places")
        exchange_stopped.connect(tell_what_is_left, dispatch_uid="what_a_stop_leaves_to_do")
        register_guard("photos", photo_guard)
        register_guard("photo_renditions", photo_guard)
        register_guard("insurance", insurance_guard)
        register_guard("decisions", decision_guard)
        register_guard("messages", attachment_guard)
        register_guard("remises", hand_over_guard)
        post_delete.connect(
            forget_file,
            sender="marketplace.HandOverPhoto",
            dispatch_uid="files_of_hand_overs",
        )
        timeline.add(handover_words.entries)
        timeline.say_now(handover_words.now_words)
        register(todos.mine, MINE)
        register(todos.coordination, COORDINATION)
        register(reported.coordination, COORDINATION)
        register(thanks.coordination, COORDINATION)
        register(todos_of_steps.mine, MINE, TEAM)
        timeline.add(consent_steps.happened)
        timeline.say_now(consent_steps.now)
        register(consents_asked.coordination, COORDINATION)
        handover.register()
        kinds.register()
        exports.register()
        closing.register()
        favourites.register()
        consents.register()
        feeds.register()
        reports.register()
        recognition.register()
        attachments.register()
        certificates.register()
        things_files.register()
        interruptions.register()
        mediations.register()
        register(mediating.coordination, COORDINATION)
        timeline.add(mediation_steps)
        timeline.add(stopping.announced)
        timeline.add(stopping.left)
        timeline.say_now(stopping.now)
