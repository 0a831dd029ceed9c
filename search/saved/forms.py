"""Naming a kept search, and choosing how often it tells."""

from __future__ import annotations

from django import forms

from marketplace.form_words import FormInWords
from search.saved.models import AlertRhythm
from search.saved.rules import LONGEST_NAME


class SearchForm(FormInWords):
    name = forms.CharField(
        label="Nom de la recherche",
        help_text="Pour la retrouver dans votre liste\u00a0: vous seul le lirez.",
        max_length=LONGEST_NAME,
        error_messages={"required": "Donnez un nom à cette recherche."},
    )
    rhythm = forms.ChoiceField(
        label="M’alerter par courriel",
        choices=AlertRhythm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez quand vous alerter, ou jamais."},
    )
