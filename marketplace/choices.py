"""The words of the marketplace: English keys in code and database, French labels on pages."""

from django.db import models


class Direction(models.TextChoices):
    OFFER = "offer", "offre"
    NEED = "need", "besoin"


class Nature(models.TextChoices):
    SKILL = "skill", "compétence"
    EQUIPMENT = "equipment", "matériel"
    PREMISES = "premises", "local"
    VEHICLE = "vehicle", "véhicule"
    DESK = "desk", "bureau volant"
    MISSION = "mission", "mission"


class Transfer(models.TextChoices):
    TIME = "time", "temps donné"
    LOAN = "loan", "prêt"
    GIFT = "gift", "don"
    HOSTING = "hosting", "accueil"


# Which ways of passing on make sense for which nature.
TRANSFERS_OF_NATURE = {
    Nature.SKILL: (Transfer.TIME,),
    # Given: a pair of hands for a while. Hosted: someone spends a while in a team.
    Nature.MISSION: (Transfer.TIME, Transfer.HOSTING),
    Nature.EQUIPMENT: (Transfer.LOAN, Transfer.GIFT),
    Nature.VEHICLE: (Transfer.LOAN,),
    Nature.PREMISES: (Transfer.HOSTING, Transfer.LOAN),
    Nature.DESK: (Transfer.HOSTING,),
}


class Scope(models.TextChoices):
    ORGANISATION = "organisation", "mon organisme"
    PARTNERS = "partners", "mon organisme et ses partenaires"
    VERIFIED = "verified", "tous les membres vérifiés"
    PUBLIC = "public", "tout le monde"


class Access(models.TextChoices):
    DIRECT = "direct", "accès direct"
    ON_REQUEST = "on_request", "sur demande"
    MEET_FIRST = "meet_first", "rencontre d’abord"


class WhoseTime(models.TextChoices):
    # Three words never mixed: mécénat de compétences, bénévolat, cumul d’activités.
    WORKING = "working", "temps de travail"
    OWN = "own", "temps personnel (bénévolat)"


class ListingState(models.TextChoices):
    DRAFT = "draft", "brouillon"
    SUBMITTED = "submitted", "à relire"
    RETURNED = "returned", "à reprendre"
    PUBLISHED = "published", "en ligne"
    PAUSED = "paused", "en pause"
    ARCHIVED = "archived", "archivée"
    WITHDRAWN = "withdrawn", "retirée"


class ExchangeState(models.TextChoices):
    INTRODUCTION = "introduction", "mise en relation"
    PROPOSED = "proposed", "en attente de réponse"
    WAITING = "waiting", "en liste d’attente"
    AGREED = "agreed", "accord donné"
    CONFIRMED = "confirmed", "confirmé"
    UNDER_WAY = "under_way", "en cours"
    COMPLETED = "completed", "terminé"
    CLOSED = "closed", "clos"
    DECLINED = "declined", "décliné"
    CANCELLED = "cancelled", "annulé"
    EXPIRED = "expired", "sans réponse"
    INTERRUPTED = "interrupted", "interrompu"
    DISPUTED = "disputed", "en médiation"
