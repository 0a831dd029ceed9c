"""What differs by kind of listing: one-to-one terms, one kind for each listing."""

from __future__ import annotations

from django.db import models

from marketplace.catalogue.models import Listing
from marketplace.choices import WhoseTime


class SkillTerms(models.Model):
    """What differs when a person's time is offered."""

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="skill_terms"
    )
    wish = models.TextField("j’aimerais…", max_length=1000, blank=True)
    call_me_for = models.TextField("on peut m’appeler pour…", max_length=1000, blank=True)
    rhythm = models.CharField("rythme", max_length=120, blank=True)
    whose_time = models.CharField(
        "sur quel temps", max_length=10, choices=WhoseTime.choices, default=WhoseTime.WORKING
    )
    conditions = models.TextField("conditions", max_length=1000, blank=True)


class LoanTerms(models.Model):
    """What differs for a loan or the use of a place (code civil, art. 1875 ff.)."""

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="loan_terms"
    )
    replacement_value = models.DecimalField(
        "valeur de remplacement (€)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    # Shared use lifts the borrower's presumption of liability (Cass. 1re civ., 20 May 2020).
    exclusive_use = models.BooleanField("usage exclusif", default=True)
    insurance_required = models.BooleanField("attestation d’assurance demandée", default=False)
    deposit = models.DecimalField(
        "caution (€)", max_digits=8, decimal_places=2, null=True, blank=True
    )
    # «permis B»: empty where nobody drives. Who drives shows it at the hand-over.
    licence = models.CharField("permis demandé", max_length=60, blank=True)
    fuel = models.CharField("carburant ou recharge", max_length=200, blank=True)
    cleaning = models.CharField("ménage et nettoyage", max_length=200, blank=True)
    to_plan = models.CharField("à prévoir", max_length=200, blank=True)
    conditions = models.TextField("conditions", max_length=1000, blank=True)
    hand_over = models.CharField("remise et retour", max_length=200, blank=True)


class GiftTerms(models.Model):
    """What differs for a gift: 300 € a unit at most (CG3P L3212-2, D3212-3-1)."""

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="gift_terms"
    )
    unit_value = models.DecimalField(
        "valeur d’un exemplaire (€)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    recipients = models.CharField("qui peut recevoir", max_length=200, blank=True)


class NeedTerms(models.Model):
    """What differs for a need."""

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="need_terms"
    )
    for_whom = models.CharField("pour qui", max_length=200, blank=True)
    places = models.PositiveIntegerField("nombre de personnes", default=1)
    slots_text = models.CharField("créneaux", max_length=200, blank=True)
    # Of hands: whoever says «Je viens» has the yes already, as long as places are left.
    welcome_at_once = models.BooleanField("accueil sans attendre", default=True)
