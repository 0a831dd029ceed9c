"""What pages show of a listing, in people's words. No query when it comes from `for_page`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.models import Organisation
from accounts.words import of_name
from marketplace.catalogue import contacts, photos, places, terms_words
from marketplace.catalogue.models import Listing
from marketplace.choices import Access, ListingState, Nature, Scope, Transfer, WhoseTime
from marketplace.words import counted, day_words, period_words

NATURE_WORDS = {
    Nature.SKILL: "Compétence",
    Nature.EQUIPMENT: "Matériel",
    Nature.PREMISES: "Local",
    Nature.VEHICLE: "Véhicule",
    Nature.DESK: "Bureau volant",
    Nature.MISSION: "Coup de main",
}
NATURE_ICONS = {
    Nature.SKILL: "messages",
    Nature.EQUIPMENT: "package",
    Nature.PREMISES: "door",
    Nature.VEHICLE: "bike",
    Nature.DESK: "desk",
    Nature.MISSION: "heart-handshake",
}
TIME_WORDS = {
    WhoseTime.WORKING: "temps de travail",
    WhoseTime.OWN: "temps personnel, bénévole",
}
STATE_KINDS = {
    ListingState.PUBLISHED: "success",
    ListingState.SUBMITTED: "now",
    ListingState.RETURNED: "danger",
    ListingState.WITHDRAWN: "danger",
}
EVENT_WORDS = {
    ListingState.DRAFT: "brouillon commencé",
    ListingState.SUBMITTED: "envoyée à la relecture",
    ListingState.RETURNED: "renvoyée",
    ListingState.PUBLISHED: "mise en ligne",
    ListingState.PAUSED: "mise en pause",
    ListingState.ARCHIVED: "archivée",
    ListingState.WITHDRAWN: "retirée",
}
# What the one button says.
ASK_WORDS = {
    (Nature.EQUIPMENT, Transfer.LOAN): "Demander ce prêt",
    (Nature.VEHICLE, Transfer.LOAN): "Demander ce prêt",
    (Nature.EQUIPMENT, Transfer.GIFT): "Demander ce don",
    (Nature.PREMISES, Transfer.HOSTING): "Demander ce lieu",
    (Nature.PREMISES, Transfer.LOAN): "Demander ce lieu",
    (Nature.DESK, Transfer.HOSTING): "Demander ce bureau",
}


def icon_of(listing: Listing) -> str:
    return listing.category.icon if listing.category else NATURE_ICONS[Nature(listing.nature)]


def tone_of(listing: Listing) -> str:
    """Return the tone of the panel, always the same for the same listing."""
    return "second" if listing.pk % 2 else "accent"


def is_immersion(listing: Listing) -> bool:
    """Return whether someone is welcomed in a team for a while."""
    return listing.nature == Nature.MISSION and listing.transfer == Transfer.HOSTING


def meta(listing: Listing) -> str:
    """Return the line beside the tag: «Matériel · prêt · sur demande»."""
    words = ["Immersion" if is_immersion(listing) else NATURE_WORDS[Nature(listing.nature)]]
    terms = getattr(listing, "skill_terms", None)
    if listing.transfer == Transfer.TIME:
        if listing.is_offer and terms:
            words.append(TIME_WORDS[WhoseTime(terms.whose_time)])
    else:
        words.append(Transfer(listing.transfer).label)
    if listing.is_offer:
        # Without a calendar nothing is booked by itself: it is asked for like the others.
        asked = listing.access == Access.DIRECT and not listing.resource_id
        words.append(Access.ON_REQUEST.label if asked else Access(listing.access).label)
    return " · ".join(words)


def when(listing: Listing) -> str:
    """Return when it is free (or needed): the words given, and the period that they hold in."""
    period = period_words(listing.available_from, listing.available_until)
    if listing.availability and period:
        return f"{listing.availability} ({period})"
    return listing.availability or period


def place_name(listing: Listing) -> str:
    if listing.commune:
        return listing.commune.name
    return "À distance" if listing.remote else ""


def state_words(listing: Listing) -> str:
    if listing.is_published and listing.is_expired and listing.expires_at:
        return "terminée"
    return listing.get_state_display()


def row(listing: Listing, viewer: Any, home: places.Point | None = None) -> dict[str, Any]:
    """Return what `components/listing_row.html` draws for a listing fetched with `for_rows`."""
    return {
        "url": listing.get_absolute_url(),
        "direction": listing.direction,
        "direction_label": "Offre" if listing.is_offer else "Besoin",
        "meta": meta(listing),
        "title": listing.display_title,
        "summary": listing.summary,
        "photo": photos.first_photo(listing),
        "icon": icon_of(listing),
        "tone": tone_of(listing),
        "place": place_name(listing),
        "distance": places.distance_from(home, listing),
        "when": when(listing),
        "who": who(listing),
        "who_icon": "users" if listing.organisation.is_association else "building",
    }


def who(listing: Listing) -> str:
    """Return who offers or needs, never a person: «Service des fêtes, Les Trois-Vallées»."""
    if listing.is_of_persons and listing.is_offer and not listing.organisation.is_association:
        return f"{listing.organisation.short_name}, {contacts.BY_COORDINATION}"
    service = listing.department.name if listing.department else ""
    return ", ".join(part for part in (service, listing.organisation.short_name) if part)


def quantity_words(listing: Listing, capacity: int | None = None) -> str:
    """Return «2 exemplaires»; `capacity` is what its calendar counts, where it has one."""
    need = getattr(listing, "need_terms", None)
    if listing.transfer == Transfer.TIME or is_immersion(listing):
        if need and need.places > 1:
            return counted(need.places, "personne", "personnes")
        return ""
    number = listing.quantity if capacity is None else capacity
    return counted(number, "exemplaire", "exemplaires") if number > 1 else ""


def scope_sentence(scope: str, organisation: Organisation) -> str:
    """Return who exactly will see it, in one sentence."""
    name = organisation.short_name
    if scope == Scope.ORGANISATION:
        people = "les membres" if organisation.is_association else "les agents"
        return f"Seuls {people} {of_name(name)}, une fois connectés."
    if scope == Scope.PARTNERS:
        partners = list(
            Organisation.objects.partners_of([organisation.pk])
            .order_by("short_name")
            .values_list("short_name", flat=True)
        )
        if not partners:
            return f"Les agents {of_name(name)}, qui n’a pas encore de partenaire."
        shown = ", ".join(partners[:4])
        more = f" et {len(partners) - 4} autres" if len(partners) > 4 else ""
        return f"Les agents {of_name(name)} et de ses partenaires : {shown}{more}."
    if scope == Scope.VERIFIED:
        return (
            "Les agents de toutes les collectivités et administrations inscrites, "
            "et les associations qu’une collectivité a vérifiées."
        )
    return (
        "Tout le monde, sans se connecter. La coordination relit l’annonce avant sa mise en ligne."
    )


def who_may_ask(listing: Listing) -> str:
    """Return the fact «Qui peut demander»."""
    name = listing.organisation.short_name
    if listing.scope == Scope.ORGANISATION:
        return f"les agents {of_name(name)}"
    if listing.scope == Scope.PARTNERS:
        return f"les agents {of_name(name)} et de ses partenaires"
    if listing.organisation.is_association:
        return "les agents des administrations et les associations vérifiées"
    return (
        f"les agents des administrations, et les associations vérifiées par {name} "
        "ou par l’un de ses partenaires"
    )


def facts(listing: Listing) -> list[tuple[str, str]]:
    """Return the facts to decide on; empty ones are left out by the component."""
    found = [("Quand", when(listing))]
    skill = getattr(listing, "skill_terms", None)
    loan = getattr(listing, "loan_terms", None)
    gift = getattr(listing, "gift_terms", None)
    need = getattr(listing, "need_terms", None)
    if not listing.is_offer:
        if need:
            found += [("Pour qui", need.for_whom), ("Créneaux", need.slots_text)]
        found.append(("Combien", quantity_words(listing)))
    elif skill:
        found += [
            ("Sur quel temps", TIME_WORDS[WhoseTime(skill.whose_time)]),
            ("Rythme", skill.rhythm),
            ("Conditions", skill.conditions),
        ]
    elif loan:
        found += [
            *terms_words.loan_facts(listing, loan),
            (_hand_over_label(listing), loan.hand_over),
        ]
    elif gift:
        found += terms_words.gift_facts(listing, gift)
    if listing.place_label:
        found.append(("Lieu précis", listing.place_label))
    if listing.remote and listing.commune:
        found.append(("À distance", "possible"))
    label = "Qui peut demander" if listing.is_offer else "Qui peut répondre"
    found.append((label, who_may_ask(listing)))
    return found


def _hand_over_label(listing: Listing) -> str:
    if is_immersion(listing):
        return "Rendez-vous"
    return "Clés et accès" if listing.transfer == Transfer.HOSTING else "Remise et retour"


def ask_words(listing: Listing) -> str:
    """Return what the one button says."""
    if not listing.is_offer:
        return "Répondre à ce besoin"
    if listing.access == Access.MEET_FIRST or listing.transfer == Transfer.TIME:
        return "Se rencontrer"
    if listing.is_booked_directly:
        return "Réserver"
    return ASK_WORDS.get((Nature(listing.nature), Transfer(listing.transfer)), "Demander")


def next_steps(
    listing: Listing, contact: contacts.Contact, asking: Sequence[Organisation] = ()
) -> list[str]:
    """Return «Et après ?»: what happens once one has asked, depending on access and nature.

    `asking` are those for whom the reader may ask: its own house shows no certificate.
    """
    answerer = contact.title
    if not listing.is_offer:
        steps = [f"{listing.organisation.short_name} lit votre proposition et vous répond."]
        if listing.transfer == Transfer.TIME:
            steps.append(
                "Votre coordination suit l’échange, et s’occupe des accords sur temps de travail."
            )
        else:
            steps.append("Vous convenez ensemble des dates et des conditions.")
        return [
            *steps,
            "Le jour venu, vous vous retrouvez sur place.",
            "Un mot de merci, des deux côtés.",
        ]
    if listing.transfer == Transfer.TIME:
        return [
            "Votre mot arrive à la personne, et à sa coordination.",
            "Vous vous rencontrez, pour voir si l’envie est partagée.",
            "Si oui, vous précisez ensemble le moment et la forme.",
            "La coordination s’occupe des accords nécessaires.",
        ]
    if listing.transfer == Transfer.GIFT:
        return [
            f"{answerer} vous répond.",
            "Vous signez un reçu : ce qui est donné ne se revend pas.",
            "Vous venez le chercher, et vous dites merci.",
        ]
    if is_immersion(listing):
        return [
            f"{answerer} vous répond.",
            "Vous vous rencontrez, pour dire ce que chacun en attend.",
            "Vous convenez des jours, avec l’accord de votre encadrement.",
            "Après, un mot de merci, et un récit si le cœur vous en dit.",
        ]
    if listing.is_booked_directly:
        return [
            "C’est réservé tout de suite, sans attendre de réponse.",
            f"{answerer} est là pour vos questions.",
            "Un empêchement ? Vous annulez en un instant, et quelqu’un d’autre en profite.",
            "Après, un mot de merci.",
        ]
    if listing.transfer == Transfer.HOSTING:
        return [
            f"{answerer} vous répond.",
            "Vous convenez des heures, des clés et de l’accès.",
            "Vous rendez le lieu comme vous l’avez trouvé.",
            "Un mot de merci.",
        ]
    loan = getattr(listing, "loan_terms", None)
    at_home = bool(asking) and all(one.pk == listing.organisation_id for one in asking)
    insured = loan is not None and loan.insurance_required and not at_home
    day = "Vous convenez du jour, et montrez l’attestation d’assurance."
    shown = ", permis montré" if loan is not None and loan.licence else ""
    return [
        f"{answerer} vous répond.",
        day if insured else "Vous convenez du jour.",
        f"Remise sur place{shown}, état noté ensemble.",
        "Retour, et un mot de merci.",
    ]


def past(listing: Listing) -> list[dict[str, Any]]:
    """Return the last ten things that happened to it, newest first, without anyone's name."""
    events = listing.events.select_related("for_organisation").order_by("-at", "-pk")[:10]
    return [
        {
            "at": event.at,
            "words": _event_words(event),
            "by": event.for_organisation.short_name if event.for_organisation else "la plateforme",
            "reason": event.reason,
        }
        for event in events
    ]


def _event_words(event: Any) -> str:
    if event.from_state == event.to_state == ListingState.PUBLISHED:
        return "prolongée"
    return EVENT_WORDS.get(ListingState(event.to_state), "")


def state_notice(listing: Listing) -> dict[str, str] | None:
    """Return the notice at the head of a page that is not simply online."""
    state = listing.state
    if listing.is_published and listing.is_expired and listing.expires_at:
        return {
            "level": "warning",
            "title": "Annonce terminée",
            "text": f"Elle n’est plus dans le catalogue depuis le {day_words(listing.expires_at)}.",
        }
    words = {
        ListingState.DRAFT: (
            "info",
            "Brouillon",
            "Ce brouillon n’est visible que de vous et de qui représente votre organisme.",
        ),
        ListingState.SUBMITTED: (
            "info",
            "À relire",
            "La coordination la relit avant sa mise en ligne.",
        ),
        ListingState.RETURNED: ("warning", "À reprendre", listing.return_reason),
        ListingState.PAUSED: (
            "warning",
            "En pause",
            "Elle n’est plus dans le catalogue pour le moment.",
        ),
        ListingState.ARCHIVED: ("info", "Archivée", "Elle n’est plus dans le catalogue."),
        ListingState.WITHDRAWN: ("danger", "Retirée par la coordination", listing.return_reason),
    }
    if state not in words:
        return None
    level, title, text = words[ListingState(state)]
    return {"level": level, "title": title, "text": text}
