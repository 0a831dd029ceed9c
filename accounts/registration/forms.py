"""What is asked of an association."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.identifiers import (
    REGISTER_DEPARTMENTS,
    validate_rna,
    validate_siren,
    validate_siret,
)
from accounts.places.fields import CommuneField
from accounts.registration.rules import Identifiers
from accounts.verifications.forms import AskForm

REGISTER_FIELDS = ("register_court", "register_volume", "register_folio")


class AssociationForm(AskForm):
    """The association, its identifiers, and who verifies it: one page."""

    name = forms.CharField(
        label="Nom de l’association",
        max_length=200,
        error_messages={"required": "Écrivez le nom de l’association."},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    purpose = forms.CharField(
        label="Son objet, en une phrase",
        max_length=300,
        error_messages={"required": "Dites en une phrase ce que fait l’association."},
        help_text="Par exemple : réparer des vélos et les prêter aux familles du quartier.",
    )
    commune = CommuneField(
        help_text="Celle de son siège ou de son activité. Son nom ou son code postal."
    )
    siret = forms.CharField(
        label="SIRET", required=False, max_length=40, help_text="14 chiffres, si elle en a un."
    )
    siren = forms.CharField(
        label="SIREN", required=False, max_length=40, help_text="9 chiffres, à défaut de SIRET."
    )
    rna = forms.CharField(
        label="Numéro RNA",
        required=False,
        max_length=40,
        help_text="Il commence par W et figure sur le récépissé de déclaration.",
    )
    register_court = forms.CharField(
        label="Tribunal",
        required=False,
        max_length=80,
        help_text="En Moselle, dans le Bas-Rhin et le Haut-Rhin : par exemple Metz.",
    )
    register_volume = forms.CharField(label="Volume", required=False, max_length=20)
    register_folio = forms.CharField(label="Folio", required=False, max_length=20)

    field_order = ["name", "purpose", "commune", "siret", "siren", "rna", *REGISTER_FIELDS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        identifiers = Identifiers.typed(
            **{
                name: cleaned.get(name, "") or ""
                for name in ("siret", "siren", "rna", *REGISTER_FIELDS)
            }
        )
        for name, check in (
            ("siret", validate_siret),
            ("siren", validate_siren),
            ("rna", validate_rna),
        ):
            if value := getattr(identifiers, name):
                try:
                    check(value)
                except ValidationError as error:
                    self.add_error(name, error)
        if (
            identifiers.siret
            and identifiers.siren
            and not identifiers.siret.startswith(identifiers.siren)
            and not (self.has_error("siret") or self.has_error("siren"))
        ):
            self.add_error(
                "siren",
                "Ce SIREN n’est pas celui du SIRET : ses neuf chiffres doivent en être le début.",
            )
        self._check_register(identifiers, cleaned)
        if not identifiers.any and not any(cleaned.get(name) for name in REGISTER_FIELDS):
            self.add_error(
                None,
                "Donnez au moins un identifiant : "
                "SIRET, SIREN, numéro RNA ou registre du tribunal.",
            )
        cleaned["identifiers"] = identifiers
        return cleaned

    def _check_register(self, identifiers: Identifiers, cleaned: dict[str, Any]) -> None:
        labels = {
            "register_court": "Écrivez le tribunal qui tient le registre.",
            "register_volume": "Écrivez le volume du registre.",
            "register_folio": "Écrivez le folio du registre.",
        }
        given = [name for name in REGISTER_FIELDS if getattr(identifiers, name)]
        if not given:
            return
        for name in REGISTER_FIELDS:
            if name not in given and not self.has_error(name):
                self.add_error(name, labels[name])
        commune = cleaned.get("commune")
        if commune and commune.department_code not in REGISTER_DEPARTMENTS:
            self.add_error(
                "register_court",
                "Ce registre n’existe qu’en Moselle, dans le Bas-Rhin et le Haut-Rhin. "
                f"{commune.name} n’y est pas : donnez plutôt le numéro RNA.",
            )
